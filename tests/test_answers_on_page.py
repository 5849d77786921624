"""Exercises on the website in a real browser: they say what Python says, to the letter, and remember what is done."""

import itertools
import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import exercise_cells
import numpy as np
import pytest

from exercises import on_page, reading
from exercises.kinds import Choice, Number, Table
from exercises.mistakes import Mistake
from exercises.showing import shown

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parent.parent / "website" / "answers.js"
ON_PAGE = {e.number: e for e in exercise_cells.ALL if isinstance(e.check, Choice | Number | Table)}
# What a future exercise could be
KNOWN = [Mistake(text, f"It is a {text}.") for text in ("first <b>", "second {more}", "third $&")]
FUTURE = [
    Number(2.75, {KNOWN[0]: [1.5, 0.8], KNOWN[1]: 1.5}, digits=4),
    Number(-0.004, {KNOWN[2]: 7}, decimals=4, tolerance=0.01),
    Number(1e12, {KNOWN[0]: 0.0}),
    Table({"zero": 0.0, "count": 0, "far": 6.02e23}, {KNOWN[0]: lambda entry: entry + 1, KNOWN[1]: {"zero": [1, 2]}}),
    Table({"a": "one", "b": "one", "c": (2.5, 1)}, {KNOWN[2]: {"c": [(1, 2.5), [2.5, 1]]}}),
    Table({"a": 1.25, "b": 3, "c": 0.5}, {mistake: {"a": 2.5, "b": [3, 4]} for mistake in KNOWN}, decimals=1),
]
ON_PAGE |= {f"0.{n}": SimpleNamespace(number=f"0.{n}", check=check, wrong_answers=[]) for n, check in enumerate(FUTURE)}

# Fills in the forms and says what each of them answers. As JSON: Playwright hands over thousands of lists slowly.
ANSWER = """cases => JSON.stringify(JSON.parse(cases).map(([number, texts]) => {
  const form = document.querySelector(`[data-exercise="${number}"] form`);
  form.reset();
  for (const [name, text] of Object.entries(texts)) {
    const fields = [...form.elements].filter(element => element.name === name);
    for (const field of fields) field.type === "radio" ? field.checked = field.value === text : field.value = text;
  }
  const message = form.querySelector("[role=status]");
  message.replaceChildren();
  form.requestSubmit();
  return [message.dataset.right, message.textContent];
}))"""


def said(forms, cases):
    """[whether it is right, the message] for each [number of the exercise, {name of the field: text}]."""
    return json.loads(forms.evaluate(ANSWER, json.dumps(cases)))


