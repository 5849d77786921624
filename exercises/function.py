"""A function of the learner, judged by what it returns for the inputs of its exercise."""

import contextlib
import copy
import inspect
import itertools
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from exercises import mistakes, suspects
from exercises.calling import call, like, require_function
from exercises.exercise import Exercise
from exercises.messages import NOT_ATTEMPTED, Complaint, Message, right, wrong
from exercises.places import by_place, places
from exercises.showing import apart, outlined, shown

LONG = 200  # characters of inputs are more than anyone reads


class Closeness(NamedTuple):
    """How near results must be to each other, relative to their size and absolutely."""

    tolerance: float
    absolute: float

    def everywhere(self, result, other):
        return bool(self.by_entry([result], [other]).all())

    def by_entry(self, results, others):
        """One truth value for each entry of a result: whether it is close to the other one in all cases."""
        pairs = zip(by_place(results), by_place(others), strict=True)
        return np.concatenate([self._at_a_place(*pair) for pair in pairs])

    def _at_a_place(self, parts, others):
        close = [self.entries(np.asarray(a), np.asarray(b)) for a, b in zip(parts, others, strict=True)]
        if len({entries.shape for entries in close}) > 1:  # other shapes in other cases: one truth value for all
            return np.array([all(entries.all() for entries in close)])
        return np.all(close, axis=0).ravel()

    def entries(self, a, b):
        if a.shape != b.shape:
            return np.array(False)
        if not {a.dtype.kind, b.dtype.kind} <= set("biuf"):
            return a == b
        return np.isclose(a, b, rtol=self.tolerance, atol=self.absolute)


