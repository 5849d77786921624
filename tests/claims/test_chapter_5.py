"""What chapter 5 claims: seven points, the learning rate and the horizon, the published gradient, the bound."""

import itertools
import math
import time
from fractions import Fraction

import chapters
import numpy as np
import pytest

from claims import claim, positions
from helpers.activations import sigmoid
from helpers.gradients import check_gradient, check_update
from show.chapter_5 import HORIZONS, POINTS, RATES

STEM = "05-many-points"
X = np.array([0.5, 0.8, 1.5, 0.4, 0.4, 1.0, 1.9])
Y = np.array([1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3])
START = np.array([0.3, 0.1])
BOUND = 37 / 2800
ALL_ONES = np.mean((1 - Y) ** 2) / 2
RIGHT_RUN = 0.1, 20


def of_chapter(name):
    return chapters.namespace(STEM)[name]


mean_loss, mean_gradient, trajectory, published = map(
    of_chapter, ["mean_loss", "mean_gradient", "trajectory", "published"]
)


def losses_of(points):
    w, b = points.T
    return np.mean((sigmoid(np.outer(w, X) + b[:, None]) - Y) ** 2, axis=1) / 2


def run_of(rate, num_updates, gradient=mean_gradient):
    points = trajectory(gradient, START, rate, num_updates)
    return points, losses_of(points)


RUNS = {rate: run_of(rate, 2000) for rate in RATES}


def some_parameters(count=200, spread=3.0):
    return np.random.default_rng(0).normal(scale=spread, size=(count, 2))


def single_gradients(point):
    return np.array([mean_gradient(point, X[[i]], Y[[i]]) for i in range(7)])


# Seven points


@claim("five of the seven targets are 1 or more, where a sigmoid never arrives")
def test_five_targets_are_out_of_reach():
    assert np.sum(Y >= 1) == 5
    assert all(sigmoid(z) < 1 for z in np.linspace(-30, 30, 601))  # beyond, a float64 rounds to 1


@claim("Here are the points of the picture")
def test_the_first_picture_shows_the_chapter_s_points():
    assert np.array_equal(np.array(POINTS).T, [of_chapter("X"), of_chapter("y")])
    assert of_chapter("start").tolist() == [0.3, 0.1]


@claim("the gradient of the mean is the mean of the gradients.")
@claim("the mean of the seven *is* the full gradient")
def test_the_gradient_of_the_mean():
    for point in some_parameters():
        np.testing.assert_allclose(mean_gradient(point), single_gradients(point).mean(axis=0), rtol=1e-12, atol=1e-16)
    for point in some_parameters(10, spread=1.0):
        assert check_gradient(mean_loss, single_gradients(point).mean(axis=0), point).agrees
        assert not check_gradient(mean_loss, single_gradients(point).sum(axis=0), point).agrees


@claim("For one. The sign of $\\delta_i$ is the sign of $\\hat y_i - y_i$")
@claim("Six points want both parameters larger, one wants them smaller, and the mean says larger.")
@claim("The last point has the largest say in $w$: its $x_i$ is the largest factor.")
def test_the_points_vote():
    of_w, of_b = single_gradients(START).T
    assert np.flatnonzero(of_b > 0).tolist() == np.flatnonzero(of_w > 0).tolist() == [4]
    assert (np.sign(of_b) == np.sign(sigmoid(0.3 * X + 0.1) - Y)).all()
    assert (mean_gradient(START) < 0).all()
    assert np.argmax(abs(of_w)) == np.argmax(X) == 6
    assert np.argmax(abs(of_b)) != 6  # it is the factor x, not the error


@claim("what differs from point to point has one entry for each point.")
def test_what_differs_has_one_entry_for_each_point():
    names = of_chapter("names_found")
    for name in ("Z", "y_hat", "dL_dy_hat"):
        assert np.shape(names[name]) == X.shape
    for name in ("dy_hat_dz", "dz_dw"):  # here the rule is broken, and these two are the culprits
        assert np.shape(names[name]) != X.shape
    y_hat = sigmoid(0.3 * X + 0.1)
    for right in (y_hat, y_hat - Y, y_hat * (1 - y_hat), X):
        assert right.shape == X.shape
        assert len(set(right.round(12))) > 1  # the rule applies: these do differ from point to point


