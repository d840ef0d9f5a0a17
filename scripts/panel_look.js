// What the eye may miss, asked by panel_shots.py in the page: what sticks out to the right, targets under 24 px (WCAG
// 2.5.8), more than one primary button.
() => {
  const wide = document.documentElement.clientWidth;
  const isSeen = (element) => element.getClientRects().length && !element.closest(".sr-only");
  const name = (element) => `${element.tagName.toLowerCase()}.${String(element.className.baseVal ?? element.className).slice(0, 50)}`;

  function isClipped(element) {
    for (let parent = element.parentElement; parent; parent = parent.parentElement)
      if (getComputedStyle(parent).overflowX !== "visible") return true;
    return false;
  }

  function isSmall(element) {
    if (!isSeen(element) || element.closest("p, dd, label, .input") || element.matches("[type=hidden], [type=checkbox], [type=radio], .row-link")) return false;
    return element.getBoundingClientRect().height < 24 && getComputedStyle(element).display !== "inline";
  }

  const found = [];
  if (document.documentElement.scrollWidth > wide) found.push(`scrolls sideways to ${document.documentElement.scrollWidth}`);
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > wide + 1 && !isClipped(element)) found.push(`sticks out: ${name(element)}`);
  }
  for (const element of document.querySelectorAll("button, a, input, select, summary"))
    if (isSmall(element)) found.push(`small target: ${name(element)}`);
  const primaries = [...document.querySelectorAll(".btn-primary")].filter((button) => isSeen(button) && !button.closest("[data-sample]"));
  if (primaries.length > 1) found.push(`${primaries.length} primary buttons`);
  return found.slice(0, 8);
}
