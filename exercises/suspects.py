"""What a wrong answer can come from, whatever the exercise is, and which of several mistakes explains it."""

import copy
import dis
import inspect
from numbers import Integral, Real

import numpy as np

from exercises import mistakes
from exercises.calling import call
from exercises.messages import Complaint
from exercises.places import by_place, changed, places

SCALED = {
    mistakes.WRONG_SIGN: lambda right: -right,
    mistakes.FACTOR_TWO: lambda right: 2 * right,
    mistakes.HALF: lambda right: right / 2,
}
MANY_CASES = 8  # are enough to see whether an argument matters
MANY_ENTRIES = 32  # of a result are looked for in other places


def explanation(ranks, contradicts):
    """The mistake that explains an answer, or None. A rank of suspects is asked where none before it has one.

    ranks: [[(mistake, what it makes)]]. contradicts(what it makes): how many entries speak against it although it
    explains all faults, or None where it does not. The mistake with the fewest is named; of two that explain it equally
    both are.
    """
    for rank in ranks:
        counts = [(contradicts(made), mistake) for mistake, made in rank]
        if fits := [pair for pair in counts if pair[0] is not None]:
            fewest = min(count for count, _ in fits)
            return mistakes.one_of([mistake for count, mistake in fits if count == fewest])
    return None


# Of a number or a shape


def of_a_value(exact):
    """{mistake: [what it makes of a right decimal or shape]}.

    A whole number counts something: it has no sign, and no half of it gets lost.
    """
    if isinstance(exact, tuple):
        turned = {mistakes.TRANSPOSED: [exact[::-1]]} if exact != exact[::-1] else {}
        return turned | ({mistakes.NO_COMMA: [exact[0]]} if len(exact) == 1 else {})
    if isinstance(exact, Real) and not isinstance(exact, Integral):
        return {mistake: [change(exact)] for mistake, change in SCALED.items()}
    return {}


# Of the results of a function, one for each case


def of_results(names, cases, wanted):
    """[(mistake, [the results that it makes of the right ones, or others])]. names: of the arguments of a case."""
    made = [(mistake, [_each(wanted, change)]) for mistake, change in SCALED.items()]
    if all(_is_share(np.asarray(part)) for want in wanted for _, part in places(want)):
        made.append((mistakes.PERCENT, [_each(wanted, lambda a: 100 * a)]))
    made.append((mistakes.ROUNDED, [_each(wanted, lambda a, n=n: a.round(n)) for n in range(2, 7)]))
    made.append((mistakes.TRANSPOSED, [[changed(want, lambda a: np.asarray(a).T) for want in wanted]]))
    for size, values in _sizes(names, cases).items():
        factors = np.array(values, dtype=float)
        for mistake, by_case in (
            (mistakes.too_large(size), factors),
            (mistakes.too_small(size), 1 / factors),
            (mistakes.fixed(size), factors / factors[0]),
            (mistakes.fixed(size), factors[0] / factors),
        ):
            made.append((mistake, [[_scaled(want, factor) for want, factor in zip(wanted, by_case, strict=True)]]))
    return made


def _is_share(a):
    return a.dtype.kind == "f" and np.all((a >= 0) & (a <= 1))


def _each(results, change):
    """The same results with each number changed that counts nothing."""
    return [changed(result, lambda a: _unless_whole(np.asarray(a), change)) for result in results]


def _scaled(result, factor):
    return changed(result, lambda a: _unless_whole(np.asarray(a), lambda a: factor * a))


def _unless_whole(a, change):
    return change(a) if a.dtype.kind == "f" else a


