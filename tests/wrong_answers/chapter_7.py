from exercises import chapter_7, mistakes


def table(W1="(3, 5)", b1="(5,)", W2="(5, 1)", b2="(1,)", one=26, two=56):
    return f"""\
network_of_five = {{"W1": {W1}, "b1": {b1}, "W2": {W2}, "b2": {b2}}}
network_of_five |= {{"parameters": {one}, "with a second hidden layer": {two}}}
"""


def books(w1=-0.11, w2=-0.08, b2=-0.1, delta=0.064):
    return f"""\
books = {{"slope of w1_2": {w1}, "slope of w2_2": {w2}, "slope of b2": {b2}}}
books |= {{"delta1, example 1, neuron 2": {delta}}}
"""


def stays(slide="this data", swap="any input", half="neither", turn="any input"):
    return f"what_stays = {{'slide': '{slide}', 'swap': '{swap}', 'half and double': '{half}', 'turn over': '{turn}'}}"


DEEP = """\
def deep_gradient(parameters, X, Y):
    W1, b1, W2, b2, W3, b3 = parameters
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    Y_hat = sigmoid(A2 @ W3 + b3)
    delta3 = {delta3}
    delta2 = {delta2}
    delta1 = {delta1}
    return {returned}
"""
DEEP_RIGHT = {
    "delta3": "(Y_hat - Y) / len(X) * Y_hat * (1 - Y_hat)",
    "delta2": "(delta3 @ W3.T) * A2 * (1 - A2)",
    "delta1": "(delta2 @ W2.T) * A1 * (1 - A1)",
    "returned": "X.T @ delta1, delta1.sum(axis=0), A1.T @ delta2, delta2.sum(axis=0), A2.T @ delta3, delta3.sum(0)",
}


def deep(**changed):
    return DEEP.format(**DEEP_RIGHT | changed)


MIXED = DEEP_RIGHT["returned"].replace(".T", "[::-1].T")
MEANS = DEEP_RIGHT["returned"].replace(".sum(", ".mean(")
OTHER_INPUT = DEEP_RIGHT["returned"].replace("A1.T", "A2.T")
HALF_OF_IT = "X.T @ delta1, delta1.sum(axis=0), A1.T @ delta2, delta2.sum(axis=0)"
AT_A = {
    "delta3": "(Y_hat - Y) / len(X) * sigmoid(Y_hat) * (1 - sigmoid(Y_hat))",
    "delta2": "(delta3 @ W3.T) * sigmoid(A2) * (1 - sigmoid(A2))",
    "delta1": "(delta2 @ W2.T) * sigmoid(A1) * (1 - sigmoid(A1))",
}

