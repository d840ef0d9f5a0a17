// Copy buttons: data-copy is the text itself, data-copy-from a selector inside the nearest data-copy-within.
import { say } from "./live.js";

async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // plain http on another machine has no clipboard of its own
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const home = button.dataset.copyWithin ? button.closest(button.dataset.copyWithin) : document;
    await put(button.dataset.copy ?? home.querySelector(button.dataset.copyFrom).textContent);
    say(document.body.dataset.copied);
    const use = button.querySelector("use");
    const [sheet] = use.getAttribute("href").split("#");
    use.setAttribute("href", `${sheet}#i-check`);
    setTimeout(() => use.setAttribute("href", `${sheet}#i-copy`), 1500);
  });
}
