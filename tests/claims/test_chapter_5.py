"""What chapter 5 claims: seven points, the learning rate and the horizon, the published gradient, the bound."""

import itertools
import time
from fractions import Fraction

import chapters
import numpy as np
import pytest

from claims import claim, positions
from helpers.activations import sigmoid
from helpers.gradients import central_difference, check_gradient, check_update, complex_step
from show.chapter_5 import HORIZONS, POINTS, RATES

STEM = "05-many-points"
X = np.array([0.5, 0.8, 1.5, 0.4, 0.4, 1.0, 1.9])
Y = np.array([1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3])
START = np.array([0.3, 0.1])
BOUND = 37 / 2800
ALL_ONES = np.mean((1 - Y) ** 2) / 2
RIGHT_RUN = 0.1, 20


def setup_module():
    """The chapter runs before its first test, not at the import: each process imports the claims of all chapters."""
    global mean_loss, mean_gradient, trajectory, published, RUNS
    names = ["mean_loss", "mean_gradient", "trajectory", "published"]
    mean_loss, mean_gradient, trajectory, published = map(of_chapter, names)
    RUNS = {rate: run_of(rate, 2000) for rate in RATES}


def of_chapter(name):
    return chapters.namespace(STEM)[name]


def losses_of(points):
    w, b = points.T
    return np.mean((sigmoid(np.outer(w, X) + b[:, None]) - Y) ** 2, axis=1) / 2


def run_of(rate, num_updates, gradient=None):
    points = trajectory(gradient or mean_gradient, START, rate, num_updates)
    return points, losses_of(points)


def some_parameters(count=200, spread=3.0):
    return np.random.default_rng(0).normal(scale=spread, size=(count, 2))


def single_gradients(point):
    return np.array([mean_gradient(point, X[[i]], Y[[i]]) for i in range(7)])


# Seven points


@claim("five of the seven targets are 1 or more, values that a sigmoid never reaches")
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
def test_the_points_vote():
    of_w, of_b = single_gradients(START).T
    assert np.flatnonzero(of_b > 0).tolist() == np.flatnonzero(of_w > 0).tolist() == [4]
    assert (np.sign(of_b) == np.sign(sigmoid(0.3 * X + 0.1) - Y)).all()
    assert (mean_gradient(START) < 0).all()


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
@claim("At the start the pulls of these two nearly balanced, and the other five lifted the curve above both.")
def test_two_points_are_outvoted():
    of_b = single_gradients(START)[:, 1]
    assert of_b[3] * of_b[4] < 0  # one pulls upwards and the other downwards
    assert abs(of_b[3] + of_b[4]) < abs(of_b[3:5]).sum() / 10
    points, _ = RUNS[0.1]
    errors = abs(sigmoid(np.outer(points[:, 0], X) + points[:, [1]]) - Y)
    assert (errors[2000] > errors[0]).tolist() == (X == 0.4).tolist()
    assert (errors[20] > errors[0]).tolist() == (Y == 0.5).tolist()  # after 20, it is only one of them


@claim("Since update 1,048 the two have pulled it down again, but slowly.")
def test_the_two_pull_the_curve_down_again():
    points, _ = RUNS[0.1]
    at_the_two = sigmoid(0.4 * points[:, 0] + points[:, 1])
    assert np.argmax(at_the_two) == 1048
    assert (np.diff(at_the_two[1048:]) < 0).all()
    assert at_the_two[1048] - at_the_two[-1] < 0.02
    for k, sign in ((0, -1), (500, -1), (1500, 1), (2000, 1)):  # who pulls harder on the z of the two?
        pulls = single_gradients(points[k]) @ [0.4, 1]
        assert np.sign(pulls[3:5].sum()) == 1 or k == 0
        assert np.sign(pulls.sum()) == sign


# The learning rate and the horizon


@claim("It jumps once, and then it stands still.", "For the rest of the 2,000 updates the loss hardly moves.")
@claim("the loss near 0.0421, which it is where every $\\hat y = 1$")
def test_rate_100_stands_still():
    points, losses = RUNS[100]
    assert losses[0] - losses[1] > 0.05
    assert np.ptp(losses[1:]) < 1e-6
    assert f"{ALL_ONES:.4f}" == "0.0421"
    assert abs(losses[1] - ALL_ONES) < 1e-5
    assert np.linalg.norm([mean_gradient(point) for point in points[1:]], axis=1).max() < 1e-6
    w, b = points[1]
    assert (sigmoid(w * X + b) > 0.999).all()


