/* Autosave: what is typed reaches the server within five seconds, apart from the saved revisions. Requests are
   serialized. While offline, the text is kept here and in localStorage; when the session ends, the user signs in again
   in a dialog and nothing is lost. */
(() => {
  "use strict";

  const { state, form, read, order, number, locate, reveal } = window.Newsroom;
  const PAUSE = 1200; // ms after the last keystroke
  const LATEST = 4000; // ms after the first unsaved keystroke
  const HEARTBEAT = 10_000;
  const RETRY = 3000;
  const status = document.getElementById("status");
  const notices = document.getElementById("notices");
  const written = () => JSON.stringify(read());
  const ours = () => `newsroom:${state.urls.change ?? "new"}:${state.user}:`;
  const stored = () => ours() + state.window; // per window: two offline windows write two backups

  let base = state.base;
  let saved = state.unsaved ? "" : written(); // as in the latest revision
  let kept = state.unsaved ? "" : saved; // as autosaved on the server
  let leaving = false;
  let firstUnkept = 0;
  let timer;
  let line = Promise.resolve();
  let seen = base; // latest revision the user was told about

  const say = (text, care = false) => {
    status.textContent = text;
    status.classList.toggle("care", care);
  };

  // Requests ---------------------------------------------------------------------------------------------------------

  class Unreached extends Error {}

  async function ask(url, data, options = {}) {
    let response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ window: state.window, base, ...data }),
        ...options,
      });
    } catch {
      throw new Unreached();
    }
    const json = response.headers.get("Content-Type")?.startsWith("application/json");
    // The session has ended, or the CSRF cookie is gone; the sign-in page sets it again.
    if (response.status === 401 || (response.status === 403 && !json)) {
      await signIn();
      return ask(url, data, options);
    }
    if (response.status === 503 && json) throw new Unreached((await response.json()).reasons.map((each) => each.text).join(""));
    if (response.status >= 500 || !json) throw new Unreached();
    return { status: response.status, ok: response.ok, ...(await response.json()) };
  }

  /* Serialize requests, in order. */
  function queued(work) {
    line = line.then(work, work);
    return line;
  }

  let signing = null;
  function signIn() {
    signing ??= new Promise((resolve) => {
      const dialog = document.getElementById("sign-in");
      const frame = dialog.querySelector("iframe");
      say("登录已过期", true);
      frame.src = state.urls.login;
      const done = () => dialog.open && dialog.close("done");
      frame.onload = () => {
        const path = frame.contentWindow.location.pathname;
        if (path === "blank") return;
        if (!state.urls.login.startsWith(path)) done();
        // For example a CSRF failure: reload the form with a fresh token.
        else if (!frame.contentDocument.querySelector("[name=password]")) frame.src = state.urls.login;
      };
      // Poll for a sign-in in another tab.
      const look = setInterval(async () => {
        const answer = await fetch(`${state.urls.people}?kind=contributor&q=`).catch(() => null);
        if (answer?.ok) done();
      }, RETRY);
      dialog.onclose = () => {
        clearInterval(look);
        frame.onload = null;
        signing = null;
        setTimeout(resolve, dialog.returnValue === "done" ? 0 : RETRY * 5);
        dialog.returnValue = "";
      };
      if (!dialog.open) dialog.showModal();
    });
    return signing;
  }

  async function begin() {
    if (state.urls.keep) return;
    const answer = await ask(state.urls.create, {});
    if (!answer.ok) throw new Error(answer.reasons.map((each) => each.text).join(""));
    const before = stored();
    state.urls = answer.urls;
    const waiting = localStorage.getItem(before);
    if (waiting) localStorage.setItem(stored(), waiting);
    localStorage.removeItem(before);
    history.replaceState(null, "", state.urls.change);
    for (const link of document.querySelectorAll("[data-url]")) {
      link.href = state.urls[link.dataset.url];
      link.hidden = false;
    }
  }

  // Autosave ---------------------------------------------------------------------------------------------------------

  async function keep(options) {
    const now = written();
    const changed = now !== kept;
    if (!changed && !state.urls.keep) return;
    try {
      await begin();
      // Back at the saved text: discard the working copy.
      const content = !changed ? null : now === saved ? false : JSON.parse(now);
      const answer = await ask(state.urls.keep, { content, adopts: state.adopts }, options);
      if (!answer.ok) {
        backUp(now);
        return say(answer.reasons.map((each) => each.text).join(""), true);
      }
      if (changed) {
        state.adopts = null;
        kept = now;
        firstUnkept = 0;
        forget();
        say(now === saved ? `第 ${base} 稿` : `${answer.at} 已自动保存，还没有存为一稿`);
      }
      meet(answer);
      if (written() !== kept) soon();
    } catch (error) {
      if (!(error instanceof Unreached)) return say(error.message, true);
      backUp(now);
      say(error.message ? `${error.message}文字还在这里` : "连不上服务器，文字还在这里，连上后自动保存", true);
      clearTimeout(timer);
      timer = setTimeout(() => queued(keep), RETRY);
    }
  }

  let backedUp = false;
  function forget() {
    if (backedUp) localStorage.removeItem(stored());
    backedUp = false;
  }

  function backUp(text) {
    backedUp = true;
    try {
      localStorage.setItem(stored(), JSON.stringify({ at: Date.now(), base, text }));
    } catch {
      // Storage is full or forbidden; the text is still on the page.
    }
  }

  function soon() {
    firstUnkept ||= Date.now();
    clearTimeout(timer);
    const wait = Math.max(0, Math.min(PAUSE, firstUnkept + LATEST - Date.now()));
    timer = setTimeout(() => queued(keep), wait);
  }

  // Presence ---------------------------------------------------------------------------------------------------------

  function meet(answer) {
    const rows = answer.others.map((other) => {
      const text = `${other.name}${other.typing ? "正在改" : "在看"}`;
      return Object.assign(document.createElement("li"), { textContent: text, title: `${other.since} 打开` });
    });
    document.getElementById("others").replaceChildren(...rows);
    if (answer.user !== state.user) note("user", `现在登录的是${answer.name}，以下改动会记在${answer.name}名下。`, true);
    if (!answer.may_edit) note("locked", "这个专题已经送审或公开，你暂时不能保存为一稿；写的文字已自动保存，退回后可以接着写。", true);
    else document.getElementById("notice-locked")?.remove();
    const latest = answer.latest;
    if (!latest || latest.number <= Math.max(base, seen) || latest.window === state.window) return;
    seen = latest.number;
    const who = latest.own ? "你在另一个窗口" : latest.author;
    const box = note("latest", `${who} ${latest.at} 存了第 ${latest.number} 稿。`, true);
    const look = Object.assign(document.createElement("a"), {
      href: `${state.urls.history.replace(/history\/$/, "compare/")}?old=${base}&new=${latest.number}`,
      target: "_blank", textContent: "看改了什么", className: "quiet-button",
    });
    box.append(look);
    if (written() === saved) {
      const fresh = Object.assign(document.createElement("button"), { type: "button", textContent: "换成新的一稿", className: "main-button" });
      fresh.addEventListener("click", () => (written() === saved ? go(state.urls.change) : queued(save)));
      box.append(fresh);
    } else {
      box.firstChild.append("你保存时可以逐处选择，两边都不会丢。");
    }
  }

  function note(name, text, care = false) {
    document.getElementById(`notice-${name}`)?.remove();
    const box = Object.assign(document.createElement("div"), { id: `notice-${name}`, className: `notice${care ? " notice-care" : ""}` });
    box.setAttribute("role", "status");
    box.append(Object.assign(document.createElement("p"), { textContent: text }));
    notices.append(box);
    return box;
  }

  // Saving -----------------------------------------------------------------------------------------------------------

  function go(url) {
    leaving = true;
    location.assign(url);
  }

  function unmark() {
    document.getElementById("notice-faults")?.remove();
    for (const said of form.querySelectorAll(".fault")) said.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    }
  }

  /* Mark a field as invalid; in the page head, show the message beside it too. */
  function mark(field, text, number) {
    field.setAttribute("aria-invalid", "true");
    const label = field.closest(".head .field");
    if (!label) return;
    const said = Object.assign(document.createElement("p"), { id: `fault-${number}`, className: "fault missing", textContent: text });
    said.setAttribute("aria-live", "polite");
    label.after(said);
    label.closest("details")?.setAttribute("open", "");
    field.setAttribute("aria-errormessage", said.id);
  }

  /* List the faults, each linked to its field. */
  function blame(title, reasons) {
    const box = note("faults", title, true);
    const rows = reasons.map((reason, place) => {
      const row = document.createElement("li");
      if (!reason.path) return Object.assign(row, { textContent: reason.text });
      const jump = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: reason.text });
      jump.addEventListener("click", () => reveal(reason.path));
      mark(locate(reason.path), reason.text, place);
      row.append(jump);
      return row;
    });
    const all = document.createElement("ul");
    all.append(...rows);
    box.append(all);
    box.scrollIntoView({ block: "nearest" });
    if (reasons[0]?.path) box.querySelector("button").focus();
  }

  async function save() {
    unmark();
    const now = written();
    const rows = order();
    say("正在保存……");
    try {
      await begin();
      const answer = await ask(state.urls.save, { content: JSON.parse(now), adopts: state.adopts });
      if (answer.status === 409 && answer.url) return go(answer.url), false;
      if (!answer.ok) {
        say("没有存成，文字都在", true);
        blame("还不能存为一稿：", answer.reasons);
        queued(keep);
        return false;
      }
      base = seen = answer.base;
      state.adopts = null;
      number(rows, answer.ids);
      const same = written();
      saved = kept = withIds(now, same);
      forget();
      document.getElementById("notice-latest")?.remove();
      say(answer.changed ? `${answer.at} 存为第 ${base} 稿` : `没有改动，仍是第 ${base} 稿`);
      if (same !== saved) soon();
      return true;
    } catch (error) {
      backUp(now);
      say(error.message ? `${error.message}文字还在这里` : "连不上服务器，文字还在这里，请稍后再存", true);
      return false;
    }
  }

  /* Return the sent page with its new ids, to compare: typing since then still counts as a change. */
  function withIds(sent, now) {
    const [then, present] = [JSON.parse(sent), JSON.parse(now)];
    const known = new Map();
    present.topics.forEach((topic) => topic.interviews.forEach((each) => known.set(JSON.stringify({ ...each, id: null }), each.id)));
    then.topics.forEach((topic, place) => {
      topic.id = present.topics[place]?.id ?? topic.id;
      topic.interviews.forEach((each, n) => (each.id ??= present.topics[place]?.interviews[n]?.id ?? known.get(JSON.stringify({ ...each, id: null })) ?? null));
    });
    return JSON.stringify(then);
  }

  async function submit() {
    if (!(await save())) return;
    try {
      const answer = await ask(state.urls.submit, {});
      if (answer.ok) return go(answer.url);
      say("已保存，还不能送审", true);
      blame("送审之前还缺：", answer.reasons);
    } catch (error) {
      say(error.message || "已保存，但连不上服务器，请稍后再送审", true);
    }
  }

  // Start ------------------------------------------------------------------------------------------------------------

  function offerBackups() {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(ours()))) offerBackup(key);
  }

  function offerBackup(key) {
    let backup;
    try {
      backup = JSON.parse(localStorage.getItem(key));
    } catch {
      backup = null;
    }
    if (!backup?.text || backup.text === kept) return;
    const at = new Date(backup.at);
    const box = note(`backup-${backup.at}`, `这台电脑上还有 ${at.getMonth() + 1}月${at.getDate()}日 ${at.toTimeString().slice(0, 5)} 断线时没有传上去的文字。`, true);
    const use = Object.assign(document.createElement("button"), { type: "button", textContent: "接着写", className: "main-button" });
    const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "放弃", className: "quiet-button" });
    use.addEventListener("click", () => queued(async () => {
      await keep(); // save newer typing first
      await begin();
      // Under a window id of its own: under this one it would overwrite the text typed here.
      const window = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const answer = await ask(state.urls.keep, { window, base: backup.base, content: JSON.parse(backup.text) });
      if (!answer.ok) return say(answer.reasons.map((each) => each.text).join(""), true);
      localStorage.removeItem(key);
      go(`${state.urls.change}?copy=${answer.copy}`);
    }));
    drop.addEventListener("click", () => {
      localStorage.removeItem(key);
      box.remove();
    });
    box.append(use, drop);
  }

  const changed = () => written() !== kept && soon();
  form.addEventListener("input", () => soon());
  form.addEventListener("change", () => soon());
  form.addEventListener("page:changed", changed);
  document.getElementById("save").addEventListener("click", () => queued(save));
  document.getElementById("submit")?.addEventListener("click", () => queued(submit));
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    queued(save);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && written() !== saved) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && written() !== kept) queued(() => keep({ keepalive: written().length < 20_000 }));
  });
  setInterval(() => queued(keep), HEARTBEAT);
  if (state.unsaved) say("还没有存为一稿的改动", true);
  offerBackups();
  if (state.urls.keep) queued(keep);
})();
