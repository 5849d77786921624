"""The kinds of checks, on small exercises of their own: what each says of right, wrong and broken answers."""

import numpy as np
import pytest

from exercises import mistakes
from exercises.kinds import Choice, Function, Number, Outcome, Table, call, require_number, right, shown
from exercises.mistakes import Mistake

SHIFTED = Mistake("shifted", "It looks shifted.")


def gradient(X, y):
    return {"W": X.T @ y, "b": y.sum()}


def cases(rng):
    return [(rng.normal(size=(4, 2)), rng.normal(size=4)) for _ in range(5)]


slope = Function(lambda x: 2 * x, lambda rng: [(1.0,), (0.0,), (3.0,)], {SHIFTED: lambda x: 2 * x + 1}, why="It is 2x.")
gradients = Function(gradient, cases)
matrix = Function(lambda X: X @ np.ones((2, 3)), lambda rng: [(rng.normal(size=(4, 2)),)])


def test_a_right_function_is_right():
    assert slope.judge(lambda x: x + x) == (True, "Right. It is 2x.", "")
    assert gradients.judge(gradient).text == "Right. It agrees with the reference for 5 inputs."


def test_a_wrong_function_is_told_the_first_input_that_differs_and_both_values():
    message = slope.judge(lambda x: 2 * x if x < 2 else 7)
    assert message.text.startswith("Not yet. For x = 3 yours gives 7, and the right value is 6.\n")
    assert message.mistake == "unknown"


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda x: -2 * x, mistakes.WRONG_SIGN),
        (lambda x: 4 * x, mistakes.FACTOR_TWO),
        (lambda x: x, mistakes.HALF),
        (lambda x: 1 + 2 * x, SHIFTED),
        (lambda x: 2 * x + 1 if x else 0, mistakes.UNKNOWN),  # a mistake must explain every result
    ],
)
def test_a_mistake_is_recognised_by_all_its_results(answer, mistake):
    message = slope.judge(answer)
    assert message.mistake == mistake.name
    assert message.text.endswith(f"\n{mistake.text}")


@pytest.mark.parametrize(
    ("answer", "mistake", "text"),
    [
        (lambda X, y: gradient(X, y)["W"], mistakes.WRONG_TYPE, "the answer must be a dictionary with W, b; got"),
        (lambda X, y: gradient(X, y) | {"c": 0}, mistakes.WRONG_TYPE, "the answer must be a dictionary with W, b; got"),
        (lambda X, y: {"W": X @ X.T @ y, "b": 0}, mistakes.WRONG_SHAPE, "W: the shape must be (2,); got (4,)."),
        (lambda X, y: {"W": X.T @ y / 0, "b": 0}, mistakes.NOT_FINITE, "W: yours gives"),
        (
            lambda X, y: {"W": [[1], [1, 2]], "b": 0},
            mistakes.WRONG_TYPE,
            "W: the answer must be an array of numbers; got",
        ),
        (lambda X, y: {"W": X.T @ y, "b": "0"}, mistakes.WRONG_TYPE, "b: the answer must be a number; got str."),
        (lambda X, y: {"W": -X.T @ y, "b": -y.sum()}, mistakes.WRONG_SIGN, "yours gives {W: "),
    ],
)
def test_each_part_of_a_dictionary_is_looked_at(answer, mistake, text):
    message = gradients.judge(answer)
    assert (message.right, message.mistake) == (False, mistake.name)
    assert text in message.text


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda X, y: {"W": X.T @ y, "b": -y.sum()}, mistakes.WRONG_SIGN),
        (lambda X, y: {"W": X.T @ y * [1, 2], "b": y.sum()}, mistakes.FACTOR_TWO),
        (lambda X, y: {"W": -X.T @ y, "b": 2 * y.sum()}, mistakes.UNKNOWN),  # two mistakes are none that is known
        (lambda X, y: {"W": abs(X.T @ y), "b": y.sum()}, mistakes.UNKNOWN),  # not the same entry in all cases
    ],
)
def test_a_mistake_in_one_entry_is_recognised_where_the_others_are_right(answer, mistake):
    assert gradients.judge(answer).mistake == mistake.name


def test_one_mistake_can_be_made_in_several_ways():
    exercise = Function(
        lambda x: 2 * x, lambda rng: [(1.0,), (3.0,)], {SHIFTED: [lambda x: 2 * x + 1, lambda x: 2 * x + 7]}
    )
    assert exercise.judge(lambda x: 2 * x + 7).mistake == "shifted"
    assert exercise.judge(lambda x: 2 * x + 8).mistake == "unknown"


def test_an_array_in_the_wrong_orientation_is_called_transposed():
    assert matrix.judge(lambda X: (X @ np.ones((2, 3))).T).mistake == "transposed"
    assert matrix.judge(lambda X: X).mistake == "wrong shape"


def adds_in_place(X, y):
    X += 1
    return gradient(X, y)


def stops(x):
    if x > 0:
        raise ValueError("too far")


def test_a_function_that_changes_its_input_is_told_so():
    message = gradients.judge(adds_in_place)
    assert message.mistake == "changes its input"
    assert "your function changes what it is given.\nWork on a copy." in message.text


def test_an_error_is_told_with_its_line():
    message = slope.judge(stops)
    line = stops.__code__.co_firstlineno + 2
    assert f"For x = 1 it stops with ValueError: too far, in line {line} of" in message.text


def test_a_function_that_still_returns_dots_is_not_attempted():
    for answer in (..., lambda x: ..., lambda x: (..., ...)):
        assert slope.judge(answer).text == "Not attempted yet."


