/* The outline: topics and speakers with character counts and what is missing. A click jumps there. */
(() => {
  "use strict";

  const { form, list, parts, own, order, fold, count, countText } = window.Newsroom;
  const outline = document.getElementById("outline");
  const foldAll = document.getElementById("fold-all");
  const text = (node, name) => own(node, `[data-name="${name}"]`)[0].value.trim();
  const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
  const CHINESE = "一二三四五六七八九十";

  function numeral(number) {
    const [tens, ones] = [Math.floor(number / 10), number % 10];
    if (number > 99) return String(number);
    return (tens > 1 ? CHINESE[tens - 1] : "") + (tens ? "十" : "") + (ones ? CHINESE[ones - 1] : "");
  }

  function jump(label, node, { characters, missing = [], className = "" }) {
    const link = make("a", { href: "#", className });
    link.append(make("span", { className: "outline-label", textContent: label }));
    if (missing.length) link.append(make("span", { className: "missing", textContent: "缺" + missing.join("、") }));
    if (characters !== undefined) link.append(make("span", { className: "characters", textContent: characters }));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const topic = node.closest(".topic");
      if (topic && node !== topic) fold(topic, false);
      node.scrollIntoView({ block: "start" });
      node.querySelector("input:not([type=hidden]), textarea")?.focus({ preventScroll: true });
    });
    return link;
  }

  function interviewRow(interview) {
    const body = own(interview, "[data-name=body]")[0];
    const characters = count(body);
    own(interview, "[data-count]")[0].textContent = `${characters} 字`;
    const missing = [];
    if (!text(interview, "speaker.name")) missing.push("受访者");
    if (!characters) missing.push("谈话");
    if (![...interview.querySelectorAll("[data-name=contributors]")].some((field) => field.value.trim())) missing.push("署名");
    const row = make("li", {});
    row.append(jump(text(interview, "speaker.name") || "（未填受访者）", interview, { characters, missing }));
    return [row, characters];
  }

  function topicRow([topic, interviews], place) {
    own(topic, "[data-number]")[0].textContent = numeral(place + 1);
    const rows = interviews.map(interviewRow);
    const characters = rows.reduce((sum, [, each]) => sum + each, 0);
    own(topic, "[data-count]")[0].textContent = `${characters} 字`;
    const row = make("li", {});
    const inner = make("ol", {});
    inner.append(...rows.map(([each]) => each));
    const missing = [...(text(topic, "title") ? [] : ["题目"]), ...(rows.length ? [] : ["访谈"])];
    row.append(jump(`${numeral(place + 1)}　${text(topic, "title") || "（无题）"}`, topic, { className: "outline-topic", missing }), inner);
    return [row, characters];
  }

  function refresh() {
    const head = document.getElementById("part-head");
    const topics = order().map(topicRow);
    const statements = topics.reduce((sum, [, each]) => sum + each, 0);
    const rest = ["kicker", "headline", "subtitle", "lead"].map((name) => countText(text(form, name)));
    const titles = order().map(([topic]) => countText(text(topic, "title")));
    const all = [...rest, ...titles].reduce((sum, each) => sum + each, statements);
    document.getElementById("total").textContent = `谈话 ${statements} 字 · 全版 ${all} 字`;
    const start = make("li", {});
    start.append(jump("标题与导语", head, { missing: text(form, "headline") ? [] : ["主标题"] }));
    const credits = make("li", {});
    const named = parts(list(form, "credits"), "credit").some((each) => text(each, "contributors"));
    credits.append(jump("本版署名", document.getElementById("part-credits"), { missing: named ? [] : ["署名"] }));
    const photos = make("li", {});
    photos.append(jump("图片说明", document.getElementById("part-photos"), {}));
    outline.replaceChildren(start, ...topics.map(([row]) => row), credits, photos);
    const issue = ["issue.date", "issue.page", "issue.page_name"].map((name) => text(form, name)).filter(Boolean);
    const subjects = [...form.querySelectorAll(".subjects input:checked")].map((each) => each.dataset.label);
    document.getElementById("issue-summary").textContent = [...issue, ...subjects].join(" · ") || "（未填）";
    const reprint = ["source", "author", "title", "url"].map((name) => text(form, `reprint.${name}`));
    document.getElementById("reprint-summary").textContent = reprint.find(Boolean) ?? "（不是转载）";
  }

  foldAll.addEventListener("click", () => {
    const folded = foldAll.getAttribute("aria-pressed") !== "true";
    order().forEach(([topic]) => fold(topic, folded));
    foldAll.setAttribute("aria-pressed", String(folded));
    foldAll.textContent = folded ? "全部展开" : "全部收起";
  });

  let waiting;
  const refreshSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 120);
  };
  form.addEventListener("input", refreshSoon);
  form.addEventListener("page:changed", refreshSoon);
  refresh();
})();
