"""The rendered website for readers with a keyboard, a screen reader, a phone, or without scripts."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
SHORT, LONG = "notation.html", "notebooks/09-classifier-from-scratch.html"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 667}

IN_THE_TEXT = "() => document.activeElement.closest('main') !== null"

# What has the focus and does not show it: the outline is thin, pale, or cut off by a box around it.
PALE_FOCUS = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = colour => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const c = channels(colour)[i] / 255;
    return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const paper = element => {
    const own = element ? getComputedStyle(element).backgroundColor : "rgb(255, 255, 255)";
    return (channels(own)[3] ?? 1) > 0.5 ? own : paper(element.parentElement);
  };
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const cuts = (box, element, reach) => {
    const [around, own] = [box, element].map(each => each.getBoundingClientRect());
    const inside = own.left - reach > around.left - 1 && own.right + reach < around.right + 1;
    return getComputedStyle(box).overflowX !== "visible" && !inside;
  };
  const boxes = element => (element === document.documentElement ? [] : [element, ...boxes(element.parentElement)]);
  const stops = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return [...document.querySelectorAll(stops)].filter(stop => {
    stop.focus();
    if (document.activeElement !== stop) return false;
    const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(stop);
    const [width, offset] = [outlineWidth, outlineOffset].map(parseFloat);
    const seen = outlineStyle !== "none" && width >= 2 && contrast(outlineColor, paper(stop.parentElement)) >= 3;
    return !seen || boxes(stop.parentElement).some(box => cuts(box, stop, width + offset));
  }).map(stop => stop.outerHTML.slice(0, 120));
}"""

# What scrolls in the text, and whether the Tab key stops there and it has a name; and what stops there for no reason.
BOXES = """() => {
  const boxes = [...document.querySelectorAll("main :is(pre, table, .math.display, .cell-output)")]
    .filter(box => box.checkVisibility());
  const scrolls = box => getComputedStyle(box).overflowX === "auto" && box.scrollWidth > box.clientWidth;
  const wrong = box => scrolls(box) !== (box.tabIndex === 0 && Boolean(box.getAttribute("aria-label")));
  const show = box => box.outerHTML.slice(0, 120);
  return { scrolling: boxes.filter(scrolls).length, wrong: boxes.filter(wrong).map(show) };
}"""

# Icons that draw nothing, and signs that only a font of icons has.
EMPTY_ICONS = """() => [...document.querySelectorAll("body *")].filter(element => {
  if (!element.checkVisibility()) return false;
  const own = [...element.childNodes].map(node => (node.nodeType === Node.TEXT_NODE ? node.data : ""));
  const styles = ["::before", "::after"].map(part => getComputedStyle(element, part));
  const icon = element.matches(".bi") && !/url\\(/.test(styles[0].maskImage + styles[0].backgroundImage);
  return icon || /\\p{Co}/u.test([...own, ...styles.map(style => style.content)].join(""));
}).map(element => element.outerHTML.slice(0, 120))"""
SAYS_COPIED = "() => document.querySelector('[role=status].visually-hidden').textContent === 'Copied'"


@pytest.fixture
def phone(page):
    page.set_viewport_size(PHONE)
    return page


def open_page(page, site: Path, name: str) -> None:
    page.goto((site / name).as_uri())


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_number_and_leads_to_its_slider(site, chapter):
    page = (site / f"notebooks/{chapter}.html").read_text("utf-8")
    number = str(int(chapter[:2]))
    assert re.search(r"<title>(\d+) ", page)[1] == number
    assert re.search(r'<h1 class="title"><span class="chapter-number">(\d+)</span> ', page)[1] == number
    numbered = re.findall(r'<span class="menu-text"><span class="chapter-number">(\d+)</span>', page)
    assert numbered == [str(n) for n in range(1, len(CHAPTERS) + 1)]
    assert page.count('href="#slider"') == page.count('<div id="slider" class="explorer"') == 1
    assert (
        page.count('href="#pad"')
        == page.count('<div id="pad" class="drawing-pad"')
        == page.count('class="drawing-pad"')
    )


def test_every_page_has_a_description_of_its_own(site):
    found = {}
    for path in site.rglob("*.html"):
        (found[path.stem],) = re.findall(r'<meta name="description" content="([^"]*)">', path.read_text("utf-8"))
    assert len(set(found.values())) == len(found)
    assert all(20 < len(words) < 200 for words in found.values())
    assert all(found[chapter].endswith("?") for chapter in CHAPTERS)


