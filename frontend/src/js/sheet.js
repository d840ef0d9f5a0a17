// A list and its sheet. On large screens a row opens beside the list (htmx swaps #sheet-slot, the address follows); on
// small ones, with a modifier key, or without script it is an ordinary link to a page of its own.
const WIDE = matchMedia("(min-width: 80rem)");
let listUrl = location.href;

const slot = () => document.getElementById("sheet-slot");
const isOpen = () => Boolean(slot()?.firstElementChild);
const rows = () => [...document.querySelectorAll(".row-link")].filter((row) => row.getClientRects().length);
const selected = () => document.querySelector("tr.sel .row-link");

function select(row) {
  document.querySelector("tr.sel")?.classList.remove("sel");
  row?.closest("tr")?.classList.add("sel");
}

/** Go to the row after or before the current one: open it if a sheet is open, else only focus it. */
export function step(by) {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(isOpen() ? selected() : document.activeElement);
  const row = list[Math.max(0, Math.min(at + by, list.length - 1))];
  if (isOpen()) row.click();
  else row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function close() {
  const row = selected();
  slot().replaceChildren();
  history.pushState({ htmx: true }, "", listUrl);
  select(null);
  row?.focus();
}

export function startSheet() {
  // Before htmx hears the click: leave it to the browser where no sheet fits.
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".row-link[hx-get]");
    if (!row) return;
    if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return event.stopImmediatePropagation();
    if (!isOpen()) listUrl = location.href;
    select(row);
  }, true);
  document.addEventListener("click", (event) => {
    if (!isOpen()) return;
    const button = event.target.closest("[data-sheet-close], [data-sheet-step]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.sheetStep) step(button.dataset.sheetStep === "next" ? 1 : -1);
    else close();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.target === slot() || event.detail?.ctx?.target === slot()) slot().querySelector(".sheet")?.focus({ preventScroll: true });
  });
}
