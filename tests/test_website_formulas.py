"""Formulas on the finished page: shown, read out and searched as mathematics, copied as TeX."""

import json
import re

import pytest

CHAPTER = "02-gradient-descent"
PASTED = """() => {
  const area = document.createElement("textarea");
  area.id = "pasted";
  document.body.append(area);
  area.focus();
}"""


@pytest.fixture(scope="module")
def chapter(site, lasting_page):
    lasting_page.set_viewport_size({"width": 1280, "height": 900})
    lasting_page.goto((site / f"notebooks/{CHAPTER}.html").as_uri())
    return lasting_page


def copied(page) -> str:
    """What Ctrl+C takes of what is selected on the page, as a field of text gets it."""
    page.keyboard.press("ControlOrMeta+c")
    page.evaluate(PASTED)
    page.keyboard.press("ControlOrMeta+v")
    field = page.locator("#pasted")
    text = field.input_value()
    field.evaluate("element => element.remove()")
    return text


def paragraph(page, words: str):
    return page.locator("main p", has_text=words).first


def drag(page, start: dict[str, float], end: dict[str, float]) -> None:
    """Select with the mouse from the middle of the left side of one box to the middle of the right side of another."""
    page.evaluate("getSelection().empty()")
    page.mouse.move(start["x"] + 1, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 1, end["y"] + end["height"] / 2, steps=3)
    page.mouse.up()


@pytest.mark.browser
def test_a_copied_paragraph_is_what_the_notebook_has(site, chapter):
    cells = json.loads((site / f"notebooks/{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
    prose = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    wanted = next(block for block in prose.split("\n\n") if block.startswith("In the picture the hillside is"))
    assert wanted.count("$") > 4
    text = paragraph(chapter, "In the picture the hillside is")
    text.scroll_into_view_if_needed()
    lines = text.evaluate("""element => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return [...range.getClientRects()].map(({ x, y, width, height }) => ({ x, y, width, height }));
    }""")
    drag(chapter, lines[0], lines[-1])
    assert copied(chapter).split() == wanted.split()


@pytest.mark.browser
def test_a_formula_is_copied_as_a_whole_if_the_mouse_ends_in_it(chapter):
    text = paragraph(chapter, "In the picture the hillside is")
    text.scroll_into_view_if_needed()
    half = text.locator("math").first.bounding_box()
    half["width"] /= 2
    drag(chapter, {**half, "x": half["x"] - 20}, half)
    assert re.fullmatch(r"\w+ \$f\(x\) = x\^2\$", copied(chapter))


@pytest.mark.browser
def test_a_formula_on_a_line_of_its_own_is_copied_between_two_dollars_each(chapter):
    tex = chapter.evaluate("""() => {
      const formula = document.querySelector('main math[display="block"]');
      getSelection().selectAllChildren(formula.closest("p") ?? formula.parentElement);
      return formula.querySelector("annotation").textContent;
    }""")
    assert copied(chapter).strip() == f"$${tex}$$"


@pytest.mark.browser
def test_what_is_not_shown_is_not_copied(chapter):
    chapter.evaluate("getSelection().selectAllChildren(document.querySelector('main'))")
    text = copied(chapter)
    assert "x = 4$" in text
    assert "\n\n" in text
    assert not re.search("const |import numpy", text)


@pytest.mark.browser
def test_what_has_no_formula_is_copied_as_ever(chapter):
    chapter.evaluate("""() => {
      document.addEventListener("copy", (event) => { window.wasTouched = event.defaultPrevented; });
      getSelection().selectAllChildren(document.querySelector("main h1"));
    }""")
    assert copied(chapter) == chapter.locator("main h1").inner_text()
    assert chapter.evaluate("window.wasTouched") is False


@pytest.mark.browser
def test_tex_is_neither_seen_nor_read_out(chapter):
    with_tex = paragraph(chapter, "The multipliers are")
    assert with_tex.locator("annotation").count() > 0
    assert not re.search(r"[$\\^]", with_tex.inner_text() + with_tex.aria_snapshot())


def test_every_formula_carries_its_tex(site):
    for page in site.rglob("*.html"):
        formulas = re.findall(r"<math\b.*?</math>", page.read_text("utf-8"), re.DOTALL)
        assert all('<annotation encoding="application/x-tex">' in formula for formula in formulas), page.name