@claim("One update moves $w$ and $b$ by less than a third of the learning rate each, however far the run has gone.")
@claim("So they can grow no faster than a straight line does.")
def test_it_cannot_explode():
    w, b = np.meshgrid(np.linspace(-60, 60, 241), np.linspace(-60, 60, 241))
    y_hat = sigmoid(w[..., None] * X + b[..., None])
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    assert abs(np.mean(delta * X, axis=-1)).max() < 1 / 3
    assert abs(np.mean(delta, axis=-1)).max() < 1 / 3
    assert (abs(y_hat - Y) <= 1.3).all()  # less, before a float64 rounds ŷ to 0 or 1
    assert 1.3 / 4 * X.mean() < 1 / 3
    assert X.sum() == pytest.approx(6.5)
    for rate, (points, _) in RUNS.items():
        furthest = abs(points - START).max(axis=1)
        assert (furthest <= rate / 3 * np.arange(len(points))).all()


@claim("Which rate is best depends on how long you train.")
@claim("After 20 updates rate 20 is the best on the slider")
@claim("on the slider, 40 is the best after 200 updates, and 50 after 2,000")
def test_the_best_rate_depends_on_the_horizon():
    best = {k: min(RATES, key=lambda rate: RUNS[rate][1][k]) for k in HORIZONS}
    assert best == {20: 20, 200: 40, 2000: 50}
    between = np.linspace(1, 100, 199)  # not only among the slider's rates
    final = {rate: run_of(rate, 200)[1] for rate in between}
    best_20, best_200 = (min(between, key=lambda rate: final[rate][k]) for k in (20, 200))
    assert best_20 < 25 < 35 < best_200


@claim("A loss that has stopped moving has not necessarily reached its minimum.")
@claim("Rate 40 drops below 0.03, a mark of our choice, at update 58, and even 100 would, at 69,900.")
@claim("from 40 on the rates look like failures", "every prediction is nearly 1, every slope nearly 0")
@claim("But nearly 0 is not 0. The slope is largest at $x = 0.4$; that pair pulls the curve down, and the runs escape.")
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
        assert (y_hat * (1 - y_hat) > 0).all()
        assert (y_hat * (1 - y_hat) < 0.02).all()
        assert X[np.argmax(y_hat * (1 - y_hat))] == 0.4
        pulls = single_gradients(points[20])[:, 1]
        assert pulls[3:5].min() > 0 > np.delete(pulls, [3, 4]).max()  # only the pair pulls the curve down
        assert (points[20] - rate * mean_gradient(points[20])) @ [0.4, 1] < points[20] @ [0.4, 1]  # and it gives way
        assert abs(losses[20] - losses[19]) < 1e-4  # it seems to stand still
        assert losses[20] > max(RUNS[other][1][20] for other in RATES if 1 <= other < 40)


@claim("Once out, larger steps lead further, and two of these rates win:")
def test_larger_steps_lead_further_along_the_valley():
    rates = [20, 40, 50]
    after = {(rate, low): np.flatnonzero(RUNS[rate][1] < low)[0] for rate in rates for low in (0.02, 0.018, 0.016)}
    for high, low in ((0.02, 0.018), (0.018, 0.016)):  # for the same way down, as many fewer as they are larger
        ways = [rate * (after[rate, low] - after[rate, high]) for rate in rates]
        assert max(ways) < 1.03 * min(ways)
    out = 58  # and it is the steps, not the place where they come out: with the rates exchanged, there the order turns
    slow_on = mean_loss(trajectory(mean_gradient, RUNS[40][0][out], 20, 200 - out)[-1])
    fast_on = mean_loss(trajectory(mean_gradient, RUNS[20][0][out], 40, 200 - out)[-1])
    assert fast_on < RUNS[40][1][200] < RUNS[20][1][200] < slow_on
    assert max(RUNS[40][1][2000], RUNS[50][1][2000]) < min(
        RUNS[rate][1][2000] for rate in RATES if rate not in (40, 50)
    )


