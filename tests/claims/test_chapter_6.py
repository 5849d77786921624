"""Chapter 6, two neurons in sequence: its sentences, and what proves each."""

import re
from itertools import pairwise

import chapters
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from claims import claim, positions
from helpers.activations import sigmoid, sigmoid_slope
from helpers.autodiff import Value
from helpers.gradients import check_gradient, check_update
from show import chapter_6

STEM = "06-two-neurons-in-sequence"
START = np.array([0.3, 0.2, 0.1, 0.2])  # w1, w2, b1, b2
BOXES = ["a2", "z2", "a1", "z1"]
RATES = chapter_6.RATES


@pytest.fixture(scope="module")
def chapter():
    return chapters.namespace(STEM)


@pytest.fixture(scope="module")
def ten(chapter):
    """How far each of the ten weights has moved."""
    weights, _ = chapter["train_chain"](10)
    return abs(weights - 1)


def networks(seed=0, count=200):
    """Parameters, input and target of random networks."""
    rng = np.random.default_rng(seed)
    return [(rng.normal(scale=2, size=4), rng.normal(scale=2), rng.uniform()) for _ in range(count)]


def deltas_by_value(parameters, x, loss):
    """∂L/∂z1 and ∂L/∂z2 of any loss of ŷ, by Value, which knows no deltas."""
    w1, w2, b1, b2 = map(float, parameters)
    z1 = Value(w1 * x + b1)
    z2 = z1.sigmoid() * w2 + b2
    loss(z2.sigmoid()).backward()
    return z1.grad, z2.grad


def falls(numbers):
    return all(after < before for before, after in pairwise(numbers))


# The chain rule through two neurons


@claim(
    "$b^{(2)}$ moves it most and $w^{(1)}$ least.",
    "its weight is first multiplied by $a^{(1)}$, which is less than 1",
    "All four slopes are negative",
)
def test_the_last_bias_moves_the_loss_most_and_the_first_weight_least(chapter):
    for point in chapter["train"](0.1):  # at the start and at every point of the run
        slopes = chapter["sequence_gradient"](point)
        assert np.argmax(abs(slopes)) == 3
        assert np.argmin(abs(slopes)) == 0
        assert (slopes < 0).all()
    moved = [chapter["sequence_loss"](START + 0.001 * np.eye(4)[k]) - chapter["sequence_loss"](START) for k in range(4)]
    assert (np.argmin(moved), np.argmax(moved)) == (3, 0)  # all are negative
    for parameters, x, y in networks():  # in no network does the second weight outweigh its bias
        slopes = chapter["sequence_gradient"](parameters, x, y)
        assert abs(slopes[1]) <= abs(slopes[3])
    # It is so at this start, not in every network: with a weight of 5 the first bias outweighs the last.
    assert abs(chapter["sequence_gradient"](np.array([0.3, 5.0, 0.1, -3.0]))).argmax() == 2


@claim("The factors hardly depend on the nudge, as long as it is small.")
def test_the_factors_of_the_nudge(chapter):
    def factors(nudge):
        nudged = START + np.array([nudge, 0, 0, 0])
        stations = [[p[0], *chapter["forward"](p), chapter["sequence_loss"](p)] for p in (START, nudged)]
        moved = np.subtract(*stations[::-1])
        return moved[1:] / moved[:-1]

    for nudge in (1e-2, 1e-3, -1e-3, 1e-4, 1e-5):
        np.testing.assert_allclose(factors(nudge), [0.5, 0.2461, 0.2, 0.2440, -0.4225], rtol=0.003)
    assert abs(factors(20) / factors(1e-4) - 1).max() > 0.5  # a large nudge is another thing
    assert np.prod(factors(1e-5)) == pytest.approx(chapter["sequence_gradient"](START)[0], rel=1e-4)


@claim("a twentieth reaches the first")
def test_the_toll_at_the_start(chapter):
    *_, delta1, delta2 = chapter["sequence_gradient"](START)
    assert f"{delta1 / delta2:.4f}" == "0.0492"


@claim(
    "The first neuron never sees the loss: it hears about it from the second one.",
    "There is no loss in it, no target, no prediction.",
)
def test_the_first_delta_depends_on_the_loss_only_through_the_second(chapter):
    for parameters, x, y in networks():
        a1 = sigmoid(parameters[0] * x + parameters[2])
        toll = parameters[1] * a1 * (1 - a1)
        losses = [lambda y_hat, y=y: (y_hat - y) ** 2 / 2, lambda y_hat: -y_hat.log(), lambda y_hat: y_hat**3]
        ours = chapter["sequence_gradient"](parameters, x, y)[2:]
        for loss in losses:  # also of losses that the chapter never speaks of
            delta1, delta2 = deltas_by_value(parameters, x, loss)
            assert delta1 == pytest.approx(delta2 * toll, rel=1e-9, abs=1e-300)
        np.testing.assert_allclose(ours, deltas_by_value(parameters, x, losses[0]), rtol=1e-9, atol=1e-300)


