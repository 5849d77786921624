"""The rendered website in a real browser, offline and from files."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from orientation import reading_minutes

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = ["index", "notation", "corrections", *(f"notebooks/{chapter}" for chapter in CHAPTERS)]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 700}
NARROWEST = {"width": 320, "height": 600}

# [contrast, text, tag, luminance of what is painted behind it] of each element within others that has text of its own,
# in pictures too.
CONTRASTS = """within => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const over = (top, below) => below.map((c, i) => (i < 3 ? top[i] * (top[3] ?? 1) + c * (1 - (top[3] ?? 1)) : 1));
  const luminance = rgb => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const c = rgb[i] / 255;
    return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const known = new Map([[null, [255, 255, 255]]]);
  const background = element => {
    if (!known.has(element)) {
      const own = channels(getComputedStyle(element).backgroundColor);
      known.set(element, over(own, background(element.parentElement)));
    }
    return known.get(element);
  };
  const withText = new Set();
  for (const root of document.querySelectorAll(within)) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.trim()) withText.add(texts.currentNode.parentElement);
  }
  const seen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isShown = element => !element.closest("script, style, title, desc") && seen(element);
  return [...withText].filter(isShown).map(element => {
    const paper = background(element), style = getComputedStyle(element);
    const colour = channels(element.closest("svg") ? style.fill : style.color);
    const [a, b] = [over(colour, paper), paper].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return [contrast, element.textContent.trim().slice(0, 40), element.tagName, luminance(paper)];
  });
}"""

# What reaches beyond the window and stands in no box that scrolls: a reader cannot get to it.
OUT_OF_REACH = """() => {
  const scrolls = element => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const inBox = element => element.matches("main *") && (scrolls(element) || inBox(element.parentElement));
  return [...document.querySelectorAll("main *")]
    .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1 && !inBox(element))
    .map(element => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 40)}`);
}"""


# What axe complains of: the rule, the place, and why. Two of its rules take as long as all others: that a text, and a
# link within a text, stand out. The tests before and after it see to that on every page and leave nothing out; axe does
# it on the home page alone. It may not load the style sheets of a file again.
AXE = """async () => {
  const slow = { enabled: location.pathname.endsWith("/index.html") };
  const rules = { "color-contrast": slow, "link-in-text-block": slow };
  const { violations } = await axe.run({ resultTypes: ["violations"], preload: false, rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target} ${node.failureSummary}`));
}"""

# [line under it, text] of each link that stands within a text.
LINKS_IN_TEXT = """() => {
  const texts = "main :is(p, li, td, dt, dd, figcaption), .nav-footer";
  const links = [...document.querySelectorAll(texts)].flatMap(text => [...text.querySelectorAll("a[href]")]);
  return links.map(link => [getComputedStyle(link).textDecorationLine, link.textContent]);
}"""


def not_underlined(links):
    return [text for line, text in links if line != "underline"]


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def choose_scheme(page, *, dark: bool) -> None:
    """Show a page in the light or dark scheme, as a reader would choose it."""
    if dark != (page.locator(".quarto-dark").count() > 0):
        page.locator(".quarto-color-scheme-toggle").first.click()
        page.wait_for_selector(".quarto-dark", state="attached" if dark else "detached")
        page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))")


@pytest.fixture(scope="module", params=PAGES)
def visited(site, lasting_page, request):
    """Each page of the site in turn, opened from its file in a wide window, with all that folds unfolded."""
    lasting_page.set_viewport_size(WIDE)
    lasting_page.goto((site / f"{request.param}.html").as_uri())
    unfold(lasting_page, are_open=True)
    return lasting_page


@pytest.fixture(scope="module", params=[False, True], ids=["light", "dark"])
def in_both_schemes(visited, request):
    choose_scheme(visited, dark=request.param)
    return visited


class Links(HTMLParser):
    """The link targets and the ids of a page."""

    def __init__(self, path: Path):
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.ids_twice: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids_twice |= {given.get("id")} & self.ids
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        self.targets += [given[name] for name in ("href", "src") if given.get(name) and tag != "base"]


def test_every_internal_link_and_anchor_resolves(site):
    links = {path: Links(path) for path in pages(site)}
    broken = []
    for path, found in links.items():
        for target in found.targets:
            parts = urlsplit(target)
            if parts.scheme:
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not goal.is_file() or (anchor and goal in links and anchor not in links[goal].ids):
                broken.append(f"{path.relative_to(site)}: {target}")
    assert not broken
    assert sum(len(found.targets) for found in links.values()) > 100


def test_no_page_has_an_id_twice(site):
    twice = {path.name: Links(path).ids_twice for path in pages(site)}
    assert {name: ids for name, ids in twice.items() if ids} == {}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_is_a_part_of_its_page(site, chapter):
    page = (site / "notebooks" / f"{chapter}.html").read_text("utf-8")
    stored = (ROOT / f"notebooks/{chapter}.ipynb").read_text("utf-8").count('src=\\"data:image/svg+xml,')
    assert stored > 0
    assert page.count('<svg class="figure-img" role="img" aria-label="') == stored
    assert '<img class="figure-img"' not in page


def test_the_search_index_holds_what_a_reader_reads(site):
    index = (site / "search.json").read_text("utf-8")
    assert (site / "search.js").read_text("utf-8") == f"window.searchIndex = {index};\n"
    entries = json.loads(index)
    assert {entry["href"].partition("#")[0] for entry in entries} == {f"{name}.html" for name in PAGES}
    texts = {entry["href"]: " ".join((entry["title"], entry["section"], entry["text"])) for entry in entries}
    unwanted = re.compile(r"[\\$]|\bimport numpy|\bplt\.show|<svg|Download this notebook")
    assert {href: found[0] for href, text in texts.items() if (found := unwanted.search(text))} == {}
    assert "x ← x − αf′(x)" in texts["notebooks/02-gradient-descent.html#walk-downhill-in-the-fog"]


def test_the_navigation_lists_every_chapter_in_order():
    listed = re.findall(r"notebooks/([\w-]+)\.ipynb\s*$", (ROOT / "_quarto.yml").read_text("utf-8"), re.MULTILINE)
    assert listed == CHAPTERS


def test_the_home_page_has_a_picture_a_link_and_the_time_of_each_chapter_in_order():
    items = re.findall(r"(?ms)^\d+\. (.*?)(?=^\d+\. |^$)", (ROOT / "index.qmd").read_text("utf-8"))
    form = r'<span class="path-picture" data-notebook="notebooks/([\w-]+)\.ipynb" data-output="fig-[\w-]+"></span>\s+'
    form += r"\[[^]]+\]\(notebooks/([\w-]+)\.ipynb\), (\d+) minutes\.\s+\S.*[?]"
    found = [re.match(form, item).groups() for item in items]
    assert found == [
        (chapter, chapter, str(reading_minutes(ROOT / f"notebooks/{chapter}.ipynb"))) for chapter in CHAPTERS
    ]
    assert sum(int(minutes) for *_, minutes in found) == pytest.approx(9 * 60, abs=30)
    assert "about nine hours of reading" in (ROOT / "index.qmd").read_text("utf-8")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_offers_its_notebook_unchanged(site, chapter):
    page = (site / "notebooks" / f"{chapter}.html").read_text("utf-8")
    assert re.findall(r'class="download-notebook" href="([^"]*)" download', page) == [f"{chapter}.ipynb"]
    assert (site / f"notebooks/{chapter}.ipynb").read_bytes() == (ROOT / f"notebooks/{chapter}.ipynb").read_bytes()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_leads_to_the_pages_before_and_after_it(site, chapter):
    page = (site / "notebooks" / f"{chapter}.html").read_text("utf-8")
    (navigation,) = re.findall(r'<nav class="page-navigation.*?</nav>', page, re.DOTALL)
    order = ["../index.html", *(f"{name}.html" for name in CHAPTERS), "../notation.html"]
    here = order.index(f"{chapter}.html")
    found = [target.removeprefix("../notebooks/") for target in re.findall(r'href="([^"]*)"', navigation)]
    assert found == [order[here - 1], order[here + 1]]


def test_every_page_is_visited(site):
    assert pages(site) == sorted(site / f"{name}.html" for name in PAGES)


@pytest.mark.browser
def test_every_page_loads_offline_without_an_error(visited, faults):
    assert visited.locator("main h1").count() == 1
    assert faults == []


TEXT_CUT_OFF = """() => [...document.querySelectorAll("svg.figure-img, .explorer-panels > svg")].flatMap((picture) => {
  const frame = picture.getBoundingClientRect();
  return [...picture.querySelectorAll("text")].map((text) => [text.textContent.trim(), text.getBoundingClientRect()])
    .filter(([, at]) => at.width && (at.left < frame.left - 1 || at.right > frame.right + 1
                                     || at.top < frame.top - 1 || at.bottom > frame.bottom + 1))
    .map(([text]) => text);
})"""


@pytest.mark.browser
def test_no_text_of_a_picture_is_cut_off(visited):
    assert visited.evaluate(TEXT_CUT_OFF) == []


@pytest.mark.browser
def test_a_text_that_is_too_long_is_noticed(site, page):
    page.goto((site / "notebooks/01-derivatives.html").as_uri())
    page.locator("svg.figure-img text").last.evaluate("text => { text.textContent = 'm'.repeat(200); }")
    assert page.evaluate(TEXT_CUT_OFF) == ["m" * 200]


def unfold(page, are_open: bool) -> None:
    page.evaluate("open => document.querySelectorAll('details').forEach(block => { block.open = open; })", are_open)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # what scrolls now?


@pytest.mark.browser
def test_at_1280_375_and_320_pixels_no_page_scrolls_sideways_and_nothing_is_cut_off(visited):
    found = {}
    for size in (NARROWEST, NARROW, WIDE):  # the window ends as it was
        visited.set_viewport_size(size)
        fits = visited.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        found[size["width"]] = fits, visited.evaluate(OUT_OF_REACH)
    assert found == {320: (True, []), 375: (True, []), 1280: (True, [])}


# Move all sliders of the page's explorers to one of their ends, where a message may be a warning.
SLIDE = """end => document.querySelectorAll(".explorer input[type=range]").forEach(slider => {
  slider.value = slider[end];
  slider.dispatchEvent(new Event("input"));
})"""


@pytest.mark.browser
def test_text_stands_out_from_its_background(in_both_schemes):
    page = in_both_schemes
    page.evaluate(SLIDE, "min")
    contrasts = page.evaluate(CONTRASTS, "body")
    assert len(contrasts) > 50
    page.evaluate(SLIDE, "max")
    of_explorers = page.evaluate(CONTRASTS, ".explorer")  # the sliders move nothing else
    assert len(of_explorers) >= 20 * page.locator(".explorer").count()
    assert [entry for entry in contrasts + of_explorers if not entry[0] >= 4.5] == []
    is_dark = page.locator(".quarto-dark").count() > 0
    assert [entry for entry in of_explorers if (entry[3] < 0.1) != is_dark] == []


@pytest.mark.browser
def test_contrast_is_that_of_the_guidelines(page):
    page.set_content("""<p style="color: #000">a</p><p style="color: #767676">b</p>
      <svg><text fill="#767676">c</text></svg>
      <p style="color: #fff; background: #000">d</p><p style="color: #0008">e</p>""")
    found = {text: contrast for contrast, text, *_ in page.evaluate(CONTRASTS, "body")}
    grey = 4.54  # the guidelines' example, #767676 on white
    assert found == pytest.approx({"a": 21, "b": grey, "c": grey, "d": 21, "e": 4.48}, abs=0.01)


@pytest.mark.browser
def test_a_link_within_a_text_is_underlined(in_both_schemes):
    links = in_both_schemes.evaluate(LINKS_IN_TEXT)
    assert len(links) > 1
    assert not_underlined(links) == []


@pytest.mark.browser
def test_axe_finds_nothing_in_the_light_folded_on_a_screen_nor_in_the_dark_unfolded_on_a_phone(in_both_schemes):
    page = in_both_schemes
    dark = page.locator(".quarto-dark").count() > 0
    page.set_viewport_size(NARROW if dark else WIDE)
    unfold(page, are_open=dark)
    if page.evaluate("!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE) + not_underlined(page.evaluate(LINKS_IN_TEXT))
    page.set_viewport_size(WIDE)
    unfold(page, are_open=True)
    assert found == []


def brightness(page) -> float:
    """Mean of red, green and blue of the page's background."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


