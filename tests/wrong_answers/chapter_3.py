from exercises import chapter_3, mistakes


def slopes(u, v, q, r):
    return f"slopes_by_hand = {{'dL/du': {u}, 'dL/dv': {v}, 'dL/dq': {q}, 'dL/dr': {r}}}"


def tanh(*lines, method="tanh_of"):
    body = "".join(f"    {line}\n" for line in lines)
    return f"def tanh_of(self):\n{body}\nValue.tanh = {method}"


def with_slope(slope):
    return tanh("a = math.tanh(self.data)", f"return Value(a, (self,), ({slope},))")


def words(*entries):
    return f"wrong_with_equals = dict(zip(expressions, {entries}))"


WRONG = {
    "3.1": [
        (chapter_3.ONLY_THROUGH_U, slopes(4, 7, 8, 4)),
        (chapter_3.ONLY_THROUGH_V, slopes(4, 7, 8, 7)),
        (chapter_3.PATHS_MULTIPLIED, slopes(4, 7, 8, "4 * 7")),
        (chapter_3.NO_LOCAL_SLOPE, slopes(4, 7, 4, 11)),
        (chapter_3.EXCHANGED, slopes(4, 7, 11, 8)),
        (chapter_3.OWN_FACTOR, slopes(7, 4, 8, 11)),
        (chapter_3.VALUE_NOT_SLOPE, slopes(4, 7, 2, 3)),
        (chapter_3.LOCAL_SLOPES_ONLY, slopes(4, 7, 2, "1 + 1")),
        (mistakes.UNKNOWN, slopes(4, 7, 8, 12)),
        (mistakes.WRONG_TYPE, "slopes_by_hand = (4, 7, 8, 11)"),
    ],
    "3.2": [
        (mistakes.NO_SLOPE, with_slope("1.0")),
        (chapter_3.NO_SQUARE, with_slope("1 - a")),
        (chapter_3.SLOPE_FROM_Z, with_slope("1 - self.data**2")),
        (mistakes.SLOPE_AT_A, with_slope("1 - math.tanh(a) ** 2")),
        (chapter_3.SIGMOID_SLOPE, with_slope("a * (1 - a)")),
        (chapter_3.SLOPE_SIGN, with_slope("a * a - 1")),
        (chapter_3.NO_WAY_BACK, tanh("return Value(math.tanh(self.data))")),
        (
            chapter_3.NO_WAY_BACK,
            tanh("a = math.tanh(self.data)", "self.grad = 1 - a * a", "return Value(a)"),
        ),
        (chapter_3.NO_VALUE, tanh("return math.tanh(self.data)")),
        (chapter_3.NO_VALUE, tanh("a = math.tanh(self.data)", "return a, 1 - a * a")),
        (
            mistakes.CHANGES_INPUT,
            tanh("self.data = math.tanh(self.data)", "return Value(self.data, (self,), (1 - self.data**2,))"),
        ),
        (mistakes.RAISES, tanh("a = math.tanh(self)", "return Value(a, (self,), (1 - a * a,))")),
        (mistakes.NO_COMMA, tanh("a = math.tanh(self.data)", "return Value(a, (self,), 1 - a * a)")),
        (mistakes.PRINTS, tanh("print(math.tanh(self.data))")),
    ],
    "3.3": [
        (chapter_3.POWER_AS_FAN_OUT, words("both", "x", "x", "both", "x")),
        (chapter_3.OVERLOOKED, words("none", "none", "x", "both", "x")),
        (chapter_3.OVERLOOKED, words("none", "x", "none", "none", "x")),
        (chapter_3.HALF_OVERLOOKED, words("none", "x", "x", "x", "x")),
        (
            mistakes.one_of([chapter_3.POWER_AS_FAN_OUT, chapter_3.ONE_TOO_MANY]),
            words("none", "x", "x", "both", "both"),
        ),
        (chapter_3.ONE_TOO_MANY, words("none", "x", "both", "both", "x")),
        (chapter_3.OTHER_INPUT, words("none", "x", "y", "both", "x")),
        (mistakes.WRONG_TYPE, "wrong_with_equals = ['x / (x² + y²)', '1/x - xy']"),
        # True says that something goes wrong, and the task asks what: there is no mistake in it that has a name
        (mistakes.WRONG_TYPE, words("none", True, True, True, True)),
    ],
    "3.4": [
        (chapter_3.NO_FAN_OUT, "def telling(x, y):\n    return (x * y + 3) ** 2"),
        (chapter_3.NO_FAN_OUT, "def telling(x, y):\n    return x + y**2"),
        (chapter_3.BOTH_WRONG, "def telling(x, y):\n    s = x + y\n    return s * s"),
        (chapter_3.BOTH_WRONG, "def telling(x, y):\n    return x * x * x + 2 * x * y + y * y"),
        (chapter_3.OTHER_INPUT, "def telling(x, y):\n    return x / (x**2 + y**2)"),
        (chapter_3.HARMLESS, "def telling(x, y):\n    return x + y**2 + 0 * y"),
        (chapter_3.UNUSED, "def telling(x, y):\n    return y * y"),
        (mistakes.WRONG_TYPE, "def telling(x, y):\n    return x.data + y.data * y.data"),
        (mistakes.RAISES, "def telling(x, y):\n    return x + math.sqrt(y) * y"),
        (mistakes.NOT_A_FUNCTION, "telling = 'x + y * y'"),
    ],
}
