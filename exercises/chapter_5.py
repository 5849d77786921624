"""Chapter 5, many data points."""

import math
from fractions import Fraction
from numbers import Real

import numpy as np

from exercises import mistakes
from exercises.calling import run
from exercises.kinds import Function, Number, Outcome, Table, right, shown, wrong
from exercises.messages import Complaint
from exercises.mistakes import Mistake
from helpers.activations import sigmoid, sigmoid_slope
from helpers.descent import gradient_descent
from helpers.losses import half_squared_error

SWAPPED = Mistake("swapped", "That is the part of the other reason.")
NOT_A_SHARE = Mistake("not a share", "That counts 2400ths. The part itself is asked for, as a fraction.")
NOTHING_REMAINS = Mistake(
    "nothing remains", "An output that can be any number is still one number for each input: whom can it please?"
)
ALL_REMAINS = Mistake("all remains", "That is the whole bound. Which of its parts needs an output of at most 1?")
OLD_POINTS = Mistake("seven points", "Those are the parts for seven points. What changes with the eighth?")
DIVIDED_BY_SEVEN = Mistake("divided by seven", "The sum is right. How many points share the mean now?")
MIDDLE = Mistake(
    "middle, not mean",
    "That is for an answer midway between two of the targets. Which answer is best for all three?",
)
MEAN_OF_MEANS = Mistake(
    "mean of means", "Every batch counts the same there: how much does a point count that is alone in its batch?"
)
SIZES_FORGOTTEN = Mistake("sizes forgotten", "It adds the means as they are: the sizes do not enter.")
BATCHES_FOR_POINTS = Mistake(
    "batches for points", "The batches are weighted, but divided by how many batches there are: what did you add up?"
)
INVERSE_WEIGHTS = Mistake("inverse weights", "The small batches count most. Should they?")
STEPS_SUMMED = Mistake(
    "steps summed, not averaged", "The steps are too long by the number of points: it looks summed and not averaged."
)
LOSS_WITHOUT_HALF = Mistake("loss without ½", "That is where half the threshold is passed: is the ½ in your loss?")
INPUTS_HALVED = Mistake("inputs halved", "That belongs to halved inputs. The targets are to be halved.")
NO_LEFT_OVERS = Mistake(
    "no left-overs", "That is the corrected run. What does the published gradient take its slope and its input from?"
)
OTHER_HISTORY = Mistake("another history", "Those are the left-overs of the sigmoid neuron: the chapter's own table.")
ONE_LEFT_OVER = Mistake("one left-over", "One of the two left-overs is still that of the sigmoid neuron.")
LEFT_OVERS_SWAPPED = Mistake("left-overs swapped", "It looks as if x and z have changed places.")
ONE_TOO_FAR = Mistake(
    "one update too far", "That is one update later. A line of the table prints the loss from before its update."
)
NO_CHECK = Mistake("no check", "Nothing is refused: NumPy broadcasts, and a mean of the wrong errors comes out.")
LENGTH_NOT_SHAPE = Mistake("length, not shape", "A column has as many numbers as a vector: do you count, or compare?")
DIMENSIONS_NOT_SHAPE = Mistake("dimensions, not shape", "The column is refused. But broadcasting stretches others too.")
REPAIRS = Mistake("repairs", "It guesses what was meant. The task is to refuse, so that the caller finds the mistake.")
SAYS_NOTHING = Mistake("says nothing", "It notices, and goes on: whoever called it gets no number and no reason.")
OTHER_ERROR = Mistake("another error", "It stops, but with another kind of error than the one that is asked for.")

ONLY_Y = Mistake("only y", "Targets of odd shapes are refused. But the inputs have a shape too: compare the two.")
SQUARE_FORGOTTEN = Mistake("square forgotten", "In the slope of v: what does v multiply in z?")
SLOPE_OF_X = Mistake("slope of x", "In the slope of v: z is differentiated with respect to v there, not to x.")
NO_BEND = Mistake("no bend", "It is the gradient for a z without its bend: does v enter your forward pass?")
MEANS_FIRST = Mistake("means first", "The mean of a product is not the product of the means: multiply first.")
EVERY_PAIR = Mistake(
    "every pair", "Every input meets every target: n · n errors. Write down the shape beside each line."
)

X = np.array([0.5, 0.8, 1.5, 0.4, 0.4, 1.0, 1.9])  # (n,)
Y = np.array([1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3])  # (n,)
START = np.array([0.3, 0.1])


def _loss(parameters, X, y):
    w, b = parameters
    return half_squared_error(sigmoid(w * X + b), y)


