import textwrap

from exercises import chapter_8, chapter_9, mistakes


def read(first, second):
    return f"right_class_probability = {{'loss 2.30': {first}, 'loss 0.25': {second}}}"


TANH = """\
def tanh_backward(parameters, X, labels):
    W1, b1, W2, b2 = parameters.values()
    A1 = np.tanh(X @ W1 + b1)
    Z2 = A1 @ W2 + b2
    Y = np.eye(len(b2))[labels]
    delta2 = (softmax(Z2) - Y) / len(X)
    delta1 = (delta2 @ W2.T) * (1 - A1**2)
    dL_dW1, dL_dW2 = X.T @ delta1, A1.T @ delta2
    return {"W1": dL_dW1, "b1": delta1.sum(axis=0), "W2": dL_dW2, "b2": delta2.sum(axis=0)}
"""
DECAY = """\
def decayed_gradient(parameters, slopes, strength):
    result = {name: slope.copy() for name, slope in slopes.items()}
    for name in ["W1", "W2"]:
        result[name] += strength * parameters[name]
    return result
"""
EPOCH = """\
def repaired_epoch(parameters, X, labels, gradient, learning_rate, batch_size, rng):
    parameters = {name: array.copy() for name, array in parameters.items()}
    order = rng.permutation(len(X))
    X, labels = X[order], labels[order]
    for first in range(0, len(X), batch_size):
        batch = slice(first, first + batch_size)
        slopes = gradient(parameters, X[batch], labels[batch])
        for name in parameters:
            parameters[name] -= learning_rate * slopes[name]
    return parameters
"""
SHUFFLED = "    order = rng.permutation(len(X))\n    X, labels = X[order], labels[order]\n"


def changed(code, old, new):
    assert old in code
    return code.replace(old, new)


def before_the_order(line, code):
    return changed(code, "    order =", f"    {line}\n    order =")


def image(*lines):
    return "fooling_image = X[14].copy()\n" + textwrap.dedent("\n".join(lines))