@pytest.mark.browser
def test_the_first_press_of_tab_offers_to_skip_the_navigation(site, page):
    page.set_viewport_size(WIDE)
    open_page(page, site, SHORT)
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link:focus")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(IN_THE_TEXT)
    assert skip.count() == 0
    assert page.locator(".skip-link").bounding_box()["y"] < 0


@pytest.mark.browser
def test_whatever_has_the_focus_shows_it_in_the_light_and_in_the_dark(site, page):
    page.set_viewport_size(WIDE)
    open_page(page, site, LONG)
    page.evaluate("document.querySelectorAll('details').forEach(block => { block.open = true; })")
    page.keyboard.press("Tab")  # from now on the browser takes the focus for that of a keyboard
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "dark => (document.querySelector('.quarto-dark') !== null) === dark", arg=scheme == "dark"
        )
        assert page.evaluate(PALE_FOCUS) == []
        assert page.evaluate(EMPTY_ICONS) == []
        switch = page.get_by_role("button", name="Dark colours")
        assert switch.get_attribute("aria-pressed") == str(scheme == "dark").lower()
    switch.press(" ")
    page.wait_for_function("() => document.querySelector('.quarto-dark') === null")
    assert switch.get_attribute("aria-pressed") == "false"


@pytest.mark.browser
def test_on_a_phone_the_closed_menu_is_no_stop_and_escape_closes_the_open_one(site, phone):
    open_page(phone, site, SHORT)
    button = phone.locator(".quarto-btn-toggle")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    assert button.evaluate("button => button === document.activeElement")
    assert button.get_attribute("aria-expanded") == "false"
    phone.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    phone.keyboard.press("Tab")
    assert focused(phone) == "How a neural network learns"
    phone.keyboard.press("Escape")
    assert button.evaluate("button => button === document.activeElement")
    assert button.get_attribute("aria-expanded") == "false"
    phone.keyboard.press("Tab")
    assert phone.evaluate(IN_THE_TEXT)


@pytest.mark.browser
def test_on_a_phone_the_menu_closes_when_the_focus_goes_past_its_end(site, phone):
    open_page(phone, site, SHORT)
    button = phone.get_by_role("button", name="Menu")
    button.click()
    assert phone.evaluate(EMPTY_ICONS) == []
    switch = phone.locator(".quarto-color-scheme-toggle").bounding_box()
    assert min(switch["width"], switch["height"]) >= 44
    phone.locator("#quarto-sidebar a").last.focus()
    assert button.get_attribute("aria-expanded") == "true"
    phone.keyboard.press("Tab")
    assert phone.evaluate(IN_THE_TEXT)
    assert button.get_attribute("aria-expanded") == "false"


@pytest.mark.browser
def test_on_a_phone_held_sideways_a_finger_scrolls_the_menu_to_its_end_and_not_the_page(site, browser):
    size = {"width": 667, "height": 375}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        open_page(page, site, SHORT)
        page.locator(".quarto-btn-toggle").tap()
        title, header = page.locator(".sidebar-title a"), page.locator("#quarto-header").bounding_box()
        assert title.bounding_box()["y"] >= header["height"]
        links = page.locator("#quarto-sidebar a.sidebar-link")
        assert all(link.bounding_box()["height"] >= 40 for link in links.all())
        finger = context.new_cdp_session(page)
        for _ in range(4):
            for y in range(340, 60, -40):
                kind = "touchStart" if y == 340 else "touchMove"
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 120, "y": y}]})
            finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(100)  # the menu may still be gliding
        last = links.last.bounding_box()
        assert header["height"] <= last["y"] <= size["height"] - last["height"]
        assert page.evaluate("scrollY") == 0


@pytest.mark.browser
def test_on_a_phone_menu_and_results_close_when_a_result_leads_to_a_place_on_the_page(site, phone):
    open_page(phone, site, SHORT)
    assert phone.locator("#quarto-header").inner_text() == "Notation"
    phone.locator(".quarto-btn-toggle").click()
    phone.locator("#quarto-sidebar input").fill("conventions")
    phone.locator(".search-result[href*='notation.html#conventions']").click()
    assert not phone.locator(".search-result").first.is_visible()
    assert phone.locator(".quarto-btn-toggle").get_attribute("aria-expanded") == "false"
    assert 0 <= phone.locator("#conventions").bounding_box()["y"] < PHONE["height"]


