"""The explorers of the notebooks, for the tests, and what their HTML and pictures hold."""

import ast
import base64
import contextlib
import io
import json
import os
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import matplotlib.pyplot as plt

from helpers.show.explorer import Explorer

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def build(notebook):
    """The explorer of a notebook: its code cells run in a fresh namespace up to the one that ends with an Explorer."""
    namespace = {"__name__": "__main__"}
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, EXPLORER="static"))
        stack.enter_context(mock.patch.object(plt, "show"))
        stack.enter_context(mpl.rc_context())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.callback(plt.close, "all")
        mpl.use("agg")
        for source in code_cells(notebook):
            if "Explorer(" not in source:
                exec(compile(source, notebook.name, "exec"), namespace)
                continue
            *statements, last = ast.parse(source).body
            exec(compile(ast.Module(statements, []), notebook.name, "exec"), namespace)
            explorer = eval(compile(ast.Expression(last.value), notebook.name, "eval"), namespace)
            assert isinstance(explorer, Explorer)
            return explorer
    raise AssertionError(f"{notebook.name} has no explorer")


of = cache(build)


def code_cells(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


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
    """What the same elements must show for a frame."""
    values = frame.slots
    return [(slot, where, dots(values[slot]) if where == "dots" else values[slot]) for slot, where, _ in found]


def assert_shows(element, frame, slots=None):
    """Every text, attribute and outline that moves in this element of a page is the frame's."""
    found = [tuple(slot) for slot in element.evaluate(SLOTS)]
    assert {slot for slot, *_ in found} == set(slots or range(len(frame.slots)))
    assert found == wanted(frame, found)


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
