// Bind a button to a passkey; say in words what went wrong. The library logs it only.
const { purpose, button, field, passwordless } = document.currentScript.dataset;
const action = { addForm: "add", authenticateForm: "authenticate", loginForm: "login" }[purpose];

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.createElement("p");
  note.className = "errornote";
  note.setAttribute("role", "alert");
  note.textContent =
    event.detail.exception?.name === "InvalidStateError"
      ? "这个通行密钥已经添加过了。"
      : "没有用成：操作取消了、超时了，或者这台设备没有可用的通行密钥。";
  document.querySelectorAll(".errornote").forEach((each) => each.remove());
  document.getElementById(button).closest("form, p").before(note);
});

window.allauth.webauthn.forms[purpose]({
  ids: { [action]: button, credential: field, data: "passkey_data", ...(passwordless && { passwordless }) },
});
document.getElementById(button).hidden = false;