def test_no_run_of_the_explorer_gets_below_the_bound():
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


@claim("As long as every update sees all points, sum or mean is a choice of the learning rate, nothing more.")
@claim("So a descent on the sum with rate 0.1 is a descent on the mean with rate 0.7, step for step.")
def test_sum_or_mean_is_a_choice_of_the_rate():
    for rate in (0.01, 0.1, 1.0, 10.0):
        by_sum = run_of(rate, 200, of_chapter("summed_gradient"))[0]
        np.testing.assert_allclose(by_sum, run_of(7 * rate, 200)[0], rtol=1e-9)
        assert abs(by_sum[-1] - run_of(rate, 200)[0][-1]).max() > 0.01  # and not with the same rate


def test_in_batches_of_different_sizes_no_rate_makes_a_sum_of_a_mean():
    by_mean = ends(3, 2.0, [0])[0][:4]  # one epoch: batches of 3, 3 and 1
    order = np.random.default_rng(0).permutation(7)
    batches = [order[:3], order[3:6], order[6:]]
    for rate in np.geomspace(0.1, 10, 200):
        point = START
        for batch in batches:
            point = point - rate * len(batch) * mean_gradient(point, X[batch], Y[batch])
        assert abs(point - by_mean[-1]).max() > 0.02
    lone = 2.0 * mean_gradient(by_mean[2], X[order[6:]], Y[order[6:]])  # a whole update for the point left alone
    np.testing.assert_allclose(by_mean[2] - lone, by_mean[3], rtol=1e-12)


@claim("Doubling the data leaves the mean alone, at 0.1111, and doubles the sum.")
@claim("The mean loss grows with the scale of targets and outputs, not with the number of points.")
@claim("makes the mean loss a hundred times as large, 11.1082, because the errors are squared")
def test_the_mean_depends_on_the_scale_and_not_on_the_number_of_points():
    twice = np.tile(X, 2), np.tile(Y, 2)
    for point in some_parameters():
        assert mean_loss(point, *twice) == pytest.approx(mean_loss(point), rel=1e-12)
        assert 14 * mean_loss(point, *twice) == pytest.approx(2 * 7 * mean_loss(point), rel=1e-12)
    assert f"{mean_loss(START, *twice):.4f}" == "0.1111"
    errors = sigmoid(0.3 * X + 0.1) - Y
    assert f"{np.mean((10 * errors) ** 2) / 2:.4f}" == "11.1082"
    for scale in (2, 10, 100):
        assert np.mean((scale * errors) ** 2) > np.mean(errors**2)
    assert mean_loss(START, 10 * X, Y) < mean_loss(START)  # the scale of the inputs is another matter


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


@claim("full batches make 20 updates, batches of three 60, and single points 140")
@claim("The single points end lowest, but with as many updates full batches get just as far.")
@claim("The smaller the batch, the lower the loss.")
@claim("at this rate, the whole gain of the small batches is the number of their updates.")
def test_the_gain_of_small_batches_is_the_number_of_their_updates():
    assert [len(ends(size, 2.0, [0])[0]) - 1 for size in (7, 3, 1)] == [20, 60, 140]
    for rate in (0.1, 0.7, 2.0):
        final = {size: np.array([mean_loss(run[-1]) for run in ends(size, rate, range(100))]) for size in (7, 3, 1)}
        assert final[1].max() < final[3].min() <= final[3].max() < final[7].min()
        for size, updates in ((3, 60), (1, 140)):
            full = run_of(rate, updates)[1][-1]
            gain = final[7][0] - full
            assert abs(final[size] - full).max() < 0.35 * gain  # one seed
            assert abs(final[size].mean() - full) < 0.02 * gain  # the average of a hundred


@claim("Their price is noise. They wander about the path that full batches take:")
def test_the_noise_of_small_batches_makes_the_loss_rise():
    for size, updates in ((3, 60), (1, 140)):
        full, _ = run_of(2.0, updates)
        for run in ends(size, 2.0):
            assert (np.diff(losses_of(run)) > 0).any()
            away = [np.hypot(*(full - point).T).min() for point in run]
            assert 0.02 < max(away) < 0.5
    assert (np.diff(run_of(2.0, 140)[1]) < 0).all()


