"""The loss and its gradient belong together, and nothing is broadcast behind the reader's back."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.gradients import check_gradient
from helpers.losses import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_gradient,
    half_squared_error,
    half_squared_error_gradient,
)

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
    gradient_check = check_gradient(lambda p: half_squared_error(p, y), half_squared_error_gradient(y_hat, y), y_hat)
    assert "complex step" in gradient_check.columns
    assert gradient_check.agrees, gradient_check


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


# Cross-entropy of two classes, from logits

LOGITS = np.array([0.3, -1.2, 2.0, 0.7])


@pytest.mark.parametrize("z", [0.0, 1.0, -1.0, 36.0, -36.0, 40.0, -40.0, 700.0, -700.0, 1e4, -1e4, 1e300, -1e300])
@pytest.mark.parametrize("y", [0, 1, 0.25])
def test_binary_cross_entropy_equals_the_50_digit_reference(z, y):
    with mpmath.workdps(50):
        z_exact = mpmath.mpf(z)
        tail = mpmath.log1p(mpmath.exp(-abs(z_exact)))
        ln_p, ln_1_minus_p = min(z_exact, 0) - tail, -max(z_exact, 0) - tail
        reference = float(-y * ln_p - (1 - y) * ln_1_minus_p)
    with np.errstate(all="raise"):
        assert binary_cross_entropy([z], [y]) == pytest.approx(reference, rel=1e-14, abs=5e-324)


def test_binary_cross_entropy_is_ln_2_where_nothing_is_known():
    assert binary_cross_entropy(np.zeros(5), [0, 1, 1, 0, 1]) == pytest.approx(np.log(2), rel=1e-15)
    assert type(binary_cross_entropy(0.0, 1)) is np.float64


def test_binary_cross_entropy_is_the_mean_over_the_points():
    one_by_one = [binary_cross_entropy([z], [y]) for z, y in zip(LOGITS, [0, 1, 1, 0], strict=True)]
    assert binary_cross_entropy(LOGITS, [0, 1, 1, 0]) == pytest.approx(np.mean(one_by_one), rel=1e-15)


@repeatable
@given(st.lists(st.tuples(st.floats(-30, 30).filter(lambda z: abs(z) > 0.01), st.floats(0, 1)), min_size=1, max_size=8))
def test_binary_gradient_agrees_with_the_numerical_ones(pairs):
    z, y = np.array(pairs).T
    gradient_check = check_gradient(lambda p: binary_cross_entropy(p, y), binary_cross_entropy_gradient(z, y), z)
    assert "complex step" in gradient_check.columns
    assert gradient_check.agrees, gradient_check


@pytest.mark.parametrize("function", [binary_cross_entropy, binary_cross_entropy_gradient])
@pytest.mark.parametrize(
    ("logits", "y", "message"),
    [
        (np.zeros(3), np.zeros((3, 1)), r"logits must have the shape of y, \(3, 1\); got \(3,\)"),
        ([], [], "y must hold at least one point"),
        ([0.0, np.nan], [0, 1], "logits must be finite; got nan"),
        ([0.0, -np.inf], [0, 1], "logits must be finite; got -inf"),
        ([0.0, 1.0], [0, np.nan], "y must be finite; got nan"),
        ([0.0, 1.0], [0, 2], "y must lie between 0 and 1; got 2.0"),
        ([0.0, 1.0], [-1, 1], "y must lie between 0 and 1; got -1.0"),
    ],
)
def test_both_of_two_classes_refuse(function, logits, y, message):
    with pytest.raises(ValueError, match=message):
        function(logits, y)


# Cross-entropy of k classes, from logits


def test_cross_entropy_is_ln_k_where_nothing_is_known():
    assert cross_entropy(np.full((4, 10), 7.0), [0, 3, 9, 3]) == pytest.approx(np.log(10), rel=1e-15)


@pytest.mark.parametrize(
    "logits", [[0.0, 1.0, 2.0], [1000.0, 0.0, 999.0], [-1e4, 1e4, 0.0], [40.0, 0.0, -40.0], [1e300, 0, 0]]
)
@pytest.mark.parametrize("label", [0, 1, 2])
def test_cross_entropy_equals_the_50_digit_reference(logits, label):
    with mpmath.workdps(50):
        z = [mpmath.mpf(z) for z in logits]
        top = max(z)
        reference = float(top - z[label] + mpmath.log(sum(mpmath.exp(other - top) for other in z)))
    with np.errstate(all="raise", under="ignore"):
        assert cross_entropy([logits], [label]) == pytest.approx(reference, rel=1e-14, abs=1e-15)


def test_cross_entropy_of_two_classes_is_the_binary_one():
    y = np.array([0, 1, 1, 0])
    two_columns = np.column_stack([np.zeros(4), LOGITS])
    assert cross_entropy(two_columns, y) == pytest.approx(binary_cross_entropy(LOGITS, y), rel=1e-15)
    binary = binary_cross_entropy_gradient(LOGITS, y)
    np.testing.assert_allclose(cross_entropy_gradient(two_columns, y), np.column_stack([-binary, binary]), rtol=1e-14)


def test_cross_entropy_gradient_equals_sympy():
    symbols = sympy.Matrix(2, 3, sympy.symbols("z0:6"))
    labels, at = [2, 0], [0.3, -1.2, 2.0, 0.7, 0.0, -0.4]
    rows = [symbols.row(i) for i in range(2)]
    loss = sum(-sympy.log(sympy.exp(r[c]) / sum(map(sympy.exp, r))) for r, c in zip(rows, labels, strict=True)) / 2
    numbers = dict(zip(symbols, at, strict=True))
    by_sympy = [float(loss.diff(z).subs(numbers)) for z in symbols]
    np.testing.assert_allclose(cross_entropy_gradient(np.reshape(at, (2, 3)), labels).ravel(), by_sympy, rtol=1e-13)


@repeatable
@given(st.lists(st.tuples(*3 * [st.floats(-20, 20)], st.integers(0, 2)), min_size=1, max_size=4))
def test_cross_entropy_gradient_agrees_with_the_numerical_ones(examples):
    logits, labels = np.array([row[:3] for row in examples]), np.array([row[3] for row in examples])
    gradient_check = check_gradient(lambda Z: cross_entropy(Z, labels), cross_entropy_gradient(logits, labels), logits)
    assert "complex step" in gradient_check.columns
    assert gradient_check.agrees, gradient_check


@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_gradient])
@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.zeros(3), [0, 1, 2], r"logits must have shape \(n, k\), with at least one .*; got \(3,\)"),
        (np.zeros((0, 3)), [], r"logits must have shape \(n, k\), with at least one .*; got \(0, 3\)"),
        (np.zeros((2, 0)), [0, 0], r"logits must have shape \(n, k\), with at least one .*; got \(2, 0\)"),
        ([[0.0, np.nan]], [0], "logits must be finite; got nan"),
        ([[0.0, np.inf]], [0], "logits must be finite; got inf"),
        (np.zeros((2, 3)), [0], r"labels must have shape \(2,\), one label an example; got \(1,\)"),
        (np.zeros((2, 3)), [[0], [1]], r"labels must have shape \(2,\), one label an example; got \(2, 1\)"),
        (np.zeros((2, 3)), np.eye(2, 3), r"labels must have shape \(2,\), one label an example; got \(2, 3\)"),
        (np.zeros((2, 3)), [0.0, 1.0], "labels must be whole numbers; got float64"),
        (np.zeros((2, 3)), [0, 3], "labels must be classes from 0 to 2; got 3"),
        (np.zeros((2, 3)), [-1, 0], "labels must be classes from 0 to 2; got -1"),
    ],
)
def test_both_of_k_classes_refuse(function, logits, labels, message):
    with pytest.raises(ValueError, match=message):
        function(logits, labels)
