"""Chapter 3, backpropagation."""

import math
from functools import partial

from exercises import mistakes
from exercises.calling import run
from exercises.kinds import NOT_ATTEMPTED, Function, Outcome, Table, call, complain, require_function, right, wrong
from exercises.mistakes import Mistake
from helpers import autodiff

ONLY_THROUGH_U = Mistake("only through u", "That comes back through u. Does another arrow leave r?")
ONLY_THROUGH_V = Mistake("only through v", "That comes back through v. Does another arrow leave r?")
PATHS_MULTIPLIED = Mistake(
    "paths multiplied", "It looks as if what comes back on two paths was multiplied: what happens where paths meet?"
)
OWN_FACTOR = Mistake("own factor", "In a product each factor has a local slope: which number multiplies this one in L?")
EXCHANGED = Mistake("exchanged", "Two right slopes, each in the place of the other.")
NO_LOCAL_SLOPE = Mistake("no local slope", "What comes back to u is right. How fast does u move with q?")
VALUE_NOT_SLOPE = Mistake("value, not slope", "That is its value, from the forward pass. What comes back to it?")
LOCAL_SLOPES_ONLY = Mistake(
    "local slopes only", "It looks as if only local slopes were counted: by which gradient is each of them multiplied?"
)

NO_METHOD = Mistake("no method", "Write `Value.tanh = …` below the function, as the chapter does for exp.")
NO_VALUE = Mistake("no Value returned", "The backward pass needs more than a number: which class remembers parents?")
NO_WAY_BACK = Mistake(
    "no way back", "The gradient never reaches z: whose arrow leads to the result? Without parents it has none."
)
VALUE_AS_SLOPE = Mistake("value as slope", "The slope is the value itself: that is so of eᶻ, and of nothing else here.")
NO_SQUARE = Mistake("no square", "A power got lost in the slope: compare it with the task.")
SLOPE_FROM_Z = Mistake("slope at z, not a", "It looks as if z stands in the slope where tanh z belongs.")
SIGMOID_SLOPE = Mistake("slope of the sigmoid", "a(1 - a) is the slope of the sigmoid. This is another function.")
SLOPE_SIGN = Mistake("sign of the slope", "The slope has the wrong sign: does tanh rise or fall?")

POWER_AS_FAN_OUT = Mistake(
    "power taken for a fan-out", "How many arrows lead from its base to a power such as `p ** 2`?"
)
OVERLOOKED = Mistake("fan-out overlooked", "Count how often each input stands in the formula.")
HALF_OVERLOOKED = Mistake("one fan-out overlooked", "One of them is right. Count how often the other one is used.")
RIGHT_ONES = Mistake("right for wrong", "Those are the slopes that it gets right: the task asks for the wrong ones.")
ONE_TOO_MANY = Mistake(
    "one too many", "One of them is used once, and so is all that follows it: who could overwrite it?"
)
OTHER_INPUT = Mistake("the other input", "It is the other one: count how often each of them is used.")

NO_FAN_OUT = Mistake("no fan-out", "Whatever is used once receives one share, and `=` does it no harm.")
HARMLESS = Mistake("fan-out without harm", "A number is used twice, but the last share is all there is to add.")
BOTH_WRONG = Mistake("both wrong", "A number that x goes into is used twice: what reaches x on its way back?")
UNUSED = Mistake("unused input", "A slope of zero everywhere tells nothing: use both inputs.")


def _value_and_slope(kind, z):
    """tanh z and its slope, as the learner's class finds them."""
    z = kind(z)
    result = z.tanh()
    z.grad = 0.0  # what stands here at the end must come from the backward pass
    result.backward()
    return {"value": result.data, "slope": z.grad}


def _tanh(slope):
    """The right value, with this slope, a function of z and a."""
    return lambda z: {"value": math.tanh(z), "slope": slope(z, math.tanh(z))}


TANH = Function(
    _tanh(lambda z, a: 1 - a**2),
    lambda rng: [(0.25,), (-0.25,), (0.0,), (40.0,), *((z,) for z in rng.uniform(-3, 3, size=10))],
    {
        mistakes.NO_SLOPE: _tanh(lambda z, a: 1.0),
        VALUE_AS_SLOPE: _tanh(lambda z, a: a),
        NO_WAY_BACK: _tanh(lambda z, a: 0.0),
        NO_SQUARE: _tanh(lambda z, a: 1 - a),
        SLOPE_FROM_Z: _tanh(lambda z, a: 1 - z**2),
        mistakes.SLOPE_AT_A: _tanh(lambda z, a: 1 - math.tanh(a) ** 2),
        SIGMOID_SLOPE: _tanh(lambda z, a: a * (1 - a)),
        SLOPE_SIGN: _tanh(lambda z, a: a**2 - 1),
    },
    why="A new operation is one value and its slopes. The backward pass needed no change.",
)


