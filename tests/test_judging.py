"""The kinds of checks, on small exercises of their own: what each says of right, wrong and broken answers."""

import signal
import sys
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

from exercises import calling, check, mistakes, reading
from exercises.kinds import Choice, Function, Number, Outcome, Table, call, like, require_number, right, shown
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
        (lambda X, y: gradient(X, y)["W"], mistakes.WRONG_TYPE, "the answer must be a dictionary with 'W', 'b'; got"),
        (
            lambda X, y: gradient(X, y) | {"c": 0},
            mistakes.WRONG_TYPE,
            "the answer must be a dictionary with 'W', 'b'; got",
        ),
        (lambda X, y: {"W": X @ X.T @ y, "b": 0}, mistakes.WRONG_SHAPE, "'W': the shape must be (2,); got (4,)."),
        (lambda X, y: {"W": X.T @ y / 0, "b": 0}, mistakes.NOT_FINITE, "yours gives {'W': [-inf, "),
        (
            lambda X, y: {"W": [[1], [1, 2]], "b": 0},
            mistakes.WRONG_TYPE,
            "'W': the answer must be an array of numbers; got list.",
        ),
        (lambda X, y: {"W": X.T @ y, "b": "0"}, mistakes.WRONG_TYPE, "'b': the answer must be a number; got str."),
        (lambda X, y: {"W": -X.T @ y, "b": -y.sum()}, mistakes.WRONG_SIGN, " in 'W', and the right value is "),
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


def appends(values):
    values.append(0.0)
    return 1.0


def replaces(values):
    values[0] = None
    return 1.0


def adds_a_name(values):
    values["c"] = 0.0
    return 1.0


def changes_a_name(values):
    values["a"] = 7.0
    return 1.0


def keeps(values):
    return 1.0


@pytest.mark.parametrize(
    ("values", "answer", "changes"),
    [
        ([1.0, "a"], keeps, False),
        ([1.0, "a"], appends, True),
        ([1.0, "a"], replaces, True),
        ([np.ones(2)], keeps, False),
        ([np.ones(2)], replaces, True),
        ([np.exp, slope], replaces, False),  # of other objects nothing is known
        ([{"a": 1.0}], keeps, False),
        ([{"a": 1.0}], replaces, True),
        ([(1.0, 2.0)], replaces, True),
        ({"a": 1.0, "b": (2.0, "x")}, keeps, False),
        ({"a": 1.0, "b": (2.0, "x")}, adds_a_name, True),
        ({"a": 1.0, "b": (2.0, "x")}, changes_a_name, True),
    ],
)
def test_a_change_is_found_wherever_it_is_made(values, answer, changes):
    message = Function(lambda values: 1.0, lambda rng: [(values,)]).judge(answer)
    assert message.mistake == ("changes its input" if changes else "")


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


# What any function can be mistaken for


def mean_of(X, y):
    return np.mean(X * y)


means = Function(mean_of, lambda rng: [(rng.normal(size=n), rng.normal(size=n)) for n in (3, 7, 4)])
sums = Function(lambda X, y: np.sum(X * y), means.cases)
shares = Function(lambda x: x / 8, lambda rng: [(1.0,), (3.0,), (5.0,)])
pairs = Function(lambda x, y: (x + y, x * y), lambda rng: rng.normal(size=(3, 2)).tolist())
parts = Function(lambda X: (X.sum(axis=0), X.sum()), lambda rng: [(rng.normal(size=(n, 2)),) for n in (3, 5)])
slopes = Function(lambda w, x: w * np.array([x, 1, x**2]), lambda rng: rng.uniform(1, 2, size=(3, 2)).tolist())


def looks_at_the_first(X, y):
    for a, b in zip(X, y, strict=True):
        return a * b


def adds_up(X, y):
    total = 0.0
    for a, b in zip(X, y, strict=True):
        if a is None:
            return None
        total += a * b
    return total


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        (means, lambda X, y: np.sum(X * y), mistakes.too_large("len(X)")),
        (means, lambda X, y: mean_of(X, y) / len(y), mistakes.too_small("len(X)")),
        (means, lambda X, y: np.sum(X * y) / 3, mistakes.fixed("len(X)")),
        (sums, lambda X, y: mean_of(X, y) * 3, mistakes.fixed("len(X)")),
        (means, lambda X, y: mean_of(X, y).round(4), mistakes.ROUNDED),
        (means, lambda X, y: mean_of(X, y) * 1.01, mistakes.NEAR),
        (means, lambda X, y: mean_of(X, y) * 1.1, mistakes.UNKNOWN),
        (means, looks_at_the_first, mistakes.FIRST_ROUND),
        (means, adds_up, mistakes.too_large("len(X)")),  # a `return` on one way through the loop is none of that kind
        (means, lambda X, y: mean_of(X, np.array([0.5, 1.0, -2.0])), mistakes.ignores(["y"])),  # then it stops
        (means, lambda X, y: len(X), mistakes.ignores(["X", "y"])),
        (means, lambda X, y: np.mean, mistakes.MISSING_CALL),
        (means, lambda X, y: ValueError("no"), mistakes.RETURNED),
        (means, lambda X, y: ValueError, mistakes.RETURNED),
        (shares, lambda x: 100 * x / 8, mistakes.PERCENT),
        (slope, lambda x: 200 * x, mistakes.UNKNOWN),  # what is no share has no percent
        (pairs, lambda x, y: (x * y, x + y), mistakes.REORDERED),
        (pairs, lambda x, y: (x * y, x * y), mistakes.UNKNOWN),
        (parts, lambda X: (X.sum(), X.sum(axis=0)), mistakes.REORDERED),
        (slopes, lambda w, x: w * np.array([1, x**2, x]), mistakes.REORDERED),
    ],
)
def test_what_any_function_can_be_mistaken_for_is_known(exercise, answer, mistake):
    message = exercise.judge(answer)
    assert (message.right, message.mistake) == (False, mistake.name), message.text
    assert message.text.endswith(f"\n{mistake.text}")


