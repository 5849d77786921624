"""What chapter 4 claims of one neuron and one data point."""

import itertools
import math

import chapters
import numpy as np
import pytest

from claims import claim, positions
from exercises import chapter_4 as checks
from helpers.activations import sigmoid
from helpers.gradients import check_gradient, check_update

STEM = "04-one-neuron"
IDENTITY_END = (1.7, 1.6)


@pytest.fixture(scope="module")
def chapter():
    return chapters.namespace(STEM)


def error(parameters, x=2.0, y=5.0):
    w, b = parameters
    return w * x + b - y


def descend(gradient, start, rate, updates):
    points = [np.array(start, float)]
    for _ in range(updates):
        points.append(points[-1] - rate * gradient(points[-1]))
    return np.array(points)


def missing(z):
    """1 − σ(z) without cancellation, so that it is above zero as far as float64 reaches."""
    return 1 / (1 + math.exp(z))


def climb(z, rate, updates):
    """z after each update of the sigmoid neuron with target 1; rate is α(x² + 1)."""
    zs = [z]
    for _ in range(updates):
        zs.append(zs[-1] + rate * (1 - missing(zs[-1])) * missing(zs[-1]) ** 2)
    return np.array(zs)


def loss_at(z):
    return missing(z) ** 2 / 2


# The slopes


@claim(
    r"$z = 0.5 \cdot 2 + 1 = 2$, so $\hat y = 2$ as well, and $L = \tfrac12(2 - 5)^2 = 4.5$.",
    "Both slopes are negative: turning either knob up a little makes the loss smaller.",
)
def test_a_little_more_of_either_knob_helps_and_much_more_does_not(chapter):
    loss = chapter["identity_loss"]
    assert chapter["z"] == chapter["y_hat"] == 2
    assert loss([0.5, 1.0]) == chapter["loss"] == 4.5
    for little in (1e-6, 0.01, 0.5):
        assert loss([0.5 + little, 1.0]) < 4.5
        assert loss([0.5, 1.0 + little]) < 4.5
    assert loss([3.5, 1.0]) == loss([0.5, 7.0]) == 4.5
    assert loss([4.0, 1.0]) == loss([0.5, 8.0]) == 8