class Function(Exercise):
    """Called with the same arguments as the reference.

    cases: function of a random generator that returns a list of tuples of arguments, the simplest first. Each argument
    should vary, and make a difference.
    known: {mistake: a function that makes it, or a list of such}. It is recognised where each entry of the result, in
    all cases, is that of the function or the right one. What any function can be mistaken for is known anyway: see
    suspects. tolerance: relative; absolute: for entries next to 0.
    """

    def __init__(self, reference: Callable, cases: Callable, known=None, *, why="", tolerance=1e-6, absolute=None):
        self.reference, self.cases, self.known, self.why = reference, cases, known or {}, why
        self.closeness = Closeness(tolerance, 1e-6 * tolerance if absolute is None else absolute)

    def _judge(self, answer):
        require_function(answer)
        cases = self.cases(np.random.default_rng(0))
        wanted = [self.reference(*copy.deepcopy(case)) for case in cases]
        got = []
        for case, want in zip(cases, wanted, strict=True):
            try:
                got.append(self._result(answer, case, want))
            except Complaint as complaint:
                return self._said_better(complaint.message, answer, cases, first=not got)
        runs = list(zip(cases, wanted, got, strict=True))
        wrong_runs = [run for run in runs if not self.closeness.everywhere(*run[1:])]
        if not wrong_runs:
            return right(self.why or f"It agrees with the reference for {len(cases)} inputs.")
        finite = [run for run in runs if _is_finite(run[2]) or not _is_finite(run[1])]
        for case, want, mine in wrong_runs:  # a mistake is not hidden by the NaN that it leads to elsewhere
            if any(case is other for other, *_ in finite):
                facts = f"For {self._inputs(case)} {self._difference(mine, want)}."
                return wrong(self._diagnosis(answer, *zip(*finite, strict=True)), facts)
        case, _, mine = wrong_runs[0]
        mistake = (self._ignores(answer, cases) if finite else None) or mistakes.NOT_FINITE
        return wrong(mistake, f"For {self._inputs(case)} yours gives {shown(mine)}.")

    def _names(self, case):
        return list(inspect.signature(self.reference).parameters)[: len(case)]

    def _inputs(self, case):
        arguments = dict(zip(self._names(case), case, strict=True))
        text = ", ".join(f"{name} = {shown(value)}" for name, value in arguments.items())
        if len(text) <= LONG:
            return text
        return ", ".join(f"{name} = {outlined(value)}" for name, value in arguments.items())

    # One result

    def _result(self, answer, case, want):
        where = f"For {self._inputs(case)}"
        result = call(answer, case, where)
        if any(part is ... for _, part in places(result)):
            raise Complaint(NOT_ATTEMPTED)
        try:
            return like(want, result, where, finite=False)
        except Complaint:
            if self._is_reordered(result, want):
                raise Complaint(wrong(mistakes.REORDERED, f"{where} yours gives {shown(result)}.")) from None
            raise

    def _is_reordered(self, result, want):
        """Whether the parts of a result are right where they stand in another order."""
        if not (isinstance(want, tuple) and isinstance(result, tuple | list) and len(result) == len(want) <= 6):
            return False
        for order in itertools.permutations(result):
            with contextlib.suppress(Complaint):
                if self.closeness.everywhere(like(want, order), want):
                    return True
        return False

    def _said_better(self, message, answer, cases, first):
        """A complaint, with what the function itself shows of its reason. first: whether it is of the first case."""
        reason = None
        if message.mistake in (mistakes.RAISES.name, mistakes.WRONG_SHAPE.name) and not first:
            reason = self._ignores(answer, cases)
        if message.mistake in (mistakes.RETURNS_NOTHING.name, mistakes.WRONG_SHAPE.name, mistakes.WRONG_TYPE.name):
            reason = reason or self._has_no_second_round(answer)
        return Message(False, f"{message.text.splitlines()[0]}\n{reason.text}", reason.name) if reason else message

    # All results

    def _diagnosis(self, answer, cases, wanted, got):
        is_right = self.closeness.by_entry(got, wanted)

        def contradicts(made):
            """See explanation. made: lists of results; a right entry contradicts one that has another there."""
            close = [self.closeness.by_entry(got, results) for results in made]
            explained = [c for c in close if c.shape == is_right.shape and (c | is_right).all()]
            return min((int(np.sum(~c)) for c in explained), default=None)

        own = [(mistake, list(self._made(made, cases, wanted))) for mistake, made in self.known.items()]
        if mistake := self._has_no_second_round(answer) or suspects.explanation([own], contradicts):
            return mistake
        if mistake := self._ignores(answer, cases):
            return mistake
        if suspects.in_another_order(wanted, got, self.closeness.everywhere):
            return mistakes.REORDERED
        if mistake := suspects.explanation([suspects.of_results(self._names(cases[0]), cases, wanted)], contradicts):
            return mistake
        near = self.closeness._replace(tolerance=0.02)
        return mistakes.NEAR if near.by_entry(got, wanted).all() else mistakes.UNKNOWN

    def _made(self, functions, cases, wanted):
        for function in functions if isinstance(functions, list) else [functions]:
            with contextlib.suppress(Exception):  # not every mistake can be made on every case
                results = [function(*copy.deepcopy(case)) for case in cases]
                self.closeness.by_entry(results, wanted)  # their parts are as many
                yield results

    def _ignores(self, answer, cases):
        names = suspects.ignored_arguments(
            answer, self.reference, self._names(cases[0]), cases, self.closeness.everywhere
        )
        return mistakes.ignores(names) if names else None

    def _has_no_second_round(self, answer):
        return mistakes.FIRST_ROUND if suspects.ends_in_its_first_round(answer) else None

    # What differs

    def _difference(self, mine, want, where=""):
        """Both results, or the first place where they are apart, with as many digits as it takes to see it."""
        if _is_collection(want) and any(_is_collection(part) or np.ndim(part) for _, part in _parts(want)):
            for (name, a), (_, b) in zip(_parts(mine), _parts(want), strict=True):
                if not self.closeness.everywhere(a, b):
                    return self._difference(a, b, f"{where} in {name}")
        a, b = shown(mine), shown(want)
        if a == b:
            for (name, x), (_, y) in zip(_parts(mine), _parts(want), strict=True):
                x, y = np.asarray(x), np.asarray(y)
                for index in np.argwhere(~self.closeness.entries(x, y)).tolist():
                    place = f"{where}{f' in {name}' if name else ''}{f' at {index}' if index else ''}"
                    a, b = apart(x[tuple(index)].item(), y[tuple(index)].item())
                    return f"yours gives {a}{place}, and the right value is {b}"
        return f"yours gives {a}{where}, and the right value is {b}"


def _is_collection(value):
    return isinstance(value, Mapping | tuple)


def _parts(value):
    """[(how a part is called, the part)] of a dictionary or a tuple; anything else is its only part."""
    if isinstance(value, Mapping):
        return [(repr(name), part) for name, part in value.items()]
    if isinstance(value, tuple):
        return [(f"result {n} of {len(value)}", part) for n, part in enumerate(value, start=1)]
    return [("", value)]


def _is_finite(result):
    return all(np.isfinite(part).all() for _, part in places(result) if np.asarray(part).dtype.kind in "biuf")
