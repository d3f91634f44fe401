// Reader comfort: text size, theme, 长辈版, reading aloud, topic links. The page works without it.
const root = document.documentElement.dataset;
const panel = document.querySelector(".comfort");
const aloud = panel.querySelector(".aloud");
const status = panel.querySelector("[role=status]");
const NAMES = ["size", "theme", "elder"];

const press = () => {
  for (const button of panel.querySelectorAll("[data-set]")) {
    const { set } = button.dataset;
    const chosen = set === "size" && root.elder ? "largest" : root[set];
    button.setAttribute("aria-pressed", (chosen ?? "") === button.value);
  }
};

panel.addEventListener("click", ({ target }) => {
  const { set } = target.dataset;
  if (!set) return;
  if (target.value) root[set] = target.value;
  else delete root[set];
  if (set === "size") delete root.elder; // 长辈版 has its own size
  try {
    localStorage.comfort = JSON.stringify(Object.fromEntries(NAMES.filter((name) => root[name]).map((name) => [name, root[name]])));
  } catch {
    // Storage is forbidden: applies to this page only.
  }
  press();
});
press();

// Read aloud, if the browser has a Chinese voice.
const parts = [...document.querySelectorAll("article :is(h1, h2, .subtitle, .lead p, .speaker-text, .statement > *)")];
const speech = window.speechSynthesis;
const voice = () => speech.getVoices().find(({ lang }) => /^(zh|cmn)\b(?!.*HK)/i.test(lang));
let at = -1;

const stop = () => {
  parts[at]?.classList.remove("spoken");
  at = -1;
  speech.cancel();
  aloud.textContent = "朗读全文";
};

const speak = (place) => {
  parts[at]?.classList.remove("spoken");
  if (place >= parts.length) return stop();
  at = place;
  const words = new SpeechSynthesisUtterance(parts[at].textContent); // not innerText: empty for skipped (off-screen) content
  words.voice = voice();
  words.lang = words.voice.lang;
  words.onend = () => at === place && speak(place + 1);
  words.onerror = () => at === place && stop();
  parts[at].classList.add("spoken");
  parts[at].scrollIntoView({ block: "nearest" });
  speech.speak(words);
  aloud.textContent = "停止朗读";
};

const offer = () => { aloud.parentElement.hidden = !parts.length || !voice(); };
if (speech) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  aloud.addEventListener("click", () => (at < 0 ? speak(0) : stop()));
  addEventListener("pagehide", () => at < 0 || stop());
}

// Copy a topic's link, too.
document.addEventListener("click", async (event) => {
  const link = event.target.closest(".topic-link");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  const heard = await navigator.clipboard.writeText(link.href).then(() => "已复制", () => "没能复制，请长按链接");
  status.textContent = heard;
  link.dataset.said = heard;
  setTimeout(() => { delete link.dataset.said; status.textContent = ""; }, 2500);
});
