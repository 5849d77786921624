"""Chapter 10, what an accuracy is worth."""

import math

import numpy as np

from exercises import mistakes
from exercises.kinds import Choice, Function, Number
from exercises.mistakes import Mistake

ONE_ERROR = Mistake(
    "one error", "That is where the difference is as large as its standard error: how large was it to be?"
)
ONE_CLASSIFIER = Mistake(
    "one classifier", "Only one of the two classifiers varies in this number: which one is left out?"
)
TWO_NOT_SQUARED = Mistake("two not squared", "It is the error that is to be halved. What does that do to its square?")
ERRORS_ADDED = Mistake(
    "errors added", "It looks as if standard errors were added. What adds up for independent results?"
)
NAIVE = Mistake("naive error", "That is the error of independent results: these share most of what they learn from.")
TURNED_OVER = Mistake(
    "fraction turned over", "It looks as if the fraction was turned over: which part is the small one?"
)
SHARE_OF_ALL = Mistake(
    "share of all images",
    "It looks as if the judged images were divided by all images: by which does the formula divide?",
)
NO_ROOT = Mistake("no root", "It looks as if the root was left out.")
ALL_FREE = Mistake(
    "one degree too many",
    "It looks as if the squares were divided by their number. How many of the deviations are free?",
)
SPREAD = Mistake("deviation, not error", "That is how far single results spread. How sure is their mean?")
TIMES_SPLITS = Mistake("root of the number left out", "It looks as if it was divided by the number, not by its root.")
ROOT_OF_IMAGES = Mistake(
    "root of the images", "It is divided by the root of the images: how many results are averaged?"
)
WRAPPED = Mistake(
    "end joined to start", "It looks as if the last labels were compared with the first ones of the file."
)
OF_ALL_LABELS = Mistake(
    "divided by all labels", "The share is too small: the last labels have no partner, so how many pairs are there?"
)
COUNTED = Mistake("counted, not averaged", "It looks like the number of pairs that agree: a share was asked for.")
DISAGREEMENT = Mistake("disagreement", "It looks like the share of the pairs that differ.")
NEXT_DISTANCE = Mistake(
    "a neighbouring distance", "It looks right, but for a distance that is one row longer or shorter."
)
LIKENESS = Mistake(
    "nearest is itself", "Run it in your head for one image: which image of those it has learned from is the nearest?"
)
PERFECT_IS_NO_PROOF = Mistake("perfect is no proof", "Would any other measure of likeness have given another number?")
IMAGES_AVERAGED = Mistake(
    "images averaged", "It looks as if all images were averaged: then a large group counts for more than a small one."
)
IMAGES_COUNTED = Mistake(
    "images counted", "It looks as if the error was that of independent images: which results vary from group to group?"
)
HANDS_COVERED = Mistake("new writers", "Were other writers drawn, from one start to the next?")
IMAGES_COVERED = Mistake("test images", "All starts were judged on the same images: what would other images have done?")
NOTHING_COVERED = Mistake(
    "nothing", "The starts were drawn independently, so their mean is known as well as it says. The mean of what?"
)


# 10.2: the corrected error


def _corrected(gains, num_learned, num_judged, ddof=1, second=lambda n, m: m / n, root=np.sqrt):
    return np.std(gains, ddof=ddof) * root(1 / len(gains) + second(num_learned, num_judged))


def _correcting(**mistake):
    return lambda gains, num_learned, num_judged: _corrected(gains, num_learned, num_judged, **mistake)


def _gains(rng):
    sizes = [(10, 1438, 359), (2, 90, 10), (30, 500, 500), (5, 1000, 20)]
    return [(rng.normal(0.01, 0.02, size=count), n, m) for count, n, m in sizes]


# 10.3: the form


def _agreement(labels, distance):
    return np.mean(labels[distance:] == labels[:-distance])


def _files(rng):
    form = rng.integers(10, size=20)
    return [
        (np.array([1, 2, 1, 2, 1]), 2),
        (np.array([1, 2, 1, 2, 1]), 1),
        (np.tile(form, 4)[:71], 20),
        (np.tile(form, 3), 7),
        (rng.integers(3, size=50), 49),
        (rng.integers(10, size=200), 13),
    ]


# 10.5: groups


def _by_group(right, group, ddof=1, mean=None, error=None):
    accuracies = np.array([np.mean(right[group == one]) for one in np.unique(group)])
    own = np.std(accuracies, ddof=ddof) / math.sqrt(len(accuracies))
    return (mean(right) if mean else np.mean(accuracies)), (error(right, accuracies) if error else own)


def _grouping(**mistake):
    return lambda right, group: _by_group(right, group, **mistake)