@claim("No: five are shorter, and the two at $x = 0.4$ are longer.")
def test_two_points_are_outvoted():
    points, _ = RUNS[0.1]
    errors = abs(sigmoid(np.outer(points[:, 0], X) + points[:, [1]]) - Y)
    assert (errors[2000] > errors[0]).tolist() == (X == 0.4).tolist()
    assert (errors[20] > errors[0]).tolist() == (Y == 0.5).tolist()  # after 20, it is only one of them


# The learning rate and the horizon


@claim("Something else: it stands still.", "In 2,000 updates the loss hardly moves.")
def test_rate_100_stands_still():
    points, losses = RUNS[100]
    assert np.ptp(losses[1:]) < 1e-6
    assert abs(losses[1] - ALL_ONES) < 1e-5
    assert np.linalg.norm([mean_gradient(point) for point in points[1:]], axis=1).max() < 1e-6
    w, b = points[1]
    assert (sigmoid(w * X + b) > 0.999).all()


@claim("One update moves $w$ and $b$ by less than a third of the learning rate each, however far the run has gone.")
def test_it_cannot_explode():
    w, b = np.meshgrid(np.linspace(-60, 60, 241), np.linspace(-60, 60, 241))
    y_hat = sigmoid(w[..., None] * X + b[..., None])
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    assert abs(np.mean(delta * X, axis=-1)).max() < 1 / 3
    assert abs(np.mean(delta, axis=-1)).max() < 1 / 3
    assert (abs(y_hat - Y) <= 1.3).all()  # less, before a float64 rounds ŷ to 0 or 1
    assert 1.3 / 4 * X.mean() < 1 / 3
    assert X.sum() == pytest.approx(6.5)


@claim("Which rate is best depends on how long you train.")
@claim("After 200 updates the lowest loss on the slider belongs to rate 40, after 2,000 to rate 50.")
def test_the_best_rate_depends_on_the_horizon():
    best = {k: min(RATES, key=lambda rate: RUNS[rate][1][k]) for k in HORIZONS}
    assert best == {20: 20, 200: 40, 2000: 50}
    between = np.linspace(1, 100, 199)  # not only among the slider's rates
    final = {rate: run_of(rate, 200)[1] for rate in between}
    best_20, best_200 = (min(between, key=lambda rate: final[rate][k]) for k in (20, 200))
    assert best_20 < 25 < 35 < best_200


@claim("A loss that stands still has not always arrived.")
@claim("40 drops below 0.03 at update 58, 50 at 165, 70 at 1,697, and even 100 at 69,900")
@claim("After 20 updates, the rates from 40 on look like failures.")
@claim("where every prediction is nearly 1 and every slope nearly 0")
def test_they_escape_from_the_plateau():
    points, losses = run_of(100, 70_000)
    runs = {rate: RUNS[rate] for rate in (40, 50, 70)} | {100: (points, losses)}
    assert [rate for rate in RATES if rate >= 40] == list(runs)
    for rate, update in {40: 58, 50: 165, 70: 1697, 100: 69_900}.items():
        points, losses = runs[rate]
        assert np.flatnonzero(losses < 0.03)[0] == update
        w, b = points[20]
        y_hat = sigmoid(w * X + b)
        assert (y_hat > 0.98).all()
        assert (y_hat * (1 - y_hat) < 0.02).all()
        assert abs(losses[20] - losses[19]) < 1e-4  # it seems to stand still
        assert losses[20] > max(RUNS[other][1][20] for other in RATES if 1 <= other < 40)


@claim("Rate 0.1 needs more than 180,000 updates for what rate 40 has after 500.")
def test_a_small_rate_needs_very_long():
    goal = RUNS[40][1][500]
    assert goal == pytest.approx(0.0152, abs=5e-5)
    w, b = START
    for _ in range(180_000):  # in plain numbers, which are faster than arrays of seven
        dL_dw = dL_db = 0.0
        for x, y in zip(X.tolist(), Y.tolist(), strict=True):
            y_hat = 1 / (1 + math.exp(-(w * x + b)))
            delta = (y_hat - y) * y_hat * (1 - y_hat)
            dL_dw, dL_db = dL_dw + delta * x / 7, dL_db + delta / 7
        w, b = w - 0.1 * dL_dw, b - 0.1 * dL_db
    assert mean_loss((w, b)) > goal


