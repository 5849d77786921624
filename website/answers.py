"""Exercises that can be answered on the page, and beside each chapter how many of its exercises are done."""

import html
import json
import os.path
import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent
FORM = re.compile(r'<div class="exercise-form" data-exercise="([\d.]+)"')
SCRIPTS = ("answers.js", "progress.js")


def exercises_by_page(site: Path) -> dict[str, list[str]]:
    """{address in the site: the numbers of its exercises} of all pages that have any."""
    pages = {path.relative_to(site).as_posix(): FORM.findall(path.read_text("utf-8")) for path in site.rglob("*.html")}
    return {name: pages[name] for name in sorted(pages) if pages[name]}


def add_answers(page: str, name: Path, exercises: dict[str, list[str]]) -> str:
    """The page with the script that keeps the progress, and before it the one that makes the forms, if it has any.

    name: the page's address in the site.
    """
    if not exercises or 'progress.js"' in page:
        return page
    root = os.path.relpath(".", name.parent)
    forms = f'<script src="{root}/answers.js" defer></script>\n' if FORM.search(page) else ""
    data = html.escape(json.dumps(exercises, separators=(",", ":")))
    progress = f'<script src="{root}/progress.js" defer data-exercises="{data}"></script>\n'
    return page.replace("</head>", f"{forms}{progress}</head>", 1)


def copy_scripts(site: Path) -> None:
    for name in SCRIPTS:
        shutil.copyfile(HERE / name, site / name)
