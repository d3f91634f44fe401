/* Move, copy, fold and remove parts by buttons, dragging and keys. Removal can be undone. */
(() => {
  "use strict";

  const { form, read, build, fold, part, announce, list, add } = window.Newsroom;
  const NAMES = { topic: "话题", interview: "访谈", credit: "署名", photo: "图片说明" };
  const UNDO_TIME = 15_000; // ms

  const beside = (node, way) => (way === "up" ? node.previousElementSibling : node.nextElementSibling);

  function move(node, way) {
    const other = beside(node, way);
    if (other) way === "up" ? other.before(node) : other.after(node);
    else if (!crossed(node, way)) return;
    announce("page:changed");
    node.scrollIntoView({ block: "nearest" });
  }

  /* Past the first or last interview, an interview moves into the neighbouring topic. */
  function crossed(node, way) {
    if (node.dataset.part !== "interview") return false;
    const topic = beside(part(node.parentElement), way);
    if (!topic) return false;
    const home = list(topic, "interviews");
    way === "up" ? home.append(node) : home.prepend(node);
    fold(topic, false);
    return true;
  }

  function withoutIds(data) {
    if (Array.isArray(data)) return data.map(withoutIds);
    if (!data || typeof data !== "object") return data;
    const { id, ...rest } = data;
    const copy = Object.fromEntries(Object.entries(rest).map(([name, each]) => [name, ["speaker", "contributors", "portrait"].includes(name) ? each : withoutIds(each)]));
    return copy;
  }

  function duplicate(node) {
    window.Newsroom.syncs.forEach((sync) => sync());
    const copy = build(node.dataset.part, withoutIds(read(node)));
    node.after(copy);
    announce("page:changed");
    copy.scrollIntoView({ block: "center" });
    copy.querySelector("input:not([type=hidden])")?.focus({ preventScroll: true });
  }

  function remove(node) {
    const [parent, next] = [node.parentElement, node.nextElementSibling];
    const focus = next ?? node.previousElementSibling ?? part(parent);
    window.Newsroom.syncs.forEach((sync) => sync());
    node.remove();
    announce("page:changed");
    offer(`已删除${NAMES[node.dataset.part]}。`, () => {
      parent.insertBefore(node, next?.parentElement === parent ? next : null);
      announce("page:changed");
      node.scrollIntoView({ block: "center" });
    });
    focus.querySelector("input:not([type=hidden]), button")?.focus({ preventScroll: true });
  }

  function offer(text, undo) {
    document.getElementById("undo")?.remove();
    const box = Object.assign(document.createElement("div"), { id: "undo", className: "undo" });
    box.setAttribute("role", "status");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "撤销" });
    button.addEventListener("click", () => {
      undo();
      box.remove();
    });
    box.append(text, button);
    document.getElementById("editor").append(box);
    setTimeout(() => box.remove(), UNDO_TIME);
  }

  const ACTS = {
    up: (node) => move(node, "up"),
    down: (node) => move(node, "down"),
    duplicate,
    remove,
    fold: (node) => fold(node),
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    const act = button && ACTS[button.dataset.act];
    if (!act) return;
    act(part(button));
    if (button.isConnected && button.dataset.act !== "duplicate") button.focus({ preventScroll: true });
  });

  // Keyboard ---------------------------------------------------------------------------------------------------------

  /* Keys act on the topic in a topic's title, elsewhere on the interview, credit or caption with the focus. */
  function keyed(event) {
    const node = part(event.target);
    if (node === form) return false;
    const topic = node.closest(".topic");
    switch (event.code) {
      case "ArrowUp": case "ArrowDown": {
        const focused = document.activeElement;
        move(node, event.code === "ArrowUp" ? "up" : "down");
        focused?.focus({ preventScroll: true });
        return true;
      }
      case "KeyD": duplicate(node); return true;
      case "KeyC": if (topic) fold(topic); return Boolean(topic);
      case "KeyN": if (topic) add("interview", list(topic, "interviews")); return Boolean(topic);
    }
    return false;
  }
  form.addEventListener("keydown", (event) => {
    if (event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && keyed(event)) event.preventDefault();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!(event.altKey && event.shiftKey && event.code === "KeyT")) return;
    event.preventDefault();
    add("topic", list(form, "topics"));
  });

  // Drag and drop ----------------------------------------------------------------------------------------------------

  let dragged = null;
  form.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.("[data-act=drag]")) return;
    dragged = part(event.target);
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(dragged, 20, 20);
  });
  form.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const kind = dragged.dataset.part;
    const over = event.target.closest(`[data-part="${kind}"]`);
    const empty = event.target.closest(kind === "interview" ? ".topic" : ".nothing");
    if (over && over !== dragged && over.parentElement.dataset.list === dragged.parentElement.dataset.list) {
      const { top, height } = over.getBoundingClientRect();
      over.parentElement.insertBefore(dragged, event.clientY < top + height / 2 ? over : over.nextSibling);
    } else if (!over && empty && !empty.contains(dragged)) {
      list(empty, "interviews").append(dragged);
    }
    event.preventDefault();
  });
  form.addEventListener("drop", (event) => dragged && event.preventDefault());
  form.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    dragged = null;
    announce("page:changed");
  });
})();
