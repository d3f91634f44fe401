/* The page form: document JSON to fields, and fields back to JSON. Each part (topic, interview, credit, photo) is a
   clone of its template; `data-name` names a field's value. */
window.Newsroom = (() => {
  "use strict";

  const state = JSON.parse(document.getElementById("editor-state").textContent);
  const form = document.getElementById("page");
  const CHILDREN = { topics: "topic", interviews: "interview", credits: "credit", photos: "photo" };
  const HAN = "[\\u3400-\\u9fff]";
  const BETWEEN_NAMES = new RegExp(`\\s*[、，,；;/]\\s*|(?<=${HAN})[\\s\\u3000]+(?=${HAN})`);
  const syncs = []; // called before fields are read, to write pending values into them

  const part = (element) => element.closest("[data-part]") ?? form;
  const own = (node, selector) => [...node.querySelectorAll(selector)].filter((each) => part(each.parentElement) === node);
  const list = (node, name) => own(node, `[data-list="${name}"]`)[0];
  const parts = (container, kind) => [...container.children].filter((each) => each.dataset.part === kind);
  const announce = (name, detail) => form.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));

  /* Split names. 武玲芳、李 娟 is two: a two-character name may be printed with a space. */
  function names(text) {
    const found = [];
    for (const word of text.trim().split(BETWEEN_NAMES).filter(Boolean)) {
      const last = found.at(-1);
      if (word.length === 1 && last?.length === 1) found[found.length - 1] = last + word;
      else found.push(word);
    }
    return found;
  }

  const READ = {
    lines: (field) => field.value.split("\n"),
    key: (field) => (field.value ? Number(field.value) : null),
    names: (field) => names(field.value).map((name) => ({ id: field.people?.get(name) ?? null, name })),
    subjects: (field) =>
      [...field.querySelectorAll("input:checked")].map((box) => ({ id: Number(box.value), name: box.dataset.label })),
  };
  const WRITE = {
    lines: (field, value) => (field.value = (value ?? []).join("\n")),
    key: (field, value) => (field.value = value ?? ""),
    names(field, value) {
      field.people = new Map((value ?? []).filter((person) => person.id).map((person) => [person.name, person.id]));
      field.value = (value ?? []).map((person) => person.name).join("、");
    },
    subjects(field, value) {
      for (const subject of [...(value ?? [])].reverse()) {
        const box = field.querySelector(`input[value="${Number(subject.id)}"]`);
        if (!box) continue;
        box.checked = true;
        field.querySelector("legend").after(box.parentElement); // in the page's order
      }
    },
  };
  const value = (field) => (READ[field.dataset.type] ?? ((each) => each.value))(field);

  function fill(node, data) {
    if (node !== form && data.id) node.dataset.id = data.id;
    for (const field of own(node, "[data-name]")) {
      const held = field.dataset.name.split(".").reduce((each, name) => each?.[name], data);
      (WRITE[field.dataset.type] ?? ((each, text) => (each.value = text ?? "")))(field, held);
    }
    for (const [name, kind] of Object.entries(CHILDREN)) {
      list(node, name)?.append(...(data[name] ?? []).map((each) => build(kind, each)));
    }
    return node;
  }

  function build(kind, data = {}) {
    return fill(document.getElementById(`template-${kind}`).content.firstElementChild.cloneNode(true), data);
  }

  function read(node = form) {
    if (node === form) syncs.forEach((sync) => sync());
    const data = node === form ? {} : { id: node.dataset.id ? Number(node.dataset.id) : null };
    for (const field of own(node, "[data-name]")) {
      const path = field.dataset.name.split(".");
      const last = path.pop();
      path.reduce((each, name) => (each[name] ??= {}), data)[last] = value(field);
    }
    for (const [name, kind] of Object.entries(CHILDREN)) {
      const container = list(node, name);
      if (container) data[name] = parts(container, kind).map(read);
    }
    return data;
  }

  /* Default values of new parts. */
  const BLANK = {
    topic: () => ({ interviews: [BLANK.interview()] }),
    interview: () => ({ credits: [{ role: "记者" }] }),
    credit: (button) => ({ role: button?.dataset.role ?? "" }),
    photo: () => ({}),
  };

  function add(kind, container, button, data = BLANK[kind](button), before = null) {
    const node = build(kind, data);
    container.insertBefore(node, before);
    announce("page:changed");
    node.querySelector("input:not([type=hidden]), textarea")?.focus();
    return node;
  }

  /* Set the ids of saved topics and interviews. `order` lists the elements as they were sent. */
  const order = () => parts(list(form, "topics"), "topic").map((topic) => [topic, parts(list(topic, "interviews"), "interview")]);
  function number(sent, ids) {
    sent.forEach(([topic, interviews], place) => {
      if (!ids[place]) return;
      topic.dataset.id = ids[place][0];
      interviews.forEach((interview, n) => ids[place][1][n] && (interview.dataset.id = ids[place][1][n]));
    });
  }

  /* Find the field of a document path or address (interviews/document/walk.py): topics[1].interviews[0].body,
     interview:33.body */
  function locate(path) {
    const [root, kind, id] = /^(topic|interview):(\d+)\.?/.exec(path) ?? [""];
    let node = kind ? form.querySelector(`[data-part="${kind}"][data-id="${id}"]`) : form;
    if (!node) return null;
    let rest = path.slice(root.length);
    for (let step; (step = /^(\w+)\[(\d+)\]\.?/.exec(rest)); rest = rest.slice(step[0].length)) {
      const container = list(node, step[1]);
      const next = container && parts(container, CHILDREN[step[1]])[Number(step[2])];
      if (!next) return container ?? node;
      node = next;
    }
    if (!rest) return node;
    rest = rest.replace(/\[\d+\].*$/, "");
    const fields = own(node, "[data-name]");
    const lists = own(node, `[data-list="${rest}"]`)[0];
    return fields.find((field) => field.dataset.name === rest) ?? fields.find((field) => field.dataset.name.startsWith(`${rest}.`)) ?? lists ?? node;
  }

  /* Find the field with a finding's text: lead[0] is in the lead, a contributor in a list of names. */
  function locateText(path) {
    if (path.startsWith("lead")) return own(form, "[data-name=lead]")[0];
    const names = /^(.*credits\[\d+\])\.contributors/.exec(path);
    return names ? locate(`${names[1]}.contributors`) : locate(path);
  }

  /* Scroll to a field and focus it. */
  function reveal(path) {
    show(locate(path));
  }

  function show(field) {
    for (let topic = field.closest(".topic.folded"); topic; topic = null) fold(topic, false);
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "center" });
    const target = field.matches("input, textarea") ? field : field.querySelector("input:not([type=hidden]), textarea, button");
    if (target?.dataset.name === "body") announce("statement:focus", target);
    else target?.focus({ preventScroll: true });
  }

  function fold(topic, folded = !topic.classList.contains("folded")) {
    topic.classList.toggle("folded", folded);
    own(topic, ".topic-body")[0].hidden = folded;
    own(topic, "[data-act=fold]")[0].setAttribute("aria-expanded", String(!folded));
    announce("page:folded");
  }

  fill(form, state.page);
  const reprint = document.getElementById("reprint");
  reprint.open = own(form, '[data-name^="reprint."]').some((field) => field.value);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const kind = button.dataset.add;
    const name = Object.keys(CHILDREN).find((each) => CHILDREN[each] === kind);
    const block = button.closest("#part-credits, #part-photos");
    const container = block ? block.querySelector(`[data-list="${name}"]`) : list(part(button), name);
    add(kind, container, button);
  });

  return { state, form, read, build, add, fold, list, parts, part, own, order, number, locate, locateText, reveal, show, announce, syncs };
})();