def test_what_the_learner_prints_and_numpy_warns_of_stays_out_of_the_message(capsys):
    def chatty(x):
        print("trying", x, np.float64(1) / 0)
        return 2 * x

    assert slope.judge(chatty).right
    assert capsys.readouterr() == ("", "")


def test_an_interrupt_is_not_swallowed():
    def endless(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        slope.judge(endless)


# Numbers


@pytest.mark.parametrize(
    ("answer", "mistake", "text"),
    [
        (13, mistakes.OFF_BY_ONE, ""),
        (-12, mistakes.WRONG_SIGN, ""),
        (24, mistakes.FACTOR_TWO, ""),
        (100, SHIFTED, ""),
        (77, mistakes.UNKNOWN, "77 is too large."),
        (0.5, mistakes.UNKNOWN, "0.5 is too small."),
        (True, mistakes.WRONG_TYPE, "The answer must be a number; got bool."),
        ("12", mistakes.WRONG_TYPE, "The answer must be a number; got str."),
        (None, mistakes.WRONG_TYPE, "The answer must be a number; got NoneType."),
        (np.ones(2), mistakes.WRONG_TYPE, "The answer must be a number; got ndarray."),
        (np.nan, mistakes.NOT_FINITE, "The answer is NaN, infinite, or larger than any float64."),
        pytest.param(-(10**5000), mistakes.NOT_FINITE, "larger than any float64.", id="huge"),
    ],
)
def test_a_wrong_number_is_named_and_the_right_one_is_not_told(answer, mistake, text):
    message = Number(12, {SHIFTED: 100}, why="A dozen.").judge(answer)
    assert (message.right, message.mistake) == (False, mistake.name)
    assert text in message.text
    assert "12" not in message.text


def test_a_right_number_may_be_of_any_type_of_number():
    for answer in (12, 12.0, np.float64(12), np.int64(12), np.array(12), 12 + 1e-9):
        assert Number(12, why="A dozen.").judge(answer) == (True, "Right. A dozen.", "")


def test_a_number_can_be_asked_to_be_whole_and_within_limits():
    exercise = Outcome(lambda answer: right(str(require_number(answer, 1, 10, whole=True))))
    assert exercise.judge(3.0).text == "Right. 3"
    assert exercise.judge(2.5).text == "Not yet. The answer must be a whole number; got 2.5."
    assert exercise.judge(11).text == "Not yet. The answer must lie between 1 and 10; got 11."


# Choices and tables


def test_a_choice_explains_the_wrong_letter_and_gives_the_reason_for_the_right_one():
    exercise = Choice("b", "Because.", {"a": SHIFTED, "c": SHIFTED})
    assert exercise.judge(" B ") == (True, "Right. Because.", "")
    assert exercise.judge("a").text == "Not yet.\nIt looks shifted."
    assert exercise.judge("d").text == "Not yet. The answer must be one of 'a', 'b', 'c'; got 'd'."
    assert exercise.judge(2).mistake == "not an option"


shapes = Table({"W": (3, 2), "b": (2,)}, {SHIFTED: lambda shape: shape[1:]}, why="One bias a neuron.")


@pytest.mark.parametrize(
    ("answer", "mistake", "text"),
    [
        ({"W": (2, 3), "b": (2,)}, mistakes.TRANSPOSED, "1 of 2 entries are right. Look at W: (2, 3)."),
        ({"W": (3, 2), "b": 2}, mistakes.UNKNOWN, "1 of 2 entries are right. Look at b: 2."),
        ({"W": None, "b": (2,)}, mistakes.UNKNOWN, "1 of 2 entries are right. Look at W: None."),
        ({"W": (2,), "b": 2}, SHIFTED, "0 of 2 entries are right. Look at W: (2,)."),
        ({"W": (3, 2)}, mistakes.WRONG_TYPE, "The dictionary must have the entries W, b; got W."),
        ([(3, 2), (2,)], mistakes.WRONG_TYPE, "The answer must be a dictionary; got list."),
    ],
)
def test_a_table_names_the_first_wrong_entry_and_not_the_right_one(answer, mistake, text):
    message = shapes.judge(answer)
    assert (message.right, message.mistake) == (False, mistake.name)
    assert text in message.text


def test_a_table_knows_what_is_still_to_be_filled_in():
    assert shapes.judge({"W": (3, 2), "b": (2,)}).right
    assert shapes.judge({"W": ..., "b": ...}).text == "Not attempted yet."
    assert shapes.judge({"W": (3, 2), "b": ...}) == (None, "Not complete yet. To be filled in: b.", "")


# Pieces


def test_call_hands_over_copies():
    given = np.zeros(2)
    Outcome(lambda function: right(str(call(function, (given,))))).judge(adds_to)
    assert given.tolist() == [0, 0]


def adds_to(x):
    x += 1
    return x


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (-0.0, "0"),
        (1 / 3, "0.333333"),
        (np.float64(0.5), "0.5"),
        (np.array([0.5, -1, 0.000123456]), "[0.5 -1 0.0001235]"),
        (np.arange(4).reshape(2, 2), "[[0 1] [2 3]]"),
        ((3,), "(3,)"),
        ((3, 2), "(3, 2)"),
        ([1.5, "a"], "[1.5, 'a']"),
        ({"w": 0.5}, "{w: 0.5}"),
        (np.exp, "exp"),
        (None, "None"),
    ],
)
def test_values_are_shown_short(value, text):
    assert shown(value) == text
