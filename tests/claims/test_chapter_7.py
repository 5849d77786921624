"""Chapter 7, two neurons in a layer."""

from functools import cache, partial
from itertools import pairwise

import chapters
import numpy as np
import pytest

import helpers.activations
from claims import claim, positions
from helpers.gradients import central_difference, complex_step
from helpers.losses import half_squared_error

STEM = "07-two-neurons-in-a-layer"
EVERYWHERE = np.linspace(-5, 5, 201).reshape(201, 1)
FLOOR = 0.032


def setup_module():
    """The chapter runs before its first test, not at the import: each process imports the claims of all chapters."""
    global NAMES, X, Y, BY_HAND, START, forward_pass, network_loss, matrix_gradient, deltas, update, train, twins
    global layer_gradient, layer_loss
    NAMES = chapters.namespace(STEM)
    X, Y = NAMES["X"], NAMES["Y"]
    BY_HAND = NAMES["by_hand"]
    forward_pass, network_loss = NAMES["forward_pass"], NAMES["network_loss"]
    matrix_gradient, deltas, update = NAMES["matrix_gradient"], NAMES["deltas"], NAMES["update"]
    train, twins = NAMES["train"], NAMES["twins"]
    layer_gradient, layer_loss = NAMES["layer_gradient"], NAMES["layer_loss"]
    START = NAMES["start"]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predictions(parameters, inputs=None):
    return forward_pass(parameters, X if inputs is None else inputs)[1].ravel()


@cache
def history(difference=0.001, learning_rate=5.0, num_updates=2000):
    return train(twins(difference), X, Y, learning_rate, num_updates)


@cache
def losses(*arguments, **named):
    return np.array([network_loss(parameters, X, Y) for parameters in history(*arguments, **named)])


def first_below(run, bound=FLOOR):
    return int(np.argmax(run < bound)) if (run < bound).any() else None


def random_network(rng, d=1, h=2, size=2.0):
    shapes = [(d, h), (h,), (h, 1), (1,)]
    return tuple(size * rng.normal(size=shape) for shape in shapes)


def is_monotone(curve):
    steps = np.diff(curve)
    return (steps >= 0).all() or (steps <= 0).all()


# What two can do


@claim("It never turns back.")
def test_one_neuron_rises_or_falls():
    rng = np.random.default_rng(seed=0)
    assert all(is_monotone(sigmoid(w * EVERYWHERE.ravel() + b)) for w, b in rng.normal(scale=5, size=(500, 2)))
    assert not is_monotone(predictions(BY_HAND, EVERYWHERE))


