"""The chapters as programs: what their code cells define when they run in order, from an empty namespace."""

import ast
import contextlib
import io
import json
import os
from functools import cache, partialmethod
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import matplotlib.pyplot as plt

from show.explorer import Explorer

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@cache
def code_cells(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@cache
def run(notebook):
    """What a chapter has defined at its end, and the explorers that it shows. Each process runs a chapter once."""
    return _run(notebook)


@cache
def short_explorers(notebook, count):
    """The explorers of a chapter with few positions, among them the first and the last, in two thirds of the time."""
    with mock.patch.object(Explorer, "__post_init__", partialmethod(_shorten, Explorer.__post_init__)):
        return _run(notebook, count)[1]


def _shorten(explorer, make):
    first, *_, one_less, last = explorer.values
    explorer.values, explorer.marks = sorted({first, explorer.start, one_less, last}), {}
    make(explorer)


def _run(notebook, count=None):
    names, shown = {"__name__": "__main__"}, []
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, EXPLORER="static"))
        stack.enter_context(mock.patch.object(plt, "show"))
        stack.enter_context(mpl.rc_context())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.callback(plt.close, "all")
        mpl.use("agg")
        for source in code_cells(notebook):
            *statements, last = ast.parse(source).body
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(statements, []), notebook.name, "exec"), names)
                result = eval(compile(ast.Expression(last.value), notebook.name, "eval"), names)
                shown += [result] if isinstance(result, Explorer) else []
            else:
                exec(compile(source, notebook.name, "exec"), names)
            plt.close("all")
            if len(shown) == count:
                break
    return names, shown


def namespace(stem):
    """All names that a chapter has defined at its end."""
    (notebook,) = (path for path in NOTEBOOKS if path.stem == stem)
    names, _ = run(notebook)
    return names


def source(stem, name):
    """The text of a function that a chapter defines."""
    (notebook,) = (path for path in NOTEBOOKS if path.stem == stem)
    for cell in code_cells(notebook):
        for statement in ast.parse(cell).body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return ast.get_source_segment(cell, statement)
    raise AssertionError(f"{stem} defines no function {name}")
