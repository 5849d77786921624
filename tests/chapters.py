"""The chapters as programs: what their code cells define when they run in order, from an empty namespace."""

import ast
import contextlib
import io
import json
import os
from functools import cache
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import matplotlib.pyplot as plt

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@cache
def code_cells(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(notebook, namespace):
    """Run a notebook's code cells in a namespace, without windows or prints; yield each result that a cell shows."""
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
                exec(compile(ast.Module(statements, []), notebook.name, "exec"), namespace)
                yield eval(compile(ast.Expression(last.value), notebook.name, "eval"), namespace)
            else:
                exec(compile(source, notebook.name, "exec"), namespace)
            plt.close("all")


@cache
def namespace(stem):
    """All names that a chapter has defined at its end. Each process runs a chapter once."""
    (notebook,) = (path for path in NOTEBOOKS if path.stem == stem)
    names = {"__name__": "__main__"}
    for _ in run(notebook, names):
        pass
    return names


def source(stem, name):
    """The text of a function that a chapter defines."""
    (notebook,) = (path for path in NOTEBOOKS if path.stem == stem)
    for cell in code_cells(notebook):
        for statement in ast.parse(cell).body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return ast.get_source_segment(cell, statement)
    raise AssertionError(f"{stem} defines no function {name}")
