"""Each mistake of the source that is a matter of code, made in our right code: which check finds it, and which do not.

The mistake is made in the text of the function, as a chapter or a helper has it: one or two places are exchanged.
"""

import inspect
import itertools
import math
import warnings

import chapters
import numpy as np
import pytest

import helpers.activations
import helpers.descent
from helpers.activations import sigmoid
from helpers.descent import gradient_descent
from helpers.gradients import check_gradient, check_update
from helpers.losses import half_squared_error

ONE_NEURON, MANY_POINTS = "04-one-neuron", "05-many-points"
IN_SEQUENCE, IN_A_LAYER = "06-two-neurons-in-sequence", "07-two-neurons-in-a-layer"

X = np.array([0.5, 0.8, 1.5, 0.4, 0.4, 1.0, 1.9])
Y = np.array([1.0, 1.2, 1.2, 0.6, 0.5, 1.1, 1.3])

START = np.array([0.3, 0.1])  # w, b
SEQUENCE_START = np.array([0.3, 0.2, 0.1, 0.2])  # w1, w2, b1, b2
LAYER_START = np.array([0.3, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2])
LAYER_NAMES = ["w1_1", "w2_1", "w1_2", "w2_2", "b1_1", "b2_1", "b1_2", "b2_2"]

LEFT_OVER_X = 0.5  # what a notebook still holds of the neuron with one point when it comes to the many points
LEFT_OVER_Z = 0.485288


def with_mistakes(text, mistakes):
    for right, wrong in mistakes.items():
        assert right in text, f"there is no {right!r} to exchange in:\n{text}"
        text = text.replace(right, wrong)
    return text


def of_chapter(chapter, *functions, mistakes=None, **names):
    """Functions of a chapter by their text, with mistakes; `names` are what else they find, such as left-overs."""
    names = {"np": np, "sigmoid": sigmoid, "half_squared_error": half_squared_error, "X": X, "y": Y} | names
    text = "\n\n".join(chapters.source(chapter, name) for name in functions)
    exec(with_mistakes(text, mistakes or {}), names)
    return names[functions[-1]]


def of_module(module, name, mistakes):
    """A function of a helper, after the mistakes."""
    names = {"__name__": module.__name__}
    exec(with_mistakes(inspect.getsource(module), mistakes), names)
    return names[name]


def train(gradient, start, learning_rate=0.1, num_epochs=20, descent=gradient_descent):
    return [step.point for step in descent(gradient, start, learning_rate, tolerance=0, max_steps=num_epochs)]


def falls(losses):
    return all(after < before for before, after in itertools.pairwise(losses))


mean_loss = of_chapter(MANY_POINTS, "mean_loss")
mean_gradient = of_chapter(MANY_POINTS, "mean_gradient")
sequence_loss = of_chapter(IN_SEQUENCE, "forward", "sequence_loss")
sequence_gradient = of_chapter(IN_SEQUENCE, "forward", "sequence_gradient")
layer_loss = of_chapter(IN_A_LAYER, "forward", "layer_loss")
layer_gradient = of_chapter(IN_A_LAYER, "forward", "layer_gradient")


def check_mean_gradient(gradient):
    return check_gradient(mean_loss, gradient(START), START, names=["w", "b"])


def check_sequence_gradient(gradient, point=SEQUENCE_START):
    return check_gradient(sequence_loss, gradient(point), point, names=["w1", "w2", "b1", "b2"])


def test_the_chapters_own_gradients_pass_their_checks():
    assert check_mean_gradient(mean_gradient).agrees
    assert check_sequence_gradient(sequence_gradient).agrees
    assert check_gradient(layer_loss, layer_gradient(LAYER_START), LAYER_START).agrees


# Mistakes 1 to 3: left-over variables

STALE_Z = {"* y_hat * (1 - y_hat)": "* sigmoid(z) * (1 - sigmoid(z))"}
STALE_X = {"delta * X": "delta * x"}
LEFT_OVERS = {"x": LEFT_OVER_X, "z": LEFT_OVER_Z}


def stale(mistakes):
    return of_chapter(MANY_POINTS, "mean_gradient", mistakes=mistakes, **LEFT_OVERS)


