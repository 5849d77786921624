"""Gradient descent follows its closed forms, stops whatever the signs, and says what is wrong when it cannot go on."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.descent import gradient_descent

repeatable = settings(derandomize=True, deadline=None)


def slope_of_square(x):
    """The gradient of x²."""
    return 2 * x


def slope_of_bowl(p):
    """The gradient of x² + 3y²."""
    return np.array([2 * p[0], 6 * p[1]])


@repeatable
@given(st.floats(0.01, 0.99), st.sampled_from([4.0, -4.0]))
def test_the_path_on_x_squared_follows_its_closed_form(alpha, start):
    for step in gradient_descent(slope_of_square, start, alpha, tolerance=0, max_steps=20):
        assert step.point == pytest.approx(start * (1 - 2 * alpha) ** step.index, rel=1e-9, abs=1e-13)


def test_the_path_in_the_bowl_follows_its_closed_form():
    for step in gradient_descent(slope_of_bowl, [4, -4], 0.2, tolerance=0, max_steps=20):
        expected = [4 * (1 - 0.4) ** step.index, -4 * (1 - 1.2) ** step.index]
        np.testing.assert_allclose(step.point, expected, rtol=1e-12)


def test_step_0_is_the_start_and_each_step_holds_its_own_gradient():
    steps = list(gradient_descent(slope_of_square, 4, 0.2, max_steps=3))
    assert [step.index for step in steps] == [0, 1, 2, 3]
    assert steps[0] == (0, 4.0, 8.0)
    assert all(step.gradient == 2 * step.point for step in steps)


def test_the_first_step_below_the_tolerance_is_the_last():
    *before, last = gradient_descent(slope_of_square, 4.0, 0.2)
    assert last.index == 14
    assert f"{last.point:.4f}" == "0.0031"
    assert abs(last.gradient) < 1e-2
    assert all(abs(step.gradient) >= 1e-2 for step in before)


def test_a_gradient_equal_to_the_tolerance_is_not_below_it():
    assert [step.point for step in gradient_descent(slope_of_square, 4.0, 0.25, tolerance=4.0)] == [4, 2, 1]


@pytest.mark.parametrize("signs", list(itertools.product([1, -1], repeat=2)))
def test_it_stops_at_the_same_place_from_every_quadrant(signs):
    last = list(gradient_descent(slope_of_bowl, [4 * signs[0], 4 * signs[1]], 0.2))[-1]
    assert last.index == 14
    np.testing.assert_allclose(np.abs(last.point), [4 * 0.6**14, 4 * 0.2**14], rtol=1e-9)


def test_the_length_of_the_gradient_counts_and_not_its_entries():
    start = [0.008, 0.008]  # each entry is below 0.01, their norm is not
    assert len(list(gradient_descent(lambda p: p, start, 0.5))) == 2
    assert len(list(gradient_descent(lambda p: p, start, 0.5, tolerance=0.0114))) == 1


@pytest.mark.parametrize(
    ("slope", "alpha"), [(lambda x: 2 * x, 1.0), (lambda y: 6 * y, 1 / 3)], ids=["x² at 1", "3y² at 1/3"]
)
def test_at_the_threshold_it_bounces_for_ever(slope, alpha):
    points = [step.point for step in gradient_descent(slope, 4.0, alpha, max_steps=1000)]
    assert points == [4.0, -4.0] * 500 + [4.0]


def test_max_steps_counts_updates():
    assert [step.index for step in gradient_descent(slope_of_square, 4.0, 0.01, max_steps=7)][-1] == 7
    assert len(list(gradient_descent(slope_of_square, 4.0, 0.01, max_steps=0))) == 1


def test_the_gradient_is_computed_once_a_step():
    asked = []
    steps = list(gradient_descent(lambda x: asked.append(x) or 2 * x, 4.0, 0.2, max_steps=5))
    assert asked == [step.point for step in steps]


def test_a_start_at_the_bottom_is_the_only_step():
    assert list(gradient_descent(slope_of_square, 0.0, 0.2)) == [(0, 0.0, 0.0)]


def test_a_number_stays_a_number_and_an_array_keeps_its_shape():
    assert all(type(part) is np.float64 for part in next(gradient_descent(slope_of_square, 4, 0.2))[1:])
    assert next(gradient_descent(slope_of_square, np.ones((2, 3), dtype=int), 0.2)).point.dtype == np.float64
    assert [s.point.shape for s in gradient_descent(slope_of_square, np.ones((2, 3)), 0.2, max_steps=2)] == [(2, 3)] * 3


def test_steps_do_not_change_afterwards():
    start, buffer = np.array([4.0, -4.0]), np.empty(2)

    def slope_in_one_buffer(p):
        p *= 2  # rudely, in the point it was given
        buffer[:] = p
        return buffer

    kept = []
    for step in gradient_descent(slope_in_one_buffer, start, 0.25, max_steps=3):
        kept.append((step.point.copy(), step.gradient.copy()))
        step.point[:] = step.gradient[:] = start[:] = 99  # and the reader of a step may do as they like with it
        slope_in_one_buffer(np.array([7.0, 7.0]))
    for k, (point, slope) in enumerate(kept):
        np.testing.assert_array_equal(point, [4 * 0.5**k, -4 * 0.5**k])
        np.testing.assert_array_equal(slope, 2 * point)


def test_the_start_is_left_alone():
    start = np.array([4.0, -4.0])
    list(gradient_descent(slope_of_bowl, start, 0.2))
    np.testing.assert_array_equal(start, [4, -4])


def test_collected_steps_are_separate_arrays():
    steps = list(gradient_descent(slope_of_bowl, [4, -4], 0.2, max_steps=3))
    assert not any(np.shares_memory(a.point, b.point) for a, b in itertools.combinations(steps, 2))


@pytest.mark.parametrize("start", [4.0, [4.0, -4.0]])
def test_divergence_names_the_step_and_the_learning_rate_without_a_warning(start):
    steps = gradient_descent(slope_of_square, start, 1e100, max_steps=50)
    seen = []
    with pytest.raises(ValueError, match=r"diverged at step 4: .*inf.*learning_rate 1e\+100 is perhaps too large"):
        seen.extend(step.index for step in steps)
    assert seen == [0, 1, 2, 3]


def test_a_point_that_leaves_float64_is_divergence_even_where_the_gradient_is_finite():
    with pytest.raises(ValueError, match=r"diverged at step 1: point -inf, gradient 1\.0"):
        list(gradient_descent(lambda x: np.sign(x) ** 2, -1e308, 1e308))


def test_a_gradient_that_does_not_exist_at_a_finite_point_is_divergence():
    with pytest.raises(ValueError, match=r"diverged at step 1: point -1\.0, gradient nan"):
        list(gradient_descent(lambda x: np.log(x) + 2, 1.0, 1.0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        *[({"learning_rate": r}, "learning_rate must be a positive") for r in (0, -0.1, np.nan, np.inf, "0.1", None)],
        *[({"start": s}, "start must be finite") for s in (np.nan, [1.0, np.inf], [])],
        *[({"tolerance": t}, "tolerance must be a number that is not neg") for t in (-1e-9, np.nan, "0")],
        *[({"max_steps": m}, "max_steps must be a whole number that is not neg") for m in (-1, 2.5, "3")],
        ({"start": [1.0, 2.0], "gradient": lambda p: p[:1]}, r"gradient must return the shape .*\(2,\); got \(1,\)"),
        ({"start": [1.0, 2.0], "gradient": lambda p: p[0]}, r"gradient must return the shape .*\(2,\); got \(\)"),
        ({"gradient": lambda x: np.nan}, "gradient must be finite at the start 4.0; got nan"),
        ({"gradient": lambda x: np.float64(1) / (x - 4)}, "gradient must be finite at the start 4.0; got inf"),
    ],
)
def test_bad_arguments_are_refused_at_the_call(change, message):
    arguments = {"gradient": slope_of_square, "start": 4.0, "learning_rate": 0.2} | change
    with pytest.raises(ValueError, match=message):
        gradient_descent(**arguments)  # next() is never called


def test_a_gradient_that_changes_its_shape_on_the_way_is_refused():
    with pytest.raises(ValueError, match="gradient must return the shape of the point"):
        list(gradient_descent(lambda p: p if p[0] == 1 else p[:1], [1.0, 1.0], 0.1))