@claim("wherever you move the slider, the loss never gets below 0.0132")
def test_no_position_gets_below_the_bound():
    for _, losses in RUNS.values():
        assert losses.min() > BOUND > 0.0132


MESSAGES = {
    "A plateau for all 2,000 updates: every ŷ is nearly 1, and every slope nearly 0.": {100},
    "A plateau, then an escape: after 20 updates every ŷ is still nearly 1.": {40, 50, 70},
    "The first step overshoots to where the slopes are small, and the run comes back.": {15, 20, 30},
    "Slow: the loss is not yet below 0.03 after 2,000 updates.": {0.1},
    "A steady descent.": {rate for rate in RATES if 0.1 < rate <= 10},
}


@claim("A plateau for all 2,000 updates: every ŷ is nearly 1, and every slope nearly 0.")
@claim("A plateau, then an escape: after 20 updates every ŷ is still nearly 1.")
@claim("The first step overshoots to where the slopes are small, and the run comes back.")
@claim("Slow: the loss is not yet below 0.03 after 2,000 updates.", "A steady descent.")
def test_what_the_explorer_says_is_true_at_every_position():
    shown = positions(STEM)
    assert [value for value, _ in shown] == RATES
    for rate, frame in shown:
        points, losses = RUNS[rate]
        y_hat = sigmoid(np.outer(points[:, 0], X) + points[:, [1]])
        slopes = np.mean(y_hat * (1 - y_hat), axis=1)
        (kind,) = (text for text in MESSAGES if frame.message.startswith(text))
        assert rate in MESSAGES[kind]
        below = np.flatnonzero(losses < 0.03)
        if "plateau" in kind:
            for k in range(1, 2001 if rate == 100 else 21):
                assert (y_hat[k] > 0.98).all()
        if "comes back" in kind:
            assert slopes[1] < 0.05 < slopes[200]
            assert losses[20] < losses[1]
        if kind == "A steady descent.":
            assert slopes.min() > 0.05
            assert (np.diff(losses) < 0).all()
        assert ("from update" in frame.message) == bool(len(below))
        if len(below):
            assert f"below 0.03 from update {below[0]:,} on." in frame.message
            assert (losses[below[0] :] < 0.03).all()
        lowest = [f"{k:,}" for k in HORIZONS if losses[k] == min(other[k] for _, other in RUNS.values())]
        assert frame.message.endswith("no rate here is lower.") == bool(lowest)
        assert f"After {' and '.join(lowest)} updates no rate here" in frame.message or not lowest
        assert (frame.state == "warning") == (rate == 100)


def test_no_run_of_the_explorer_rises():
    for _, losses in RUNS.values():
        assert np.diff(losses).max() <= 1e-16


# Mean and sum


@claim("Sum or mean is a choice of the learning rate, nothing more.")
@claim("So a descent on the sum with rate 0.1 is a descent on the mean with rate 0.7, step for step")
def test_sum_or_mean_is_a_choice_of_the_rate():
    for rate in (0.01, 0.1, 1.0, 10.0):
        by_sum = run_of(rate, 200, of_chapter("summed_gradient"))[0]
        np.testing.assert_allclose(by_sum, run_of(7 * rate, 200)[0], rtol=1e-9)
        assert abs(by_sum[-1] - run_of(rate, 200)[0][-1]).max() > 0.01  # and not with the same rate


@claim("Doubling the data leaves the mean alone, at 0.1111, and doubles the sum.")
@claim("Ten times the scale makes the mean loss a hundred times as large, 11.1082, because the errors are squared.")
def test_the_mean_depends_on_the_scale_and_not_on_the_number_of_points():
    twice = np.tile(X, 2), np.tile(Y, 2)
    for point in some_parameters():
        assert mean_loss(point, *twice) == pytest.approx(mean_loss(point), rel=1e-12)
        assert 14 * mean_loss(point, *twice) == pytest.approx(2 * 7 * mean_loss(point), rel=1e-12)
    assert f"{mean_loss(START, *twice):.4f}" == "0.1111"
    errors = sigmoid(0.3 * X + 0.1) - Y
    assert f"{np.mean((10 * errors) ** 2) / 2:.4f}" == "11.1082"


@claim("Where the pulls of two points balance, those of two hundred copies balance too.")
def test_gradients_can_cancel():
    balanced = np.array([0.0, np.log(0.55 / 0.45)])
    for copies in (1, 100):
        pair = np.tile(X[3:5], copies), np.tile(Y[3:5], copies)
        assert abs(2 * copies * mean_gradient(balanced, *pair)).max() < 1e-12
        assert mean_loss(balanced, *pair) > 0


