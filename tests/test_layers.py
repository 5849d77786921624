"""The numeric modules know nothing of plotting, printing, notebooks or widgets; what shows things imports them."""

import ast
from pathlib import Path

import pytest

import helpers

MODULES = sorted(Path(helpers.__file__).parent.glob("*.py"))
FORBIDDEN = ("helpers.show", "matplotlib", "IPython", "ipywidgets")


def complaints(source):
    """What a numeric module must not do, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, ["helpers" if node.level else None, node.module]))
            names = [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            names = ["print"]
        else:
            continue
        found += [
            f"line {node.lineno}: {name}"
            for name in names
            if name == "print" or name.startswith(tuple(f"{top}." for top in FORBIDDEN)) or name in FORBIDDEN
        ]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_numeric_module_only_computes(path):
    assert complaints(path.read_text(encoding="utf-8")) == []


def test_the_numeric_modules_are_found():
    assert {"activations.py", "losses.py", "descent.py", "gradients.py", "autodiff.py"} <= {p.name for p in MODULES}


@pytest.mark.parametrize(
    "line",
    [
        "import matplotlib",
        "import matplotlib.pyplot as plt",
        "from matplotlib import pyplot",
        "import numpy, IPython.display",
        "from ipywidgets import FloatSlider",
        "import helpers.show.plots",
        "from helpers import show",
        "from helpers.show import plots",
        "from . import show",
        "from .show.explorer import Explorer",
        "def f():\n    import matplotlib",
        "print('loss')",
    ],
)
def test_each_forbidden_line_is_noticed(line):
    assert len(complaints(line)) == 1


def test_ordinary_lines_pass():
    assert (
        complaints("import numpy as np\nfrom helpers.activations import sigmoid\nfrom . import losses\nx = repr(1)")
        == []
    )
