/* Describe many photos on one screen: fill all at once, save in one request; an invalid card does not block the others.
   Only changed cards are sent. */
window.PhotoCards = (() => {
  "use strict";

  const form = document.getElementById("photo-form");
  if (!form) return {};
  const list = document.getElementById("cards");
  const told = document.getElementById("told");
  const touched = new Map(); // card → number of edits
  const AT_ONCE = 200;

  const say = (text, care = false) => {
    told.textContent = text;
    told.classList.toggle("missing", care);
  };
  const cardOf = (node) => node.closest("[data-photo]");
  const find = (key) => list.querySelector(`[data-photo="${Number(key)}"]`);
  const touch = (card) => touched.set(card, (touched.get(card) ?? 0) + 1);

  form.addEventListener("input", (event) => {
    const card = cardOf(event.target);
    if (!card) return;
    touch(card);
    say(`${touched.size} 张有改动，还没有保存`);
  });

  function parsed(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  /* Insert a card in file order, whichever upload finished first. */
  function add(html, place = Infinity) {
    const card = parsed(html);
    const here = find(card.dataset.photo);
    if (here) return here;
    card.dataset.place = place;
    list.insertBefore(card, [...list.children].find((each) => Number(each.dataset.place) > place) ?? null);
    form.hidden = false;
    window.PhotoFocal.start(card);
    return card;
  }

  function drop(card) {
    touched.delete(card);
    card.remove();
    form.hidden = !list.children.length;
  }

  // Fill all ----------------------------------------------------------------------------------------------------------

  const own = (card, name) => card.querySelector(`[name="p${card.dataset.photo}-${name}"]`);

  function apply() {
    const over = form.elements["all-over"].checked;
    const values = [...form.querySelectorAll("#every [name^=all-]:not([type=checkbox])")].filter((field) => field.value.trim());
    const subjects = [...form.querySelectorAll("[name=all-subjects]:checked")].map((box) => box.value);
    if (!values.length && !subjects.length) return say("上面还没有填要套用的内容。");
    let count = 0;
    for (const card of list.children) {
      let changed = false;
      for (const field of values) {
        const target = own(card, field.name.slice(4));
        if (!target || target.value === field.value || (target.value && !over)) continue;
        target.value = field.value;
        changed = true;
      }
      for (const box of card.querySelectorAll(`[name="p${card.dataset.photo}-subjects"]`)) {
        if (!subjects.includes(box.value) || box.checked) continue;
        box.checked = changed = true;
      }
      if (!changed) continue;
      touch(card);
      count++;
    }
    say(count ? `已套用到 ${count} 张，还没有保存。` : "没有可套用的：都已填了。要换掉，请勾“已填的也换掉”。");
  }

  // Saving ------------------------------------------------------------------------------------------------------------

  function fieldsOf(cards) {
    const data = new FormData();
    for (const card of cards) for (const field of card.querySelectorAll("[name]")) {
      if (field.type === "checkbox" && !field.checked) continue;
      data.append(field.name, field.value);
    }
    return data;
  }

  async function save() {
    const sent = new Map([...touched].slice(0, AT_ONCE));
    if (!sent.size) return say("没有改动，不用保存。");
    say("正在保存……");
    let answer;
    try {
      const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
      const response = await fetch(form.dataset.save, { method: "POST", headers, body: fieldsOf(sent.keys()) });
      if (response.status === 401) return say("登录已过期，请在另一个标签页重新登录再保存；填的都还在。", true);
      const json = response.headers.get("Content-Type")?.startsWith("application/json");
      if (response.status === 403 && !json) return say("这一页开得太久，没有保存；填的都还在。请在另一个标签页打开编辑部，再点保存。", true);
      if (!json) throw new Error();
      answer = await response.json();
    } catch {
      return say("连不上服务器，没有保存；填的都还在。", true);
    }
    if (answer.reasons) return say(answer.reasons.map((each) => each.text).join(""), true);
    for (const [key, html] of Object.entries(answer.cards)) renew(find(key), html, sent, answer.faulty.includes(Number(key)));
    for (const card of sent.keys()) if (!answer.cards[card.dataset.photo]) gone(card);
    say(answer.told, answer.faulty.length > 0);
    list.querySelector(".faulty .errorlist")?.scrollIntoView({ block: "center" });
    if (touched.size && !answer.faulty.length) return save(); // more than a batch, or edited during the save
  }

  /* Mark the card of a photo that somebody else deleted. */
  function gone(card) {
    touched.delete(card);
    card.classList.add("faulty");
    card.querySelector(".card-words").prepend(Object.assign(document.createElement("p"), { className: "errornote", textContent: "这张照片已经删除，没有保存。" }));
  }

  /* Replace a saved card, unless it was edited during the save; then it is saved next time. */
  function renew(card, html, sent, faulty) {
    if (!card || touched.get(card) !== sent.get(card)) return;
    const fresh = parsed(html);
    touched.delete(card);
    if (faulty) touched.set(fresh, 1);
    fresh.dataset.place = card.dataset.place ?? "";
    const focused = card.contains(document.activeElement) ? document.activeElement.name : null;
    card.replaceWith(fresh);
    window.PhotoFocal.start(fresh);
    if (focused) fresh.querySelector(`[name="${focused}"]`)?.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "apply") apply();
    else save();
  });
  // By default, Enter would click the form's first button.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=checkbox])")) return;
    event.preventDefault();
    if (event.target.closest("#every")) apply();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });
  window.addEventListener("beforeunload", (event) => touched.size && event.preventDefault());

  return { add, drop, find, save, say };
})();
