// Apply the reader's settings before first paint. They stay in the browser, so pages can be cached for everybody.
{
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.comfort);
  } catch {
    // No settings, or storage is forbidden.
  }
  Object.assign(document.documentElement.dataset, chosen, { scripts: "" });
}
