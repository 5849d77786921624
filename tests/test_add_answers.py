"""The last step gives each page the scripts that it needs to ask and to count."""

import json
import re

import pytest
from answers import add_answers, exercises_by_page

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
    page = (site / name).read_text("utf-8")
    return add_answers(page, exercises_by_page(site), (site / name).parent, site)


def scripts(site, name):
    """The names of the files that a page loads, without the part that tells their texts apart."""
    sources = re.findall(r'<script src="([^"]*)" defer', finished(site, name))
    return [(site / name).parent.joinpath(source).resolve(strict=True).name.partition("-")[0] for source in sources]


def test_every_page_counts_and_a_chapter_asks_first(site):
    assert scripts(site, "index.html") == ["progress"]
    assert scripts(site, "notebooks/10-worth.html") == ["answers", "progress"]


def test_each_page_knows_the_exercises_of_all(site):
    data = re.search(r'id="exercises">(.*?)</script>', finished(site, "index.html"))[1]
    assert json.loads(data) == {"notebooks/04-one-neuron.html": ["4.1", "4.2"], "notebooks/10-worth.html": ["10.1"]}


def test_a_second_time_changes_nothing(site):
    page = finished(site, "notebooks/10-worth.html")
    assert add_answers(page, exercises_by_page(site), site / "notebooks", site) == page


def test_a_site_without_exercises_gets_no_script(site):
    assert add_answers("<head></head>", {}, site, site) == "<head></head>"