WRONG = {
    "7.1": [
        (chapter_7.OUTPUTS_FIRST, table(W1="(5, 3)", W2="(1, 5)")),
        (chapter_7.OUTPUTS_FIRST, table(W1="(5, 3)")),
        (chapter_7.OUTPUTS_FIRST, table(W2="(1, 5)", one=20)),
        (mistakes.NO_COMMA, table(b1="(5)", b2="(1)")),
        (chapter_7.LIST, table(W1="[3, 5]")),
        (chapter_7.BIAS_AS_MATRIX, table(b1="(1, 5)", b2="(1, 1)")),
        (chapter_7.ONE_BIAS_A_LAYER, table(b1="(1,)", one=22, two=48)),
        (chapter_7.ONE_BIAS_A_LAYER, table(one="3 * 5 + 1 + 5 * 1 + 1")),
        (chapter_7.NO_BIASES, table(one="3 * 5 + 5 * 1", two="3 * 5 + 5 * 5 + 5 * 1")),
        (chapter_7.INPUT_BIASES, table(one=29, two=59)),
        (chapter_7.ONE_TO_ONE, table(two="26 + 5 + 5")),
        (mistakes.WRONG_TYPE, table(W1=None, b1=None)),
        (mistakes.WRONG_TYPE, table(one=None)),
        (mistakes.UNKNOWN, table(W1="(3, 1)")),
        (mistakes.WRONG_TYPE, "network_of_five = [(3, 5), (5,), (5, 1), (1,), 26, 56]"),
    ],
    "7.2": [
        (chapter_7.ROW_NOT_COLUMN, books(w1="0.5 * 0.1 + 0.2 * -0.2", w2="0.8 * 0.1 + 0.5 * -0.2")),
        (chapter_7.MEAN_AGAIN, books(w1=-0.055, w2=-0.04, b2=-0.05)),
        (chapter_7.MEAN_AGAIN, books(b2="(0.1 - 0.2) / 2")),
        (chapter_7.ONE_EXAMPLE, books(w1="0.5 * 0.1", w2="0.2 * 0.1", b2=0.1)),
        (chapter_7.ONE_EXAMPLE, books(b2=0.1)),
        (chapter_7.ONE_EXAMPLE, books(b2=-0.2)),
        (mistakes.NO_SLOPE, books(delta="0.1 * 4")),
        (chapter_7.HALF_A_SLOPE, books(delta="0.1 * 4 * (1 - 0.2)")),
        (chapter_7.OTHER_NEURON, books(delta="0.1 * 2 * 0.5 * 0.5")),
        (chapter_7.DELTA_WITHOUT_WEIGHT, books(delta="0.1 * 0.2 * 0.8")),
        (chapter_7.OTHER_PATH, books(delta="0.1 * 2 * 0.2 * 0.8")),
        (chapter_7.OTHER_EXAMPLE, books(delta="-0.2 * 4 * 0.5 * 0.5")),
        (mistakes.WRONG_SIGN, books(w1=0.11, w2=0.08, b2=0.1, delta=-0.064)),
        (mistakes.WRONG_TYPE, "books = [-0.11, -0.08, -0.1, 0.064]"),
    ],
    "7.3": [
        (chapter_7.SEEN_BY_BOTH, "breaks_the_symmetry = 'a'"),
        (chapter_7.SAME_INPUT, "breaks_the_symmetry = 'c'"),
        (chapter_7.SAME_STEP, "breaks_the_symmetry = 'D'"),
        (mistakes.NOT_AN_OPTION, "breaks_the_symmetry = 'b1_1'"),
        (mistakes.NOT_AN_OPTION, "breaks_the_symmetry = {'a', 'b'}"),
    ],
    "7.4": [
        (chapter_7.ONE_PLACE, stays(slide="any input")),
        (chapter_7.NOTHING_SEEN, stays(slide="neither")),
        (chapter_7.NOT_SPECIAL, stays(swap="this data", turn="this data")),
        (chapter_7.SAME_TERMS, stays(turn="neither")),
        (chapter_7.NO_STRAIGHT_LINE, stays(half="any input")),
        (mistakes.WRONG_TYPE, stays(slide="this", swap="neither")),
        (mistakes.WRONG_TYPE, "what_stays = ['this data', 'any input', 'neither', 'any input']"),
    ],
    "7.5": [
        (mistakes.NO_SLOPE, deep(delta3="(Y_hat - Y) / len(X)")),
        (mistakes.NO_SLOPE, deep(delta2="delta3 @ W3.T")),
        (mistakes.NO_SLOPE, deep(delta1="delta2 @ W2.T")),
        (mistakes.SLOPE_AT_A, deep(**AT_A)),
        (mistakes.too_large("len(X)"), deep(delta3="(Y_hat - Y) * Y_hat * (1 - Y_hat)")),
        (mistakes.NO_TARGET, deep(delta3="Y_hat / len(X) * Y_hat * (1 - Y_hat)")),
        (mistakes.WRONG_SIGN, deep(delta3="(Y - Y_hat) / len(X) * Y_hat * (1 - Y_hat)")),
        (mistakes.FACTOR_TWO, deep(delta3="2 * (Y_hat - Y) / len(X) * Y_hat * (1 - Y_hat)")),
        (chapter_7.MIXED_EXAMPLES, deep(returned=MIXED)),
        (chapter_7.BIAS_AVERAGED, deep(returned=MEANS)),
        (mistakes.RAISES, deep(delta1="(delta2 @ W2) * A1 * (1 - A1)")),
        (mistakes.WRONG_SHAPE, deep(returned=OTHER_INPUT)),
        (mistakes.WRONG_TYPE, deep(returned=HALF_OF_IT)),
    ],
}
