from exercises import chapter_7, mistakes


def table(W1="(3, 5)", b1="(5,)", W2="(5, 1)", b2="(1,)", one=26, two=56):
    return f"""\
network_of_five = {{"W1": {W1}, "b1": {b1}, "W2": {W2}, "b2": {b2}}}
network_of_five |= {{"parameters": {one}, "with a second hidden layer": {two}}}
"""


LITERAL = """\
def literal_gradient(parameters, x=0.5, y=1.0):
    w1_1, w2_1, w1_2, w2_2, b1_1, b2_1, b1_2, b2_2 = parameters
    a1, a2 = sigmoid(w1_1 * x + b1_1), sigmoid(w2_1 * x + b2_1)
    y_hat = sigmoid({z})
    d = {d}
    d1, d2 = {hidden}
    return np.array([d1 * x, d2 * x, d * a1, d * a2, {biases}])
"""
RIGHT = {
    "z": "(w1_2 * a1 + b2_1) + (w2_2 * a2 + b2_2)",
    "d": "(y_hat - y) * y_hat * (1 - y_hat)",
    "hidden": "d * w1_2 * a1 * (1 - a1), d * w2_2 * a2 * (1 - a2)",
    "biases": "d1, d2 + d, 0, d",
}


def literal(**changed):
    return LITERAL.format(**RIGHT | changed)


FRIEND = "def literal_gradient(parameters, x=0.5, y=1.0):\n    return layer_gradient(parameters, x, y)"
CORRECT = "(w1_2 * a1 + b1_2) + (w2_2 * a2 + b2_2)"
AT_A = "d * w1_2 * sigmoid(a1) * (1 - sigmoid(a1)), d * w2_2 * sigmoid(a2) * (1 - sigmoid(a2))"

WRONG = {
    "7.1": [
        (mistakes.TRANSPOSED, table(W1="(5, 3)", W2="(1, 5)")),
        (mistakes.TRANSPOSED, table(W2="(1, 5)")),
        (chapter_7.NOT_A_TUPLE, table(b1="(5)", b2="(1)")),
        (chapter_7.LIST, table(W1="[3, 5]")),
        (chapter_7.BIAS_AS_MATRIX, table(b1="(1, 5)", b2="(1, 1)")),
        (chapter_7.ONE_BIAS_A_LAYER, table(b1="(1,)", one=22, two=48)),
        (chapter_7.ONE_BIAS_A_LAYER, table(one="3 * 5 + 1 + 5 * 1 + 1")),
        (chapter_7.NO_BIASES, table(one="3 * 5 + 5 * 1", two="3 * 5 + 5 * 5 + 5 * 1")),
        (chapter_7.INPUT_BIASES, table(one=29, two=59)),
        (chapter_7.ONE_TO_ONE, table(two="26 + 5 + 5")),
        (
            mistakes.UNKNOWN,
            table(W1=None, b1=None),
        ),  # None is no shape and no number, and no mistake of those that count
        (mistakes.UNKNOWN, table(one=None)),  # as above
        (mistakes.WRONG_TYPE, "network_of_five = [(3, 5), (5,), (5, 1), (1,), 26, 56]"),
    ],
    "7.2": [
        (chapter_7.OTHER_NETWORK, FRIEND),
        (chapter_7.OLD_PREDICTION, literal(z=CORRECT)),
        (chapter_7.OLD_CHAINS, literal(biases="d1, d2, d, d")),
        (chapter_7.UNUSED_HAS_A_SLOPE, literal(biases="d1, d2 + d, d, d")),
        (chapter_7.HIDDEN_WAY_ONLY, literal(biases="d1, d2, 0, d")),
        (chapter_7.DIRECT_WAY_ONLY, literal(biases="d1, d, 0, d")),
        (mistakes.NO_SLOPE, literal(hidden="d * w1_2, d * w2_2")),
        (mistakes.SLOPE_AT_A, literal(hidden=AT_A)),
        (mistakes.NO_TARGET, literal(d="y_hat * y_hat * (1 - y_hat)")),
        (mistakes.WRONG_SIGN, literal(d="(y - y_hat) * y_hat * (1 - y_hat)")),
        (mistakes.FACTOR_TWO, literal(d="2 * (y_hat - y) * y_hat * (1 - y_hat)")),
        (mistakes.WRONG_SHAPE, literal(biases="d1, d2 + d, d")),
    ],
    "7.3": [
        (chapter_7.SEEN_BY_BOTH, "breaks_the_symmetry = 'a'"),
        (chapter_7.SAME_INPUT, "breaks_the_symmetry = 'c'"),
        (chapter_7.SAME_STEP, "breaks_the_symmetry = 'D'"),
        (mistakes.NOT_AN_OPTION, "breaks_the_symmetry = 'b1_1'"),
        (mistakes.NOT_AN_OPTION, "breaks_the_symmetry = {'a', 'b'}"),
    ],
}