@claim("at 20 most shuffles leave our single points behind full batches")
def test_at_rate_20_the_noise_eats_the_gain():
    full = run_of(20.0, 140)[1][-1]
    final = np.array([mean_loss(run[-1]) for run in ends(1, 20.0, range(100))])
    assert np.mean(final > full) > 0.9
    assert final.mean() > 1.2 * full


@claim("the gradient of a point drawn at random is right on average")
@claim("at the start, while the points agree, it points in nearly the same direction; later only on average")
def test_a_batch_of_thirty_points_nearly_the_same_way():
    rng = np.random.default_rng(0)
    points = run_of(2.0, 140)[0]
    median = {}
    for k in (0, 20, 60, 140):
        full = mean_gradient(points[k])
        drawn = rng.integers(7, size=(500, 30))
        gradients = np.array([mean_gradient(points[k], X[batch], Y[batch]) for batch in drawn])
        cosines = gradients @ full / np.linalg.norm(gradients, axis=1) / np.linalg.norm(full)
        median[k] = np.median(np.degrees(np.arccos(cosines)))
        spread = gradients.std(axis=0).max() / np.sqrt(500)
        np.testing.assert_allclose(gradients.mean(axis=0), full, atol=4 * spread)
    assert median[0] < 3
    assert median[20] > 10  # soon the points have fallen out, and thirty of them say less and less
    assert min(median[60], median[140]) > 30


def shortest_time(call, repeats=30):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


@claim("NumPy takes about as long for one number as for seven")
@claim("with a million points, a batch of thirty takes less than a hundredth of the time of a full batch")
def test_what_an_update_costs():
    one, seven, thirty = (
        shortest_time(lambda k=k: mean_gradient(START, np.resize(X, k), np.resize(Y, k)), 500) for k in (1, 7, 30)
    )
    assert 0.7 < one / seven < 1.4
    million = np.resize(X, 1_000_000), np.resize(Y, 1_000_000)
    assert shortest_time(lambda: mean_gradient(START, *million), 5) > 100 * thirty


# The published gradient


@claim("Two small letters are wrong, `z` and `x`.")
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
@claim("Lines as smooth, and a loss that falls a little faster:")
def test_a_falling_loss_proves_nothing():
    right_losses, wrong_losses = (run_of(0.1, 20, gradient)[1] for gradient in (mean_gradient, published))
    assert (np.diff(right_losses) < np.diff(wrong_losses)).sum() >= 15  # at almost every update
    assert (right_losses[1:] < wrong_losses[1:]).all()
    for losses in (right_losses, wrong_losses):
        assert (np.diff(losses, n=2) > 0).all()  # no kink: each fall is a little smaller than the one before
    for gradient, right in ((mean_gradient, True), (published, False)):
        assert (np.diff(run_of(0.1, 20, gradient)[1]) < 0).all()
        assert check_gradient(mean_loss, gradient(START), START).agrees == right


@claim(
    "A short step $-\\alpha p$ against any arrow $p$", "$-\\alpha$ times the dot product of the true gradient and $p$"
)
def test_what_a_short_step_against_any_arrow_changes():
    for point in some_parameters(20, spread=1.0):
        for p in some_parameters(10):
            rate = 1e-6
            change = mean_loss(point - rate * p) - mean_loss(point)
            assert change == pytest.approx(-rate * mean_gradient(point) @ p, rel=1e-2, abs=1e-12)


@claim("So within a right angle of the steepest way, every way goes downhill.")
def test_downhill_is_half_of_all_directions():
    for point in some_parameters(20, spread=1.0):
        gradient = mean_gradient(point)
        steepest = np.arctan2(*-gradient[::-1])
        for degrees in (*range(-89, 90, 2), 91, 120, 180, -91, -150):
            angle = steepest + np.radians(degrees)
            moved = point + 1e-6 * np.array([np.cos(angle), np.sin(angle)])
            assert (mean_loss(moved) < mean_loss(point)) == (abs(degrees) < 90)


