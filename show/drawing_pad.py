"""A field to draw a digit on, and chapter 9's network that reads it, in the page itself: no kernel, no network.

The data were made with NIST's programs (M. D. Garris and others, NIST Form-Based Handprint Recognition System, NISTIR
5469, 1994): each digit was scaled to 20 by 32 pixels in the middle of 32 by 32, its strokes were made about equally
thick, and its rows were shifted until its left side stood upright; then black pixels were counted in blocks of 4 by 4.
What is drawn goes the same way, in `picture` here and in drawing_pad.js: the same steps under the same names.
"""

import copy
import json
from pathlib import Path

import numpy as np

from helpers.network import Network

HERE = Path(__file__).parent
SIDE, BLOCK = 32, 4  # pixels of the field, and of the blocks in which they are counted
PEN = 3  # a round one, in pixels of the field: what the field shows
BRUSH = 5  # as thick as the strokes of the data: what the network gets is drawn again with it
WIDEST = 20  # pixels; all digits in the data are that wide, and narrow ones were stretched, which reads a drawn 1 badly
LARGEST = 4  # times; a dot is not blown up to a blot
NUM_SHOWN, NUM_WRONG = 40, 8  # images to be shown, and how many of them at most the network misreads
SIZES = (64, 32, 10)


class DrawingPad:
    """The block of HTML in which a network of the sizes 64, 32, 10 reads what is drawn.

    network  a helpers.network.Network with the sigmoid; the page has its parameters with four decimals, and
             `pad.network` is a copy with just these.
    images   (n, 64): images that the network has not learned from, from 0 to 1 in sixteenths. The page can show 40.
    labels   (n,): their digits.

    Raises ValueError for a network, images or labels that do not fit.
    """

    def __init__(self, network, images, labels):
        _check_network(network)
        images, labels = _check_images(images, labels)
        self.network = copy.deepcopy(network)
        for array in self.network.parameters.values():
            array[...] = array.round(4) + 0.0  # never -0.0
        misread = self.network.predict(images) != labels
        rng = np.random.default_rng(seed=0)
        wrong, right = (rng.permutation(np.flatnonzero(which)) for which in (misread, ~misread))
        wrong = wrong[:NUM_WRONG]
        # The first of all should be one that it can read.
        chosen = [*right[:1], *rng.permutation([*wrong, *right[1 : NUM_SHOWN - len(wrong)]]).astype(int)]
        self.images, self.labels = images[chosen], labels[chosen]
        self._of, self._misread_of, self._misread = len(labels), int(misread.sum()), len(wrong)

    def __repr__(self):
        sizes = "–".join(map(str, SIZES))
        return f"DrawingPad: a {sizes} network reads what is drawn; {len(self.labels)} test images to show"

    def _repr_mimebundle_(self, **_):
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self):
        """The whole pad as one block that needs neither a kernel nor a network."""
        data = {
            "parameters": {name: array.tolist() for name, array in self.network.parameters.items()},
            # A character for each pixel: its sixteenths as a digit to the base 17.
            "images": ["".join("0123456789abcdefg"[round(16 * pixel)] for pixel in image) for image in self.images],
            "labels": self.labels.tolist(),
        }
        body = _BODY.format(
            buttons="".join(_BUTTON.format(name=name, text=text) for name, text in _BUTTONS.items()),
            bars="".join(_BAR.format(digit=digit) for digit in range(SIZES[-1])),
            note=self._note(),
            longest=_LONGEST,
        )
        style, script = _asset("drawing_pad.css"), _asset("drawing_pad.js")
        return _TEMPLATE.format(style=style, body=body, data=_json(data), script=script)

    def _note(self):
        shown = len(self.labels)
        return (
            "Before it reads, your drawing is made upright, as high as the field and as thick as the digits in the "
            f"data; then its inked pixels are counted in blocks of {BLOCK} × {BLOCK}, as theirs were. <em>Show me "
            f"one</em> goes through {shown} of {self._of} test images. Of all {self._of} the network misreads "
            f"{self._misread_of}, of these {shown} it misreads {self._misread}."
        )


# From a drawing to the picture that the network gets. A drawing is a list of strokes, a stroke a list of points (x, y)
# in pixels of the field from its top left corner.


def picture(strokes):
    """(8, 8), from 0 to 1: what the network gets of the strokes."""
    return counted(straightened(bitmap(fitted(strokes))))


