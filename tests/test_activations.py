"""The sigmoid is right to the last bits over all of float64, and its slope refuses what is not an activation."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.activations import sigmoid, sigmoid_slope

repeatable = settings(derandomize=True, deadline=None)
EXTREMES = [0.0, 1e-300, 1e-17, 0.5, 1.0, 17.0, 36.7, 37.0, 40.0, 700.0, 708.0, 709.0, 710.0, 745.0, 746.0, 1e308]


@pytest.mark.parametrize("z", EXTREMES + [-z for z in EXTREMES])
def test_sigmoid_equals_the_50_digit_reference(z):
    with mpmath.workdps(50):
        reference = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))))
    assert sigmoid(z) == pytest.approx(reference, rel=1e-15, abs=5e-324)


@repeatable
@given(st.floats(allow_nan=False))
def test_sigmoid_never_overflows_and_stays_between_0_and_1(z):
    with np.errstate(all="raise"):
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
