"""Chapter 9's first network, and made-up drawings of digits: hand-made shapes, each time slanted, sized and shaky anew.

Run as a program it prints how many of the drawings ten networks read, for several ways from a drawing to a picture.
"""

import re
from functools import cache, partial
from itertools import pairwise

import numpy as np

from helpers.datasets import load_digits, split
from helpers.network import Network
from helpers.training import train
from show import drawing_pad
from show.drawing_pad import BRUSH, DrawingPad, bitmap, counted, fitted, straightened

images, labels = load_digits()
X = images.reshape(-1, 64) / 16


@cache
def trained(seed=0):
    """The network of chapter 9 that has learned from the split of this seed, and the rows of its test part."""
    parts = split(labels, rng=np.random.default_rng(seed))
    rng = np.random.default_rng(seed)
    network = Network([64, 32, 10], rng)
    settings = {"learning_rate": 0.5, "num_epochs": 50, "batch_size": 32}
    list(train(network, X[parts.train], labels[parts.train], rng=rng, **settings))
    return network, parts.test


@cache
def pad():
    network, test = trained()
    return DrawingPad(network, X[test], labels[test])


# Ways of writing each digit in a box from 0,0 to 100,100. Strokes are parted by semicolons; ~ goes smoothly through its
# points, / straight from one to the next.
SHAPES = {
    0: [
        "~ 50,0 25,7 7,25 0,50 7,75 25,93 50,100 75,93 93,75 100,50 93,25 75,7 50,0",
        "~ 73,7 50,0 28,6 12,24 5,49 10,73 26,92 48,100 70,95 87,78 95,54 91,29 76,9",
        "~ 33,3 59,1 83,13 98,35 99,62 86,85 63,98 36,98 14,84 1,61 3,34 17,12 41,1",
    ],
    1: [
        "/ 50,0 50,100",
        "/ 15,25 55,0 55,100",
        "/ 20,25 55,0 55,100; / 15,100 95,100",
        "/ 0,40 55,0 50,100",
    ],
    2: [
        "~ 5,25 20,5 50,0 85,10 92,30 75,55 40,80 5,100; / 5,100 100,100",
        "~ 5,20 45,0 90,20 75,50 30,85 10,95 15,80 40,85 70,98 100,93",
        "~ 0,20 40,0 85,12 85,35 50,70 0,100; ~ 0,100 50,97 100,100",
    ],
    3: [
        "~ 5,10 45,0 90,12 85,35 40,47; ~ 40,47 90,58 95,82 50,100 0,90",
        "/ 5,0 95,0 40,40; ~ 40,40 85,50 95,75 60,100 0,90",
        "~ 10,15 50,0 90,20 55,45 35,48 60,50 98,75 55,100 2,85",
    ],
    4: [
        "/ 60,0 0,65 100,65; / 70,35 65,100",
        "/ 15,0 5,50 95,50; / 80,0 75,100",
        "/ 75,100 75,0 0,70 100,70",
        "~ 20,0 8,35 20,52 60,50 95,45; / 85,5 70,100",
    ],
    5: [
        "/ 90,0 15,0 10,42; ~ 10,42 50,35 95,55 90,85 50,100 0,92",
        "/ 15,0 10,45; ~ 10,45 55,38 95,65 60,98 0,95; / 15,0 95,2",
        "~ 95,0 50,3 25,5 15,30 20,42 60,40 92,65 70,95 5,97",
    ],
    6: [
        "~ 75,0 35,20 8,50 5,80 40,100 85,90 92,68 60,52 25,60 7,78",
        "~ 45,0 15,30 2,65 15,93 50,100 90,85 80,60 40,55 8,75",
        "~ 95,8 60,0 20,20 3,55 12,88 50,100 92,82 75,55 30,58 8,75",
    ],
    7: [
        "/ 0,0 100,0 35,100",
        "/ 0,0 100,0 35,100; / 25,50 90,50",
        "~ 0,12 2,2 50,2 100,0; ~ 100,0 60,40 45,100",
        "/ 0,15 5,0 95,0 45,100; / 30,48 95,45",
    ],
    8: [
        "~ 85,15 50,0 12,15 20,38 75,60 92,82 50,100 8,82 25,60 75,40 90,20 75,5",
        "~ 50,48 72,43 86,31 86,17 72,5 50,0 28,5 14,17 14,31 28,43 50,48; ~ 50,48 78,53 96,66 96,82 78,95 "
        "50,100 22,95 4,82 4,66 22,53 50,48",
        "~ 90,10 45,0 8,20 50,48 95,75 50,100 5,78 45,50 85,22 90,10",
    ],
    9: [
        "~ 90,20 50,0 8,20 20,45 60,48 92,20; / 92,15 85,100",
        "~ 92,20 50,0 5,25 35,50 85,35 95,15 95,55 75,90 30,100 5,92",
        "~ 89,18 73,5 49,0 24,6 10,20 11,36 27,49 51,54 76,48 90,34 89,18; ~ 90,20 88,60 60,100",
        "~ 80,10 58,1 32,2 12,13 6,29 16,44 38,53 64,52 84,41 90,25 80,10; ~ 86,10 90,50 80,85 45,100 10,90",
    ],
}


