// Import review: source and structure highlight each other; a click relabels a line and the page is parsed again.
const reading = document.querySelector("#reading");
const form = document.querySelector("#intake-form");
const problem = document.querySelector(".intake-problem");
const confirm = document.querySelector("#confirm");

const line = (number) => document.getElementById(`line-${number}`);
const linesOf = (part) => part.dataset.lines.split(" ").filter(Boolean);
const partsOf = (number) => [...reading.querySelectorAll("[data-lines]")].filter((part) => linesOf(part).includes(number));

// ---- linked panes --------------------------------------------------------------------------------------------------

function show(elements) {
  for (const shown of reading.querySelectorAll(".shown")) shown.classList.remove("shown");
  for (const element of elements) element.classList.add("shown");
}

function reveal(element) {
  const pane = element?.closest(".source, .structure");
  if (!pane) return;
  const inside = element.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  if (pane.scrollHeight > pane.clientHeight) {
    if (inside.top < frame.top || inside.bottom > frame.bottom) pane.scrollTop += inside.top - frame.top - frame.height / 3;
  } else if (inside.top < 0 || inside.bottom > innerHeight) element.scrollIntoView({ block: "center" });
}

function point(element, scroll) {
  const own = element.closest("[data-line], [data-lines]");
  if (!own) return;
  const others = own.dataset.line ? partsOf(own.dataset.line) : linesOf(own).map(line).filter(Boolean);
  show([own, ...others]);
  if (scroll) reveal(others[0]);
}

reading.addEventListener("mouseover", (event) => point(event.target, false));
reading.addEventListener("focusin", (event) => point(event.target, true));

// ---- labels --------------------------------------------------------------------------------------------------------

let open = null;

function closeMenu(back) {
  const menu = document.querySelector("#labels");
  menu.hidden = true;
  open?.querySelector("[data-choose]")?.setAttribute("aria-expanded", "false");
  if (back) open?.querySelector("[data-choose]")?.focus();
  open = null;
}

function openMenu(row) {
  const menu = document.querySelector("#labels");
  if (open === row) return closeMenu(true);
  closeMenu(false);
  open = row;
  row.querySelector("[data-choose]").setAttribute("aria-expanded", "true");
  row.append(menu);
  menu.hidden = false;
  for (const button of menu.children) button.toggleAttribute("data-now", button.dataset.say === row.dataset.kind);
  menu.querySelector("button").focus();
}

async function say(number, label) {
  problem.hidden = true;
  confirm.disabled = true;
  const answer = await fetch(reading.dataset.labelUrl, {
    method: "POST",
    body: JSON.stringify({ [number]: label }),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  }).catch(() => null);
  confirm.disabled = false;
  if (!answer || answer.redirected || !answer.ok) {
    const told = answer && !answer.redirected && (await answer.json().catch(() => null));
    problem.textContent = told?.reason || (answer ? "登录已过期：请在另一个窗口登录，再点一次。" : "没有连上服务器，请再点一次。");
    problem.hidden = false;
    return;
  }
  closeMenu(false);
  swap(await answer.text());
  const row = line(number);
  if (row) {
    row.querySelector("[data-choose]").focus({ preventScroll: true });
    reveal(row);
  }
}

// Replace the review, keeping chosen people and pictures and scroll positions.
function swap(html) {
  const chosen = [...reading.querySelectorAll("select")].map((field) => [field.name, field.value]);
  const leftOut = [...reading.querySelectorAll("[name=picture]:not(:checked)")].map((box) => box.value);
  const places = [".source", ".structure"].map((pane) => reading.querySelector(pane).scrollTop);
  reading.innerHTML = html;
  for (const field of reading.querySelectorAll("select")) {
    const value = chosen.find(([name]) => name === field.name)?.[1];
    if ([...field.options].some((option) => option.value === value)) field.value = value;
  }
  for (const box of reading.querySelectorAll("[name=picture]")) box.checked = !leftOut.includes(box.value);
  [".source", ".structure"].forEach((pane, index) => { reading.querySelector(pane).scrollTop = places[index]; });
}

reading.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = event.target.closest("[data-line]");
  if (button?.matches("[data-choose]")) openMenu(row);
  else if (button?.matches("[data-say]")) say((button.closest("#labels") ? open : row).dataset.line, button.dataset.say);
  else if (button?.matches("[data-next]")) next();
  else if (event.target.closest("[data-lines]")) toSource(event.target.closest("[data-lines]"));
});

function toSource(part) {
  const row = linesOf(part).map(line).find(Boolean);
  if (!row) return;
  row.querySelector("[data-choose]").focus({ preventScroll: true });
  reveal(row);
}

// Go to the next unsure line after the current one.
function next() {
  const unsure = [...reading.querySelectorAll(".source-line.unsure")];
  const here = reading.querySelector(".source-line.shown");
  const row = unsure.find((each) => here && here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) || unsure[0];
  row?.querySelector("[data-choose]").focus({ preventScroll: true });
  reveal(row);
}

reading.addEventListener("keydown", (event) => {
  const menu = event.target.closest("#labels");
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape" && open) closeMenu(true);
  else if (menu && step) {
    const buttons = [...menu.children];
    buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length].focus();
  } else if (event.target.matches("[data-choose]") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const rows = [...reading.querySelectorAll("[data-choose]")];
    rows[rows.indexOf(event.target) + step]?.focus();
  } else if (event.target.matches("[data-lines]") && (event.key === "Enter" || event.key === " ")) toSource(event.target);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (open && !event.target.closest("[data-line], #labels")) closeMenu(false);
});

document.querySelector("#give-up").addEventListener("submit", (event) => {
  if (!window.confirm(event.target.dataset.ask)) event.preventDefault();
});