@claim(
    "÷\N{NO-BREAK SPACE}4, ÷\N{NO-BREAK SPACE}5, ÷\N{NO-BREAK SPACE}4",
    "what was 0.42 is 0.005 at the first neuron",
    "whose area is the size of the loss's slope at that place",
)
def test_the_boxes_shrink_by_four_by_five_and_by_four(chapter):
    slopes = chapter["slopes"]
    ratios = [slopes[later] / slopes[earlier] for later, earlier in pairwise(["a2", "z2", "a1", "z1"])]
    assert [round(ratio) for ratio in ratios] == [4, 5, 4]
    assert ratios == pytest.approx([4, 5, 4], rel=0.03)
    assert min(ratios[0], ratios[2]) > 4
    assert (f"{abs(slopes['a2']):.2f}", f"{abs(slopes['z1']):.3f}") == ("0.42", "0.005")
    assert slopes["a1"] == pytest.approx(slopes["z2"] * START[1])
    _, ax = plt.subplots()
    chapter_6.draw_boxes(ax, chapter["values"], slopes)
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    plt.close()
    areas = [box.get_width() * box.get_height() / abs(slopes[name]) for box, name in zip(boxes, BOXES, strict=True)]
    assert areas == pytest.approx([areas[0]] * 4)
    assert {box.get_linewidth() for box in boxes} == {0}  # an edge would add to the area, most to the smallest


@claim(
    "Written out in full, the slopes of a chain of 100 neurons take 20,100 multiplications. With deltas they take 299.",
    "| 2 | 10 | 5 | | 10 | 210 | 29 | | 100 | 20,100 | 299 |",
)
def test_both_ways_are_counted_alike():
    class Counted:
        """A factor that counts how often it is multiplied."""

        done = 0

        def __mul__(self, other):
            Counted.done += 1
            return self

    def count(multiply, n):
        Counted.done = 0
        multiply(n)
        return Counted.done

    def product(factors):
        result = factors[0]
        for factor in factors[1:]:
            result = result * factor

    def in_full(n):  # error, slope; then weight and slope for each neuron on the way; for a weight its input
        for behind in range(n):
            product([Counted()] * (2 + 2 * behind))
            product([Counted()] * (3 + 2 * behind))

    def with_deltas(n):
        delta = Counted() * Counted()  # error, slope
        for k in range(n):
            delta * Counted()  # the weight's slope; the bias's is the delta
            if k < n - 1:
                delta = delta * Counted() * Counted()

    assert [(count(in_full, n), count(with_deltas, n)) for n in (2, 10, 100)] == [(10, 5), (210, 29), (20100, 299)]
    assert all(count(in_full, n) == n * (2 * n + 1) for n in range(1, 30))
    assert all(count(with_deltas, n) == 3 * n - 1 for n in range(1, 30))


@claim("With two neurons the loop gives the four numbers that we know.")
def test_the_loop_is_the_gradient_of_chains_of_any_length(chapter):
    for (w1, w2, b1, b2), x, y in networks():
        both = np.concatenate(chapter["chain_gradient"]([w1, w2], [b1, b2], x, y))
        np.testing.assert_allclose(both, chapter["sequence_gradient"]([w1, w2, b1, b2], x, y), rtol=1e-13)
    rng = np.random.default_rng(1)
    for n in (1, 3, 10):
        point = rng.normal(size=(2, n))

        def loss(point):
            return (chapter["chain_forward"](*point)[-1] - 1) ** 2 / 2

        assert check_gradient(loss, np.array(chapter["chain_gradient"](*point)), point).agrees


# The vanishing gradient


@claim(
    "A sigmoid passes on at most a quarter of the slope.",
    "As long as no weight is larger than 1 in size, every step from a neuron to the one before divides the delta by "
    "four or more.",
)
def test_a_sigmoid_passes_on_at_most_a_quarter(chapter):
    z = np.linspace(-40, 40, 8001)
    assert sigmoid_slope(sigmoid(z)).max() == 0.25
    assert (1 - np.tanh(z) ** 2).max() == 1  # not every activation does
    rng = np.random.default_rng(2)
    for _ in range(100):
        _, deltas = chapter["chain_gradient"](rng.uniform(-1, 1, 12), rng.normal(size=12), rng.normal())
        assert (abs(deltas[:-1]) <= abs(deltas[1:]) / 4).all()
    slopes, deltas = chapter["chain_gradient"]([0.05, 1], [0, 0], x=10)
    assert abs(slopes[0]) > 3 * abs(slopes[1])  # so it is for the delta, not for the slope of a weight
    _, deltas = chapter["chain_gradient"]([8] * 12, [-4] * 12)
    assert (abs(deltas[:-1]) > abs(deltas[1:])).all()  # with larger weights a slope can grow


@claim("About 0.000002.", "The last weight moves by 1.1.", "At the start each of them is less than a quarter")
def test_how_far_the_first_of_ten_moves(chapter, ten):
    assert 1.5e-6 < ten[0] < 2.5e-6
    assert f"{ten[-1]:.1f}" == "1.1"
    _, deltas = chapter["chain_gradient"](np.ones(10), np.zeros(10))
    assert (abs(deltas[:-1] / deltas[1:]) < 0.25).all()
    assert len(deltas) - 1 == 9


