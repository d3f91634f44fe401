/* CKEditor 4 writes its buttons with inline handlers (onclick="CKEDITOR.tools.callFunction(12,this);return false;").
   `script-src 'self'` forbids them. Here they become data-cke-on… attributes before they reach the page, and listeners
   on the document do what they say: a call of a numbered function, a prevented default, nothing else. No eval. */
(() => {
  "use strict";

  const TAG = /<[a-z][^<>]*>/gi; // text that reads like a handler is left alone
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

  /* In the capture phase, so that a handler still comes before the listeners of CKEditor's own, as it did inline. */
  function dispatch(event) {
    const attribute = "data-cke-on" + event.type;
    let element = event.target;
    if (!(element instanceof Element) || element.closest(".cke_editable")) return; // text is text, whatever it holds
    const path = [];
    for (; element; element = event.type === "focus" ? null : element.parentElement) {
      if (element.hasAttribute(attribute)) path.push(element);
    }
    path.forEach((found) => run(found.getAttribute(attribute), found, event));
    if (event.type === "click" && event.target.closest('.cke a[href^="javascript:"], .cke_dialog a[href^="javascript:"]')) {
      event.preventDefault(); // the address is only there to make it focusable
    }
  }

  EVENTS.forEach((type) => document.addEventListener(type, dispatch, true));
})();
