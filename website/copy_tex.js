// What is copied from a page has its formulas as TeX, where only text can be pasted: $f'(x) = 2x$, and $$ around those
// that stand alone. Programs that take a page's own markup get the formulas as they are.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || event.target.closest?.("input, textarea")) return;

  // A formula is copied as a whole, wherever in it the selection begins or ends.
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("math");
  const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);

  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  if (!copied.querySelector("math")) return;
  event.clipboardData.setData("text/html", copied.innerHTML);
  for (const formula of copied.querySelectorAll("math")) {
    const mark = formula.getAttribute("display") === "block" ? "$$" : "$";
    const tex = formula.querySelector("annotation")?.textContent;
    formula.replaceWith(tex ? mark + tex + mark : formula.textContent);
  }
  // Only what is on the page has lines and paragraphs.
  copied.style.cssText = "position: fixed; left: -100vw";
  document.body.append(copied);
  event.clipboardData.setData("text/plain", copied.innerText);
  copied.remove();
  event.preventDefault();
});
