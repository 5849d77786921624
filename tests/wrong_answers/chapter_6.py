from exercises import chapter_6, mistakes


def read_off(x="dL_dw1 / dL_db1", a1="dL_dw2 / dL_db2", w2="toll / (a1 * (1 - a1))", zero="w1"):
    return f"""\
dL_dw1, dL_dw2, dL_db1, dL_db2 = -0.042765, 0.063678, -0.026728, 0.097933
x, a1, toll = dL_dw1 / dL_db1, dL_dw2 / dL_db2, dL_db1 / dL_db2
read_off_the_slopes = {{"x": {x}, "a1": {a1}, "w2": {w2}, "zero where x = 0": {zero!r}}}
"""


THREE = """\
def three_gradient(parameters, x=0.5, y=1.0):
    w1, w2, w3, b1, b2, b3 = parameters
    z1 = w1 * x + b1
    z2 = w2 * sigmoid(z1) + b2
    z3 = w3 * sigmoid(z2) + b3
    a1, a2, a3 = sigmoid(z1), sigmoid(z2), sigmoid(z3)
    d3 = {d3}
    d2 = {d2}
    d1 = {d1}
    return {slopes}
"""
RIGHT = {
    "d3": "(a3 - y) * a3 * (1 - a3)",
    "d2": "d3 * w3 * a2 * (1 - a2)",
    "d1": "d2 * w2 * a1 * (1 - a1)",
    "slopes": "np.array([d1 * x, d2 * a1, d3 * a2, d1, d2, d3])",
}


def three(**changed):
    return THREE.format(**RIGHT | changed)


def sigmoid_slope_at(letter):
    at = "({0}{1} * (1 - {0}{1}))" if letter == "z" else "sigmoid({0}{1}) * (1 - sigmoid({0}{1}))"
    d3, d2, d1 = (at.format(letter, k) for k in (3, 2, 1))
    return three(d3=f"(a3 - y) * {d3}", d2=f"d3 * w3 * {d2}", d1=f"d2 * w2 * {d1}")


STEP = """\
def repaired_step(parameters, learning_rate, x=0.5, y=1.0):
    w1, w2, b1, b2 = parameters
    _, a1, _, a2 = forward(parameters, x)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 * w2 * a1 * (1 - a1)
"""


def step(*lines):
    return STEP + "".join(f"    {line}\n" for line in lines)


LATE = """\
def repaired_step(parameters, learning_rate, x=0.5, y=1.0):
    w1, w2, b1, b2 = parameters
    _, a1, _, a2 = forward(parameters, x)
    d2 = (a2 - y) * a2 * (1 - a2)
    w2 -= learning_rate * d2 * a1
    d1 = d2 * w2 * a1 * (1 - a1)
    return np.array([w1 - learning_rate * d1 * x, w2, b1 - learning_rate * d1, b2 - learning_rate * d2])
"""
TWICE = """\
def repaired_step(parameters, learning_rate, x=0.5, y=1.0):
    w1, w2, b1, b2 = parameters
    dL_dw1, _, dL_db1, _ = sequence_gradient(parameters, x, y)
    w1, b1 = w1 - learning_rate * dL_dw1, b1 - learning_rate * dL_db1
    _, dL_dw2, _, dL_db2 = sequence_gradient([w1, w2, b1, b2], x, y)
    return np.array([w1, w2 - learning_rate * dL_dw2, b1, b2 - learning_rate * dL_db2])
"""


def needed(size="abs(dL_dw[0])", first=1, answer="n", weight="weight", limit="limit"):
    return f"""\
def neurons_needed(weight, limit):
    n = {first}
    while True:
        weights, biases = [{weight}] * n, [0.0] * n
        dL_dw, dL_db = chain_gradient(weights, biases)
        outputs, products = slope_products(sigmoid, sigmoid_slope, {weight}, 0.0, n)
        if {size} < {limit}:
            return {answer}
        n += 1
"""