@claim("Here the angle is 23°, and it hardly changes in these twenty updates.")
@claim("The entry for $w$ is 57.4 % too small")
@claim("0.2358 lies among the true slopes, and all errors but one small one have the same sign.")
@claim("So the true entry is nearly the mean error times some slope among them")
@claim("and the published one is not far off, by luck only 0.2 %.")
def test_how_far_the_published_gradient_is_off():
    true, wrong = mean_gradient(START), published(START)
    assert angle_to_the_published(START) == pytest.approx(23, abs=0.05)
    on_the_way = [angle_to_the_published(point) for point in of_chapter("published_run")]
    assert 22.9 < min(on_the_way) <= max(on_the_way) < 23.5
    assert (wrong / true - 1).round(3).tolist() == [-0.574, -0.002]
    slopes = sigmoid(0.3 * X + 0.1) * (1 - sigmoid(0.3 * X + 0.1))
    left_over = of_chapter("left_over_slope")
    assert slopes.min() < left_over < slopes.max()
    assert f"{left_over:.4f}" == "0.2358"
    # not far off: any slope among the true ones leaves the entry for b within a tenth
    errors = sigmoid(0.3 * X + 0.1) - Y
    among = np.array([np.mean(errors * slope) for slope in np.linspace(slopes.min(), slopes.max(), 101)])
    assert abs(among / true[1] - 1).max() < 0.1
    assert np.mean(abs(among / true[1] - 1) < 0.002) < 0.05  # but so near as 0.2 % are few
    assert slopes.min() < true[1] / np.mean(errors) < slopes.max()
    assert (errors < 0).sum() == 6
    assert max(errors) < np.mean(abs(errors)) / 5
    late = np.array([0.9, 1.3])  # a slope among the true ones is not enough: here the signs are mixed, and it misleads
    late_errors = sigmoid(late[0] * X + late[1]) - Y
    slopes = sigmoid(late[0] * X + late[1]) * (1 - sigmoid(late[0] * X + late[1]))
    among = np.mean(late_errors) * np.linspace(slopes.min(), slopes.max(), 101)
    assert abs(among / mean_gradient(late)[1] - 1).max() > 0.5


@claim("After 200 updates it is 3.6 times the true entry, and the worse of the two.")
def test_the_entry_for_b_becomes_the_worse_one():
    points = run_of(0.1, 200, published)[0]
    off = np.array([published(point) / mean_gradient(point) for point in points])
    assert f"{off[200][1]:.1f}" == "3.6"
    worse = abs(off - 1).argmax(axis=1)
    assert (worse[0], worse[20], worse[200]) == (0, 0, 1)


def angle_to_the_published(point):
    true, wrong = mean_gradient(point), published(point)
    return np.degrees(np.arccos(true @ wrong / np.linalg.norm(true) / np.linalg.norm(wrong)))


@claim("No: from update 470 on it rises.", "So the loss falls for 469 updates")
@claim("At four decimals the rise shows only at 549. From 408 to 548 it reads 0.0363, like a run that has arrived.")
@claim("After 469 updates they are almost exactly at a right angle, and beyond it the published way leads uphill.")
def test_the_published_loss_falls_for_469_updates_and_then_rises():
    points, losses = run_of(0.1, 3000, published)
    assert (np.diff(losses[:470]) < 0).all()
    assert (np.diff(losses[469:]) > 0).all()
    assert angle_to_the_published(points[469]) == pytest.approx(90, abs=0.05)
    assert angle_to_the_published(points[469]) < 90 < angle_to_the_published(points[470])
    printed = [f"{loss:.4f}" for loss in losses]
    assert next(k for k in range(470, 3000) if printed[k] > min(printed)) == 549
    assert set(printed[408:549]) == {"0.0363"} != {printed[407]}
    angles = [angle_to_the_published(point) for point in points[::10]]
    assert (np.diff(angles) > 0).all()
    for point in points[480::200]:
        assert mean_loss(point - 1e-6 * published(point)) > mean_loss(point)
    assert (np.diff(RUNS[0.1][1]) < 0).all()  # the right gradient goes on falling


