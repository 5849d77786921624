"""The data: handwritten digits from data/, a seeded split, and generated points that no straight line can separate."""

import gzip
import hashlib
import io
import warnings
import zlib
from numbers import Integral, Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

DIGITS = Path(__file__).parent.parent / "data" / "digits.csv.gz"
NUM_IMAGES, NUM_PIXELS, NUM_CLASSES, DARKEST = 1797, 64, 10, 16
SHEET_STARTS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)  # rows, counted from 0
# Of the decompressed content: another version of zlib may compress the same content to other bytes.
SHA256 = "4faf08295f17d77e9a147ed5ea842ec501bd089cc6e61627f36ef15c1b48ea5b"


class Digits(NamedTuple):
    """images: (1797, 8, 8) float64, whole numbers from 0 (white) to 16 (black). labels: (1797,) int, 0 to 9."""

    images: np.ndarray
    labels: np.ndarray


class Split(NamedTuple):
    """Indices of the examples to learn from and of those to be judged by, each in rising order."""

    train: np.ndarray
    test: np.ndarray


def load_digits(path=DIGITS) -> Digits:
    """The 1797 handwritten digits of data/README.md, in the order of the file: sheet after sheet, see `sheets`.

    Raises FileNotFoundError if there is no such file, and ValueError if it is not exactly the file it should be: not
    gzip, truncated, damaged, another table, or numbers out of range, whichever is found first.
    """
    content = _decompressed(Path(path))
    try:
        with warnings.catch_warnings(action="ignore"):  # of a file without rows: its shape is checked below
            table = np.loadtxt(io.BytesIO(content), delimiter=",", skiprows=1, dtype=int, ndmin=2)
    except ValueError as error:
        reason = str(error).partition(";")[0]  # after it NumPy gives advice on its own arguments
        raise ValueError(f"{path} must be a table of whole numbers: {reason}") from error
    if table.shape != (NUM_IMAGES, NUM_PIXELS + 1):
        raise ValueError(
            f"{path} must hold {NUM_IMAGES} rows of {NUM_PIXELS} pixels and a label, {NUM_PIXELS + 1} columns; "
            f"got {table.shape[0]} rows of {table.shape[1]} columns"
        )
    pixels, labels = table[:, :-1], table[:, -1]
    _check_range(path, "pixels", pixels, DARKEST)
    _check_range(path, "labels", labels, NUM_CLASSES - 1)
    if (checksum := hashlib.sha256(content).hexdigest()) != SHA256:
        raise ValueError(f"{path} holds other data: its content must have SHA-256 {SHA256}; got {checksum}")
    return Digits(pixels.reshape(-1, 8, 8).astype(float), labels)


def sheets() -> np.ndarray:
    """(1797,) int: the sheet that each digit was written on, 1 to 14, as found in the labels (data/README.md)."""
    return np.repeat(np.arange(1, len(SHEET_STARTS) + 1), np.diff([*SHEET_STARTS, NUM_IMAGES]))


def split(labels, test_share: float = 0.2, *, rng: np.random.Generator) -> Split:
    """A random split that gives each class the same share in both parts (stratified), to the nearest example.

    Raises ValueError for labels that are not one row of whole numbers, a share that leaves a part of a class empty.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers of shape (n,); got {labels.dtype}, {labels.shape}")
    if not (isinstance(test_share, Real) and 0 < test_share < 1):
        raise ValueError(f"test_share must lie between 0 and 1; got {test_share!r}")
    _check_rng(rng)
    test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        num_test = round(test_share * len(members))
        if num_test in (0, len(members)):
            raise ValueError(
                f"test_share must leave both parts some of class {label}, which has {len(members)}; got {test_share}"
            )
        test[members[:num_test]] = True
    return Split(np.flatnonzero(~test), np.flatnonzero(test))


def make_moons(n: int, noise: float = 0.0, *, rng: np.random.Generator):
    """Two half circles of radius 1 that reach into each other: X (n, 2), labels (n,), class 0 first.

    Class 0 lies on (cos t, sin t), class 1 on (1 − cos t, ½ − sin t), with t from 0 to π in equal steps. noise is the
    standard deviation of the Gaussian that is added to both coordinates. With an odd n class 0 has one point more.
    """
    n, noise = _check_generated(n, noise, rng)
    upper, lower = np.linspace(0, np.pi, n - n // 2), np.linspace(0, np.pi, n // 2)
    X = np.vstack(
        [
            np.column_stack([np.cos(upper), np.sin(upper)]),
            np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]),
        ]
    )
    return X + rng.normal(0, noise, X.shape), np.repeat([0, 1], [len(upper), len(lower)])


def make_xor(n: int, noise: float = 0.0, *, rng: np.random.Generator):
    """Points around the corners (±1, ±1) of a square, in turn: X (n, 2), labels (n,), 1 where the signs differ.

    noise: standard deviation of the Gaussian around each corner. The label is that of the corner, however far the
    noise takes the point.
    """
    n, noise = _check_generated(n, noise, rng)
    corners = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[np.arange(n) % 4]
    return corners + rng.normal(0, noise, corners.shape), (corners.prod(axis=1) < 0).astype(int)


def _decompressed(path):
    try:
        compressed = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is missing: it comes with the project, and data/make_digits.py makes it again"
        ) from None
    if not compressed.startswith(b"\x1f\x8b"):
        start = compressed[:2].hex(" ") or "an empty file"
        raise ValueError(f"{path} must be a gzip file, which begins with 1f 8b; got {start}")
    try:
        return gzip.decompress(compressed)
    except EOFError as error:
        raise ValueError(f"{path} is truncated: it ends after {len(compressed)} bytes, within the data") from error
    except (OSError, zlib.error) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def _check_range(path, name, values, largest):
    if np.any(outside := (values < 0) | (values > largest)):
        row = np.argwhere(outside)[0][0]
        raise ValueError(f"{path} must hold {name} from 0 to {largest}; got {values[outside][0]} in row {row + 1}")


def _check_generated(n, noise, rng):
    if not (isinstance(n, Integral) and n > 0):
        raise ValueError(f"n must be a positive whole number; got {n!r}")
    if not (isinstance(noise, Real) and 0 <= noise < np.inf):
        raise ValueError(f"noise must be a finite number that is not negative; got {noise!r}")
    _check_rng(rng)
    return int(n), float(noise)


def _check_rng(rng):
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a generator such as np.random.default_rng(0); got {rng!r}")
