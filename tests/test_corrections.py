"""The page of corrections: every place once, and each link leads to a section that is there."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "corrections.qmd").read_text(encoding="utf-8")

NUMBERS = range(1, 65)
IN_CHAPTERS = {*range(1, 10), 11, 12, 14, 15, 21, 22, 26, 28, 29, *range(32, 38), *range(41, 49), *range(53, 58), 61}

LINK = re.compile(r'\[chapter (\d)\]\((notebooks/[^)#]+)#([^)]+)\):((?:\s+"[^"]+",?)+)')


def places():
    """The number of each place, and its text up to the next place or heading."""
    body = PAGE.partition("\n## ")[2]
    return re.findall(r"(?ms)^(\d+) · (.+?)(?=^\d+ · |^## |\Z)", body)


def shown_in(text):
    """Chapter number, notebook and section of every link to a chapter."""
    return [
        (chapter, notebook, " ".join(section.split()))
        for chapter, notebook, _, sections in LINK.findall(text)
        for section in re.findall(r'"([^"]+)"', sections)
    ]


def headings(notebook):
    cells = json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return [heading for text in texts for heading in re.findall(r"(?m)^#+ (.+)$", text)]


def test_every_number_from_1_to_64_stands_on_the_page_once():
    assert sorted(int(number) for number, _ in places()) == list(NUMBERS)


@pytest.mark.parametrize("text", [pytest.param(text, id=number) for number, text in places()])
def test_each_link_names_a_section_of_its_chapter(text):
    links = shown_in(text)
    assert len({notebook for _, notebook, _ in links}) == text.count("](notebooks/"), "a link without a section"
    for chapter, notebook, section in links:
        assert Path(notebook).name.startswith(f"0{chapter}-")
        assert section in headings(notebook)


def test_each_link_leads_to_the_first_section_it_names():
    for _, _, anchor, sections in LINK.findall(PAGE):
        section = " ".join(re.search(r'"([^"]+)"', sections)[1].split())
        words = re.sub(r"[^\w\s.-]", "", section.lower()).lstrip(" .-0123456789").split()
        assert anchor == "-".join(words)


def test_the_slips_that_matter_lead_to_a_chapter():
    linked = {int(number) for number, text in places() if shown_in(text)}
    assert not IN_CHAPTERS - linked


def test_each_group_has_the_title_of_its_chapter():
    *chapters, _ = re.findall(r"(?m)^## (.+)$", PAGE)
    titles = [headings(path)[0] for path in sorted((ROOT / "notebooks").glob("0[1-7]-*.ipynb"))]
    assert chapters == [f"Chapter {k}: {title}" for k, title in enumerate(titles, start=1)]


def test_the_table_counts_how_serious_the_places_are():
    table = {name: int(count) for name, count in re.findall(r"(?m)^\| ([a-z ]+) \| (\d+) \|$", PAGE)}
    marked = Counter(re.search(r"(?m)^:   \*([^*]+)\.\*", text)[1].lower() for _, text in places())
    assert marked == table
