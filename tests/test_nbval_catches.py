"""nbval, called as `make test` calls it, notices a stored number that the code does not give."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

SANITIZER = Path(__file__).parent / "nbval_sanitize.cfg"
LOSS = 'print("epoch  10  loss 0.1989")'
EXPLORER = """\
from IPython.display import HTML
image = '<img src="data:image/svg+xml;base64,PHN2Zy8+">'
HTML('<div class="explorer">' + image + '<script>{"path": [2.4, 0.8]}</script></div>')"""


def printed(text):
    return new_output("stream", name="stdout", text=text + "\n")


def explorer(number="0.8", picture=b"<svg/>"):
    data = base64.b64encode(picture).decode()
    image = f'<img src="data:image/svg+xml;base64,{data}">'
    html = f'<div class="explorer">{image}<script>{{"path": [2.4, {number}]}}</script></div>'
    plain = "<IPython.core.display.HTML object>"
    return new_output("execute_result", {"text/html": html, "text/plain": plain}, execution_count=1)


STORED = {
    "the same line": (LOSS, printed("epoch  10  loss 0.1989")),
    "another digit in a line": (LOSS, printed("epoch  10  loss 0.1988")),
    "the same explorer": (EXPLORER, explorer()),
    "another digit in a frame of an explorer": (EXPLORER, explorer(number="0.9")),
    "another picture behind the same frames": (EXPLORER, explorer(picture=b"<svg> </svg>")),
    "another picture and another digit": (EXPLORER, explorer(number="0.9", picture=b"<svg> </svg>")),
}


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """One run of nbval on a notebook with one cell for each stored output: what was stored -> passed or not."""
    folder = tmp_path_factory.mktemp("nbval")
    cells = [
        new_code_cell(source, outputs=[output], execution_count=count, id=f"cell-{count}")
        for count, (source, output) in enumerate(STORED.values(), start=1)
    ]
    cells.append(new_code_cell(LOSS, id="stripped"))
    nbformat.write(new_notebook(cells=cells), folder / "tiny.ipynb")
    command = [sys.executable, "-m", "pytest", "tiny.ipynb", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    command += [f"--nbval-sanitize-with={SANITIZER}", "--junitxml=report.xml"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert (folder / "report.xml").exists(), run.stdout + run.stderr
    cases = ElementTree.parse(folder / "report.xml").findall(".//testcase")
    assert len(cases) == len(cells), run.stdout + run.stderr
    passed = [case.find("failure") is None and case.find("error") is None for case in cases]
    return dict(zip([*STORED, "stripped"], passed, strict=True))


@pytest.mark.parametrize("stored", ["the same line", "the same explorer", "another picture behind the same frames"])
def test_nbval_accepts(stored, accepted):
    assert accepted[stored]


@pytest.mark.parametrize(
    "stored",
    ["another digit in a line", "another digit in a frame of an explorer", "another picture and another digit"],
)
def test_nbval_rejects(stored, accepted):
    assert not accepted[stored]


def test_nbval_accepts_a_stripped_cell_which_is_why_a_guard_asks_for_the_counts(accepted):
    assert accepted["stripped"]
