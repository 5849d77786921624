"""What holds for every exercise: any form of a right answer is right, nothing near it is, and no mistake is guessed."""

import functools
import math
import types
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real

import exercise_cells
import numpy as np
import pytest
import sympy

import exercises
from exercises import mistakes
from exercises.kinds import Choice, Function, Number, Table
from exercises.places import changed

ALL = {number: exercise for n in exercises.CHAPTERS for number, exercise in exercises.of_chapter(n).items()}
OUTCOMES = {  # right answers of exercises that are judged by what comes of it
    "1.5": 1.0,
    "2.4": {"fastest in the long run": 0.2, "y oscillates, but converges": 0.24, "diverges": 0.5},
    "4.6": {"start w": 0, "start b": 5.0, "rate": 512},
}
NO_GUESS = {mistake.name for mistake in (mistakes.UNKNOWN, mistakes.NEAR, mistakes.COARSE, mistakes.WRONG_TYPE)}


def right_answer(number):
    match ALL[number]:
        case Number() as exercise:
            return exercise.value
        case Choice() as exercise:
            return exercise.letter
        case Table() as exercise:
            return exercise.entries
        case Function() as exercise:
            return exercise.reference
    return OUTCOMES[number]


def of_kind(*kinds):
    numbers = [number for number, exercise in ALL.items() if isinstance(exercise, kinds)]
    return pytest.mark.parametrize("number", numbers + (list(OUTCOMES) if Table in kinds else []))


NUMBERS = [float, np.float64, np.longdouble, np.array, Fraction, lambda x: Fraction(x).limit_denominator(10**12)]
NUMBERS += [lambda x: Decimal(repr(float(x))), lambda x: sympy.Float(float(x), 17), lambda x: sympy.Rational(float(x))]
NUMBERS += [
    lambda x: np.array(Fraction(x)),
    lambda x: np.array(float(x), dtype=object),
    lambda x: float(f"{float(x):.12g}"),
]
COUNTS = [int, float, np.int64, np.uint16, np.float64, np.float32, np.array, Fraction, Decimal, sympy.Integer]
WORDS = [str.upper, str.title, np.str_, np.array] + [
    dress.format for dress in (" {} ", "({})", "{})", "{}.", "'{}'", '"{}"', "„{}“", "\n{}\t", "[{}]", "{}:")
]
COLLECTIONS = [dict, types.MappingProxyType, lambda entries: dict(reversed(entries.items()))]


def in_forms(value):
    """One part of an answer in each form that it may have."""
    if isinstance(value, str):
        return [form(value) for form in WORDS]
    if isinstance(value, tuple):
        return [tuple(form(part) for part in value) for form in (int, np.int64, np.uint8)]
    return [form(value) for form in (COUNTS if isinstance(value, Integral) else NUMBERS)]


@of_kind(Number, Choice, Table)
def test_a_right_answer_is_right_in_each_form(number):
    answer = right_answer(number)
    if not isinstance(answer, dict):
        answers = in_forms(answer)
    else:
        answers = [form(answer) for form in COLLECTIONS]
        answers += [{**answer, name: one} for name, value in answer.items() for one in in_forms(value)]
    for one in answers:
        assert ALL[number].judge(one).right, one


def listed(result):
    return result.tolist() if isinstance(result, np.ndarray) else result


def in_python_numbers(result):
    return changed(result, lambda part: np.asarray(part).tolist())


RESULTS = [
    in_python_numbers,
    lambda result: changed(result, lambda part: np.asarray(part, dtype=object)),
    lambda result: changed(result, lambda part: np.asarray(part, dtype=np.longdouble)),
    lambda result: list(result) if isinstance(result, tuple) else listed(result),
    lambda result: types.MappingProxyType(result) if isinstance(result, dict) else result,
    lambda result: dict(reversed(result.items())) if isinstance(result, dict) else result,
    lambda result: Fraction(float(result)) if isinstance(result, Real) else result,
    lambda result: Decimal(float(result)) if isinstance(result, Real) else result,
]


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)


FUNCTIONS = [functools.partial, Callable, lambda function: Callable(function).__call__, functools.lru_cache]


@of_kind(Function)
def test_a_right_function_is_right_in_each_form(number):
    reference = right_answer(number)
    for form in RESULTS:
        assert ALL[number].judge(lambda *arguments, form=form: form(reference(*arguments))).right
    for form in FUNCTIONS[:3]:
        assert ALL[number].judge(form(reference)).right


# Near a right answer


