"""Who may import whom: helpers nothing but numbers; show and exercises import helpers, and not each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DRAWING = {"matplotlib", "IPython", "ipywidgets"}
# package: what it must not import, and whether it may print
FORBIDDEN = {
    "helpers": DRAWING | {"show", "exercises"},
    "show": {"exercises"},
    "exercises": DRAWING | {"show"},
}
SILENT = {"helpers", "show"}
MODULES = [(package, path) for package in FORBIDDEN for path in sorted((ROOT / package).glob("*.py"))]


def complaints(package, source):
    """What a module of this package must not do, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # A relative import reaches this package alone, unless it climbs out of it.
            names = [node.module] if node.level == 0 else [alias.name for alias in node.names if node.level > 1]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            names = ["print"]
        else:
            continue
        not_allowed = FORBIDDEN[package] | ({"print"} if package in SILENT else set())
        found += [f"line {node.lineno}: {name}" for name in names if name.split(".")[0] in not_allowed]
    return found


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: getattr(value, "name", value))
def test_a_module_keeps_to_its_room(package, path):
    assert complaints(package, path.read_text(encoding="utf-8")) == []


def test_helpers_holds_the_eight_numeric_modules_alone():
    modules = {path.stem for path in (ROOT / "helpers").rglob("*.py")} - {"__init__"}
    assert modules == set(
        ["activations", "losses", "descent", "gradients", "autodiff", "network", "training", "datasets"]
    )


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("helpers", "import matplotlib"),
        ("helpers", "import matplotlib.pyplot as plt"),
        ("helpers", "from matplotlib import pyplot"),
        ("helpers", "import numpy, IPython.display"),
        ("helpers", "from ipywidgets import FloatSlider"),
        ("helpers", "import show.plots"),
        ("helpers", "from show import plots"),
        ("helpers", "from .. import show"),
        ("helpers", "from exercises import check"),
        ("helpers", "def f():\n    import matplotlib"),
        ("helpers", "print('loss')"),
        ("show", "from exercises import check"),
        ("show", "import exercises.kinds"),
        ("exercises", "from show import plots"),
        ("exercises", "import matplotlib.pyplot as plt"),
    ],
)
def test_each_forbidden_line_is_noticed(package, line):
    assert len(complaints(package, line)) == 1


def test_ordinary_lines_pass():
    lines = ["import numpy as np", "from helpers.activations import sigmoid", "from . import losses", "x = repr(1)"]
    assert all(complaints(package, "\n".join(lines)) == [] for package in FORBIDDEN)
