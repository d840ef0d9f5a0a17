// Find or do: a combobox over the rooms and deeds the page lists; what matches nothing searches the messages.
export function startFind() {
  const dialog = document.getElementById("find");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const options = [...dialog.querySelectorAll("[role=option]")];
  const search = options.find((option) => option.dataset.search);
  const shown = () => options.filter((option) => !option.hidden);

  function select(option) {
    for (const each of options) each.setAttribute("aria-selected", String(each === option));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function filter() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const option of options) {
      const text = `${option.textContent} ${option.dataset.words ?? ""}`.toLowerCase();
      if (option !== search) option.hidden = !words.every((word) => text.includes(word));
    }
    if (search) {
      search.hidden = !words.length;
      search.querySelector("span").textContent = `${search.dataset.text} “${field.value.trim()}”`;
    }
    select(shown()[0]);
  }

  function go(option) {
    if (!option) return;
    location.href = option.dataset.href ?? option.dataset.search + encodeURIComponent(field.value.trim());
  }

  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    const list = shown();
    const at = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") select(list[Math.min(at + 1, list.length - 1)]);
    else if (event.key === "ArrowUp") select(list[Math.max(at - 1, 0)]);
    else if (event.key === "Enter") go(list[at]);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    else go(event.target.closest("[role=option]"));
  });
  dialog.addEventListener("toggle", () => {
    field.value = "";
    filter();
  });
  filter();
}