def test_the_left_over_z_is_the_one_of_epoch_20_of_the_neuron_with_one_point():
    w, b = train(of_chapter(ONE_NEURON, "sigmoid_gradient"), START)[19]
    assert w * LEFT_OVER_X + b == pytest.approx(LEFT_OVER_Z, abs=5e-7)


@pytest.mark.parametrize(("mistakes", "wrong"), [(STALE_Z, "w, b"), (STALE_X, "w"), (STALE_Z | STALE_X, "w, b")])
def test_mistakes_1_and_2_a_left_over_z_or_x_fails_the_gradient_check(mistakes, wrong):
    assert str(check_mean_gradient(stale(mistakes))).endswith(
        f"DISAGREE in {wrong}: the column by hand differs from every other."
    )


def test_mistakes_1_and_2_halve_the_slope_of_w_and_hardly_touch_that_of_b():
    w, b = stale(STALE_Z | STALE_X)(START) / mean_gradient(START)
    assert (f"{w:.3f}", f"{b:.3f}") == ("0.426", "0.998")
    assert abs(b - 1) < 0.01 < abs(w - 1)  # a check of b alone, to one percent, lets both mistakes pass


def test_mistakes_1_and_2_pass_the_update_check():
    gradient = stale(STALE_Z | STALE_X)
    _, new = train(gradient, START, num_epochs=1)
    assert check_update(START, new, gradient(START), 0.1).agrees


@pytest.mark.parametrize(("mistakes", "missing"), [(STALE_Z, "z"), (STALE_X, "x")])
def test_mistake_3_the_function_does_not_run_alone(mistakes, missing):
    assert np.isfinite(of_chapter(MANY_POINTS, "mean_gradient")(START)).all()
    with pytest.raises(NameError, match=f"'{missing}'"):
        of_chapter(MANY_POINTS, "mean_gradient", mistakes=mistakes)(START)


# Mistake 4: the update of w1 starts from w2

DESCENT_FROM_W2 = of_module(
    helpers.descent,
    "gradient_descent",
    {
        "            point = point - learning_rate * slope\n": (
            "            point = point - learning_rate * slope\n"
            "            point[0] = point[1] - learning_rate * slope[0]\n"
        )
    },
)


def test_mistake_4_a_wrong_update_fails_the_update_check_and_passes_the_gradient_check():
    right, wrong = (
        train(sequence_gradient, SEQUENCE_START, descent=run) for run in (gradient_descent, DESCENT_FROM_W2)
    )
    names = ["w1", "w2", "b1", "b2"]
    for old, new in itertools.pairwise(right):
        assert check_update(old, new, sequence_gradient(old), 0.1, names).agrees
    for old, new in itertools.pairwise(wrong):
        check = check_update(old, new, sequence_gradient(old), 0.1, names)
        assert str(check).endswith("WRONG UPDATE: w1 did not move by -learning_rate * gradient.")
        assert check_sequence_gradient(sequence_gradient, new).agrees
    due, made = (run[1][0] - run[0][0] for run in (right, wrong))
    assert (f"{due:+.6f}", f"{made:+.4f}") == ("+0.000254", "-0.0940")


def test_mistake_4_does_not_show_in_the_loss():
    runs = [train(sequence_gradient, SEQUENCE_START, descent=run) for run in (gradient_descent, DESCENT_FROM_W2)]
    losses = [[sequence_loss(point) for point in run] for run in runs]
    assert [f"{run[19]:.4f}" for run in losses] == ["0.0670", "0.0670"]
    assert all(map(falls, losses))


# Mistakes 5 to 8: when to stop

WITHOUT_ABS = {"math.hypot(*np.ravel(slope)) < tolerance": "np.all(slope < tolerance)"}
TESTED_TOO_LATE = {  # the gradient is computed before the update, and tested after it, for the first time at step 1
    "if index == max_steps or ": "if index == max_steps or index > 0 and ",
    "\n        slope = _gradient_at(point, gradient)\n        if not": "\n        if not",
    '        with np.errstate(all="ignore"):  # overflow': (
        '        slope = _gradient_at(point, gradient)\n        with np.errstate(all="ignore"):  # overflow'
    ),
}


def descent_with(mistakes):
    return of_module(helpers.descent, "gradient_descent", mistakes)


def slope_of_square(x):
    return 2 * x


def slope_of_bowl(p):
    """The gradient of x² + 3y²."""
    return np.array([2 * p[0], 6 * p[1]])


