"""The loss and its gradient belong together, and nothing is broadcast behind the reader's back."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.gradients import check_gradient
from helpers.losses import half_squared_error, half_squared_error_gradient

repeatable = settings(derandomize=True, deadline=None)
points = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=8)


def test_half_squared_error_is_the_mean_over_the_points():
    assert half_squared_error([1.0, 2.0], [3.0, 5.0]) == (2**2 / 2 + 3**2 / 2) / 2
    assert half_squared_error(2.0, 5.0) == 4.5
    assert type(half_squared_error(2, 5)) is np.float64


def test_half_squared_error_is_zero_for_perfect_predictions():
    assert half_squared_error([1.0, 2.0], [1.0, 2.0]) == 0


@repeatable
@given(points)
def test_doubling_the_data_leaves_the_loss_as_it_is(pairs):
    y_hat, y = np.array(pairs).T
    assert half_squared_error([*y_hat, *y_hat], [*y, *y]) == pytest.approx(half_squared_error(y_hat, y), rel=1e-12)


def test_gradient_equals_sympy():
    y_hat = sympy.symbols("y_hat1:4")
    y = [sympy.Rational(1), sympy.Rational(6, 5), sympy.Rational(3, 5)]
    loss = sum((p - t) ** 2 / 2 for p, t in zip(y_hat, y, strict=True)) / 3
    at = dict(zip(y_hat, [0.5, 2.0, -1.0], strict=True))
    by_sympy = [float(loss.diff(p).subs(at)) for p in y_hat]
    np.testing.assert_allclose(half_squared_error_gradient([0.5, 2.0, -1.0], [1.0, 1.2, 0.6]), by_sympy, rtol=1e-14)


@repeatable
@given(points)
def test_gradient_agrees_with_the_numerical_ones(pairs):
    y_hat, y = np.array(pairs).T
    ledger = check_gradient(lambda p: half_squared_error(p, y), half_squared_error_gradient(y_hat, y), y_hat)
    assert "complex step" in ledger.columns
    assert ledger.agrees, ledger


@pytest.mark.parametrize("function", [half_squared_error, half_squared_error_gradient])
class TestBothRefuse:
    def test_a_row_against_a_column(self, function):
        with pytest.raises(ValueError, match=r"y_hat must have the shape of y, \(3, 1\); got \(3,\)"):
            function(np.ones(3), np.ones((3, 1)))

    def test_a_scalar_against_an_array(self, function):
        with pytest.raises(ValueError, match=r"y_hat must have the shape of y, \(3,\); got \(\)"):
            function(1.0, np.ones(3))

    def test_no_points(self, function):
        with pytest.raises(ValueError, match="y must hold at least one point"):
            function([], [])

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_nan_and_inf(self, function, bad):
        with pytest.raises(ValueError, match=f"y_hat must be finite; got {bad}"):
            function([1.0, bad], [1.0, 1.0])
        with pytest.raises(ValueError, match=f"y must be finite; got {bad}"):
            function([1.0, 1.0], [bad, 1.0])


def test_gradient_keeps_the_shape_and_the_inputs():
    y_hat, y = np.ones((4, 1)), np.zeros((4, 1))
    np.testing.assert_array_equal(half_squared_error_gradient(y_hat, y), np.full((4, 1), 0.25))
    np.testing.assert_array_equal(y_hat, np.ones((4, 1)))