@claim(
    "Each has moved 3.6 to 5.3 times as far as the one before it.",
    "From bar to bar the distance grows by a factor between 3.6 and 5.3, and over nine steps that makes 600,000.",
    "Below four only at the last step, whose weight has grown to more than 2.",
    "To five decimals, the first neuron has learned nothing.",
)
def test_how_the_distance_grows_from_bar_to_bar(chapter, ten):
    ratios = ten[1:] / ten[:-1]
    assert (f"{ratios.min():.1f}", f"{ratios.max():.1f}") == ("3.6", "5.3")
    assert list(np.flatnonzero(ratios < 4)) == [8]
    weights, biases = np.ones(10), np.zeros(10)
    for _ in range(2000):
        of_weights, deltas = chapter["chain_gradient"](weights, biases)
        weights, biases = weights - 0.1 * of_weights, biases - 0.1 * deltas
    np.testing.assert_allclose(abs(weights - 1), ten, rtol=1e-9)
    _, deltas = chapter["chain_gradient"](weights, biases)
    assert weights[-1] > 2
    assert deltas[-2] / deltas[-1] > 0.33
    assert weights[-2] < 1.4
    assert deltas[-3] / deltas[-2] < 0.29
    assert (f"{weights[0]:.5f}", f"{abs(biases[0]):.5f}") == ("1.00000", "0.00000")
    assert ten[-1] / ten[0] == pytest.approx(600_000, rel=0.05)
    assert [f"{way:.1g}" for way in ten] == [
        "2e-06",
        "9e-06",
        "4e-05",
        "0.0002",
        "0.0009",
        "0.004",
        "0.02",
        "0.07",
        "0.3",
        "1",
    ]


@claim("So the axis is logarithmic: each line of the grid is ten times the one below.")
def test_the_grid_has_a_line_for_every_power_of_ten(chapter):
    assert chapter["decades"][1:] / chapter["decades"][:-1] == pytest.approx([10] * 8)
    (notebook,) = (path for path in chapters.NOTEBOOKS if path.stem == STEM)
    assert sum("yticks=decades" in cell and "ax.bar(" in cell for cell in chapters.code_cells(notebook)) == 1


@claim("On a linear axis you would see the last two or three bars and nothing else.")
def test_the_other_bars_are_lower_than_a_line_is_thick(ten):
    height = 240 * ten / ten[-1]  # the picture's axis is about so many pixels high
    assert (height[:7] < 4).all()
    assert (height[-2:] > 60).all()


@claim(
    "The loss falls, and the learning of seven of the ten neurons has next to nothing to do with it.",
    "It fell from 0.0581 to 0.0008.",
    "One data point asks for one number, and the last neurons can supply that.",
)
def test_seven_of_ten_neurons_do_not_matter(chapter):
    losses = [chapter["train_chain"](10, frozen=frozen)[1] for frozen in (0, 7, 9)]
    _, start = chapter["train_chain"](10, num_updates=0)
    assert (f"{start:.4f}", f"{losses[0]:.4f}") == ("0.0581", "0.0008")
    assert losses[1] - losses[0] < 1e-5 * (start - losses[0])
    assert losses[1] == pytest.approx(losses[0], rel=0.001)
    assert losses[2] > 1.2 * losses[0]  # the last neuron alone is not enough
    updates = [chapter["train_chain"](10, num_updates=n)[1] for n in range(0, 2001, 250)]
    assert falls(updates)


def losses_of_two_points(answers):
    return ((np.asarray(answers) - [0.2, 0.8]) ** 2 / 2).mean(axis=-1)


def two_points(n, rate, num_updates):
    """The chapter's training on two points, both at once: what the chain answers after each update, and its end."""
    inputs, targets = np.array([0.0, 1.0]), np.array([0.2, 0.8])
    parameters, history = np.array([np.ones(n), np.zeros(n)]), []
    for _ in range(num_updates):
        activations = [inputs]
        for weight, bias in parameters.T:
            activations.append(sigmoid(weight * activations[-1] + bias))
        delta = (activations[-1] - targets) * activations[-1] * (1 - activations[-1]) / 2
        slopes = np.empty((2, n))
        for k in reversed(range(n)):
            slopes[:, k] = delta @ activations[k], delta.sum()
            delta = delta * parameters[0, k] * activations[k] * (1 - activations[k])
        history.append(activations[-1])
        parameters = parameters - rate * slopes
    return np.array(history), parameters


@claim("From two neurons on, with each further one it takes about three times as long until the fork is half open")
def test_each_neuron_makes_the_chain_open_three_times_as_late(chapter):
    def wait(n, rate, num_updates):
        answers, _ = two_points(n, rate, num_updates)
        if rate == 10 and n in chapter["answers_of_chains"]:
            np.testing.assert_allclose(answers[1:501], chapter["answers_of_chains"][n], atol=1e-9)
        return int(np.argmax(answers[:, 1] - answers[:, 0] > 0.3))

    waits = [wait(n, 10, 570) for n in range(1, 6)]
    assert waits == [3, 22, 64, 180, 561]
    assert np.array(waits[2:]) / waits[1:-1] == pytest.approx([3, 3, 3], abs=0.25)
    assert waits[1] / waits[0] > 5  # the second neuron costs more than that
    slower = [wait(n, 5, 400) for n in (2, 3, 4)]  # with half the rate all wait twice as long
    assert np.array(slower) / waits[1:4] == pytest.approx([2, 2, 2], abs=0.05)