def last_step(descent, gradient, start, learning_rate=0.2):
    *_, last = descent(gradient, start, learning_rate)
    return last


def is_level(step):
    return np.linalg.norm(step.gradient) < 0.01


def test_mistake_5_a_stop_rule_without_abs_stops_at_once_where_the_slope_is_negative():
    wrong = descent_with(WITHOUT_ABS)
    assert is_level(last_step(wrong, slope_of_square, 4.0))
    assert not is_level(last_step(wrong, slope_of_square, -4.0))
    assert last_step(wrong, slope_of_square, -4.0).index == 0
    assert is_level(last_step(gradient_descent, slope_of_square, -4.0))
    assert last_step(gradient_descent, slope_of_square, -4.0).index == 14


def test_mistake_5_as_printed_a_diverging_run_announces_16():
    wrong = descent_with(WITHOUT_ABS | TESTED_TOO_LATE)
    assert f"{last_step(wrong, slope_of_square, -4.0).point:.4f}" == "-2.4000"
    assert f"{last_step(wrong, slope_of_square, 4.0, learning_rate=1.5).point:.4f}" == "16.0000"
    assert abs(last_step(gradient_descent, slope_of_square, 4.0, learning_rate=1.5).point) > 1e30


@pytest.mark.parametrize("start", [(4, 4), (4, -4), (-4, 4), (-4, -4)])
def test_mistake_6_a_stop_rule_without_abs_is_wrong_in_half_of_the_quadrants(start):
    wrong = last_step(descent_with(WITHOUT_ABS), slope_of_bowl, start)
    assert is_level(wrong) == (start[0] > 0)
    assert wrong.index == (14 if start[0] > 0 else 1 if start[1] > 0 else 0)
    right = last_step(gradient_descent, slope_of_bowl, start)
    assert is_level(right)
    assert right.index == 14


@pytest.mark.parametrize(("start", "announced"), [((-4, -4), (-2.4, 0.8)), ((-4, 4), (-1.44, 0.16))])
def test_mistake_6_as_printed_stops_far_from_the_minimum(start, announced):
    wrong = last_step(descent_with(WITHOUT_ABS | TESTED_TOO_LATE), slope_of_bowl, start)
    np.testing.assert_allclose(wrong.point, announced, rtol=1e-12)


def test_mistake_7_a_rule_that_tests_the_gradient_from_before_the_update_makes_a_step_too_many():
    wrong = last_step(descent_with(TESTED_TOO_LATE), slope_of_square, 4.0)
    assert (wrong.index, f"{wrong.point:.4f}") == (15, "0.0019")
    assert (f"{wrong.gradient:.5f}", f"{slope_of_square(wrong.point):.5f}") == ("0.00627", "0.00376")
    right = last_step(gradient_descent, slope_of_square, 4.0)
    assert (right.index, f"{right.point:.4f}") == (14, "0.0031")
    assert right.gradient == slope_of_square(right.point)


def test_mistake_8_where_it_stops_is_a_matter_of_the_tolerance_and_not_the_optimum():
    stops = [list(gradient_descent(slope_of_square, 4.0, 0.2, tolerance=t))[-1].point for t in (1e-2, 1e-4, 1e-6)]
    assert falls(stops)
    assert stops[-1] > 0


# Mistakes 9 to 15: many points

PRINTED_SIGN = {"(y_hat - y)": "(y - y_hat)"}
SUM = {"np.mean": "np.sum"}


def test_mistake_9_the_printed_sign_fails_the_gradient_check_and_climbs():
    wrong = of_chapter(MANY_POINTS, "mean_gradient", mistakes=PRINTED_SIGN)
    assert str(check_mean_gradient(wrong)).endswith("DISAGREE in w, b: the column by hand differs from every other.")
    climbing = [mean_loss(point) for point in train(wrong, START)]
    assert [f"{climbing[epoch]:.4f}" for epoch in (0, 20)] == ["0.1111", "0.1679"]
    assert falls(climbing[::-1])
    assert falls([mean_loss(point) for point in train(mean_gradient, START)])


