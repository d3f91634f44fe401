/* Comments beside the form: each jumps to its text and can be resolved without leaving the page. */
(() => {
  "use strict";

  const { form, locate, show, announce } = window.Newsroom;
  const box = document.getElementById("remarks");

  function jump(remark) {
    const field = locate(remark.dataset.path);
    if (!field) return;
    show(field);
    if (remark.dataset.quote && field.dataset.name === "body") setTimeout(select, 350, field, remark.dataset.quote);
  }

  /* Select the quoted text in the statement's editor, once that has started. */
  function select(field, quote) {
    const editable = field.parentElement.querySelector("[contenteditable=true]");
    if (!editable) return;
    const walker = document.createTreeWalker(editable, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const start = node.data.indexOf(quote.split("\n")[0]);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, Math.min(node.length, start + quote.length));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      node.parentElement.scrollIntoView({ block: "center" });
      return;
    }
  }

  box?.addEventListener("click", (event) => {
    const remark = event.target.closest("[data-path]");
    if (remark && event.target.closest("[data-jump]")) jump(remark);
  });
  box?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(event.target, event.submitter);
    const response = await fetch(event.target.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    if (!response.ok) return;
    const remark = event.target.closest("li");
    remark.remove();
    const left = box.querySelectorAll("li").length;
    box.querySelector("h2").textContent = left ? `批注（${left} 条未处理）` : "批注都已处理";
    announce("page:folded");
  });

  const at = /^#at=(.+)$/.exec(location.hash);
  if (at) window.Newsroom.reveal(decodeURIComponent(at[1]));

  const sharing = document.getElementById("sharing");
  sharing?.addEventListener("change", async () => {
    const response = await fetch(sharing.action, { method: "POST", body: new FormData(sharing), headers: { "X-Requested-With": "fetch" } });
    const answer = await response.json();
    sharing.querySelector("output").textContent = response.ok ? "已更新" : answer.reasons.map((each) => each.text).join("");
  });
  form.dispatchEvent(new Event("page:folded"));
})();
