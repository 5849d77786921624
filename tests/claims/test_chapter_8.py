"""Chapter 8, classification."""

import itertools
import math

import chapters
import matplotlib.pyplot as plt
import numpy as np
import pytest

from claims import claim, positions
from exercises import chapter_8 as checks
from helpers.gradients import central_difference, check_gradient
from helpers.losses import binary_cross_entropy, cross_entropy
from show.chapter_8 import CORNER, draw_on_the_ramp

STEM = "08-classification"


def setup_module():
    """The chapter runs before its first test, not at the import: each process imports the claims of all chapters."""
    global NAMES, X, y, X_XOR, Y_XOR, CORNERS, DIFFER, APART, RUN, logistic_loss, logistic_gradient, descend
    global accuracy, logits_of, forward_pass, network_gradient, train, random_start
    NAMES = chapters.namespace(STEM)
    X, y = NAMES["X"], NAMES["y"]
    X_XOR, Y_XOR = NAMES["X_xor"], NAMES["Y_xor"]
    CORNERS, DIFFER = NAMES["corners"], np.array([0, 0, 1, 1])
    logistic_loss, logistic_gradient, descend = NAMES["logistic_loss"], NAMES["logistic_gradient"], NAMES["descend"]
    accuracy, logits_of = NAMES["accuracy"], NAMES["logits_of"]
    forward_pass, network_gradient, train = NAMES["forward_pass"], NAMES["network_gradient"], NAMES["train"]
    random_start = NAMES["random_start"]
    APART = X + 2 * np.outer(2 * y - 1, NAMES["centre"])  # the clouds, pulled apart
    RUN = NAMES["run"]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def right_answers(parameters, inputs=None, targets=None):
    """How many of the inputs the network gets right; without any, those of XOR."""
    inputs, targets = (X_XOR, Y_XOR) if inputs is None else (inputs, targets)
    return int(np.sum((forward_pass(parameters, inputs)[1] > 0.5) == targets))


def most_on_their_side_of_a_line(inputs, labels, directions=720):
    """The largest number of points that a line has on their side, over all lines in so many directions."""
    best = 0
    for angle in np.linspace(0, 2 * np.pi, directions, endpoint=False):
        order = np.argsort(inputs @ [np.cos(angle), np.sin(angle)])
        ones = labels[order] == 1
        best = max(best, int(ones.sum() + max(0, np.cumsum(np.where(ones, -1, 1)).max())))
    return best


# A line


@claim("The boundary of one neuron is a straight line, unless both its weights are 0.")
def test_where_a_neuron_is_undecided():
    rng = np.random.default_rng(seed=0)

    def undecided(says):
        """Where p = 1/2 on each of many vertical lines, found by halving."""
        x1 = np.linspace(-2, 2, 9)
        low, high = np.full(9, -50.0), np.full(9, 50.0)
        below = says(x1, low) > 0.5
        crosses = below != (says(x1, high) > 0.5)
        for _ in range(60):
            middle = (low + high) / 2
            same = (says(x1, middle) > 0.5) == below
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        return np.column_stack([x1, low])[crosses]

    for _ in range(50):
        w1, w2, b = parameters = rng.normal(size=3)
        w2 = parameters[1] = np.sign(w2) * (abs(w2) + 0.2)

        def neuron(x1, x2, parameters=parameters):
            return sigmoid(logits_of(parameters, np.column_stack([x1, x2])))

        places = undecided(neuron)
        assert np.abs(np.diff(places[:, 1], n=2)).max() < 1e-9  # on a line
        np.testing.assert_allclose(w1 * places[:, 0] + w2 * places[:, 1] + b, 0, atol=1e-9)

    for bias in (-1.0, 0.0, 2.0):  # with both weights 0 it says the same everywhere
        assert len(set(logits_of([0.0, 0.0, bias], X))) == 1

    def network(x1, x2):  # what it excludes: hidden neurons
        return 1 - forward_pass(NAMES["moon_network"], np.column_stack([x1, x2]))[1][:, 0]

    assert np.abs(np.diff(undecided(network)[:, 1], n=2)).max() > 0.1


@claim(
    "A seed at $(1, 0.5)$ has $z = 2.5$, so $p = 0.92$.",
    "A seed at $(-1, 0)$ has $z = -2$, so $p = 0.12$.",
    "One line parts most of them:",
)
def test_by_eye():
    assert logits_of(NAMES["by_eye"], np.array([[1, 0.5], [-1, 0]])).tolist() == [2.5, -2]
    assert sigmoid(np.array([2.5, -2])).round(2).tolist() == [0.92, 0.12]
    assert accuracy(NAMES["by_eye"], X, y) == 0.87


# Confidently wrong


def squared_run(start, rate=0.5, updates=4000):
    zs = [sum(start)]
    for _ in range(updates):
        p = sigmoid(zs[-1])
        zs.append(zs[-1] - rate * 2 * p * p * (1 - p))
    return sigmoid(np.array(zs))


def entropy_run(start, rate=0.5, updates=4000):
    zs = [sum(start)]
    for _ in range(updates):
        zs.append(zs[-1] - rate * 2 * sigmoid(zs[-1]))
    return sigmoid(np.array(zs))


