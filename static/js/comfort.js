// Before the first paint: what this reader chose. It stays in the browser, so pages are the same for everybody.
{
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.comfort);
  } catch {
    // Nothing chosen yet, or storage is forbidden.
  }
  Object.assign(document.documentElement.dataset, chosen, { scripts: "" });
}