# Batches


def ends(batch_size, rate, seeds=range(20)):
    descend = of_chapter("descend_in_batches")
    return [descend(START, batch_size, rate, 20, np.random.default_rng(seed)) for seed in seeds]


@claim("The smaller the batch, the more updates, and the further they came.")
def test_smaller_batches_come_further():
    for rate in (0.1, 2.0):
        final = {size: [mean_loss(run[-1]) for run in ends(size, rate)] for size in (7, 3, 1)}
        assert max(final[1]) < min(final[3]) <= max(final[3]) < min(final[7])
    assert [len(ends(size, 0.1, [0])[0]) - 1 for size in (7, 3, 1)] == [20, 60, 140]


@claim("with single points, the loss of *all* points rises now and then")
def test_single_points_make_the_loss_rise():
    for run in ends(1, 0.1):
        assert 0 < np.sum(np.diff(losses_of(run)) > 0) < 70
    assert (np.diff(losses_of(ends(7, 0.1, [0])[0])) < 0).all()


@claim("The full batch takes the fewest steps, and on average the longest.")
def test_the_full_batch_takes_the_longest_steps():
    for rate in (0.1, 2.0):
        steps = {size: [np.hypot(*np.diff(run, axis=0).T).mean() for run in ends(size, rate)] for size in (7, 3, 1)}
        assert min(steps[7]) > max(steps[3] + steps[1])


def shortest_time(call, repeats=30):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


@claim("NumPy takes about as long for one number as for seven")
@claim("batches of three took about three times as long as full batches, and single points six times")
def test_the_cost_goes_by_updates():
    one, seven = (shortest_time(lambda k=k: mean_gradient(START, X[:k], Y[:k]), 500) for k in (1, 7))
    assert 0.7 < one / seven < 1.4
    full, threes, singles = (shortest_time(lambda size=size: ends(size, 0.1, [0])) for size in (7, 3, 1))
    assert 2 < threes / full < 4.5
    assert 4.5 < singles / full < 9


# The published gradient


@claim("Two small letters are wrong, `z` and `x`, and the loss falls all the same.")
def test_the_published_loss_falls():
    block = of_chapter("block")
    own = {"np": np, "sigmoid": sigmoid, "X": X, "y": Y, "w": 0.3, "b": 0.1}
    mended = dict(own)
    exec(block.replace("sigmoid(z)", "sigmoid(Z)").replace("= x\n", "= X\n"), mended)
    np.testing.assert_allclose([mended["dL_dw"], mended["dL_db"]], mean_gradient(START), rtol=1e-12)
    for letter in ("z", "x"):  # and neither alone would do
        half = own | {"x": 0.5, "z": of_chapter("z_left_over")}
        exec(block.replace(f"({letter})", "(Z)") if letter == "z" else block.replace("= x\n", "= X\n"), half)
        assert not np.allclose([half["dL_dw"], half["dL_db"]], mean_gradient(START), rtol=1e-3)
    assert (np.diff(losses_of(of_chapter("published_run"))) < 0).all()


@claim("A falling loss is no proof of a right gradient.")
@claim("Both fall at every update. Only one follows the gradient.")
def test_a_falling_loss_proves_nothing():
    for gradient, right in ((mean_gradient, True), (published, False)):
        assert (np.diff(run_of(0.1, 20, gradient)[1]) < 0).all()
        assert check_gradient(mean_loss, gradient(START), START).agrees == right


@claim("Within a right angle of the steepest way, every way goes downhill, if the step is short enough.")
def test_downhill_is_half_of_all_directions():
    for point in some_parameters(20, spread=1.0):
        gradient = mean_gradient(point)
        steepest = np.arctan2(*-gradient[::-1])
        for degrees in (*range(-89, 90, 2), 91, 120, 180, -91, -150):
            angle = steepest + np.radians(degrees)
            moved = point + 1e-6 * np.array([np.cos(angle), np.sin(angle)])
            assert (mean_loss(moved) < mean_loss(point)) == (abs(degrees) < 90)