def test_an_answer_that_depends_on_ratios_alone_ignores_nothing():
    spread = Function(lambda X, n: X.std() / n, lambda rng: [(rng.normal(size=n), n) for n in (3, 7, 4)])
    assert spread.judge(lambda X, n: X.mean() / X.std() / n).mistake == "unknown"
    assert spread.judge(lambda X, n: X.mean() / X.std()).text.endswith("whatever `n` is.")


def test_a_mistake_of_the_exercise_comes_before_one_of_any_function():
    own = Function(means.reference, means.cases, {SHIFTED: lambda X, y: np.sum(X * y)})
    assert own.judge(lambda X, y: np.sum(X * y)).mistake == "shifted"


def test_two_mistakes_that_explain_an_answer_equally_are_both_named_and_of_three_none():
    both = {SHIFTED: lambda x: x + 1, mistakes.NO_SLOPE: lambda x: 1 + x}
    message = Function(lambda x: 2 * x, slope.cases, both).judge(lambda x: 1 + x)
    assert message.mistake == "shifted or missing slope"
    assert message.text.endswith(f"Two mistakes lead there. {SHIFTED.text} Or: {mistakes.NO_SLOPE.text}")
    three = both | {mistakes.NO_TARGET: lambda x: x + 1}
    assert Function(lambda x: 2 * x, slope.cases, three).judge(lambda x: 1 + x).mistake == "unknown"


def test_a_mistake_is_not_hidden_by_the_nan_that_it_leads_to_elsewhere():
    lines = Function(lambda x: 2 * x, lambda rng: [(0.0,), (1.0,), (3.0,)], {SHIFTED: lambda x: 2 * x + 1})
    message = lines.judge(lambda x: 2 * x + 1 if x else np.inf)
    assert message.mistake == "shifted"
    assert message.text.startswith("Not yet. For x = 1 yours gives 3")


def test_long_inputs_are_outlined():
    def inputs(*case):
        return Function(lambda a, b: 1.0, lambda rng: [case]).judge(lambda a, b: 2.0).text.partition(" yours")[0]

    thirds = np.full((4, 3), 1 / 3)
    assert inputs(thirds[:2], 1) == "Not yet. For a = [[0.3333, 0.3333, 0.3333], [0.3333, 0.3333, 0.3333]], b = 1"
    assert inputs(thirds, {"W": thirds, "b": (1, thirds)}) == (
        "Not yet. For a = an array of shape (4, 3), "
        "b = {'W': an array of shape (4, 3), 'b': (1, an array of shape (4, 3))}"
    )


# Numbers


