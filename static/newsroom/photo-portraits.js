/* Portraits for a feature: once they are up, the page shows them beside those whom they show. */
(() => {
  "use strict";

  const { zone, element } = window.PhotoUploads;
  const desk = JSON.parse(document.getElementById("photo-desk").textContent);
  const pairs = document.getElementById("pairs");
  const before = [...pairs.querySelectorAll("input[name=photo]")].map((field) => field.value);
  const taken = []; // in the order of the files
  let button = null;

  zone({
    desk,
    onTaken: (answer, place) => (taken[place] = String(answer.photo)),
    onChange(counts) {
      if (counts.busy || !taken.length) return;
      // Where one was refused or failed, a person has to see why first.
      if (counts.taken === counts.all) match();
      else if (!button) {
        button = element("button", { type: "button", className: "main-button", textContent: "先配已经传好的" });
        button.addEventListener("click", match);
        document.querySelector(".upload-bar").append(button);
      }
    },
  });

  function match() {
    const keys = new Set([...before, ...taken.filter(Boolean)]);
    location.assign(`?${new URLSearchParams([...keys].map((key) => ["photo", key]))}`);
  }

  pairs.addEventListener("change", (event) => {
    const select = event.target.closest("[data-pair]");
    if (!select) return;
    const source = select.selectedOptions[0].dataset.picture ?? select.dataset.now;
    const box = select.closest(".pair").querySelector(".pair-picture");
    const image = element("img", { src: source, alt: select.selectedOptions[0].textContent, width: 3, height: 4 });
    box.replaceChildren(...(source ? [image] : []));
    select.closest(".pair").querySelector(".reason")?.remove();
  });
})();