@claim("Why does the loss fall all the same? Because 23° is less than 90°.")
@claim("The slope for $w$ is 57.4 % too small", "The slope for $b$ is off by 0.2 % only, and that is luck.")
@claim("The mean of the seven true slopes, weighted so, is 0.2363, and the left-over slope happens to be 0.2358.")
def test_how_far_the_published_gradient_is_off():
    true, wrong = mean_gradient(START), published(START)
    cosine = true @ wrong / np.linalg.norm(true) / np.linalg.norm(wrong)
    assert np.degrees(np.arccos(cosine)) == pytest.approx(23, abs=0.05)
    assert (wrong / true - 1).round(3).tolist() == [-0.574, -0.002]
    y_hat = sigmoid(0.3 * X + 0.1)
    slopes, errors = y_hat * (1 - y_hat), y_hat - Y
    weighted = np.average(slopes, weights=errors)
    left_over = of_chapter("left_over_slope")
    assert (f"{weighted:.4f}", f"{left_over:.4f}") == ("0.2363", "0.2358")
    assert left_over / weighted == pytest.approx(wrong[1] / true[1], rel=1e-12)
    # what it is not: the plain mean of the slopes, 1.7 % away
    assert abs(left_over / slopes.mean() - 1) == pytest.approx(0.017, abs=5e-4)
    # luck: a z left over from elsewhere would be far off
    others = [of_chapter("published_gradient")(START, 0.5, z)[1] / true[1] for z in np.linspace(-5, 5, 101)]
    assert np.mean(np.abs(np.array(others) - 1) < 0.01) < 0.05


@claim("mostly because 0.5 stands where inputs of up to 1.9 belong")
def test_the_input_is_the_larger_mistake():
    y_hat = sigmoid(0.3 * X + 0.1)
    true = mean_gradient(START)[0]
    x_wrong = np.mean((y_hat - Y) * y_hat * (1 - y_hat) * 0.5) / true
    z_wrong = np.mean((y_hat - Y) * of_chapter("left_over_slope") * X) / true
    assert abs(x_wrong - 1) > 0.5
    assert abs(z_wrong - 1) < 0.03


@claim(
    "So $b$ moves twice as far as $w$ at every update, whatever the data say: the published path is a straight line."
)
def test_the_published_path_is_straight():
    moves = np.diff(run_of(0.1, 200, published)[0], axis=0)
    np.testing.assert_allclose(moves[:, 1], 2 * moves[:, 0], rtol=1e-9)
    text = chapters.source(STEM, "published_gradient")
    rng = np.random.default_rng(0)
    names = {"np": np, "sigmoid": sigmoid, "X": rng.normal(size=7), "y": rng.normal(size=7)}
    exec(text, names)
    for point in some_parameters(20):
        dL_dw, dL_db = names["published_gradient"](point, 0.5, rng.normal())
        assert dL_db == pytest.approx(2 * dL_dw, rel=1e-12)


@claim("It climbs, at every step.")
def test_the_printed_sign_climbs():
    for rate in (0.01, 0.1, 1.0, 10.0):
        losses = run_of(rate, 20, of_chapter("gradient_with_the_printed_sign"))[1]
        assert (np.diff(losses) > 0).all()
    for point in some_parameters(20, spread=1.0):
        assert mean_loss(point + 1e-6 * mean_gradient(point)) > mean_loss(point)


@claim("On its own it names the culprit, and given that one it names the other.")
def test_the_block_does_not_run_alone():
    own = {"np": np, "sigmoid": sigmoid, "X": X, "y": Y, "w": 0.3, "b": 0.1}
    with pytest.raises(NameError, match="'z'"):
        exec(of_chapter("block"), dict(own))
    with pytest.raises(NameError, match="'x'"):
        exec(of_chapter("block"), own | {"z": 1.0})
    exec(of_chapter("block"), own | {"z": 1.0, "x": 0.5})


@claim("Two local slopes at seven points, and each is one number.")
@claim("Every gradient of $L$ has the right shape: broadcasting has covered the tracks.")
def test_the_shapes_of_the_published_code():
    names = of_chapter("names_found")
    assert np.shape(names["dy_hat_dz"]) == np.shape(names["dz_dw"]) == ()
    assert np.shape(names["dL_dy_hat"]) == X.shape
    assert np.shape(names["dL_dw"]) == np.shape(names["dL_db"]) == ()