@pytest.fixture(scope="module")
def forms(browser, tmp_path_factory):
    """A page with the forms of all exercises, and nothing else."""
    path = tmp_path_factory.mktemp("forms") / "forms.html"
    blocks = "".join(on_page.block(number, exercise.check) for number, exercise in ON_PAGE.items())
    script = f'<script src="{SCRIPT.as_uri()}" defer></script>'
    path.write_text(f"<!doctype html><meta charset=utf-8>{script}<body hidden>{blocks}", encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(path.as_uri())
        yield page


# What is answered


def plain(answer):
    """An answer of whatever types as a reader would type it, or None if nobody can."""
    if isinstance(answer, dict):
        return {name: plain(entry) for name, entry in answer.items()}
    if isinstance(answer, tuple | list | str):
        return answer
    number = reading.number(answer)
    return number if number is not None and math.isfinite(number) else None


def can_be_typed(answer, check):
    """Whether the form has a field or a button for each part of this plain answer."""
    if isinstance(check, Choice):
        return answer in [check.letter, *check.wrong]
    if isinstance(check, Number):
        return isinstance(answer, int | float)
    if not isinstance(answer, dict) or answer.keys() != check.entries.keys():
        return False
    kinds = {str: str, tuple: int | float | tuple | list}
    return all(isinstance(answer[name], kinds.get(type(right), int | float)) for name, right in check.entries.items())


def typed(answer):
    """The texts that a reader types for this answer, or the letter: {name of the field: text}."""
    if isinstance(answer, str):
        return {"letter": answer}
    entries = answer if isinstance(answer, dict) else {"number": answer}
    return {name: entry if isinstance(entry, str) else repr(entry) for name, entry in entries.items()}


def on_the_page(number, answer, texts):
    """What Python says to this answer, with every number and shape as it was typed."""
    text = ON_PAGE[number].check.judge(answer).text
    for name, entry in answer.items() if isinstance(answer, dict) else [("number", answer)]:
        if not isinstance(entry, str) and (answer is entry or repr(name) in text):
            for before in (f"{name!r}: ", "; got "):
                text = text.replace(f"{before}{shown(entry)}.", f"{before}{texts[name].strip()}.")
    return text


def stored_wrong_answers(exercise):
    for _, code in exercise.wrong_answers:
        names = {"np": np, "math": math, "Fraction": Fraction, "expressions": "ABCDE"}  # enough for most
        try:
            exec(code, names)
        except NameError:  # it builds on what its chapter has computed
            answer = exercise.answered(code)
        else:
            answer = eval(exercise.answer, names)
        if can_be_typed(plain(answer), exercise.check):
            yield plain(answer)


def other_numbers(exact):
    """What a learner could give for this number: rounded, cut off, of another sign, factor or size, or a mere guess."""
    yield from (
        exact,
        float(exact),
        -exact,
        2 * exact,
        exact / 2,
        100 * exact,
        exact / 100,
        10 * exact,
        exact + 1,
        exact - 1,
    )
    for digits in range(1, 9):
        rounded = float(f"{exact:.{digits}g}")
        yield from (
            rounded,
            math.floor(exact * 10**digits) / 10**digits,
            rounded + 10.0 ** (-digits),
            exact * (1 + 10.0**-digits),
        )
    yield from (0, 0.0, -0.0, 1, 3.5, 1 / 3, 0.1 + 0.2, 1e-7, 12345675, 1234565.0, 100000.5, -2.5e21, 10**30, 1e300)


def other_entries(table, name):
    exact = plain(table.entries[name])
    made = [plain(one) for rank in table.suspects() for _, wrong in rank for one in wrong.get(name, [])]
    if isinstance(exact, str):
        return [
            exact,
            *made,
            exact.upper(),
            f" ({exact}). ",
            f'"{exact}"',
            "nonsense",
            "it's",
            'say "it"',
            "back\\slash",
            "(?)",
            "( )",
            "…",
        ]
    if isinstance(exact, tuple):
        others = [exact[::-1], list(exact), (*exact, 1), exact[:1], exact[0], 0.5, (1.5, -2), tuple(range(14))]
        return [exact, *made, *others]
    rounded = [number for wrong in made for number in (wrong, float(f"{wrong:.3g}"), float(f"{wrong:.2g}"))]
    return [*other_numbers(exact), *rounded, *(n for n in plain(table.entries).values() if isinstance(n, int | float))]


def answers(exercise):
    check = exercise.check
    yield from stored_wrong_answers(exercise)
    if isinstance(check, Choice):
        yield from [check.letter, *check.wrong]
    elif isinstance(check, Number):
        made = [number for rank in check.suspects() for _, numbers in rank for number in numbers]
        for number in (check.value, *made):
            yield from other_numbers(number)
    else:
        right, rng = plain(check.entries), random.Random(0)
        others = {name: other_entries(check, name) for name in right}
        yield from ({**right, name: entry} for name in right for entry in others[name])
        for rank in check.suspects():
            for (_, one), (_, other) in itertools.product(rank, repeat=2):
                yield right | {name: plain(made[0]) for name, made in (one | other).items()}
        yield {name: -entry if isinstance(entry, int | float) else entry for name, entry in right.items()}
        yield from ({name: rng.choice([entry, *others[name]]) for name, entry in right.items()} for _ in range(100))


def test_every_answer_is_told_on_the_page_what_python_tells_it(forms):
    cases = [(exercise, answer) for exercise in ON_PAGE.values() for answer in answers(exercise)]
    told = said(forms, [[exercise.number, typed(answer)] for exercise, answer in cases])
    differ = []
    for (exercise, answer), (right, text) in zip(cases, told, strict=True):
        expected = on_the_page(exercise.number, answer, typed(answer))
        if (right, text) != (str(expected.startswith("Right.")).lower(), expected):
            differ.append((exercise.number, answer, text, expected))
    assert not differ[:5], len(differ)
    assert len(cases) > 5000


# What a reader types, and what is read


NUMBERS = {"0.1": 0.1, ".1": 0.1, " 0.10 ": 0.1, "+0.1": 0.1, "1/10": 0.1, "1e-1": 0.1, "1E−1": 0.1, "2.": 2.0}
NUMBERS |= {"Fraction(1, 10)": 0.1, "1 / (10)": 0.1, "(1/10)": 0.1, "-Fraction(3,20)": -0.15, "½": 0.5, "-¾": -0.75}
NUMBERS |= {"−0.1": -0.1, "– 0.1": -0.1, "-3": -3, "1/3": 1 / 3, "-.3/2": -0.15, "2e-4": 2e-4, "007": 7, "1 000": 1000}
SHAPES = {"(5,)": (5,), "( 5 , )": (5,), "5,": (5,), "(5)": 5, "5": 5, "[5]": [5], "(5, 1)": (5, 1), "5, −1": (5, -1)}
WORDS = {" This  data. ": "This  data.", "“this data”": "“this data”", "it's": "it's", "7": "7"}
READ = [("2.1", "arrives in one step", NUMBERS), ("7.1", "b1", SHAPES), ("7.4", "slide", WORDS)]
UNREAD = [("2.1", "arrives in one step", text) for text in ("a tenth", "1/0", "1/2/3", "0.1.1", "1e999", "(1,)", "2½")]
UNREAD += [("7.1", "b1", text) for text in ("5 x 1", "(5, ?)", "()")]


def test_what_is_typed_is_read_as_it_is_meant(forms):
    cases = [(*field, text, meant) for *field, texts in READ for text, meant in texts.items()]
    rights = {number: plain(ON_PAGE[number].check.entries) for number, *_ in cases}
    told = said(forms, [[number, typed(rights[number]) | {name: text}] for number, name, text, _ in cases])
    judged = [
        on_the_page(number, rights[number] | {name: meant}, typed(rights[number]) | {name: text})
        for number, name, text, meant in cases
    ]
    assert [text for _, text in told] == judged


def test_what_cannot_be_read_is_said_and_is_no_wrong_answer(forms):
    right = {number: typed(plain(ON_PAGE[number].check.entries)) for number, *_ in UNREAD}
    told = said(forms, [[number, right[number] | {name: text}] for number, name, text in UNREAD])
    for (_, name, text), (right, message) in zip(UNREAD, told, strict=True):
        assert (right, message.startswith(f"{name}: “{text}” cannot be read as a ")) == ("", True), message


def test_a_decimal_comma_and_a_percent_sign_are_told_how_to_be_written(forms):
    advice = {"0,1": "Write the decimal sign as a point.", "10%": "Write 25 % as 0.25.", "Fraction(1, x)": "or 2e-4."}
    told = said(forms, [["2.1", {"arrives in one step": text, "diverges above": "0.2"}] for text in advice])
    assert [(right, text.endswith(end)) for (right, text), end in zip(told, advice.values(), strict=True)] == [
        ("", True)
    ] * 3


def test_empty_fields_are_no_answer_and_some_are_named(forms):
    some = {"arrives in one step": " ", "diverges above": "0.2"}
    told = said(forms, [["2.1", dict.fromkeys(some, "")], ["2.1", some], ["1.2", {}]])
    incomplete = ON_PAGE["2.1"].check.judge(some | {"arrives in one step": ...}).text
    assert told == [["", "Not attempted yet."], ["", incomplete], ["", "Not attempted yet."]]


# On the website


@pytest.fixture
def chapter_7(page, site):
    page.goto((site / "notebooks" / "07-two-neurons-in-a-layer.html").as_uri())
    return page


def form(page, number):
    return page.locator(f'[data-exercise="{number}"]')


def message(page, number):
    return form(page, number).get_by_role("status").inner_text()


def invalid(page):
    """The names of the fields that are called wrong and described by the message."""
    return page.evaluate("""() => [...document.querySelectorAll("[aria-invalid=true]")].filter(field =>
      document.getElementById(field.getAttribute("aria-describedby")).textContent).map(field => field.name)""")


def test_a_table_is_filled_in_and_checked_from_the_keyboard_and_leads_to_what_is_wrong(chapter_7):
    keyboard, group = chapter_7.keyboard, chapter_7.get_by_role("group", name="Exercise 7.1, your answer")
    group.get_by_label("W1", exact=True).focus()
    for text in ("", "(5,)", "five", "(1,)", "26", "55"):
        keyboard.type(text)
        keyboard.press("Tab")
    focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.name"
    assert chapter_7.evaluate(focused) == "Check exercise 7.1"
    keyboard.press("Enter")
    unread, empty = message(chapter_7, "7.1").split("\n")
    assert (unread.partition(" cannot")[0], empty) == ("W2: “five”", "Not complete yet. To be filled in: W1.")
    assert (chapter_7.evaluate(focused), invalid(chapter_7)) == ("W2", ["W1", "W2"])
    keyboard.press("Control+A")
    keyboard.type("(5, 1)")
    assert invalid(chapter_7) == ["W1"]
    group.get_by_label("W1", exact=True).fill("(3, 5)")
    keyboard.press("Enter")
    entries = ON_PAGE["7.1"].check.entries
    assert message(chapter_7, "7.1") == ON_PAGE["7.1"].check.judge(entries | {"with a second hidden layer": 55}).text
    assert invalid(chapter_7) == ["with a second hidden layer"]
    assert not group.get_by_text("Done").is_visible()
    keyboard.press("Control+A")
    keyboard.type("56")
    keyboard.press("Enter")
    assert (message(chapter_7, "7.1"), invalid(chapter_7)) == (ON_PAGE["7.1"].check.judge(entries).text, [])
    chapter_7.reload()
    assert group.get_by_text("Done").is_visible()
    assert chapter_7.get_by_text("Done", exact=True).locator("visible=true").count() == 1


def test_a_letter_is_chosen_from_the_keyboard_or_by_mouse_and_each_press_speaks(chapter_7):
    options = form(chapter_7, "7.3").get_by_role("radio")
    names = [
        chapter_7.get_by_role("radio", name=name, exact=True)
        for name in ("(c) other data", "(d) another learning rate")
    ]
    assert [one.input_value() for one in names] == ["c", "d"]
    assert form(chapter_7, "7.3").locator("label math annotation").all_text_contents() == ["b^{(2)}", "b_1^{(1)}"]
    chapter_7.get_by_role("button", name="Check exercise 7.3").press("Enter")
    assert options.first.evaluate("radio => radio === document.activeElement")
    chapter_7.keyboard.press("ArrowDown")
    chapter_7.keyboard.press("Enter")
    assert message(chapter_7, "7.3") == ON_PAGE["7.3"].check.judge("b").text
    form(chapter_7, "7.3").get_by_text("other data").click()
    assert chapter_7.evaluate("""() => {
      const form = document.querySelector('[data-exercise="7.3"] form');
      const said = form.querySelector("[role=status]");
      return [0, 0].map(() => (form.requestSubmit(), said.textContent !== ""));
    }""") == [True, False]
    form(chapter_7, "7.3").get_by_text("Not yet.").wait_for(timeout=5000)
    assert form(chapter_7, "7.3").get_by_role("radiogroup").get_attribute("aria-invalid") == "true"
    assert message(chapter_7, "7.3") == ON_PAGE["7.3"].check.judge("c").text


def test_a_task_gives_each_letter_once_and_in_order_so_that_the_form_finds_its_text():
    choices = [exercise for exercise in exercise_cells.ALL if isinstance(exercise.check, Choice)]
    assert choices
    for exercise in choices:
        assert re.findall(r"\(([a-z])\)", exercise.task) == sorted([exercise.check.letter, *exercise.check.wrong])


def test_every_field_has_a_label_and_room_for_a_finger_and_nothing_overflows(chapter_7):
    chapter_7.set_viewport_size({"width": 320, "height": 600})
    faults = chapter_7.evaluate("""() => [...document.querySelectorAll(".exercise-form :is(input, button, label)")]
      .filter(element => {
        const target = element.closest("label") ?? element;
        const { width, height, right } = target.getBoundingClientRect();
        return !target.textContent.trim() || width < 44 || height < 44 || right > innerWidth;
      }).map(element => element.outerHTML)""")
    assert faults == []


def test_paper_and_a_page_without_scripts_show_no_form(chapter_7, browser):
    forms = chapter_7.locator(".exercise-form")
    assert forms.first.is_visible()
    chapter_7.emulate_media(media="print")
    assert not any(one.is_visible() for one in forms.all())
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(chapter_7.url)
        assert page.locator(".exercise-form").count() == 5
        assert not any(one.is_visible() for one in page.locator(".exercise-form").all())
        assert page.get_by_text("Not attempted yet.").first.is_visible()


def test_what_wants_code_says_so_and_leads_to_how(chapter_7, site):
    form(chapter_7, "7.5").get_by_role("link").click()
    chapter_7.wait_for_url((site / "index.html").as_uri() + "#how-to-use-it")
    assert chapter_7.locator("#how-to-use-it").count() == 1


# What is done


COUNTS = "#quarto-sidebar .exercises-done:not(:empty)"


def done(page):
    return [" ".join(count.text_content().split()) for count in page.locator(COUNTS).all()]


def test_what_is_done_is_counted_beside_its_chapter_until_it_is_forgotten(chapter_7, site):
    page = chapter_7
    assert done(page) == []
    form(page, "7.3").get_by_label("(b)").check()
    form(page, "7.3").get_by_role("button").click()
    form(page, "7.5").get_by_label("I solved 7.5 there").check()
    assert done(page) == ["2 of 5 exercises done"]
    form(page, "7.3").get_by_label("(c)").check()
    form(page, "7.3").get_by_role("button").click()  # what was right once remains done
    page.goto((site / "index.html").as_uri())
    assert done(page) == ["2 of 5 exercises done"]
    assert page.locator("#the-path .exercises-done:not(:empty)").inner_text() == "2 of 5 exercises done"
    page.go_back()
    assert form(page, "7.5").get_by_role("checkbox").is_checked()
    form(page, "7.5").get_by_role("checkbox").uncheck()
    assert done(page) == ["1 of 5 exercises done"]
    page.get_by_role("button", name="Forget what is done").dblclick()  # a finger slips
    assert done(page) == ["1 of 5 exercises done"]
    assert page.locator(".exercises-kept").inner_text().startswith("Press again to forget all 1.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Forget what is done").click()
    page.get_by_role("button", name="Really forget? Press again").press("Enter")
    assert done(page) == []
    assert page.locator(".exercises-kept").inner_text().startswith("No exercise counts as done.")
    assert page.evaluate("localStorage.length") == 0


def test_whatever_is_stored_no_page_breaks(chapter_7):
    stored = {'["7.3", 7, null, "99.9", "7.3"]': 1, '{"7.3": 1}': 0, "[": 0, "null": 0}
    for text, number in stored.items():
        chapter_7.evaluate("text => localStorage.setItem('how-a-neural-network-learns/exercises-done', text)", text)
        chapter_7.evaluate("dispatchEvent(new StorageEvent('storage'))")  # as where another tab has stored it
        assert done(chapter_7) == [f"{number} of 5 exercises done"] * number
        kept = chapter_7.locator(".exercises-kept p").inner_text()
        assert kept.startswith("Exercises done: 1 of " if number else "No exercise")


def test_where_nothing_can_be_stored_the_page_counts_all_the_same(page, site):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })")
    page.goto((site / "notebooks" / "07-two-neurons-in-a-layer.html").as_uri())
    form(page, "7.5").get_by_label("I solved 7.5 there").check()
    assert done(page) == ["1 of 5 exercises done"]


QUARTO = """\
<!doctype html><script type="application/json" id="exercises">{{"notebooks/07-layer.html": ["7.1", "7.2"]}}</script>
<script src="{script}" defer></script>
<nav id="quarto-sidebar" class="sidebar"><div class="sidebar-tools-main"><a href="" class="quarto-color-scheme-toggle">
</a></div><ul><li class="sidebar-item"><div class="sidebar-item-container"><a href="./notebooks/07-layer.html"
class="sidebar-item-text sidebar-link"><span class="menu-text">Layer</span></a></div></li></ul></nav>
<div class="exercise-form" data-exercise="7.2"><p>Here</p></div>"""


def test_quartos_navigation_shows_the_count_too(page, tmp_path):
    script = SCRIPT.with_name("progress.js").as_uri()
    (tmp_path / "07-layer.html").write_text(QUARTO.format(script=script), encoding="utf-8")
    page.goto((tmp_path / "07-layer.html").as_uri())
    page.evaluate("""document.querySelector(".exercise-form p").dispatchEvent(
        new CustomEvent("exercise-done", { bubbles: true, detail: true }))""")
    assert done(page) == ["1 of 2 exercises done"]
