from exercises import chapter_10, mistakes

CORRECTED = """\
def corrected_error(gains, num_learned, num_judged):
    s = np.std(gains, ddof=1)
    return s * np.sqrt(1 / len(gains) + num_judged / num_learned)
"""
AGREEMENT = """\
def agreement(labels, distance):
    same = labels[distance:] == labels[:-distance]
    return same.mean()
"""
GROUPS = """\
def mean_and_error(right, group):
    shares = []
    for one in set(group):
        shares.append(right[group == one].mean())
    mean = np.mean(shares)
    error = np.std(shares, ddof=1) / np.sqrt(len(shares))
    return mean, error
"""


def changed(code, old, new):
    assert old in code
    return code.replace(old, new)


WRONG = {
    "10.1": [
        (chapter_10.ONE_ERROR, "images_needed = np.ceil((0.989 * 0.011 + 0.979 * 0.021) / 0.010**2)"),
        (chapter_10.ONE_CLASSIFIER, "images_needed = np.ceil(0.979 * 0.021 * (2 / 0.010) ** 2)"),
        (
            chapter_10.ERRORS_ADDED,
            "images_needed = (np.sqrt(0.989 * 0.011) + np.sqrt(0.979 * 0.021)) ** 2 * (2 / 0.010) ** 2",
        ),
        (mistakes.FACTOR_TWO, "images_needed = 2 * (0.989 * 0.011 + 0.979 * 0.021) * (2 / 0.010) ** 2"),
        (chapter_10.TWO_NOT_SQUARED, "images_needed = 629"),
        (mistakes.UNKNOWN, "images_needed = 359"),  # as many as one test part has
        (mistakes.WRONG_TYPE, "images_needed = 'a thousand'"),
    ],
    "10.2": [
        (chapter_10.NAIVE, changed(CORRECTED, " + num_judged / num_learned", "")),
        (chapter_10.TURNED_OVER, changed(CORRECTED, "num_judged / num_learned", "num_learned / num_judged")),
        (chapter_10.SHARE_OF_ALL, changed(CORRECTED, "/ num_learned", "/ (num_learned + num_judged)")),
        (chapter_10.NO_ROOT, changed(CORRECTED, "np.sqrt", "")),
        (chapter_10.ALL_FREE, changed(CORRECTED, ", ddof=1", "")),
        (chapter_10.SPREAD, changed(CORRECTED, " * np.sqrt(1 / len(gains) + num_judged / num_learned)", "")),
        (
            chapter_10.TIMES_SPLITS,
            changed(CORRECTED, "np.sqrt(1 / len(gains) + num_judged / num_learned)", "1 / len(gains)"),
        ),
        (mistakes.RETURNS_NOTHING, changed(CORRECTED, "return ", "error = ")),
    ],
    "10.3": [
        (
            chapter_10.WRAPPED,
            "def agreement(labels, distance):\n    return np.mean(labels == np.roll(labels, -distance))",
        ),
        (
            chapter_10.WRAPPED,
            "def agreement(labels, distance):\n    return np.mean(np.roll(labels, distance) == labels)",
        ),
        (chapter_10.OF_ALL_LABELS, changed(AGREEMENT, "same.mean()", "same.sum() / len(labels)")),
        (chapter_10.COUNTED, changed(AGREEMENT, "same.mean()", "same.sum()")),
        (chapter_10.DISAGREEMENT, changed(AGREEMENT, "==", "!=")),
        (
            chapter_10.NEXT_DISTANCE,
            changed(
                AGREEMENT, "[distance:] == labels[:-distance]", "[distance - 1:] == labels[:len(labels) - distance + 1]"
            ),
        ),
        (mistakes.RAISES, changed(AGREEMENT, "labels[:-distance]", "labels[-1, distance]")),
        (mistakes.WRONG_SHAPE, changed(AGREEMENT, "same.mean()", "same")),
    ],
    "10.4": [
        (chapter_10.LIKENESS, "on_the_known = 'a'"),
        (chapter_10.LIKENESS, "on_the_known = 'b'"),
        (chapter_10.PERFECT_IS_NO_PROOF, "on_the_known = 'd'"),
        (mistakes.NOT_AN_OPTION, "on_the_known = 1.0"),
        (mistakes.NOT_AN_OPTION, "on_the_known = 'yes'"),
    ],
    "10.5": [
        (chapter_10.IMAGES_AVERAGED, changed(GROUPS, "np.mean(shares)", "right.mean()")),
        (
            chapter_10.IMAGES_COUNTED,
            "def mean_and_error(right, group):\n    p = right.mean()\n    return p, np.sqrt(p * (1 - p) / len(right))",
        ),
        (chapter_10.ALL_FREE, changed(GROUPS, ", ddof=1", "")),
        (chapter_10.SPREAD, changed(GROUPS, " / np.sqrt(len(shares))", "")),
        (chapter_10.TIMES_SPLITS, changed(GROUPS, "np.sqrt(len(shares))", "len(shares)")),
        (mistakes.WRONG_TYPE, changed(GROUPS, "return mean, error", "return mean")),
    ],
    "10.6": [
        (chapter_10.HANDS_COVERED, "what_it_covers = 'a'"),
        (chapter_10.IMAGES_COVERED, "what_it_covers = 'c'"),
        (chapter_10.NOTHING_COVERED, "what_it_covers = 'd'"),
        (mistakes.NOT_AN_OPTION, "what_it_covers = 'e'"),
        (mistakes.NOT_AN_OPTION, "what_it_covers = 0.02"),
    ],
}