@claim(
    "The chain of ten answers 0.5 to everything.",
    "the best it can say to both is 0.5",
    "next to nothing of the error comes back to those",
    "Ten neurons soon answer 0.5 to both.",
)
def test_ten_neurons_answer_one_half_to_everything(chapter):
    assert abs(chapter["answers_of_chains"][10][-1] - 0.5).max() < 1e-5
    off = abs(chapter["answers_of_chains"][10] - 0.5).max(axis=1)
    assert off[0] > 0.03  # not at once
    assert (off[2:] < 0.001).all()
    assert losses_of_two_points(chapter["answers_of_chains"][4][-1]) < 1e-10  # four do not
    _, (weights, biases) = two_points(10, 10, 500)
    for x in (-1000, -5, -1, 0, 0.3, 1, 5, 1000):
        assert chapter["chain_forward"](weights, biases, x)[-1] == pytest.approx(0.5, abs=1e-5)
    same = np.linspace(0, 1, 1001)
    assert same[losses_of_two_points(same[:, None]).argmin()] == 0.5
    for x, y in chapter["two_points"]:
        for point in ((np.ones(10), np.zeros(10)), (weights, biases)):
            _, deltas = chapter["chain_gradient"](*point, x, y)
            assert abs(deltas[0] / deltas[-1]) < 1e-5


@claim(
    "At the start each neuron lets through at most a quarter of the difference that comes in.",
    "The tenth is given 0.6590450 for one point and 0.6590465 for the other",
    "The neurons before it could part them",
)
def test_to_the_tenth_neuron_the_two_points_are_one(chapter):
    def on_the_way(weights, biases):
        return np.array([chapter["chain_forward"](weights, biases, x) for x in (0.0, 1.0)])

    at_start = on_the_way(np.ones(10), np.zeros(10))
    assert [f"{given:.7f}" for given in at_start[:, 9]] == ["0.6590450", "0.6590465"]
    difference = abs(at_start[1] - at_start[0])
    assert (difference[1:] <= difference[:-1] / 4).all()
    # Nine other neurons hold them apart, and then the tenth has no trouble.
    low, high = on_the_way(np.full(9, 8.0), np.full(9, -4.0))[:, -1]
    weight = np.log(16) / (high - low)
    weights, biases = [8.0] * 9 + [weight], [-4.0] * 9 + [np.log(4) - weight * high]
    np.testing.assert_allclose(on_the_way(weights, biases)[:, -1], [0.2, 0.8], atol=1e-12)


# Other weights


def left(chapter, activation, weight, bias=0, depth=10, x=0.5):
    slope = chapter["tanh_slope"] if activation is np.tanh else sigmoid_slope
    return chapter["slope_products"](activation, slope, weight, bias, depth, x)[1]


def test_the_products_are_what_value_finds(chapter):
    for activation, method in ((sigmoid, Value.sigmoid), (np.tanh, Value.tanh)):
        for weight, bias, x in [(1, 0, 0.5), (0.5, 0, 0.5), (1.5, 0, 0.5), (8, -4, 0.5), (8, -4, 0.501), (-2, 1, 0.3)]:
            for depth in (1, 2, 10, 20):
                first = z = Value(weight * x + bias)
                for _ in range(depth - 1):
                    z = method(z) * weight + bias
                method(z).backward()
                ours = left(chapter, activation, weight, bias, depth, x)[-1]
                assert ours == pytest.approx(first.grad, rel=1e-9)


@claim(r"\tanh(z) = 2\,\sigma(2z) - 1", "which makes it four times as steep", "Its slope works out as $1 - a^2$")
def test_tanh_is_a_sigmoid_four_times_as_steep(chapter):
    z = np.linspace(-8, 8, 1601)
    np.testing.assert_allclose(np.tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-14)
    ours = chapter["tanh_slope"](np.tanh(z))
    np.testing.assert_allclose(ours, 4 * sigmoid_slope(sigmoid(2 * z)), atol=1e-14)
    assert ours.max() == 1


@claim(
    "Far less: 0.0004.",
    "At the last the slope is down to 0.26, and $1.5 \\cdot 0.26$ is about 0.39",
    "0.22 of the slope arrives, where with ten sigmoids $3.5 \\cdot 10^{-7}$ does",
)
def test_larger_weights_make_tanh_vanish(chapter):
    assert [f"{left(chapter, np.tanh, w)[-1]:.2g}" for w in (0.5, 1, 1.5)] == ["0.0018", "0.22", "0.0004"]
    assert f"{left(chapter, sigmoid, 1)[-1]:.1e}" == "3.5e-07"
    assert falls([left(chapter, np.tanh, w)[-1] for w in np.linspace(1, 4, 61)])
    outputs, _ = chapter["slope_products"](np.tanh, chapter["tanh_slope"], 1.5, 0, 10)
    assert (f"{1 - outputs[-1] ** 2:.2f}", f"{1.5 * (1 - outputs[-1] ** 2):.2f}") == ("0.26", "0.39")


@claim(
    "The window of tanh is narrow: of the positive weights, only those from 0.81 to 1.13 let more than a tenth "
    "through.",
    "at this input no positive weight gets ten sigmoids above $3 \\cdot 10^{-6}$",
    "Something can: a negative weight, as in exercise 6.4, or the bias.",
)
def test_tanh_has_one_narrow_window_and_the_sigmoid_has_none(chapter):
    weights = np.concatenate([np.linspace(0.001, 2, 2000), np.geomspace(2, 100, 101)])
    tenth = weights[left(chapter, np.tanh, weights)[-1] > 0.1]
    assert (f"{tenth.min():.2f}", f"{tenth.max():.2f}") == ("0.81", "1.13")
    assert left(chapter, sigmoid, weights)[-1].max() < 3e-6
    assert left(chapter, sigmoid, 1.75, x=-0.3)[-1] > 3e-6  # at another input one does
    assert all(abs(left(chapter, sigmoid, w)[-1]) > 1e-3 for w in (-4, -6))  # negative ones are another matter


