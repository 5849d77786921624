"""Every exercise answers back: its solution is right, its starter is no attempt, and its wrong answers are named."""

import math
import re
import sys

import exercise_cells
import numpy as np
import pytest

import exercises
from exercises import chapter_2, chapter_5, chapter_6, chapter_8, chapter_10, check, mistakes, on_page
from exercises.kinds import Choice, Function

each_exercise = pytest.mark.parametrize("exercise", exercise_cells.ALL, ids=lambda exercise: exercise.number)
each_wrong_answer = pytest.mark.parametrize(
    ("exercise", "mistake", "code"),
    [
        pytest.param(exercise, mistake, code, id=f"{exercise.number}-{n}-{mistake.name.replace(' ', '-')}")
        for exercise in exercise_cells.ALL
        for n, (mistake, code) in enumerate(exercise.wrong_answers, start=1)
    ],
)
each_function = pytest.mark.parametrize(
    "exercise", [e for e in exercise_cells.ALL if isinstance(e.check, Function)], ids=lambda exercise: exercise.number
)


def test_the_notebooks_and_the_checks_hold_the_same_exercises():
    numbers = [number for chapter in exercises.CHAPTERS for number in exercises.of_chapter(chapter)]
    assert [exercise.number for exercise in exercise_cells.ALL] == numbers


@each_exercise
def test_the_starter_says_that_nothing_is_attempted_and_stores_the_form_for_the_website(exercise):
    assert exercise.output == "Not attempted yet.\n"
    assert exercise.form == on_page.block(exercise.number, exercise.check)
    assert exercise.starter.rstrip().endswith(f'check("{exercise.number}", {exercise.answer})')
    assert exercise.judge(exercise.starter).text == "Not attempted yet."


@each_exercise
def test_the_solution_is_right(exercise):
    message = exercise.judge(exercise.solution)
    assert message.right, message.text
    assert len(message.text) > len("Right. ")


@pytest.mark.parametrize("seed", [2, 8, 13, 14])
def test_which_starts_separate_the_moons_does_not_depend_on_a_last_digit(seed, monkeypatch):
    X, y = chapter_8.MOONS
    for digit in (1e-13, 1e-12, 1e-11):
        monkeypatch.setattr(chapter_8, "MOONS", (X * (1 + digit), y))
        assert chapter_8.EXERCISES["8.5"].judge({"hidden neurons": 2, "seed": seed}).right


def test_the_numbers_in_what_right_goes_on_to_say_are_so():
    def says(number, *phrases):
        why = exercises.of_chapter(int(number.partition(".")[0]))[number].why
        return all(phrase in why for phrase in phrases)

    assert says("2.3", "multiplied by −1.4 in each step")
    assert chapter_2._run(0.0, 1.0, 0.4, limit=1)[1] == pytest.approx(-1.4)
    assert says("5.3", "it started at 0.0118, close to the threshold")
    assert f"{chapter_5._loss(chapter_5.START, chapter_5.X, chapter_5.Y / 2):.4f}" == "0.0118"
    assert says("6.2", "the slope of w1 is −0.000244", "ten times smaller")
    of_three = chapter_6._three_gradient([0.3, 0.2, 0.4, 0.1, 0.2, 0.1], 0.5, 1.0)[0]
    of_two = 0.3 - chapter_6._step([0.3, 0.2, 0.1, 0.2], 1.0, 0.5, 1.0)[0]
    assert (f"{of_three:.6f}", round(of_two / of_three)) == ("-0.000244", 10)
    assert says("6.4", "divides by four or more: ten are enough for 1e-6")
    assert max(chapter_6._needed(weight, 1e-6) for weight in np.linspace(-1, 1, 41)) <= 10
    assert says("8.2", "for logits of 800 too, where e to the power of z overflows")
    assert math.log(sys.float_info.max) < 800
    assert says("10.1", "three and a half times as many as one test part")
    assert chapter_10.IMAGES_NEEDED[-1] / 359 == pytest.approx(3.5, abs=0.01)


@each_exercise
def test_at_least_four_wrong_answers_are_known(exercise):
    assert len({code for _, code in exercise.wrong_answers}) >= 4


@each_wrong_answer
def test_a_wrong_answer_is_rejected_and_named(exercise, mistake, code):
    message = exercise.judge(code)
    assert message.right is False
    assert (message.mistake, mistake.text in message.text) == (mistake.name, True), message.text


@each_wrong_answer
def test_no_message_gives_the_solution_away(exercise, mistake, code):
    text = exercise.judge(code).text
    if isinstance(exercise.check, Choice) and mistake != mistakes.NOT_AN_OPTION:
        assert f"'{exercise.check.letter}'" not in text
        assert f"({exercise.check.letter})" not in text
    if isinstance(value := getattr(exercise.check, "value", None), int | float):
        assert not re.search(rf"(?<![\d.]){re.escape(f'{value:g}')}(?![\d.])", text)
    body = [line.strip() for line in exercise.solution.splitlines() if line.strip().startswith("return ")]
    assert not any(line.removeprefix("return ") in text for line in body)


# Whatever the exercise, an answer in the wrong form is told apart from a wrong answer


def raises(*arguments):
    raise KeyError("w")


def prints(*arguments):
    print(1.0)


def returns_nothing(*arguments):
    pass


def gives_text(*arguments):
    return "0.5"


def gives_too_much(*arguments):
    return np.zeros((2, 3, 4))


@each_function
@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (raises, mistakes.RAISES),
        (prints, mistakes.PRINTS),
        (returns_nothing, mistakes.RETURNS_NOTHING),
        (1.0, mistakes.NOT_A_FUNCTION),
    ],
)
def test_a_function_that_fails_is_told_how(exercise, answer, mistake, capsys):
    message = exercise.check.judge(answer)
    assert (message.right, message.mistake) == (False, mistake.name)
    assert capsys.readouterr() == ("", "")


@each_function
@pytest.mark.parametrize("answer", [gives_text, gives_too_much])
def test_a_function_that_returns_another_kind_of_thing_is_told_so(exercise, answer):
    message = exercise.check.judge(answer)
    assert message.right is False
    assert message.mistake in (mistakes.WRONG_TYPE.name, mistakes.WRONG_SHAPE.name)


def test_check_prints_the_message_and_returns_nothing(capsys):
    assert check("1.2", "a") is None
    assert check("1.2", ...) is None
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("Not yet.")
    assert last == "Not attempted yet."


@pytest.mark.parametrize("number", ["1.9", "12.1", "one", "", None])
def test_check_refuses_a_number_that_no_exercise_has(number):
    with pytest.raises(ValueError, match="number must be that of an exercise"):
        check(number, 1)
