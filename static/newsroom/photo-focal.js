/* The focal point, which no crop cuts away: set by click, drag or arrow keys, with a preview of every crop. Same
   arithmetic as imaging.crop_box, expressed as object-position. */
window.PhotoFocal = (() => {
  "use strict";

  const STEP = 0.01;
  const crops = JSON.parse(document.getElementById("photo-crops")?.textContent ?? "[]");
  const clamp = (value, most) => Math.min(Math.max(value, 0), most);

  /* Return the crop's left, top and size in pixels of the picture. */
  function box(width, height, crop, x, y) {
    const [across, down] = crop.ratio;
    const w = Math.max(1, Math.min(width, Math.round((height * across) / down)));
    const h = Math.max(1, Math.min(height, Math.round((width * down) / across)));
    const left = Math.round(clamp(x * width - crop.place[0] * w, width - w));
    const top = Math.round(clamp(y * height - crop.place[1] * h, height - h));
    return { left, top, width: w, height: h };
  }

  function position(width, height, crop, x, y) {
    const { left, top, width: w, height: h } = box(width, height, crop, x, y);
    const share = (offset, room) => (room > 0 ? (offset / room) * 100 : 50);
    return `${share(left, width - w)}% ${share(top, height - h)}%`;
  }

  function begin(node) {
    if (node.dataset.begun) return;
    node.dataset.begun = "yes";
    const home = node.closest("[data-photo], form");
    const input = (axis) => home.querySelector(`input[name$="focal_${axis}"]:not([name^="initial-"])`);
    const [fieldX, fieldY] = [input("x"), input("y")];
    if (!fieldX) return;
    const [width, height] = [Number(node.dataset.width), Number(node.dataset.height)];
    node.style.setProperty("--ratio", width / height); // reserves space while loading
    const button = node.querySelector(".focal-picture");
    const picture = button.querySelector("img");
    const mark = node.querySelector(".focal-mark");
    const words = node.querySelector("output");
    const back = node.querySelector("[data-default]");
    const eyes = crops[0].place;

    const frames = crops.map((crop) => {
      const figure = document.createElement("figure");
      const image = Object.assign(document.createElement("img"), { src: picture.src, alt: "", loading: "lazy", draggable: false });
      image.style.aspectRatio = crop.ratio.join(" / ");
      image.dataset.crop = crop.name;
      figure.append(image, Object.assign(document.createElement("figcaption"), { textContent: crop.label }));
      node.querySelector(".focal-crops").append(figure);
      return [crop, image];
    });

    const set = () => fieldX.value !== "" && fieldY.value !== "";
    const point = () => (set() ? [clamp(Number(fieldX.value) || 0, 1), clamp(Number(fieldY.value) || 0, 1)] : eyes);

    function show() {
      const [x, y] = point();
      mark.style.left = `${x * 100}%`;
      mark.style.top = `${y * 100}%`;
      mark.classList.toggle("focal-guess", !set());
      for (const [crop, image] of frames) {
        const [atX, atY] = set() ? [x, y] : crop.place;
        image.style.objectPosition = position(width, height, crop, atX, atY);
      }
      words.textContent = `${set() ? "焦点" : "默认焦点"}：横 ${Math.round(x * 100)}%，纵 ${Math.round(y * 100)}%`;
      back.hidden = !set();
    }

    function move(x, y) {
      fieldX.value = clamp(x, 1).toFixed(3);
      fieldY.value = clamp(y, 1).toFixed(3);
      told();
    }

    function told() {
      show();
      fieldX.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function at(event) {
      const { left, top, width: w, height: h } = picture.getBoundingClientRect();
      move((event.clientX - left) / w, (event.clientY - top) / h);
    }

    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return; // touch scrolls; a tap is a click
      button.setPointerCapture(event.pointerId);
      at(event);
    });
    button.addEventListener("pointermove", (event) => button.hasPointerCapture(event.pointerId) && at(event));
    button.addEventListener("click", (event) => event.detail && at(event)); // keyboard clicks have no position
    button.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const [x, y] = point();
      const step = event.shiftKey ? STEP * 5 : STEP;
      move(x + way[0] * step, y + way[1] * step);
    });
    back.addEventListener("click", () => {
      fieldX.value = fieldY.value = "";
      told();
      button.focus();
    });
    for (const field of [fieldX, fieldY]) field.addEventListener("input", show);
    show();
  }

  document.documentElement.classList.add("with-focal");
  const start = (root = document) => root.querySelectorAll("[data-focal]").forEach(begin);
  start();
  return { start, box, position };
})();