@pytest.mark.browser
def test_on_a_phone_nothing_of_the_notation_scrolls_sideways(site, phone):
    open_page(phone, site, SHORT)
    tables = "[...document.querySelectorAll('table')].map(table => table.scrollWidth <= table.clientWidth)"
    assert phone.evaluate(tables) == [True, True]


@pytest.mark.browser
def test_a_box_in_the_text_is_a_stop_with_a_name_while_it_scrolls(site, phone):
    open_page(phone, site, LONG)
    number = {}
    for size in (PHONE, WIDE):
        phone.set_viewport_size(size)
        phone.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found = phone.evaluate(BOXES)
        assert found["wrong"] == []
        number[size["width"]] = found["scrolling"]
    assert number[375] > number[1280]


@pytest.mark.browser
def test_a_long_line_of_code_goes_on_further_right_than_it_began_or_scrolls(site, phone):
    open_page(phone, site, LONG)
    assert phone.evaluate("""() => {
      const code = [...document.querySelectorAll("div.sourceCode code")].find(block => block.checkVisibility());
      code.textContent = "total = " + "1 + ".repeat(40);
      const words = document.createRange();
      words.selectNodeContents(code);
      const [first, ...others] = [...words.getClientRects()].map(line => line.left);
      const scrolls = code.parentElement.scrollWidth > code.parentElement.clientWidth;
      return scrolls || (others.length > 2 && others.every(left => left > first + 50));
    }""")


@pytest.mark.browser
def test_on_a_phone_the_contents_are_folded_under_the_title(site, phone):
    open_page(phone, site, SHORT)
    contents = phone.locator(".page-contents")
    assert contents.get_attribute("open") is None
    box = contents.bounding_box()
    assert box["y"] + box["height"] < PHONE["height"] / 2
    contents.locator("summary").click()
    contents.get_by_role("link").last.click()
    assert 0 <= phone.locator("main h2").last.bounding_box()["y"] < PHONE["height"]
    phone.set_viewport_size(WIDE)
    assert not contents.is_visible()


@pytest.mark.browser
def test_on_a_phone_a_line_grows_as_the_page_is_read(site, phone):
    open_page(phone, site, SHORT)
    widths = []
    for share in (0, 0.5, 1):
        phone.evaluate("s => scrollTo(0, s * (document.documentElement.scrollHeight - innerHeight))", share)
        phone.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        widths.append(phone.evaluate("new DOMMatrix(getComputedStyle(document.body, '::after').transform).a"))
    assert widths == pytest.approx([0, 0.5, 1], abs=0.01)


@pytest.mark.browser
def test_from_under_the_title_one_click_leads_to_what_moves(site, phone):
    open_page(phone, site, LONG)
    for name, block in (("Jump to the slider", "#slider"), ("Jump to the drawing pad", "#pad")):
        phone.get_by_role("link", name=name).click()
        assert 0 <= phone.locator(block).bounding_box()["y"] < PHONE["height"] / 2
        phone.keyboard.press("Tab")
        assert phone.evaluate("block => document.activeElement.closest(block) !== null", block)


@pytest.mark.browser
def test_headings_are_named_once_and_copied_code_is_seen_and_spoken(site, page):
    page.set_viewport_size(WIDE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, site, "index.html")
    page.get_by_role("heading", name="Set-up", exact=True).wait_for()
    assert page.locator(".anchorjs-link").evaluate_all("links => links.map(link => link.tabIndex)") == [-1] * 4
    button = page.get_by_role("button", name="Copy code").first
    button.click()
    page.wait_for_function(SAYS_COPIED)
    assert "Copied" in button.evaluate("button => getComputedStyle(button, '::before').content")
    code = page.locator(".code-copy-outer-scaffold code").first.inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == code


@pytest.mark.browser
def test_without_scripts_a_phone_shows_the_navigation_below_the_text(site, browser):
    with browser.new_context(java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        open_page(page, site, SHORT)
        text, menu = page.locator("main").bounding_box(), page.locator("#quarto-sidebar").bounding_box()
        assert menu["y"] >= text["y"] + text["height"]
        assert menu["x"] >= 0
        assert page.locator("#quarto-sidebar a").last.is_visible()
        useless = page.locator(".quarto-btn-toggle, .sidebar-search, .quarto-color-scheme-toggle, .code-copy-button")
        assert not any(found.is_visible() for found in useless.all())