@pytest.mark.browser
def test_the_toggle_turns_the_page_dark_and_light_again(site, page):
    page.goto((site / "index.html").as_uri())
    assert brightness(page) > 200
    choose_scheme(page, dark=True)
    assert brightness(page) < 60
    page.locator(".quarto-color-scheme-toggle").first.click()
    page.wait_for_selector(".quarto-dark", state="detached")
    assert brightness(page) > 200


# The colours of a figure's ink, of the box around it and of its lines, and of the page: its text and its paper.
FIGURE_COLOURS = """() => {
  const figure = document.querySelector("svg.figure-img");
  const style = element => getComputedStyle(element);
  const line = figure.querySelector("[style*='--figure-']");
  return { ink: style(figure).color, text: style(document.body).color, paper: style(document.body).backgroundColor,
           box: style(figure).backgroundColor, line: style(line).stroke,
           moving: style(document.querySelector(".explorer [stroke*='--figure-']")).stroke };
}"""

# Every colour on the page, each with the element that has it.
ALL_COLOURS = """() => [...document.querySelectorAll("body, main *")].map(element => {
  const style = getComputedStyle(element);
  const names = ["color", "backgroundColor", "borderLeftColor", "borderTopColor", "stroke", "fill"];
  return [element.tagName, element.getAttribute("class"), ...names.map(name => style[name])];
})"""