def fitted(strokes, brush=BRUSH, widest=WIDEST):
    """The strokes moved to the middle and scaled: their ink is as high as the field, and no wider than `widest`."""
    points = np.concatenate([np.asarray(stroke, float) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = np.maximum(high - low, 1e-9)
    down = min((SIDE - brush) / height, LARGEST)
    across = min(down, (widest - brush) / width)
    return [(np.asarray(stroke, float) - (low + high) / 2) * [across, down] + SIDE / 2 for stroke in strokes]


def bitmap(strokes, brush=BRUSH):
    """(32, 32) bool: the pixels whose middle is at most half a brush away from a stroke."""
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    inked = np.zeros((SIDE, SIDE), dtype=bool)
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip([stroke[0], *stroke], stroke, strict=False):  # the first point is a dot
            dx, dy = x1 - x0, y1 - y0
            length = dx * dx + dy * dy
            share = np.clip(((x - x0) * dx + (y - y0) * dy) / length, 0, 1) if length > 0 else 0.0
            away_x, away_y = x - x0 - share * dx, y - y0 - share * dy
            inked |= away_x * away_x + away_y * away_y <= brush * brush / 4
    return inked


def straightened(bitmap):
    """The bitmap with its rows shifted, so that the ink begins in the same column near its top and near its bottom.

    Near: two rows from the end, as in NIST's programs. Ink that is shifted off the field is lost.
    """
    rows = np.flatnonzero(bitmap.any(axis=1))
    if len(rows) == 0:
        return bitmap
    top, bottom = rows[0] + 2, rows[-1] - 2
    if top >= bottom or not (bitmap[top].any() and bitmap[bottom].any()):
        return bitmap
    slant = (bitmap[top].argmax() - bitmap[bottom].argmax()) / (bottom - top)
    upright = np.zeros_like(bitmap)
    for row in range(SIDE):
        shift = int(np.floor((row - SIDE / 2) * slant + 0.5))
        for column in range(max(shift, 0), min(SIDE, SIDE + shift)):
            upright[row, column] = bitmap[row, column - shift]
    return upright


def counted(bitmap):
    """(8, 8): the share of inked pixels in each block of 4 by 4."""
    blocks = SIDE // BLOCK
    return bitmap.reshape(blocks, BLOCK, blocks, BLOCK).sum(axis=(1, 3)) / BLOCK**2


def _check_network(network):
    if not isinstance(network, Network):
        raise ValueError(f"network must be a helpers.network.Network; got {type(network).__name__}")
    if network.sizes != SIZES or network.activation != "sigmoid":
        raise ValueError(
            f"network must have the sizes {SIZES} and the activation sigmoid; got {network.sizes}, {network.activation}"
        )
    for name, array in network.parameters.items():
        if not np.isfinite(array).all():
            raise ValueError(f"network: {name} must be finite; got {array[~np.isfinite(array)][0]}")


def _check_images(images, labels):
    """Both as arrays, or ValueError."""
    images, labels = np.asarray(images, dtype=float), np.asarray(labels)
    if images.ndim != 2 or images.shape[1] != SIZES[0] or len(images) == 0:
        raise ValueError(f"images must have shape (n, {SIZES[0]}), with at least one image; got {images.shape}")
    whole = np.isin(images, np.arange(17) / 16)
    if not whole.all():
        raise ValueError(f"images must hold sixteenths from 0 to 1; got {images[~whole][0]}")
    if labels.shape != (len(images),) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be whole numbers of shape ({len(images)},), one for each image; "
            f"got {labels.dtype}, {labels.shape}"
        )
    digits = (labels >= 0) & (labels < SIZES[-1])
    if not digits.all():
        raise ValueError(f"labels must lie between 0 and {SIZES[-1] - 1}; got {labels[~digits][0]}")
    return images, labels


def _json(data):
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", r"\u003c")  # "</script" in it would end the script element early


def _asset(name):
    return (HERE / name).read_text(encoding="utf-8").strip()


# Without its script a reader sees the first sentence alone. The rest waits in a script element: JupyterLab takes these
# out of an untrusted notebook, and it takes the attribute `hidden` away, so that buttons would show that do nothing.
_TEMPLATE = """<div class="drawing-pad"><style>{style}</style>
<p class="pad-without">Here you can draw a digit and let the network read it. That needs JavaScript; in JupyterLab, \
run this cell or trust the notebook.</p>
<script type="text/html" class="pad-template">{body}</script>
<script type="application/json" class="pad-data">{data}</script>
<script>{script}</script></div>"""

# JupyterLab would take keys for itself without the attribute data-lm-suppress-shortcuts on what has the focus.
_BODY = """<div class="pad-body">
<div class="pad-draw">
<div class="pad-field" tabindex="0" data-lm-suppress-shortcuts="true" role="application" \
aria-label="Drawing field, 32 by 32 pixels">
<svg viewBox="0 0 32 32" aria-hidden="true"><g class="pad-given"></g><path class="pad-ink" d=""/>\
<circle class="pad-cursor" r="1.5" cx="16.5" cy="16.5"/></svg></div>
<p class="pad-hint">Mouse, finger or pen. Or keys: arrows move, with Shift by four pixels, Space lowers and \
lifts the pen, Delete clears.</p>
<p class="pad-place" aria-hidden="true"></p>
<div class="pad-buttons">{buttons}</div>
</div>
<div class="pad-reading">
<p class="pad-sentence" data-longest="{longest}"><span class="pad-text"></span></p>
<div class="pad-pictures">
<div><svg class="pad-picture" viewBox="0 0 8 8" role="img"></svg><p>what it gets: 8 × 8</p></div>
<div><svg class="pad-hidden" viewBox="0 0 8 4" role="img"></svg><p>its 32 hidden units</p></div>
</div>
<div class="pad-bars" role="list" aria-label="Probabilities">{bars}</div>
</div>
<p class="pad-note">{note}</p>
<p class="pad-said" role="status"></p>
</div>"""

# The place of a sentence is as high as this one needs it, so that no sentence moves what stands below.
_LONGEST = (
    "No single pixel is enough. Most is done by full ink in row 8, column 8, outlined: it still reads an 8, with "
    "probability above 0.99."
)

_BUTTON = '<button type="button" class="pad-{name}" data-lm-suppress-shortcuts="true">{text}</button>'
_BUTTONS = {"clear": "Clear", "one": "Show me one", "mind": "What would change its mind?"}

_BAR = (
    '<div class="pad-bar" role="listitem"><span class="pad-digit">{digit}</span>'
    '<span class="pad-track"><i></i></span><span class="pad-p"></span></div>'
)
