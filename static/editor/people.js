/* Suggest people while a name is typed. Namesakes are told apart by organisation; nobody is preselected. */
(() => {
  "use strict";

  const { form, state, announce } = window.Newsroom;
  const DELAY = 180; // ms after the last keystroke
  const box = Object.assign(document.createElement("ul"), { className: "people", id: "people", hidden: true });
  box.setAttribute("role", "listbox");
  document.getElementById("editor").append(box);
  let field = null;
  let people = [];
  let chosen = -1;
  let timer;
  let asked = 0;

  /* In a list of names, return the one with the cursor. */
  function word(input) {
    if (input.dataset.people === "speaker") return { text: input.value.trim(), start: 0, end: input.value.length };
    const before = input.value.slice(0, input.selectionStart);
    const start = Math.max(...["、", "，", ",", "；", " ", "\u3000"].map((mark) => before.lastIndexOf(mark))) + 1;
    const rest = /^[^、，,； \u3000]*/.exec(input.value.slice(input.selectionStart))[0];
    return { text: (before.slice(start) + rest).trim(), start, end: input.selectionStart + rest.length };
  }

  function close() {
    clearTimeout(timer);
    asked++;
    box.hidden = true;
    chosen = -1;
    field?.setAttribute("aria-expanded", "false");
    field?.removeAttribute("aria-activedescendant");
  }

  async function ask(input) {
    const query = word(input).text;
    const number = ++asked;
    if (!query) return close();
    const url = new URL(state.urls.people, location);
    url.searchParams.set("kind", input.dataset.people);
    url.searchParams.set("q", query);
    let found = [];
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.ok) found = (await response.json()).people;
    } catch {
      return; // offline: no suggestions
    }
    if (number === asked && document.activeElement === input) show(input, found);
  }

  function show(input, found) {
    field = input;
    people = found;
    chosen = -1;
    box.replaceChildren(...found.map((person, place) => {
      const row = Object.assign(document.createElement("li"), { id: `people-${place}` });
      row.setAttribute("role", "option");
      const name = Object.assign(document.createElement("strong"), { textContent: person.name });
      const post = [person.organisation, person.job_title, person.note].filter(Boolean).join("");
      row.append(name, " ", Object.assign(document.createElement("span"), { textContent: post }));
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(place);
      });
      return row;
    }));
    const rect = input.getBoundingClientRect();
    const frame = box.parentElement.getBoundingClientRect();
    box.style.left = `${rect.left - frame.left}px`;
    box.style.top = `${rect.bottom - frame.top}px`;
    box.style.minWidth = `${rect.width}px`;
    box.hidden = !found.length;
    if (!box.hidden) box.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-expanded", String(!box.hidden));
    input.setAttribute("aria-controls", "people");
  }

  function mark(place) {
    chosen = (place + people.length) % people.length;
    [...box.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
    field.setAttribute("aria-activedescendant", `people-${chosen}`);
  }

  function take(place) {
    const person = people[place];
    if (field.dataset.people === "speaker") {
      const { own, part } = window.Newsroom;
      const named = (name) => own(part(field), `[data-name="speaker.${name}"]`)[0];
      field.value = person.name;
      field.dataset.taken = person.name;
      named("id").value = person.id;
      // Keep what was typed as printed; fill empty fields with the current values.
      if (!named("organisation").value && !named("job_title").value) {
        named("organisation").value = person.organisation;
        named("job_title").value = person.job_title;
      }
    } else {
      const { start, end } = word(field);
      field.people ??= new Map();
      field.people.set(person.name, person.id);
      field.setRangeText(person.name, start, end, "end");
    }
    close();
    announce("page:changed");
  }

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.dataset.people || event.isComposing) return;
    if (input.dataset.people === "speaker" && input.value.trim() !== input.dataset.taken) {
      const { own, part } = window.Newsroom;
      own(part(input), '[data-name="speaker.id"]')[0].value = ""; // a changed name is a new person until one is chosen
    }
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY, input);
  });
  form.addEventListener("compositionend", (event) => {
    if (event.target.dataset?.people) timer = setTimeout(ask, DELAY, event.target);
  });
  form.addEventListener("keydown", (event) => {
    if (box.hidden || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey) mark(chosen < 0 && step < 0 ? people.length - 1 : chosen + step);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("focusout", (event) => event.target === field && close());
})();
