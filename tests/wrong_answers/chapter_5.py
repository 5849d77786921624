from exercises import chapter_5, mistakes


def shares(above, pair, remains):
    return f"""\
shares_of_the_bound = {{
    "targets above 1": {above},
    "two targets at one input": {pair},
    "remains for any output": {remains},
}}"""


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
        (mistakes.SUMMED, shares("sum(above)", "sum(pair)", "sum(pair)")),
        (mistakes.FACTOR_TWO, shares("Fraction(18, 700)", "Fraction(2, 2800)", "Fraction(2, 2800)")),
        (chapter_5.SWAPPED, shares("sum(pair) / n", "sum(above) / n", "sum(pair) / n")),
        (chapter_5.SWAPPED, shares("9 / 700", "1 / 2800", "9 / 700")),
        (chapter_5.NOT_A_SHARE, shares(36, 1, 1)),
        (chapter_5.NOTHING_REMAINS, shares("9 / 700", "1 / 2800", 0)),
        (chapter_5.ALL_REMAINS, shares("sum(above) / n", "sum(pair) / n", "bound")),
        (mistakes.WRONG_TYPE, "shares_of_the_bound = (Fraction(9, 700), Fraction(1, 2800), Fraction(1, 2800))"),
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
        (chapter_5.REPAIRS, strict("y = np.ravel(y)")),
        (chapter_5.SAYS_NOTHING, strict("if X.shape != y.shape:", "    return print('wrong shape')")),
        (chapter_5.SAYS_NOTHING, strict("if X.shape != y.shape:", "    return np.nan")),
        (chapter_5.OTHER_ERROR, strict("assert X.shape == y.shape")),
        (
            mistakes.FACTOR_TWO,
            strict("if X.shape != y.shape:", "    raise ValueError('shapes')").replace(") / 2", ")"),
        ),
        (
            mistakes.SUMMED,
            strict("if X.shape != y.shape:", "    raise ValueError('shapes')").replace("np.mean", "np.sum"),
        ),
        (mistakes.RAISES, strict("if X.shape == y.shape:", "    raise ValueError('shapes')")),
    ],
}
