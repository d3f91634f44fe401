/* The CSRF token for fetch requests, from the cookie: signing in again in any window changes it, and the page's hidden
   field would be stale. */
window.csrfToken = () => {
  const kept = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return kept ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
};