@pytest.mark.parametrize(
    ("answer", "mistake", "text"),
    [
        (13, mistakes.OFF_BY_ONE, ""),
        (11, mistakes.OFF_BY_ONE, ""),
        (-12, mistakes.WRONG_TYPE, "The answer must be a whole number, 0 or more; got -12."),
        (24, mistakes.UNKNOWN, f"Not yet.\n{mistakes.UNKNOWN.text}"),  # no hint that guesses could follow
        (6, mistakes.UNKNOWN, f"Not yet.\n{mistakes.UNKNOWN.text}"),
        (0, mistakes.UNKNOWN, f"Not yet.\n{mistakes.UNKNOWN.text}"),
        (121, mistakes.UNKNOWN, f"Not yet.\n{mistakes.UNKNOWN.text}"),
        (100, SHIFTED, ""),
        (77, mistakes.UNKNOWN, "Not yet.\n"),
        (12.25, mistakes.WRONG_TYPE, "The answer must be a whole number, 0 or more; got"),
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
    assert "12" not in message.text.replace("12.25", "").replace("-12", "").replace("121", "")


def test_a_right_number_may_be_of_any_type_of_number():
    for answer in (12, 12.0, np.float64(12), np.int64(12), np.array(12), 12 + 1e-9):
        assert Number(12, why="A dozen.").judge(answer) == (True, "Right. A dozen.", "")


def test_a_number_can_be_asked_to_be_whole_and_within_limits():
    exercise = Outcome(lambda answer: right(str(require_number(answer, 1, 10, whole=True))))
    assert exercise.judge(3.0).text == "Right. 3"
    assert exercise.judge(2.5).text == "Not yet. The answer must be a whole number; got 2.5."
    assert exercise.judge(11).text == "Not yet. The answer must lie between 1 and 10; got 11."


# Numbers as they are written


@pytest.mark.parametrize(
    "value",
    [
        *(0.1, np.float16(0.1), np.float32(0.1), np.float64(0.1), np.longdouble("0.1"), np.array(0.1)),
        *(np.array(np.float32(0.1)), Fraction(1, 10), Decimal("0.1"), sympy.Rational(1, 10), sympy.Float("0.1")),
        *(np.array(Fraction(1, 10)), sympy.sin(0) + sympy.Rational(1, 10)),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_a_number_of_any_library_is_read_as_it_is_written(value):
    assert (reading.number(value), type(reading.number(value))) == (0.1, float)
    assert require_number(value) == 0.1
    assert like(0.0, value) == 0.1
    assert Number(0.1).judge(value).right
    assert Table({"rate": 0.1}).judge({"rate": value}).right


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3), sympy.Integer(3)], ids=str)
def test_a_whole_number_stays_one(value):
    assert (reading.number(value), type(reading.number(value))) == (3, int)


@pytest.mark.parametrize(
    "value",
    [
        *(True, np.True_, np.array(True), sympy.true, "0.1", b"1", np.str_("1"), None, ..., float, np.float64),
        *(1j, np.complex64(1), sympy.Symbol("x"), np.array([0.1]), [0.1], np.array(None), Decimal("sNaN"), object()),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_is_no_number_is_not_read_as_one(value):
    assert reading.number(value) is None


def test_a_number_beyond_all_floats_is_infinite():
    for value in (10**400, Fraction(10**400, 3), sympy.Integer(10) ** 400):
        assert reading.number(value) == float("inf")
        assert reading.number(-value) == -float("inf")
    assert reading.number(2**1000) == 2**1000


@pytest.mark.parametrize(
    ("exact", "written", "mistake"),
    [
        (0.28125, 0.28125, ""),
        (0.28125, 0.2812, ""),
        (0.28125, 0.2813, ""),  # a five at the end goes either way
        *(
            (exact, written, "")
            for exact in (0.1235, 0.4565)
            for written in (round(exact - 5e-4, 3), round(exact + 5e-4, 3))
        ),
        (0.28125, 0.281, ""),
        (0.28125, 0.28, "rounded too coarsely"),
        (0.28125, 0.3, "rounded too coarsely"),
        (0.28125, 0, "unknown"),
        (0.28125, 0.282, "unknown"),
        (0.28125, 0.29, "unknown"),
        (0.28125, 0.2814, "unknown"),
        (0.28125, 0.28126, "unknown"),
        (0.29996, 0.3, ""),  # 0.300 is stored as 0.3
        (-0.0729, -0.0729, ""),
        (-0.07294, -0.073, "rounded too coarsely"),
        (-0.07294, 0.0729, "wrong sign"),
        (1257.52, 1258, ""),
        (1257.52, 1260.0, ""),
        (1257.52, 1300, "rounded too coarsely"),
        (1 / 3, Fraction(1, 3), ""),
        (1 / 3, Decimal("0.333"), ""),
        (1 / 3, np.float32(1 / 3), ""),
        (1 / 3, np.float16(1 / 3), ""),
        (1 / 3, 0.3333333, ""),
        (1 / 3, 0.3333334, "unknown"),
        (1 / 3, np.nextafter(np.float32(1 / 3), np.float32(1)), ""),  # a step further, and still 0.333333
        (0.0, 0, ""),
        (0.0, 0.1, "unknown"),
        (3, 3.0, ""),
        (1258, 1257.5, "wrong type"),
        (1258, 1260, "unknown"),
        (1258, 1300, "unknown"),
        (1258, np.float16(1257), "off by one"),
    ],
)
def test_a_decimal_is_judged_as_it_is_written(exact, written, mistake):
    message = Number(exact, tolerance=1e-9).judge(written)
    assert (message.right, message.mistake) == (not mistake, mistake), message.text
    message = Table({"it": exact}).judge({"it": written})
    in_a_table = "unknown" if mistake == "off by one" else mistake
    assert (message.right, message.mistake) == (not mistake, in_a_table), message.text


def test_how_many_digits_are_asked_for_is_up_to_the_exercise():
    assert Number(0.28125, digits=2).judge(0.28).right
    message = Number(0.28125, digits=4).judge(0.281)
    assert message.text.startswith("Not yet. Give at least 4 significant digits.\nAs far as it goes that is right, but")
    message = Table({"a": 0.28125, "b": 0.5}, digits=4).judge({"a": 0.281, "b": 0.5})
    assert message.text.startswith("Not yet. 1 of 2 entries are right. Look at 'a': 0.281. Give at least 4 significant")


def test_rounding_is_no_mistake_of_a_table_with_a_fault_of_another_kind():
    assert Table({"a": 0.28125, "b": 0.5}).judge({"a": 0.28, "b": 0.7}).mistake == "unknown"
    assert Table({"a": 0.28125, "b": "none"}).judge({"a": 0.28, "b": "x"}).mistake == "unknown"


def test_a_tolerance_lets_a_decimal_be_rounded_more_coarsely_but_not_a_whole_number():
    assert Number(0.28125, tolerance=0.01).judge(0.28).right
    assert Number(1258, tolerance=0.01).judge(1257.5).mistake == "wrong type"
    assert Table({"n": 1258}, tolerance=0.01).judge({"n": 1257}).right is False


def test_a_known_number_is_recognised_when_it_is_rounded():
    assert Number(0.5, {SHIFTED: 2 / 3}).judge(0.667).mistake == "shifted"
    assert Number(0.5, {SHIFTED: 2 / 3}).judge(0.67).mistake == "unknown"
    assert Number(5, {SHIFTED: 1258}).judge(1258).mistake == "shifted"
    assert Number(5, {SHIFTED: 1258}).judge(1260).mistake == "unknown"  # a whole number is not rounded


def test_only_a_whole_number_can_be_off_by_one():
    assert Number(0.5).judge(1.5).mistake == "unknown"
    assert Number(2, tolerance=0.001).judge(1).mistake == "off by one"


def test_sign_and_factor_two_are_known_of_a_decimal_but_not_of_a_count():
    for value in (0.123, 0.123 * 2**20):
        for change, mistake in ((-1, "wrong sign"), (2, "factor two"), (0.5, "half")):
            assert Number(value).judge(change * value).mistake == mistake
            assert Table({"a": value, "b": 3}).judge({"a": change * value, "b": 3}).mistake == mistake
            of_a_count = "wrong type" if change < 0 else "unknown"
            assert Number(1258, tolerance=5e-4).judge(change * 1258).mistake == of_a_count
            assert Table({"a": 0.3, "b": 1258}).judge({"a": 0.3, "b": change * 1258}).mistake == "unknown"


def test_a_count_that_a_function_returns_is_not_a_half_of_another():
    count = Function(lambda n: 2 * n, lambda rng: [(3,), (5,)])
    assert count.judge(lambda n: n).mistake == "unknown"
    assert count.judge(lambda n: -2 * n).mistake == "unknown"
    walk = Function(lambda x, n: (2 * x, 2 * n), lambda rng: [(0.5, 3), (0.25, 5)])
    assert walk.judge(lambda x, n: (x, 2 * n)).mistake == "half"
    assert walk.judge(lambda x, n: (x, n)).mistake == "unknown"
    grid = Function(lambda n: np.arange(n * n).reshape(n, n), lambda rng: [(2,), (3,)])
    assert grid.judge(lambda n: np.arange(n * n).reshape(n, n).T).mistake == "transposed"


# What a function returns, in other forms


@pytest.mark.parametrize(
    "returned",
    [
        lambda x: np.float32(2 * x),
        lambda x: Fraction(2 * x),
        lambda x: Decimal(2 * x),
        lambda x: sympy.Rational(2 * x),
        lambda x: np.array(2 * x),
    ],
)
def test_a_function_may_return_a_number_of_any_library(returned):
    assert slope.judge(returned).right


@pytest.mark.parametrize(
    ("returned", "mistake", "got"),
    [
        (lambda X: (X @ np.ones((2, 3))).astype(object), "", ""),
        (lambda X: [[sympy.Float(a) for a in row] for row in X @ np.ones((2, 3))], "", ""),
        (lambda X: (X @ np.ones((2, 3))).tolist(), "", ""),
        (lambda X: 1j * X @ np.ones((2, 3)), "wrong type", "array of numbers; got ndarray with "),
        (lambda X: [[None, 1.0, 2.0]] * 4, "wrong type", "got list with None in it."),
        (lambda X: ((1.0, "a"), (1.0, 2.0)), "wrong type", "got tuple with 'a' in it."),
        (lambda X: np.ones((4, 3), dtype=bool), "wrong type", "got ndarray with True in it."),
        (lambda X: np.ones((4, 2), dtype=bool), "wrong shape", "the shape must be (4, 3); got (4, 2)."),
        (lambda X: {1, 2}, "wrong type", "got set."),
        (lambda X: "ab", "wrong type", "got str."),
        (lambda X: np.full((4, 3), 10**30), "not equal", ""),
    ],
)
def test_an_array_is_read_entry_by_entry(returned, mistake, got):
    message = matrix.judge(returned)
    if mistake == "not equal":
        assert "yours gives [[1e+30, " in message.text
    else:
        assert (message.right, message.mistake) == (not mistake, mistake)
        assert got in message.text


def test_a_whole_number_of_more_than_64_bits_is_a_number():
    assert "yours gives 1e+40, and" in slope.judge(lambda x: 10**40).text
    assert "yours gives -1e+40, and" in slope.judge(lambda x: -(10**40)).text
    assert "yours gives 123456789, and" in slope.judge(lambda x: 123456789).text
    assert slope.judge(lambda x: 10**400).mistake == "not finite"


def test_nan_is_asked_for_only_where_the_reference_has_it():
    undefined = Function(lambda x: np.array([np.nan, x]), lambda rng: [(1.0,)])
    assert undefined.judge(lambda x: [np.nan, 2 * x]).mistake != "not finite"
    assert slope.judge(lambda x: np.nan).mistake == "not finite"


@pytest.mark.parametrize(
    ("got", "reads"),
    [
        *(((1, 2), True), ([1, 2], True), (np.array([1, 2]), True), ((1, 2, 3), False), (np.array(3), False)),
        *((other, False) for other in ("ab", {1, 2}, {1: 1, 2: 2}, 12, None)),
    ],
)
def test_two_values_may_come_in_a_tuple_a_list_or_an_array(got, reads):
    message = Outcome(lambda answer: right(str(like((0, 0), answer)))).judge(got)
    assert message.right is reads
    assert reads or "The answer must be 2 values; got" in message.text


def test_of_several_values_the_one_that_does_not_fit_is_named():
    exercise = Outcome(lambda answer: right(str(like((0, np.zeros(2)), answer, "For x = 1"))))
    assert exercise.judge((0, 1)).text == "Not yet. For x = 1, result 2 of 2: the shape must be (2,); got ()."


def test_a_text_is_asked_for_where_the_reference_has_one():
    exercise = Outcome(lambda answer: right(str(like({"a": ""}, answer)["a"])))
    assert exercise.judge({"a": "x"}).text == "Right. x"
    for answer, name in ((1, "int"), (None, "NoneType"), (["x"], "list with 'x' in it")):
        assert f"'a': the answer must be a text; got {name}." in exercise.judge({"a": answer}).text


def test_entries_of_several_shapes_are_compared_as_a_whole():
    gradients = Function(lambda n: np.arange(1.0, n + 1), lambda rng: [(2,), (3,)], {SHIFTED: lambda n: np.ones(n)})
    assert gradients.judge(lambda n: -np.arange(1.0, n + 1)).mistake == "wrong sign"
    assert gradients.judge(lambda n: np.ones(n)).mistake == "shifted"
    assert gradients.judge(lambda n: np.where(np.arange(n) == 0, 5, np.ones(n))).mistake == "unknown"


def test_a_mistake_of_another_shape_explains_nothing():
    known = {SHIFTED: lambda x: np.ones((2, 2)), mistakes.NO_SLOPE: lambda x: x / 0}
    assert Function(lambda x: 2 * x, lambda rng: [(1.0,)], known).judge(lambda x: 9 * x).mistake == "unknown"


def test_a_mistake_with_more_entries_than_there_are_explains_nothing_and_harms_nothing():
    exercise = Function(gradient, cases, {SHIFTED: lambda X, y: {"W": np.ones(5), "b": 0.0}})
    assert exercise.judge(lambda X, y: {"W": -X.T @ y, "b": -y.sum()}).mistake == "wrong sign"


def test_a_text_that_a_function_returns_is_compared_as_it_is():
    word = Function(lambda x: "up" if x > 0 else "down", lambda rng: [(1.0,), (-1.0,)])
    assert word.judge(lambda x: "up").mistake == "unknown"
    assert word.judge(lambda x: "down" if x <= 0 else "up").right
    assert word.judge(lambda x: 1.0).mistake == "wrong type"


# What differs


def test_what_differs_is_shown_with_digits_that_differ():
    assert "yours gives 2.0000020, and the right value is 2.0000000" not in slope.judge(lambda x: 2 * x).text
    text = slope.judge(lambda x: 2 * x + 3e-6).text
    assert "For x = 1 yours gives 2.000003, and the right value is 2.\n" in text
    fine = Function(lambda x: 2 * x, lambda rng: [(1.0,)], tolerance=1e-15)
    assert "yours gives 2.000000000000004, and the right value is 2.\n" in fine.judge(lambda x: 2 * x + 4e-15).text


def test_of_arrays_that_look_alike_the_first_entry_that_differs_is_shown():
    def almost(X, y):
        result = gradient(X, y)
        return result | {"W": result["W"] + [0, 1e-5]}

    text = gradients.judge(almost).text
    assert " in 'W' at [1], and the right value is " in text
    yours, wanted = text.split("yours gives ")[1].split("\n")[0].split(" in 'W' at [1], and the right value is ")
    assert yours != wanted

    big = Function(lambda n: np.zeros((n, n)), lambda rng: [(20,)])
    text = big.judge(lambda n: np.where(np.arange(n * n).reshape(n, n) == 207, 7.0, 0.0)).text
    assert "yours gives 7 at [10, 7], and the right value is 0.\n" in text


# Nothing escapes


class Mute:
    def __repr__(self):
        raise RuntimeError("no words")

    def __len__(self):
        raise RuntimeError("no length")


def inside_itself(kind):
    value = kind()
    if kind is dict:
        value["W"] = value
    else:
        value.append(value)
    return value


def leaves(x):
    sys.exit(3)


def shows_nothing(x):
    return Mute()


def digs(x):
    return digs(x)


def raises_the_unspeakable(x):
    class Unspeakable(Exception):
        __str__ = Mute.__repr__

    raise Unspeakable


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (leaves, "For x = 1 it stops with SystemExit: 3, in line"),
        (digs, "it stops with RecursionError: maximum recursion depth"),
        (shows_nothing, "the answer must be a number; got Mute."),
        (raises_the_unspeakable, "it stops with Unspeakable, in line"),
        (lambda x: inside_itself(list), "A list contains itself."),
        (lambda x: inside_itself(dict), "A dict contains itself."),
        (Mute(), "The answer is of type Mute."),
    ],
)
def test_whatever_a_function_does_is_told_and_stops_nothing(answer, text):
    message = slope.judge(answer)
    assert message.right is False
    assert text in message.text


@pytest.mark.parametrize("exercise", [slope, Number(1), Number(0.5), Choice("a", "", {}), Table({"W": 1, "b": "x"})])
@pytest.mark.parametrize("answer", [Mute(), inside_itself(list), inside_itself(dict), {"W": Mute(), "b": Mute()}])
def test_an_answer_that_cannot_even_be_shown_is_wrong(exercise, answer):
    assert exercise.judge(answer).right is False


def test_what_cannot_be_shown_is_called_by_its_type():
    assert shown(Mute()) == "something of type Mute"
    assert "got something of type Mute." in Choice("a", "", {}).judge(Mute()).text


def test_an_exit_or_an_error_in_the_check_itself_is_told():
    def fails(answer):
        raise answer

    assert Outcome(fails).judge(SystemExit(3)) == (
        False,
        f"Not yet. Judging it stops with SystemExit: 3.\n{mistakes.RAISES.text}",
        "raises",
    )
    with pytest.raises(KeyboardInterrupt):
        Outcome(fails).judge(KeyboardInterrupt())


def test_a_long_error_is_cut():
    def long(x):
        raise ValueError("a" * 10_000)

    assert len(slope.judge(long).text) < 500


def test_a_flood_of_prints_is_not_kept_and_not_shown(capsys):
    def floods(x):
        for _ in range(1000):
            print("a" * 1000)
        print("b", file=sys.stderr)

    message = slope.judge(floods)
    assert (message.mistake, len(message.text) < 200) == ("prints and does not return", True)
    assert capsys.readouterr() == ("", "")


def endless_twice(x):
    try:
        while True:
            pass
    except:  # noqa: E722
        while True:
            pass


def endless_but_right(x):
    try:
        while True:
            pass
    except Exception:
        return 2 * x


timers = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the platform has no timer")


@timers
@pytest.mark.parametrize("answer", [endless_twice, endless_but_right, lambda x: [None for _ in iter(int, 1)]])
def test_an_endless_loop_is_stopped(answer, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.1)
    before = signal.getsignal(signal.SIGVTALRM)
    message = slope.judge(answer)
    assert message.text == f"Not yet. For x = 1 it was stopped after 0.1 seconds.\n{mistakes.ENDLESS.text}"
    assert (signal.getsignal(signal.SIGVTALRM), signal.getitimer(signal.ITIMER_VIRTUAL)) == (before, (0, 0))


@timers
def test_an_answer_that_is_endless_elsewhere_is_not_waited_for_again_and_again(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.1)
    rounds = []

    def endless_beside_the_cases(x):
        rounds.append(x)
        while x not in (0.0, 1.0, 3.0):
            pass
        return 7.0

    assert slope.judge(endless_beside_the_cases).mistake == "unknown"
    assert len([x for x in rounds if x not in (0.0, 1.0, 3.0)]) == 1


def test_the_limit_is_about_five_seconds():
    assert calling.SECONDS == 5


@timers
def test_a_function_that_returns_in_time_leaves_no_timer_behind():
    before = signal.getsignal(signal.SIGVTALRM)
    assert slope.judge(lambda x: 2 * x).right
    assert (signal.getsignal(signal.SIGVTALRM), signal.getitimer(signal.ITIMER_VIRTUAL)) == (before, (0, 0))


def test_without_a_timer_or_outside_the_main_thread_a_function_is_judged_all_the_same(monkeypatch):
    messages = []
    thread = threading.Thread(target=lambda: messages.append(slope.judge(lambda x: 2 * x)))
    thread.start()
    thread.join()
    monkeypatch.delattr(signal, "setitimer", raising=False)
    messages.append(slope.judge(lambda x: 2 * x))
    assert [message.right for message in messages] == [True, True]


@pytest.mark.parametrize("number", ["1.2", " 1.2 ", 1.2, np.float64(1.2)])
def test_the_number_of_an_exercise_may_be_given_as_a_number(number, capsys):
    check(number, "a")
    assert capsys.readouterr().out.startswith("Not yet.")


@pytest.mark.parametrize(
    ("number", "there"),
    [
        ("1.9", "chapter 1 has 1.1, 1.2, 1.3, 1.4, 1.5"),
        (11.2, "the chapters are 1 to 10"),
        ("", "the chapters are 1 to 10"),
    ],
)
def test_whoever_asks_for_an_unknown_exercise_is_told_which_there_are(number, there):
    with pytest.raises(ValueError, match=f"got {number!r}, and {there}$"):
        check(number, 1)


# Choices and tables


def test_a_choice_explains_the_wrong_letter_and_gives_the_reason_for_the_right_one():
    exercise = Choice("b", "Because.", {"a": SHIFTED, "c": SHIFTED})
    assert exercise.judge(" B ") == (True, "Right. Because.", "")
    assert exercise.judge("a").text == "Not yet.\nIt looks shifted."
    assert exercise.judge("d").text == "Not yet. The answer must be one of 'a', 'b', 'c'; got 'd'."
    assert exercise.judge(2).mistake == "not an option"


@pytest.mark.parametrize("answer", ["(b)", "b)", "B.", " b ", "'b'", '"B"', "„b“", np.str_("b"), np.array("b")])
def test_a_letter_or_a_word_may_come_in_any_dress(answer):
    assert Choice("b", "Because.", {"a": SHIFTED}).judge(answer).right
    assert Table({"which": "b"}).judge({"which": answer}).right
    assert Table({"which": "(B)"}).judge({"which": answer}).right


@pytest.mark.parametrize("answer", ["a b", "bb", "", None, True, 1, b"b", ["b"], {"b"}])
def test_what_is_another_word_or_none_is_not_right(answer):
    assert Choice("b", "Because.", {"a": SHIFTED}).judge(answer).mistake == "not an option"
    in_a_table = "unknown" if isinstance(answer, str) else "wrong type"
    assert Table({"which": "b"}).judge({"which": answer}).mistake == in_a_table


def test_a_word_of_two_parts_may_have_blanks_between_them():
    assert Table({"which": "any input"}).judge({"which": " Any   input."}).right
    assert not Table({"which": "any input"}).judge({"which": "anyinput"}).right


mixed = Table({"word": "up", "count": 3, "share": 0.5, "shape": (2,), "pair": (0.5, 1.5)})
MIXED = {"word": "up", "count": 3, "share": 0.5, "shape": (2,), "pair": (0.5, 1.5)}


@pytest.mark.parametrize(
    ("entry", "value", "expected"),
    [
        ("word", None, "a word, in quotation marks; got None."),
        ("word", "down", ""),
        ("count", 3.5, "a whole number; got 3.5."),
        ("count", "3", "a whole number; got '3'."),
        ("count", True, "a whole number; got True."),
        ("count", 4, ""),
        ("count", 4.0, ""),
        ("share", "0.5", "a number; got '0.5'."),
        ("share", None, "a number; got None."),
        ("share", 0.7, ""),
        ("shape", 4, "a tuple, such as (4, 2) or (4,); got 4."),
        ("shape", (3,), ""),
        ("pair", None, "a tuple, such as (4, 2) or (4,); got None."),
        ("pair", (0.5, True), ""),
        ("share", 10**400, ""),
        pytest.param("count", 10**400, f"a whole number; got {str(10**400)[:80]}.", id="huge"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_what_is_expected_and_nothing_else(entry, value, expected):
    message = mixed.judge(MIXED | {entry: value})
    if expected:
        assert message == (False, f"Not yet. {entry!r} must be {expected}", "wrong type")
    else:
        assert message.mistake == "unknown"
        assert message.text.startswith(f"Not yet. 4 of 5 entries are right. Look at {entry!r}: ")


def test_a_list_counts_as_a_tuple_where_it_is_no_shape():
    assert mixed.judge(MIXED | {"pair": [0.5, Fraction(3, 2)]}).right
    assert mixed.judge(MIXED | {"shape": (np.int64(2),)}).right
    assert mixed.judge(MIXED | {"shape": [2]}).mistake == "wrong type"
    assert mixed.judge(MIXED | {"pair": "ab"}).mistake == "wrong type"


by_entry = Table({"a": 0.25, "b": 0.75}, {SHIFTED: {"a": 0.75, "b": [0.25, 1.75]}, mistakes.NO_SLOPE: {"a": 1.0}})


@pytest.mark.parametrize(
    ("a", "b", "mistake"),
    [
        (0.75, 0.75, "shifted"),
        (0.75, 0.25, "shifted"),
        (0.25, 1.75, "shifted"),
        (1.0, 0.75, "missing slope"),
        (1.0, 0.25, "unknown"),  # the mistake of one entry does not explain the other
        (1.75, 0.75, "unknown"),  # what is a mistake in b is none in a
        (0.25, 1.0, "unknown"),
    ],
)
def test_a_mistake_of_a_table_is_known_by_its_entry_and_explains_all_of_them(a, b, mistake):
    assert by_entry.judge({"a": a, "b": b}).mistake == mistake


def test_an_entry_of_another_kind_that_is_a_known_mistake_is_told_that_mistake_alone():
    table = Table({"b": (2,), "n": 3}, {SHIFTED: {"b": 2}})
    assert table.judge({"b": 2, "n": 3}).text == f"Not yet. 1 of 2 entries are right. Look at 'b': 2.\n{SHIFTED.text}"


entries = Table({"a": 0.25, "b": 0.75, "n": 3}, {SHIFTED: {"a": 1.25, "b": 1.75}, mistakes.NO_SLOPE: {"a": 1.25}})


@pytest.mark.parametrize(
    ("faults", "mistake"),
    [
        ({"a": 0.75, "b": 0.25}, "another entry"),
        ({"a": 0.75}, "another entry"),
        ({"a": -0.25, "b": -0.75}, "wrong sign"),
        ({"a": -0.25, "b": 1.5}, "unknown"),
        ({"n": 4}, "unknown"),
        ({"a": 25.0}, "unknown"),  # in percent or not: that is for the exercise to know
        ({"a": 1.25}, "missing slope"),  # the other mistake would have spoilt b as well
        ({"a": 1.25, "b": 1.75}, "shifted"),
    ],
)
def test_what_any_table_can_be_mistaken_for_is_known(faults, mistake):
    assert entries.judge({"a": 0.25, "b": 0.75, "n": 3} | faults).mistake == mistake


def test_a_word_that_no_entry_can_be_is_told_the_words_of_all_entries():
    words = Table({"a": "up", "b": "down"}, {SHIFTED: {"a": "left"}})
    assert "'b' must be one of 'down', 'left', 'up'; got 'sideways'." in words.judge({"a": "up", "b": "sideways"}).text
    assert "must be" not in words.judge({"a": "up", "b": "left"}).text


def test_a_mistake_that_explains_only_one_of_two_faults_of_a_kind_is_not_named():
    assert shapes.judge({"W": (2,), "b": (7,)}).mistake == "unknown"


of_two_kinds = Table({"a": 0.25, "b": 0.75, "which": "up"}, {SHIFTED: {"a": 1.25, "b": 1.75}})


@pytest.mark.parametrize(
    ("faults", "mistake"),
    [
        ({"a": 1.25, "b": 1.75, "which": "down"}, "shifted"),
        ({"a": -0.25, "which": "down"}, "wrong sign"),
        ({"a": 1.25, "b": 1.7, "which": "down"}, "unknown"),
        ({"a": 1.25, "b": 1.75, "which": 1}, "wrong type"),  # what cannot be read comes first
    ],
)
def test_faults_of_one_kind_are_explained_though_one_of_another_kind_is_not(faults, mistake):
    assert of_two_kinds.judge({"a": 0.25, "b": 0.75, "which": "up"} | faults).mistake == mistake


shapes = Table({"W": (3, 2), "b": (2,)}, {SHIFTED: lambda shape: shape[1:]}, why="One bias a neuron.")


@pytest.mark.parametrize(
    ("answer", "mistake", "text"),
    [
        ({"W": (2, 3), "b": (2,)}, mistakes.TRANSPOSED, "1 of 2 entries are right. Look at 'W': (2, 3).\n"),
        ({"W": (3, 2), "b": 7}, mistakes.WRONG_TYPE, "Not yet. 'b' must be a tuple, such as (4, 2) or (4,); got 7."),
        ({"W": (3, 2), "b": 2}, mistakes.NO_COMMA, "1 of 2 entries are right. Look at 'b': 2.\n"),
        ({"W": None, "b": (2,)}, mistakes.WRONG_TYPE, "'W' must be a tuple, such as (4, 2) or (4,); got None."),
        ({"W": (2,), "b": ()}, SHIFTED, "0 of 2 entries are right. Look at 'W': (2,).\n"),
        ({"W": (2,), "b": 2}, mistakes.WRONG_TYPE, "'b' must be a tuple, such as (4, 2) or (4,); got 2."),
        ({"W": (3, 2)}, mistakes.WRONG_TYPE, "The dictionary must have the entries 'W', 'b'; got 'W'."),
        ({}, mistakes.WRONG_TYPE, "The dictionary must have the entries 'W', 'b'; got none."),
        ([(3, 2), (2,)], mistakes.WRONG_TYPE, "The answer must be a dictionary; got list."),
        ({"W": [3, 2], "b": (2,)}, mistakes.WRONG_TYPE, "'W' must be a tuple, such as (4, 2) or (4,); got [3, 2]."),
        ({"W": (2, 3), "b": (1,)}, mistakes.UNKNOWN, "0 of 2 entries are right. Look at 'W': (2, 3)."),
        ({"W": (3, 2), "b": (2, 1)}, mistakes.UNKNOWN, "Look at 'b': (2, 1)."),
        ({"W": (3, 4), "b": None}, mistakes.WRONG_TYPE, "'b' must be a tuple, such as (4, 2) or (4,); got None."),
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
        (np.array([0.5, -1, 0.000123456]), "[0.5, -1, 0.0001235]"),
        (np.arange(4).reshape(2, 2), "[[0, 1], [2, 3]]"),
        ((3,), "(3,)"),
        ((3, 2), "(3, 2)"),
        ([1.5, "a"], "[1.5, 'a']"),
        ({"w": 0.5}, "{'w': 0.5}"),
        (np.array([0.1234567]), "[0.1235]"),
        (np.array(0.5), "0.5"),
        (np.array(["a", "b"]), "['a', 'b']"),
        (np.float32(0.1), "0.1"),
        (list(range(13)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]"),
        (list(range(12)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
        ("a" * 100, "'" + 79 * "a"),
        (np.exp, "exp"),
        (None, "None"),
    ],
)
def test_values_are_shown_short(value, text):
    assert shown(value) == text
