"""What a notebook stores of an exercise for the website, and where it does so."""

import json
from types import SimpleNamespace

import pytest

from exercises import check, kinds, on_page
from exercises.kinds import Function, Number, Table
from exercises.mistakes import Mistake

COUNT = Number(7, {Mistake("six", "A </script> of six."): 6})


def data(exercise):
    return json.loads(on_page.block("4.2", exercise).partition('json">')[2].partition("</script>")[0])


@pytest.fixture
def displayed(monkeypatch):
    """What check() displays in a notebook."""
    shown = []
    ipython = SimpleNamespace(
        get_ipython=lambda: SimpleNamespace(kernel=object()),
        display=SimpleNamespace(display=lambda bundle, raw: shown.append(bundle)),
    )
    monkeypatch.setitem(on_page.sys.modules, "IPython", ipython)
    monkeypatch.setenv("EXPLORER", "static")
    return shown


def test_where_outputs_are_stored_an_unanswered_check_displays_the_block_without_a_text(displayed):
    check("1.2", ...)
    assert [bundle["text/plain"] for bundle in displayed] == [""]
    assert displayed[0]["text/html"].startswith('<div class="exercise-form" data-exercise="1.2" hidden>')


def test_an_answer_displays_nothing(displayed):
    check("1.2", "a")
    check("2.1", {"arrives in one step": 0.1, "diverges above": ...})
    assert displayed == []


def test_where_a_reader_answers_it_displays_nothing(displayed, monkeypatch):
    monkeypatch.delenv("EXPLORER")
    check("1.2", ...)
    assert displayed == []


def test_outside_a_notebook_it_displays_nothing(displayed, monkeypatch):
    monkeypatch.delitem(on_page.sys.modules, "IPython")
    check("1.2", ...)
    assert displayed == []


def test_no_text_can_end_the_script_element():
    assert "\\u003c/script>" in on_page.block("4.2", COUNT)
    assert data(COUNT)["ranks"][0][0][0] == "A </script> of six."


def test_of_what_only_code_can_answer_the_page_knows_nothing():
    assert data(Function(abs, lambda rng: [])) == {}


def test_a_number_comes_with_its_place_and_a_count_without():
    entries = data(Table({"w": 1.25, "n": 7}, digits=4))["entries"]
    assert entries["w"]["wanted"] == [1.25, -3]
    assert entries["n"]["wanted"] == 7


def test_a_sentence_on_the_page_is_one_that_the_check_says():
    page = data(COUNT)
    said = COUNT.judge(100).text
    assert page["wrong"].format(more="", mistake=page["unknown"]).replace(" \n", "\n") == said
    assert page["entries"]["number"]["must"].format(shown="-1") == COUNT.judge(-1).text
    assert page["incomplete"] == kinds.INCOMPLETE