@claim(
    "The one that is less wrong, after 81 updates; the other needs 141.",
    "At the start the less wrong one has the delta 0.122, seven times that of the very wrong one.",
    "For fifty updates the $p$ of the very wrong neuron hardly moves.",
    "Where there is much to learn, it learns little.",
)
def test_the_more_wrong_neuron_is_later():
    for start, first, name in [((2, 2), 141, "very_wrong"), ((0.6, 0.9), 81, "less_wrong")]:
        run = squared_run(start)
        np.testing.assert_allclose(NAMES[name], run[:401], rtol=1e-10)
        assert run[first] < 0.1 <= run[first - 1]
    p, q = sigmoid(1.5), sigmoid(4.0)
    assert round(p * p * (1 - p), 3) == 0.122
    assert round(p * p * (1 - p) / (q * q * (1 - q))) == 7
    assert squared_run((2, 2))[50] > 0.91
    wrong = sigmoid(np.linspace(4, 30, 105))  # as wrong as at that start, and more: little beside the best, 4/27
    assert (wrong**2 * (1 - wrong) < 4 / 27 / 8).all()
    assert (wrong > 0.98).all()  # what it excludes: cross-entropy, whose delta is p and at most 1


@claim(
    "Beyond two thirds, the larger the mistake, the smaller the correction.",
    "Its slope is $2p - 3p^2$, which is 0 at $p = \\frac23$.",
)
def test_the_correction_shrinks_beyond_two_thirds():
    p = np.linspace(0, 1, 3001)
    correction = p * p * (1 - p)
    assert p[correction.argmax()] == pytest.approx(2 / 3)
    assert (np.diff(correction[p >= 2 / 3]) < 0).all()
    assert (np.diff(correction[p <= 2 / 3]) > 0).all()  # before that it is as one would wish
    below = sigmoid(np.linspace(0.8, 30, 300))  # the same for the target 1, seen from the other side
    assert (np.diff(below**2 * (1 - below)) < 0).all()


@claim(
    "For this one point it would: at the rate 50 the two neurons need two updates and one.",
    "The steep places limit that rate, and far out the slope still fades, like $e^{-z}$.",
)
def test_a_larger_rate_would_do_for_one_point_alone():
    for start, updates in [((2, 2), 2), ((0.6, 0.9), 1)]:
        run = squared_run(start, rate=50)
        assert run[updates] < 0.1 <= run[updates - 1]
        assert (np.diff(run[:20]) <= 0).all()  # a step too long only makes p smaller
    far = np.linspace(8, 30, 45)
    p, q = sigmoid(far), sigmoid(-far)  # q is 1 - p, without the rounding
    np.testing.assert_allclose(p * p * q, np.exp(-far), rtol=2e-3)
    assert sigmoid(0.7) ** 2 * sigmoid(-0.7) > 100 * (p * p * q).max()


# The loss that cures it


@claim(
    "Whatever the target, one of the two terms vanishes.",
    "Prediction minus target, and nothing else.",
    "At our bad start that is 0.982 instead of 0.017: 57 times as much.",
)
def test_the_slope_of_cross_entropy_is_p_minus_y():
    for z, target in itertools.product(np.linspace(-12, 12, 49), [0, 1]):
        p = sigmoid(z)
        by_formula = -target * np.log(p) - (1 - target) * np.log(1 - p)
        assert by_formula == pytest.approx(-np.log(p if target else 1 - p))
        slope = central_difference(lambda z, target=target: binary_cross_entropy([z], [target]), z)
        assert slope == pytest.approx(p - target, abs=1e-8)
    p = sigmoid(4.0)
    assert round(p, 3) == 0.982
    assert round(p * p * (1 - p), 3) == 0.017
    assert round(p / (p * p * (1 - p))) == 57


@claim(
    "At the logit, cross-entropy never lets go of a confident mistake.",
    "Its slope at the logit is $p - y$, for any number of classes, and there it never lets go of a confident mistake.",
    "For a confident mistake cross-entropy is a ramp: its slope rises towards 1 and stays there.",
    "On its upper level it is nearly flat, and hardly anything tells the neuron which way is down.",
)
def test_cross_entropy_pulls_nearly_with_all_its_force_however_wrong_the_neuron():
    wrong = np.linspace(-20, 20, 401)  # the more of it, the more wrong the neuron is, whatever the target
    for target in (0, 1):
        p = sigmoid(wrong if target == 0 else -wrong)
        assert (np.diff(abs(p - target)) > 0).all()
        assert (abs(p - target)[wrong >= 4] > 0.98).all()
        assert (abs(p - target) < 1).all()
        squared = abs(p - target) * p * (1 - p)
        assert (np.diff(squared[wrong > 1]) < 0).all()  # which it excludes
        assert squared[-1] < 1e-8
    far = np.linspace(6, 30, 25)
    heights = [binary_cross_entropy([z], [0]) for z in far]
    np.testing.assert_allclose(np.diff(heights), np.diff(far), rtol=3e-3)  # a ramp of slope 1
    for k in (3, 10):  # classes: the true one behind another by 4 or more
        for z in 10 * np.random.default_rng(seed=0).normal(size=(50, k)):
            if z.max() - z[0] >= 4:
                assert np.exp(z[0] - z.max()) / np.exp(z - z.max()).sum() - 1 < -0.98
    # before the logit it can: the pull on a hidden neuron's input is smaller by the slope of its sigmoid
    hidden = [np.array([[10.0]]), np.zeros(1), np.array([[5.0]]), np.zeros(1)]
    dL_dW1, _, dL_dW2, _ = network_gradient(hidden, np.ones((1, 1)), np.zeros((1, 1)))
    assert dL_dW2.item() > 0.99
    assert dL_dW1.item() < 0.001


