// Shows one of the precomputed frames of an explorer. It copies texts and outlines into the page; every number is Python's.
(() => {
  const root = document.currentScript.closest(".explorer");
  const slider = root.querySelector("input");
  const frames = JSON.parse(root.querySelector(".explorer-frames").textContent);
  // The pictures are images at first, so that they are there without this script too. Inlined, their lines can move.
  for (const image of root.querySelectorAll("img")) {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    image.outerHTML = new TextDecoder().decode(bytes);
  }
  const slots = [...root.querySelectorAll("[data-slot]")].map((e) => [e, e.dataset.slot, e.dataset.set]);
  let shown = [];
  const show = () => {
    const frame = frames[slider.value];
    for (const [element, slot, attribute] of slots) {
      if (frame[slot] === shown[slot]) continue; // a message written again would be read out again
      if (attribute === "dots") element.setAttribute("d", frame[slot].split("T")[0].replaceAll("L", "h0M") + "h0");
      else if (attribute) element.setAttribute(attribute, frame[slot]);
      else element.textContent = frame[slot];
    }
    shown = frame;
  };
  slider.addEventListener("input", show);
  slider.addEventListener("keydown", (event) => {
    const step = { PageUp: 4, PageDown: -4 }[event.key];
    if (!step) return;
    event.preventDefault();
    slider.value = Number(slider.value) + step;
    show();
  });
  root.querySelector(".explorer-slider").hidden = false;
  show();
})();