def _sizes(names, cases):
    """{how it is written: its value in each case} of whole numbers and lengths among the arguments that vary."""
    sizes = {}
    for name, values in zip(names, zip(*cases, strict=True), strict=False):
        if all(isinstance(value, Integral) for value in values):
            sizes[name] = values
        for axis in range(min(np.ndim(value) if isinstance(value, np.ndarray) else 0 for value in values)):
            written = f"{name}.shape[{axis}]" if axis else f"len({name})"
            sizes[written] = tuple(value.shape[axis] for value in values)
        if all(isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind == "i" for value in values):
            sizes[f"{name}.sum()"] = tuple(int(value.sum()) for value in values)
    different = {values: written for written, values in reversed(sizes.items())}  # the first name of each
    return {written: values for values, written in different.items() if min(values) > 0 and len(set(values)) > 1}


def in_another_order(wanted, got, close):
    """Whether each part or each entry of the results is, in all cases, the right one of another place."""
    by_entry = [
        [np.concatenate([np.ravel(part) for _, part in places(result)]) for result in results]
        for results in (wanted, got)
    ]
    columns = [list(by_place(results)) for results in (wanted, got)]
    if len({len(result) for result in by_entry[0]}) == 1 and len(by_entry[0][0]) <= MANY_ENTRIES:
        pairs = [columns, [list(zip(*results, strict=True)) for results in by_entry]]
    else:
        pairs = [columns]
    return any(_is_permuted(*pair, close) for pair in pairs)


def _is_permuted(wanted, got, close):
    order = []
    for mine in got:
        fits = [n for n, want in enumerate(wanted) if all(close(a, b) for a, b in zip(mine, want, strict=True))]
        order += fits
        if len(fits) != 1:
            return False
    return sorted(order) == list(range(len(wanted))) and order != sorted(order)


# Of a function itself


def ignored_arguments(answer, reference, names, cases, close):
    """The names of the arguments that make a difference to the reference and none to the answer."""
    return [name for k, name in enumerate(names) if _is_ignored(k, answer, reference, cases[:MANY_CASES], close)]


def _is_ignored(k, answer, reference, cases, close):
    tried = False
    for case in cases:
        for value in _others(case[k], [other[k] for other in cases]):
            other = (*case[:k], value, *case[k + 1 :])
            try:
                if close(*(reference(*copy.deepcopy(arguments)) for arguments in (case, other))):
                    continue
                a, b = (call(answer, arguments) for arguments in (case, other))
                pairs = zip(places(a), places(b), strict=True)
                if not all(np.allclose(x, y, rtol=1e-9, atol=0, equal_nan=True) for (_, x), (_, y) in pairs):
                    return False
            except Complaint as complaint:
                if complaint.message.mistake == mistakes.ENDLESS.name:
                    return False  # to wait for it once is enough
            except Exception:  # where one of them stops, nothing is known
                continue
            else:
                tried = True
    return tried


def _others(value, values):
    """Other values that fit the other arguments of a case: labels remain labels, and sizes remain."""
    varied = [changed(value, lambda part, way=way: _varied(part, way)) for way in (0, 1)]
    return varied + [other for other in values if _shapes(other) == _shapes(value)]


def _shapes(value):
    return [np.shape(part) for _, part in places(value)]


def _varied(part, way):
    """No mere multiple of an array: an answer may depend on the ratios in it alone."""
    if np.ndim(part):
        uneven = np.linspace(0.7, 1.2, np.size(part)).reshape(np.shape(part))
        return np.flip(part) if way else part * uneven if part.dtype.kind == "f" else np.roll(part, 1)
    return part + 1 + way if isinstance(part, Integral) else (0.7, 1.2)[way] * part + 0.1 * (part == 0)


def ends_in_its_first_round(function):
    """Whether a `for` loop in it has no way back to its beginning: whatever it does, there is no second round."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    instructions = list(dis.get_instructions(code)) if code else []
    ways_back = {instruction.argval for instruction in instructions if "JUMP_BACKWARD" in instruction.opname}
    beginning = None
    for instruction in instructions:
        if beginning is None:
            beginning = instruction.offset
        if instruction.opname == "FOR_ITER" and beginning not in ways_back:
            return True
        if instruction.opname != "EXTENDED_ARG":  # belongs to the next one, which a jump back enters by it
            beginning = None
    return False