WRONG = {
    "9.1": [
        (chapter_8.NO_MINUS, read("np.exp(2.30)", "np.exp(0.25)")),
        (chapter_8.ONE_MINUS_THE_LOSS, read(0.1, "1 - 0.25")),
        (chapter_8.THE_LOSS_ITSELF, read(0.1, 0.25)),
        (chapter_8.OTHER_BASE, read("10 ** -2.30", "10 ** -0.25")),
        (mistakes.PERCENT, read("10.0", "77.9")),
        (mistakes.COARSE, read("0.1", "0.78")),
        (mistakes.COARSE, read("np.exp(-2.30)", "0.8")),
        (mistakes.WRONG_SIGN, read("-0.1", "-0.779")),
        (mistakes.UNKNOWN, read(0.1, 0.9)),  # a guess: no rule leads from 0.25 to 0.9
        (mistakes.UNKNOWN, read(9.974, 0.9)),  # e^2.30 explains one of them and not the other
        (mistakes.WRONG_TYPE, "right_class_probability = np.exp(-0.25)"),
    ],
    "9.2": [
        (mistakes.NO_SLOPE, changed(TANH, " * (1 - A1**2)", "")),
        (chapter_9.SIGMOID_SLOPE, changed(TANH, "(1 - A1**2)", "A1 * (1 - A1)")),
        (chapter_9.SIGMOID_LEFT, changed(TANH, "np.tanh", "sigmoid")),
        (chapter_9.TANH_AT_Z, changed(TANH, "1 - A1**2", "1 - (X @ W1 + b1) ** 2")),
        (chapter_9.TANH_AT_A, changed(TANH, "1 - A1**2", "1 / np.cosh(A1) ** 2")),
        (
            mistakes.BIAS_FROM_WEIGHT,
            changed(changed(TANH, "delta1.sum", "dL_dW1.sum"), "delta2.sum", "dL_dW2.sum"),
        ),
        (mistakes.too_large("len(X)"), changed(TANH, " / len(X)", "")),
        (mistakes.too_small("len(X)"), TANH.replace(".sum(", ".mean(")),
        (mistakes.NO_TARGET, changed(TANH, "(softmax(Z2) - Y)", "softmax(Z2)")),
        (mistakes.TRANSPOSED, changed(TANH, "A1.T @ delta2", "delta2.T @ A1")),
        (mistakes.RAISES, changed(TANH, "delta2 @ W2.T", "delta2 @ W2")),
        (mistakes.WRONG_SIGN, changed(TANH, "softmax(Z2) - Y", "Y - softmax(Z2)")),
        (mistakes.WRONG_TYPE, changed(TANH, '{"W1": dL_dW1, "b1"', '{"b1"')),
    ],
    "9.3": [
        (chapter_9.DECAY_DOUBLED, changed(DECAY, "strength *", "2 * strength *")),
        (chapter_9.DECAY_HALVED, changed(DECAY, "strength *", "strength / 2 *")),
        (chapter_9.DECAY_UPHILL, changed(DECAY, "+=", "-=")),
        (chapter_9.BIASES_DECAYED, changed(DECAY, '["W1", "W2"]', "parameters")),
        (chapter_9.ONE_MATRIX, changed(DECAY, '["W1", "W2"]', '["W1"]')),
        (chapter_9.DECAY_ALONE, changed(DECAY, "slope.copy()", "0 * slope")),
        (chapter_9.LOSS_ADDED, changed(DECAY, "strength * parameters[name]", "strength / 2 * parameters[name] ** 2")),
        (chapter_9.NO_STRENGTH, changed(DECAY, "strength * ", "")),
        (mistakes.CHANGES_INPUT, changed(DECAY, "{name: slope.copy() for name, slope in slopes.items()}", "slopes")),
        (mistakes.WRONG_SHAPE, changed(DECAY, "strength * parameters[name]", "0\n    result['b1'] = 0.0")),
    ],
    "9.4": [
        (chapter_9.LABELS_LEFT_BEHIND, "repaired_epoch = one_epoch"),
        (
            chapter_9.LABELS_LEFT_BEHIND,
            changed(EPOCH, SHUFFLED, "    X, labels = rng.permutation(X), rng.permutation(labels)\n"),
        ),
        (chapter_9.NOT_SHUFFLED, changed(EPOCH, SHUFFLED, "")),
        (chapter_9.NOT_SHUFFLED, changed(EPOCH, "rng.permutation", "np.random.default_rng(0).permutation")),
        (
            chapter_9.IMAGES_LEFT_OUT,
            changed(EPOCH, "rng.permutation(len(X))", "rng.integers(len(X), size=len(X))"),
        ),
        (chapter_9.IMAGES_LEFT_OUT, changed(EPOCH, "range(0, len(X), ", "range(0, len(X) - batch_size, ")),
        (
            chapter_9.OTHER_BATCHES,
            changed(EPOCH, "first + batch_size)", "first + 1)").replace("X), batch_size", "X), 1"),
        ),
        (mistakes.UPHILL, changed(EPOCH, "-=", "+=")),
        (
            chapter_9.OLD_PARAMETERS,  # every gradient at the start, each step made
            before_the_order(
                "first_ones = {name: array.copy() for name, array in parameters.items()}",
                changed(EPOCH, "gradient(parameters,", "gradient(first_ones,"),
            ),
        ),
        (
            chapter_9.OLD_PARAMETERS,  # all slopes added up, and applied once at the end
            before_the_order(
                "total = {name: 0 * array for name, array in parameters.items()}",
                changed(
                    changed(EPOCH, "parameters[name] -= learning_rate * slopes[name]", "total[name] += slopes[name]"),
                    "    return parameters",
                    "    return {name: array - learning_rate * total[name] for name, array in parameters.items()}",
                ),
            ),
        ),
        (chapter_9.NOT_THE_STEPS, changed(EPOCH, "learning_rate *", "0.5 *")),
        (chapter_9.NOT_THE_STEPS, changed(EPOCH, "slopes[name]", "slopes[name] / len(X)")),
        (chapter_9.OTHER_BATCHES, before_the_order("batch_size = 4", EPOCH)),
        (chapter_9.NOT_LEARNED, changed(EPOCH, "rng.permutation(len(X))", "rng.permutation(len(X))[:64]")),
        (chapter_9.OWN_ORDER, changed(EPOCH, "rng.permutation", "np.random.default_rng().permutation")),
        (chapter_9.NOT_THE_STEPS, changed(EPOCH, "learning_rate * slopes", "slopes")),
        (mistakes.CHANGES_INPUT, "\n".join(line for line in EPOCH.splitlines() if "copy()" not in line)),
        (mistakes.RETURNS_NOTHING, changed(EPOCH, "    return parameters", "")),
    ],
    "9.5": [
        (chapter_9.UNCHANGED, image()),
        (chapter_9.NOT_FOOLED, image("fooling_image[20] = 1 - fooling_image[20]")),
        (
            chapter_9.OUT_OF_RANGE,  # one pixel is enough if it may be as black as one likes
            image("fooling_image[20] = -20"),
        ),
        (chapter_9.SIXTEENTHS, "fooling_image = images[14].ravel().copy()\nfooling_image[[36, 43, 44]] = 0"),
        (chapter_9.TOO_MANY, "fooling_image = X[test_part][labels[test_part] == 9][0]"),
        (chapter_9.TOO_MANY, "fooling_image = 1 - X[14]"),
        (
            chapter_9.TOO_MANY,  # a step along the sign of the slope, in all pixels at once
            image(
                "W1, b1, W2, b2 = network.parameters.values()",
                "A1 = sigmoid(fooling_image @ W1 + b1)",
                "p = softmax(A1 @ W2 + b2)",
                "slope = ((p - np.eye(10)[4]) @ W2.T * A1 * (1 - A1)) @ W1.T",
                "fooling_image = np.clip(fooling_image + 0.5 * np.sign(slope), 0, 1)",
            ),
        ),
        (chapter_9.NOT_FOOLED, "fooling_image = X[14].reshape(8, 8).copy()\nfooling_image[0, 0] = 1"),
        (chapter_9.UNCHANGED, "fooling_image = X[14].reshape(8, 8).tolist()"),
        (mistakes.WRONG_SHAPE, "fooling_image = X[14][:8]"),
        (mistakes.WRONG_TYPE, "fooling_image = [[1, 2], [3]]"),
        (mistakes.WRONG_TYPE, "fooling_image = 'a nine'"),
        (mistakes.NOT_FINITE, image("fooling_image[20] = np.nan")),
    ],
}
