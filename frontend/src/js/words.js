// Propose what can come next in a field where a whole sentence is typed: what stands there stays in front of it.
const JOINTS = ["and", "or", "not"];

function propose(field, list, words) {
  const at = Math.max(...[" ", "("].map((mark) => field.value.lastIndexOf(mark))) + 1;
  const head = field.value.slice(0, at);
  const begun = field.value.slice(at).toLowerCase();
  if (field.value.split('"').length % 2 === 0) return list.replaceChildren();
  const fit = [...words, ...(head.trim() ? JOINTS : [])].filter((word) => word.toLowerCase().startsWith(begun));
  list.replaceChildren(
    ...fit.slice(0, 30).map((word) => Object.assign(document.createElement("option"), { value: head + word })),
  );
}

export function startWords() {
  for (const field of document.querySelectorAll("[data-propose]")) {
    const list = field.list;
    const words = [...list.options].map((option) => option.value);
    field.addEventListener("input", () => propose(field, list, words));
  }
}
