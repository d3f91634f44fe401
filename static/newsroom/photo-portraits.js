/* Portraits of a feature: after the upload, reload with the photos matched to speakers. */
(() => {
  "use strict";

  const { zone, element } = window.PhotoUploads;
  const desk = JSON.parse(document.getElementById("photo-desk").textContent);
  const pairs = document.getElementById("pairs");
  const before = [...pairs.querySelectorAll("input[name=photo]")].map((field) => field.value);
  const taken = []; // in file order
  let button = null;

  zone({
    desk,
    onTaken: (answer, place) => (taken[place] = String(answer.photo)),
    onChange(counts) {
      if (counts.busy || !taken.length) return;
      // After a refusal or failure, let the user read the reason first.
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