WRONG = {
    "6.1": [
        (chapter_6.UPSIDE_DOWN, read_off(x="dL_db1 / dL_dw1", a1="dL_db2 / dL_dw2")),
        (chapter_6.OTHER_NEURON, read_off(x="a1", a1="x")),
        (chapter_6.WEIGHTS_DIVIDED, read_off(w2="dL_dw1 / dL_dw2")),
        (chapter_6.TOLL, read_off(w2="toll")),
        (chapter_6.TOLL_UPSIDE_DOWN, read_off(w2="1 / toll")),
        (chapter_6.OTHER_SLOPE, read_off(w2="toll / (x * (1 - x))")),
        (chapter_6.BIAS_FEELS_INPUT, read_off(zero="b1")),
        (chapter_6.INPUT_IS_NOT_ZERO, read_off(zero="w2")),
        (mistakes.UNKNOWN, read_off(x="0.5")),  # the input of the chapter, which is another
        (mistakes.WRONG_TYPE, "read_off_the_slopes = (1.6, 0.65, -1.2, 'w1')"),
    ],
    "6.2": [
        (mistakes.NO_SLOPE, three(d2="d3 * w3", d1="d2 * w2")),
        (mistakes.NO_SLOPE, three(d1="d2 * w2")),
        (mistakes.NO_SLOPE, three(d2="d3 * w3")),
        (mistakes.WEIGHT_FROM_BIAS, three(slopes="np.array([d1, d2 * a1, d3 * a2, d1, d2, d3])")),
        (mistakes.FACTOR_TWO, three(slopes="np.array([d1 * x, d2 * a1, 2 * d3 * a2, d1, d2, d3])")),
        (chapter_6.LAST_SLOPE_MISSING, three(d3="a3 - y")),
        (mistakes.SLOPE_AT_Z, sigmoid_slope_at("z")),
        (mistakes.SLOPE_AT_A, sigmoid_slope_at("a")),
        (chapter_6.WRONG_WEIGHT, three(d2="d3 * w2 * a2 * (1 - a2)", d1="d2 * w3 * a1 * (1 - a1)")),
        (chapter_6.NO_WEIGHT, three(d2="d3 * a2 * (1 - a2)", d1="d2 * a1 * (1 - a1)")),
        (mistakes.STALE_INPUT, three(slopes="np.array([d1 * x, d2 * x, d3 * x, d1, d2, d3])")),
        (mistakes.BIAS_FROM_WEIGHT, three(slopes="np.array(2 * [d1 * x, d2 * a1, d3 * a2])")),
        (mistakes.WEIGHT_FROM_BIAS, three(slopes="np.array(2 * [d1, d2, d3])")),
        (mistakes.NO_TARGET, three(d3="a3 * a3 * (1 - a3)")),
        (mistakes.WRONG_SIGN, three(d3="(y - a3) * a3 * (1 - a3)")),
        (mistakes.REORDERED, three(slopes="np.array([d1 * x, d1, d2 * a1, d2, d3 * a2, d3])")),
        (mistakes.WRONG_SHAPE, three(slopes="np.array([[d1 * x, d2 * a1, d3 * a2], [d1, d2, d3]])")),
    ],
    "6.3": [
        (mistakes.STALE_GRADIENT, "repaired_step = lambda *arguments: tidy_step(*arguments)"),
        (mistakes.STALE_GRADIENT, LATE),
        (
            mistakes.WRONG_PARAMETER,
            step(
                "w2, b2 = w2 - learning_rate * d2 * a1, b2 - learning_rate * d2",
                "return np.array([w2 - learning_rate * d1 * x, w2, b1 - learning_rate * d1, b2])",
            ),
        ),
        (mistakes.UPHILL, step("return parameters + learning_rate * np.array([d1 * x, d2 * a1, d1, d2])")),
        (
            mistakes.BIAS_FROM_WEIGHT,
            step("return parameters - learning_rate * np.array([d1 * x, d2 * a1, d1 * x, d2 * a1])"),
        ),
        (chapter_6.SEES_ITS_STEP, TWICE),
        (chapter_6.NO_RATE, step("return parameters - np.array([d1 * x, d2 * a1, d1, d2])")),
        (chapter_6.MOVES_ONLY, step("return -learning_rate * np.array([d1 * x, d2 * a1, d1, d2])")),
        (mistakes.ignores(["x", "y"]), step("return parameters - learning_rate * sequence_gradient(parameters)")),
        (
            mistakes.ROUNDED,
            step("return (parameters - learning_rate * sequence_gradient(parameters, x, y)).round(4)"),
        ),
        (mistakes.CHANGES_INPUT, step("parameters -= learning_rate * np.array([d1 * x, d2 * a1, d1, d2])")),
    ],
    "6.4": [
        (chapter_6.TOO_FEW, needed(answer="n - 1")),
        (chapter_6.TOO_MANY, needed(answer="n + 1")),
        (chapter_6.NO_SIZE, needed("dL_dw[0]")),
        (chapter_6.PRODUCT_ALONE, needed("abs(products[-1])")),
        (mistakes.WEIGHT_FROM_BIAS, needed("abs(dL_db[0])")),
        (chapter_6.NO_ERROR, needed("abs(products[-1] * 0.5)")),
        (mistakes.ignores(["weight"]), needed(weight="1.0")),
        (mistakes.ignores(["limit"]), needed(limit="1e-6")),
        (mistakes.NOT_A_FUNCTION, "neurons_needed = 9"),
    ],
}