@claim(
    "With weight 4 and bias −2, sigmoids are tanh with weight 1 in disguise. (Write $a = \\frac{1 + t}{2}$. "
    "Then $4a - 2 = 2t$, and $\\sigma(2t) = \\frac{1 + \\tanh t}{2}$.) At the input 0.5 every toll is 1; at any other "
    "it is less.",
)
def test_with_weight_4_and_a_bias_sigmoids_are_tanh(chapter):
    x = np.concatenate([np.linspace(-3, 4, 71), [0.5]])
    t = 2 * x - 1
    np.testing.assert_allclose(4 * x - 2, 2 * t, atol=1e-14)
    np.testing.assert_allclose(sigmoid(2 * t), (1 + np.tanh(t)) / 2, atol=1e-15)
    ours, slopes = chapter["slope_products"](sigmoid, sigmoid_slope, 4, -2, 30, x)
    theirs, of_tanh = chapter["slope_products"](np.tanh, chapter["tanh_slope"], 1, 0, 30, t)
    np.testing.assert_allclose(2 * ours - 1, theirs, atol=1e-13)
    np.testing.assert_allclose(slopes, of_tanh / 4, rtol=1e-9)
    tolls = 4 * sigmoid_slope(ours)
    at_half = abs(x - 0.5) < 1e-12
    assert (tolls[:, at_half] == 1).all()
    assert (tolls[:, ~at_half] < 1).all()
    assert not np.allclose(2 * chapter["slope_products"](sigmoid, sigmoid_slope, 4, 0, 30, x)[0] - 1, theirs)


@claim(
    "The first neuron brings its slope, $\\frac{1}{4}$, and each of the nine after it *doubles* that: "
    "ten neurons make $\\frac{1}{4} \\cdot 2^9 = 128$.",
    "the first neuron's delta is $2^9 = 512$ times as large as the last one's",
)
def test_on_the_edge_the_gradient_explodes(chapter):
    slopes = left(chapter, sigmoid, 8, -4, 20)
    assert (slopes[1:] / slopes[:-1] == 2).all()
    assert (slopes[0], slopes[9]) == (0.25, 128)
    _, deltas = chapter["chain_gradient"]([8] * 10, [-4] * 10)
    assert deltas[0] / deltas[-1] == 512


@claim("It grows for eight neurons, to 23, and then it dies: after twenty it is $1.9 \\cdot 10^{-7}$.")
def test_a_thousandth_beside_the_edge(chapter):
    slopes = left(chapter, sigmoid, 8, -4, 20, x=0.501)
    assert slopes.argmax() + 1 == 8
    assert (f"{slopes.max():.0f}", f"{slopes[-1]:.1e}") == ("23", "1.9e-07")
    assert falls(slopes[7:])
    at_ten = [left(chapter, sigmoid, 8, -4, 10, x)[-1] for x in (0.5, 0.501, 0.49, 0.4)]
    assert [f"{slope:.2g}" for slope in at_ten] == ["1.3e+02", "8.6", "0.003", "7.6e-07"]


@claim(
    "Close beside it, each neuron nearly doubles the distance from 0.5, until",
)
def test_beside_the_edge_the_activations_leave_it(chapter):
    for x in (0.49, 0.499, 0.50001, 0.501, 0.51):
        outputs, _ = chapter["slope_products"](sigmoid, sigmoid_slope, 8, -4, 60, x)
        distance = abs(np.array([x, *outputs]) - 0.5)
        close = distance[:-1] < 0.05
        assert close.any()
        assert (abs(distance[1:] / distance[:-1] - 1.95)[close] < 0.05).all()
        assert distance[-1] > 0.45


@claim(
    "Larger weights alone do not cure sigmoids.",
    "Where the gradient explodes for one input, it vanishes for every other one as soon as the chain is long enough; "
    "the closer the two, the longer that takes.",
    "If both stayed where it is steep, every neuron would pull their outputs further apart, and these lie between 0 "
    "and 1.",
)
def test_a_large_weight_explodes_on_its_edge_and_vanishes_beside_it(chapter):
    for weight in (4.5, 5, 6, 8, 12, 20):
        on_the_edge = left(chapter, sigmoid, weight, -weight / 2, 40)
        assert on_the_edge[-1] > 50 * on_the_edge[0]
        for x in (0, 0.3, 0.4, 0.49, 0.499, 0.501, 0.55, 0.9):
            assert left(chapter, sigmoid, weight, -weight / 2, 200, x)[-1] < 1e-6
        grid = np.linspace(0, 1, 2001)
        steep = grid[weight * sigmoid_slope(sigmoid(weight * (grid - 0.5))) > 1]
        assert len(steep) == round((steep[-1] - steep[0]) * 2000) + 1  # one stretch: what lies between is steep too
        assert (np.diff(sigmoid(weight * (steep - 0.5))) > np.diff(steep)).all()  # so any two of it move apart
        until = []  # how long a chain must be, for inputs closer and closer to the edge
        for x in (0.51, 0.501, 0.5001, 0.50001):
            slopes = left(chapter, sigmoid, weight, -weight / 2, 200, x)
            until.append(np.flatnonzero(slopes > 1e-6)[-1])
        assert until == sorted(until)
        assert until[0] < until[-1]
        for x in (0.5, 0.3, 0.9):  # and without the bias there is no edge to stand on
            assert left(chapter, sigmoid, weight, 0, 40, x)[-1] < 1e-10
    inputs, weights = np.linspace(-3, 3, 61)[:, None], np.geomspace(0.01, 100, 401)
    assert left(chapter, sigmoid, weights, x=inputs)[-1].max() < 1e-5
    rng = np.random.default_rng(4)
    weights, biases, inputs = rng.uniform(-20, 20, 200), rng.uniform(-10, 10, 200), rng.normal(size=200)
    # Other biases, and negative weights: all two hundred chains at once.
    assert (abs(left(chapter, sigmoid, weights, biases, 2000, inputs)[-1]) < 1e-3).all()


