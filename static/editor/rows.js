/* One editor for each statement on the page, also for rows that are added, removed or moved while it is open. */
(() => {
  "use strict";

  const FIELD = 'textarea[data-type="ckeditortype"]';
  const TEMPLATE = ".djn-empty-form, .empty-form";
  const CHANGES = "djnesting:attrchange djnesting:mutate formset:added formset:removed";
  const SYNC_DELAY = 250; // ms after the last key
  const editors = new Map(); // textarea → its editor
  const originals = new WeakMap(); // editor → the text that it began with

  /* An untouched text, or one with everything undone, is sent as it came, so that saving it changes nothing. */
  function sync(editor) {
    if (editor.status !== "ready") return;
    const textarea = editor.element.$;
    const data = editor.checkDirty() ? editor.getData() : originals.get(editor);
    if (textarea.value === data) return;
    textarea.value = data;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function start(textarea) {
    const config = JSON.parse(textarea.dataset.config);
    const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
    if (label) config.title = label.textContent.replace(/[:：]\s*$/, "");
    const editor = CKEDITOR.replace(textarea, config);
    if (!editor) return;
    editors.set(textarea, editor);
    originals.set(editor, textarea.value);
    let timer;
    editor.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(() => sync(editor), SYNC_DELAY);
    });
    editor.on("blur", () => sync(editor));
  }

  function stop(textarea, editor) {
    if (textarea.isConnected) sync(editor);
    editors.delete(textarea);
    editor.destroy(true);
  }

  /* An editor is known by its field's id. Rows that close a gap or change their parent get another one: start anew. */
  function refresh() {
    for (const [textarea, editor] of [...editors]) {
      if (!textarea.isConnected || textarea.id !== editor.name) stop(textarea, editor);
    }
    for (const textarea of document.querySelectorAll(FIELD)) {
      if (!editors.has(textarea) && !textarea.closest(TEMPLATE)) start(textarea);
    }
  }

  let waiting;
  function refreshSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh);
  }

  CKEDITOR.disableAutoInline = true;
  document.addEventListener("submit", () => editors.forEach((editor) => sync(editor)), true);
  document.addEventListener("DOMContentLoaded", () => {
    refresh();
    // django-nested-admin tells of renamed rows through jQuery only.
    if (window.django?.jQuery) window.django.jQuery(document).on(CHANGES, refreshSoon);
    else document.addEventListener("formset:added", refreshSoon);
  });
})();
