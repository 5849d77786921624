from exercises import chapter_5, mistakes


def parts(above, three, remains):
    return f"""\
parts_of_the_bound = {{
    "targets from 1 on": {above},
    "three targets at one input": {three},
    "remains for any output": {remains},
}}"""


def bent(*lines):
    first = ["w, v, b = parameters", FORWARD]
    return "\n    ".join(["def bent_gradient(parameters, X, y):", *(first if len(lines) < 3 else []), *lines])


FORWARD = "y_hat = sigmoid(w * X + v * X**2 + b)"
DELTA = "delta = (y_hat - y) * y_hat * (1 - y_hat)"
BENT = "return np.array([np.mean(delta * X), np.mean(delta * X**2), np.mean(delta)])"


def combined(*lines):
    return "\n    ".join(["def gradient_from_batches(means, sizes):", *lines])


UPDATES = """\
points = trajectory(lambda point: {gradient}, start, {rate}, 1000)
updates_needed = next(k for k, point in enumerate(points) if {loss} < 0.01){more}
"""
HALVES = {"gradient": "mean_gradient(point, X, y / 2)", "loss": "mean_loss(point, X, y / 2)", "rate": 0.1, "more": ""}


def last_line(gradient, loss=-2, end=-1, num_steps=20):
    return f"""\
other = trajectory(lambda point: {gradient}, start, 0.1, {num_steps})
line_after_identity = {{"average loss": round(mean_loss(other[{loss}]), 4)}}
line_after_identity |= {{"w": round(other[{end}][0], 4), "b": round(other[{end}][1], 4)}}
"""


IDENTITY = "published_gradient(point, 2, 4.90625)"


def strict(*lines):
    rest = ["w, b = parameters", "return np.mean((sigmoid(w * X + b) - y) ** 2) / 2"]
    return "\n    ".join(["def strict_loss(parameters, X, y):", *lines, *rest])