def test_the_message_of_the_input_is_true_everywhere(chapter):
    for x, frame in positions(STEM, 0):
        message_of_the_input_is_true(chapter, x, frame)


def message_of_the_input_is_true(chapter, x, frame):
    slopes = left(chapter, sigmoid, 8, -4, 20, x)
    np.testing.assert_allclose(frame.columns["slope"], slopes, rtol=1e-12)
    numbers = [float(number.rstrip(".")) for number in re.findall(r"\d[\d.]*(?:e[-+]\d+)?", frame.message)]
    assert frame.state == "note"
    if x == 0.5:
        assert frame.message == (
            "Explodes: the first neuron brings ¼, and each one after it doubles that, "
            "to 128 after ten, to 131072 after twenty."
        )
        assert (slopes[0], slopes[9], slopes[19]) == (0.25, 128, 131072)
        assert (slopes[1:] / slopes[:-1] == 2).all()
        return
    assert slopes[-1] == pytest.approx(numbers[-1], rel=0.05)
    peak = int(slopes.argmax())
    assert falls(slopes[peak:])
    if frame.message.startswith("The slope grows for"):
        assert numbers[:2] == [peak + 1, pytest.approx(slopes[peak], rel=0.05)]
        assert falls(slopes[: peak + 1][::-1])
        assert slopes[peak] > 1
    else:
        assert frame.message.startswith("The slope peaks at")
        assert numbers[:2] == [pytest.approx(slopes[peak], rel=0.05), peak + 1]
        assert peak > 0  # "neurons", not "neuron"


# The learning rate


@claim("The loss falls further than ever, and $w^{(1)}$ does not catch up.")
def test_on_the_slider_a_larger_rate_is_better_and_the_first_weight_stays_behind(chapter):
    runs = [np.array(chapter["train"](rate)) for rate in RATES]
    assert RATES[-1] == 50
    assert falls([chapter["sequence_loss"](run[-1]) for run in runs])
    at = {rate: abs(run[-1] - START) for rate, run in zip(RATES, runs, strict=True)}
    assert [round(at[rate][1] / at[rate][0]) for rate in (0.1, 7, 50)] == [18, 8, 23]


@claim(
    "After the first step it is the same at every rate, $22.8$",
)
def test_the_gap_between_the_weights(chapter):
    for rate in [*RATES, *np.geomspace(0.001, 2000, 101)]:
        moved = abs(np.array(chapter["train"](rate))[1:] - START)
        ratio = moved[:, 1] / moved[:, 0]
        assert f"{ratio[0]:.1f}" == "22.8"
        assert (ratio <= ratio[0] * (1 + 1e-9)).all()


@claim(
    "Later it narrows, to 8 at rates near 7, because $w^{(2)}$ has grown and $w^{(2)}$ is in the toll; at 50 the first "
    "step leaves next to nothing to do.",
    "at 7 it moves 8 times as far, and at 50 it moves 23 times as far.",
)
def test_the_gap_narrows_because_of_the_weight(chapter):
    def gap(parameters):
        slopes = chapter["sequence_gradient"](parameters)
        return slopes[1] / slopes[0]

    for rate in RATES:
        for before, after in pairwise(chapter["train"](rate)):
            assert after[1] > before[1]
    runs = {rate: np.array(chapter["train"](rate)) for rate in RATES}
    ratios = {rate: np.divide(*abs(run[-1] - START)[[1, 0]]) for rate, run in runs.items()}
    assert min(ratios, key=ratios.get) == 7
    assert [round(ratios[rate]) for rate in (5, 7, 10)] == [8, 8, 8]
    np.testing.assert_allclose(runs[50][1], runs[50][-1], rtol=0.001)
    held = np.array(chapter["train"](3)[-1])  # all as after 20 epochs, but with the weight of the start
    held[1] = START[1]
    assert gap(chapter["train"](3)[-1]) < 0.3 * gap(START)
    assert gap(held) > gap(START)  # without the growth of the weight it would be wider, not narrower


@claim(
    "At any one point the learning rate stretches both steps alike: it cannot even them out.",
    "for both slopes were multiplied by the same learning rate",
    "the first neuron would need a rate of its own, several hundred thousand times that of the last",
)
def test_no_learning_rate_evens_out_the_steps(chapter):
    for parameters, x, y in networks(count=50):
        slopes = chapter["sequence_gradient"](parameters, x, y)
        for rate in (0.01, 1, 50):
            step = parameters - rate * slopes - parameters
            np.testing.assert_allclose(step / rate, -slopes, rtol=1e-6, atol=1e-12)
    weights, biases = np.ones(10), np.zeros(10)
    for _ in range(2001):
        slopes, deltas = chapter["chain_gradient"](weights, biases)
        assert 4e5 < slopes[-1] / slopes[0] < 9e5
        weights, biases = weights - 0.1 * slopes, biases - 0.1 * deltas
    for rate in (0.01, 0.1, 1, 10, 100, 1000):
        weights, _ = chapter["train_chain"](10, learning_rate=rate, num_updates=500)
        moved = abs(weights - 1)
        assert moved[-1] / moved[0] > 500_000
        assert moved[0] < 1e-4


