"""What is on paper: all that a reader needs, whole, and nothing that only a screen can do."""

import pytest

A4 = {"width": 680, "height": 1000}  # what is left of the sheet between margins of 15 mm, in CSS pixels

CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter((element) => getComputedStyle(element).display !== "inline" && !element.closest("svg, math"))
  .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
  .filter((element) => element.getBoundingClientRect().left + element.scrollWidth > innerWidth
                       || getComputedStyle(element).overflowX !== "visible")
  .map((element) => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 40)}`)"""


@pytest.fixture(scope="module", params=["02-gradient-descent", "09-classifier-from-scratch"])
def printed(site, lasting_page, request):
    """A chapter as it is printed, with all that folds closed."""
    lasting_page.set_viewport_size(A4)
    lasting_page.emulate_media(media="print")
    lasting_page.goto((site / f"notebooks/{request.param}.html").as_uri())
    return lasting_page


def visible(page, selector: str) -> list[bool]:
    return page.evaluate("s => [...document.querySelectorAll(s)].map(found => found.checkVisibility())", selector)


@pytest.mark.browser
def test_answers_hints_and_solutions_are_printed_though_they_are_closed(printed):
    assert printed.locator("main details[open]").count() == 0
    inside = visible(printed, "main details:not(.code-fold, .page-contents) > :last-child")
    assert len(inside) > 10
    assert all(inside)


@pytest.mark.browser
def test_folded_code_is_printed_if_it_was_opened(printed):
    folds = visible(printed, "main details.code-fold")
    assert folds
    assert not any(folds)
    printed.evaluate("document.querySelector('details.code-fold').open = true")
    assert visible(printed, "main details.code-fold pre")[0]
    printed.evaluate("document.querySelector('details.code-fold').open = false")


@pytest.mark.browser
def test_no_line_is_cut_off_however_long_it_is(printed):
    assert printed.evaluate(CUT_OFF) == []
    lengthened = printed.evaluate("""() => ["div.sourceCode pre code", ".cell-output pre"].map((selector) => {
      const block = [...document.querySelectorAll("main " + selector)].find((found) => found.checkVisibility());
      block.append("long = " + "1 + ".repeat(60) + "1".repeat(200));
      return block.checkVisibility();
    })""")
    assert lengthened == [True, True]
    assert printed.evaluate(CUT_OFF) == []


@pytest.mark.browser
def test_the_title_is_printed_and_what_leads_elsewhere_is_not(printed):
    printed.evaluate("document.querySelector('h1.title').classList.add('d-none', 'd-lg-block')")  # as Quarto does
    assert visible(printed, "h1.title") == [True]
    assert not any(visible(printed, "nav, #quarto-sidebar, #TOC, .page-navigation a, .page-facts a, main button"))


@pytest.mark.browser
def test_what_ends_in_a_colon_and_the_table_of_a_run_are_not_parted_from_what_follows(printed):
    breaks = printed.evaluate("""() => [...document.querySelectorAll("main :is(p, ul, ol)")]
      .filter((block) => block.nextElementSibling && block.textContent.trim().endsWith(":"))
      .filter((block) => getComputedStyle(block).breakAfter !== "avoid").map((block) => block.outerHTML
        + block.nextElementSibling.outerHTML.slice(0, 60))""")
    assert breaks == []
    table = printed.locator(".explorer-table").first
    assert table.evaluate("element => getComputedStyle(element).breakInside") == "avoid"


@pytest.mark.browser
def test_nothing_is_printed_on_every_sheet(printed):
    fixed = "found => found.checkVisibility() && getComputedStyle(found).position === 'fixed'"
    assert (
        printed.evaluate(f"[...document.querySelectorAll('body *')].filter({fixed}).map(found => found.outerHTML)")
        == []
    )


@pytest.mark.browser
def test_an_explorer_is_printed_with_its_pictures_its_message_and_the_value_that_they_show(printed):
    parts = ".explorer-panels svg, .explorer-message, .explorer-readout"
    assert all(visible(printed, parts))
    assert len(visible(printed, parts)) >= 3
    assert visible(printed, ".explorer input") == [False]


@pytest.mark.browser
def test_an_address_outside_can_be_read_on_paper(printed):
    shown = "link => getComputedStyle(link, '::after').content.includes(link.getAttribute('href'))"
    outside = printed.locator("main a[href^='https://']")
    assert outside.count() > 0
    assert all(link.evaluate(shown) for link in outside.all())


@pytest.mark.browser
def test_where_one_can_draw_paper_says_so(printed):
    assert printed.locator(".drawing-pad").count() == ("classifier" in printed.url)
    assert not any(visible(printed, ".drawing-pad *"))
