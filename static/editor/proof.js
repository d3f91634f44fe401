/* Proofreading while typing. Each finding jumps to its place; a safe fix takes one click after a preview; a false
   positive is dismissed with a reason. Nothing changes automatically. */
(() => {
  "use strict";

  const { state, form, read, locate, locateText, show, announce } = window.Newsroom;
  const box = document.getElementById("proof");
  const PAUSE = 500; // ms after the last keystroke
  const GRADES = { error: "必须处理", warning: "请核对", hint: "提示" };
  const MOST_SHOWN = 60;
  const make = (tag, fields = {}) => Object.assign(document.createElement(tag), fields);
  let timer;
  let asked = 0;
  let last = "";

  const post = (url, data) =>
    fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(data),
    });

  async function ask(force = false) {
    const content = read();
    const text = JSON.stringify(content);
    if (text === last && !force) return;
    const number = ++asked;
    try {
      const response = await post(state.urls.proof ?? state.urls.read, { content });
      if (!response.ok || number !== asked) return;
      last = text;
      const answer = await response.json();
      render(answer.findings);
      renderScore(answer.score);
    } catch {
      // Offline: no proofreading. Autosave handles the text.
    }
  }

  function render(findings) {
    const open = findings.filter((each) => !each.dismissed);
    const heading = box.querySelector("h2");
    const count = (grade) => open.filter((each) => each.severity === grade).length;
    const words = Object.keys(GRADES).filter(count).map((grade) => `${GRADES[grade]} ${count(grade)}`);
    heading.textContent = words.length ? `校对：${words.join("，")}` : "校对：没有发现问题";
    box.querySelector("ol").replaceChildren(...findings.slice(0, MOST_SHOWN).map(row));
    box.hidden = false;
  }

  /* Show the error score. Its breakdown stays open while typing. */
  function renderScore(score) {
    const details = box.querySelector(".score") ?? make("details", { className: "score" });
    const summary = make("summary", { textContent: score.sentence });
    summary.classList.toggle("missing", !score.passes);
    const parts = score.parts.map((part) => make("li", { textContent: `${part.title} ${part.count} 处，计 ${part.points}` }));
    const list = make("ul");
    list.append(make("li", { textContent: score.made_of }), ...parts);
    details.replaceChildren(summary, list);
    if (!details.parentElement) box.querySelector("ol").before(details);
  }

  function row(each) {
    const item = make("li", { className: `finding finding-${each.severity}${each.dismissed ? " finding-dismissed" : ""}` });
    const jump = make("button", { type: "button", className: "link-button", textContent: each.place });
    jump.addEventListener("click", () => reach(each));
    const head = make("p");
    head.append(jump, " ", make("strong", { textContent: each.title }));
    const body = make("p", { title: each.source });
    if (each.suggestion) {
      body.append(make("del", { textContent: each.excerpt }), " ", make("ins", { textContent: each.suggestion }), " ");
    } else if (each.excerpt) body.append(make("q", { textContent: each.excerpt.slice(0, 40) }), " ");
    body.append(each.message);
    item.append(head, body);
    if (each.dismissed) {
      const back = make("button", { type: "button", className: "small-button", textContent: "重新提示" });
      back.addEventListener("click", () => settle(each, { reinstate: true }));
      item.append(make("p", { className: "quiet", textContent: `已忽略。${each.dismissed}` }), back);
    } else item.append(verbs(each));
    return item;
  }

  function verbs(each) {
    const bar = make("div", { className: "finding-verbs" });
    if (each.suggestion) {
      const mend = make("button", { type: "button", className: "small-button", textContent: "照改" });
      mend.addEventListener("click", () => replace(each));
      bar.append(mend);
    }
    const ignore = make("button", { type: "button", className: "small-button", textContent: "忽略…" });
    ignore.addEventListener("click", () => {
      const reason = make("input", { type: "text", maxLength: 500, placeholder: "理由，回车确定" });
      reason.setAttribute("aria-label", "忽略的理由");
      reason.addEventListener("keydown", (event) => {
        if (event.key === "Escape") reason.replaceWith(ignore);
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        if (reason.value.trim()) settle(each, { reason: reason.value });
      });
      ignore.replaceWith(reason);
      reason.focus();
    });
    bar.append(ignore);
    return bar;
  }

  async function settle(each, what) {
    if (!state.urls.keep) return;
    const { key, rule, excerpt } = each;
    const response = await post(state.urls.keep.replace(/keep\/$/, "dismiss/"), { key, rule, excerpt, ...what });
    if (response.ok) return ask(true);
    const answer = await response.json();
    box.querySelector("[role=alert]").textContent = answer.reasons.map((reason) => reason.text).join("");
  }

  /* Return the offset of a finding in its plain-text field, or -1. */
  function within(field, each) {
    const line = /^lead\[(\d+)\]$/.exec(each.path);
    let base = 0;
    if (line) {
      const lines = field.value.split("\n");
      const filled = lines.map((text, n) => [text.trim(), n]).filter(([text]) => text);
      const at = filled[Number(line[1])]?.[1] ?? 0;
      base = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
    }
    const near = base + each.start;
    if (field.value.startsWith(each.excerpt, near)) return near;
    return field.value.indexOf(each.excerpt, base);
  }

  /* Wait for a statement's editor, which starts when it becomes visible; give up after 3 s. */
  function editable(field, tries = 30) {
    return new Promise((resolve) => {
      const look = () => {
        const found = field.parentElement.querySelector("[contenteditable=true]");
        if (found || tries-- <= 0) resolve(found);
        else setTimeout(look, 100);
      };
      look();
    });
  }

  async function find(each) {
    const field = locateText(each.path);
    show(field);
    if (field.dataset.name === "body") {
      const element = await editable(field);
      return element && { field, range: rangeOf(element, each) };
    }
    if (!("value" in field)) return { field };
    return { field, start: within(field, each) };
  }

  async function reach(each) {
    const { field, range, start } = (await find(each)) ?? {};
    if (range) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      (range.startContainer.parentElement ?? field).scrollIntoView({ block: "center" });
    } else if (start >= 0) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(start, start + each.excerpt.length);
    }
  }

  async function replace(each) {
    const { field, range, start } = (await find(each)) ?? {};
    if (range) {
      const editor = Object.values(CKEDITOR.instances).find((one) => one.element.$ === field);
      editor.fire("saveSnapshot");
      range.deleteContents();
      range.insertNode(document.createTextNode(each.suggestion));
      range.commonAncestorContainer.normalize();
      editor.fire("saveSnapshot");
      editor.fire("change");
    } else if (start >= 0) {
      field.setRangeText(each.suggestion, start, start + each.excerpt.length, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      announce("page:changed");
    }
  }

  /* Find a range by offsets in the statement's plain text, whose blocks and line breaks count as newlines. */
  function rangeOf(element, each) {
    const pieces = [];
    let text = "";
    const breakLine = () => text && !text.endsWith("\n") && (text += "\n");
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          pieces.push([child, text.length]);
          text += child.data.replace(/\u00a0/g, " ").replace(/[\u200b\ufeff]/g, "");
        } else if (child.nodeName === "BR") breakLine();
        else {
          const block = /^(P|H3|LI|UL|OL|BLOCKQUOTE|DIV)$/.test(child.nodeName);
          if (block) breakLine();
          walk(child);
          if (block) breakLine();
        }
      }
    };
    walk(element);
    const start = text.startsWith(each.excerpt, each.start) ? each.start : nearest(text, each);
    if (start < 0) return null;
    const range = document.createRange();
    const point = (offset, end) => {
      const found = pieces.findLast(([, from]) => (end ? from < offset : from <= offset));
      return found && [found[0], Math.min(found[0].length, offset - found[1])];
    };
    const [from, to] = [point(start, false), point(start + each.excerpt.length, true)];
    if (!from || !to) return null;
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }

  function nearest(text, each) {
    let best = -1;
    for (let at = text.indexOf(each.excerpt); at >= 0; at = text.indexOf(each.excerpt, at + 1)) {
      if (best < 0 || Math.abs(at - each.start) < Math.abs(best - each.start)) best = at;
    }
    return best;
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("page:changed", soon);
  timer = setTimeout(ask, PAUSE);
})();