@claim(
    "In $w$ and $b$ the first step of cross-entropy is the longest; the squared error's longest comes after 65 "
    "updates, when $p$ is at last down to about two thirds.",
)
def test_which_step_is_the_longest():
    for start in [(2, 2), (0.6, 0.9), (5, 3), (-1, 0)]:
        for rate in (0.1, 0.5, 2.0):
            assert (np.diff(entropy_run(start, rate, 500)) < 0).all()  # the step is the rate times p
    p = squared_run((2, 2))
    assert np.argmax(p * p * (1 - p)) == 65
    assert p[65] == pytest.approx(2 / 3, abs=0.01)
    np.testing.assert_allclose(NAMES["cured"], entropy_run((2, 2))[:401], rtol=1e-10)


# What the loss says


@claim(
    "For ten thousand such seeds the product is smaller than any positive float64.",
    "$e^{-L}$ is the typical probability given to the right answer (the geometric mean, which is the $n$-th root of "
    "the product).",
)
def test_a_loss_read_backwards():
    rng = np.random.default_rng(seed=0)
    for n in (1, 3, 50):
        p = rng.uniform(0.05, 1, size=n)
        assert math.exp(np.log(p).mean()) == pytest.approx(p.prod() ** (1 / n))
    smallest = np.log(5e-324)
    assert 10_000 / 3 * np.log([0.9, 0.8, 0.6]).sum() < 2 * smallest


@claim("A model that knows nothing gives each of $k$ classes $\\frac1k$, and its loss is $\\ln k$.")
def test_knowing_nothing():
    for k in (2, 3, 10, 1000):
        assert cross_entropy(np.zeros((5, k)), np.arange(5) % k) == pytest.approx(math.log(k))


# The line


@claim(
    "Fewer: 86. One circle slips over the line, while the neuron becomes surer of all that it still has right.",
    "In this run the loss falls until it rests. After the first update 87 of the 100 points are right.",
    "All 13 that were wrong climb, and one circle at 0 does too, by a hair. The other 86 slide down.",
)
def test_the_accuracy_falls_while_the_loss_does():
    losses = np.array([logistic_loss(point, X, y) for point in RUN])
    right = np.array([np.sum((logits_of(point, X) > 0) == y) for point in RUN])
    assert (np.diff(losses[:200]) < 0).all()  # after that it moves in the last digits
    assert (np.diff(losses) < 1e-15).all()
    assert (right[1], right[20], right[50], right[500]) == (87, 87, 86, 86)
    assert np.sum(np.diff(right) < 0) == 1
    early, late = ((2 * y - 1) * logits_of(RUN[k], X) for k in (1, 500))
    rise = np.logaddexp(0, -late) - np.logaddexp(0, -early)
    wrong, slips, still = early <= 0, (early > 0) & (late <= 0), late > 0
    assert (sum(wrong), y[slips].tolist(), sum(still)) == (13, [0], 86)
    assert (rise[wrong] > 0).all()
    assert 0 < rise[slips].item() < 0.02
    assert (rise[still] < 0).all()
    assert early[slips].item() == pytest.approx(0, abs=0.03)
    for k in (20, 50, 200):  # surer of them than after the first update, all along
        assert (((2 * y - 1) * logits_of(RUN[k], X))[still] > early[still]).all()


@claim(
    "all dots lie close together, from −0.6 to 2.2: 13 wrong cost 11.2 together, 87 right 30.5.",
    "they are spread from −2.1 to 7.8: the same 13 cost 18.4, the other 87 only 8.4.",
)
def test_what_the_picture_of_the_ramp_shows():
    _, (upper, lower) = plt.subplots(2)
    early, late = ((2 * y - 1) * logits_of(RUN[k], X) for k in (1, 500))
    draw_on_the_ramp((upper, lower), early, late, y)
    shown = [text.get_text().replace("\n", " ") for axes in (upper, lower) for text in axes.texts]
    plt.close()
    assert shown == [
        "13 wrong cost 11.2",
        "87 right cost 30.5",
        "the same 13 cost 18.4",
        "the other 87 cost 8.4",
        "a circle has slipped over",
    ]
    assert (round(early.min(), 1), round(early.max(), 1)) == (-0.6, 2.2)
    assert (round(late.min(), 1), round(late.max(), 1)) == (-2.1, 7.8)


@claim(
    "From 0 the squared error ends at 87, just as good. But start both at $(-4, -2, 0)$, the wrong way round: at the "
    "same rate cross-entropy first has 87 right after 5 updates, the squared error after 192.",
)
def test_the_squared_error_on_the_clouds():
    inputs = np.column_stack([X, np.ones(100)])

    def right_along(start, fades, updates=500):
        point, right = np.array(start), []
        for _ in range(updates + 1):
            p = sigmoid(inputs @ point)
            right.append(int(np.sum((p > 0.5) == y)))
            point = point - inputs.T @ ((p - y) * (p * (1 - p) if fades else 1)) / 100
        return np.array(right)

    assert right_along([0.0, 0, 0], fades=True)[-1] == 87
    squared, entropy = (right_along([-4.0, -2, 0], fades) for fades in (True, False))
    assert squared[0] == entropy[0] == 13
    assert (entropy[5:] >= 86).all()
    assert (np.argmax(entropy == 87), np.argmax(squared == 87)) == (5, 192)


