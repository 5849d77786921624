"""The two checks find the mistakes they are made for, name the parameter, and do not cry wolf."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.activations import sigmoid, sigmoid_slope
from helpers.autodiff import Value
from helpers.gradients import central_difference, check_gradient, check_update, complex_step
from helpers.losses import half_squared_error, half_squared_error_gradient

repeatable = settings(derandomize=True, deadline=None)

# Two neurons in sequence: one input, one hidden neuron, one output neuron.
NAMES = ["w1", "b1", "w2", "b2"]
START = np.array([0.3, 0.1, 0.2, 0.2])
X, Y = 0.5, 1.0


def loss(parameters):
    w1, b1, w2, b2 = parameters
    return half_squared_error(sigmoid(w2 * sigmoid(w1 * X + b1) + b2), Y)


def gradient(parameters):
    w1, b1, w2, b2 = parameters
    a1 = sigmoid(w1 * X + b1)
    a2 = sigmoid(w2 * a1 + b2)
    delta2 = half_squared_error_gradient(a2, Y) * sigmoid_slope(a2)
    delta1 = delta2 * w2 * sigmoid_slope(a1)
    return np.array([delta1 * X, delta1, delta2 * a1, delta2])


def gradient_by_value(parameters):
    w1, b1, w2, b2 = values = [Value(p) for p in parameters]
    (((w2 * (w1 * X + b1).sigmoid() + b2).sigmoid() - Y) ** 2 / 2).backward()
    return [value.grad for value in values]


class TestNumericalDerivatives:
    @pytest.mark.parametrize("derivative", [central_difference, complex_step])
    def test_a_number_gives_a_number_and_an_array_its_shape(self, derivative):
        assert type(derivative(lambda x: x**2, 3)) is np.float64
        assert derivative(lambda x: x**2, 3) == pytest.approx(6)
        point = np.arange(6).reshape(2, 3)
        np.testing.assert_allclose(derivative(lambda p: np.sum(p**3), point), 3.0 * point**2, rtol=1e-9, atol=1e-9)

    @repeatable
    @given(st.floats(-1e6, 1e6))
    def test_the_central_difference_is_good_to_1e_9_at_every_size_of_x(self, x):
        assert central_difference(lambda x: x**3, x) == pytest.approx(3 * x**2, rel=1e-9, abs=2e-10)

    @repeatable
    @given(st.floats(-5, 5))
    def test_the_complex_step_is_good_to_the_last_digits(self, x):
        assert complex_step(lambda x: np.exp(x) * np.sin(x), x) == pytest.approx(
            np.exp(x) * (np.sin(x) + np.cos(x)), rel=1e-14, abs=1e-14
        )

    def test_a_step_that_is_given_is_used_as_it_is(self):
        assert central_difference(lambda x: x**3, 10.0, h=2.0) == 3 * 10.0**2 + 2.0**2

    def test_the_point_is_left_alone(self):
        point = np.array([1.0, 2.0])
        central_difference(np.sum, point)
        complex_step(np.sum, point)
        np.testing.assert_array_equal(point, [1, 2])

    @pytest.mark.parametrize("derivative", [central_difference, complex_step])
    def test_bad_arguments_are_refused(self, derivative):
        with pytest.raises(ValueError, match="point must be finite and not empty; got nan"):
            derivative(np.sum, np.nan)
        for h in (0, -1e-5, np.nan, np.inf, "1"):
            with pytest.raises(ValueError, match="h must be a positive, finite number"):
                derivative(np.sum, 1.0, h)
        with pytest.raises(ValueError, match=r"f must return one number; got an array of shape \(2,\)"):
            derivative(lambda p: p, [1.0, 2.0])

    @pytest.mark.parametrize("f", [abs, lambda x: float(np.real(x)), lambda x: np.array(x, dtype=float)[()]])
    def test_the_complex_step_refuses_a_function_that_drops_the_imaginary_part(self, f):
        with pytest.raises(TypeError, match="f must"):
            complex_step(f, 1.0)

    def test_the_complex_step_refuses_a_function_that_drops_it_on_the_way(self):
        def f(p):
            real_buffer = np.empty(2)
            real_buffer[:] = p
            return real_buffer[0] * p[1]  # complex again, but without the slope that went through the buffer

        with pytest.raises(TypeError, match="it casts them to real ones"):
            complex_step(f, [1.0, 2.0])


class TestGradientCheck:
    def test_a_right_gradient_agrees_in_every_column(self):
        gradient_check = check_gradient(loss, gradient(START), START, names=NAMES, Value=gradient_by_value(START))
        assert list(gradient_check.columns) == ["by hand", "Value", "central difference", "complex step"]
        assert gradient_check.agrees, gradient_check
        assert gradient_check.disagreement("by hand") == 0
        assert gradient_check.disagreement("Value") <= 1e-12
        assert gradient_check.disagreement("central difference") <= 1e-8
        assert gradient_check.disagreement("complex step") <= 1e-12

    @repeatable
    @given(st.lists(st.floats(-5, 5), min_size=4, max_size=4))
    def test_a_right_gradient_agrees_wherever_it_is_checked(self, point):
        gradient_check = check_gradient(loss, gradient(point), point, Value=gradient_by_value(point))
        assert gradient_check.agrees, gradient_check

    @repeatable
    @given(st.integers(0, 3), st.sampled_from([-1, 0, 0.5, 1 + 1e-6, 1 - 1e-6, 2]))
    def test_a_wrong_entry_is_found_by_every_column_and_named(self, k, factor):
        by_hand = gradient(START)
        by_hand[k] *= factor
        gradient_check = check_gradient(loss, by_hand, START, names=NAMES, Value=gradient_by_value(START))
        assert not gradient_check.agrees
        assert str(gradient_check).endswith(f"DISAGREE in {NAMES[k]}: the column by hand differs from every other.")

    def test_several_wrong_entries_are_all_named(self):
        by_hand = gradient(START) * [2, 1, 2, 1]
        gradient_check = check_gradient(loss, by_hand, START, names=NAMES)
        assert "DISAGREE in w1, w2: the column by hand" in str(gradient_check)

    def test_a_single_wrong_column_is_blamed_instead_of_the_hand(self):
        wrong = gradient(START) + np.array([0, 1e-9, 0, 0])
        gradient_check = check_gradient(loss, gradient(START), START, names=NAMES, SymPy=wrong)
        assert not gradient_check.agrees
        assert str(gradient_check).endswith("DISAGREE in b1: SymPy. The other columns agree with the one by hand.")

    def test_the_disagreement_is_relative_to_the_larger_one(self):
        gradient_check = check_gradient(lambda p: p @ p, [4.0, 8.0], [2.0, 4.0], SymPy=[5.0, 8.0])
        assert gradient_check.disagreement("SymPy") == 1 / 5
        gradient_check = check_gradient(lambda p: p @ p, [5.0, 8.0], [2.0, 4.0], SymPy=[4.0, 8.0])
        assert gradient_check.disagreement("SymPy") == 1 / 5

    def test_a_rounding_error_beside_zero_is_no_disagreement(self):
        assert check_gradient(lambda p: p @ p, [1e-16, 2.0], [0.0, 1.0], SymPy=[0.0, 2.0]).agrees
        assert check_gradient(lambda x: x**3, 0.0, 0.0).agrees

    def test_the_floor_grows_with_the_loss_because_its_rounding_errors_do(self):
        gradient_check = check_gradient(lambda p: p[0] ** 2 + 12345.678, [2e-3], [1e-3])
        assert gradient_check.floor == pytest.approx(123.45678)
        assert gradient_check.agrees, gradient_check

    def test_nan_in_a_column_is_a_disagreement(self):
        gradient_check = check_gradient(lambda x: x if x <= 1 else np.nan, 1.0, 1.0, complex_step=False)
        assert not gradient_check.agrees
        assert "nan" in str(gradient_check)

    def test_the_complex_step_is_left_out_on_request_or_where_f_cannot_do_it(self):
        point = [2.0]
        assert "complex step" not in check_gradient(lambda p: p[0] ** 2, [4.0], point, complex_step=False).columns
        assert "complex step" not in check_gradient(lambda p: Value(p[0]).data ** 2, [4.0], point).columns
        assert "complex step" in check_gradient(lambda p: p[0] ** 2, [4.0], point).columns

    def test_it_prints_as_a_table(self):
        by_hand = gradient(START)
        gradient_check = check_gradient(
            loss, by_hand, START, names=NAMES, SymPy=by_hand.tolist(), Value=gradient_by_value(START)
        )
        assert str(gradient_check) == repr(gradient_check)
        assert str(gradient_check).splitlines() == [
            "                   by                           central    complex",
            "                 hand      SymPy      Value  difference       step",
            "w1          -0.002537  -0.002537  -0.002537   -0.002537  -0.002537",
            "b1          -0.005075  -0.005075  -0.005075   -0.005075  -0.005075",
            "w2          -0.057957  -0.057957  -0.057957   -0.057957  -0.057957",
            "b2          -0.103094  -0.103094  -0.103094   -0.103094  -0.103094",
            "rel. error              <= 1e-12   <= 1e-12    <= 1e-08   <= 1e-12",
            "All columns agree.",
        ]

    def test_beyond_the_tolerance_it_prints_the_figure(self):
        gradient_check = check_gradient(lambda p: p @ p, [4.0, 3.44], [2.0, 4.0], names=["w", "b"])
        assert "rel. error               5.7e-01   5.7e-01" in str(gradient_check)

    def test_rounding_errors_do_not_show_in_print(self):
        nudged = gradient(START) * (1 + 3e-16)
        tables = {str(check_gradient(loss, g, START, names=NAMES)) for g in (gradient(START), nudged)}
        assert len(tables) == 1

    def test_it_prints_no_negative_zero(self):
        assert "-0.000000" not in str(check_gradient(lambda x: -x * x, -0.0, 0.0, Value=-1e-17))

    def test_five_columns_fit_a_page(self):
        hundreds = check_gradient(lambda x: -250 * x * x, -500.0, 1.0, SymPy=-500.0, Value=-500.0)
        assert max(map(len, str(hundreds).splitlines()[:-1])) <= 75

    def test_arrays_of_any_shape_get_names_by_position(self):
        point = np.array([[1.0, 2.0], [3.0, 4.0]])
        gradient_check = check_gradient(lambda W: np.sum(W**2), 2 * point, point)
        assert gradient_check.names == ["point[0, 0]", "point[0, 1]", "point[1, 0]", "point[1, 1]"]
        assert gradient_check.agrees
        assert check_gradient(lambda x: x**2, 2.0, 1.0).names == ["point"]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"by_hand": [1.0]}, r"by hand must have shape \(2,\); got \(1,\)"),
            ({"by_hand": [[1.0, 2.0]]}, r"by hand must have shape \(2,\); got \(1, 2\)"),
            ({"by_hand": [1.0, np.nan]}, "by hand must be finite"),
            ({"SymPy": [1.0, 2.0, 3.0]}, r"SymPy must have shape \(2,\); got \(3,\)"),
            ({"SymPy": [1.0, np.inf]}, "SymPy must be finite"),
            ({"point": [1.0, np.nan]}, "point must be finite"),
            ({"point": [], "by_hand": []}, "point must be finite and not empty"),
            ({"names": ["w"]}, "names must hold 2 names, one for each entry; got 1"),
            ({"f": lambda p: np.nan}, r"f\(point\) must be finite"),
        ],
    )
    def test_bad_arguments_are_refused(self, change, message):
        arguments = {"f": lambda p: p @ p, "by_hand": [2.0, 4.0], "point": [1.0, 2.0]} | change
        with pytest.raises(ValueError, match=message):
            check_gradient(**arguments)


class TestUpdateCheck:
    @repeatable
    @given(
        st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4),
        st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4),
        st.floats(1e-6, 1e3),
    )
    def test_a_right_update_agrees_whatever_the_rounding(self, old, slope, learning_rate):
        new = np.array(old) - learning_rate * np.array(slope)
        assert check_update(old, new, slope, learning_rate).agrees

    @pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0, 1e3, 1e6])
    def test_a_right_update_may_be_rounded_in_another_order(self, size):
        rng = np.random.default_rng(seed=0)
        old, slope = rng.normal(size=10_000), size * rng.normal(size=10_000)
        assert check_update(old, old - (0.3 * slope * 7) / 7, slope, 0.3).agrees

    def test_a_right_update_to_nearly_zero_may_be_rounded_in_another_order(self):
        old = np.random.default_rng(seed=0).normal(size=10_000)
        assert check_update(old, old - 0.3 * (old / 0.3), old / 0.3 * (1 + 2e-16), 0.3).agrees

    def test_an_update_from_the_wrong_parameter_is_caught_where_the_gradient_check_passes(self):
        w1, b1, w2, b2 = START
        dw1, db1, dw2, db2 = slope = gradient(START)
        b2 = b2 - 0.1 * db2
        w2 = w2 - 0.1 * dw2
        b1 = b1 - 0.1 * db1
        w1 = w2 - 0.1 * dw1  # the mistake: w1 starts from w2
        assert check_gradient(loss, slope, START, names=NAMES).agrees
        check = check_update(START, [w1, b1, w2, b2], slope, 0.1, NAMES)
        assert not check.agrees
        assert str(check) == repr(check)
        assert str(check).splitlines() == [
            "                                     should",
            "         old       new      moved      move",
            "w1  0.300000  0.206049  -0.093951  0.000254",
            "b1  0.100000  0.100507   0.000507  0.000507",
            "w2  0.200000  0.205796   0.005796  0.005796",
            "b2  0.200000  0.210309   0.010309  0.010309",
            "WRONG UPDATE: w1 did not move by -learning_rate * gradient.",
        ]

    def test_a_right_update_says_so(self):
        slope = gradient(START)
        check = check_update(START, START - 0.1 * slope, slope, 0.1, NAMES)
        assert str(check).endswith("\nEvery parameter moved by -learning_rate * gradient.")

    @pytest.mark.parametrize("mistake", [lambda g: START + 0.1 * g, lambda g: START - 0.2 * g, lambda g: START])
    def test_a_wrong_sign_a_wrong_rate_and_no_update_are_caught(self, mistake):
        slope = gradient(START)
        assert not check_update(START, mistake(slope), slope, 0.1).agrees

    def test_a_mistake_of_a_billionth_is_more_than_rounding(self):
        slope = gradient(START)
        new = START - 0.1 * slope + np.array([0, 0, 1e-12, 0])
        assert "WRONG UPDATE: w2 did" in str(check_update(START, new, slope, 0.1, NAMES))

    def test_a_parameter_without_gradient_stays_and_prints_no_negative_zero(self):
        check = check_update([0.0, 1.0], [0.0, 1.0], [0.0, 0.0], 0.1)
        assert check.agrees
        assert "-0.000000" not in str(check)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"new": [1.0]}, r"new must have shape \(2,\); got \(1,\)"),
            ({"gradient": 1.0}, r"gradient must have shape \(2,\); got \(\)"),
            ({"old": [np.nan, 1.0]}, "old must be finite"),
            ({"new": [np.inf, 1.0]}, "new must be finite"),
            ({"gradient": [np.nan, 1.0]}, "gradient must be finite"),
            ({"learning_rate": 0}, "learning_rate must be a positive, finite number; got 0"),
            ({"learning_rate": np.inf}, "learning_rate must be a positive, finite number; got inf"),
            ({"learning_rate": -0.1}, "learning_rate must be a positive, finite number; got -0.1"),
            ({"names": ["w", "b", "c"]}, "names must hold 2 names"),
        ],
    )
    def test_bad_arguments_are_refused(self, change, message):
        arguments = {"old": [1.0, 1.0], "new": [0.9, 0.9], "gradient": [1.0, 1.0], "learning_rate": 0.1} | change
        with pytest.raises(ValueError, match=message):
            check_update(**arguments)
