/* Photo upload: each uploaded photo becomes a card to describe while others are still uploading. */
(() => {
  "use strict";

  const { zone, post, element } = window.PhotoUploads;
  const cards = window.PhotoCards;
  const desk = JSON.parse(document.getElementById("photo-desk").textContent);

  document.getElementById("plain").addEventListener("submit", (event) => event.preventDefault());
  zone({ desk, onTaken: taken });

  function taken(answer, place) {
    const card = cards.add(answer.card, place);
    const words = card.querySelector(".card-words");
    for (const note of answer.notes) words.prepend(element("p", { className: "card-note", textContent: note }));
    for (const twin of answer.duplicates) if (!twin.same) words.prepend(told(card, twin));
    const same = answer.duplicates.find((twin) => twin.same);
    if (same?.used.length) card.querySelector(".card-note")?.append(` 用在：${same.used.join("；")}。`);
  }

  /* Show the earlier near-duplicate beside the new photo, with a choice between them. */
  function told(card, twin) {
    const box = element("div", { className: "twin" });
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "很像已有的照片");
    const picture = element("img", { src: twin.picture, alt: "", width: 96, height: 72 });
    const link = element("a", { href: twin.url, target: "_blank", textContent: twin.label });
    const used = twin.used.length ? `用在：${twin.used.join("；")}` : "还没有用过";
    const words = element("p");
    words.append("很像已有的", link, `（${twin.by}，${twin.at}上传）。${used}。`);
    const earlier = element("button", { type: "button", className: "quiet-button", textContent: "用已有的那张" });
    const both = element("button", { type: "button", className: "quiet-button", textContent: "两张都留" });
    both.addEventListener("click", () => box.remove());
    earlier.addEventListener("click", () => prefer(card, twin, box));
    const verbs = element("p", { className: "twin-verbs" });
    verbs.append(earlier, both);
    box.append(picture, words, verbs);
    return box;
  }

  async function prefer(card, twin, box) {
    try {
      const answer = await post(desk.prefer, { new: card.dataset.photo, earlier: twin.id });
      if (!answer.photo) return cards.say(answer.refusal, true);
      const place = Number(card.dataset.place);
      cards.drop(card);
      taken(answer, place);
      document.getElementById(`card-${answer.photo}`).querySelector("a, input, button")?.focus();
    } catch {
      box.append(element("p", { className: "missing", textContent: "连不上服务器，请再点一次。" }));
    }
  }
})();