@claim("The steepest way down leaves a contour line at a right angle, so at 90° the published way runs along one")
@claim("At 90° it touches the thick contour, its lowest.")
def test_the_published_path_touches_a_contour_where_it_turns_uphill():
    points, losses = run_of(0.1, 2000, published)
    assert np.argmin(losses) == 469
    start, way = points[469], published(points[469]) / np.linalg.norm(published(points[469]))
    across = np.array([-way[1], way[0]])
    for step in (0.01, 0.02, 0.04):
        along = [mean_loss(start + side * step * way) - losses[469] for side in (-1, 1)]
        beside = [mean_loss(start + side * step * across) - losses[469] for side in (-1, 1)]
        assert 0 < max(along) < abs(min(beside)) / 10  # a tangent: it leaves the contour far slower than a way across
        assert min(beside) < 0 < max(beside)
        assert min(along) > 0  # and it leaves it on the side of the higher loss


@claim("open from 23 degrees at the start over 37 to 90", "and to 157")
@claim("both fall alike from 0.11 to 0.04 at update 200")
@claim("the published one is level at 0.0363 and rises slightly, to 0.0385; the corrected one falls to 0.0304")
@claim("From (0.3, 0.1) the published run goes straight up to (1.5, 2.5).")
@claim("The corrected run bends to the right and ends at (2.1, 0.6), where the loss is lower.")
def test_the_picture_of_both_runs_shows_what_it_says():
    (wrong, wrong_losses), (right, right_losses) = (
        run_of(0.1, 2000, gradient) for gradient in (published, mean_gradient)
    )
    assert [f"{angle_to_the_published(wrong[k]):.0f}" for k in (0, 200, 469, 2000)] == ["23", "37", "90", "157"]
    for losses in (wrong_losses, right_losses):
        assert (f"{losses[1]:.2f}", f"{losses[200]:.2f}") == ("0.11", "0.04")
    assert abs(wrong_losses - right_losses)[:201].max() < 0.01
    assert [f"{loss:.4f}" for loss in (wrong_losses[469], wrong_losses[-1], right_losses[-1])] == [
        "0.0363",
        "0.0385",
        "0.0304",
    ]
    assert [wrong[-1].round(1).tolist(), right[-1].round(1).tolist()] == [[1.5, 2.5], [2.1, 0.6]]
    for kind, run in (("straight", wrong), ("bends", right)):
        headings = np.arctan2(*np.diff(run, axis=0).T[::-1])
        assert (np.diff(headings) < 0).all() if kind == "bends" else np.ptp(headings) < 1e-9


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
    text = "\n".join(chapters.source(STEM, name) for name in ("slope_of_sigmoid", "published_gradient"))
    rng = np.random.default_rng(0)
    names = {"np": np, "sigmoid": sigmoid, "X": rng.normal(size=7), "y": rng.normal(size=7)}
    exec(text, names)
    for point in some_parameters(20):
        dL_dw, dL_db = names["published_gradient"](point, 0.5, rng.normal())
        assert dL_db == pytest.approx(2 * dL_dw, rel=1e-12)


@claim("With that formula descent climbs, at every step:")
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


@claim("*Run all* would not find it: the section before would make `x` and `z` again.")
@claim("`z` is what epoch 20 computed before its update, from the $w$ and $b$ after 19")
def test_run_all_would_not_find_it():
    names = {"np": np, "sigmoid": sigmoid, "w": 0.3, "b": 0.1}
    one_point = "for _ in range(20):\n z = w * x + b\n d = (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))\n"
    exec("x, y = 0.5, 1.0\n" + one_point + " w, b = w - 0.1 * d * x, b - 0.1 * d", names)  # the section before
    assert names["z"] == pytest.approx(of_chapter("z_left_over"), rel=1e-12)
    assert abs(names["w"] * 0.5 + names["b"] - names["z"]) > 1e-3  # and not from the last w and b
    names.update(X=X, y=Y, w=0.3, b=0.1)  # what the section of the block defines
    exec(of_chapter("block"), names)
    np.testing.assert_allclose([names["dL_dw"], names["dL_db"]], published(START), rtol=1e-12)


@claim("Two of these, $d\\hat y/dz$ and $\\partial z/\\partial w = x$, should have been arrays:")
@claim("Every gradient of $L$ has the right shape: broadcasting has covered its tracks.")
def test_the_shapes_of_the_published_code():
    names = of_chapter("names_found")
    assert np.shape(names["dy_hat_dz"]) == np.shape(names["dz_dw"]) == ()
    assert np.shape(names["dL_dy_hat"]) == X.shape
    assert np.shape(names["dL_dw"]) == np.shape(names["dL_db"]) == ()