def _of_images(right, accuracies):
    return math.sqrt(np.mean(right) * (1 - np.mean(right)) / len(right))


def _groups(rng):
    cases = []
    for sizes in [(2, 6), (10, 3, 25, 7), (40, 60, 20), (5,) * 8]:
        group = rng.permutation(np.repeat(3 * np.arange(len(sizes)) + 2, sizes))
        right = (rng.uniform(size=len(group)) < 0.5 + 0.4 * np.sin(group)).astype(int)
        right[group == 2] = 1  # so that the groups differ
        cases.append((right, group))
    return cases


# 10.1: the images needed

M = 0.989 * 0.011, 0.979 * 0.021  # p(1 − p) of the two classifiers


def _images(squares, standard_errors=2):
    """How many images it takes, and rounded up, where the squares of the errors add up to this, divided by them."""
    number = squares * (standard_errors / 0.010) ** 2
    return [number, math.ceil(number)]


IMAGES_NEEDED = _images(sum(M))

EXERCISES = {
    "10.1": Number(
        IMAGES_NEEDED[-1],
        {
            ONE_ERROR: _images(sum(M), standard_errors=1),
            ONE_CLASSIFIER: _images(M[1]),
            ERRORS_ADDED: _images((math.sqrt(M[0]) + math.sqrt(M[1])) ** 2),
            mistakes.FACTOR_TWO: _images(2 * sum(M)),
            TWO_NOT_SQUARED: _images(sum(M) / 2),
        },
        why="It is three and a half times as many as one test part has. On the same images fewer are enough, because "
        "what is hard for one is often hard for the other.",
    ),
    "10.2": Function(
        _corrected,
        _gains,
        {
            NAIVE: _correcting(second=lambda n, m: 0),
            TURNED_OVER: _correcting(second=lambda n, m: n / m),
            SHARE_OF_ALL: _correcting(second=lambda n, m: m / (n + m)),
            NO_ROOT: _correcting(root=lambda x: x),
            ALL_FREE: _correcting(ddof=0),
            SPREAD: _correcting(root=lambda x: 1),
            TIMES_SPLITS: _correcting(root=lambda x: x, second=lambda n, m: 0),
        },
        why="The second term stays, however many splits you make: they all come from the same images.",
    ),
    "10.3": Function(
        _agreement,
        _files,
        {
            WRAPPED: lambda labels, distance: np.mean(labels == np.roll(labels, -distance)),
            OF_ALL_LABELS: lambda labels, distance: np.sum(labels[distance:] == labels[:-distance]) / len(labels),
            COUNTED: lambda labels, distance: np.sum(labels[distance:] == labels[:-distance]),
            DISAGREEMENT: lambda labels, distance: np.mean(labels[distance:] != labels[:-distance]),
            NEXT_DISTANCE: [
                lambda labels, distance: (
                    np.mean(labels[distance + 1 :] == labels[: -distance - 1]) if distance + 1 < len(labels) else np.nan
                ),
                lambda labels, distance: np.mean(labels[distance - 1 :] == labels[: len(labels) - distance + 1]),
            ],
        },
        why="On the labels of the digits the distance 130 stands out, with 0.54: the length of the form.",
    ),
    "10.4": Choice(
        "c",
        "The nearest neighbour of each image is the image itself, at the distance 0. A classifier that memorises is "
        "always perfect on what it has memorised.",
        {"a": LIKENESS, "b": LIKENESS, "d": PERFECT_IS_NO_PROOF},
    ),
    "10.5": Function(
        lambda right, group: _by_group(right, group),
        _groups,
        {
            IMAGES_AVERAGED: _grouping(mean=np.mean),
            IMAGES_COUNTED: [_grouping(error=_of_images), _grouping(mean=np.mean, error=_of_images)],
            ALL_FREE: _grouping(ddof=0),
            SPREAD: _grouping(error=lambda right, accuracies: np.std(accuracies, ddof=1)),
            TIMES_SPLITS: _grouping(error=lambda right, accuracies: np.std(accuracies, ddof=1) / len(accuracies)),
            ROOT_OF_IMAGES: _grouping(
                error=lambda right, accuracies: np.std(accuracies, ddof=1) / math.sqrt(len(right))
            ),
        },
        why="For the network on new hands it is twice the error that counting by image gives, and that one is wrong.",
    ),
    "10.6": Choice(
        "b",
        "The starts were drawn again, and nothing else. For these hands the mean over starts is known very well; about "
        "other hands it says nothing.",
        {"a": HANDS_COVERED, "c": IMAGES_COVERED, "d": NOTHING_COVERED},
    ),
}
