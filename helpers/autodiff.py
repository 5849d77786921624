"""Reverse-mode automatic differentiation of scalars: each operation knows its slope, the chain rule does the rest."""

import math
from numbers import Real

from helpers.activations import sigmoid, sigmoid_slope


class Value:
    """A number that remembers which numbers it was computed from, and how fast it changes with each of them.

    data: the number. parents: the Values it came from. slopes: ∂self/∂parent, one for each parent.
    grad: ∂(result)/∂self, filled in by result.backward().

    Raises TypeError for anything but a Value or a real number, ValueError for NaN, inf, division by zero, the
    logarithm of a number that is not positive; OverflowError where Python's own floats raise it.
    """

    __array_ufunc__ = None  # makes np.float64(2) * Value come here; arrays are refused: a Value is one number

    def __init__(self, data, parents=(), slopes=()):
        if not isinstance(data, Real):
            raise TypeError(f"a Value holds one real number; got {type(data).__name__}")
        if not math.isfinite(data):
            raise ValueError(f"a Value must be finite; got {data}")
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes

    def __add__(self, other):
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = _value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other):
        other = _value(other)
        if other.data == 0:
            raise ValueError(f"division by zero: {self!r} / {other!r}")
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data))

    def __pow__(self, exponent):
        """x ** exponent for a plain number: d/dx x^c = c x^(c−1)."""
        if not isinstance(exponent, Real):
            raise TypeError(f"the exponent must be a real number; got {type(exponent).__name__}")
        exponent = float(exponent)
        if exponent == 0:
            return Value(1, (self,), (0.0,))
        if self.data == 0 and exponent < 1:
            raise ValueError(f"division by zero: 0 ** {exponent:g}, or its slope")
        if self.data < 0 and not exponent.is_integer():
            raise ValueError(f"a negative number to a fractional power is not real: {self.data} ** {exponent:g}")
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return _value(other) - self

    def __rtruediv__(self, other):
        return _value(other) / self

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,))

    def log(self):
        """Natural logarithm."""
        if self.data <= 0:
            raise ValueError(f"log needs a positive number; got {self!r}")
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,))

    def sigmoid(self):
        a = sigmoid(self.data)
        return Value(a, (self,), (sigmoid_slope(a),))

    def backward(self):
        """Set grad of every Value that self was computed from to ∂self/∂Value.

        Starts by setting them all to zero, so calling it twice gives the same gradients, not twice as large ones.
        """
        hand_back(children_first(self))

    def __repr__(self):
        return f"Value(data={self.data:z.4f}, grad={self.grad:z.4f})"


def _value(number):
    return number if isinstance(number, Value) else Value(number)


# The backward pass as chapter 3 builds it. Loops, no recursion: a long chain must not run into Python's limit.


def hand_back(order):
    """Each Value sends its gradient, times the local slope, to each parent, which adds what it gets."""
    for node in order:
        node.grad = 0.0
    order[0].grad = 1.0
    for node in order:
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def level_by_level(result):
    """All Values that the result was computed from, and itself. A parent may stand too early for a backward pass."""
    order, seen = [result], {result}
    for node in order:
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                order.append(parent)
    return order


def count_uses(result):
    """For each Value how often the others were computed from it."""
    uses = {node: 0 for node in level_by_level(result)}
    for node in uses:
        for parent in node.parents:
            uses[parent] += 1
    return uses


def children_first(result):
    """The same Values in an order in which each stands before those it was computed from."""
    missing = count_uses(result)
    order = [result]
    for node in order:
        for parent in node.parents:
            missing[parent] -= 1
            if missing[parent] == 0:
                order.append(parent)
    return order