@pytest.mark.browser
def test_a_figure_has_the_ink_and_the_paper_of_the_page_and_the_colours_that_a_reader_sets_for_all(site, page):
    page.goto((site / "notebooks/02-gradient-descent.html").as_uri())
    light = page.evaluate(FIGURE_COLOURS)
    choose_scheme(page, dark=True)
    dark = page.evaluate(FIGURE_COLOURS)
    for colours in (light, dark):
        assert (colours["ink"], colours["box"]) == (colours["text"], colours["paper"])
    assert [name for name in light if light[name] == dark[name]] == []
    # Colours that the reader has set for the whole screen: here they are light, and the page is dark.
    page.emulate_media(forced_colors="active", color_scheme="light")
    forced = page.evaluate(FIGURE_COLOURS)
    assert (forced["paper"], forced["ink"], forced["box"]) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)", forced["paper"])
    for name in ("line", "moving"):
        assert forced[name] not in (light[name], dark[name])


@pytest.mark.browser
def test_a_dark_page_is_printed_in_the_colours_of_the_light_one(site, page):
    page.goto((site / "notebooks/02-gradient-descent.html").as_uri())
    page.emulate_media(media="print")
    light = page.evaluate(ALL_COLOURS)
    page.emulate_media(media="screen")
    choose_scheme(page, dark=True)
    assert page.evaluate(ALL_COLOURS) != light
    page.emulate_media(media="print")
    printed = page.evaluate(ALL_COLOURS)
    assert len(printed) == len(light)
    assert [(dark, good) for dark, good in zip(printed, light, strict=True) if dark != good] == []


