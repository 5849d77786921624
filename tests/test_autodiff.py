"""Value finds the gradients that SymPy finds, adds where a number is used twice, and never recurses."""

import math
import operator

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.autodiff import Value

repeatable = settings(derandomize=True, deadline=None, max_examples=10)

# Each rule reads the same for a Value, and for a SymPy expression by way of FUNCTIONS. u*u + 1 keeps logarithms,
# divisors and fractional powers where they are defined.
FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
}


def call(name, u):
    return getattr(u, name)() if isinstance(u, Value) else FUNCTIONS[name](u)


ONE = [
    lambda u: -u,
    lambda u: 2 + u,
    lambda u: 1 - u,
    lambda u: u - 3,
    lambda u: 3 * u,
    lambda u: u / 4,
    lambda u: 2 / (u * u + 1),
    lambda u: u**3,
    lambda u: u**1,
    lambda u: u**0,
    lambda u: (u * u + 1) ** -2,
    lambda u: (u * u + 1) ** 0.5,
    lambda u: call("exp", call("tanh", u)),
    lambda u: call("log", u * u + 1),
    lambda u: call("tanh", u),
    lambda u: call("sigmoid", u),
]
TWO = [operator.add, operator.sub, operator.mul, lambda u, v: u / (v * v + 1)]

expressions = st.recursive(
    st.sampled_from(["x", "y"]),
    lambda inner: st.tuples(st.sampled_from(ONE), inner) | st.tuples(st.sampled_from(TWO), inner, inner),
    max_leaves=4,
)
numbers = st.sampled_from([-1.9, -1.2, -0.7, -0.1, 0.0, 0.3, 0.8, 1.1, 1.6, 2.0])


def build(expression, leaves):
    if isinstance(expression, str):
        return leaves[expression]
    rule, *operands = expression
    return rule(*(build(operand, leaves) for operand in operands))


@pytest.mark.parametrize("rule", [*ONE, *TWO])
@repeatable
@given(expressions, expressions, numbers, numbers)
def test_gradients_of_random_expressions_equal_sympy(rule, one, other, x, y):
    expression = (operator.mul, (rule, one) if rule in ONE else (rule, one, other), other)  # each rule has its turn
    values = {"x": Value(x), "y": Value(y)}
    result = build(expression, values)
    assume(abs(result.data) < 1e4)
    result.backward()

    symbols = dict(zip("xy", sympy.symbols("x y"), strict=True))
    exact = sympy.nsimplify(build(expression, symbols), rational=True)
    at = {symbols["x"]: sympy.Rational(x), symbols["y"]: sympy.Rational(y)}
    assert result.data == pytest.approx(float(exact.evalf(30, subs=at)), rel=1e-10, abs=1e-10)
    for name, symbol in symbols.items():
        by_sympy = float(exact.diff(symbol).evalf(30, subs=at))
        assert values[name].grad == pytest.approx(by_sympy, rel=1e-10, abs=1e-10), name


def test_a_number_used_twice_adds_its_gradients():
    x = Value(3)
    (x * x + x).backward()
    assert x.grad == 2 * 3 + 1


def test_gradients_add_over_both_sides_of_a_diamond():
    x = Value(0.5)
    shared = x * 2
    (shared.exp() + shared.tanh() * shared).backward()
    s = 1.0
    assert shared.grad == pytest.approx(math.e + (1 - math.tanh(s) ** 2) * s + math.tanh(s))
    assert x.grad == pytest.approx(2 * shared.grad)


def test_the_gradient_of_the_result_with_respect_to_itself_is_one():
    x = Value(2)
    x.backward()
    assert x.grad == 1


def test_calling_backward_twice_gives_the_same_gradients():
    x = Value(3)
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 6
    (x * 5).backward()
    assert x.grad == 5


