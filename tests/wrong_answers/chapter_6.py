from exercises import chapter_6, mistakes


def read_off(a1, x, zero="w1"):
    return f"""\
dL_dw1, dL_dw2, dL_db1, dL_db2 = -0.002537, -0.057957, -0.005075, -0.103094
read_off_the_slopes = {{"a1": {a1}, "x": {x}, "zero where x = 0": {zero!r}}}
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


def depths(size, plus=" + 1"):
    return f"""\
neurons_needed = {{}}
for name in ("sigmoid", "tanh"):
    outputs, products = slope_products(*chains_of_ten[f"{{name}}, w = 1, b = 0"], depth=60_000)
    neurons_needed[name] = np.argmax({size} < 1e-6){plus}
"""


WRONG = {
    "6.1": [
        (chapter_6.UPSIDE_DOWN, read_off("dL_db2 / dL_dw2", "dL_db1 / dL_dw1")),
        (chapter_6.OTHER_NEURON, read_off("dL_dw1 / dL_db1", "dL_dw2 / dL_db2")),
        (chapter_6.DELTAS_DIVIDED, read_off("dL_db1 / dL_db2", "dL_dw1 / dL_db1")),
        (chapter_6.WEIGHTS_DIVIDED, read_off("dL_dw2 / dL_db2", "dL_dw1 / dL_dw2")),
        (chapter_6.ACROSS, read_off("dL_dw2 / dL_db1", "dL_dw1 / dL_db2")),
        (chapter_6.BIAS_FEELS_INPUT, read_off(0.56, 0.5, "b1")),
        (chapter_6.INPUT_IS_NOT_ZERO, read_off(0.5622, 0.5, "w2")),
        (mistakes.WRONG_TYPE, "read_off_the_slopes = (0.56, 0.5, 'w1')"),
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
        (chapter_6.INTERLEAVED, three(slopes="np.array([d1 * x, d1, d2 * a1, d2, d3 * a2, d3])")),
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
        (mistakes.CHANGES_INPUT, step("parameters -= learning_rate * np.array([d1 * x, d2 * a1, d1, d2])")),
    ],
    "6.4": [
        (mistakes.OFF_BY_ONE, depths("abs((outputs - y) * products * x)", plus="")),
        (mistakes.NO_ABS, depths("(outputs - y) * products * x")),
        (chapter_6.PRODUCT_ALONE, depths("products")),
        (mistakes.WEIGHT_FROM_BIAS, depths("abs((outputs - y) * products)")),
        (chapter_6.NO_ERROR, depths("abs(products * x)")),
        (mistakes.WRONG_TYPE, "neurons_needed = {'sigmoid': 9}"),
    ],
}
