"""The exercises of the notebooks, for the tests, and a report of what their checks say: `make exercises`."""

import ast
import contextlib
import importlib
import io
import json
import re
from functools import cache
from typing import NamedTuple
from unittest import mock

import chapters
import matplotlib.pyplot as plt

import exercises


class Exercise(NamedTuple):
    """number: "2.1". task: its text. starter: the cell's code. output: what it has printed. form: the HTML below that,
    for the website. answer: the expression in its check call. solution: its Python code."""

    number: str
    task: str
    starter: str
    output: str
    form: str
    answer: str
    solution: str

    @property
    def chapter(self):
        return int(self.number.partition(".")[0])

    @property
    def stem(self):
        return next(path.stem for path in chapters.NOTEBOOKS if path.stem.startswith(f"{self.chapter:02}-"))

    def answered(self, code):
        """The answer that this code gives, which runs after all cells of the chapter."""
        names = dict(chapters.namespace(self.stem))
        with contextlib.redirect_stdout(io.StringIO()), mock.patch.object(plt, "show"):
            exec(compile(code, f"exercise {self.number}", "exec"), names)
            return eval(self.answer, names)

    @cache  # noqa: B019 the exercises live as long as the tests
    def judge(self, code):
        return self.check.judge(self.answered(code))

    @property
    def check(self):
        return exercises.of_chapter(self.chapter)[self.number]

    @property
    def wrong_answers(self):
        """[(mistake, code)]"""
        return importlib.import_module(f"wrong_answers.chapter_{self.chapter}").WRONG.get(self.number, [])


def _exercises(notebook):
    """Each `### Exercise` heading with the code cell after it and the solution folded in the cell after that."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for cell, starter, folded in zip(cells, cells[1:], cells[2:], strict=False):
        heading = re.search(r"(?m)^### Exercise (\d+\.\d+): ", "".join(cell["source"]))
        if heading is None or starter["cell_type"] != "code":
            continue
        code = "".join(starter["source"])
        call = ast.parse(code).body[-1].value
        output, form = (
            "".join(part.get("text", part.get("data", {}).get("text/html", "?"))) for part in starter["outputs"]
        )
        solution = "".join(folded["source"]).partition("<summary>Solution</summary>")[2]
        solution = "\n".join(re.findall(r"(?ms)^```python\n(.*?)^```$", solution))
        yield Exercise(heading[1], "".join(cell["source"]), code, output, form, ast.unparse(call.args[1]), solution)


ALL = [exercise for notebook in chapters.NOTEBOOKS for exercise in _exercises(notebook)]


def report():
    """Each exercise, each wrong answer by its first line that no solution has, and what the check takes it for."""
    tried = rejected = named = 0
    for exercise in ALL:
        solution = [line.strip() for line in exercise.solution.splitlines()]
        for mistake, code in exercise.wrong_answers:
            message = exercise.judge(code)
            tried += 1
            rejected += message.right is False
            named += message.mistake == mistake.name
            lines = [line.strip() for line in code.strip().splitlines()]
            line = next((line for line in lines if line not in solution), f"{lines[-1]}, with a line left out")
            print(f"{exercise.number:5} {line:60.60} {message.mistake if message.right is False else 'NOT REJECTED'}")
    print(f"{len(ALL)} exercises, {tried} wrong answers: {rejected} rejected, {named} with the right diagnosis")
    print("unknown: a mere guess, or no answer in form; tests/wrong_answers gives the reason beside each")


if __name__ == "__main__":
    report()
