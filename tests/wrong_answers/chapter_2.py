from exercises import chapter_2, mistakes

RUN = """\
def repaired_run(x, learning_rate):
    for num_updates in range({limit}):
        slope = 2 * x
        if {test}:
            return x, num_updates
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
    answer = {"fastest": fastest, "y oscillates, but converges": oscillates, "diverges": diverges}
    return f"rates_for_the_bowl = {answer}"


WRONG = {
    "2.1": [
        (
            chapter_2.OTHER_STEEPNESS,
            "rates_for_5_x_squared = {'arrives in one step': 0.5, 'diverges above': 1}",
        ),
        (chapter_2.SWAPPED, "rates_for_5_x_squared = {'arrives in one step': 0.2, 'diverges above': 0.1}"),
        (chapter_2.OTHER_STEEPNESS, "rates_for_5_x_squared = {'arrives in one step': 0.1, 'diverges above': 1.0}"),
        (mistakes.WRONG_TYPE, "rates_for_5_x_squared = (0.1, 0.2)"),
        (mistakes.WRONG_TYPE, "rates_for_5_x_squared = {'arrives in one step': 0.1}"),
    ],
    "2.2": [
        (mistakes.NO_ABS, RUN.format(limit=20, test="slope < 0.01", sign="-")),
        (mistakes.UPHILL, RUN.format(limit=20, test="abs(slope) < 0.01", sign="+")),
        (chapter_2.NEVER_LEAVES, RUN.format(limit=100_000, test="abs(slope) < 0.01", sign="-")),
        (chapter_2.TESTS_TOO_LATE, LATE),
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
        (mistakes.WRONG_TYPE, "steps_until_it_shows = 'never'"),
        (mistakes.NOT_FINITE, "steps_until_it_shows = np.inf"),
    ],
    "2.4": [
        (chapter_2.TOO_SMALL, rates(0.2, 0.3, 0.4)),
        (chapter_2.TOO_LARGE, rates(0.3, 0.3, 0.4)),
        (chapter_2.NO_OSCILLATION, rates(0.25, 0.1, 0.4)),
        (chapter_2.DIVERGES, rates(0.25, 0.4, 0.4)),
        (chapter_2.CONVERGES, rates(0.25, 0.3, 0.3)),
    ],
}
