from exercises import chapter_4, mistakes

TANH = """\
def tanh_gradient(parameters, x=0.5, y=1.0):
    w, b = parameters
    z = w * x + b
    a = np.tanh(z)
    delta = {delta}
    return {returned}
"""
RUN = """\
def repaired_run(w, b, learning_rate, num_updates, x=2.0, y=5.0):
    for _ in range({times}):
        {first}
        {second}
        {third}
    return w, b
"""


def aligned(losses, epoch=5):
    lines = {f"loss in line {k}": loss for k, loss in enumerate(losses, start=1)}
    return f"aligned_table = {lines | {'could stop in epoch': epoch}}"


def another(multiplier, w, b, rate):
    entries = {"multiplier": multiplier, "w at the end": w, "b at the end": b, "limit of the rate": rate}
    return f"another_point = {entries}"


def after(w, b, m="1 - 10 * learning_rate"):
    return f"def parameters_after(k, learning_rate):\n    m = {m}\n    return {w}, {b}"


def tanh(delta="(a - y) * (1 - a**2)", returned="np.array([delta * x, delta])"):
    return TANH.format(delta=delta, returned=returned)


def run(first, second, third="pass", times="num_updates"):
    return RUN.format(first=first, second=second, third=third, times=times)


def breaking(start, rate):
    return f"breaking = {{'start w': {start[0]}, 'start b': {start[1]}, 'rate': {rate}}}"


ERROR = "error = w * x + b - y"
UPDATE_W = "w = w - learning_rate * error * x"
UPDATE_B = "b = b - learning_rate * error"