def test_mistake_11_the_gradient_of_the_sum_fails_the_check_against_the_mean():
    summed = of_chapter(MANY_POINTS, "mean_gradient", mistakes=SUM)
    assert str(check_mean_gradient(summed)).endswith("DISAGREE in w, b: the column by hand differs from every other.")
    summed_loss = of_chapter(MANY_POINTS, "mean_loss", mistakes=SUM)
    assert check_gradient(summed_loss, summed(START), START).agrees


def test_mistake_11_a_sum_learns_like_a_mean_at_seven_times_the_rate():
    by_sum = train(of_chapter(MANY_POINTS, "mean_gradient", mistakes=SUM), START)
    np.testing.assert_allclose(by_sum, train(mean_gradient, START, learning_rate=0.7), rtol=1e-13)
    assert (f"{mean_loss(by_sum[-1]):.4f}", f"{by_sum[-1][0]:.4f}") == ("0.0416", "0.9982")
    assert abs(by_sum[-1] - train(mean_gradient, START)[-1]).min() > 0.1


def test_mistake_12_a_mean_does_not_depend_on_the_number_of_points_and_does_on_their_scale():
    total = of_chapter(MANY_POINTS, "mean_loss", mistakes=SUM)
    twice = np.tile(X, 2), np.tile(Y, 2)
    assert mean_loss(START, *twice) == pytest.approx(mean_loss(START), rel=1e-14)
    assert total(START, *twice) == pytest.approx(2 * total(START), rel=1e-14)
    tenfold = of_chapter(MANY_POINTS, "mean_loss", sigmoid=lambda z: 10 * sigmoid(z))
    assert tenfold(START, X, 10 * Y) == pytest.approx(100 * mean_loss(START), rel=1e-14)


def test_mistake_14_the_loss_comes_near_37_2800_and_stays_above_it():
    bound = 37 / 2800
    for w in (5, 10, 50, 80):  # ever steeper through (0.4, 0.55), the best answer to two targets; x = 0.5 comes last
        assert 0 < mean_loss([w, math.log(0.55 / 0.45) - 0.4 * w]) - bound < 0.5 * math.exp(-0.1 * w)
    rng = np.random.default_rng(seed=0)
    assert min(mean_loss(point) for point in rng.uniform(-20, 20, (2000, 2))) > bound
    reachable = Y.clip(max=0.9)  # targets that a sigmoid can reach have no such bound
    reachable[3:5] = 0.55
    assert min(mean_loss([w, math.log(0.55 / 0.45) - 0.4 * w], X, reachable) for w in (1, 5, 10)) < bound


def test_mistake_15_a_stop_at_a_loss_of_0_01_can_never_fire():
    losses = [mean_loss(point) for point in train(mean_gradient, START, learning_rate=5.0, num_epochs=5000)]
    assert falls(losses)
    assert 37 / 2800 < losses[-1] < 0.015
    assert not any(loss < 0.01 for loss in losses)
    assert any(loss < 0.015 for loss in losses)  # a threshold above the bound does fire


# Mistakes 21, 22 and 26: names and biases of a layer


def test_mistake_21_a_hidden_bias_in_the_output_fails_the_gradient_check():
    mistakes = {"w1_2 * a1_1 + b1_2": "w1_2 * a1_1 + b2_1"}
    wrong_loss = of_chapter(IN_A_LAYER, "forward", "layer_loss", mistakes=mistakes)
    assert [f"{loss(LAYER_START):.5f}" for loss in (layer_loss, wrong_loss)] == ["0.07386", "0.06515"]
    right = check_gradient(layer_loss, layer_gradient(LAYER_START), LAYER_START, names=LAYER_NAMES)
    wrong = check_gradient(wrong_loss, layer_gradient(LAYER_START), LAYER_START, names=LAYER_NAMES)
    assert right.agrees
    assert not wrong.agrees
    b2_1, b1_2 = LAYER_NAMES.index("b2_1"), LAYER_NAMES.index("b1_2")
    slopes = [gradient_check.columns["complex step"] for gradient_check in (right, wrong)]
    assert [f"{column[b2_1]:.5f}" for column in slopes] == ["-0.00445", "-0.08734"]
    assert [f"{column[b1_2]:z.5f}" for column in slopes] == ["-0.09095", "0.00000"]


def with_one_output_bias(factor):
    """A gradient that leaves the second output bias alone, and lets the first learn at so many times the rate."""
    return lambda parameters: layer_gradient(parameters) * [1, 1, 1, 1, 1, 1, factor, 0]