@claim("$b$ alone passes, $w$ fails.", "A difference of 0.18 % looks like a finite difference with a bad step")
@claim("here the right gradient agreed to at least eight digits")
def test_b_alone_passes_a_lenient_check():
    off_w, off_b = abs(published(START) / mean_gradient(START) - 1)
    assert off_b < 0.01 < off_w
    assert f"{off_b:.2%}" == "0.18%"
    assert "DISAGREE in ∂L/∂w, ∂L/∂b:" in str(
        check_gradient(mean_loss, published(START), START, names=["∂L/∂w", "∂L/∂b"])
    )
    right = mean_gradient(START)
    assert abs(central_difference(mean_loss, START) / right - 1).max() < 1e-8
    on_the_plateau = RUNS[100][0][
        1
    ]  # where the gradient is tiny, rounding leaves the difference fewer digits: so "here"
    right = mean_gradient(on_the_plateau)
    assert abs(central_difference(mean_loss, on_the_plateau) / right - 1).max() > 1e-8
    assert abs(complex_step(mean_loss, on_the_plateau) / right - 1).max() < 1e-9


@claim("the published run does subtract 0.1 times its gradient")
def test_the_published_updates_are_right():
    points = of_chapter("published_run")
    for old, new in itertools.pairwise(points):
        assert check_update(old, new, published(old), 0.1).agrees
        assert not check_update(old, new, mean_gradient(old), 0.1).agrees


# The bound


@claim("Never: the loss of these seven points stays above $37/2800 \\approx 0.0132$, whatever $w$ and $b$ are.")
@claim(
    "The loss closes in on the bound and never gets there.",
    "at $w = 200$ it can no longer tell the loss and the bound apart",
)
def test_the_bound():
    assert BOUND > 0.01
    w, b = np.meshgrid(np.linspace(-40, 40, 321), np.linspace(-40, 40, 321))
    z = w[..., None] * X + b[..., None]
    assert np.mean((sigmoid(z) - Y) ** 2 / 2, axis=-1).min() > BOUND
    excess = [mean_loss(of_chapter("steep_curve")(w)) - BOUND for w in (5, 10, 20, 50, 100)]
    assert all(0 < after < before for before, after in itertools.pairwise(excess))
    assert excess[-1] < 1e-9
    assert mean_loss(of_chapter("steep_curve")(200)) - BOUND == pytest.approx(0, abs=1e-17)
    assert X.min() == 0.4  # all other inputs are larger


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


@claim("no $w$ and $b$ get down to $37/2800$, and no function of $x$ gets below $1/2800$")
@claim("1/2800 is in the *data*: no function of $x$, however clever, can give two answers to one input.")
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
@claim(
    "In epoch 20 it prints 0.0894; the corrected table has 0.0822.",
    "The explorer's best run comes close to such a curve",
)
@claim("Twenty of them bring the loss from 0.1111 to 0.0812.")
def test_where_the_runs_are():
    points, losses = RUNS[50]
    assert (f"{points[-1][0]:.1f}", f"{losses[-1]:.4f}") == ("22.7", "0.0136")
    assert f"{losses_of(of_chapter('published_run'))[19]:.4f}" == "0.0894"
    assert [f"{run_of(*RIGHT_RUN)[1][k]:.4f}" for k in (0, 19, 20)] == ["0.1111", "0.0822", "0.0812"]
    assert abs(sigmoid(0.4 * points[-1][0] + points[-1][1]) - 0.55) < 0.02


@claim("the bound asks only that the output stays below 1 and is the same for the same $x$")
def test_both_conditions_of_the_bound_are_needed():
    below = np.minimum(Y, 1 - 1e-9)  # below 1 everywhere, but with two answers at x = 0.4
    assert np.mean((below - Y) ** 2) / 2 < BOUND
    best = np.array([Y[x == X].mean() for x in X])  # one answer for each x, but above 1
    assert np.mean((best - Y) ** 2) / 2 < BOUND


@claim("20 updates, 200 and 2,000 each have a best rate of their own")
def test_each_horizon_has_a_best_rate_of_its_own():
    assert len({min(RATES, key=lambda rate: RUNS[rate][1][k]) for k in HORIZONS}) == 3
