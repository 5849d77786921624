"""No name means two things in a chapter: after its last cell, each cell run again by itself prints what is stored.

Sliders are left out, which take seconds to make again and print nothing.
"""

import contextlib
import io
import json
from unittest import mock

import chapters
import guards
import matplotlib.pyplot as plt
import pytest

RETOLD = [path for path in chapters.NOTEBOOKS if int(path.stem[:2]) not in guards.TO_BE_RETOLD]
TRAINS_FOR_SECONDS = {"strangers", "choose-code"}  # chapter 10: to run them twice would cost more than it shows


def would_show_it(cell):
    source = "".join(cell["source"])
    if "rng" in source:  # what draws random numbers goes on where the generator stopped
        return False
    is_slider = any(
        'class="explorer"' in "".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"]
    )
    return cell["id"] not in TRAINS_FOR_SECONDS and not is_slider


CELLS = [
    (path.stem, cell)
    for path in RETOLD
    for cell in json.loads(path.read_text("utf-8"))["cells"]
    if cell["cell_type"] == "code" and would_show_it(cell)
]


def again(names, source):
    """What a cell prints when it is run once more, with the names that the chapter has at its end."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), mock.patch.object(plt, "show"):
        exec(source, dict(names))
    plt.close("all")
    return printed.getvalue()


@pytest.mark.parametrize(("stem", "cell"), CELLS, ids=lambda value: value if isinstance(value, str) else value["id"])
def test_a_cell_run_again_prints_what_is_stored(stem, cell):
    stored = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert again(chapters.namespace(stem), "".join(cell["source"])) == stored


def test_a_name_that_means_two_things_is_noticed():
    names = {}
    first, second = "print(x := 1 + y)", "y = 5"
    exec("y = 1", names)
    exec(first, names)
    exec(second, names)
    assert again(names, first) == "6\n"  # and the chapter had stored 2