@claim(
    "the largest rate is the best here only because the target 1 lies at the far end of the sigmoid, "
    "where there is nothing to overshoot",
    "| 10 | 0.0003 | 0.0000 | 0.0000 |",
    "| 30 | 0.0003 | 0.0004 | 0.0007 |",
    "| 50 | 0.0003 | 0.0020 | 0.0131 |",
    "At 10 the prediction settles on the target.",
    "At 30 and at 50 it jumps over it, and lands further away than it was.",
)
def test_a_prediction_never_reaches_the_target_1_and_passes_0_6(chapter):
    def predictions(rate, y):
        return np.array([chapter["forward"](point)[-1] for point in chapter["train"](rate, y=y)])

    assert all((predictions(rate, 1.0) < 1).all() for rate in RATES)
    assert (predictions(50, 0.6) > 0.6).any()
    assert predictions(10, 0.6)[-1] == pytest.approx(0.6, abs=1e-6)
    shown = {}
    for rate in (10, 30, 50):
        losses = [chapter["sequence_loss"](point, y=0.6) for point in chapter["train"](rate, 2, y=0.6)]
        shown[rate] = " | ".join(f"{loss:.4f}" for loss in losses)
    assert shown == {
        10: "0.0003 | 0.0000 | 0.0000",
        30: "0.0003 | 0.0004 | 0.0007",
        50: "0.0003 | 0.0020 | 0.0131",
    }
    for rate in (30, 50):
        start, first = predictions(rate, 0.6)[:2]
        assert first - 0.6 > 0.6 - start > 0


@claim("So a step turns all four parameters up.", "This holds for any learning rate")
def test_with_the_target_1_every_step_lowers_the_loss(chapter):
    rng = np.random.default_rng(3)
    starts = [START, *np.column_stack([rng.normal(size=20), rng.uniform(0.1, 2, 20), rng.normal(size=(20, 2))])]
    for point in starts:  # wherever the second weight is positive
        for rate in (1e-3, 0.1, 3, 20, 50, 1e3, 1e6):
            new = point - rate * chapter["sequence_gradient"](point)
            assert (new > point).all()
            before, after = chapter["sequence_loss"](point), chapter["sequence_loss"](new)
            assert after < before
    for rate in RATES:
        assert falls([chapter["sequence_loss"](point) for point in chapter["train"](rate)])
    negative = np.array([0.3, -0.2, 0.1, 0.2])
    assert (chapter["sequence_gradient"](negative) > 0).any()  # there not all turn up


def test_the_message_of_the_rate_is_true_everywhere(chapter):
    for rate, frame in positions(STEM, 1):
        message_of_the_rate_is_true(chapter, rate, frame)


def message_of_the_rate_is_true(chapter, rate, frame):
    points = np.array(chapter["train"](rate))
    losses = [chapter["sequence_loss"](point) for point in points]
    pace, end, ratio = re.fullmatch(
        r"(.+): (?:the loss|it) ends at ([\d.e-]+), and w2 has moved (\d+) times as far as w1\.", frame.message
    ).groups()
    assert float(end) == pytest.approx(losses[-1], rel=0.05)
    moved = abs(points[-1] - START)
    assert int(ratio) == round(moved[1] / moved[0])
    assert frame.state == "note"
    if pace == "Slow":
        assert losses[-1] > losses[0] / 2
    elif pace.startswith("20 epochs divide the loss by "):
        assert losses[-1] < losses[0] / 2
        assert int(pace.split()[-1]) == round(losses[0] / losses[-1])
    else:
        assert pace == "One step does nearly all of it"
        assert losses[1] < 0.02 * losses[0]


def test_the_best_rates_carry_no_warning():
    ends = {rate: frame.columns["loss"][-1] for rate, frame in positions(STEM, 1)}
    assert [f"{ends[rate]:.0e}" for rate in (30, 50)] == ["5e-05", "2e-07"]
    assert {frame.state for _, frame in positions(STEM, 1)} == {"note"}


# The published table


@claim(
    "The first entry of $W$.",
    "one character is wrong",
    "The other columns are right in the first line, and inherit the error later.",
)
def test_the_first_entry_of_w_is_wrong_and_only_that(chapter):
    right, published = chapter["points"][1], chapter["published"][1]
    assert [f"{number:.4f}" for number in published] == ["0.2060", "0.2058", "0.1005", "0.2103"]
    assert np.array_equal(right == published, [False, True, True, True])
    lines = [[f"{number:.4f}" for number in point] for point in chapter["published"]]
    others = [[f"{number:.4f}" for number in point] for point in chapter["points"]]
    first_wrong = [next(n for n in range(1, 21) if lines[n][k] != others[n][k]) for k in range(4)]
    assert first_wrong == [1, 2, 7, 3]
    text = chapters.source(STEM, "published_run")
    assert text.count("w1 = w2 - learning_rate * dL_dw1") == 1
    names = {"np": np, "start": START, "sequence_gradient": chapter["sequence_gradient"]}
    exec(text.replace("w1 = w2 - ", "w1 = w1 - "), names)
    np.testing.assert_allclose(names["published_run"](), chapter["points"], rtol=1e-14)