def _with_tanh(kind):
    if not isinstance(kind, type):
        complain(mistakes.WRONG_TYPE, f"The check needs the class `Value`; got {type(kind).__name__}.")
    if not hasattr(kind, "tanh"):
        complain(NO_METHOD, "`Value` has no method tanh.")
    where = "For z = 0.25"
    z = call(kind, (0.25,), where)
    first = call(kind.tanh, (z,), where)
    if first is ...:
        return NOT_ATTEMPTED
    if not isinstance(first, kind):
        complain(NO_VALUE, f"`tanh` must return a Value; got {type(first).__name__}.")
    if not all(isinstance(getattr(first, name, ()), tuple | list) for name in ("parents", "slopes")):
        complain(mistakes.NO_COMMA, "The parents and the slopes of a `Value` are tuples, also where there is one.")
    run(kind.tanh, (z,), where)  # `call` has given it a copy
    if z.data != 0.25:
        complain(mistakes.CHANGES_INPUT, f"After `tanh`, z itself is {z.data:.4f} and no longer 0.25.")
    return TANH.judge(partial(_value_and_slope, kind))


class Value(autodiff.Value):
    """Stays itself where `call` copies what it hands over, so that its gradient can be read afterwards."""

    def __deepcopy__(self, memo):
        return self


def _slopes(f, x, y):
    """The slopes of f with `+=` and with `=`, and whether a number receives more than one share. None: no attempt."""
    inputs = Value(x), Value(y)
    result = call(f, inputs, f"For x = {x}, y = {y}")
    if result is ...:
        return None
    if not isinstance(result, autodiff.Value):
        complain(mistakes.WRONG_TYPE, f"It must return what it computes from x and y; got {type(result).__name__}.")
    result.backward()
    added = [node.grad for node in inputs]
    order = autodiff.children_first(result)
    for node in order:
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad = slope * node.grad
    receivers = [parent for node in order for parent in node.parents]
    return added, [node.grad for node in inputs], len(receivers) > len(set(receivers))


def _tells(f):
    require_function(f)
    runs = [_slopes(f, *point) for point in [(0.7, 1.1), (-1.3, 0.6), (2.1, -0.4)]]
    if None in runs:
        return NOT_ATTEMPTED
    for n, name in enumerate("xy"):
        if not any(added[n] for added, _, _ in runs):
            return wrong(UNUSED, f"The slope of {name} is zero.")
    x_wrong, y_wrong = (any(not math.isclose(a[n], b[n], abs_tol=1e-12) for a, b, _ in runs) for n in (0, 1))
    if x_wrong and y_wrong:
        return wrong(BOTH_WRONG, "With `=` both slopes are wrong.")
    if x_wrong:
        return wrong(OTHER_INPUT, "With `=` the slope of x is wrong.")
    if not y_wrong:
        return wrong(
            HARMLESS if any(fan_out for *_, fan_out in runs) else NO_FAN_OUT, "With `=` both slopes are right."
        )
    return right("This one expression tells `=` from `+=`. A test of a backward pass needs a fan-out.")


EXERCISES = {
    "3.1": Table(
        {"dL/du": 4, "dL/dv": 7, "dL/dq": 8, "dL/dr": 11},
        {
            OWN_FACTOR: {"dL/du": 7, "dL/dv": 4, "dL/dq": 14},
            EXCHANGED: {"dL/dq": 11, "dL/dr": 8},
            NO_LOCAL_SLOPE: {"dL/dq": 4},
            ONLY_THROUGH_U: {"dL/dr": 4},
            ONLY_THROUGH_V: {"dL/dr": 7},
            PATHS_MULTIPLIED: {"dL/dr": 28},
            VALUE_NOT_SLOPE: {"dL/du": 7, "dL/dv": 4, "dL/dq": 2, "dL/dr": 3},
            LOCAL_SLOPES_ONLY: {"dL/du": 1, "dL/dv": 1, "dL/dq": 2, "dL/dr": 2},
        },
        why="Two arrows leave r, so two shares come back to it, and they add.",
    ),
    "3.2": Outcome(_with_tanh),
    "3.3": Table(
        {"A": "none", "B": "x", "C": "x", "D": "both", "E": "x"},
        {
            POWER_AS_FAN_OUT: dict.fromkeys("ABE", "both"),
            OVERLOOKED: dict.fromkeys("BCDE", "none"),
            HALF_OVERLOOKED: {"D": "x"},
            OTHER_INPUT: dict.fromkeys("BCDE", "y"),
            RIGHT_ONES: {"A": "both", "B": "y", "C": "y", "D": "none", "E": "y"},
            ONE_TOO_MANY: dict.fromkeys("BCE", "both"),
        },
        why="Where each number is used once, `=` and `+=` are the same. Such an expression never tells.",
    ),
    "3.4": Outcome(_tells),
}
