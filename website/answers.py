"""Exercises that can be answered on the page, and beside each chapter how many of its exercises are done."""

import re
from pathlib import Path

from scripts import add_script, json_text

ANSWERS, PROGRESS = (Path(__file__).with_name(name) for name in ("answers.js", "progress.js"))
FORM = re.compile(r'<div class="exercise-form" data-exercise="([\d.]+)"')


def exercises_by_page(site: Path) -> dict[str, list[str]]:
    """{address in the site: the numbers of its exercises} of all pages that have any."""
    pages = {path.relative_to(site).as_posix(): FORM.findall(path.read_text("utf-8")) for path in site.rglob("*.html")}
    return {name: pages[name] for name in sorted(pages) if pages[name]}


def add_answers(page: str, exercises: dict[str, list[str]], folder: Path, site: Path) -> str:
    """The page with the script that makes its forms, if it has any, and the one that counts what is done on all pages.

    The page lies in `folder`.
    """
    if not exercises:
        return page
    if FORM.search(page):
        page = add_script(page, ANSWERS, folder, site)
    if 'id="exercises"' not in page:
        data = f'<script type="application/json" id="exercises">{json_text(exercises)}</script>'
        page = page.replace("</head>", f"{data}\n</head>", 1)
    return add_script(page, PROGRESS, folder, site)
