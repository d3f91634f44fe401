// The review screen: pin comments to text, find their text, save without leaving. Without this script the same forms
// work, one page load each.
const box = document.querySelector("#remarks");
const frame = document.querySelector(".review-page");
const here = document.querySelector(".remark-here");

// A passage of the whole page has the class of its path (interviews/document/walk.py), with these exceptions.
const SELECTORS = { issue: ".folio", credits: ".page-credits-names", photos: ".figures" };
const selectorOf = (path) => SELECTORS[path] ?? `.${path}`;
const pagePaths = () => [...box.querySelector("[name=path]")?.options ?? []].map((option) => option.value).filter((path) => /^\w+$/.test(path));

function elementOf(page, path) {
  if (/^\w+$/.test(path)) return page.querySelector(selectorOf(path));
  const [, kind, id, part] = /^(topic|interview):(\d+)\.(\w+)$/.exec(path) || [];
  if (kind === "topic") return page.getElementById(`topic-${id}-title`);
  const interview = kind && page.getElementById(`interview-${id}`);
  return interview && interview.querySelector({ body: ".statement", credits: ".byline", speaker: ".speaker-text" }[part]);
}

function pathOf(node) {
  const element = node.nodeType === 1 ? node : node.parentElement;
  const title = element.closest(".topic-title");
  if (title) return `topic:${title.id.match(/\d+/)[0]}.title`;
  const interview = element.closest(".interview");
  if (interview) {
    const part = element.closest(".byline") ? "credits" : element.closest(".statement") ? "body" : element.closest(".speaker") ? "speaker" : "";
    return part && `${interview.id.replace("-", ":")}.${part}`;
  }
  return pagePaths().find((path) => element.closest(selectorOf(path))) || "";
}

// Return the text nodes of a passage, without a byline inside a statement, which is its own passage.
function textNodes(page, element) {
  const walker = page.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    const byline = walker.currentNode.parentElement.closest(".byline");
    const correction = walker.currentNode.parentElement.closest(".correction");
    if (!correction && (!byline || byline === element)) nodes.push(walker.currentNode);
  }
  return nodes;
}

const squeezed = (text) => text.replace(/\s+/g, "");

// ---- selecting text ------------------------------------------------------------------------------------------------

let chosen = null;

