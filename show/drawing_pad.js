// The drawing pad: chapter 9's network reads what is drawn. The one place where the page itself computes.
(() => {
  const root = document.currentScript.closest(".drawing-pad");
  const find = (name) => root.querySelector(".pad-" + name);
  find("without").outerHTML = find("template").textContent;
  const { parameters, images, labels } = JSON.parse(find("data").textContent);

  // Chapter 9's forward, with its names, for one picture X of 64 numbers.
  const { W1, b1, W2, b2 } = parameters;
  const times = (x, W) => W[0].map((_, j) => x.reduce((sum, x_i, i) => sum + x_i * W[i][j], 0)); // x @ W
  const plus = (z, b) => z.map((z_j, j) => z_j + b[j]);
  const sigmoid = (z) => z.map((z_j) => 1 / (1 + Math.exp(-z_j)));
  const softmax = (z) => {
    const powers = z.map((z_j) => Math.exp(z_j - Math.max(...z)));
    const total = powers.reduce((sum, power) => sum + power);
    return powers.map((power) => power / total);
  };
  const forward = (X) => {
    const A1 = sigmoid(plus(times(X, W1), b1)); // (d) @ (d, h) -> (h)
    const Z2 = plus(times(A1, W2), b2); // (h) @ (h, k) -> (k)
    return { A1, Z2, P: softmax(Z2) };
  };

  // From a drawing to X, the same steps as in drawing_pad.py. A drawing is a list of strokes, a stroke of points [x, y].
  const SIDE = 32, BLOCK = 4, PEN = 3, BRUSH = 5, WIDEST = 20, LARGEST = 4;
  const range = (n) => [...Array(n).keys()];
  const between = (low, number, high) => Math.min(Math.max(number, low), high);
  const fitted = (strokes) => {
    const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const down = Math.min((SIDE - BRUSH) / Math.max(bottom - top, 1e-9), LARGEST);
    const across = Math.min(down, (WIDEST - BRUSH) / Math.max(right - left, 1e-9));
    const moved = ([x, y]) => [(x - (left + right) / 2) * across + SIDE / 2, (y - (top + bottom) / 2) * down + SIDE / 2];
    return strokes.map((stroke) => stroke.map(moved));
  };
  const bitmap = (strokes, brush = BRUSH) => {
    const inked = range(SIDE).map(() => Array(SIDE).fill(0));
    const near = (a, b) => [Math.floor(between(0, Math.min(a, b) - 3, SIDE)), between(0, Math.max(a, b) + 3, SIDE)];
    for (const stroke of strokes)
      stroke.forEach(([x1, y1], n) => {
        const [x0, y0] = stroke[Math.max(n - 1, 0)]; // the first point is a dot
        const dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy;
        const [left, right] = near(x0, x1), [top, bottom] = near(y0, y1);
        for (let row = top; row < bottom; row += 1)
          for (let column = left; column < right; column += 1) {
            const x = column + 0.5, y = row + 0.5;
            const share = length > 0 ? between(0, ((x - x0) * dx + (y - y0) * dy) / length, 1) : 0;
            const awayX = x - x0 - share * dx, awayY = y - y0 - share * dy;
            if (awayX * awayX + awayY * awayY <= (brush * brush) / 4) inked[row][column] = 1;
          }
      });
    return inked;
  };
  const straightened = (inked) => {
    const rows = range(SIDE).filter((row) => inked[row].includes(1));
    const top = rows[0] + 2, bottom = rows.at(-1) - 2;
    if (!(top < bottom) || !inked[top].includes(1) || !inked[bottom].includes(1)) return inked;
    const slant = (inked[top].indexOf(1) - inked[bottom].indexOf(1)) / (bottom - top);
    return inked.map((pixels, row) => {
      const shift = Math.floor((row - SIDE / 2) * slant + 0.5);
      return pixels.map((_, column) => pixels[column - shift] ?? 0);
    });
  };
  const counted = (inked) =>
    range(64).map((n) => {
      const top = Math.floor(n / 8) * BLOCK, left = (n % 8) * BLOCK;
      const rows = inked.slice(top, top + BLOCK).map((pixels) => pixels.slice(left, left + BLOCK));
      return rows.flat().reduce((sum, pixel) => sum + pixel) / BLOCK ** 2;
    });
  const picture = (strokes) => counted(straightened(bitmap(fitted(strokes))));

  // What the page says.
  const probability = (p) => (p >= 0.995 ? "above 0.99" : p.toFixed(2));
  const a = (digit) => (digit === 8 ? "an 8" : "a " + digit);
  const ranked = (P) => range(P.length).sort((i, j) => P[j] - P[i]); // the most probable digit first
  const winner = (P) => ranked(P)[0];
  const most = (P) => `${a(winner(P))}, with probability ${probability(Math.max(...P))}`;
  const reading = (P, label) => {
    const reads = `It reads ${most(P)}`, next = `Next comes ${a(ranked(P)[1])}.`;
    if (label === null) return `${reads}. ${next}`;
    return `A test image, labelled ${label}. ${reads}: ${winner(P) === label ? "right" : "wrong"}. ${next}`;
  };
  // Each pixel set to 0 and to 1 in turn: which of the 128 pictures leaves the winner the smallest lead?
  const change = (X) => {
    const { P } = forward(X), first = winner(P);
    const tried = range(128).map((n) => {
      const pixel = n >> 1, ink = n & 1;
      const changed = forward(X.map((x, i) => (i === pixel ? ink : x))).P;
      const lead = changed[first] - Math.max(...changed.filter((_, digit) => digit !== first));
      return { pixel, ink, lead, P: changed };
    });
    const best = tried.reduce((one, other) => (other.lead < one.lead ? other : one));
    const row = Math.floor(best.pixel / 8) + 1, column = (best.pixel % 8) + 1;
    const it = `${best.ink ? "full ink" : "no ink"} in row ${row}, column ${column}, outlined`;
    best.sentence = best.lead < 0
      ? `One pixel is enough: with ${it}, it reads ${most(best.P)}.`
      : `No single pixel is enough. Most is done by ${it}: it still reads ${most(best.P)}.`;
    return best;
  };

  // Pictures are squares in the page's ink, as dense as their numbers say.
  const squares = (parent, columns, count, size) =>
    range(count).map((n) => {
      const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const place = { x: (n % columns) * size, y: Math.floor(n / columns) * size, width: size, height: size };
      for (const [name, value] of Object.entries(place)) square.setAttribute(name, value);
      return parent.appendChild(square);
    });
  const paint = (squares, values) => squares.forEach((square, n) => square.setAttribute("fill-opacity", values[n]));
  const pixels = squares(find("picture"), 8, 64, 1);
  const units = squares(find("hidden"), 8, 32, 1);
  const given = squares(find("given"), 8, 64, 4);
  const bars = [...root.querySelectorAll(".pad-bar")];

  // One region speaks to those who do not see the page: where the pen is at once, what the network reads after a pause.
  const PAUSE = 800; // milliseconds
  let pause;
  const speak = (words) => {
    clearTimeout(pause);
    find("said").textContent = words;
  };
  const speakReading = () => speak(find("text").textContent);
  const speakReadingAfterPause = () => {
    clearTimeout(pause);
    pause = setTimeout(speakReading, PAUSE);
  };

  let strokes, X, label; // X is null while nothing is shown, label while it is not a test image
  const show = (sentence) => {
    const { A1, P } = X ? forward(X) : { A1: Array(32).fill(0), P: null };
    const nothing = Array(64).fill(0);
    paint(pixels, X ?? nothing);
    paint(units, A1);
    paint(given, label === null ? nothing : X);
    const inked = bitmap(strokes, PEN).flatMap((row, y) => row.map((pixel, x) => (pixel ? `M${x} ${y}h1v1h-1z` : "")));
    find("ink").setAttribute("d", inked.join(""));
    for (const square of pixels) square.classList.remove("pad-pixel");
    find("picture").setAttribute("aria-label", X ? "The picture that the network gets" : "No picture yet");
    find("hidden").setAttribute("aria-label", `Hidden units above one half: ${A1.filter((unit) => unit > 0.5).length} of 32`);
    bars.forEach((bar, digit) => {
      bar.classList.toggle("pad-winner", P !== null && digit === winner(P));
      bar.querySelector("i").style.width = `${P ? 100 * P[digit] : 0}%`;
      bar.querySelector(".pad-p").textContent = P ? probability(P[digit]).replace("above ", "> ") : "";
    });
    find("text").textContent = sentence ?? (P ? reading(P, label) : "Draw a digit from 0 to 9.");
  };
  const drawn = () => {
    [X, label] = [strokes.length ? picture(strokes) : null, null];
    show();
  };
  const begin = () => {
    [strokes, pointer] = [[], null]; // a stroke that is being drawn ends with it
    lift();
  };
  const clear = () => {
    begin();
    drawn();
    speak("Cleared.");
  };

  // Mouse, finger and pen: one stroke at a time.
  const field = find("field");
  let pointer = null;
  const at = (event) => {
    const box = field.querySelector("svg").getBoundingClientRect();
    return [
      between(0, ((event.clientX - box.left) / box.width) * SIDE, SIDE),
      between(0, ((event.clientY - box.top) / box.height) * SIDE, SIDE),
    ];
  };
  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    pointer = event.pointerId;
    field.setPointerCapture(pointer);
    field.classList.remove("pad-keys");
    lift();
    strokes.push([at(event)]);
    drawn();
    speakReadingAfterPause();
  });
  field.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    strokes.at(-1).push(at(event));
    drawn();
    speakReadingAfterPause();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    field.addEventListener(end, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      speakReading();
    });

  // Keys: a cursor in the middle of a pixel, with a pen that Space lowers and lifts. It is seen while keys are used.
  const cursor = [16.5, 16.5];
  let lowered = false;
  const placed = (edge = "") => {
    const mark = find("cursor");
    mark.setAttribute("cx", cursor[0]);
    mark.setAttribute("cy", cursor[1]);
    mark.classList.toggle("pad-lowered", lowered);
    const [column, row] = cursor.map((place) => place + 0.5);
    find("place").textContent = `Row ${row}, column ${column}, ${edge}pen ${lowered ? "down" : "up"}.`;
  };
  const lift = () => {
    if (!lowered) return;
    lowered = false;
    placed();
  };
  field.addEventListener("focus", () => field.classList.toggle("pad-keys", field.matches(":focus-visible")));
  field.addEventListener("blur", () => field.classList.remove("pad-keys"));
  field.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const clears = ["Delete", "Backspace"].includes(event.key); // the key "delete" of a Mac is Backspace
    const toggles = event.key === " ";
    if (event.ctrlKey || event.altKey || event.metaKey || !(way || clears || toggles)) return;
    event.preventDefault();
    field.classList.add("pad-keys");
    if (clears) return clear();
    if (toggles && event.repeat) return;
    if (toggles) {
      lowered = !lowered;
      if (lowered) strokes.push([]);
    }
    const wanted = cursor.map((place, axis) => place + (way ? way[axis] * (event.shiftKey ? 4 : 1) : 0));
    wanted.forEach((place, axis) => { cursor[axis] = between(0.5, place, 31.5); });
    placed(wanted.every((place, axis) => place === cursor[axis]) ? "" : "edge, ");
    if (lowered) {
      strokes.at(-1).push([...cursor]);
      drawn();
    }
    speak(find("place").textContent + (toggles && !lowered ? ` ${find("text").textContent}` : ""));
    if (lowered) speakReadingAfterPause();
  });

  // Buttons
  let next = 0;
  find("clear").addEventListener("click", clear);
  find("one").addEventListener("click", () => {
    begin();
    [X, label] = [[...images[next]].map((sixteenths) => parseInt(sixteenths, 17) / 16), labels[next]];
    next = (next + 1) % images.length;
    show();
    speakReading();
  });
  find("mind").addEventListener("click", () => {
    const { pixel, sentence } = X ? change(X) : { sentence: "Draw a digit first, or let it show you one." };
    show(sentence);
    pixels[pixel]?.classList.add("pad-pixel");
    speakReading();
  });

  // What has the focus is described by the line about its keys. Several pads may stand on a page: each names its own.
  find("hint").id = `pad-keys-${Math.random().toString(36).slice(2)}`;
  field.setAttribute("aria-describedby", find("hint").id);
  begin();
  drawn();
  root.pad = { forward, softmax, bitmap, picture, change, drawing: () => strokes }; // for the tests, and for the curious
})();