@claim(
    "Accuracy is not what descent looks at.",
    "So the slope of the accuracy is 0 nearly everywhere, and there is nothing to descend.",
)
def test_the_slope_of_the_accuracy_is_zero_nearly_everywhere():
    rng = np.random.default_rng(seed=0)
    flat = 0
    for _ in range(200):
        point = rng.normal(size=3)
        flat += not central_difference(lambda p: accuracy(p, X, y), point, h=1e-7).any()
        assert central_difference(lambda p: logistic_loss(p, X, y), point).any()
    assert flat == 200


@claim(
    "the limit is 2 divided by the largest curvature there, $2 / 0.0987 = 20.3$.",
    "At the rate 20 the run settles.",
    "At 21 it comes near, is pushed out again, and ends up jumping between two places for ever.",
)
def test_the_rates():
    best = logistic_loss(RUN[500], X, y)
    inputs = np.column_stack([X, np.ones(100)])
    p = sigmoid(logits_of(RUN[500], X))
    steepest = np.linalg.eigvalsh(inputs.T @ (inputs * (p * (1 - p))[:, np.newaxis]) / 100).max()
    assert round(steepest, 4) == 0.0987
    assert round(2 / steepest, 1) == 20.3
    for rate in (0.1, 0.5, 1, 2, 5, 10, 15, 20, 2 / steepest - 0.1):
        gaps = np.array([logistic_loss(point, X, y) for point in descend(X, y, rate, 1000)]) - best
        assert (gaps[300:] < 0.001).all(), rate
    path = descend(X, y, 21.0, 3000)
    gaps = np.array([logistic_loss(point, X, y) for point in path]) - best
    near = np.argmax(gaps < 0.001)
    assert near < 20
    assert (gaps[2000:] > 0.005).all()
    np.testing.assert_allclose(path[-1], path[-3], atol=1e-9)
    assert np.abs(path[-1] - path[-2]).max() > 0.5


