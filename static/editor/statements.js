/* One CKEditor per statement, started when it scrolls into view: forty at once would freeze an old laptop. Until then
   the statement is shown as rendered. Also counts characters (字数) as the server does. */
(() => {
  "use strict";

  const { form, syncs, announce } = window.Newsroom;
  const config = JSON.parse(document.getElementById("editor-config").textContent);
  const WORD = "[0-9A-Za-zÀ-ÖØ-öø-ʯͰ-ԯ０-９Ａ-Ｚａ-ｚ]+";
  const COUNTED = new RegExp(`${WORD}(?:[.,:'’/-]${WORD})*|\\S`, "gu");
  const SYNC_DELAY = 250; // ms after the last keystroke
  const editors = new Map(); // textarea → editor
  const originals = new WeakMap(); // editor → initial text
  let numbered = 0;

  /* Send unchanged text as it came, so that saving it changes nothing. */
  function sync(textarea, editor) {
    if (editor.status !== "ready") return;
    textarea.value = editor.checkDirty() ? editor.getData() : originals.get(editor);
  }
  syncs.push(() => editors.forEach((editor, textarea) => textarea.isConnected && sync(textarea, editor)));

  const fields = () => form.querySelectorAll("textarea[data-name=body]");

  function lines(html) {
    const page = new DOMParser().parseFromString(html, "text/html"); // inert: loads and runs nothing
    page.querySelectorAll("br").forEach((each) => each.replaceWith("\n"));
    const blocks = [...page.body.querySelectorAll("p, h3, li")].filter((each) => !each.querySelector("p, li"));
    return blocks.length ? blocks.map((each) => [each.localName, each.textContent]) : [["p", page.body.textContent]];
  }

  function preview(textarea) {
    const box = document.createElement("div");
    box.className = "statement-preview cke_wysiwyg_div cke_editable";
    box.tabIndex = 0;
    box.setAttribute("role", "textbox");
    box.setAttribute("aria-label", "谈话内容，按回车开始写");
    for (const [tag, text] of lines(textarea.value)) {
      box.append(Object.assign(document.createElement(tag === "h3" ? "h3" : "p"), { textContent: text }));
    }
    textarea.hidden = true;
    textarea.after(box);
    box.addEventListener("focus", () => start(textarea, true));
    sight.observe(box);
  }

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) start(entry.target.previousElementSibling, false);
    }
  }, { rootMargin: "300px 0px" });

  function start(textarea, focus) {
    if (editors.has(textarea) || !textarea.isConnected) return;
    const box = textarea.nextElementSibling;
    if (box?.classList.contains("statement-preview")) {
      sight.unobserve(box);
      box.remove();
    }
    textarea.hidden = false;
    textarea.id = `statement-${++numbered}`;
    const editor = CKEDITOR.replace(textarea, { ...config, title: "谈话内容", startupFocus: focus ? "end" : false });
    editors.set(textarea, editor);
    originals.set(editor, textarea.value);
    let timer;
    editor.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        sync(textarea, editor);
        announce("page:changed");
      }, SYNC_DELAY);
    });
    editor.on("instanceReady", () => announce("page:folded"));
  }

  /* Start and drop editors as rows are added, removed and restored. A moved row keeps its editor. */
  function refresh() {
    for (const [textarea, editor] of [...editors]) {
      if (textarea.isConnected) continue;
      sync(textarea, editor);
      editors.delete(textarea);
      editor.destroy(true);
      textarea.style.removeProperty("display");
      textarea.style.removeProperty("visibility");
    }
    for (const textarea of fields()) {
      if (!editors.has(textarea) && !textarea.nextElementSibling) preview(textarea);
    }
  }

  function text(textarea) {
    const editor = editors.get(textarea);
    const html = editor?.status === "ready" && editor.checkDirty() ? editor.getData() : textarea.value;
    return lines(html).map(([, line]) => line).join("\n");
  }

  const count = (words) => words.match(COUNTED)?.length ?? 0;
  window.Newsroom.count = (textarea) => {
    const html = textarea.value;
    if (textarea.counted !== html) {
      textarea.counted = html;
      textarea.characters = count(text(textarea));
    }
    return textarea.characters;
  };
  window.Newsroom.countText = count;

  CKEDITOR.disableAutoInline = true;
  form.addEventListener("page:changed", () => refresh());
  form.addEventListener("statement:focus", (event) => {
    const textarea = event.detail;
    if (editors.has(textarea)) editors.get(textarea).focus();
    else start(textarea, true);
  });
  refresh();
})();
