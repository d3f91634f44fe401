/* Pictures of the page, chosen from the library or uploaded in place. Captions and credits are the page's own,
   prefilled from the library. */
(() => {
  "use strict";

  const { form, state, own, part, announce } = window.Newsroom;
  const { start, take, element } = window.PhotoUploads;
  const dialog = document.getElementById("picker");
  const get = (id) => document.getElementById(id);
  const [query, told, list, more] = ["picker-query", "picker-told", "picker-photos", "picker-more"].map(get);
  const NAMES = { portrait: "肖像", cover: "封面", photo: "照片" };
  const DELAY = 250; // ms after the last keystroke
  const shown = new Map(); // id → photo
  let box = null; // the picture being chosen
  let asked = 0;
  let added = 0; // uploads since the dialog opened
  let timer;

  // In the form -------------------------------------------------------------------------------------------------------

  const kind = (node) => node.dataset.picture;
  const field = (node, name) => own(part(node), `[data-name="${kind(node) === "photo" ? name : `${kind(node)}.${name}`}"]`)[0];
  const idOf = (node) => Number(kind(node) === "photo" ? part(node).dataset.id : field(node, "id").value) || null;

  function setId(node, id) {
    if (kind(node) !== "photo") field(node, "id").value = id ?? "";
    else if (id) part(node).dataset.id = id;
    else delete part(node).dataset.id;
  }

  function show(node) {
    const id = idOf(node);
    const button = node.querySelector(".picture-choose");
    const image = button.querySelector("img");
    const source = id ? state.urls.picture.replace("/0/", `/${id}/`) : "";
    if ((image.getAttribute("src") ?? "") !== source) source ? (image.src = source) : image.removeAttribute("src");
    image.hidden = !id;
    button.querySelector("span").textContent = `${id ? "换" : "选"}${NAMES[kind(node)]}`;
    const words = node.querySelector(".picture-words");
    if (words) words.hidden = !id;
  }

  const showAll = () => form.querySelectorAll("[data-picture]").forEach(show);
  form.addEventListener("page:changed", showAll);
  showAll();

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act=pick], [data-act=unpick]");
    if (!button) return;
    const node = button.closest("[data-picture]");
    if (button.dataset.act === "pick") return open(node);
    for (const name of ["credit_line", "alt_text", "caption"]) if (field(node, name)) field(node, name).value = "";
    setId(node, null);
    announce("page:changed");
    node.querySelector(".picture-choose").focus();
  });

  const speaker = (node) => ["name", "organisation", "job_title"].map((name) => own(part(node), `[data-name="speaker.${name}"]`)[0]?.value.trim() ?? "");

  /* Set the photo. Credit and alt text are replaced; a typed caption stays, since it may be the printed one. */
  function choose(photo) {
    const node = box;
    const again = idOf(node) !== null;
    setId(node, photo.id);
    const [name, ...post] = kind(node) === "portrait" ? speaker(node) : [""];
    const described = photo.alt_text || (name && (post.join("") ? `${name}，${post.join("")}` : name));
    const values = { credit_line: photo.credit_line, alt_text: described, caption: photo.caption };
    for (const [each, text] of Object.entries(values)) {
      const input = field(node, each);
      if (input && (!input.value.trim() || (again && each !== "caption"))) input.value = text ?? "";
    }
    dialog.close();
    announce("page:changed");
    node.querySelector(".picture-choose").focus();
  }

  // Picker dialog -----------------------------------------------------------------------------------------------------

  function open(node) {
    box = node;
    added = 0;
    get("picker-title").textContent = `选${NAMES[kind(node)]}`;
    get("picker-uploads").replaceChildren();
    const [name] = kind(node) === "portrait" ? speaker(node) : [""];
    query.value = name;
    dialog.showModal();
    query.select();
    look({ fallback: Boolean(name) });
  }

  async function ask(parameters) {
    const url = new URL(state.urls.pick, location);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.reasons?.map((each) => each.text).join("") ?? "");
    return answer;
  }

  async function look({ from = 0, fallback = false } = {}) {
    const number = ++asked;
    const word = query.value.trim();
    let answer;
    try {
      answer = await ask({ q: word, start: from });
    } catch (error) {
      if (number === asked) told.textContent = error.message && !(error instanceof TypeError) ? error.message : "连不上服务器，请稍后再试。";
      return;
    }
    if (number !== asked) return;
    if (!from) list.replaceChildren();
    if (!from && !answer.photos.length && fallback) {
      query.value = "";
      await look();
      told.textContent = `没有“${word}”的照片，下面是最近的。`;
      return;
    }
    told.textContent = answer.photos.length || from ? "" : word ? `没有找到“${word}”。` : "图片库里还没有照片。";
    list.append(...answer.photos.map(row));
    more.hidden = !answer.more;
  }

  function row(photo) {
    shown.set(photo.id, photo);
    const item = element("li");
    const button = element("button", { type: "button", title: [photo.caption, photo.credit_line].filter(Boolean).join(" ") });
    button.dataset.id = photo.id;
    const image = element("img", { src: photo.picture, alt: "", width: photo.width, height: photo.height, loading: "lazy" });
    button.append(image, element("span", { textContent: photo.label }));
    item.append(button);
    return item;
  }

  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, DELAY);
  });
  query.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") look();
    else if (event.key === "ArrowDown") list.querySelector("button")?.focus();
    else return;
    event.preventDefault();
  });
  more.addEventListener("click", async () => {
    const last = list.lastElementChild;
    await look({ from: list.children.length });
    last?.nextElementSibling?.querySelector("button").focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(shown.get(Number(button.dataset.id)));
  });
  /* Arrow keys move in the grid; up from the first row goes to the search. */
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement);
    const across = buttons.findIndex((each) => each.offsetTop !== buttons[0].offsetTop);
    const columns = across < 0 ? buttons.length : across;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step || here < 0) return;
    event.preventDefault();
    if (here + step < 0 && event.key === "ArrowUp") query.focus();
    else buttons[here + step]?.focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => asked++);

  // Upload ------------------------------------------------------------------------------------------------------------

  const files = get("picker-files");
  if (!files) return;
  const desk = { ...state.photos, get feature() { return /feature\/(\d+)\//.exec(state.urls.keep ?? "")?.[1] ?? null; } };
  const uploads = start({ desk, list: get("picker-uploads"), onTaken: taken });

  function add(chosen) {
    added += chosen.length;
    uploads.add(chosen);
  }

  /* Choose a single upload at once; among several, let the user pick. */
  async function taken(answer) {
    const meant = box;
    const { photos: [photo] } = await ask({ id: answer.photo });
    if (!dialog.open || box !== meant) return;
    if (added === 1 && photo.usable && !answer.duplicates.length) return choose(photo);
    for (const twin of list.querySelectorAll(`button[data-id="${photo.id}"]`)) twin.parentElement.remove();
    if (photo.usable) list.prepend(row(photo));
    const alike = answer.duplicates.filter((twin) => !twin.same).map((twin) => twin.label);
    told.textContent = !photo.usable ? `${answer.label}：已撤下或已到期，不能用。` : alike.length ? `${photo.label}很像已有的“${alike[0]}”，请选一张。` : answer.notes.join("");
    for (const twin of answer.duplicates) if (!twin.same) {
      const { photos } = await ask({ id: twin.id });
      list.firstElementChild.after(...photos.filter((each) => each.usable).map(row));
    }
    list.querySelector("button")?.focus();
  }

  files.addEventListener("change", () => {
    add([...files.files]);
    files.value = "";
  });
  take(dialog, dialog, add);
})();