def through(kind, points):
    """Many points on a line through these: straight from one to the next, or smooth (Catmull and Rom, 1974)."""
    points = np.asarray(points)
    if kind == "/":
        return np.vstack([np.linspace(a, b, 12) for a, b in pairwise(points)])
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 10, endpoint=False)[:, None]
    pieces = [
        (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.vstack([*pieces, points[-1:]])


def drawing(digit, rng, shake=1.0):
    """Strokes in pixels of the field: one of the digit's shapes, written by an unsteady hand somewhere on the field."""
    shape = SHAPES[digit][rng.integers(len(SHAPES[digit]))]
    moved = {}  # a point that two strokes have in common stays so
    for point in re.findall(r"\d+,\d+", shape):
        moved.setdefault(point, np.array(point.split(","), int) / 100 + rng.normal(0, 0.035 * shake, 2))
    strokes = [through(kind, [moved[point] for point in points]) for kind, *points in map(str.split, shape.split(";"))]
    size, phase = rng.normal(0, 0.012 * shake, (2, 3)), rng.uniform(0, 2 * np.pi, (2, 3))

    def shaken(stroke):
        waves = np.outer(stroke.sum(axis=1), [3, 6, 9])[:, None, :] + phase  # (points, axes, waves)
        return stroke + (size * np.sin(waves)).sum(axis=2)

    strokes = [shaken(stroke) for stroke in strokes]
    height = rng.uniform(0.45, 0.92) * 32
    width = height * (rng.uniform(0.3, 0.7) if digit == 1 else rng.uniform(0.5, 0.85))
    angle, slant = np.radians(rng.normal(0, 5 * shake)), rng.normal(0.1, 0.17 * shake)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = turn @ [[1, -slant], [0, 1]]
    strokes = [(s - 0.5) * [width, height] @ lean.T for s in strokes]
    extent = np.ptp(np.vstack(strokes), axis=0)
    scale = min(1, *(31 / extent))
    low = np.vstack(strokes).min(axis=0) * scale
    corner = rng.uniform(0.15, 0.85, 2) * (32 - extent * scale)
    return [s * scale - low + corner for s in strokes]


def drawings(seed, of_each=30, shake=1.0):
    """(digit, strokes), so many of each digit."""
    rng = np.random.default_rng(seed)
    return [(digit, drawing(digit, rng, shake)) for digit in range(10) for _ in range(of_each)]


# Ways from a drawing to a picture.


def as_drawn(strokes):
    return counted(bitmap(strokes))


def enlarged(strokes, brush=BRUSH):
    """The drawn bitmap, cut out and enlarged to full height, its proportions kept, in the middle."""
    inked = bitmap(strokes, brush)
    rows, columns = (np.flatnonzero(inked.any(axis=axis)) for axis in (1, 0))
    cut = inked[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = int(np.clip(round(cut.shape[1] * 32 / len(cut)), 1, 32))
    down, across = (((np.arange(m) + 0.5) * n / m).astype(int) for m, n in zip((32, width), cut.shape, strict=True))
    left = (32 - width) // 2
    return counted(np.pad(cut[np.ix_(down, across)], ((0, 0), (left, 32 - width - left))))


def redrawn(strokes, brush=BRUSH, widest=drawing_pad.WIDEST, upright=True, stretched=False):
    """As drawing_pad.picture does it, but for what is changed."""
    strokes = fitted(strokes, brush, widest)
    if stretched:
        points = np.vstack(strokes)
        middle = np.array([drawing_pad.SIDE / 2, 0])
        strokes = [(s - middle) * [(widest - brush) / np.ptp(points[:, 0]), 1] + middle for s in strokes]
    inked = bitmap(strokes, brush)
    return counted(straightened(inked) if upright else inked)


WAYS = {
    "as drawn": as_drawn,
    "bitmap enlarged, brush 4": partial(enlarged, brush=4),
    "bitmap enlarged, brush 5": enlarged,
    "strokes enlarged, width free": partial(redrawn, widest=32, upright=False),
    "at most 20 wide": partial(redrawn, upright=False),
    "exactly 20 wide, upright": partial(redrawn, stretched=True),
    "width free, upright": partial(redrawn, widest=32),
    "at most 20 wide, upright, brush 4": partial(redrawn, brush=4),
    "at most 20 wide, upright, brush 5": drawing_pad.picture,
    "at most 20 wide, upright, brush 6": partial(redrawn, brush=6),
}


def read(way, drawn, seeds=range(10)):
    """(seeds, drawings) bool: whether the network of each seed reads each drawing."""
    pictures = np.array([way(strokes).reshape(64) for _, strokes in drawn])
    digits = np.array([digit for digit, _ in drawn])
    return np.array([trained(seed)[0].predict(pictures) == digits for seed in seeds])


if __name__ == "__main__":
    drawn = drawings(seed=2, of_each=60)
    print(f"{len(drawn)} drawings, ten networks: share read in %, of all and of each digit")
    print(f"{'':<35}   all", *(f"{digit:4}" for digit in range(10)))
    for name, way in WAYS.items():
        right = read(way, drawn)
        shares = right.mean(axis=0).reshape(10, -1).mean(axis=1)
        print(f"{name:<35} {100 * right.mean():5.1f}", *(f"{100 * share:4.0f}" for share in shares))
