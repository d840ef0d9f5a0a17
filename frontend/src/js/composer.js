// The composer: marks behind the textarea, the count and the cut at every key. The server confirms both 300 ms later
// (hx-post on the textarea) and adds what only it knows: variables, prices, the person whose text is longest.
import { blamed, segments } from "./segments.js";

const VARIABLE = /\{\{[^{}]*\}\}/g;

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** Paint a text into `home`: variables boxed, characters that make it Unicode underlined. */
function paint(home, text, bad) {
  home.replaceChildren();
  const pattern = new RegExp(`${VARIABLE.source}${bad.length ? `|[${bad.map((c) => `\\u{${c.codePointAt(0).toString(16)}}`).join("")}]` : ""}`, "gu");
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    home.append(text.slice(end, match.index), span(match[0].startsWith("{{") ? "var" : "bad", match[0]));
    end = match.index + match[0].length;
  }
  home.append(text.slice(end));
}

function showCut(home, text) {
  const strip = document.querySelector("template[data-strip]");
  const list = home.querySelector("[data-strips]");
  const count = home.querySelector("[data-count]");
  if (!strip || !list || !count) return;
  const { encoding, units, parts } = segments(text);
  const bad = blamed(text);
  list.replaceChildren(...parts.map((part, index) => {
    const item = strip.content.cloneNode(true).firstElementChild;
    item.querySelector("[data-index]").textContent = index + 1;
    paint(item.querySelector("[data-text]"), part.text, bad);
    const [full, room] = item.querySelectorAll("i");
    full.style.setProperty("--n", part.used);
    room.style.setProperty("--n", part.size - part.used);
    full.hidden = !part.used;
    room.hidden = part.size === part.used;
    item.querySelector("[data-used]").textContent = `${part.used} / ${part.size}`;
    return item;
  }));
  const { one, many, gsm0338, ucs2, chars } = count.dataset;
  const name = encoding === "ucs2" ? ucs2 : gsm0338;
  count.textContent = `${chars.replace("0", units)} · ${name} · ${(parts.length === 1 ? one : many).replace("0", parts.length)}`;
}

function update(field) {
  const bad = blamed(field.value.replace(VARIABLE, ""));
  const marks = field.parentElement.querySelector(".ink-marks");
  if (marks) {
    paint(marks, `${field.value}\n`, bad);
    marks.scrollTop = field.scrollTop;
  }
  const home = document.querySelector(field.dataset.composer);
  // A variable's value is the server's to know: its count stands until it has answered.
  if (home && !field.value.match(VARIABLE)) showCut(home, field.value);
}

function replace(button) {
  const field = document.querySelector("[data-composer]");
  const swaps = JSON.parse(button.dataset.replace);
  field.value = [...field.value].map((char) => swaps[char] ?? char).join("");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function insert(button) {
  const field = document.querySelector("[data-composer]");
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function startComposer() {
  document.addEventListener("input", (event) => event.target.matches("[data-composer]") && update(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-replace], [data-insert]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.insert) insert(button);
    else replace(button);
  });
  for (const field of document.querySelectorAll("[data-composer]")) {
    field.addEventListener("scroll", () => { field.parentElement.querySelector(".ink-marks").scrollTop = field.scrollTop; });
    update(field);
  }
}
