"""What a learner types leads to the section that answers it, in a browser and with either renderer."""

import json

import pytest
from search_words import WORDS

# Typed into the page, in this order.
TYPED = {
    "why half squared error": "03-backpropagation.html#one-neuron",
    "sigmoid derivative": "04-one-neuron.html#its-slope",
    "learning rate too big": "02-gradient-descent.html#how-large-is-too-large",
    "vanishing gradient": "06-two-neurons-in-sequence.html#the-vanishing-gradient",
    "overfit": "09-classifier-from-scratch.html#move-the-learning-rate",
    "softmax": "08-classification.html#three-classes",
    "momentum": "10-what-is-its-accuracy-worth.html#ten-seeds-are-not-ten-test-sets",
    "chain rule": "01-derivatives.html#two-gears-the-chain-rule",
}
# Asked as Quarto's search asks.
ASKED = {
    "dead neuron": "05-many-points.html#move-the-learning-rate",
    "what is a gradient": "01-derivatives.html#two-inputs-the-gradient",
    "backprop": "03-backpropagation.html",
    "one hot": "08-classification.html#the-same-difference-again",
    "cross entropy": "08-classification.html#the-loss-that-cures-it",
    "learning rate too small": "02-gradient-descent.html#the-best-learning-rate",
    "learning rate": "02-gradient-descent.html#walk-downhill-in-the-fog",
    "why sigmoid": "03-backpropagation.html#one-neuron",
    "gradient check": "01-derivatives.html#the-gradient-check",
    "mini batch": "05-many-points.html#full-batch-mini-batch-one-point-at-a-time",
    "bias": "03-backpropagation.html#one-neuron",
    "softmax derivative": "08-classification.html#the-same-difference-again",
    "random initialization": "07-two-neurons-in-a-layer.html#twins-stay-twins",
    "matrix multiplication": "07-two-neurons-in-a-layer.html#matrices-keep-the-books",
    "train test split": "09-classifier-from-scratch.html#three-piles",
    "automatic differentiation": "03-backpropagation.html#a-number-that-remembers",
    "logistic regression": "08-classification.html#train-the-line",
    "is it overfitting?": "09-classifier-from-scratch.html#move-the-learning-rate",
    "gradiant descent": "02-gradient-descent.html",
    "sofmax": "08-classification.html#three-classes",
    "why does my loss go up": "02-gradient-descent.html#how-large-is-too-large",
    "local minima": "04-one-neuron.html#no-finite-optimum",
    "mnist": "09-classifier-from-scratch.html#the-data",
}
RESULT = ".search-result"
AS_QUARTO_ASKS = """([entries, questions]) => {
  const fuse = new window.Fuse([], { keys: [{ name: "title", weight: 20 }], threshold: 0.1 });
  entries.forEach((entry) => fuse.add(entry));
  return questions.map((question) => fuse.search(question, { limit: 3 }).map((result) => result.item.href));
}"""


@pytest.fixture(scope="module")
def entries(site):
    return json.loads((site / "search.json").read_text("utf-8"))


@pytest.mark.browser
def test_what_a_learner_types_leads_to_the_right_section(site, lasting_page):
    lasting_page.set_viewport_size({"width": 1280, "height": 900})
    lasting_page.goto((site / "notation.html").as_uri())
    box = lasting_page.locator(".smalldocs-search input").first
    found = {}
    for question in TYPED:
        shown = lasting_page.locator(RESULT).first
        before = shown.element_handle() if shown.count() else None
        box.fill(question)
        if before:
            before.wait_for_element_state("hidden")
        shown.wait_for()
        found[question] = shown.get_attribute("href").removeprefix("./notebooks/")
    assert found == TYPED


@pytest.mark.browser
def test_results_are_reached_by_arrows_left_by_escape_and_close_behind_the_reader(site, lasting_page):
    page = lasting_page
    page.goto((site / "notation.html").as_uri())
    box, results = page.get_by_role("searchbox", name="Search"), page.locator(RESULT)
    shown, spoken = page.get_by_role("group", name="Results"), page.locator("[role=status].visually-hidden")
    focused = "element => element === document.activeElement"

    box.fill("chain")
    results.first.wait_for()
    page.wait_for_function("words => words.textContent === '20 results'", arg=spoken.element_handle())
    assert results.count() == 20
    for key, number in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        assert results.nth(number).evaluate(focused)
    page.keyboard.press("Escape")
    assert box.evaluate(focused)
    assert box.input_value() == "chain"
    page.wait_for_timeout(150)  # smalldocs would show the results again
    assert not shown.is_visible()

    box.fill("chain rule")
    results.last.wait_for()
    results.last.focus()
    page.keyboard.press("Tab")
    assert not shown.is_visible()

    box.fill("softmax")
    box.press("ArrowDown")  # to a result of the last question, which the new ones replace
    replaced = "([list, end]) => list.firstChild.href.endsWith(end)"
    page.wait_for_function(replaced, arg=[shown.element_handle(), TYPED["softmax"]])
    # Back in the box; or, where the new ones came before the key, on the first of them. Not lost.
    assert box.evaluate(focused) or results.first.evaluate(focused)

    box.fill("xylophone")
    page.wait_for_function("words => words.textContent === 'No results'", arg=spoken.element_handle())


@pytest.mark.browser
def test_the_ranking_is_the_same_for_quarto(lasting_page, entries):
    questions = {**TYPED, **ASKED}
    results = lasting_page.evaluate(AS_QUARTO_ASKS, [entries, list(questions)])
    first = [found[0].removeprefix("notebooks/") for found in results]
    assert dict(zip(questions, first, strict=True)) == questions
    assert {len(found) for found in results} <= {1, 2, 3}


@pytest.mark.browser
def test_what_is_nowhere_is_not_found(lasting_page, entries):
    assert lasting_page.evaluate(AS_QUARTO_ASKS, [entries, ["xylophone", "?"]]) == [[], []]


def test_the_words_of_a_section_are_searched_and_not_shown(entries):
    named = {(page, section): words for page, sections in WORDS.items() for section, words in sections.items()}
    found = {tuple(entry["href"].partition("#")[::2]): entry for entry in entries}
    assert set(named) <= set(found)
    assert {place: entry["words"] for place, entry in found.items() if "words" in entry} == named
    assert "MNIST" in found["notebooks/09-classifier-from-scratch.html", "the-data"]["words"]
    assert not any("MNIST" in entry["text"] for entry in entries)
