"""The last step gives each page the scripts that it needs to ask and to count."""

import html
import json
import re
from pathlib import Path

import pytest
from answers import add_answers, copy_scripts, exercises_by_page

FORM = '<div class="exercise-form" data-exercise="{}" hidden></div>'
PAGES = {
    "index.html": "",
    "notebooks/04-one-neuron.html": FORM.format("4.1") + FORM.format("4.2"),
    "notebooks/10-worth.html": FORM.format("10.1"),
}


@pytest.fixture
def site(tmp_path):
    for name, body in PAGES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"<html><head></head><body>{body}</body></html>", encoding="utf-8")
    return tmp_path


def finished(site, name):
    return add_answers((site / name).read_text("utf-8"), Path(name), exercises_by_page(site))


def scripts(page):
    return re.findall(r'<script src="([^"]*)" defer', page.partition("</head>")[0])


def test_every_page_counts_and_a_chapter_asks_first(site):
    assert scripts(finished(site, "index.html")) == ["./progress.js"]
    assert scripts(finished(site, "notebooks/10-worth.html")) == ["../answers.js", "../progress.js"]


def test_each_page_knows_the_exercises_of_all(site):
    data = html.unescape(re.search(r'data-exercises="([^"]*)"', finished(site, "index.html"))[1])
    assert json.loads(data) == {"notebooks/04-one-neuron.html": ["4.1", "4.2"], "notebooks/10-worth.html": ["10.1"]}


def test_a_second_time_changes_nothing(site):
    page = finished(site, "index.html")
    assert add_answers(page, Path("index.html"), exercises_by_page(site)) == page


def test_a_site_without_exercises_gets_no_script(site):
    assert add_answers("<head></head>", Path("index.html"), {}) == "<head></head>"


def test_the_scripts_stand_where_the_pages_look_for_them(site):
    copy_scripts(site)
    for name in PAGES:
        assert all((site / name).parent.joinpath(source).is_file() for source in scripts(finished(site, name)))
