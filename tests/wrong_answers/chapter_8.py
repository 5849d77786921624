import textwrap

from exercises import chapter_8, mistakes


def loss_says(start, trained, accuracy):
    return (
        f"loss_says = {{'probability at the start': {start}, 'probability after training': {trained}, "
        f"'accuracy': '{accuracy}'}}"
    )


def gradient(*lines):
    return "def softmax_regression_gradient(W, b, X, labels):\n" + textwrap.indent("\n".join(lines), "    ")


def triangle(W1="20 * np.array([[1, 0, -1], [0, 1, -1]])", b1="20 * np.ones(3)", W2="np.ones((3, 1))", b2="[-2.5]"):
    lines = f"W1, b1, W2, b2 = {W1}, {b1}, {W2}, np.array({b2})", "return [W1, b1, W2, b2]"
    return "def triangle_network():\n" + textwrap.indent("\n".join(lines), "    ")


def smallest(num_hidden, seed):
    return f"smallest_for_moons = {{'hidden neurons': {num_hidden}, 'seed': {seed}}}"


P = "P = softmax(X @ W + b)"
Y = "Y = np.eye(W.shape[1])[labels]"

WRONG = {
    "8.1": [
        (chapter_8.NO_MINUS, loss_says("np.exp(2.3026)", "np.exp(0.1054)", "d")),
        (chapter_8.THE_LOSS_ITSELF, loss_says(0.1, 0.1054, "d")),
        (chapter_8.THE_LOSS_ITSELF, loss_says(2.3026, 0.1054, "b")),
        (chapter_8.ONE_MINUS_THE_LOSS, loss_says(0.1, "1 - 0.1054", "d")),
        (chapter_8.OTHER_BASE, loss_says("10**-2.3026", "10**-0.1054", "d")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says(0.1, 0.9, "a")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says("np.exp(-2.3026)", "np.exp(-0.1054)", "b")),
        (chapter_8.LOSS_IS_NOT_ACCURACY, loss_says(0.1, 0.9, "c")),
        (mistakes.PERCENT, loss_says(0.1, 90, "d")),
        (mistakes.PERCENT, loss_says(10, 90, "d")),
        (mistakes.one_of([mistakes.PERCENT, chapter_8.NO_MINUS]), loss_says(10, 0.9, "d")),
        (mistakes.UNKNOWN, loss_says(0.1, 9, "d")),
        (mistakes.WRONG_TYPE, loss_says(0.1, 0.9, "0.90")),
        (mistakes.WRONG_TYPE, "loss_says = 0.1, 0.9, 'd'"),
        (mistakes.UNKNOWN, loss_says(0.5, 0.9, "d")),  # a guess: no rule leads from this loss to one half
    ],
    "8.2": [
        (mistakes.too_large("len(X)"), gradient(P, Y, "return X.T @ (P - Y), (P - Y).sum(axis=0)")),
        (
            mistakes.too_small("len(X)"),
            gradient(P, Y, "delta = (P - Y) / len(X)", "return X.T @ delta, delta.mean(axis=0)"),
        ),
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
            chapter_8.WRONG_AXIS,  # and without the shift too
            gradient(
                "E = np.exp(X @ W + b)",
                Y,
                "delta = (E / E.sum(axis=0) - Y) / len(X)",
                "return X.T @ delta, delta.sum(axis=0)",
            ),
        ),
        (
            mistakes.NOT_FINITE,  # right but for the logits around 800
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
        (chapter_8.SMALLEST_IS_LEFT, "gap_that_breaks = np.ceil(1074 * np.log(2))"),
        (mistakes.OFF_BY_ONE, "gap_that_breaks = 747"),
        (chapter_8.OVERFLOW, "gap_that_breaks = np.ceil(np.log(np.finfo(float).max))"),
        (chapter_8.FEWER_DIGITS, "gap_that_breaks = np.ceil(-np.log(np.finfo(float).tiny))"),
        (chapter_8.EPSILON, "gap_that_breaks = np.ceil(53 * np.log(2))"),
        (mistakes.NOT_FINITE, "gap_that_breaks = np.inf"),
        (mistakes.UNKNOWN, "gap_that_breaks = 800"),  # it breaks there too
    ],
    "8.4": [
        (chapter_8.ANY_SIDE, triangle(b2="[-0.5]")),
        (chapter_8.ANY_SIDE, triangle(b2="[-1.5]")),
        (chapter_8.SIDE_TURNED, triangle(W1="20 * np.array([[1, 0, 1], [0, 1, 1]])", b1="20 * np.array([1, 1, -1])")),
        (chapter_8.SIDE_OPEN, triangle(W2="np.array([[1], [1], [0]])", b2="[-1.5]")),
        (chapter_8.SIDE_OPEN, triangle(W2="np.array([[0], [1], [1]])", b2="[-1.5]")),
        (chapter_8.INSIDE_OUT, triangle(W2="-np.ones((3, 1))", b2="[2.5]")),
        (chapter_8.TOO_FLAT, triangle(W1="np.array([[1, 0, -1], [0, 1, -1]])", b1="np.ones(3)")),
        (mistakes.UNKNOWN, triangle(b1="np.zeros(3)")),  # three lines that meet in one point
        (mistakes.TRANSPOSED, triangle(W1="20 * np.array([[1, 0], [0, 1], [-1, -1]])")),
        (mistakes.WRONG_SHAPE, triangle(W2="np.ones(3)")),
        (mistakes.RETURNS_NOTHING, triangle().replace("return [W1, b1, W2, b2]", "[W1, b1, W2, b2]")),
        (mistakes.NOT_A_FUNCTION, "triangle_network = [1, 2, 3, 4]"),
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