def _gradient(parameters, x=X, slope=None):
    """The published gradient where the input x and the slope are left over, and the right one where they are not."""
    w, b = parameters
    y_hat = sigmoid(w * X + b)
    delta = (y_hat - Y) * (sigmoid_slope(y_hat) if slope is None else slope)
    return np.array([np.mean(delta * x), np.mean(delta)])


def _with_left_overs(x, z, num_epochs=20):
    return _last_line(lambda parameters: _gradient(parameters, x, sigmoid_slope(sigmoid(z))), num_epochs)


def _last_line(gradient, num_epochs=20):
    """The last line of a table in the source's format: the loss from before the update, w and b from after it."""
    steps = gradient_descent(gradient, START, 0.1, tolerance=0, max_steps=num_epochs)
    *_, before, after = [step.point for step in steps]
    return {"average loss": _loss(before, X, Y), "w": after[0], "b": after[1]}


def _z_of_the_sigmoid_neuron():
    """Left over from the table of chapter 4: z in the last of 20 forward passes, before its update."""
    w, b = START
    for _ in range(20):
        z = w * 0.5 + b
        y_hat = sigmoid(z)
        delta = (y_hat - 1) * sigmoid_slope(y_hat)
        w, b = w - 0.1 * delta * 0.5, b - 0.1 * delta
    return z


Z = _z_of_the_sigmoid_neuron()
MIXED = (2, Z), (0.5, 4.90625)
IDENTITY_LAST = _with_left_overs(2, 4.90625)


STRICT_ON_GOOD_INPUT = Function(
    _loss,
    lambda rng: [(START, X, Y), *((rng.normal(size=2), rng.normal(size=n), rng.normal(size=n)) for n in range(1, 9))],
)
STRICT_ON_COLUMNS = Function(_loss, lambda rng: [(START, X[:, None], Y[:, None])])
REFUSED = {
    "a column for y": (X, Y[:, None]),
    "a row of shape (1, 7) for y": (X, Y[None, :]),
    "a single target": (X, Y[:1]),
    "a column for X": (X[:, None], Y),
}


def _strict_loss(answer):
    message = STRICT_ON_GOOD_INPUT.judge(answer)
    if not message.right:
        return message
    accepted = {}
    for name, (inputs, targets) in REFUSED.items():
        try:
            accepted[name] = run(answer, (START.copy(), inputs.copy(), targets.copy()), f"For {name}")
        except (Complaint, KeyboardInterrupt):
            raise
        except ValueError:
            continue
        except Exception as error:
            return wrong(OTHER_ERROR, f"{name} is refused with {type(error).__name__}.")
    if not accepted:
        message = STRICT_ON_COLUMNS.judge(answer)  # two columns have one shape
        if not message.right:
            return message
        return right("A gradient check agrees with whatever loss it gets. A check of the shapes finds this mistake.")
    name, result = next(iter(accepted.items()))
    if isinstance(result, Exception):
        return wrong(mistakes.RETURNED, f"For {name} it returns a {type(result).__name__}.")
    if not (isinstance(result, Real) and math.isfinite(result)):
        return wrong(SAYS_NOTHING, f"For {name} it returns {shown(result)}.")
    facts = f"{name} is accepted, with the loss {result:.4f}."
    if math.isclose(result, _loss(START, X, Y), rel_tol=1e-6):
        return wrong(REPAIRS, facts)
    if len(accepted) == len(REFUSED):
        return wrong(NO_CHECK, facts)
    if list(accepted) == ["a column for X"]:
        return wrong(ONLY_Y, facts)
    return wrong(LENGTH_NOT_SHAPE if name == "a column for y" else DIMENSIONS_NOT_SHAPE, facts)


ABOVE, THREE = Fraction(9, 800), Fraction(7, 2400)  # with the eighth point, (0.4, 0.8)


def _parts(above, three, remains):
    return {"targets from 1 on": above, "three targets at one input": three, "remains for any output": remains}


MIDDLES = [Fraction(19, 6400), Fraction(27, 6400)]  # with the answers 0.65, and 0.55 as for two targets
BATCHES = [[0, 1, 2], [3, 4, 5], [6]]


def _batches(rng):
    y_hat = sigmoid(START[0] * X + START[1])
    delta = (y_hat - Y) * sigmoid_slope(y_hat)
    means = np.array([[np.mean((delta * X)[batch]), np.mean(delta[batch])] for batch in BATCHES])
    sizes = [rng.integers(1, 30, size=k) for k in (1, 2, 2, 3, 5, 8)]
    return [(means, np.array([3, 3, 1])), *((rng.normal(size=(len(s), 2)), s) for s in sizes)]