WRONG = {
    "4.1": [
        (chapter_4.AS_PRINTED, aligned([4.5, 1.125, 0.2812, 0.0703, 0.0176])),
        (chapter_4.TOO_FAR, aligned([0.2812, 0.0703, 0.0176, 0.0044, 0.0011])),
        (chapter_4.NOT_QUARTERED, aligned([4.5 / 2**k for k in range(1, 6)])),
        (mistakes.FACTOR_TWO, aligned([9 / 4**k for k in range(1, 6)])),
        (chapter_4.ONE_EPOCH_LATER, aligned([1.125, 0.2812, 0.0703, 0.0176, 0.0044], epoch=6)),
        (mistakes.WRONG_TYPE, "aligned_table = [1.125, 0.2812, 0.0703, 0.0176, 0.0044]"),
    ],
    "4.2": [
        (chapter_4.NO_BIAS, another(1 - 0.05 * 9, 1.2, 0.4, 0.2)),
        (chapter_4.NO_BIAS, another(0.5, 1.2, 0.4, 2 / 9)),
        (chapter_4.NO_BIAS, another(0.55, 4 / 3, 4 / 9, 2 / 9)),
        (chapter_4.NOT_SQUARED, another(0.8, 3.0, 1.0, 0.5)),
        (chapter_4.OTHER_INPUT, another(0.75, 1.2, 0.4, 0.4)),
        (chapter_4.OTHER_INPUT, another(0.5, 1.2, 0.4, 0.4)),
        (chapter_4.W_AND_B_SWAPPED, another(0.5, 0.4, 1.2, 0.2)),
        (chapter_4.ARRIVES, another(0.5, 1.2, 0.4, 0.1)),
        (mistakes.UNKNOWN, another(0.5, 1.2, 0.1, 0.2)),  # b is no rate: a tenth has nothing to do with arriving
        (chapter_4.WRONG_END, another(0.5, 1.7, 1.6, 0.2)),
    ],
    "4.3": [
        (chapter_4.FIXED_RATE, after("1.2 - 1.2 / 2**k", "0.4 - 0.4 / 2**k")),
        (chapter_4.WAY_LEFT, after("1.2 * m**k", "0.4 * m**k")),
        (chapter_4.NO_BIAS, after("1.2 * (1 - m**k)", "0.4 * (1 - m**k)", m="1 - 9 * learning_rate")),
        (chapter_4.NOT_SQUARED, after("1.2 * (1 - m**k)", "0.4 * (1 - m**k)", m="1 - 4 * learning_rate")),
        (chapter_4.OTHER_INPUT, after("1.2 * (1 - m**k)", "0.4 * (1 - m**k)", m="1 - 5 * learning_rate")),
        (mistakes.OFF_BY_ONE, after("1.2 * (1 - m ** (k + 1))", "0.4 * (1 - m ** (k + 1))")),
        (chapter_4.ONE_UPDATE_SHORT, after("1.2 * (1 - m ** (k - 1))", "0.4 * (1 - m ** (k - 1))")),
        (chapter_4.WRONG_END, after("1.7 - 1.2 / 2**k", "1.6 - 0.6 / 2**k")),
        (chapter_4.W_AND_B_SWAPPED, after("0.4 - 0.4 * m**k", "1.2 - 1.2 * m**k")),
        (mistakes.WRONG_SIGN, after("1.2 * (m**k - 1)", "0.4 * (m**k - 1)")),
        (mistakes.WRONG_TYPE, "def parameters_after(k, learning_rate):\n    return 1.2 - 1.2 / 2**k"),
    ],
    "4.4": [
        (mistakes.NO_SLOPE, tanh("a - y")),
        (chapter_4.SLOPE_FROM_Z, tanh("(a - y) * (1 - z**2)")),
        (mistakes.SLOPE_AT_A, tanh("(a - y) * (1 - np.tanh(a) ** 2)")),
        (chapter_4.SLOPE_OF_SIGMOID, tanh("(a - y) * a * (1 - a)")),
        (
            chapter_4.STILL_SIGMOID,
            "def tanh_gradient(parameters, x=0.5, y=1.0):\n    return sigmoid_gradient(parameters, x, y)",
        ),
        (chapter_4.NO_SQUARE, tanh("(a - y) * (1 - a)")),
        (mistakes.NO_TARGET, tanh("a * (1 - a**2)")),
        (mistakes.WRONG_SIGN, tanh("(y - a) * (1 - a**2)")),
        (mistakes.FACTOR_TWO, tanh("2 * (a - y) * (1 - a**2)")),
        (mistakes.BIAS_FROM_WEIGHT, tanh(returned="np.array([delta * x, delta * x])")),
        (mistakes.WEIGHT_FROM_BIAS, tanh(returned="np.array([delta, delta])")),
        (chapter_4.W_AND_B_SWAPPED, tanh(returned="np.array([delta, delta * x])")),
        (mistakes.WRONG_SHAPE, tanh(returned="delta * x")),
    ],
    "4.5": [
        (mistakes.STALE_GRADIENT, "repaired_run = suspicious_run"),
        (mistakes.STALE_GRADIENT, run(ERROR, UPDATE_W, "b = b - learning_rate * (w * x + b - y)")),
        (chapter_4.NEW_BIAS, run(ERROR, UPDATE_B, "w = w - learning_rate * (w * x + b - y) * x")),
        (
            chapter_4.ERROR_OF_START,
            run(UPDATE_W, UPDATE_B).replace("    for", f"    {ERROR}\n    for"),
        ),
        (mistakes.UPHILL, run(ERROR, UPDATE_W.replace("-", "+"), UPDATE_B.replace("-", "+"))),
        (mistakes.BIAS_FROM_WEIGHT, run(ERROR, UPDATE_W, UPDATE_B + " * x")),
        (mistakes.WEIGHT_FROM_BIAS, run(ERROR, UPDATE_W.removesuffix(" * x"), UPDATE_B)),
        (mistakes.OFF_BY_ONE, run(ERROR, UPDATE_W, UPDATE_B, times="num_updates + 1")),
        (mistakes.UNKNOWN, run(ERROR, UPDATE_W, UPDATE_B, times="min(num_updates, 20)")),
        (mistakes.RETURNS_NOTHING, run(ERROR, UPDATE_W, UPDATE_B).replace("return w, b", "w, b")),
    ],
    "4.6": [
        (chapter_4.GIVEN, breaking((2, 1), 512)),
        (chapter_4.LEAVES, breaking((0, 0), 512)),
        (chapter_4.SLOW_TO_SHOW, breaking((1.67, 1.67), 512)),
        (chapter_4.W_AND_B_SWAPPED, breaking((5, 0), 512)),
        (chapter_4.LEARNS_ON, breaking((0, 5), 100)),
        (chapter_4.MORE_THAN_NEEDED, breaking((0, 5), 1e6)),
        (mistakes.WRONG_TYPE, breaking((0, 5), -512)),
        (mistakes.WRONG_SHAPE, breaking(([0, 5], [5, 0]), 512)),
    ],
}
