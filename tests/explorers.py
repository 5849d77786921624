"""The explorers of the notebooks, for the tests, and what their HTML and pictures hold."""

import base64
import json
import re
from html.parser import HTMLParser

import chapters

NOTEBOOKS = chapters.NOTEBOOKS


def stored(notebook):
    """The blocks of the explorers, as the notebook has them in its outputs."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    blocks = ["".join(output.get("data", {}).get("text/html", "")) for c in cells for output in c.get("outputs", [])]
    return [block for block in blocks if "explorer-frames" in block]


def count(notebook):
    return len(stored(notebook))


# Each explorer as (notebook, n): n counts the explorers of a notebook from 0.
ALL = [(notebook, n) for notebook in NOTEBOOKS for n in range(count(notebook))]


def name(place):
    notebook, n = place
    return f"{notebook.stem}-{n + 1}" if n else notebook.stem


def of(notebook, n=0):
    _, found = chapters.run(notebook)
    assert len(found) == count(notebook), notebook.name
    return found[n]


def short(notebook, n=0):
    """The same with few positions, sooner."""
    return chapters.short_explorers(notebook, count(notebook))[n]


class _Slots(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found, self.in_text = [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "data-slot" in attributes:
            where = attributes.get("data-set", "text")
            value = "" if where == "text" else attributes["d" if where == "dots" else where]
            self.found.append((int(attributes["data-slot"]), where, value))
            self.in_text = where == "text"

    def handle_data(self, data):
        if self.in_text:
            slot, where, value = self.found[-1]
            self.found[-1] = (slot, where, value + data)

    def handle_endtag(self, tag):
        self.in_text = False


def slots(html):
    """What the elements that move show, as (slot, where, value); where is an attribute, "dots" or "text"."""
    return _Slots(html).found


# The same for an element of a page in a browser.
SLOTS = """root => [...root.querySelectorAll("[data-slot]")].map((element) => {
  const where = element.dataset.set ?? "text";
  const value = where === "text" ? element.textContent : element.getAttribute(where === "dots" ? "d" : where);
  return [Number(element.dataset.slot), where, value];
})"""


def wanted(frame, found):
    """What the same elements must show for a frame, given as the texts of its slots."""
    return [(slot, where, dots(frame[slot]) if where == "dots" else frame[slot]) for slot, where, _ in found]


def assert_slots(found, frame, slots=None):
    """What SLOTS has found, every text, attribute and outline that moves, is the frame's."""
    found = [tuple(slot) for slot in found]
    assert {slot for slot, *_ in found} == set(slots or range(len(frame)))
    assert found == wanted(frame, found)


def assert_shows(element, frame, slots=None):
    """This element of a page shows a frame, or those of its slots."""
    assert_slots(element.evaluate(SLOTS), frame, slots)


def dots(outline):
    """Where the dots of an outline are: a line of length zero at each step of the run, none where the frame cuts it."""
    steps = outline.removeprefix("M").partition("T")[0].split("L")
    return "".join(f"M{step}h0" for step in steps)


def pictures(html):
    """The SVG texts that a static block carries as images."""
    return [base64.b64decode(data).decode() for data in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)]


def frames(html):
    """The frames that a static block carries for its script."""
    return json.loads(re.search(r'class="explorer-frames">(.*?)</script>', html, re.S)[1])