def test_mistake_22_two_output_biases_keep_their_gap_and_learn_twice_as_fast_as_one():
    two = np.array(train(layer_gradient, LAYER_START))
    np.testing.assert_allclose(two[:, 7] - two[:, 6], 0.1, rtol=0, atol=1e-15)
    start = np.array([*LAYER_START[:6], 0.3, 0.0])
    one, doubled = (np.array(train(with_one_output_bias(factor), start)) for factor in (1, 2))
    assert layer_loss(start) == pytest.approx(layer_loss(LAYER_START), rel=1e-15)
    np.testing.assert_allclose(doubled[:, 6], two[:, 6] + two[:, 7], rtol=0, atol=1e-14)
    assert [f"{layer_loss(run[19]):.4f}" for run in (two, one, doubled)] == ["0.0445", "0.0531", "0.0445"]


def test_mistake_26_digits_read_the_other_way_round_fail_the_gradient_check():
    gradient = layer_gradient(LAYER_START)
    swapped = gradient[[0, 2, 1, 3, 4, 6, 5, 7]]  # w21 and w12, b21 and b12
    wrong = check_gradient(layer_loss, swapped, LAYER_START, names=LAYER_NAMES)
    assert str(wrong).endswith("DISAGREE in w2_1, w1_2, b2_1, b1_2: the column by hand differs from every other.")
    assert check_gradient(layer_loss, gradient, LAYER_START, names=LAYER_NAMES).agrees


# Mistakes 29, 44, 45, 48 and 57


def test_mistake_29_a_chain_without_its_new_factor_fails_the_gradient_check_in_the_first_neuron():
    wrong = of_chapter(IN_SEQUENCE, "forward", "sequence_gradient", mistakes={"delta2 * w2 * a1": "delta2 * a1"})
    assert str(check_sequence_gradient(wrong)).endswith(
        "DISAGREE in w1, b1: the column by hand differs from every other."
    )


def test_mistake_44_a_gradient_from_before_the_update_does_not_belong_to_the_point_after_it():
    _, right = gradient_descent(mean_gradient, START, 0.1, max_steps=1)
    _, wrong = descent_with(TESTED_TOO_LATE)(mean_gradient, START, 0.1, max_steps=1)
    assert np.array_equal(right.point, wrong.point)
    assert check_gradient(mean_loss, right.gradient, right.point).agrees
    assert not check_gradient(mean_loss, wrong.gradient, wrong.point).agrees


def test_mistake_45_stopping_at_epoch_6_takes_5_updates():
    loss = of_chapter(ONE_NEURON, "identity_loss")
    losses = [loss(point) for point in train(of_chapter(ONE_NEURON, "identity_gradient"), [0.5, 1.0])]
    assert next(updates for updates, loss in enumerate(losses) if loss < 0.01) == 5


def test_mistake_48_neurons_and_layers_without_a_bend_are_one_straight_line():
    for chapter, start in [(IN_SEQUENCE, SEQUENCE_START), (IN_A_LAYER, LAYER_START)]:
        straight, bent = (
            [of_chapter(chapter, "forward", sigmoid=activation)(start, x)[-1] for x in (-4.0, 0.0, 4.0)]
            for activation in (lambda z: z, sigmoid)
        )
        assert straight[1] - straight[0] == pytest.approx(straight[2] - straight[1], rel=1e-14)
        assert bent[1] - bent[0] != pytest.approx(bent[2] - bent[1], rel=0.01)


def test_mistake_57_a_loss_that_falls_from_a_fixed_start_proves_nothing():
    right, wrong = mean_gradient, stale(STALE_Z | STALE_X)
    assert all(falls([mean_loss(point) for point in train(gradient, START)]) for gradient in (right, wrong))
    assert [check_mean_gradient(gradient).agrees for gradient in (right, wrong)] == [True, False]


# Mistake 61: e^1000


def test_mistake_61_the_sigmoid_as_printed_overflows():
    silence = 'with np.errstate(over="ignore", under="ignore"):'
    as_printed = of_module(helpers.activations, "sigmoid", {silence: "if True:"})
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert as_printed(-1000.0) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sigmoid(-1000.0) == 0
    np.testing.assert_allclose(as_printed(X), sigmoid(X), rtol=1e-15)
