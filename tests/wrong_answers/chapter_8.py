import textwrap

from exercises import chapter_8, mistakes


def loss_says(start, trained, accuracy):
    return (
        f"loss_says = {{'probability at the start': {start}, 'probability after training': {trained}, "
        f"'accuracy': '{accuracy}'}}"
    )


def gradient(*lines):
    return "def softmax_regression_gradient(W, b, X, labels):\n" + textwrap.indent("\n".join(lines), "    ")


def twins(*lines):
    body = ["W1, W2 = model.parameters['W1'], model.parameters['W2']", *lines, "return model"]
    return "def twin_start(model, change):\n" + textwrap.indent("\n".join(body), "    ")


def smallest(num_hidden, seed):
    return f"smallest_for_moons = {{'hidden neurons': {num_hidden}, 'seed': {seed}}}"


P = "P = softmax(X @ W + b)"
Y = "Y = np.eye(W.shape[1])[labels]"

WRONG = {
    "8.1": [
        (chapter_8.NO_MINUS, loss_says("math.exp(2.3026)", "math.exp(0.1054)", "d")),
        (chapter_8.THE_LOSS_ITSELF, loss_says(0.1, 0.1054, "d")),
        (chapter_8.ONE_MINUS_THE_LOSS, loss_says(0.1, "1 - 0.1054", "d")),
        (chapter_8.OTHER_BASE, loss_says("10**-2.3026", "10**-0.1054", "d")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says(0.1, 0.9, "a")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says("math.exp(-2.3026)", "math.exp(-0.1054)", "b")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says(0.1, 0.9, "c")),
        (chapter_8.NO_PROBABILITY, loss_says(0.1, 90, "d")),
        (mistakes.NOT_AN_OPTION, loss_says(0.1, 0.9, "0.90")),
        (mistakes.WRONG_TYPE, "loss_says = 0.1, 0.9, 'd'"),
        (mistakes.UNKNOWN, loss_says(0.5, 0.9, "d")),  # a guess: no rule leads from this loss to one half
    ],
    "8.2": [
        (mistakes.SUMMED, gradient(P, Y, "return X.T @ (P - Y), (P - Y).sum(axis=0)")),
        (mistakes.AVERAGED, gradient(P, Y, "delta = (P - Y) / len(X)", "return X.T @ delta, delta.mean(axis=0)")),
        (mistakes.TRANSPOSED, gradient(P, Y, "delta = (P - Y) / len(X)", "return delta.T @ X, delta.sum(axis=0)")),
        (mistakes.NO_TARGET, gradient(P, "n = len(X)", "return X.T @ P / n, P.mean(axis=0)")),
        (
            mistakes.BIAS_FROM_WEIGHT,
            gradient(P, Y, "dL_dW = X.T @ (P - Y) / len(Y)", "return dL_dW, dL_dW.sum(axis=0)"),
        ),
        (
            chapter_8.WRONG_AXIS,
            gradient(
                "E = np.exp(X @ W + b - (X @ W + b).max(axis=0))",
                Y,
                "delta = (E / E.sum(axis=0) - Y) / len(X)",
                "return X.T @ delta, delta.sum(axis=0)",
            ),
        ),
        (mistakes.WRONG_SIGN, gradient(P, Y, "delta = (Y - P) / len(X)", "return X.T @ delta, delta.sum(axis=0)")),
        (
            chapter_8.NOT_ONE_HOT,
            gradient(P, "delta = (P - labels.reshape(-1, 1)) / len(P)", "return X.T @ delta, delta.sum(axis=0)"),
        ),
        (
            chapter_8.SLOPE_KEPT,
            gradient(P, Y, "delta = (P - Y) * P * (1 - P) / len(P)", "return X.T @ delta, delta.sum(axis=0)"),
        ),
        (
            chapter_8.NO_SOFTMAX,
            gradient(Y, "delta = (X @ W + b - Y) / len(X)", "return X.T @ delta, delta.sum(axis=0)"),
        ),
        (
            mistakes.NOT_FINITE,  # right but for the logits in the thousands
            gradient(
                "E = np.exp(X @ W + b)",
                Y,
                "delta = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)",
                "return X.T @ delta, delta.sum(axis=0)",
            ),
        ),
        (mistakes.WRONG_SHAPE, gradient(P, Y, "delta = (P - Y) / len(X)", "return X.T @ delta, delta.sum()")),
        (mistakes.RAISES, gradient(P, "return X.T @ (P - labels), (P - labels).sum(axis=0)")),
    ],
    "8.3": [
        (chapter_8.SMALLEST_IS_LEFT, "gap_that_breaks = math.ceil(1074 * math.log(2))"),
        (mistakes.OFF_BY_ONE, "gap_that_breaks = 747"),
        (chapter_8.OVERFLOW, "gap_that_breaks = math.ceil(math.log(np.finfo(float).max))"),
        (chapter_8.FEWER_DIGITS, "gap_that_breaks = math.ceil(-math.log(np.finfo(float).tiny))"),
        (chapter_8.EPSILON, "gap_that_breaks = math.ceil(53 * math.log(2))"),
        (mistakes.NOT_FINITE, "gap_that_breaks = np.inf"),
        (mistakes.UNKNOWN, "gap_that_breaks = 800"),  # it breaks there too; told only that it is too large
    ],
    "8.4": [
        (chapter_8.UNCHANGED, twins("W1, W2 = W1[:, :1] + 0 * W1, W2[:1] + 0 * W2", "W1[0, 0] += change")),
        (chapter_8.UNCHANGED, twins("W1[0, 0] += change")),
        (mistakes.TRANSPOSED, twins("W1[:], W2[:] = W1[:1], W2[:, :1]", "W1[0, 0] += change")),
        (chapter_8.ONE_LAYER, twins("W1[:] = W1[:, :1]", "W1[0, 0] += change")),
        (chapter_8.ONE_LAYER, twins("W2[:] = W2[0]", "W1[0, 0] += change")),
        (chapter_8.STILL_TWINS, twins("W1[0, 0] += change", "W1[:], W2[:] = W1[:, :1], W2[:1]")),
        (chapter_8.STILL_TWINS, twins("W1[:], W2[:] = W1[:, :1], W2[:1]", "W1[0] += change")),
        (chapter_8.NOT_AS_ASKED, twins("W1[:], W2[:] = 0, 0", "W1[0, 0] += change")),
        (mistakes.RAISES, twins("W1[:], W2[:] = W1[:, 0], W2[0]", "W1[0, 0] += change")),
        (mistakes.RETURNS_NOTHING, twins("W1[:], W2[:] = W1[:, :1], W2[:1]").removesuffix("return model")),
        (mistakes.WRONG_TYPE, twins("W1[:], W2[:] = W1[:, :1], W2[:1]").replace("return model", "return W1, W2")),
    ],
    "8.5": [
        (chapter_8.ONE_LINE, smallest(1, 0)),
        (chapter_8.STILL_WRONG, smallest(2, 0)),
        (chapter_8.TOO_WIDE, smallest(3, 0)),
        (chapter_8.TOO_WIDE, smallest(8, 0)),
        (mistakes.WRONG_TYPE, smallest(0, 0)),
        (mistakes.WRONG_TYPE, smallest(2.5, 0)),
        (mistakes.WRONG_TYPE, "smallest_for_moons = 2"),
    ],
}