function choose() {
  const page = frame.contentDocument;
  const selection = page.getSelection();
  chosen = null;
  here.hidden = true;
  if (!selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return;
  const range = selection.getRangeAt(0);
  const path = pathOf(range.startContainer);
  const element = path && elementOf(page, path);
  if (!element || !element.contains(range.startContainer)) return;
  const before = page.createRange();
  before.setStart(element, 0);
  before.setEnd(range.startContainer, range.startOffset);
  chosen = { path, quote: selection.toString().trim(), start: before.toString().trimStart().length };
  const place = range.getBoundingClientRect();
  here.style.top = `${Math.min(Math.max(place.bottom + 6, 0), frame.clientHeight - 50)}px`;
  here.style.left = `${Math.min(Math.max(place.left, 0), frame.clientWidth - 90)}px`;
  here.hidden = false;
}

function quote(words) {
  const form = box.querySelector(".remark-form");
  form.elements.path.value = words.path;
  form.elements.quote.value = words.quote;
  form.elements.start.value = words.start;
  form.querySelector(".remark-quote").hidden = !words.quote;
  form.querySelector(".remark-quote q").textContent = words.quote;
  form.elements.text.focus();
  form.scrollIntoView({ block: "nearest" });
}

here?.addEventListener("click", () => {
  if (chosen) quote(chosen);
  here.hidden = true;
});

// ---- text of a comment ---------------------------------------------------------------------------------------------

function unmark() {
  for (const mark of frame.contentDocument.querySelectorAll("mark.remark")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

// Mark the quoted text. Ignores white space, which differs between the browser and the stored text.
function mark(remark) {
  const page = frame.contentDocument;
  const element = remark.dataset.path && elementOf(page, remark.dataset.path);
  if (!element) return [];
  const words = squeezed(remark.dataset.quote);
  if (!words) return [element];
  const nodes = textNodes(page, element);
  const places = [];
  nodes.forEach((node) => [...node.data].reduce((offset, letter) => {
    if (!/\s/.test(letter)) for (let unit = 0; unit < letter.length; unit += 1) places.push([node, offset + unit]);
    return offset + letter.length;
  }, 0));
  const text = places.map(([node, offset]) => node.data[offset]).join("");
  const wanted = Number(remark.dataset.start) || 0;
  let best = -1;
  for (let found = text.indexOf(words); found >= 0; found = text.indexOf(words, found + 1)) {
    if (best < 0 || Math.abs(found - wanted) < Math.abs(best - wanted)) best = found;
  }
  if (best < 0) return [element];
  const ends = new Map();
  for (const [node, offset] of places.slice(best, best + words.length)) {
    const [start] = ends.get(node) || [offset];
    ends.set(node, [start, offset + 1]);
  }
  return [...ends].map(([node, [start, end]]) => {
    const range = page.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    const mark = page.createElement("mark");
    mark.className = "remark";
    range.surroundContents(mark);
    return mark;
  });
}

const marks = new Map();

function markAll() {
  if (!frame?.contentDocument?.querySelector("main")) return;
  unmark();
  marks.clear();
  for (const remark of box.querySelectorAll(".remark:not(.remark-resolved)")) marks.set(remark, mark(remark));
}

function jump(remark) {
  // The view of changes has no page: go to the one that has.
  if (!frame) {
    location.href = `?#${remark.id}`;
    return;
  }
  const targets = marks.get(remark)?.length ? marks.get(remark) : mark(remark);
  marks.set(remark, targets);
  for (const element of frame.contentDocument.querySelectorAll(".remark-chosen")) element.classList.remove("remark-chosen");
  for (const element of box.querySelectorAll(".remark-chosen")) element.classList.remove("remark-chosen");
  targets.forEach((target) => target.classList.add("remark-chosen"));
  remark.classList.add("remark-chosen");
  if (!targets.length) return;
  // Not scrollIntoView: it would also scroll the outer screen.
  const view = frame.contentWindow;
  view.scrollTo({ top: view.scrollY + targets[0].getBoundingClientRect().top - frame.clientHeight / 3 });
}

// ---- saving --------------------------------------------------------------------------------------------------------

async function save(event) {
  const form = event.target;
  event.preventDefault();
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, event.submitter),
    headers: { "X-Requested-With": "fetch" },
  }).catch(() => null);
  // Signed out, or the server is down: fall back to the plain form, which shows why.
  if (!answer || answer.redirected || ![200, 422].includes(answer.status)) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "verb", value: event.submitter?.value || "comment" });
    if (!form.elements.verb || form.elements.verb.type === "submit") form.append(hidden);
    form.submit();
    return;
  }
  box.innerHTML = await answer.text();
  markAll();
  box.querySelector("[role=alert], [role=status]")?.scrollIntoView({ block: "nearest" });
}

box?.addEventListener("submit", save);
box?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-jump]")) jump(button.closest(".remark"));
  if (button?.matches("[data-unquote]")) quote({ path: box.querySelector("[name=path]").value, quote: "", start: "" });
});
box?.addEventListener("change", (event) => {
  // The quote is not in another passage.
  if (event.target.name === "path") quote({ path: event.target.value, quote: "", start: "" });
});

function ready() {
  const page = frame.contentDocument;
  if (!page?.querySelector("main") || page.querySelector("[data-remarks]")) return;
  const style = page.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: frame.dataset.marks });
  style.dataset.remarks = "";
  page.head.append(style);
  page.addEventListener("mouseup", () => setTimeout(choose));
  page.addEventListener("keyup", choose);
  page.addEventListener("scroll", () => { here.hidden = true; });
  markAll();
  const wanted = /^#remark-\d+$/.test(location.hash) && box.querySelector(location.hash);
  if (wanted) jump(wanted);
}

if (frame) {
  frame.addEventListener("load", ready);
  if (frame.contentDocument?.readyState === "complete") ready();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = button.closest(".shared").querySelector("input[type=text]");
    field.select();
    await navigator.clipboard?.writeText(button.dataset.copy).catch(() => document.execCommand("copy"));
    if (!navigator.clipboard) document.execCommand("copy");
    button.textContent = "已复制";
  });
}
