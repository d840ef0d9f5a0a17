// The keyboard. A link or button that names its keys in aria-keyshortcuts is pressed by them; the rest is listed in
// templates/shell/_keys.html. Single keys act outside fields only, and not at all when the person switched them off.
import { step } from "./sheet.js";

const GO = 1000; // ms in which the letter after `g` must follow

function isTyping(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function press(keys) {
  const named = [...document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(keys)}"]`)];
  const target = named.find((element) => element.getClientRects().length && !element.disabled) ?? named.find((element) => element.href);
  if (!target) return false;
  if (target.matches("input, textarea")) target.focus();
  else target.click();
  return true;
}

export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog !== null;
}

function escape() {
  const menu = document.querySelector("details.drop[open]");
  if (!menu) return press("Escape");
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

function primary(target) {
  const button = (target.closest("form") ?? document).querySelector(".btn-primary") ?? document.querySelector("main .btn-primary");
  button?.click();
  return button !== null;
}

function held(event) {
  if (event.key === "k") return open("find");
  if (event.key === "Enter") return primary(event.target);
  if (event.key === "z" && !isTyping(event.target)) return press("Control+Z");
  return false;
}

export function startKeys() {
  let goUntil = 0;
  const single = (key) => {
    if (Date.now() < goUntil) {
      goUntil = 0;
      return press(`g ${key}`);
    }
    if (key === "g") {
      goUntil = Date.now() + GO;
      return true;
    }
    if (key === "?") return open("keys");
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    return press(key);
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    let done = false;
    if (event.ctrlKey || event.metaKey) done = held(event);
    else if (event.key === "Escape") done = escape();
    else if (document.body.dataset.keys === "on" && event.key.length === 1 && !isTyping(event.target)) done = single(event.key);
    if (done) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) open(opener.dataset.open);
  });
}