def test_a_chain_of_ten_thousand_values_does_not_hit_the_recursion_limit():
    x = Value(1.0)
    result = x
    for _ in range(10_000):
        result = result * 0.9999 + x
    result.backward()
    assert x.grad == pytest.approx(0.9999**10_000 + sum(0.9999**k for k in range(10_000)), rel=1e-10)


def test_every_operation_stores_its_parents_and_local_slopes():
    a, b = Value(3), Value(4)
    assert (a * b).parents == (a, b)
    assert (a * b).slopes == (4, 3)
    assert (a / b).slopes == (1 / 4, -3 / 16)
    assert (a - b).slopes == (1, -1)
    assert (a**2).slopes == (6,)


def test_a_value_reads_as_its_number_and_its_gradient():
    x = Value(0.5)
    assert repr(x) == "Value(data=0.5000, grad=0.0000)"
    (x * -2).backward()
    assert repr(x) == "Value(data=0.5000, grad=-2.0000)"
    assert repr(Value(-0.0)) == "Value(data=0.0000, grad=0.0000)"


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.int64(2), np.float32(2)])
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_plain_and_numpy_numbers_work_on_either_side(operation, number):
    left, right = operation(Value(3), number), operation(number, Value(3))
    assert type(left) is type(right) is Value
    assert type(left.data) is type(right.data) is float
    assert (left.data, right.data) == (operation(3, 2), operation(2, 3))


def test_sigmoid_and_tanh_do_not_overflow():
    x = Value(-1000)
    (x.sigmoid() + x.tanh()).backward()
    assert (x.sigmoid().data, x.tanh().data, x.grad) == (0, -1, 0)


@pytest.mark.parametrize("base", [0.01, 0.5, 0.999, 1.0, 1.5])
@pytest.mark.parametrize("power", [0.5, -0.5, 1.5, 0.1])
def test_a_positive_base_takes_any_fractional_power(base, power):
    x = Value(base)
    root = x**power
    root.backward()
    assert root.data == pytest.approx(math.exp(power * math.log(base)), rel=1e-14)
    assert x.grad == pytest.approx(power * root.data / base, rel=1e-14)


@pytest.mark.parametrize("power", [0, 1, 2, 3.0])
def test_powers_of_zero_have_a_slope_where_one_exists(power):
    x = Value(0)
    (x**power).backward()
    assert x.grad == (1 if power == 1 else 0)


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: Value(1) / Value(0), r"division by zero: Value\(data=1.0000.* / Value\(data=0.0000"),
        (lambda: 1 / Value(0), "division by zero"),
        (lambda: Value(0) ** -1, r"division by zero: 0 \*\* -1"),
        (lambda: Value(0) ** 0.5, r"division by zero: 0 \*\* 0.5, or its slope"),
        (lambda: Value(-2) ** 0.5, r"fractional power is not real: -2.0 \*\* 0.5"),
        (lambda: Value(0).log(), "log needs a positive number; got Value"),
        (lambda: Value(-1).log(), "log needs a positive number; got Value"),
        (lambda: Value(math.nan), "a Value must be finite; got nan"),
        (lambda: Value(1e200) * 1e200, "a Value must be finite; got inf"),
    ],
)
def test_what_has_no_value_is_refused_by_name(compute, message):
    with pytest.raises(ValueError, match=message):
        compute()


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: Value("1"), "a Value holds one real number; got str"),
        (lambda: Value(1) + "1", "a Value holds one real number; got str"),
        (lambda: None - Value(1), "a Value holds one real number; got NoneType"),
        (lambda: Value(1) * 1j, "a Value holds one real number; got complex"),
        (lambda: Value(1) * np.ones(2), "a Value holds one real number; got ndarray"),
        (lambda: np.ones(2) * Value(1), "a Value holds one real number; got ndarray"),
        (lambda: Value(1) ** Value(2), "the exponent must be a real number; got Value"),
        (lambda: 2 ** Value(2), "unsupported operand"),
    ],
)
def test_what_is_not_a_real_number_is_refused(compute, message):
    with pytest.raises(TypeError, match=message):
        compute()
