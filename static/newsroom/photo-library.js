/* The library's selection: count, and select all on the page. */
(() => {
  "use strict";

  const boxes = [...document.querySelectorAll(".library-choose input")];
  const all = document.getElementById("all");
  if (!all) return;
  const words = document.getElementById("chosen");
  all.closest("label").hidden = false;

  function show() {
    const count = boxes.filter((box) => box.checked).length;
    words.textContent = count ? `已选 ${count} 张` : "";
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
})();