@claim(
    "The first stop is $\\hat y$, where the 2 of the square cancels the ½",
    r"$\delta = (2 - 5) \cdot 1 = -3$, so the slope is $-6$ for $w$ and $-3$ for $b$.",
    r"A new activation function brings its own $d\hat y / dz$, and the other formulas stay as they are.",
)
def test_one_delta_serves_every_activation(chapter):
    assert list(chapter["identity_gradient"]([0.5, 1.0])) == [-6, -3]
    activations = [
        (lambda z: z, lambda z: 1.0),
        (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
        (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
        (np.sin, np.cos),
    ]
    for f, slope in activations:
        for w, b, x, y in itertools.product([-1.3, 0.4], [-0.5, 0.2], [-2.0, 0.5, 3.0], [-1.0, 2.0]):

            def loss(parameters, f=f, x=x, y=y):
                return (f(parameters[0] * x + parameters[1]) - y) ** 2 / 2

            z = w * x + b
            delta = (f(z) - y) * slope(z)
            assert check_gradient(loss, [delta * x, delta], [w, b]).agrees
            assert x == 1 or not check_gradient(loss, [delta, delta], [w, b]).agrees


@claim(
    "It predicts 4.25 and then 4.625: each update goes half of the way that is left.",
    "halving the error cuts the loss to a quarter.",
    r"The neuron now predicts $1.1 \cdot 2 + 1.3 = 3.5$, which is halfway from 2 to 5.",
)
def test_each_update_halves_the_error(chapter):
    errors = np.array([error(point) for point in chapter["identity_run"]])
    assert 5 + errors[1:4] == pytest.approx([3.5, 4.25, 4.625], rel=1e-14)
    assert errors == pytest.approx(-3 / 2.0 ** np.arange(21), rel=1e-8)
    losses = [chapter["identity_loss"](point) for point in chapter["identity_run"]]
    assert losses == pytest.approx(4.5 / 4.0 ** np.arange(21), rel=1e-8)
    assert losses[:3] == pytest.approx([4.5, 1.125, 0.28125], rel=1e-14)
    assert f"{5 + errors[20]:.4f}" == "5.0000"
    other = descend(chapter["identity_gradient"], [0.5, 1.0], 0.15, 3)  # the half belongs to this rate
    assert error(other[1]) / error(other[0]) != pytest.approx(0.5, abs=0.1)


# Where it ends


@claim(
    "Every point of this line is a perfect answer",
    "because one data point cannot settle two knobs.",
    "The point $(1.7, 1.6)$ does it, but so do $(2, 1)$, $(0, 5)$ and $(1, 3)$.",
    "One to the right makes the prediction larger by 2, so $b$ must drop by 2 to keep it at 5.",
)
def test_the_optima_are_the_whole_line_and_nothing_else(chapter):
    for w in [*np.linspace(-10, 10, 41), 1.7, 2, 0, 1]:
        assert chapter["identity_loss"]([w, 5 - 2 * w]) == pytest.approx(0, abs=1e-28)
        assert list(chapter["identity_gradient"]([w, 5 - 2 * w])) == pytest.approx([0, 0], abs=1e-13)
        for aside in (-0.1, 0.1):
            assert chapter["identity_loss"]([w, 5 - 2 * w + aside]) == pytest.approx(0.005)
    for w, b in [(1.7, 1.6), (2, 1), (0, 5), (1, 3)]:
        assert error((w, b)) == pytest.approx(0, abs=1e-14)


POINTS = [(2.0, 5.0), (3.0, 4.0), (-1.5, 0.5), (0.5, 1.0)]
STARTS = list(itertools.product([-3.0, 0.5, 4.0], [-2.0, 1.0, 3.0]))


@claim(
    "a run of this neuron that converges ends at the optimum nearest to its start.",
    "So every step, long or short, goes along $(2, 1)$",
    '"two right, one up" becomes "one right, two down".',
    "So the path meets the line at a right angle, and that is the shortest way from a point to a line.",
    "All steps go along $(2, 1)$, and on that straight path there is only one optimum.",
)
def test_the_run_ends_at_the_nearest_optimum(chapter):
    clockwise = np.array([[0, 1], [-1, 0]])
    assert list(clockwise @ [2, 1]) == [1, -2]
    for (x, y), start, share in itertools.product(POINTS, STARTS, [0.1, 0.5, 1.0, 1.3, 1.9]):

        def gradient(parameters, x=x, y=y):
            return chapter["identity_gradient"](parameters, x, y)

        run = descend(gradient, start, share / (x**2 + 1), 600)
        end = run[-1]
        assert error(end, x, y) == pytest.approx(0, abs=1e-10)
        assert end == pytest.approx(chapter["nearest_optimum"](start, x, y), abs=1e-9)
        steps = np.diff(run, axis=0)
        assert steps[:, 0] == pytest.approx(steps[:, 1] * x, abs=1e-12)  # along (x, 1)
        assert (end - start) @ [1, -x] == pytest.approx(0, abs=1e-9)  # at a right angle to the line
        distance = math.dist(start, end)
        for along in np.linspace(-3, 3, 25):
            assert math.dist(start, end + along * np.array([1, -x])) >= distance - 1e-9


@claim(
    "(Both knobs must turn at once, as exercise 4.5 shows, and at the same rate.)",
    "The path gave it away, because it goes along $(2, 0.6)$ and no longer along $(2, 1)$.",
    "Moving one knob after the other is a method of its own, and it finds a perfect answer, too.",
    "With it, even the learning rate has a say in where the run ends.",
)
def test_a_run_that_moves_one_knob_after_the_other_ends_at_an_optimum_but_not_the_nearest(chapter):
    ends = {}
    for rate in (0.01, 0.05, 0.1, 0.2, 0.4):
        ends[rate] = np.array(chapter["suspicious_run"](0.5, 1.0, rate, 3000))
        assert error(ends[rate]) == pytest.approx(0, abs=1e-12)
        assert math.dist(ends[rate], IDENTITY_END) > 0.02
    assert all(math.dist(a, b) > 0.04 for a, b in itertools.pairwise(ends.values()))
    run = [chapter["suspicious_run"](0.5, 1.0, 0.1, updates) for updates in range(12)]
    steps = np.diff(run, axis=0)
    assert steps[:, 1] / steps[:, 0] == pytest.approx([0.3] * 11)  # along (2, 0.6)


@claim("and at the same rate.)")
def test_at_a_rate_of_its_own_for_each_knob_the_run_ends_elsewhere(chapter):
    def two_rates(parameters):
        return chapter["identity_gradient"](parameters) * [1, 2]

    assert math.dist(descend(two_rates, (0.5, 1), 0.1, 200)[-1], IDENTITY_END) > 0.2


@claim(
    "From $(0, 0)$ it ends at $(2, 1)$, and from $(2, 1)$ it does not move at all.",
    "Four starts, three ends, and all of them perfect.",
    r"From our start it is $t = 3/5$, and the end is $(0.5 + 0.6 \cdot 2,\; 1 + 0.6) = (1.7, 1.6)$.",
)
def test_the_four_starts(chapter):
    gradient = chapter["identity_gradient"]
    assert descend(gradient, (0, 0), 0.1, 100)[-1] == pytest.approx([2, 1], abs=1e-12)
    assert np.array_equal(descend(gradient, (2, 1), 0.1, 100), [[2, 1]] * 101)
    assert descend(gradient, (0.5, 1), 0.1, 100)[-1] == pytest.approx(IDENTITY_END, abs=1e-12)
    ends = [descend(gradient, start, 0.1, 100)[-1].round(6) for start in chapter["starts"]]
    assert (len(ends), len({tuple(end) for end in ends})) == (4, 3)
    assert [error(end) for end in ends] == pytest.approx([0] * 4, abs=1e-6)


# The learning rate


@claim(
    "At 0.2 they are 0, 0, 0; at 0.3 they are 1.5, −0.75, 0.375; at 0.4 they are 3, −3, 3.",
    "at 0.2 one step to the line; at 0.3 over the line and back in ever smaller jumps; at 0.4 the same jump for ever.",
    "Above 0.4 an error grows with each update, unless it is zero.",
    "Any positive rate keeps it below 1, and it stays above −1 while $\\alpha(x^2 + 1)$ is below 2.",
    "The error shrinks as long as $m$ is between −1 and 1",
)
def test_the_multiplier_is_one_minus_alpha_times_x_squared_plus_one(chapter):
    for rate, errors in [(0.2, [0, 0, 0]), (0.3, [1.5, -0.75, 0.375]), (0.4, [3, -3, 3])]:
        assert chapter["errors_at"](rate, 3)[1:] == pytest.approx(errors, abs=1e-12)
    for rate in np.linspace(0.01, 0.6, 60):
        sizes = np.abs(chapter["errors_at"](rate, 12))
        assert sizes == pytest.approx(3 * abs(1 - 5 * rate) ** np.arange(13), abs=1e-9, rel=1e-9)
        assert (np.diff(sizes) > 0).all() == (rate > 0.4 + 1e-9)
        if rate < 0.4 - 1e-9 and abs(rate - 0.2) > 1e-9:
            assert (np.diff(sizes) < 0).all()
        on_the_line = descend(chapter["identity_gradient"], (0.0, 5.0), rate, 12)
        assert np.array_equal(on_the_line, [[0, 5]] * 13)


@claim(
    "the farther the input is from zero, the lower the limit of the learning rate.",
    "With $x = 20$ it would be $2/401$, about 0.005.",
)
def test_the_limit_of_the_rate_falls_with_the_size_of_the_input(chapter):
    def bounded(x, rate):
        def gradient(parameters):
            return chapter["identity_gradient"](parameters, x, 5.0)

        return abs(error(descend(gradient, (0.5, 1.0), rate, 60)[-1], x)) < abs(error((0.5, 1.0), x))

    limits = []
    for size in [0.0, 0.5, 1.0, 2.0, 5.0, 20.0]:
        limits.append(2 / (size**2 + 1))
        for x in (size, -size):
            assert bounded(x, 0.99 * limits[-1])
            assert not bounded(x, 1.01 * limits[-1])
    assert all(after < before for before, after in itertools.pairwise(limits))
    assert round(limits[-1], 3) == 0.005


@claim(
    "No: every rate between 0 and 0.4 heads for the same point, $(1.7, 1.6)$.",
    "For this neuron the start decides where the run ends; the rate decides how fast it gets there, and whether it "
    "does.",
)
def test_the_rate_has_no_say_in_where_the_run_ends(chapter):
    needed = {}
    for rate in [*np.linspace(0.01, 0.39, 39), 0.399]:
        updates = 5000 if rate > 0.395 else 600  # so near to the limit each of them takes only half a per cent away
        run = descend(chapter["identity_gradient"], (0.5, 1), rate, updates)
        assert run[-1] == pytest.approx(IDENTITY_END, abs=1e-9)
        needed[round(rate, 3)] = next(k for k, point in enumerate(run) if abs(error(point)) < 1e-6)
    assert needed[0.2] == 1
    assert len(set(needed.values())) > 10
    for rate in (0.4, 0.41):
        assert abs(chapter["errors_at"](rate, 50)[-1]) >= 3 - 1e-9


@claim(
    "One update, and it is on the line: no rate is faster.",
    "At the limit: it jumps to and fro across the line for ever.",
)
def test_what_the_first_explorer_says_is_true_of_every_position(chapter):
    for rate, frame in positions(STEM, 0):
        errors = np.array(frame.columns["z"]) - 5
        sizes = np.abs(errors)
        said, ends = frame.message, np.array(chapter["identity_path"](rate))[20]
        after_20 = f"After 20 updates w = {ends[0]:.4f}, b = {ends[1]:.4f}."
        if said == "One update, and it is on the line: no rate is faster.":
            assert sizes[1] < 1e-12
            assert rate == 0.2
        elif said == "At the limit: it jumps to and fro across the line for ever.":
            assert errors == pytest.approx(-3 * (-1.0) ** np.arange(21), abs=1e-9)
        elif said.startswith("Diverges"):
            farther = f"Diverges: jumps across the line, each time {sizes[1] / sizes[0]:.2f} times as far."
            w, b = chapter["identity_path"](rate).T
            off_left = (w < -1.2) | (w > 5) | (b < -0.8) | (b > 4)
            off_right = abs(2 * w + b - 5) > 7
            k = len(errors) - 1
            off = f" After {k} updates it is off both pictures."
            assert said == farther + (off if off_left.any() else "")
            assert off_left[: k + 1].tolist() == [False] * k + [bool(off_left.any())]
            assert off_right[k] == off_left.any()
            jumps = np.abs(np.diff(errors))
            assert jumps[1:] / jumps[:-1] == pytest.approx(sizes[1] / sizes[0])
            assert (np.diff(sizes) > 0).all()
            assert sizes[1:] / sizes[:-1] == pytest.approx(sizes[1] / sizes[0])
        elif errors[1] > 0:
            left = f"{sizes[1] / sizes[0]:.2f}"
            assert said == f"Closes in, jumping across the line: {left} of the error is left each time. {after_20}"
            assert (errors[:11] * errors[1:12] < 0).all()
            assert sizes[20] < 3
        else:
            left = f"{sizes[1] / sizes[0]:.2f}"
            assert said == f"Closes in from one side: {left} of the error is left each time. {after_20}"
            assert (errors[:12] < 0).all()  # later some have reached the last digit
            assert (np.diff(sizes[:12]) < 0).all()
            assert (errors <= 0).all()
        assert (frame.state == "warning") == (rate >= 0.4)


# Linear


@claim(
    "However many linear neurons you chain, together they do no more than one.",
    "Together that is $2(3x - 1) + 4 = 6x + 2$, one neuron with the weight 6 and the bias 2.",
    "It takes the one nearest to $(0, 0)$, which is where our run from $(0, 0)$ ended.",
)
def test_linear_neurons_in_a_chain_are_one_neuron(chapter):
    assert list(chapter["solution"]) == pytest.approx(chapter["nearest_optimum"]((0, 0)))
    rng = np.random.default_rng(seed=0)
    xs = np.linspace(-3, 3, 7)
    assert 2 * (3 * xs - 1) + 4 == pytest.approx(6 * xs + 2)
    for length in [2, 3, 10]:
        parameters = rng.normal(size=(length, 2))

        def chain(activation, parameters=parameters):
            a = xs
            for w, b in parameters:
                a = activation(w * a + b)
            return a

        straight, bent = np.diff(chain(lambda z: z)), np.diff(chain(np.tanh))
        assert straight == pytest.approx([straight[0]] * 6, rel=1e-9)
        assert bent != pytest.approx([bent[0]] * 6, rel=1e-2)


# The sigmoid


@claim(
    "The sigmoid is steepest at $z = 0$, with the slope ¼.",
    r"The two factors add up to 1, so they are $\tfrac12 \pm d$, and their product, $\tfrac14 - d^2$, is largest when "
    "both are ½.",
    "Far out one of the factors is nearly 0, and so is the slope.",
    "it turns any number into one between 0 and 1",
)
def test_the_slope_of_the_sigmoid(chapter):
    zs = np.linspace(-20, 20, 4001)
    values = chapter["sigmoid_by_hand"](zs)
    slopes = values * (1 - values)
    assert zs[slopes.argmax()] == pytest.approx(0, abs=1e-9)
    assert slopes.max() == 1 / 4
    measured = (sigmoid(zs + 1e-5) - sigmoid(zs - 1e-5)) / 2e-5
    assert slopes == pytest.approx(measured, abs=1e-9)
    assert slopes == pytest.approx(1 / 4 - (values - 1 / 2) ** 2, abs=1e-15)
    # What it excludes: to rise from 0 to 1 is no reason to be steepest in the middle.
    twice = (sigmoid(zs - 5) + sigmoid(zs + 5)) / 2
    assert np.gradient(twice, zs)[2000] < 0.1 * np.gradient(twice, zs).max()
    assert (np.diff(slopes[zs >= 0]) < 0).all()
    assert slopes == pytest.approx(slopes[::-1])
    assert slopes[[0, -1]] == pytest.approx([0, 0], abs=1e-8)
    assert (values > 0).all()
    assert (values < 1).all()
    assert values == pytest.approx(sigmoid(zs), rel=1e-14)


@claim(
    "Here the result is still right, since 1 divided by `inf` is 0.",
    "`sigmoid` in `helpers` is the first form, without the warning: 0 at $z = -1000$ and, rounded, 1 at $z = 1000$.",
)
def test_what_overflows(chapter):
    with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
        assert chapter["sigmoid_by_hand"](-1000.0) == 0
    with pytest.warns(RuntimeWarning, match="overflow encountered in exp"), np.errstate(invalid="ignore"):
        assert np.isnan(np.exp(1000.0) / (1 + np.exp(1000.0)))
    assert (sigmoid(-1000.0), sigmoid(1000.0)) == (0, 1)  # a warning would be an error here


# The same point for both


@claim(
    "The identity neuron needs 13 updates to bring its loss below 0.01.",
    "It needs 298, more than twenty times as many.",
    "It takes 2,372 in all, about eight times as many.",
    "13 to get below 0.01, and 22 to get below 0.001.",
    "The identity neuron predicts 0.25, and its loss is 0.28125.",
    "The sigmoid neuron predicts 0.5622 and starts much closer, with a loss of 0.0958.",
)
def test_the_race_on_the_same_point(chapter):
    start = (0.3, 0.1)
    assert chapter["same_point_loss"](start) == pytest.approx(0.28125, rel=1e-14)
    assert f"{chapter['sigmoid_loss'](start):.4f}" == "0.0958"
    assert f"{sigmoid(0.25):.4f}" == "0.5622"
    runs = [
        (chapter["same_point_loss"], chapter["same_point_gradient"], {0.01: 13, 0.001: 22}),
        (chapter["sigmoid_loss"], chapter["sigmoid_gradient"], {0.01: 298, 0.001: 2372}),
    ]
    for loss, gradient, needed in runs:
        losses = [loss(point) for point in descend(gradient, start, 0.1, 2500)]
        for goal, updates in needed.items():
            assert losses[updates] < goal <= losses[updates - 1]
    assert round(2372 / 298) == 8
    assert 298 / 13 > 20


@claim(
    "On the right each thin line has one 9 more, and ten times the updates go about half a space further, again and "
    "again",
    "The dots after 0, 200, 2,000, 20,000 and 200,000 updates are about equally far apart, too. The last is between "
    "the second line and the third",
)
def test_ten_times_the_updates_go_half_a_space_further(chapter):
    zs, edges = chapter["sigmoid_zs"], [math.log(10**nines - 1) for nines in range(1, 16)]
    assert sigmoid(np.array(edges)) == pytest.approx([1 - 0.1**nines for nines in range(1, 16)], abs=1e-15)
    spaces = np.diff(edges)
    assert spaces == pytest.approx([math.log(10)] * 14, rel=0.05)
    ks = np.arange(200, 20_001)
    gains = zs[10 * ks] - zs[ks]
    # Half of ln 10, and a little more: it comes down to that, and does not stop there.
    assert (np.diff(gains) < 0).all()
    assert (gains > math.log(10) / 2).all()
    assert gains[-1] == pytest.approx(math.log(10) / 2, rel=0.03)
    dots = zs[[0, 200, 2000, 20_000, 200_000]]
    assert np.diff(dots) == pytest.approx([1.25] * 4, abs=0.2)
    assert edges[1] < dots[-1] < edges[2]


@claim(
    "it meets a dashed falling line, the optima with ŷ = 0.8, at a right angle at (0.75, 1.01); the dots after 2,000, "
    "20,000 and 200,000 updates are all there.",
    "Both runs set out in the same direction.",
    "two up for one to the right.",
)
def test_on_the_way_to_0_8_there_is_a_line_to_stop_at(chapter):
    run = descend(lambda point: chapter["sigmoid_gradient"](point, y=0.8), (0.3, 0.1), 0.1, 20_000)
    end = np.array([0.3, 0.1]) + (math.log(4) - 0.25) / 1.25 * np.array([0.5, 1])
    assert [f"{number:.2f}" for number in end] == ["0.75", "1.01"]
    for k in (2000, 20_000):
        assert math.dist(run[k], end) < 0.01
    assert run[20_000] == pytest.approx(end, abs=1e-12)  # and what comes to rest there stays for the other 180,000
    assert chapter["run_to_0_8"].keys() < chapter["run_to_1"].keys()
    for points in (chapter["run_to_0_8"], chapter["run_to_1"]):
        w, b = np.diff(list(points.values()), axis=0).T
        assert (w > 0).all()
        assert b == pytest.approx(2 * w)
    to_1 = descend(chapter["sigmoid_gradient"], (0.3, 0.1), 0.1, 2000)
    for k in (0, 200, 2000):
        assert chapter["run_to_0_8"][k] == pytest.approx(run[k])
        assert chapter["run_to_1"][k] == pytest.approx(to_1[k])


@claim(
    "The slope of the sigmoid brakes twice.",
    "At the start these are −0.75 and −0.1078.",
    "Then $\\hat y$ follows $z$, and the same slope shortens its step once more.",
    "At the start it is 0.246, and both brakes together leave $0.246^2 = 0.061$, a sixteenth; at a loss of 0.01, only "
    "a 68th.",
)
def test_the_slope_of_the_sigmoid_enters_the_change_of_the_prediction_squared(chapter):
    assert chapter["identity_delta"](0.25) == -0.75
    assert f"{chapter['sigmoid_delta'](0.25):.4f}" == "-0.1078"
    slope = sigmoid(0.25) * (1 - sigmoid(0.25))
    assert [f"{slope:.3f}", f"{slope**2:.3f}"] == ["0.246", "0.061"]
    assert slope**2 == pytest.approx(1 / 16, rel=0.05)
    gap = math.sqrt(2 * 0.01)
    assert round(1 / (gap * (1 - gap)) ** 2) == 68
    for z in np.linspace(-4, 6, 41):
        gap, slope = missing(z), missing(z) * (1 - missing(z))
        step = -0.125 * chapter["sigmoid_delta"](z)
        assert step == pytest.approx(0.125 * gap * slope)  # once
        gained = missing(z) - missing(z + step)
        assert gained == pytest.approx(0.125 * gap * slope**2, rel=0.02)  # and once more
        identity = 0.125 * (1 - z)  # where the step is the change of the prediction
        assert -0.125 * chapter["identity_delta"](z) == pytest.approx(identity)


@claim("Here $x^2 + 1$ is 1.25, so that is $-0.125\\,\\delta$ for both.")
def test_z_alone_tells_the_whole_story(chapter):
    for zs, gradient in [
        (chapter["identity_zs"], chapter["same_point_gradient"]),
        (chapter["sigmoid_zs"], chapter["sigmoid_gradient"]),
    ]:
        run = descend(gradient, (0.3, 0.1), 0.1, 150)
        assert zs[:151] == pytest.approx(0.5 * run[:, 0] + run[:, 1], rel=1e-12)


@claim(
    "There is always a better place, and never a best one.",
    "On paper its prediction stays below 1 for every $z$, so its loss is above zero for every $w$ and $b$.",
    "Its $\\delta$ is negative for every $z$, so each update raises $z$.",
    "The identity neuron is in a bowl, and its run closes in on the bottom, at $z = 1$.",
)
def test_the_sigmoid_neuron_has_no_optimum(chapter):
    zs = np.linspace(-300, 300, 601)
    losses = np.array([loss_at(z) for z in zs])
    assert (losses > 0).all()
    assert (np.diff(losses[zs > -30]) < 0).all()
    for z in np.linspace(-30, 30, 121):
        assert chapter["sigmoid_delta"](z) < 0
    for z in np.linspace(-5, 5, 21):
        after = climb(z, 0.125, 50)
        assert (np.diff(after) > 0).all()
        assert all(loss_at(b) < loss_at(a) for a, b in itertools.pairwise(after))
    # The bowl: one place is best, from both sides.
    for z in (-3.0, 0.25, 4.0):
        assert chapter["follow_z"](chapter["identity_delta"], 400, z)[-1] == pytest.approx(1, abs=1e-12)


@claim(
    "Yes: it closes in on $z = 1.3863$, where $\\sigma(z) = 0.8$.",
    "Every target between 0 and 1 has its optima; the target 1 has none.",
    "With the target 0.8 there is a line of optima, too.",
)
def test_a_target_below_1_has_a_line_of_optima(chapter):
    def gradient(target):
        return lambda parameters: chapter["sigmoid_gradient"](parameters, y=target)

    for target, updates in [(0.05, 60_000), (0.3, 4000), (0.7, 4000), (0.8, 8000), (0.9, 20_000)]:
        end = descend(gradient(target), (0.3, 0.1), 0.1, updates)[-1]
        z = math.log(target / (1 - target))
        assert end @ [0.5, 1] == pytest.approx(z, abs=1e-6)
        assert (end - [0.3, 0.1]) @ [1, -0.5] == pytest.approx(0, abs=1e-9)  # straight to the nearest one
        for w in np.linspace(-5, 5, 11):
            assert chapter["sigmoid_loss"]([w, z - 0.5 * w], y=target) == pytest.approx(0, abs=1e-28)
    assert f"{math.log(4):.4f}" == "1.3863"
    assert sigmoid(math.log(4)) == pytest.approx(0.8)


@claim(
    "Nor can $z$ close in on a ceiling: just below a ceiling, its steps would be about as long as at the ceiling, and "
    "soon a step would pass it."
)
def test_with_the_target_1_z_grows_beyond_every_bound(chapter):
    def step(z):
        return -0.125 * chapter["sigmoid_delta"](z)

    for ceiling in range(1, 26):
        # Up to the ceiling no step is shorter than the shortest of these, so it is passed.
        steps = [step(z) for z in np.linspace(0.25, ceiling, 101)]
        assert min(steps) == min(steps[0], steps[-1]) > 0
    for ceiling in range(1, 13):
        for below in np.array([2, 1.5, 1, 0.5]) * step(ceiling):
            assert step(ceiling - below) == pytest.approx(step(ceiling), rel=0.05)
        assert chapter["follow_z"](chapter["sigmoid_delta"], 3, ceiling - 2 * step(ceiling))[-1] > ceiling
    # What it excludes: near its bottom the identity neuron's steps shrink to nothing.
    assert chapter["follow_z"](chapter["identity_delta"], 3, 0.99)[-1] < 1
    zs = climb(0.25, 0.125, 100_000)
    passed = [int(np.argmax(zs > bound)) for bound in (1, 2, 3, 4, 5)]
    assert all(0 < before < after for before, after in itertools.pairwise(passed))


@claim(
    r"Halve what is missing, $1 - \hat y$. Far out, error and both brakes, $\hat y (1 - \hat y)$, are then each about "
    r"halved, so the step of $\hat y$ is about an eighth. For half the way, that is about a quarter of the share.",
)
def test_how_the_step_shrinks_when_what_is_missing_is_halved(chapter):
    def after_half(gap, of):
        return of(gap / 2) / of(gap)

    def step(gap):
        z = math.log((1 - gap) / gap)
        return gap - missing(z - 0.125 * chapter["sigmoid_delta"](z))

    gaps = (1 - sigmoid(0.25)) / 2.0 ** np.arange(10)
    brakes = [after_half(gap, lambda gap: gap * (1 - gap)) for gap in gaps]
    steps = [after_half(gap, step) for gap in gaps]
    shares = [after_half(gap, lambda gap: step(gap) / gap) for gap in gaps]
    for quotients, limit in [(brakes, 1 / 2), (steps, 1 / 8), (shares, 1 / 4)]:
        assert quotients[0] > 1.3 * limit  # it is not so at the start, and comes to that only late
        assert all(limit < after < before for before, after in itertools.pairwise(quotients))
        assert quotients[-1] == pytest.approx(limit, rel=0.01)


@claim("The step of $z$ is longest where $\\hat y = 1/3$.", "At our rate, a start well below 1/3 speeds up first.")
def test_a_start_far_down_speeds_up_before_it_slows_down():
    outputs = np.linspace(0.001, 0.999, 2995)
    assert outputs[(outputs * (1 - outputs) ** 2).argmax()] == pytest.approx(1 / 3, abs=1e-3)
    for z in (-3.0, -5.0):
        steps = np.diff(climb(z, 0.125, 400))
        assert steps[1] > steps[0]
    assert (np.diff(climb(0.25, 0.125, 2000), n=2) < 0).all()  # ours slows down from the first


@claim(
    "In the bowl, each update multiplies the distance to the bottom by $1 - 0.125 = 0.875$, and so the loss by "
    "$0.875^2$, about 0.77.",
    "The same *share*, 23 %, is lost each time.",
    "A tenth of the loss costs another eight or nine updates, again and again",
    "On the hillside the share itself shrinks",
    "loss times updates settles towards 2, so in the long run the loss is about $2/k$ after $k$ updates.",
    "at our rate in the long run a loss of about $2/k$ after $k$ updates.",
    "Late in this run, a tenth of the loss costs nearly ten times the updates.",
    "Far out the sigmoid neuron closes in on it.",
)
def test_geometric_against_one_over_k(chapter):
    bowl, hill = chapter["identity_losses"], chapter["sigmoid_losses"]
    shares = 1 - bowl[1:100] / bowl[:99]
    assert shares == pytest.approx([shares[0]] * 99, rel=1e-6)
    assert f"{shares[0]:.0%}" == "23%"
    reached = [int(np.argmax(bowl < 10.0**-n)) for n in range(1, 12)]
    assert set(np.diff(reached)) == {8, 9}
    distances = 1 - chapter["identity_zs"]
    assert distances[1:60] / distances[:59] == pytest.approx([0.875] * 59, rel=1e-9)
    assert round(0.875**2, 2) == 0.77
    assert (np.diff(1 - hill[1:20_000] / hill[:19_999])[300:] < 0).all()
    ks = np.array([200, 2000, 20_000, 200_000])
    assert [f"{product:.2f}" for product in ks * hill[ks]] == ["3.06", "2.41", "2.12", "2.04"]
    assert all(2 < after < before for before, after in itertools.pairwise(ks * hill[ks]))
    # Ever closer to ten times: 8 times from 0.01 to 0.001, and more with each tenth.
    times = [int(np.argmax(hill < goal)) for goal in (1e-2, 1e-3, 1e-4, 1.02e-5)]
    ratios = [after / before for before, after in itertools.pairwise(times)]
    assert all(before < after < 10 for before, after in itertools.pairwise(ratios))
    assert ratios[-1] > 9
    # It is so late in the run, not wherever z is far out: at the rate 50 it is so after one update.
    fast = climb(0.25, 1.25 * 50, 85_000)
    assert fast[1] > chapter["sigmoid_zs"][-1]
    tenth = next(k for k, z in enumerate(fast) if loss_at(z) < loss_at(fast[1]) / 10)
    assert tenth > 1000
    assert 20 * hill[20] < 1.5  # and early the loss is not 2/k
    # The 2 belongs to this point and this rate, and to the target 1.
    for x, rate in [(2.0, 0.1), (0.5, 1.0), (0.5, 2.0)]:
        share = rate * (x**2 + 1)
        assert 100_000 * loss_at(climb(0.25, share, 100_000)[-1]) == pytest.approx(1 / (4 * share), rel=0.03)


@claim(
    "When $L$ falls to $L - L^2/2$, then $1/L$ grows to about $1/L + \\tfrac12$.",
    "with another $x$ and $\\alpha$ the loss is about $1/k$ divided by $4\\alpha(x^2 + 1)$, once $k$ is so large that "
    "the start no longer counts. (After a huge first step that takes very long.)",
)
def test_why_two_over_k(chapter):
    inverse = 1 / chapter["sigmoid_losses"]
    growth = np.diff(inverse[[0, 298, 2372, 20_000, 200_000]]) / np.diff([0, 298, 2372, 20_000, 200_000])
    assert abs(growth - 0.5)[-1] < 0.01
    assert (np.diff(abs(growth - 0.5)) < 0).all()
    assert all(1 / (loss - loss**2 / 2) - 1 / loss == pytest.approx(0.5, rel=loss) for loss in (0.01, 1e-3, 1e-4))
    far_out = climb(0.25, 1.25 * 50, 20_000)  # the rate 50: from where its first step leads the law is far off
    assert 20 * loss_at(far_out[20]) * 4 * 62.5 < 0.01
    assert 0.5 < 20_000 * loss_at(far_out[-1]) * 4 * 62.5 < 0.8


# The learning rate of the sigmoid neuron


@claim(
    "None is too large: there is no bottom to overshoot.",
    "On this point everything from $2/1.25 = 1.6$ up is too large for the identity neuron.",
    "What is too large for one neuron need not be too large for another.",
    "With the *sigmoid* neuron on $(0.5, 1)$ the loss never rises, whatever the rate.",
)
def test_no_rate_is_too_large_for_the_sigmoid_neuron(chapter):
    for z, rate in itertools.product(np.linspace(-4, 4, 17), [0.1, 1, 1.6, 1.7, 10, 50, 200]):
        zs = climb(z, 1.25 * rate, 20)
        assert (np.diff(zs) >= 0).all()
        assert all(loss_at(b) <= loss_at(a) for a, b in itertools.pairwise(zs))
    for rate, shrinks in [(1.5, True), (1.59, True), (1.6, False), (1.61, False), (2, False), (50, False)]:
        gaps = np.abs(descend(chapter["same_point_gradient"], (0.3, 0.1), rate, 20) @ [0.5, 1] - 1)
        assert (gaps[-1] < 0.99 * gaps[0]) == shrinks


@claim(
    "Ask it for 0.8, and there is a bottom again, and a limit: at 50 it still settles, but above 62.5 the bottom "
    "cannot hold it. At 100 it lands far out, creeps back for some eighty updates, and then jumps about for ever.",
)
def test_with_the_target_0_8_there_is_a_bottom_to_overshoot():
    bottom = math.log(4)

    def run(rate, updates, z=0.25):
        zs = [z]
        for _ in range(updates):
            y_hat = 1 - missing(zs[-1])
            zs.append(zs[-1] - 1.25 * rate * (y_hat - 0.8) * y_hat * (1 - y_hat))
        return np.array(zs)

    assert math.isclose(2 / (1.25 * (0.8 * 0.2) ** 2), 62.5)
    for rate in (10, 30, 50, 60, 62):
        assert run(rate, 2000)[-1] == pytest.approx(bottom, abs=1e-9)
    for rate in (63, 65, 80, 100, 150):
        assert np.ptp(run(rate, 20_000)[-100:]) > 0.1
    for rate, holds in [(62, True), (62.4, True), (62.6, False), (63, False), (1000, False)]:  # from close to it
        assert (abs(run(rate, 40, bottom + 1e-6)[-1] - bottom) < 1e-6) == holds
    zs = run(100, 20_000)
    assert zs[1] > 7
    steps = np.abs(np.diff(zs[1:]))
    assert 75 < np.argmax(steps > 0.5) < 85
    outputs = sigmoid(zs[-1000:])
    assert np.ptp(outputs) > 0.2
    assert (np.abs(np.diff(outputs)) > 0.03).mean() > 0.5


@claim("From this start a larger rate climbs further, and on paper no rate brings the run to an end.")
def test_from_this_start_a_larger_rate_climbs_further():
    ends = [climb(0.25, 1.25 * rate, 20)[-1] for rate, _ in positions(STEM, 1)]
    assert all(before < after for before, after in itertools.pairwise(ends))
    assert all(frame.columns["missing"][-1] > 1e-4 for _, frame in positions(STEM, 1))
    # From far on the left it is not so: the longer leap ends where it is flatter.
    assert climb(-5.0, 1.25 * 14.37, 20)[-1] < climb(-5.0, 1.25 * 14.07, 20)[-1]


@claim(
    "With a rate of 50 the first update alone goes nearly all the way, and then the prediction hardly moves any more.",
)
def test_what_the_second_explorer_says_is_true_of_every_position(chapter):
    for rate, frame in positions(STEM, 1):
        y_hat = np.array([sigmoid(0.5 * w + b) for w, b in chapter["sigmoid_path"](rate)])
        gains = np.diff(y_hat)
        first, last, gap = re_numbers(frame.message)
        assert frame.message.startswith(f"After 20 updates ŷ = {y_hat[20]:.4f}, and ")
        assert gap == pytest.approx(1 - y_hat[20], abs=5e-5)
        assert first == pytest.approx(gains[0], abs=5e-5)
        assert gains[-1] < 1e-4 if last is None else last == pytest.approx(gains[-1], abs=5e-5)
        assert gains[-1] < gains[0]
        assert frame.state == "note"
    assert rate == 50
    assert gains[0] > 0.99 * (y_hat[20] - y_hat[0])
    assert gains[1:].sum() < 0.005


def re_numbers(message):
    """What the first update added, what the last one did (None: less than 0.0001), and what is missing."""
    missing_part, added = message.split(" is still missing. The first update added ")
    first, last = added.removesuffix(".").split(", the last one ")
    return (
        float(first),
        None if last == "less than 0.0001" else float(last),
        float(missing_part.rsplit(" ", 1)[1]),
    )


# As printed in the source


@claim(
    "The loss 0.0044 belongs to them.",
    "Each epoch line shows the loss from before the update beside the parameters from after it.",
    "When it stops it has not changed them yet, so its last line shows one moment.",
)
def test_which_loss_belongs_to_which_parameters(chapter, capsys):
    for loss_of, gradient_of, start in [
        (chapter["identity_loss"], chapter["identity_gradient"], chapter["identity_start"]),
        (chapter["sigmoid_loss"], chapter["sigmoid_gradient"], chapter["sigmoid_start"]),
    ]:
        chapter["train_as_the_source"](loss_of, gradient_of, start, 0.1, 20)
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Epoch")]
        run = descend(gradient_of, start, 0.1, 20)
        for k, line in enumerate(lines):
            w, b = run[k + 1]
            assert line == f"Epoch: {k + 1}, Loss = {loss_of(run[k]):.4f}, w = {w:.4f}, b = {b:.4f}"
            assert f"Loss = {loss_of(run[k + 1]):.4f}" not in line
    assert f"{chapter['identity_loss']([1.6625, 1.58125]):.4f}" == "0.0044"


@claim(
    "The first two are printed rounded down, to the even digit, because a float64 holds them exactly.",
    "The third is printed rounded up, because the float64 nearest to it is a little larger.",
)
def test_the_three_digits_on_the_edge(chapter):
    loss, b = chapter["identity_loss"](chapter["identity_run"][2]), chapter["identity_run"][5, 1]
    assert loss == 0.28125 == 9 / 32
    assert f"{loss:.4f}" == "0.2812"
    prediction = 5 + error(chapter["identity_run"][5])
    assert prediction == 4.90625 == 157 / 32
    assert f"{prediction:.4f}" == "4.9062"
    assert f"{b:.4f}" == "1.5813"
    assert f"{b:.20f}" > "1.58125000000000000000"
    assert b == 1.58125


@claim("When its loss is below 0.01, and you know how long that takes: after 298 updates it would announce")
def test_the_reprinted_loop_would_stop_in_epoch_299(chapter, capsys):
    def printed(num_epochs):
        loss_of, gradient_of, start = (chapter[f"sigmoid_{name}"] for name in ("loss", "gradient", "start"))
        chapter["train_as_the_source"](loss_of, gradient_of, start, 0.1, num_epochs)
        return capsys.readouterr().out

    assert "Stopping" not in printed(298)
    assert "Stopping early at epoch 299" in printed(400)
    assert len([line for line in printed(400).splitlines() if line.startswith("Epoch")]) == 298


# The exercises


@claim("A loop is right too, and the check accepts it; but one power of the multiplier does it without.")
def test_exercise_3_accepts_a_loop_and_a_formula():
    def by_loop(k, learning_rate):
        w, b = 0.0, 0.0
        for _ in range(k):
            gap = 3 * w + b - 4
            w, b = w - learning_rate * gap * 3, b - learning_rate * gap
        return w, b

    def by_formula(k, learning_rate):
        done = 1 - (1 - 10 * learning_rate) ** k
        return 1.2 * done, 0.4 * done

    assert checks.EXERCISES["4.3"].judge(by_loop).right
    assert checks.EXERCISES["4.3"].judge(by_formula).right


@claim(
    "At $\\alpha = 0.1$ its loss falls at every update, towards zero. Yet from $(0.5, 1)$ it ends near $(1.80, 1.39)$ "
    "and not at $(1.7, 1.6)$.",
    "Neither the falling loss nor a check of the gradient could find it",
)
def test_the_bug_of_exercise_5_hides_in_the_update(chapter):
    runs = [chapter["suspicious_run"](0.5, 1.0, 0.1, n) for n in range(40)]
    losses = [chapter["identity_loss"](point) for point in runs]
    assert all(after < before for before, after in itertools.pairwise(losses[:20]))
    assert losses[-1] == pytest.approx(0, abs=1e-12)
    assert [f"{number:.2f}" for number in runs[-1]] == ["1.80", "1.39"]
    start, gradient = np.array(runs[0]), chapter["identity_gradient"]
    assert check_gradient(chapter["identity_loss"], gradient(start), start).agrees
    assert not check_update(start, np.array(runs[1]), gradient(start), 0.1).agrees


@claim(
    "That is more than six times the sigmoid's slopes, because tanh is nearly four times as steep here "
    "and starts further from the target."
)
def test_the_slopes_of_the_tanh_neuron(chapter):
    start = chapter["sigmoid_start"]
    steep = (1 - np.tanh(0.25) ** 2) / (sigmoid(0.25) * (1 - sigmoid(0.25)))
    further = (np.tanh(0.25) - 1) / (sigmoid(0.25) - 1)
    assert 3.8 < steep < 4
    assert further > 1
    slope = (np.tanh(0.25) - 1) * (1 - np.tanh(0.25) ** 2)
    assert [f"{slope * 0.5:.4f}", f"{slope:.4f}"] == ["-0.3549", "-0.7098"]
    assert slope / chapter["sigmoid_gradient"](start)[1] == pytest.approx(steep * further)
    assert steep * further > 6


@claim(
    "At 0.05 the run closes in on its end, halving the distance each time, at 0.1 it is there after one update, at 0.2 "
    "it jumps to and fro for ever, and at 0.25 it leaves."
)
def test_the_four_rates_of_exercise_3():
    def left(rate):
        return [float(4 - np.dot(checks._descent(k, rate), [3, 1])) for k in range(20)]

    assert left(0.05) == pytest.approx([4 / 2**k for k in range(20)])
    assert left(0.1)[1:] == pytest.approx([0] * 19, abs=1e-12)
    assert left(0.2) == pytest.approx([4 * (-1) ** k for k in range(20)])
    assert left(0.25) == pytest.approx([4 * (-1.5) ** k for k in range(20)])


@claim(
    "At $\\alpha = 0.45$ the identity neuron diverges from nearly every start.",
    "From $(0, 5)$ none does in the computer either; from a point whose digits are rounded, even the last digit can "
    "grow.",
)
def test_a_start_on_the_line_stays_there_if_its_digits_are_exact(chapter):
    gradient = chapter["identity_gradient"]
    for rate in (0.1, 0.45, 1, 1000):
        assert np.array_equal(descend(gradient, (0.0, 5.0), rate, 50), [[0, 5]] * 51)
    assert error((4.02, -3.04)) != 0
    assert error((4.02, -3.04)) == pytest.approx(0, abs=1e-14)
    assert abs(error(descend(gradient, (4.02, -3.04), 0.5, 100)[-1])) > 100
    for start in STARTS:
        gap = abs(error(start))
        assert abs(error(descend(gradient, start, 0.45, 20)[-1])) == pytest.approx(gap * 1.25**20, abs=1e-9)


@claim(
    "The gradient is then exactly 0, and from this input the neuron will never learn anything again, whatever its "
    "target.",
    "the first step at 512 goes so far that $\\hat y$ is rounded to exactly 1.",
)
def test_a_saturated_neuron_is_so_for_its_input_and_not_for_every_other(chapter):
    gradient = chapter["sigmoid_gradient"]
    w, b = chapter["sigmoid_start"] - 512 * gradient(chapter["sigmoid_start"])
    assert sigmoid(0.5 * w + b) == 1
    for target in (0.0, 0.3, 0.8, 1.0):
        assert not gradient([w, b], y=target).any()
    assert abs(gradient([w, b], x=-2.0)[0]) > 0.2  # another input, and it learns