def beside(value, rng, tolerance):
    """A wrong answer next to a right part of one: what it is multiplied by has no meaning."""
    if isinstance(value, str):
        return rng.choice(["zebra", value + "s", "", "x or y"])
    if isinstance(value, tuple):
        return tuple(part + rng.integers(1, 9) for part in value)
    if isinstance(value, Integral):
        return value + int(rng.integers(2, 5000))
    return float(value) * (1 + rng.choice([-1, 1]) * 10 ** rng.uniform(np.log10(1.1 * tolerance), -0.4))


def made_by(exercise, name, mistake):
    """All that this mistake makes of an entry."""
    suspects = exercise.suspects()
    if isinstance(exercise, Number):
        return [value for rank in suspects for other, values in rank if other.name in mistake for value in values]
    return [one for rank in suspects for other, made in rank if other.name in mistake for one in made.get(name, [])]


@of_kind(Number, Table)
def test_beside_a_right_answer_nothing_is_right_and_no_mistake_is_guessed(number):
    exercise, answer, rng = ALL[number], right_answer(number), np.random.default_rng(0)
    if number in OUTCOMES:
        return
    for _ in range(15):
        if isinstance(exercise, Number):
            name, wrong = None, beside(answer, rng, exercise.exactness.tolerance)
            message = exercise.judge(wrong)
        else:
            name = rng.choice(list(answer))
            wrong = beside(answer[name], rng, exercise.exactness.tolerance)
            message = exercise.judge({**answer, name: wrong})
        assert message.right is False, wrong
        assert message.mistake in NO_GUESS or wrong in made_by(exercise, name, message.mistake), (wrong, message)


def written(number):
    """How many digits it is written with."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


@of_kind(Number, Table)
def test_a_number_that_is_rounded_to_the_wrong_side_is_not_right(number):
    exercise, answer = ALL[number], right_answer(number)
    if number in OUTCOMES:
        return
    entries = {None: answer} if isinstance(exercise, Number) else answer
    for name, value in entries.items():
        if isinstance(value, Integral) or not isinstance(value, Real):
            continue
        for digits in range(3, 9):
            unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits)
            for steps in (-2, 2):
                wrong = float(f"{(round(float(value) / unit) + steps) * unit:.{digits}g}")
                if written(wrong) == digits and abs(wrong / float(value) - 1) > exercise.exactness.tolerance:
                    message = exercise.judge(wrong if name is None else {**answer, name: wrong})
                    assert message.right is False, wrong


def spoilt(result, rng):
    """The result with one of its entries changed."""
    places = [0]

    def count(part):
        places[0] += np.size(part)
        return part

    changed(result, count)
    chosen = rng.integers(places[0])

    def spoil(part):
        nonlocal chosen
        flat = np.array(part, dtype=float).ravel()
        if 0 <= chosen < flat.size:
            away = 1 if np.asarray(part).dtype.kind in "iu" else 10 ** rng.uniform(-2.5, 0) * max(1, abs(flat[chosen]))
            flat[chosen] += rng.choice([-1, 1]) * away
        chosen -= flat.size
        return flat.reshape(np.shape(part))

    return changed(result, spoil)


@of_kind(Function)
def test_a_function_that_is_wrong_in_one_entry_of_one_case_is_wrong_and_told_no_mistake(number):
    exercise, rng = ALL[number], np.random.default_rng(0)
    num_cases = len(exercise.cases(np.random.default_rng(0)))
    for _ in range(4):
        calls, wrong_call = [], rng.integers(num_cases)

        def answer(*arguments, calls=calls, wrong_call=wrong_call):
            result = exercise.reference(*arguments)
            calls.append(arguments)
            return spoilt(result, rng) if len(calls) == wrong_call + 1 else result

        message = exercise.judge(answer)
        assert message.right is False
        assert message.mistake in NO_GUESS, message


# Arguments


@of_kind(Function)
def test_whoever_ignores_an_argument_is_told_which(number):
    exercise = ALL[number]
    first = exercise.cases(np.random.default_rng(0))[0]
    own = {mistake.name for mistake in exercise.known}
    starter = next(cell.starter for cell in exercise_cells.ALL if cell.number == number)
    for k, name in enumerate(exercise._names(first)):
        assert name in starter
        message = exercise.judge(lambda *given, k=k: exercise.reference(*given[:k], first[k], *given[k + 1 :]))
        assert message.right is False, name
        assert f"`{name}`" in message.text or message.mistake in own, message