@claim("but the shadow of $w^{(2)}$, one small step in front of it.")
def test_the_published_weight_is_one_step_ahead_of_the_other(chapter):
    for point in chapter["published_run"](200)[1:]:
        assert 0 < point[0] - point[1] < 0.001


@claim(
    "Only `check_update`.",
    "The gradient is right at every point that the published run visits.",
    "The loss falls from line to line.",
)
def test_only_the_update_check_speaks_up(chapter):
    published = chapter["published"]
    assert falls([chapter["sequence_loss"](point) for point in published])
    for old, new in pairwise(published):
        slopes = chapter["sequence_gradient"](old)
        assert chapter["gradient_check"](old).agrees
        found = check_update(old, new, slopes, 0.1, names=["w1", "w2", "b1", "b2"])
        assert str(found).endswith("WRONG UPDATE: w1 did not move by -learning_rate * gradient.")
    for old, new in pairwise(chapter["points"]):
        assert check_update(old, new, chapter["sequence_gradient"](old), 0.1).agrees


@claim(
    "The first weight moved by −0.0940 where +0.000254 was due: the wrong way, and 370 times as far.",
    "Nearly a third of the weight was gone.",
    "It is 0.3 % too high, because its slope in $w^{(1)}$ is so small.",
)
def test_what_the_mistake_costs_in_the_first_epoch(chapter):
    wrong, right = chapter["published"][1], chapter["points"][1]
    moved, due = wrong[0] - START[0], right[0] - START[0]
    assert (f"{moved:+.4f}", f"{due:+.6f}", f"{-moved / due:.0f}") == ("-0.0940", "+0.000254", "370")
    assert 0.3 < -moved / START[0] < 1 / 3
    excess = chapter["sequence_loss"](wrong) - chapter["sequence_loss"](right)
    assert f"{excess / chapter['sequence_loss'](right):.1%}" == "0.3%"
    assert excess == pytest.approx(chapter["sequence_gradient"](right)[0] * (wrong[0] - right[0]), rel=0.01)
    # The same jump in the bias next to the loss would have shown.
    jumped = right + (wrong[0] - right[0]) * np.eye(4)[3]
    assert chapter["sequence_loss"](jumped) > 1.1 * chapter["sequence_loss"](right)


@claim(
    "from epoch 22 on, the wrong run is *ahead*",
    "and up happens to be downhill here",
    "A lower loss is no proof that a program is right.",
)
def test_from_epoch_22_on_the_wrong_run_is_ahead(chapter):
    wrong, right = chapter["published_run"](2000), chapter["train"](0.1, 2000)
    ahead = [chapter["sequence_loss"](a) < chapter["sequence_loss"](b) for a, b in zip(wrong, right, strict=True)]
    assert ahead.index(True) == 22
    assert all(ahead[22:])
    assert all(chapter["sequence_gradient"](point)[0] < 0 for point in wrong)


@claim("Its loss differs from the published one in lines 2 to 17, and there only in the last digit or two.")
def test_where_the_losses_of_the_tables_differ(chapter):
    published, right = ([f"{chapter['sequence_loss'](p):.4f}" for p in chapter[run]] for run in ("published", "points"))
    lines = [n for n in range(1, 21) if published[n - 1] != right[n - 1]]
    assert lines == list(range(2, 18))
    assert all(a[:-2] == b[:-2] for a, b in zip(published, right, strict=True))
    shown = str(chapter["corrected_lines"])
    assert all(f"Epoch: {n}, Loss = {right[n - 1]}, W = [0.30" in shown for n in range(1, 21))


# The exercises


def test_the_gradient_of_exercise_6_1_belongs_to_a_network(chapter):
    slopes = chapter["sequence_gradient"](np.array([0.7, -1.2, -0.5, 0.4]), x=1.6, y=0.0)
    assert [f"{slope:.6f}" for slope in slopes] == ["-0.042765", "0.063678", "-0.026728", "0.097933"]


@claim("$w^{(1)}$ moves by 0.000261 instead of 0.000254.", "0.066040 against 0.066042, tells you nothing")
def test_what_the_tidy_step_spoils(chapter):
    moved = chapter["tidy_step"](START, 0.1) - START
    due = -0.1 * chapter["sequence_gradient"](START)
    assert (f"{moved[0]:.6f}", f"{due[0]:.6f}") == ("0.000261", "0.000254")
    point = START
    for _ in range(20):
        point = chapter["tidy_step"](point, 0.1)
    losses = [chapter["sequence_loss"](end) for end in (point, chapter["points"][-1])]
    assert [f"{loss:.6f}" for loss in losses] == ["0.066040", "0.066042"]


@claim(
    "With weight 1 it takes 9 neurons, with 2 as well, and with 4 only 4", "With −4 it takes 42.", "settle near 0.26"
)
def test_how_deep_is_too_deep(chapter):
    def needed(weight):
        n = 1
        while abs(chapter["chain_gradient"]([weight] * n, [0.0] * n)[0][0]) >= 1e-6:
            n += 1
        return n

    assert [needed(weight) for weight in (1, 2, 4, -4)] == [9, 9, 4, 42]
    assert chapter["chain_forward"]([-4] * 42, [0] * 42)[-1] == pytest.approx(0.26, abs=0.005)
    assert all(needed(weight) <= 10 for weight in np.linspace(-1, 1, 41))