@pytest.mark.browser
def test_without_scripts_a_reader_who_prefers_the_dark_gets_a_light_page(site, browser):
    with browser.new_context(java_script_enabled=False, color_scheme="dark") as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        assert brightness(page) > 200


@pytest.mark.browser
def test_the_published_site_keeps_the_choice_of_dark(served, page):
    page.goto(f"{served}/index.html")
    page.locator(".quarto-color-scheme-toggle").first.click()
    page.wait_for_selector(".quarto-dark")
    page.goto(f"{served}/notation.html")
    page.wait_for_selector(".quarto-dark")
    assert brightness(page) < 60


def search_for_learning_rate(page) -> None:
    page.set_viewport_size(WIDE)
    page.locator("#quarto-search input, .smalldocs-search input").first.click()
    page.keyboard.insert_text("learning rate")  # at once: keys one by one show results of a query cut short
    result = page.locator(".search-result, .search-result-container").filter(has_text=re.compile("learning rate", re.I))
    result.first.wait_for()
    wanted = result.filter(has_text="Gradient descent").first
    assert wanted.evaluate("""element => {
      const box = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(box.right - 4, box.top + box.height / 2));
    }"""), "a result is cut off"
    wanted.click()
    page.wait_for_url(re.compile(r"(gradient-descent|notation|index)\.html[?#]"))


@pytest.mark.browser
@pytest.mark.parametrize("start", ["notation.html", "notebooks/02-gradient-descent.html"])
def test_search_finds_the_learning_rate_from_files(site, page, start):
    page.goto((site / start).as_uri())
    search_for_learning_rate(page)


@pytest.mark.browser
def test_search_finds_the_learning_rate_when_published(served, page):
    page.goto(f"{served}/notebooks/01-derivatives.html")
    search_for_learning_rate(page)


@pytest.mark.browser
def test_formulas_are_drawn_and_no_tex_is_left_to_read(visited):
    sizes = visited.evaluate("[...document.querySelectorAll('main math')].map(m => m.getBoundingClientRect().width)")
    assert all(width > 0 for width in sizes)
    assert visited.locator("merror").count() == 0
    hidden = visited.add_style_tag(content="main :is(pre, code, .explorer) { display: none !important }")
    text = visited.inner_text("main")
    hidden.evaluate("style => style.remove()")
    assert not re.search(r"\$\$|\\[a-zA-Z]+", text)
