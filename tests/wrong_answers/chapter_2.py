from exercises import chapter_2, mistakes

RUN = """\
def repaired_run(x, y, learning_rate):
    for num_steps in range({limit}):
        slope_x, slope_y = 2 * x, 6 * y
        if {test}:
            return x, y, num_steps
        x = x {sign} learning_rate * slope_x
        y = y {sign} learning_rate * slope_y
    return x, y, {limit}
"""
BOTH = "abs(slope_x) < 0.01 and abs(slope_y) < 0.01"
LATE = """\
def repaired_run(x, y, learning_rate):
    for i in range(20):
        slope_x, slope_y = 2 * x, 6 * y
        x = x - learning_rate * slope_x
        y = y - learning_rate * slope_y
        if abs(slope_x) < 0.01 and abs(slope_y) < 0.01:
            return x, y, i + 1
    return x, y, 20
"""


def rates(fastest, oscillates, diverges):
    answer = {"fastest in the long run": fastest, "y oscillates, but converges": oscillates, "diverges": diverges}
    return f"rates_for_another_bowl = {answer}"


WRONG = {
    "2.1": [
        (
            chapter_2.OTHER_CURVE,
            "rates_for_5_x_squared = {'arrives in one step': 0.5, 'diverges above': 1}",
        ),
        (chapter_2.SWAPPED, "rates_for_5_x_squared = {'arrives in one step': 0.2, 'diverges above': 0.1}"),
        (chapter_2.OTHER_CURVE, "rates_for_5_x_squared = {'arrives in one step': 0.1, 'diverges above': 1.0}"),
        (chapter_2.FIRST_FACTOR, "rates_for_5_x_squared = {'arrives in one step': 0.2, 'diverges above': 0.4}"),
        (mistakes.WRONG_TYPE, "rates_for_5_x_squared = (0.1, 0.2)"),
        (mistakes.WRONG_TYPE, "rates_for_5_x_squared = {'arrives in one step': 0.1}"),
    ],
    "2.2": [
        (mistakes.NO_ABS, RUN.format(limit=20, test="slope_x < 0.01 and slope_y < 0.01", sign="-")),
        (mistakes.UPHILL, RUN.format(limit=20, test=BOTH, sign="+")),
        (chapter_2.NEVER_LEAVES, RUN.format(limit=100_000, test=BOTH, sign="-")),
        (chapter_2.TESTS_TOO_LATE, LATE),
        (chapter_2.ONE_IS_ENOUGH, RUN.format(limit=20, test=BOTH.replace("and", "or"), sign="-")),
        (chapter_2.SLOPES_CANCEL, RUN.format(limit=20, test="abs(slope_x + slope_y) < 0.01", sign="-")),
        (mistakes.OFF_BY_ONE, RUN.format(limit=20, test=BOTH, sign="-").replace("y, num_steps", "y, num_steps + 1")),
        (mistakes.OFF_BY_ONE, RUN.format(limit=20, test=BOTH, sign="-").replace("return x, y, ", "return x, y, 1 + ")),
        (mistakes.WRONG_TYPE, "def repaired_run(x, y, learning_rate):\n    return x, y"),
        (mistakes.RETURNS_NOTHING, "def repaired_run(x, y, learning_rate):\n    x = x - learning_rate * 2 * x"),
    ],
    "2.3": [
        (mistakes.OFF_BY_ONE, "steps_until_it_shows = 82"),
        (mistakes.OFF_BY_ONE, "steps_until_it_shows = 84"),
        (chapter_2.FORGOT_THE_START, "steps_until_it_shows = 1"),
        (chapter_2.TWO_LOGARITHMS, "steps_until_it_shows = 36"),
        (mistakes.WRONG_TYPE, "steps_until_it_shows = 'never'"),
        (mistakes.NOT_FINITE, "steps_until_it_shows = np.inf"),
    ],
    "2.4": [
        (chapter_2.X_IS_SLOWER, rates(0.15, 0.22, 0.3)),
        (chapter_2.X_IS_SLOWER, rates(0.185, 0.22, 0.3)),
        (chapter_2.AHEAD_AT_FIRST, rates(0.19, 0.22, 0.3)),
        (chapter_2.AHEAD_AT_FIRST, rates(0.199, 0.22, 0.3)),
        (chapter_2.Y_IS_SLOWER, rates(0.2015, 0.22, 0.3)),
        (chapter_2.Y_IS_SLOWER, rates(0.24, 0.22, 0.3)),
        (chapter_2.DIVERGES, rates(1e200, 0.22, 0.3)),
        (chapter_2.BOUNCES, rates(0.25, 0.22, 0.3)),  # the best rate of the chapter's bowl
        (chapter_2.NO_OSCILLATION, rates(0.2, 0.1, 0.3)),
        (chapter_2.NO_OSCILLATION, rates(0.2, 1 / 8, 0.3)),
        (chapter_2.BOUNCES, rates(0.2, 1 / 4, 0.3)),
        (chapter_2.DIVERGES, rates(0.2, 0.3, 0.3)),
        (chapter_2.CONVERGES, rates(0.2, 0.22, 0.22)),
        (chapter_2.BOUNCES, rates(0.2, 0.22, 1 / 4)),
        (chapter_2.NOT_POSITIVE, rates(0.2, 0.22, -0.3)),
        (mistakes.NOT_FINITE, rates(0.2, 0.22, 0.3).replace("0.3", "np.inf")),
    ],
}