@claim("$b$ alone passes, $w$ fails.", "A difference of 0.18 % looks like a finite difference with a bad step")
@claim("a right gradient agrees to eight digits")
def test_b_alone_passes_a_lenient_check():
    off_w, off_b = abs(published(START) / mean_gradient(START) - 1)
    assert off_b < 0.01 < off_w
    assert f"{off_b:.2%}" == "0.18%"
    assert "∂L/∂w, ∂L/∂b is wrong" in str(check_gradient(mean_loss, published(START), START, names=["∂L/∂w", "∂L/∂b"]))
    for point in some_parameters(50, spread=1.0):
        assert check_gradient(mean_loss, mean_gradient(point), point).disagreement("central difference") < 1e-8


@claim("the published run does subtract 0.1 times its gradient")
def test_the_published_updates_are_right():
    points = of_chapter("published_run")
    for old, new in itertools.pairwise(points):
        assert check_update(old, new, published(old), 0.1).agrees
        assert not check_update(old, new, mean_gradient(old), 0.1).agrees


# The bound


@claim("Never: the loss of these seven points stays above $37/2800 \\approx 0.0132$, whatever $w$ and $b$ are.")
@claim("The loss closes in on the bound from above and never gets there")
def test_the_bound():
    assert BOUND > 0.01
    w, b = np.meshgrid(np.linspace(-40, 40, 321), np.linspace(-40, 40, 321))
    z = w[..., None] * X + b[..., None]
    assert np.mean((sigmoid(z) - Y) ** 2 / 2, axis=-1).min() > BOUND
    excess = [mean_loss(of_chapter("steep_curve")(w)) - BOUND for w in (5, 10, 20, 50, 100)]
    assert all(0 < after < before for before, after in itertools.pairwise(excess))
    assert excess[-1] < 1e-9


@claim("The five points with $y_i \\ge 1$.", "The two points at $x = 0.4$.")
@claim("9/700 is 36/2800, so the bound is $36/2800 + 1/2800 = 37/2800$, and 0.01 is $28/2800$.")
def test_the_two_parts_of_the_bound():
    targets = [Fraction(str(y)) for y in Y]
    above = sum((1 - y) ** 2 for y in targets if y >= 1) / 14
    pair = min(sum((s - y) ** 2 for x, y in zip(X, targets, strict=True) if x == 0.4) / 14 for s in fractions())
    assert (above, pair) == (Fraction(36, 2800), Fraction(1, 2800))
    assert above + pair == of_chapter("bound") == Fraction(37, 2800)
    assert Fraction(1, 100) == Fraction(28, 2800)


def fractions():
    return [Fraction(k, 1000) for k in range(1001)]


@claim("36/2800 is the limit of *this model*: an output that can exceed 1 would remove it")
@claim("No function of $x$, however clever, can give two answers to one input.")
def test_only_the_part_of_the_pair_is_irreducible():
    # The best that any function of x can do: at each input the mean of its targets.
    best = np.array([Y[x == X].mean() for x in X])
    assert np.mean((best - Y) ** 2) / 2 == pytest.approx(1 / 2800, rel=1e-12)
    # And the best that any function with an output of at most 1 can do
    assert np.mean((np.minimum(best, 1) - Y) ** 2) / 2 == pytest.approx(BOUND, rel=1e-12)
    rng = np.random.default_rng(0)
    for _ in range(200):
        polynomial = np.polyval(rng.normal(size=6), X)
        assert np.mean((polynomial - Y) ** 2) / 2 > 1 / 2800
        assert np.mean((sigmoid(polynomial) - Y) ** 2) / 2 > BOUND


@claim("after 2,000 updates at rate 50, $w$ is 22.7 and the loss 0.0136")
@claim("In epoch 20 it prints 0.0894; the corrected run has come down to 0.0812.")
def test_where_the_runs_are():
    points, losses = RUNS[50]
    assert (f"{points[-1][0]:.1f}", f"{losses[-1]:.4f}") == ("22.7", "0.0136")
    assert f"{losses_of(of_chapter('published_run'))[19]:.4f}" == "0.0894"
    assert f"{run_of(*RIGHT_RUN)[1][20]:.4f}" == "0.0812"


@claim("20 updates, 200 and 2,000 each have a best rate of their own")
def test_each_horizon_has_a_best_rate_of_its_own():
    assert len({min(RATES, key=lambda rate: RUNS[rate][1][k]) for k in HORIZONS}) == 3