def rising_fit(targets):
    """The rising values nearest to the targets: neighbours in the wrong order share their mean."""
    blocks = []
    for target in targets:
        blocks.append([target, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (b, n), (a, m) = blocks.pop(), blocks.pop()
            blocks.append([(a * m + b * n) / (m + n), m + n])
    return np.concatenate([[value] * count for value, count in blocks])


@claim(
    "On these five points no curve that only rises, or only falls, gets below a loss of 0.032.",
    "The cheapest way out is to answer their mean, 0.5, three times.",
    "If it falls, the three points on the left cost the same.",
)
def test_the_floor_of_one_neuron():
    targets = Y.ravel()
    np.testing.assert_allclose(rising_fit(targets), [0.1, 0.5, 0.5, 0.5, 0.5], rtol=1e-15)
    np.testing.assert_allclose(rising_fit(targets[2:]), 0.5, rtol=1e-15)
    assert half_squared_error(rising_fit(targets), targets) == pytest.approx(FLOOR, rel=1e-14)
    assert half_squared_error(rising_fit(targets[::-1]), targets[::-1]) == pytest.approx(FLOOR, rel=1e-14)
    rng = np.random.default_rng(seed=0)
    for curve in np.sort(rng.uniform(-0.5, 1.5, (5000, 5))):
        near = rising_fit(targets) + 0.05 * (curve - curve.mean())  # rises too, and stays close to the best
        for rising in (curve, near):
            assert half_squared_error(rising, targets) >= FLOOR - 1e-15
            assert half_squared_error(rising[::-1], targets) >= FLOOR - 1e-15
    assert network_loss(BY_HAND, X, Y) < FLOOR


@claim("its best curve is the flat line 0.42, at a loss of 0.0448.")
def test_the_best_single_neuron_is_flat():
    x, targets = X.ravel(), Y.ravel()
    flat = half_squared_error(np.full(5, 0.42), targets)
    assert f"{flat:.4f}" == "0.0448"
    w, b = np.meshgrid(np.linspace(-40, 40, 321), np.linspace(-40, 40, 641))
    answers = sigmoid(w[..., None] * x + b[..., None])
    every = ((answers - targets) ** 2).mean(axis=-1) / 2
    assert (every >= flat).all()
    rng = np.random.default_rng(seed=0)
    for _ in range(20):  # and downhill from anywhere it ends there, or higher
        w, b = rng.normal(scale=2, size=2)
        for _ in range(5000):
            answer = sigmoid(w * x + b)
            delta = (answer - targets) / 5 * answer * (1 - answer)
            w, b = w - 5 * (delta * x).sum(), b - 5 * delta.sum()
        assert half_squared_error(sigmoid(w * x + b), targets) >= flat - 1e-12
    assert sigmoid(w * x + b) == pytest.approx(np.full(5, 0.42), abs=1e-6)


@claim("A loss of 0.00003, a thousandth of what any curve without a hill must pay.")
def test_the_network_built_by_hand():
    loss = network_loss(BY_HAND, X, Y)
    assert f"{loss:.5f}" == "0.00003"
    assert FLOOR / loss == pytest.approx(1000, rel=0.02)


@claim("The first hidden neuron is the neuron of chapter 4: it says 0.5622 again.")
def test_the_neuron_of_chapter_4():
    assert NAMES["a1_1"] == helpers.activations.sigmoid(0.3 * 0.5 + 0.1)  # its input, weight and bias
    assert f"{NAMES['a1_1']:.4f}" == "0.5622"


# Matrices


@claim("Where paths meet, their slopes add.", "Sum over the examples:", "Sum over the outputs:")
def test_each_entry_is_a_sum_of_paths():
    rng = np.random.default_rng(seed=0)
    for n, h, k in [(1, 1, 1), (3, 2, 1), (5, 4, 3), (2, 3, 10)]:
        A, W, b, T = rng.uniform(size=(n, h)), rng.normal(size=(h, k)), rng.normal(size=k), rng.uniform(size=(n, k))
        error = A @ W + b - T  # the slope of half the squared error, so delta

        of_W = np.array([[sum(A[i, m] * error[i, j] for i in range(n)) for j in range(k)] for m in range(h)])
        of_A = np.array([[sum(error[i, j] * W[m, j] for j in range(k)) for m in range(h)] for i in range(n)])
        np.testing.assert_allclose(of_W, A.T @ error, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(of_A, error @ W.T, rtol=1e-12, atol=1e-14)
        slopes = [
            central_difference(partial(squares, T, A, W, b, place), array) for place, array in enumerate((A, W, b))
        ]
        for ours, theirs in zip((of_A, of_W, error.sum(axis=0)), slopes, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)


def squares(T, A, W, b, place, array):
    """Half the sum of (AW + b − T)², with another array in the place of A, W or b."""
    A, W, b = (array if k == place else own for k, own in enumerate((A, W, b)))
    return ((A @ W + b - T) ** 2).sum() / 2


@claim("Every gradient has the shape of its parameter.")
@pytest.mark.parametrize(("n", "d", "h"), [(1, 1, 1), (5, 3, 4), (4, 1, 2), (3, 5, 2), (7, 2, 6)])
def test_the_matrix_gradient_is_right_at_every_size(n, d, h):
    rng = np.random.default_rng(seed=n)
    parameters, inputs, targets = random_network(rng, d, h, 1.0), rng.normal(size=(n, d)), rng.uniform(size=(n, 1))
    for place, slope in enumerate(matrix_gradient(parameters, inputs, targets)):

        def loss(array, place=place):
            changed = [*parameters[:place], array, *parameters[place + 1 :]]
            return network_loss(changed, inputs, targets)

        assert slope.shape == parameters[place].shape
        np.testing.assert_allclose(slope, central_difference(loss, parameters[place]), rtol=1e-6, atol=1e-10)


@claim(
    "A check on copies of one example cannot see that examples are mixed.",
    "In both cases with differing examples, and in neither with copies.",
)
def test_mixed_examples_show_on_examples_that_differ_and_on_no_copies():
    right, mixed = matrix_gradient, (NAMES["mixed_in_W2"], NAMES["mixed_in_W1"])
    rng = np.random.default_rng(seed=1)
    for _ in range(50):
        parameters, inputs, targets = random_network(rng, 3, 4), rng.normal(size=(5, 3)), rng.uniform(size=(5, 1))
        copies = np.repeat(inputs[:1], 5, axis=0), np.repeat(targets[:1], 5, axis=0)
        for wrong in mixed:
            pairs = zip(right(parameters, inputs, targets), wrong(parameters, inputs, targets), strict=True)
            assert not all(np.allclose(a, b, rtol=1e-3, atol=0) for a, b in pairs)
            for a, b in zip(right(parameters, *copies), wrong(parameters, *copies), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-16)
    compare, random = NAMES["compare"], (NAMES["X_random"], NAMES["Y_random"])
    assert [compare(gradient, *random).agrees for gradient in (right, *mixed)] == [True, False, False]
    copies = NAMES["X_copies"], NAMES["Y_copies"]
    assert [compare(gradient, *copies).agrees for gradient in (right, *mixed)] == [True, True, True]


@claim("our hill reads the same backwards, and for the network built by hand `mixed_in_W2` is right.")
def test_symmetry_hides_mixed_examples():
    right = matrix_gradient(BY_HAND, X, Y)
    for slope, mixed in zip(right, NAMES["mixed_in_W2"](BY_HAND, X, Y), strict=True):
        np.testing.assert_allclose(mixed, slope, rtol=0, atol=1e-17)
    assert abs(NAMES["mixed_in_W1"](BY_HAND, X, Y)[0] - right[0]).max() > 1e-7


@claim("And a falling loss proves little:")
def test_a_wrong_gradient_lowers_the_loss():
    parameters = twins(0.001)
    for _ in range(2000):
        slopes = NAMES["mixed_in_W2"](parameters, X, Y)
        parameters = tuple(array - 5 * slope for array, slope in zip(parameters, slopes, strict=True))
    assert network_loss(parameters, X, Y) < 0.05 * network_loss(twins(0.001), X, Y)


@claim(
    "$0.01 \\cdot 2 + 0.03 \\cdot 5 = 0.17$",
    "= \\begin{pmatrix} 0.016 \\\\ 0.002 \\end{pmatrix}",
)
def test_the_products_written_out():
    np.testing.assert_allclose(NAMES["slopes_of_W2"], [[0.016], [0.002]], rtol=1e-12)
    assert (np.array([[0.01, 0.03]]) @ np.array([[2, 5]]).T).item() == pytest.approx(0.17)
    made_up = NAMES["three_deltas"]
    possible = 4 / 27 / len(made_up)  # (ŷ − y)ŷ(1 − ŷ) is at most 4/27 for targets from 0 to 1
    assert abs(made_up).max() < possible


# Twins


@claim(
    "Twins stay twins, whatever the data and the learning rate.",
    "No: it rises from end to end.",
    "Twins, which gradient descent cannot part, and the thousandth that does.",
)
def test_twins():
    rng = np.random.default_rng(seed=0)
    for d, n, rate in [(1, 5, 5.0), (1, 1, 0.1), (2, 7, 1.0), (3, 4, 20.0), (1, 6, 100.0)]:
        inputs, targets = rng.normal(size=(n, d)), rng.uniform(size=(n, 1))
        W1, b1, W2, b2 = random_network(rng, d, 1)
        parameters = np.repeat(W1, 2, axis=1), np.repeat(b1, 2), np.repeat(W2, 2, axis=0), b2
        for _ in range(300):
            parameters = update(parameters, inputs, targets, rate)
            W1, b1, W2, _ = parameters
            assert np.array_equal(W1[:, 0], W1[:, 1])
            assert (b1[0], W2[0, 0]) == (b1[1], W2[1, 0])
        if d == 1:
            assert is_monotone(predictions(parameters, EVERYWHERE))
    curve = predictions(NAMES["twin_history"][-1], EVERYWHERE)
    assert (np.diff(curve) > 0).all()
    # what it excludes: the same run from neurons that differ
    assert not is_monotone(predictions(NAMES["nearly_history"][-1], EVERYWHERE))


@claim(
    "Together they do the work of one *hidden* neuron with twice the output weight.",
    "With the output neuron behind it, that is chapter 6's chain: it can level off at 0.5, so it gets below 0.0448, "
    "but it never turns back, and the loss stays above 0.032.",
)
def test_twins_are_a_chain_of_two_neurons():
    W1, b1, W2, b2 = twins_at_the_end = NAMES["twin_history"][-1]
    chain = W1[:, :1], b1[:1], 2 * W2[:1], b2
    np.testing.assert_allclose(
        predictions(chain, EVERYWHERE), predictions(twins_at_the_end, EVERYWHERE), rtol=1e-14, atol=0
    )
    np.testing.assert_allclose(predictions(chain)[2:], 0.5, atol=0.02)
    assert FLOOR < network_loss(chain, X, Y) < 0.0448
    rng = np.random.default_rng(seed=0)
    for _ in range(500):
        any_chain = random_network(rng, h=1, size=5.0)
        assert is_monotone(predictions(any_chain, EVERYWHERE))
        assert network_loss(any_chain, X, Y) > FLOOR


@claim(
    "Something late: below 0.032 the loss comes only at update 1,269, and then it falls to 0.00005.",
    "the difference feeds on itself, and in the end the neurons part for good.",
)
def test_a_thousandth_decides():
    assert first_below(losses(0.001)) == 1269
    assert (losses(0.001)[1269:] < FLOOR).all()
    assert f"{losses(0.001)[-1]:.5f}" == "0.00005"
    assert abs(losses(0.001)[1000] - 0.0448) < 0.0005
    assert f"{losses(0)[-1]:.4f}" == "0.0346"
    assert (losses(0) > FLOOR).all()
    gaps = np.array([NAMES["gap"](stage) for stage in history(0.001)])
    assert (np.diff(gaps)[100:] > 0).all()


@claim(
    "Yet from update 20 to 1,000 the curve is all but flat, and the loss close to 0.0448.",
    "From update 400 to 1,200 it more than doubles in every hundred, like money at interest.",
)
def test_the_gap_grows_behind_a_flat_line():
    def from_flat(stage):
        return abs(predictions(stage) - 0.42).max()

    assert all(from_flat(stage) < 0.024 for stage in history()[20:1001])
    np.testing.assert_allclose(losses()[20:1001], 0.0448, atol=0.0003)
    gaps = np.array(NAMES["gaps"][0.001])
    assert (gaps[500:1201] > 2 * gaps[400:1101]).all()
    # what it excludes: neither is so from the start or to the end, and the twins' curve does not stay flat
    assert min(from_flat(stage) for stage in (history()[0], history()[1269], history(0)[-1])) > 0.09
    assert gaps[300] < 2 * gaps[200]
    assert gaps[1400] < 2 * gaps[1300]


@claim(
    "start at 0.1, 0.01, 0.001 and 0.0001. They stay nearly level for 200 updates, climb side by side and level off "
    "near 12, one after the other.",
    "At 1,269 one line has risen and the other has fallen, and the curve is a low hump. At 2,000 one line rises early, "
    "to 5, the other falls late, to −5, and the curve is a hill through all five points.",
    "The losses are 0.06572, 0.04452, 0.03193 and 0.00005.",
)
def test_the_picture_of_the_twins():
    gaps = {start: np.array(gap) for start, gap in NAMES["gaps"].items()}
    assert list(gaps) == [0.1, 0.01, 0.001, 0.0001]
    for start, gap in gaps.items():
        assert gap[0] == pytest.approx(start)
        assert gap[200] < 1.15 * start
        assert gap[2000] == pytest.approx(12, abs=0.8)
        assert gap[2000] < 1.15 * gap[1800]
    near_the_top = [np.argmax(gap > 10) for gap in gaps.values()]
    assert near_the_top == sorted(near_the_top)

    moments = NAMES["moments"]
    assert [f"{loss:.5f}" for *_, loss in moments.values()] == ["0.06572", "0.04452", "0.03193", "0.00005"]
    for update in (0, 1000):
        sent, curve, _ = moments[update]
        assert abs(sent).max() < 0.3
        assert np.ptp(curve) < 0.06
    for update, size in ((1269, 1.0), (2000, 5.0)):
        sent, curve, _ = moments[update]
        assert not is_monotone(curve.ravel())
        assert (np.diff(sent, axis=0) * [-1, 1] > 0).all()
        assert (sent[-1] * [-1, 1] > size).all()
    assert 0.45 < moments[1269][1].max() < 0.55
    halfway = abs(abs(sent) - abs(sent[-1]) / 2).argmin(axis=0)  # of the last moment
    late, early = NAMES["fine_column"][halfway, 0]
    assert early < -0.3 < 0.3 < late
    np.testing.assert_allclose(predictions(history()[-1]), Y.ravel(), atol=0.02)


@claim("That lets them part; it does not promise a hill.")
def test_random_starts_part_but_not_always_into_a_hill():
    ends = [train(random_network(np.random.default_rng(seed=seed), size=1.0), X, Y)[-1] for seed in (1, 0)]
    assert all(NAMES["gap"](end) > 1 for end in ends)
    assert [network_loss(end, X, Y) < FLOOR for end in ends] == [True, False]


@claim("From 1 down to 0.0001 each step to a tenth of ε costs 200 to 400 updates more:")
def test_each_tenth_of_the_difference():
    waits = [first_below(losses(difference)) for difference in (1, 0.1, 0.01, 0.001, 0.0001)]
    assert all(200 < later - sooner < 400 for sooner, later in pairwise(waits))


@claim(
    "An update multiplies a small gap by a factor that hardly depends on how small it is. So the lines of the picture "
    "run side by side.",
    "A gap of 0 stays 0",
)
def test_a_small_gap_grows_by_a_factor_that_hardly_depends_on_it():
    def gaps(start, num_updates=100):
        return np.array([NAMES["gap"](stage) for stage in train(twins(start), X, Y, num_updates=num_updates)])

    drawn = {start: np.array(gap) for start, gap in NAMES["gaps"].items()}
    factors = {start: gap[1:] / gap[:-1] for start, gap in drawn.items()}
    np.testing.assert_allclose(factors[0.001][:1000], factors[0.0001][:1000], rtol=1e-3)
    np.testing.assert_allclose(factors[0.01][:700], factors[0.001][:700], rtol=2e-3)
    for larger, smaller in pairwise(drawn):  # side by side: a line of the grid apart
        np.testing.assert_allclose(np.log10(drawn[larger] / drawn[smaller])[:501], 1, atol=0.12)
    assert factors[0.001][700] - 1 > 10 * (factors[0.001][100] - 1) > 0  # where the pair stands does matter
    assert abs(factors[0.1][800] - factors[0.001][800]) > 0.004  # what it excludes: a gap that is no longer small
    assert [value for value in NAMES["chapter_7"].TWINS if gaps(value)[-1] <= gaps(value)[0]] == [0]
    assert not gaps(0, 2000).any()


# The explorers


@claim("Twins: the curve only rises, and the loss ends at 0.0346, above 0.032.")
def test_the_messages_of_the_difference():
    for value, frame in positions(STEM, 0):
        check_frame(frame, history(value, 5.0)[-1], losses(value, 5.0))
        assert frame.state == ("warning" if value == 0 else "note")


@claim("Far too large: after 2,000 updates the loss still jumps up and down.")
def test_the_messages_of_the_rate():
    seen = set()
    for rate, frame in positions(STEM, 1):
        check_frame(frame, history(0.001, rate)[-1], losses(0.001, rate))
        assert (frame.state == "warning") == (rate >= 28), "no warning where the hill is found, or may still be"
        seen.add(frame.message.split(":")[0])
    assert seen == {"A hill", "Not yet", "Too large", "Far too large"}


@pytest.mark.parametrize("n", [0, 1])
def test_the_drawn_loss_holds_the_smallest_and_the_largest_of_every_stretch(n):
    for _, frame in positions(STEM, n):
        shown = dict(zip(frame.columns["update"], frame.columns["loss"], strict=True))
        assert {min(shown), max(shown)} == {0, 2000}
        run = frame.columns["losses"]
        assert all(run[update] == loss for update, loss in shown.items())
        for first in range(0, 2001, 20):
            stretch = range(first, min(first + 20, 2001))
            drawn = [shown[update] for update in stretch if update in shown]
            assert (min(drawn), max(drawn)) == (min(run[k] for k in stretch), max(run[k] for k in stretch))
        if "jumps" in frame.message:  # a band: the line goes from low to high and back within every 20 updates
            turns = np.array(sorted(shown))[1:-1][np.diff(np.sign(np.diff(frame.columns["loss"]))) != 0]
            assert np.diff(turns[turns > 100]).max() < 20


def check_frame(frame, parameters, run):
    """Each message says what is true of its run."""
    kind, _, rest = frame.message.partition(": ")
    curve = predictions(parameters, np.linspace(-1, 1, 41).reshape(41, 1))
    if kind == "A hill":
        peak = int(np.argmax(curve))
        assert (np.diff(curve[: peak + 1]) >= 0).all()
        assert (np.diff(curve[peak:]) <= 0).all()
        assert curve[peak] > 0.8
        assert max(curve[0], curve[-1]) < 0.2
        below = first_below(run)
        assert f"from update {below:,} on" in rest
        assert (run[below:] < FLOOR).all()
        assert rest.endswith("less than a millionth." if run[-1] < 1e-6 else f"{run[-1]:.6f}.")
    elif kind == "Twins":
        assert (np.diff(curve) > 0).all()
        assert run[-1] > FLOOR
    elif kind == "Not yet":
        assert (np.diff(run) < 0).all()
        assert run[-1] > FLOOR
        assert f"{run[-1]:.4f}" in rest
    elif kind == "Too large":
        assert run[1] > run[0]
        assert np.ptp(run[-100:]) < 1e-4
        assert rest.endswith(f"after 2,000 updates it is still {run[-1]:.4f}.")
    else:
        assert kind == "Far too large"
        steps = np.sign(np.diff(run[-100:]))
        assert np.array_equal(steps[1:], -steps[:-1])  # up, down, up, down


@claim("At 10 they need about half as many, and at 50 they do not get there.", "they needed 1,269 updates")
def test_twice_the_rate():
    at_5, at_10 = (first_below(losses(learning_rate=rate)) for rate in (5.0, 10.0))
    assert at_5 == 1269
    assert at_10 / at_5 == pytest.approx(0.5, abs=0.02)
    assert first_below(losses(learning_rate=50.0, num_updates=20_000)) is None


@claim("At 50 the very first step overshoots and the loss rises; after 2,000 updates it still jumps.")
def test_too_large_a_rate_overshoots_at_once():
    run = losses(learning_rate=50.0)
    assert run[1] > run[0]
    assert np.ptp(run[-10:]) > 1e-4
    assert all((np.diff(losses(learning_rate=rate)) < 0).all() for rate in (1, 5, 10, 15))


@claim(
    "After 2,000 updates the loss is just above 0.032, and the curve answers about 0.5 to four of the points and 0.1 "
    "to the fifth: almost the best that a curve without a hill can do. Two hidden neurons, and so far they do the work "
    "of one."
)
def test_the_rates_from_28_to_35_end_at_the_floor():
    for rate in (28, 30, 35):
        last = history(learning_rate=float(rate))[-1]
        assert FLOOR < network_loss(last, X, Y) < FLOOR + 0.0001
        np.testing.assert_allclose(predictions(last)[:4], 0.5, atol=0.02)
        assert predictions(last)[4] == pytest.approx(0.1, abs=0.01)
        assert is_monotone(predictions(last, EVERYWHERE))
    # what it excludes: at 25 the hill is found after all
    assert first_below(losses(learning_rate=25.0, num_updates=3000)) == 2054


# The same curve


@claim(
    "The first two changes move no prediction *for any input*: no data in the world could tell the networks apart.",
    "The third is invisible *for this data* only: elsewhere it moves the predictions.",
)
def test_what_no_data_and_what_this_data_cannot_tell():
    rng = np.random.default_rng(seed=0)
    here = np.array([[0.5]])
    for _ in range(50):
        W1, b1, W2, b2 = network = random_network(rng)
        swapped = W1[:, ::-1], b1[::-1], W2[::-1], b2
        sign = np.array([-1, 1])
        turned = W1 * sign, b1 * sign, W2 * sign.reshape(2, 1), b2 + W2[0]
        slid = W1 + np.array([[1, 0]]), b1 - np.array([0.5, 0]), W2, b2
        for same in (swapped, turned):
            np.testing.assert_allclose(predictions(same, EVERYWHERE), predictions(network, EVERYWHERE), rtol=1e-12)
        np.testing.assert_allclose(predictions(slid, here), predictions(network, here), rtol=1e-12)
        assert abs(predictions(slid, EVERYWHERE) - predictions(network, EVERYWHERE)).max() > 1e-6
    W1, b1, W2, b2 = network = NAMES["nearly_history"][-1]  # far enough along the slide it is another curve
    slid = W1 - np.array([[10, 0]]), b1 + np.array([5, 0]), W2, b2
    np.testing.assert_allclose(predictions(slid, here), predictions(network, here), rtol=1e-12)
    assert abs(predictions(slid, EVERYWHERE) - predictions(network, EVERYWHERE)).max() > 0.8


@claim(
    "Not in its numbers, and the curve differs a little, by up to 0.06. Both neurons rise, one early, one late, and "
    "the late one is *subtracted*.",
    "Now one rises, one falls, and both are added, as in ours.",
)
def test_what_descent_found():
    W1, b1, W2, _ = NAMES["nearly_history"][-1]
    assert (W1 > 0).all()
    middles = -b1 / W1[0]  # where each neuron is at a half
    late = int(np.argmax(middles))
    assert W2[late, 0] < 0 < W2[1 - late, 0]
    assert middles.min() < 0 < middles.max()
    differs = abs(predictions(NAMES["nearly_history"][-1], EVERYWHERE) - predictions(BY_HAND, EVERYWHERE)).max()
    assert f"{differs:.2f}" == "0.06"
    assert abs(W1).max() < 6 < abs(BY_HAND[0]).min()
    turned = NAMES["changed"]["turn one over"]
    assert (turned[0][0, late], turned[2][late, 0]) == (-W1[0, late], -W2[late, 0])
    for turned_W1, _, turned_W2, _ in (turned, BY_HAND):
        assert sorted(np.sign(turned_W1[0])) == [-1, 1]
        assert (turned_W2 > 0).all()


# The printed network


@claim("If a slope is zero for all inputs and all values of the parameters, the loss does not depend on its parameter.")
def test_zeros():
    rng = np.random.default_rng(seed=0)
    printed_loss = NAMES["printed_loss"]
    largest = np.zeros(8)
    for _ in range(100):
        point, x = rng.normal(size=8), rng.normal()
        largest = np.maximum(largest, abs(central_difference(lambda p, x=x: printed_loss(p, x), point)))
        moved = point + np.array([0, 0, 0, 0, 0, 0, rng.normal(), 0])
        assert printed_loss(moved, x) == printed_loss(point, x)
    assert np.array_equal(largest == 0, np.arange(8) == 6)  # b1_2 alone, which the printed formula leaves out
    # what it excludes: zeros that go away
    fed_zeros = layer_gradient(START, x=0.0)
    assert np.array_equal(fed_zeros == 0, np.arange(8) < 2)
    cut_off = layer_gradient(np.array([0.3, 0.2, 0.0, 0.2, 0.1, 0.2, 0.1, 0.2]))
    assert np.array_equal(cut_off == 0, [True, False, False, False, True, False, False, False])
    assert layer_gradient(START).all()


@claim("In the third, $w_1^{(1)}$ and $w_2^{(1)}$ have none, because only zeros reach them.")
def test_a_weight_that_is_fed_zeros_has_no_slope():
    rng = np.random.default_rng(seed=0)
    for _ in range(50):
        parameters, inputs, targets = random_network(rng, 3, 4), rng.normal(size=(6, 3)), rng.uniform(size=(6, 1))
        inputs[:, 1] = 0
        dL_dW1, *_ = matrix_gradient(parameters, inputs, targets)
        assert not dL_dW1[1].any()
        assert dL_dW1[[0, 2]].all()


@claim(
    "The difference stays 0.1, and the sum moves like a single bias at twice the learning rate.",
    "only a hidden change of the learning rate.",
    "The loss printed at epoch 20 is 0.0445. With one bias it is 0.0531, and with one at twice the rate 0.0445 again.",
)
def test_two_biases_are_a_hidden_rate():
    two, doubled = np.array(NAMES["two_biases"]), np.array(NAMES["one_at_double_rate"])
    np.testing.assert_allclose(two[:, 7] - two[:, 6], 0.1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(doubled[:, 6], two[:, 6] + two[:, 7], rtol=0, atol=1e-14)
    np.testing.assert_allclose(doubled[:, :6], two[:, :6], rtol=0, atol=1e-14)
    assert abs(np.array(NAMES["one_bias"])[20, 6] - two[20, 6:].sum()) > 0.05
    runs = [NAMES[name] for name in ("two_biases", "one_bias", "one_at_double_rate")]
    assert [f"{layer_loss(run[19]):.4f}" for run in runs] == ["0.0445", "0.0531", "0.0445"]


@claim("Of the source's eight parameters at most seven are free.")
def test_seven_are_free():
    point, forward = np.array([2.0, -3.0, 1.5, 2.0, 0.5, 1.0, -0.3, 0.4]), NAMES["forward"]
    # (40, 8): how each prediction depends on each parameter
    slopes = [complex_step(lambda p, x=x: forward(p, x)[3], point) for x in np.linspace(-4, 4, 40)]
    strengths = np.linalg.svd(slopes, compute_uv=False)
    assert strengths[6] > 1e-4
    assert strengths[7] < 1e-14


# What it costs


class Counted(float):
    """A float that counts multiplications and divisions."""

    count = 0

    def _times(self, other):
        Counted.count += 1
        return Counted(float(self) * float(other))

    def _other(self, *_):
        return Counted(0.5)

    __mul__ = __rmul__ = __truediv__ = _times
    __add__ = __radd__ = __sub__ = __rsub__ = _other


def count(n, d, h):
    """Multiplications of the chapter's own functions, forward and backward, for each example."""
    names = {"sigmoid": lambda Z: Z}
    for function in ("forward_pass", "deltas", "matrix_gradient"):
        exec(chapters.source(STEM, function), names)
    counted = np.vectorize(Counted, otypes=[object])
    parameters = [counted(np.ones(shape)) for shape in [(d, h), (h,), (h, 1), (1,)]]
    inputs, targets = counted(np.ones((n, d))), counted(np.ones((n, 1)))
    Counted.count = 0
    names["forward_pass"](parameters, inputs)
    forward = Counted.count
    names["matrix_gradient"](parameters, inputs, targets)
    return forward / n, (Counted.count - 2 * forward) / n


@claim(
    "With one hidden layer and one output, the backward pass takes at most four times the multiplications of the "
    "forward pass, and with many inputs about as many.",
    "that is 4 forward and 13 backward, 3.25 times as many",
    "it is 2,080 and 2,179",
)
def test_the_cost():
    for n in (1, 3):
        for d in (1, 2, 5, 9):
            for h in (1, 2, 3, 8):
                assert count(n, d, h) == (d * h + h, d * h + 2 * h + 2 * h + 3)
    assert count(1, 1, 2) == (4, 13)
    assert count(1, 64, 32) == (2080, 2179)
    ratios = {(d, h): (d * h + 4 * h + 3) / (d * h + h) for d in range(1, 200) for h in range(1, 200)}
    assert max(ratios.values()) == ratios[1, 1] == 4
    assert all(1 < ratio < 1.1 for (d, h), ratio in ratios.items() if d > 64)


@claim("With 60,000 examples the full batch makes one update in a pass, and batches of 32 make 1,875,")
def test_updates_in_a_pass():
    assert 60_000 / 32 == 1875


@claim("All 40 come out again, to the digit, and every gradient and update behind them is right.")
def test_the_printed_run_is_that_of_the_matrices():
    point, one, goal = START, np.array([[0.5]]), np.array([[1.0]])
    arrays = START[:2].reshape(1, 2), START[4:6], START[2:4].reshape(2, 1), START[6:].sum(keepdims=True)
    for stage in NAMES["points"]:
        assert network_loss(arrays, one, goal) == pytest.approx(layer_loss(stage), rel=1e-12)
        dL_dW1, dL_db1, dL_dW2, dL_db2 = matrix_gradient(arrays, one, goal)
        slopes = [0.1 * dL_dW1, 0.1 * dL_db1, 0.1 * dL_dW2, 0.2 * dL_db2]  # two biases: twice the rate
        arrays = tuple(array - slope for array, slope in zip(arrays, slopes, strict=True))
        point = point - 0.1 * layer_gradient(point)
    assert len(NAMES["points"]) == 21


# The exercises


@claim("only the slopes of `W1` and `b1` are wrong: a check of `W2` alone would agree.")
def test_a_forgotten_transpose_shows_in_the_first_layer_alone():
    rng = np.random.default_rng(seed=1)
    W1, b1, W2, b2, W3, b3 = (rng.normal(size=shape) for shape in [(1, 4), (4,), (4, 4), (4,), (4, 1), (1,)])
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    Y_hat = sigmoid(A2 @ W3 + b3)
    delta3 = (Y_hat - Y) / len(X) * Y_hat * (1 - Y_hat)
    delta2 = delta3 @ W3.T * A2 * (1 - A2)
    wrong = delta2 @ W2 * A1 * (1 - A1)
    slopes = X.T @ wrong, wrong.sum(axis=0), A1.T @ delta2, delta2.sum(axis=0), A2.T @ delta3, delta3.sum(axis=0)
    deep = [W1, b1, W2, b2, W3, b3]

    def loss(array, place):
        w1, c1, w2, c2, w3, c3 = [*deep[:place], array, *deep[place + 1 :]]
        return half_squared_error(sigmoid(sigmoid(sigmoid(X @ w1 + c1) @ w2 + c2) @ w3 + c3), Y)

    right = [central_difference(partial(loss, place=k), deep[k]) for k in range(6)]
    assert [np.allclose(a, b, rtol=0, atol=1e-8) for a, b in zip(slopes, right, strict=True)] == [False] * 2 + [
        True
    ] * 4


@claim("$2\\sigma(z/2)$ is larger than $\\sigma(z)$ at every $z$")
def test_half_and_double_never_cancels_with_positive_output_weights():
    z = np.linspace(-30, 30, 6001)
    more = 2 * sigmoid(z / 2) - sigmoid(z)
    assert (more > 0).all()
    # With output weights of both signs the changes can cancel: two equal hidden neurons, weighted 2 and -2.
    for weights, cancels in [((2, -2), True), ((2, 2), False), ((2, 1), False)]:
        change = sum(weight * more for weight in weights)
        assert (np.abs(change).max() < 1e-12) == cancels
