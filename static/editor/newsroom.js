/* CKEditor plugin: 正文 and 小标题 as buttons (the stock drop-down is an iframe with inline scripts), output formatted as
   the server's, and fixes for what CKEditor loses on input. */
(() => {
  "use strict";

  const BLOCKS = ["p", "h3", "blockquote", "ul", "ol", "li", "br"];
  const FLAT = {
    indent: false,
    breakBeforeOpen: false,
    breakAfterOpen: false,
    breakBeforeClose: false,
    breakAfterClose: false,
  };

  function addBlockButton(editor, name, element, label) {
    const style = new CKEDITOR.style({ element });
    const command = editor.addCommand(name.toLowerCase(), new CKEDITOR.styleCommand(style));
    editor.attachStyleStateChange(style, (state) => editor.readOnly || command.setState(state));
    editor.ui.addButton(name, { label, command: name.toLowerCase(), toolbar: "styles" });
  }

  function writeFlat(editor) {
    const writer = editor.dataProcessor.writer;
    BLOCKS.forEach((tag) => writer.setRules(tag, FLAT));
    writer.selfClosingEnd = ">";
  }

  /* CKEditor collapses double spaces on load; use no-break spaces inside, and spaces in the output. */
  function keepSpaces(editor) {
    editor.on("setData", (event) => {
      event.data.dataValue = event.data.dataValue.replace(/ {2,}/g, (run) => "\u00a0".repeat(run.length));
    });
    editor.on("toDataFormat", (event) => {
      event.data.dataValue = event.data.dataValue.replace(/&nbsp;|\u00a0/g, " ");
    }, null, null, 20);
  }

  /* Paste headings as 小标题 and table cells as paragraphs; the filter would flatten the former and join the latter. */
  function keepPasted(editor) {
    editor.on("paste", (event) => {
      if (!event.data.dataValue) return;
      event.data.dataValue = event.data.dataValue
        .replace(/<(\/?)h[1246]\b[^>]*>/gi, "<$1h3>")
        .replace(/<(\/?)i(?=[\s>])[^>]*>/gi, "<$1em>")
        .replace(/<(\/?)t[dh]\b[^>]*>/gi, "<$1div>");
    }, null, null, 9);
  }

  CKEDITOR.plugins.add("newsroom", {
    init(editor) {
      addBlockButton(editor, "BodyText", "p", "正文");
      addBlockButton(editor, "Subheading", "h3", "小标题");
      keepSpaces(editor);
      keepPasted(editor);
    },
    afterInit: writeFlat,
  });
})();
