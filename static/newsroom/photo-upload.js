/* Upload one file per request, three at a time, each with its own progress and result. Failures are retried
   automatically, then by a button. The file's SHA-256 makes retries idempotent. */
window.PhotoUploads = (() => {
  "use strict";

  const WAITS = [1000, 3000, 9000]; // ms before a retry
  const MEGABYTE = 1024 * 1024;
  const LOST = "连不上服务器，没有传上去。";

  class Lost extends Error {}

  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const element = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

  /* Without a secure context there is no crypto.subtle; then only the server detects duplicates. */
  async function hashed(file) {
    if (!crypto.subtle) return "";
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function answered(status, type, text) {
    if (status === 401) return { photo: null, refusal: "登录已过期。请在另一个标签页重新登录，再点“重试失败的”。", again: true };
    if (status === 413) return { photo: null, refusal: "文件太大，服务器没有收。" };
    if (status === 0 || status >= 500) throw new Lost();
    if (!type?.startsWith("application/json")) return { photo: null, refusal: "页面放得太久了，请刷新后重新上传。", again: true };
    const data = JSON.parse(text);
    return data.reasons ? { photo: null, refusal: data.reasons.map((each) => each.text).join("") } : data;
  }

  function post(url, fields, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
      request.onerror = request.onabort = request.ontimeout = () => reject(new Lost());
      request.onload = () => {
        try {
          resolve(answered(request.status, request.getResponseHeader("Content-Type"), request.responseText));
        } catch (error) {
          reject(error);
        }
      };
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) body.append(name, value);
      request.send(body);
    });
  }

  async function known(desk, key) {
    const url = new URL(desk.known, location);
    url.searchParams.set("key", key);
    url.searchParams.set("since", desk.since);
    let response;
    try {
      response = await fetch(url, { headers: { Accept: "application/json" } });
    } catch {
      throw new Lost();
    }
    return answered(response.status, response.headers.get("Content-Type"), await response.text());
  }

  /* `onTaken(answer, place)` per photo, with its index among the chosen files, since they finish in another order.
     `onChange(counts)` on any progress. */
  function start({ desk, list, onTaken, onChange }) {
    const all = [];
    let running = 0;

    function add(files) {
      for (const file of files) {
        const upload = { file, state: "waiting", part: 0, key: null, row: row(file) };
        all.push(upload);
        list.append(upload.row.element);
        if (file.size > desk.most) settle(upload, "refused", `照片超过 ${Math.floor(desk.most / MEGABYTE)} MB 的上限，请压缩后再传。`);
        else if (!file.size) settle(upload, "refused", "文件是空的。");
      }
      pump();
    }

    function row(file) {
      const name = element("span", { className: "upload-name", textContent: file.name });
      const bar = element("progress", { max: 1, value: 0, ariaLabel: `${file.name}的进度` });
      const words = element("span", { className: "upload-words", textContent: "等着传" });
      const box = element("li", { className: "upload" });
      box.append(name, bar, words);
      return { element: box, bar, words };
    }

    function show(upload, words, part = upload.part) {
      upload.part = part;
      upload.row.bar.value = part;
      upload.row.words.textContent = words;
      changed();
    }

    function settle(upload, state, words) {
      upload.state = state;
      upload.row.element.dataset.state = state;
      upload.row.bar.hidden = state !== "taken";
      show(upload, words, 1);
    }

    function pump() {
      for (const upload of all) {
        if (running >= desk.atOnce) break;
        if (upload.state !== "waiting") continue;
        upload.state = "running";
        delete upload.row.element.dataset.state;
        upload.row.bar.hidden = false;
        running++;
        run(upload).finally(() => {
          running--;
          pump();
          changed();
        });
      }
      changed();
    }

    async function run(upload) {
      try {
        show(upload, "读文件……", 0);
        upload.key ??= await hashed(upload.file);
      } catch {
        return settle(upload, "refused", "文件读不出来。文件夹请打开后选里面的照片。");
      }
      const twin = upload.key && all.find((each) => each !== upload && each.key === upload.key && ["running", "taken"].includes(each.state));
      if (twin) return settle(upload, "refused", `与“${twin.file.name}”是同一个文件，只传一次。`);
      for (let attempt = 0; ; attempt++) {
        try {
          return finish(upload, await sent(upload));
        } catch (error) {
          if (!(error instanceof Lost)) return settle(upload, "refused", "服务器的回答看不懂，请刷新后再试。");
          if (attempt >= WAITS.length) return settle(upload, "failed", LOST);
          show(upload, "连不上服务器，马上再试……", 0);
          await wait(WAITS[attempt]);
        }
      }
    }

    async function sent(upload) {
      const before = upload.key ? await known(desk, upload.key) : null;
      if (before?.photo || before?.refusal) return before;
      const { file, key } = upload;
      const fields = { key, since: desk.since, feature: desk.feature, file };
      return post(desk.take, fields, (part) => show(upload, part < 1 ? `${Math.round(part * 100)}%` : "正在检查……", part));
    }

    function finish(upload, answer) {
      if (!answer.photo) return settle(upload, answer.again ? "failed" : "refused", answer.refusal);
      settle(upload, "taken", "已入库");
      upload.row.element.remove();
      onTaken(answer, all.indexOf(upload));
    }

    function retry() {
      for (const upload of all) if (upload.state === "failed") upload.state = "waiting";
      pump();
    }

    function counts() {
      const of = (state) => all.filter((each) => each.state === state).length;
      const size = all.reduce((sum, each) => sum + each.file.size, 0);
      const done = all.reduce((sum, each) => sum + each.file.size * each.part, 0);
      const busy = of("waiting") + of("running");
      return { all: all.length, taken: of("taken"), failed: of("failed"), refused: of("refused"), busy, part: size ? done / size : 1 };
    }

    function changed() {
      onChange?.(counts());
    }

    window.addEventListener("online", retry);
    window.addEventListener("beforeunload", (event) => counts().busy && event.preventDefault());
    return { add, retry, counts };
  }

  /* Set up the drop zone: drop, paste or choose files. */
  function zone(options) {
    const get = (id) => document.getElementById(id);
    const bar = document.querySelector(".upload-bar");
    const uploads = start({ ...options, list: get("upload-list"), onChange });
    const drop = get("drop");
    const files = get("files");

    function onChange(counts) {
      bar.hidden = !counts.all;
      const parts = [`已入库 ${counts.taken} / ${counts.all}`];
      if (counts.busy) parts.push(`还有 ${counts.busy} 张在传`);
      if (counts.refused) parts.push(`没有收 ${counts.refused}`);
      if (counts.failed) parts.push(`失败 ${counts.failed}`);
      const words = parts.join("，");
      if (get("upload-sum").textContent !== words) get("upload-sum").textContent = words;
      get("upload-all").value = counts.part;
      get("retry").hidden = !counts.failed;
      options.onChange?.(counts);
    }

    document.documentElement.classList.add("with-scripts");
    get("retry").addEventListener("click", uploads.retry);
    files.addEventListener("change", () => {
      uploads.add([...files.files]);
      files.value = "";
    });
    take(document, drop, uploads.add);
    return uploads;
  }

  /* Return files dropped on or pasted into `area`. */
  function take(area, drop, add) {
    const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    area.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      drop.classList.add("over");
    });
    area.addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      drop.classList.remove("over");
      add([...event.dataTransfer.files]);
    });
    area.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      add([...event.clipboardData.files]);
    });
  }

  return { start, zone, take, post, element };
})();
