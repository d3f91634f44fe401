/* The token that a form's request carries. Signing in again, in whichever window, changes it: the cookie knows, the
   page's field does not. */
window.csrfToken = () => {
  const kept = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return kept ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
};