def _bent_gradient(*, dz_dv=lambda X, v: X**2, slope=sigmoid_slope, bend=1):
    """The gradient of exercise 5.6, or one with a mistake in it."""

    def gradient(parameters, X, y):
        w, v, b = parameters
        y_hat = sigmoid(w * X + bend * v * X**2 + b)
        delta = (y_hat - y) * slope(y_hat)
        return np.array([np.mean(delta * X), np.mean(delta * dz_dv(X, v)), np.mean(delta)])

    return gradient


def _means_first(parameters, X, y):
    return _bent_gradient()(parameters, X, y)[2] * np.array([np.mean(X), np.mean(X**2), 1])


def _bent_cases(rng):
    sizes = (7, 3, 1, 2, 5, 8)
    random = [(rng.normal(size=3), rng.normal(size=n), rng.normal(size=n)) for n in sizes]
    return [(np.array([0.3, 0.2, 0.1]), X, Y), *random]


EXERCISES = {
    "5.1": Table(
        _parts(ABOVE, THREE, THREE),
        {
            OLD_POINTS: _parts(Fraction(9, 700), Fraction(1, 2800), Fraction(1, 2800)),
            DIVIDED_BY_SEVEN: lambda part: part * 8 / 7,
            MIDDLE: dict.fromkeys(["three targets at one input", "remains for any output"], MIDDLES),
            mistakes.SUMMED: lambda part: 8 * part,
            SWAPPED: _parts(THREE, ABOVE, ABOVE),
            NOT_A_SHARE: lambda part: 2400 * part,
            NOTHING_REMAINS: {"remains for any output": 0},
            ALL_REMAINS: {"remains for any output": ABOVE + THREE},
        },
        why="The part of the three stays for every function of x, however clever: one input, one answer.",
    ),
    "5.2": Function(
        lambda means, sizes: np.average(means, axis=0, weights=sizes),
        _batches,
        {
            MEAN_OF_MEANS: lambda means, sizes: means.mean(axis=0),
            mistakes.SUMMED: lambda means, sizes: sizes @ means,
            SIZES_FORGOTTEN: lambda means, sizes: means.sum(axis=0),
            BATCHES_FOR_POINTS: lambda means, sizes: sizes @ means / len(sizes),
            INVERSE_WEIGHTS: lambda means, sizes: np.average(means, axis=0, weights=1 / sizes),
        },
        why="Weighted by their sizes, all points count the same, whichever batch they are in.",
    ),
    "5.3": Number(
        33,
        {STEPS_SUMMED: 5, LOSS_WITHOUT_HALF: 888, INPUTS_HALVED: 28},
        why="But it started at 0.0118, close to the threshold already. Without the scale of the targets, a "
        "threshold on the loss means nothing.",
    ),
    "5.4": Table(
        IDENTITY_LAST,
        {
            NO_LEFT_OVERS: _last_line(_gradient),
            OTHER_HISTORY: _with_left_overs(0.5, Z),
            ONE_LEFT_OVER: {name: [_with_left_overs(*pair)[name] for pair in MIXED] for name in IDENTITY_LAST},
            LEFT_OVERS_SWAPPED: _with_left_overs(4.90625, 2),
            mistakes.OFF_BY_ONE: _with_left_overs(2, 4.90625, num_epochs=19),
            ONE_TOO_FAR: _with_left_overs(2, 4.90625, num_epochs=21),
        },
        why="To repeat a table that leans on left-overs, you need the whole history of the kernel: which cells ran, in "
        "which order, how often.",
        decimals=4,
    ),
    "5.5": Outcome(_strict_loss),
    "5.6": Function(
        _bent_gradient(),
        _bent_cases,
        {
            mistakes.NO_SLOPE: _bent_gradient(slope=np.ones_like),
            mistakes.NO_TARGET: lambda parameters, X, y: _bent_gradient()(parameters, X, 0 * y),
            SQUARE_FORGOTTEN: _bent_gradient(dz_dv=lambda X, v: X),
            SLOPE_OF_X: [_bent_gradient(dz_dv=lambda X, v: 2 * X), _bent_gradient(dz_dv=lambda X, v: 2 * v * X)],
            NO_BEND: lambda parameters, X, y: _bent_gradient(bend=0)(parameters, X, y),
            MEANS_FIRST: _means_first,
            EVERY_PAIR: lambda parameters, X, y: _bent_gradient()(parameters, X[:, None], y),
        },
        why="One delta serves all parameters, whatever z is made of; only its own slope is new for each.",
    ),
}