WRONG = {
    "5.1": [
        (chapter_5.OLD_POINTS, parts("sum(above) / n", "sum(pair) / n", "sum(pair) / n")),
        (chapter_5.OLD_POINTS, parts(0.0129, 0.000357, 0.000357)),
        (chapter_5.DIVIDED_BY_SEVEN, parts("sum(above) / n", "Fraction(1, 300)", "Fraction(1, 300)")),
        (chapter_5.MIDDLE, parts("Fraction(9, 800)", "Fraction(19, 6400)", "Fraction(19, 6400)")),
        (mistakes.SUMMED, parts("sum(above)", "Fraction(7, 300)", "Fraction(7, 300)")),
        (mistakes.FACTOR_TWO, parts("Fraction(18, 800)", "Fraction(14, 2400)", "Fraction(14, 2400)")),
        (chapter_5.SWAPPED, parts("Fraction(7, 2400)", "Fraction(9, 800)", "Fraction(7, 2400)")),
        (chapter_5.SWAPPED, parts("9 / 800", "7 / 2400", "9 / 800")),
        (chapter_5.NOT_A_SHARE, parts(27, 7, 7)),
        (chapter_5.NOTHING_REMAINS, parts("9 / 800", "7 / 2400", 0)),
        (chapter_5.ALL_REMAINS, parts("9 / 800", "7 / 2400", "17 / 1200")),
        (mistakes.COARSE, parts(0.011, 0.0029, 0.0029)),
        (mistakes.COARSE, parts(0.0113, 0.003, 0.003)),
        (mistakes.UNKNOWN, parts(0.01125, 0.00291, 0.00291)),  # cut off, not rounded: 0.0029166…
        (mistakes.WRONG_TYPE, "parts_of_the_bound = (Fraction(9, 800), Fraction(7, 2400), Fraction(7, 2400))"),
    ],
    "5.2": [
        (chapter_5.MEAN_OF_MEANS, combined("return sum(means) / len(means)")),
        (mistakes.SUMMED, combined("return (sizes[:, None] * means).sum(axis=0)")),
        (chapter_5.SIZES_FORGOTTEN, combined("return np.sum(means, axis=0)")),
        (
            chapter_5.BATCHES_FOR_POINTS,
            combined("return np.mean([size * mean for size, mean in zip(sizes, means)], axis=0)"),
        ),
        (chapter_5.INVERSE_WEIGHTS, combined("weights = 1 / sizes", "return weights @ means / weights.sum()")),
        (mistakes.WRONG_SIGN, combined("return -(sizes @ means) / sizes.sum()")),
        (mistakes.WRONG_SHAPE, combined("return means * sizes[:, None] / sizes.sum()")),
        (mistakes.CHANGES_INPUT, combined("means *= sizes[:, None]", "return means.sum(axis=0) / sizes.sum()")),
        (mistakes.RAISES, combined("return (sizes * means).sum(axis=0) / sizes.sum()")),
    ],
    "5.3": [
        (mistakes.OFF_BY_ONE, UPDATES.format(**HALVES | {"more": " + 1"})),
        (chapter_5.STEPS_SUMMED, UPDATES.format(**HALVES | {"gradient": "7 * mean_gradient(point, X, y / 2)"})),
        (chapter_5.LOSS_WITHOUT_HALF, UPDATES.format(**HALVES | {"loss": "2 * mean_loss(point, X, y / 2)"})),
        (
            chapter_5.INPUTS_HALVED,
            UPDATES.format(
                **HALVES | {"gradient": "mean_gradient(point, X / 2, y / 2)", "loss": "mean_loss(point, X / 2, y / 2)"}
            ),
        ),
        (mistakes.WRONG_TYPE, "updates_needed = 'never'"),
        (mistakes.NOT_FINITE, "updates_needed = np.inf"),
    ],
    "5.4": [
        (chapter_5.NO_LEFT_OVERS, last_line("mean_gradient(point)")),
        (chapter_5.OTHER_HISTORY, last_line("published(point)")),
        (chapter_5.ONE_LEFT_OVER, last_line("published_gradient(point, 2, z_left_over)")),
        (chapter_5.LEFT_OVERS_SWAPPED, last_line("published_gradient(point, 4.90625, 2)")),
        (mistakes.OFF_BY_ONE, last_line(IDENTITY, end=-2)),
        (mistakes.OFF_BY_ONE, last_line(IDENTITY, num_steps=19)),
        (chapter_5.ONE_TOO_FAR, last_line(IDENTITY, loss=-1)),
        (mistakes.WRONG_TYPE, "line_after_identity = (0.1094, 0.3114, 0.1057)"),
    ],
    "5.5": [
        (chapter_5.NO_CHECK, strict()),
        (chapter_5.LENGTH_NOT_SHAPE, strict("if len(X) != len(y):", "    raise ValueError('lengths')")),
        (chapter_5.LENGTH_NOT_SHAPE, strict("if X.size != y.size:", "    raise ValueError('sizes')")),
        (chapter_5.DIMENSIONS_NOT_SHAPE, strict("if y.ndim != 1:", "    raise ValueError('y must be a vector')")),
        (chapter_5.ONLY_Y, strict("if y.ndim != 1 or len(y) != len(X):", "    raise ValueError('shape of y')")),
        (mistakes.RETURNED, strict("if X.shape != y.shape:", "    return ValueError('shapes')")),
        (chapter_5.REPAIRS, strict("y = np.ravel(y)")),
        (mistakes.RAISES, strict("if X.ndim != 1 or y.shape != X.shape:", "    raise ValueError('no vector')")),
        (chapter_5.SAYS_NOTHING, strict("if X.shape != y.shape:", "    return print('wrong shape')")),
        (chapter_5.SAYS_NOTHING, strict("if X.shape != y.shape:", "    return np.nan")),
        (chapter_5.OTHER_ERROR, strict("assert X.shape == y.shape")),
        (
            mistakes.FACTOR_TWO,
            strict("if X.shape != y.shape:", "    raise ValueError('shapes')").replace(") / 2", ")"),
        ),
        (
            mistakes.too_large("len(X)"),
            strict("if X.shape != y.shape:", "    raise ValueError('shapes')").replace("np.mean", "np.sum"),
        ),
        (mistakes.RAISES, strict("if X.shape == y.shape:", "    raise ValueError('shapes')")),
    ],
    "5.6": [
        (
            mistakes.too_large("len(X)"),
            bent(DELTA, "return np.array([np.sum(delta * X), np.sum(delta * X**2), np.sum(delta)])"),
        ),
        (mistakes.WRONG_SIGN, bent(DELTA.replace("y_hat - y", "y - y_hat"), BENT)),
        (mistakes.NO_SLOPE, bent("delta = y_hat - y", BENT)),
        (mistakes.FACTOR_TWO, bent(DELTA, BENT.replace("array([", "array([2 * ").replace(", np", ", 2 * np"))),
        (chapter_5.SQUARE_FORGOTTEN, bent(DELTA, BENT.replace("X**2", "X"))),
        (chapter_5.SLOPE_OF_X, bent(DELTA, BENT.replace("X**2", "2 * X"))),
        (chapter_5.SLOPE_OF_X, bent(DELTA, BENT.replace("X**2", "2 * v * X"))),
        (chapter_5.NO_BEND, bent("w, v, b = parameters", "y_hat = sigmoid(w * X + b)", DELTA, BENT)),
        (chapter_5.EVERY_PAIR, bent("X = X[:, None]", "w, v, b = parameters", FORWARD, DELTA, BENT)),
        (chapter_5.EVERY_PAIR, bent("y = y[:, None]", "w, v, b = parameters", FORWARD, DELTA, BENT)),
        (
            mistakes.REORDERED,
            bent(DELTA, BENT.replace("delta * X)", "delta)").replace("(delta)])", "(delta * X)])")),
        ),
        (mistakes.WRONG_SHAPE, bent(DELTA, "return np.array([delta * X, delta * X**2, delta])")),
        (mistakes.WRONG_TYPE, bent(DELTA, "return {'w': np.mean(delta * X)}")),
    ],
}
