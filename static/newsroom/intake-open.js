// Drop a page file anywhere on the screen; say that it is being read, which takes a moment.
const page = document.querySelector(".import-page");
const form = page.querySelector("form");
const file = form.querySelector("input[type=file]");

const holdsFile = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!holdsFile(event)) return;
  event.preventDefault();
  page.classList.add("over");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) page.classList.remove("over");
});

document.addEventListener("drop", (event) => {
  if (!holdsFile(event)) return;
  event.preventDefault();
  page.classList.remove("over");
  file.files = event.dataTransfer.files;
  form.requestSubmit();
});

form.addEventListener("submit", () => {
  form.querySelector(".reading-now").textContent = file.files.length ? "正在读文件……" : "正在读……";
});
