// Shows one of the precomputed frames of an explorer. It copies texts and outlines into the page; every number is Python's.
(() => {
  const root = document.currentScript.closest(".explorer");
  const slider = root.querySelector("input");
  const [smaller, larger] = root.querySelectorAll("button");
  const said = root.querySelector(".explorer-said");
  const frames = JSON.parse(root.querySelector(".explorer-frames").textContent);
  // The pictures are images at first, so that they are there without this script too. Inlined, their lines can move.
  for (const image of root.querySelectorAll("img")) {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    image.outerHTML = new TextDecoder().decode(bytes);
  }
  const slots = [...root.querySelectorAll("[data-slot]")].map((e) => [e, e.dataset.slot, e.dataset.set]);
  let shown = frames[slider.value];
  const show = () => {
    const frame = frames[slider.value];
    for (const [element, slot, attribute] of slots) {
      if (frame[slot] === shown[slot]) continue; // a message written again would be read out again
      if (attribute === "dots") element.setAttribute("d", frame[slot].split("T")[0].replaceAll("L", "h0M") + "h0");
      else if (attribute) element.setAttribute(attribute, frame[slot]);
      else element.textContent = frame[slot];
    }
    shown = frame;
    smaller.setAttribute("aria-disabled", slider.value === slider.min);
    larger.setAttribute("aria-disabled", slider.value === slider.max);
    said.textContent = ""; // a slider says its value by itself
  };
  const move = (by) => {
    slider.value = Number(slider.value) + by;
    show();
  };
  slider.addEventListener("input", show);
  slider.addEventListener("keydown", (event) => {
    const by = { PageUp: 4, PageDown: -4 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(by);
  });
  for (const [button, by] of [[smaller, -1], [larger, 1]])
    button.addEventListener("click", () => {
      move(by);
      said.textContent = shown[0] + ". ";
    });
  // A finger that comes down on the slider moves it. If the page then scrolls, that was not meant.
  let before;
  slider.addEventListener("pointerdown", () => { before = slider.value; });
  slider.addEventListener("pointercancel", () => {
    slider.value = before;
    show();
  });
  root.querySelector(".explorer-slider").hidden = false;
  show();
})();
