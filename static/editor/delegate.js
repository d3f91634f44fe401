/* CKEditor 4 writes its buttons with inline handlers (onclick="CKEDITOR.tools.callFunction(12,this);return false;"),
   which `script-src 'self'` forbids. Rewrite them to data-cke-on… attributes before they reach the page; listeners on
   the document carry them out: calls of numbered functions and prevented defaults, nothing else. No eval. */
(() => {
  "use strict";

  const TAG = /<[a-z][^<>]*>/gi; // tags only: text may look like a handler
  const HANDLER = /\son([a-z]+)="([^"]*(?:CKEDITOR\.tools\.callFunction|return false|this\.style\.cssText)[^"]*)"/g;
  const CALL = /CKEDITOR\.tools\.callFunction\(\s*(\d+)\s*((?:,[^,)]*)*)\)/;
  const EVENTS = ["click", "keydown", "keypress", "focus", "mousedown", "mouseover", "mouseout", "dragstart"];

  const delegated = (html) => html.replace(TAG, (tag) => tag.replace(HANDLER, ' data-cke-on$1="$2"'));
  const setHtml = CKEDITOR.dom.element.prototype.setHtml;
  CKEDITOR.dom.element.prototype.setHtml = function (html) {
    return setHtml.call(this, typeof html === "string" ? delegated(html) : html);
  };

  function argument(text, element, event) {
    const word = text.trim();
    if (word === "this") return element;
    if (word === "event") return event;
    if (word === "null") return null;
    return /^\d+$/.test(word) ? Number(word) : word.replace(/^'|'$/g, "");
  }

  function run(code, element, event) {
    const call = CALL.exec(code);
    let answer;
    if (call) {
      const words = call[2].split(",").slice(1);
      answer = CKEDITOR.tools.callFunction(Number(call[1]), ...words.map((word) => argument(word, element, event)));
    }
    const refused = /return false/.test(code) || (/return CKEDITOR/.test(code) && answer === false);
    if (refused) event.preventDefault();
  }

  /* Capture phase: handlers run before CKEditor's own listeners, as inline ones did. */
  function dispatch(event) {
    const attribute = "data-cke-on" + event.type;
    let element = event.target;
    if (!(element instanceof Element) || element.closest(".cke_editable")) return; // never run handlers in edited text
    const path = [];
    for (; element; element = event.type === "focus" ? null : element.parentElement) {
      if (element.hasAttribute(attribute)) path.push(element);
    }
    path.forEach((found) => run(found.getAttribute(attribute), found, event));
    if (event.type === "click" && event.target.closest('.cke a[href^="javascript:"], .cke_dialog a[href^="javascript:"]')) {
      event.preventDefault(); // the href only makes the link focusable
    }
  }

  EVENTS.forEach((type) => document.addEventListener(type, dispatch, true));
})();