@claim(
    "Here $p - y$ lies between −1 and 1, so each step is bounded.",
    "The clouds overlap: wherever the line is, some points lie on its wrong side.",
    "So the loss rises in every direction, and far out every step leads back.",
)
def test_not_even_the_rate_100_runs_away():
    rng = np.random.default_rng(seed=0)
    inputs = np.column_stack([X, np.ones(100)])
    directions = rng.normal(size=(20_000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    wrong_by = np.maximum(0, -directions @ (inputs * (2 * y - 1)[:, np.newaxis]).T)
    assert most_on_their_side_of_a_line(X, y) < 100
    assert (wrong_by.max(axis=1) > 0).all()
    rise = wrong_by.mean(axis=1).min()  # the slope of the ramp far out, in the direction where it is least
    assert rise > 0.005
    longest = np.linalg.norm(inputs, axis=1).mean()
    far = 100 * longest**2 / (2 * rise) + math.log(2) / rise  # from here on a step of rate 100 leads back
    for direction in directions[:500]:
        point = far * direction
        slopes = logistic_gradient(point, X, y)
        assert np.linalg.norm(slopes) <= longest
        assert np.linalg.norm(point - 100 * slopes) < np.linalg.norm(point)
        nearer, farther = (logistic_loss(size * direction, X, y) for size in (far, 2 * far))
        assert farther > nearer
    assert np.linalg.norm(descend(X, y, 100.0, 2000), axis=1).max() < far


@claim(
    "Take such a line and double all parameters.",
    "The line stays where it is, every $z$ doubles, and every $p$ moves nearer to its target.",
    "So the loss has no lowest point.",
    "The weights grow for ever, ever more slowly, as those of chapter 4's neuron did.",
)
def test_clouds_that_do_not_overlap_have_no_optimum():
    run = descend(APART, y, 1.0, 10_000)
    lengths = np.linalg.norm(run[:, :2], axis=1)
    assert (np.diff(lengths[50:]) > 0).all()
    assert (np.diff(lengths[50:], n=2) < 0).all()
    for point in run[[20, 100, 1000, 10_000]]:
        assert accuracy(point, APART, y) == 1
        twice = logits_of(2 * point, APART)
        np.testing.assert_allclose(twice, 2 * logits_of(point, APART))
        assert (abs(sigmoid(twice) - y) < abs(sigmoid(twice / 2) - y)).all()
        assert logistic_loss(2 * point, APART, y) < logistic_loss(point, APART, y)
    assert logistic_loss(2 * RUN[500], X, y) > logistic_loss(RUN[500], X, y)  # what it excludes
    assert logistic_loss(np.array([-2.0, -4, 0]), APART, y) > logistic_loss(np.array([-1.0, -2, 0]), APART, y)


# Odds


@claim(
    "adding evidence multiplies the odds.",
    "There $1 - p = \\dfrac{e^{-z}}{1 + e^{-z}}$, so the denominators cancel:",
    "A probability of 0.9 is odds of 9 to 1",
    "In our line by eye a unit of $x_1$ is such a witness, with $e^2 = 7.4$ to 1, and so is a unit of $x_2$, with "
    "$e = 2.7$ to 1.",
    "With $2^z$ the odds would multiply as well, but with $\\ln$ in the loss a factor $\\ln 2$ would stand before "
    "$p - y$ (the slope of $2^z$ is $\\ln 2 \\cdot 2^z$).",
    "With $e^z$ none does.",
)
def test_odds():
    def odds(p):
        return p / (1 - p)

    for z, evidence in itertools.product(np.linspace(-5, 5, 21), np.linspace(-4, 4, 17)):
        assert odds(sigmoid(z)) == pytest.approx(math.exp(z))
        assert odds(sigmoid(z + evidence)) == pytest.approx(odds(sigmoid(z)) * math.exp(evidence))
    assert odds(0.9) == pytest.approx(9)
    # what it excludes: another function from 0 to 1, such as half of 1 + tanh(z)
    other = [odds((1 + math.tanh(z)) / 2) / math.exp(z) for z in (0.5, 1.0)]
    assert other != pytest.approx([1, 1], rel=0.1)
    for place in ([0, 0], [-1, 0.5], [0.3, -2]):
        before, along_x1, along_x2 = (
            odds(sigmoid(logits_of(NAMES["by_eye"], np.array([place]) + step)[0])) for step in ([0, 0], [1, 0], [0, 1])
        )
        assert round(along_x1 / before, 1) == 7.4
        assert round(along_x2 / before, 1) == 2.7
    for base in (2, 10):

        def p_of(z, base=base):
            return 1 / (1 + base**-z)

        for z in (-2.0, 0.3, 1.0):
            assert central_difference(lambda z, base=base: base**z, z) == pytest.approx(math.log(base) * base**z)
            assert odds(p_of(z + 1.5)) == pytest.approx(odds(p_of(z)) * base**1.5)
            assert p_of(z) == pytest.approx(sigmoid(math.log(base) * z))  # only rescaled
            stray = central_difference(lambda z: -math.log(1 - p_of(z)), z) / p_of(z)
            assert stray == pytest.approx(math.log(base), rel=1e-6)  # which is 1 for e alone
            fitting = central_difference(lambda z, base=base: -math.log(1 - p_of(z), base), z)
            assert fitting == pytest.approx(p_of(z), rel=1e-6)  # what it excludes: the logarithm to the same base


@claim(
    'One witness says "square" three times as often of a square as of a circle.',
    "Then both say it $3 \\cdot 4 = 12$ times as often of a square: together they make it 12 to 1.",
)
def test_two_witnesses():
    for u, v in [(0.75, 0.8), (0.9, 0.6), (0.3, 0.7)]:  # how often each is right about squares, and about circles
        square = u * v  # both say "square", and neither goes by what the other saw
        circle = (1 - u) * (1 - v)
        assert square / circle == pytest.approx((u / (1 - u)) * (v / (1 - v)))
    assert round(0.75 * 0.8 / (0.25 * 0.2), 9) == 12


# Softmax


@claim("Softmax of two logits is the sigmoid of their difference.", "Only differences of logits count.")
def test_softmax_of_two():
    naive = NAMES["naive_softmax"]
    for z1, z2 in itertools.product(np.linspace(-6, 6, 13), repeat=2):
        assert naive(np.array([z1, z2]))[0] == pytest.approx(sigmoid(z1 - z2))
        for shift in (-3.0, 10.0):
            np.testing.assert_allclose(naive(np.array([z1, z2, 1.0]) + shift), naive(np.array([z1, z2, 1.0])))
    assert naive(np.array([2.0, 1.0]))[0] != pytest.approx(sigmoid(2.0), abs=0.05)


@claim(
    "The slopes are 0.7054, −0.7405 and 0.0351: the true logit goes up, the other two go down.",
    "Each of these two pays in proportion to the probability that it took.",
    "The slopes of all logits add up to zero.",
    "What pulls the true one up pushes the others down, no more and no less.",
    "Prediction minus target, for any number of classes.",
)
def test_the_slopes_of_the_logits():
    rng = np.random.default_rng(seed=0)
    for k in (2, 3, 10):
        for true in range(k):
            z = 2 * rng.normal(size=k)
            p = np.exp(z) / np.exp(z).sum()
            delta = p - np.eye(k)[true]
            assert check_gradient(lambda z, true=true: cross_entropy(z[np.newaxis], np.array([true])), delta, z).agrees
            assert delta.sum() == pytest.approx(0, abs=1e-15)
            assert delta[true] < 0
            assert (np.delete(delta, true) > 0).all()
            assert (np.delete(delta, true) == np.delete(p, true)).all()
    delta = NAMES["three_p"] - NAMES["one_hot"]
    assert delta.round(4).tolist() == [0.7054, -0.7405, 0.0351]


@claim("7.389 / 10.475 = 0.7054", "2.718 / 10.475 = 0.2595", "0.368 / 10.475 = 0.0351")
def test_softmax_by_hand():
    stakes = [math.exp(z) for z in (2, 1, -1)]
    assert [f"{stake:.3f} / {sum(stakes):.3f} = {stake / sum(stakes):.4f}" for stake in stakes] == [
        "7.389 / 10.475 = 0.7054",
        "2.718 / 10.475 = 0.2595",
        "0.368 / 10.475 = 0.0351",
    ]


@claim(
    "near −1 as long as the model is wrong and sure of it, near 0 once it is right and sure.",
    "Wrong: class 1 is ahead.",
    "Right, but not sure.",
    "Right and sure.",
    "Little is left to learn: no slope is larger than 0.1 in size.",
)
def test_what_the_first_explorer_says_is_true_of_every_position():
    kinds = []
    for logit, frame in positions(STEM, 0):
        exponentials = np.exp([2, logit, -1])
        p = exponentials / exponentials.sum()
        loss, slopes = -math.log(p[1]), p - [0, 1, 0]
        said = frame.message
        np.testing.assert_allclose(frame.columns["p"], p)
        arrows = [trace[0] for trace in frame.traces if trace[0] in "↑↓"]
        assert arrows == ["↓", "↑", "↓"]  # a step goes against the slope
        slope = f"The slope of z₂ is {slopes[1]:.2f}".replace("-", "−")
        if said.startswith("Wrong"):
            assert said == f"Wrong: class 1 is ahead. Loss {loss:.2f}. {slope}: a step pushes z₂ up."
            assert p[0] == p.max()
            assert logit < -2 or slopes[1] < -0.49
        elif "not sure" in said:
            assert said == f"Right, but not sure. Loss {loss:.2f}. {slope}."
            assert p[1] == p.max()
            assert p[1] < 0.9
        else:
            left = "Little is left to learn: no slope is larger than 0.1 in size."
            assert said == f"Right and sure. Loss {loss:.4f}. {left}"
            assert abs(slopes).max() <= 0.1
        assert frame.state == "note"
        kinds.append(said.split(".")[0])
        if logit <= -2:
            assert slopes[1] < -0.98
        if logit >= 6:
            assert -0.02 < slopes[1] < 0
    assert len(set(kinds)) == 3


# When it breaks


@claim(
    "Those of the logits 0, 1 and 2, because only differences count: 0.09, 0.24 and 0.67.",
    "Then no exponent is positive, and nothing overflows.",
    "And one exponent is 0, so the sum is at least 1.",
    "$e^{1000}$ is more than a float64 can hold and becomes infinite, and infinity divided by infinity is `nan`.",
    "With two classes the true loss is an ordinary 800.",
    "its probability, at most $e^{-800}$, is rounded to 0",
)
def test_what_breaks_and_what_does_not():
    naive, safe = NAMES["naive_softmax"], NAMES["safe_softmax"]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for logits in ([1000.0, 1001, 1002], [-1000.0, -1001, -1002]):
            assert np.isnan(naive(np.array(logits))).all()
        assert NAMES["loss_from_probabilities"](np.array([0.0, 800.0])) == np.inf
    assert NAMES["loss_from_logits"](np.array([0.0, 800.0])) == 800
    assert safe(np.array([1000.0, 1001, 1002])).round(2).tolist() == [0.09, 0.24, 0.67]
    rng = np.random.default_rng(seed=0)
    for size in (1, 1e3, 1e6, 1e300):  # an overflow would be a warning, and a warning is an error here
        for _ in range(50):
            z = size * rng.normal(size=4)
            assert safe(z).sum() == pytest.approx(1)
            assert np.isfinite(NAMES["loss_from_logits"](z))
            assert np.exp(z - z.max()).sum() >= 1


# XOR


@claim(
    "It is ln 2, the loss of a neuron that knows nothing.",
    "A line can have three of the four points on the correct side.",
    "But whatever it wins on those three it pays for on the fourth, and more.",
    "It bends upwards, so it never dips below a line that touches it, a tangent.",
    "so they cancel, and $4 \\ln 2$ is left: $\\ln 2$ on average.",
)
def test_no_neuron_gets_below_ln_2_on_xor():
    rng = np.random.default_rng(seed=0)
    assert logistic_loss(np.zeros(3), CORNERS, DIFFER) == pytest.approx(math.log(2))
    for size in (0.01, 1, 10, 100):
        for _ in range(500):
            assert logistic_loss(size * rng.normal(size=3), CORNERS, DIFFER) > math.log(2)
    three_right = 0
    for _ in range(2000):
        line = 3 * rng.normal(size=3)
        costs = np.array([binary_cross_entropy(logits_of(line, CORNERS)[[k]], DIFFER[[k]]) for k in range(4)])
        if np.sum((logits_of(line, CORNERS) > 0) == (DIFFER == 1)) == 3:
            three_right += 1
            assert costs.max() - math.log(2) > np.sum(math.log(2) - np.sort(costs)[:3])
    assert three_right > 100
    for z in np.linspace(-30, 30, 121):
        assert binary_cross_entropy([z], [0]) >= math.log(2) + z / 2
        assert binary_cross_entropy([z], [1]) >= math.log(2) - z / 2
    easy = np.array([0, 1, 1, 1])  # what it excludes: a class that a line can cut off
    assert logistic_loss(descend(CORNERS, easy, 1.0, 200)[-1], CORNERS, easy) < 0.1


@claim("No line separates the four points", "The weights cancel:", "But they are the same number.")
def test_no_line_separates_the_corners():
    assert most_on_their_side_of_a_line(CORNERS, DIFFER, directions=3601) == 3
    rng = np.random.default_rng(seed=0)
    for _ in range(100):
        z = logits_of(rng.normal(size=3), CORNERS)
        assert z[0] + z[1] == pytest.approx(z[2] + z[3], abs=1e-12)


@claim(
    "A hidden layer can move the points so that a line is enough.",
    "Both clouds of class 1 have gone to the neighbourhood of $(0, 0)$, the others, but for one straggler, near "
    "$(1, 0)$ and $(0, 1)$.",
    "Below, one solid line is enough.",
)
def test_before_and_after_the_hidden_layer():
    labels = Y_XOR[:, 0]
    assert most_on_their_side_of_a_line(X_XOR, labels) < 60
    places = np.column_stack(NAMES["two_lines"](X_XOR)[:2])
    says = NAMES["two_lines"](X_XOR)[2]
    assert np.array_equal(says > 0.5, labels == 1)
    assert most_on_their_side_of_a_line(places, labels) == 60
    corner = np.arange(60) % 4  # as make_xor draws them: (1, 1), (−1, 1), (−1, −1), (1, −1)
    for k, place in enumerate([(1, 0), (0, 0), (0, 1), (0, 0)]):
        np.testing.assert_allclose(np.median(places[corner == k], axis=0), place, atol=0.05)
        far = np.linalg.norm(places[corner == k] - place, axis=1)
        assert np.sum(far > 0.15) == (k == 0)  # the straggler comes from (1, 1)
    for num_hidden, seed in [(2, 1), (3, 0), (8, 0)]:  # and where it was learned: the output's boundary is a line there
        A1, P = forward_pass(train(random_start(num_hidden, seed), X_XOR, Y_XOR, 1000), X_XOR)
        assert np.array_equal(P > 0.5, Y_XOR == 1)
        if num_hidden == 2:
            assert most_on_their_side_of_a_line(A1, labels) == 60


@claim("The gradient is chapter 7's, with one change, in `delta2`, the output's.")
def test_one_factor_is_left_out():
    names = {"sigmoid": sigmoid}
    for name in ("forward_pass", "deltas", "matrix_gradient"):
        exec(chapters.source("07-two-neurons-in-a-layer", name), names)
    chapter_7 = names["matrix_gradient"]
    rng = np.random.default_rng(seed=0)
    inputs, targets = rng.normal(size=(1, 2)), np.array([[1.0]])
    for _ in range(20):
        parameters = [rng.normal(size=shape) for shape in [(2, 3), (3,), (3, 1), (1,)]]
        _, P = forward_pass(parameters, inputs)
        factor = (P * (1 - P)).item()
        for mine, theirs in zip(
            network_gradient(parameters, inputs, targets), chapter_7(parameters, inputs, targets), strict=True
        ):
            np.testing.assert_allclose(mine * factor, theirs, rtol=1e-12)


@claim(
    "The loss soon falls to about $\\ln 2$, and at epoch 40 it is still there.",
    "From epoch 115 on some line would be enough, and from epoch 156 on the output neuron has found one.",
    "It is the picture that we built by hand, with the classes in each other's places.",
    "Nothing learned yet:",
    "A line is enough: all 60 points are on the correct side.",
    "The points are on their way:",
)
def test_what_the_second_explorer_says_is_true_of_every_position():
    history = [random_start(2, seed=1)]
    for _ in range(1000):
        history.append(train(history[-1], X_XOR, Y_XOR, 1))
    losses = []
    for parameters in history:
        _, P = forward_pass(parameters, X_XOR)
        losses.append(-np.log(np.where(Y_XOR == 1, P, 1 - P)).mean())
    right = [right_answers(parameters) for parameters in history]
    assert right[155] < 60
    assert right[156:] == [60] * 845
    for epoch in (100, 110, 114, 115, 120, 156, 300, 1000):
        A1, _ = forward_pass(history[epoch], X_XOR)
        assert (most_on_their_side_of_a_line(A1, Y_XOR[:, 0]) == 60) == (epoch >= 115)
    assert all(abs(loss - math.log(2)) < 0.02 for loss in losses[10:41])
    assert losses[100] < 0.65
    A1, _ = forward_pass(history[1000], CORNERS)
    np.testing.assert_allclose(A1[:2], 0, atol=0.1)  # equal signs: by hand it was the others
    assert sorted(np.round(A1[2:]).tolist()) == [[0, 1], [1, 0]]
    seen = set()
    for epoch, frame in positions(STEM, 1):
        loss, count, said = losses[int(epoch)], right[int(epoch)], frame.message
        seen.add(said.split(":")[0])
        if count == 60:
            assert said == f"A line is enough: all 60 points are on the correct side. Loss {loss:.4f}."
        elif loss > 0.99 * math.log(2):
            assert (
                said
                == f"Nothing learned yet: {count} of 60 points are right, and the loss is {loss:.4f} (ln 2 is 0.6931)."
            )
            assert loss > 0.68
        else:
            assert said == f"The points are on their way: {count} of 60 are right. Loss {loss:.4f}."
        assert frame.state == "note"
        W2, b2 = history[int(epoch)][2:]
        assert np.sign((CORNER @ W2 + b2).item()) == (1 if "yes" in frame.traces else -1)
        activations, _ = forward_pass(history[int(epoch)], X_XOR)
        assert np.linalg.norm(activations - CORNER, axis=1).min() > 0.1  # the word stands on no point
    assert len(seen) == 3


@claim(
    "What a network can represent is one question, what descent finds is another.",
    "With one hidden neuron never: its boundary is still one straight line.",
    "With two, most starts succeed, and some get stuck: two corners of different classes sit on one spot, where the "
    "hidden sigmoids are flat.",
    "The hidden sigmoids keep their factor, in `delta1`, and it can still fade:",
    "A few neurons more than necessary help with the second, but promise nothing: "
    "with three the start of seed 16 fails.",
)
def test_what_is_possible_and_what_is_found():
    solved = {}
    for num_hidden in (1, 2, 3, 8):
        ends = [train(random_start(num_hidden, seed), X_XOR, Y_XOR, 1000) for seed in range(10)]
        solved[num_hidden] = sum(right_answers(end) == 60 for end in ends)
        if num_hidden == 2:
            stuck = [end for end in ends if right_answers(end) < 60]
            assert len(stuck) == 2
            for end in stuck:
                assert right_answers(train(end, X_XOR, Y_XOR, 20_000)) < 60
                A1, P = forward_pass(end, CORNERS)
                together = np.flatnonzero(abs(P[:, 0] - 0.5) < 0.01)  # undecided, one of each class
                assert sorted(DIFFER[together]) == [0, 1]
                assert np.ptp(A1[together], axis=0).max() < 0.01
                assert (A1 * (1 - A1))[together].max() < 0.01
    assert solved == {1: 0, 2: 8, 3: 10, 8: 10}
    sixteen = train(random_start(3, 16), X_XOR, Y_XOR, 1000)
    assert right_answers(sixteen) < 60
    assert right_answers(train(sixteen, X_XOR, Y_XOR, 20_000)) < 60
    rng = np.random.default_rng(seed=0)
    most = most_on_their_side_of_a_line(X_XOR, Y_XOR[:, 0])
    for _ in range(200):
        parameters = [3 * rng.normal(size=shape) for shape in [(2, 1), (1,), (1, 1), (1,)]]
        assert right_answers(parameters) <= most < 60


@claim(
    "86 of 100 points are right, and no line gets more than 88.",
    "Solid, eight hidden neurons: all 100.",
)
def test_the_moons():
    inputs, labels = NAMES["X_moons"], NAMES["y_moons"]
    assert round(100 * accuracy(NAMES["moon_line"], inputs, labels)) == 86
    assert np.abs(logistic_gradient(NAMES["moon_line"], inputs, labels)).max() < 1e-4
    assert most_on_their_side_of_a_line(inputs, labels, directions=7200) == 88
    assert right_answers(NAMES["moon_network"], inputs, labels.reshape(100, 1)) == 100


# The exercises


@claim(
    "with $p = 0.49$ for 14 % of the digits and nearly 1 for the others, it is 86 %.",
    "With $p = 0.01$ at most 2.3 % of the answers can be wrong.",
    "So at most $0.1054 / \\ln 2$ of the answers are wrong, and at least 84.7 % are right.",
)
def test_an_accuracy_below_and_above_what_the_loss_seems_to_say():
    p = np.full(100, 0.1)
    p[:14] = 0.49
    p[14:] = math.exp(-(0.1054 - 0.14 * -math.log(0.49)) / 0.86)
    assert -np.log(p).mean() == pytest.approx(0.1054)
    assert (p[14:] > 0.99).all()
    assert 0.02285 < 0.1054 / -math.log(0.01) < 0.0235
    assert 1 - 0.1054 / math.log(2) > 0.847


@claim(
    "because between 0 and $2^{-1074}$ there is nothing, and $e^{-745}$, a little more than half of it, is rounded up."
)
def test_what_happens_at_745():
    assert np.nextafter(0.0, 1.0) == 2.0**-1074
    share = math.exp(-745 + 1074 * math.log(2))
    assert 0.5 < share < 0.6
    assert math.exp(-745) == 2.0**-1074
    assert math.exp(-746) == 0


@claim(
    "Away from the sides, all three say yes inside, and their sum is nearly 3.",
    "Outside at least one says no, and the sum is hardly more than 2.",
    "only the outermost tips of the triangle are lost.",
)
def test_the_sum_inside_and_outside_the_triangle():
    parameters = [20 * np.array([[1.0, 0, -1], [0, 1, -1]]), 20 * np.ones(3), 20 * np.ones((3, 1)), np.array([-50.0])]
    grid = np.stack(np.meshgrid(np.linspace(-4, 4, 801), np.linspace(-4, 4, 801)), axis=-1).reshape(-1, 2)
    A1, P = forward_pass(parameters, grid)
    margins = np.column_stack([grid[:, 0] + 1, grid[:, 1] + 1, (1 - grid.sum(axis=1)) / math.sqrt(2)]).min(axis=1)
    assert (A1[margins > 0.2].sum(axis=1) > 2.9).all()
    assert (A1[margins < -0.2].sum(axis=1) < 2.1).all()
    lost = (P[:, 0] > 0.5) != (margins > 0)
    lost &= abs(margins) > 1e-9
    assert (margins[lost] > 0).all()  # none outside is taken in
    tips = np.array([[-1, -1], [2, -1], [-1, 2]])
    nearest = np.linalg.norm(grid[lost][:, np.newaxis] - tips, axis=2).min(axis=1)
    assert nearest.max() < 0.3


def test_central_differences_of_the_loss_answer_exercise_2_too():
    def by_differences(W, b, X, labels):
        def loss(numbers):
            return cross_entropy(X @ numbers[:-1] + numbers[-1], labels)

        slopes = central_difference(loss, np.vstack([W, b]))
        return slopes[:-1], slopes[-1]

    assert checks.EXERCISES["8.2"].judge(by_differences).right


@pytest.mark.parametrize("size", [15.0, 30.0, 1000.0])
def test_other_triangles_are_right_too(size):
    def other_order():
        W1 = size * np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
        return W1, size * np.ones(3), [[1.0], [1.0], [1.0]], [-2.5]

    def says_no_inside():  # the neurons may say no inside, if the output listens for that
        W1 = -size * np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
        return W1, -size * np.ones(3), -np.ones((3, 1)), [0.5]

    assert checks.EXERCISES["8.4"].judge(other_order).right
    assert checks.EXERCISES["8.4"].judge(says_no_inside).right
