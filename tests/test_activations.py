"""Sigmoid and softmax are right to the last bits over all of float64; the slope refuses what is no activation."""

import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.activations import sigmoid, sigmoid_slope, softmax

repeatable = settings(derandomize=True, deadline=None)
EXTREMES = [0.0, 1e-300, 1e-17, 0.5, 1.0, 17.0, 36.7, 37.0, 40.0, 700.0, 708.0, 709.0, 710.0, 745.0, 746.0, 1e308]


@pytest.mark.parametrize("z", EXTREMES + [-z for z in EXTREMES])
def test_sigmoid_equals_the_50_digit_reference(z):
    with mpmath.workdps(50):
        reference = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))))
    # Below the smallest number that float64 holds with all its digits, sigmoid gives 0.
    assert sigmoid(z) == pytest.approx(reference, rel=1e-15, abs=np.finfo(float).smallest_normal)


@repeatable
@given(st.floats(allow_nan=False))
def test_sigmoid_never_warns_and_stays_between_0_and_1(z):
    with np.errstate(all="raise"), warnings.catch_warnings(action="error"):
        assert 0 <= sigmoid(z) <= 1


@repeatable
@given(st.floats(allow_nan=False))
def test_sigmoid_of_the_opposite_is_the_complement(z):
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, rel=1e-15)


@repeatable
@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_sigmoid_never_falls(z, other):
    low, high = sorted([z, other])
    assert sigmoid(low) <= sigmoid(high) + 2e-16  # neighbours may differ by a rounding error


def test_infinities_give_0_and_1_and_nan_stays_nan():
    np.testing.assert_array_equal(sigmoid([-np.inf, np.inf, np.nan]), [0, 1, np.nan])


@pytest.mark.parametrize("function", [sigmoid, sigmoid_slope])
def test_scalars_give_scalars_and_arrays_keep_their_shape(function):
    assert type(function(1)) is np.float64
    assert function(np.ones((2, 3), dtype=np.float32)).shape == (2, 3)
    assert function(np.ones((2, 3), dtype=np.float32)).dtype == np.float64
    assert function(np.ones(0)).shape == (0,)


def test_sigmoid_leaves_its_input_alone():
    z = np.array([-1.0, 1.0])
    sigmoid(z)
    np.testing.assert_array_equal(z, [-1, 1])


@repeatable
@given(st.floats(-700, 700))
def test_slope_from_the_activation_equals_the_complex_step(z):
    by_complex_step = sigmoid(z + 1e-20j).imag / 1e-20
    assert sigmoid_slope(sigmoid(z)) == pytest.approx(by_complex_step, rel=1e-12, abs=1e-15)


def test_slope_is_a_times_1_minus_a_for_complex_numbers_too():
    assert sigmoid_slope(0.25) == 0.1875
    assert sigmoid_slope(0.25 + 1j) == pytest.approx((0.25 + 1j) * (0.75 - 1j))
    assert sigmoid_slope(1 + 1e-20j) == pytest.approx(-1e-20j, rel=1e-12, abs=1e-33)  # a saturated neuron


@pytest.mark.parametrize("z", [-0.1, 1.1, np.inf, [0.5, 2.0], [[-3.0]]])
def test_slope_refuses_what_cannot_be_an_activation(z):
    with pytest.raises(ValueError, match=r"a must be an activation between 0 and 1.*got (-0\.1|1\.1|inf|2\.0|-3\.0)"):
        sigmoid_slope(z)


def test_slope_accepts_both_ends_and_lets_nan_pass():
    np.testing.assert_array_equal(sigmoid_slope([0.0, 1.0, np.nan]), [0, 0, np.nan])


# Softmax

rows = st.integers(1, 6).flatmap(
    lambda k: st.lists(st.lists(st.floats(-1e4, 1e4), min_size=k, max_size=k), min_size=1, max_size=4)
)


@repeatable
@given(rows)
def test_softmax_gives_probabilities_that_sum_to_1_in_each_row(logits):
    with np.errstate(all="raise", under="ignore"):
        P = softmax(logits)
    assert P.shape == np.shape(logits)
    assert ((P >= 0) & (P <= 1)).all()
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)


@pytest.mark.parametrize("logits", [[0.0, 1.0, 2.0], [1000.0, 999.0, 0.0], [-1000.0, -1001.0], [1e307, -1e307], [3.0]])
def test_softmax_equals_the_50_digit_reference(logits):
    with mpmath.workdps(50):
        exponentials = [mpmath.exp(mpmath.mpf(z)) for z in logits]
        reference = [float(e / sum(exponentials)) for e in exponentials]
    np.testing.assert_allclose(softmax(logits), reference, rtol=1e-14, atol=5e-324)


def test_softmax_of_one_example_is_the_row_of_that_example():
    logits = np.array([[1.0, 2.0, -1.0], [0.0, 0.5, 9.0]])
    np.testing.assert_array_equal(softmax(logits)[1], softmax(logits[1]))


@repeatable
@given(rows, st.floats(-1e3, 1e3))
def test_the_same_number_added_to_all_logits_changes_no_probability(logits, shift):
    np.testing.assert_allclose(softmax(np.array(logits) + shift), softmax(logits), rtol=1e-9, atol=1e-300)


@repeatable
@given(st.floats(-700, 700))
def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference(z):
    np.testing.assert_allclose(softmax([z, 0.0]), [sigmoid(z), sigmoid(-z)], rtol=1e-13)


def test_softmax_by_complex_step_is_p_times_onehot_minus_p():
    logits = np.array([0.3, -1.2, 2.0])
    p = softmax(logits)
    for j in range(3):
        by_complex_step = softmax(logits + 1e-20j * np.eye(3)[j]).imag / 1e-20
        np.testing.assert_allclose(by_complex_step, p * (np.eye(3)[j] - p[j]), rtol=1e-13)


def test_softmax_turns_only_the_row_with_nan_into_nan():
    np.testing.assert_array_equal(softmax([[0.0, np.nan], [0.0, 0.0]]), [[np.nan, np.nan], [0.5, 0.5]])


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3, 4)])
def test_softmax_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"logits must have shape \(n, k\) or \(k,\) with at least one class; got \("):
        softmax(np.ones(shape))


def test_softmax_leaves_its_input_alone():
    logits = np.array([[1.0, 2.0]])
    softmax(logits)
    np.testing.assert_array_equal(logits, [[1, 2]])
