from exercises import chapter_2, mistakes

RUN = """\
def repaired_run(x, learning_rate):
    for num_steps in range({limit}):
        slope = 2 * x
        if {test}:
            return x, num_steps
        x = x {sign} learning_rate * slope
    return x, {limit}
"""
LATE = """\
def repaired_run(x, learning_rate):
    for i in range(20):
        slope = 2 * x
        x = x - learning_rate * slope
        if abs(slope) < 0.01:
            return x, i + 1
    return x, 20
"""


def rates(fastest, oscillates, diverges):
    answer = {"fastest in the long run": fastest, "y oscillates, but converges": oscillates, "diverges": diverges}
    return f"rates_for_the_bowl = {answer}"


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
        (mistakes.NO_ABS, RUN.format(limit=20, test="slope < 0.01", sign="-")),
        (mistakes.UPHILL, RUN.format(limit=20, test="abs(slope) < 0.01", sign="+")),
        (chapter_2.NEVER_LEAVES, RUN.format(limit=100_000, test="abs(slope) < 0.01", sign="-")),
        (chapter_2.TESTS_TOO_LATE, LATE),
        (
            chapter_2.SIGN_OF_THE_START,
            RUN.format(limit=20, test="(slope < 0.01 if start >= 0 else slope > -0.01)", sign="-").replace(
                "    for", "    start = x\n    for"
            ),
        ),
        (
            mistakes.OFF_BY_ONE,
            RUN.format(limit=20, test="abs(slope) < 0.01", sign="-").replace("x, num_steps", "x, num_steps + 1"),
        ),
        (
            mistakes.OFF_BY_ONE,
            RUN.format(limit=20, test="abs(slope) < 0.01", sign="-").replace("return x, ", "return x, 1 + "),
        ),
        (mistakes.WRONG_TYPE, "def repaired_run(x, learning_rate):\n    return x"),
        (mistakes.RETURNS_NOTHING, "def repaired_run(x, learning_rate):\n    x = x - learning_rate * 2 * x"),
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
        (chapter_2.X_IS_SLOWER, rates(0.2, 0.3, 0.4)),
        (chapter_2.X_IS_SLOWER, rates(0.24, 0.3, 0.4)),
        (chapter_2.AHEAD_AT_FIRST, rates(0.245, 0.3, 0.4)),
        (chapter_2.AHEAD_AT_FIRST, rates(0.248, 0.3, 0.4)),
        (chapter_2.Y_IS_SLOWER, rates(0.2515, 0.3, 0.4)),
        (chapter_2.Y_IS_SLOWER, rates(0.3, 0.3, 0.4)),
        (chapter_2.DIVERGES, rates(1e200, 0.3, 0.4)),
        (chapter_2.BOUNCES, rates(1 / 3, 0.3, 0.4)),
        (chapter_2.NO_OSCILLATION, rates(0.25, 0.1, 0.4)),
        (chapter_2.NO_OSCILLATION, rates(0.25, 1 / 6, 0.4)),
        (chapter_2.BOUNCES, rates(0.25, 1 / 3, 0.4)),
        (chapter_2.DIVERGES, rates(0.25, 0.4, 0.4)),
        (chapter_2.CONVERGES, rates(0.25, 0.3, 0.3)),
        (chapter_2.BOUNCES, rates(0.25, 0.3, 1 / 3)),
        (chapter_2.NOT_POSITIVE, rates(0.25, 0.3, -0.4)),
        (mistakes.NOT_FINITE, rates(0.25, 0.3, 0.4).replace("0.4", "np.inf")),
    ],
}
