"""The drawing pad without a browser: what it refuses, what its block carries, and the way from drawing to picture."""

import gzip
import json
import re

import drawings
import numpy as np
import pytest
from drawings import X, labels

from helpers.network import Network
from show.drawing_pad import BRUSH, SIDE, WIDEST, DrawingPad, _json, bitmap, counted, fitted, picture, straightened


def network(sizes=(64, 32, 10), **options):
    return Network(sizes, np.random.default_rng(0), **options)


def data(pad):
    found = re.search(r'<script type="application/json" class="pad-data">(.*?)</script>', pad._html(), re.S)
    return json.loads(found[1])


def spoiled(array, value):
    array = array.copy()
    array[-1] = value
    return array


# What it refuses


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a network", r"network must be a helpers.network.Network; got str"),
        (network([64, 16, 10]), r"network must have the sizes \(64, 32, 10\).*; got \(64, 16, 10\), sigmoid"),
        (network([64, 10]), r"network must have the sizes .*; got \(64, 10\), sigmoid"),
        (network(activation="tanh"), r"network must have .* the activation sigmoid; got .*, tanh"),
    ],
)
def test_another_network_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        DrawingPad(given, X, labels)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_network_with_a_number_that_is_not_finite_is_refused(value):
    broken = network()
    broken.parameters["b2"][3] = value
    with pytest.raises(ValueError, match=f"network: b2 must be finite; got {value}"):
        DrawingPad(broken, X, labels)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (X.reshape(-1, 8, 8), r"images must have shape \(n, 64\).*; got \(1797, 8, 8\)"),
        (X[:0], r"images must have shape \(n, 64\), with at least one image; got \(0, 64\)"),
        (16 * X, r"images must hold sixteenths from 0 to 1; got \d+\.0"),
        (spoiled(X, 0.3), r"images must hold sixteenths from 0 to 1; got 0\.3"),
        (spoiled(X, -1 / 16), r"images must hold sixteenths from 0 to 1; got -0\.0625"),
        (spoiled(X, np.nan), r"images must hold sixteenths from 0 to 1; got nan"),
    ],
)
def test_images_that_do_not_fit_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        DrawingPad(network(), images, labels)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (labels[1:], r"labels must be whole numbers of shape \(1797,\), one for each image; got int64, \(1796,\)"),
        (labels[:, None], r"labels must be whole numbers of shape \(1797,\).*; got int64, \(1797, 1\)"),
        (labels.astype(float), r"labels must be whole numbers .*; got float64"),
        (spoiled(labels, 10), r"labels must lie between 0 and 9; got 10"),
        (spoiled(labels, -1), r"labels must lie between 0 and 9; got -1"),
    ],
)
def test_labels_that_do_not_fit_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        DrawingPad(network(), X, given)


# What the block carries


def test_the_same_arguments_make_the_same_bytes():
    trained, test = drawings.trained()
    again = DrawingPad(trained, X[test], labels[test])
    assert again._repr_mimebundle_() == drawings.pad()._repr_mimebundle_()


def test_a_notebook_gets_the_block_and_a_short_text_without_an_address():
    bundle = drawings.pad()._repr_mimebundle_(include=None, exclude=None)
    assert bundle.keys() == {"text/plain", "text/html"}
    assert bundle["text/plain"] == "DrawingPad: a 64–32–10 network reads what is drawn; 40 test images to show"
    assert bundle["text/html"] == drawings.pad()._html()


def test_the_block_is_small():
    block = drawings.pad()._html().encode()
    assert len(block) < 45_000
    assert len(gzip.compress(block, mtime=0)) < 20_000


def test_the_block_asks_for_nothing_from_elsewhere_and_has_no_ids():
    block = drawings.pad()._html().replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert not re.search(r"https?:|//[a-z]|\b(src|href|id)=|@import|url\(", re.sub(r"// .*", "", block))


def test_nothing_in_the_data_could_end_their_script_element():
    whole = drawings.pad()._html()
    start, end = whole.index('class="pad-data">') + len('class="pad-data">'), whole.index("</script>\n<script>")
    assert "<" not in whole[start:end]
    assert whole.count("</script>") == whole.count("<script") == 3
    text = {"key": "a </script> & <!--"}
    assert "<" not in _json(text)
    assert json.loads(_json(text)) == text


def test_all_parameters_are_written_with_four_decimals():
    pad = drawings.pad()
    text = re.search(r'"parameters":(\{.*?\}),"images"', pad._html())[1]
    numbers = re.findall(r"[-+.\de]+(?=[],])", text)
    assert len(numbers) == 2410
    assert all(re.fullmatch(r"-?\d+\.\d{1,4}", number) for number in numbers)
    written, (trained, _) = data(pad)["parameters"], drawings.trained()
    assert list(written) == list(trained.parameters)
    for name, array in trained.parameters.items():
        assert np.array_equal(written[name], pad.network.parameters[name])
        assert abs(written[name] - array).max() <= 0.5e-4 * (1 + 1e-9)


def test_a_small_negative_parameter_is_written_as_zero_and_not_as_minus_zero():
    almost = network()
    almost.parameters["b1"][:] = -1e-6
    numbers = data(DrawingPad(almost, X, labels))["parameters"]["b1"]
    assert [str(number) for number in numbers] == ["0.0"] * 32


def test_the_network_itself_stays_as_it_is_and_what_becomes_of_it_later_does_not_matter():
    one, other = network(), network()
    pad = DrawingPad(one, X, labels)
    for name, array in one.parameters.items():
        assert np.array_equal(array, other.parameters[name])
        array += 1
    assert pad._html() == DrawingPad(other, X, labels)._html()


def test_four_decimals_change_no_prediction_on_the_1797_images():
    trained, _ = drawings.trained()
    assert np.sum(trained.predict(X) != drawings.pad().network.predict(X)) == 0


def test_forty_images_are_shown_eight_of_them_misread_and_each_stands_in_the_block_with_its_label():
    pad, (_, test) = drawings.pad(), drawings.trained()
    shown = data(pad)
    images = np.array([[int(pixel, 17) for pixel in image] for image in shown["images"]]) / 16
    assert images.shape == (40, 64)
    assert np.array_equal(images, pad.images)
    assert shown["labels"] == pad.labels.tolist()
    rows = {(X[row].tobytes(), labels[row]) for row in test}
    assert all((image.tobytes(), label) in rows for image, label in zip(images, pad.labels, strict=True))
    assert len({image.tobytes() for image in images}) == 40
    misread = pad.network.predict(images) != pad.labels
    assert misread.sum() == 8
    assert not misread[0]
    assert np.ptp(np.flatnonzero(misread)) > 20  # in between, not in a row


def test_the_block_says_how_many_images_it_shows_and_how_many_are_misread():
    said = re.search(r'class="pad-note">(.*?)</p>', drawings.pad()._html())[1]
    assert "goes through 40 of 359 test images" in said
    _, test = drawings.trained()
    misread = np.sum(drawings.pad().network.predict(X[test]) != labels[test])
    assert f"Of all 359 the network misreads {misread}, of these 40 it misreads 8." in said


@pytest.mark.parametrize("num", [1, 5])
def test_few_images_are_all_shown(num):
    pad = DrawingPad(drawings.trained()[0], X[:num], labels[:num])
    assert sorted(pad.labels) == sorted(labels[:num])
    assert f"{num} test images to show" in repr(pad)


def test_a_network_that_reads_nothing_right_shows_its_misread_images():
    pad = DrawingPad(drawings.trained()[0], X, (drawings.pad().network.predict(X) + 1) % 10)
    assert len(pad.labels) == 8
    assert f"Of all {len(X)} the network misreads {len(X)}, of these 8 it misreads 8." in pad._note()


# From a drawing to a picture

BAR = [[(10.0, 8.0), (10.0, 20.0)]]
SLASH = [[(20.0, 5.0), (11.0, 25.0)]]
CROSS = [[(2.0, 3.0), (30.0, 9.0)], [(16.0, 1.0), (16.5, 11.0)]]


def extent(inked):
    rows, columns = (np.flatnonzero(inked.any(axis=axis)) for axis in (1, 0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


def test_a_dot_inks_the_pixels_whose_middle_is_half_a_brush_away_or_less():
    inked = bitmap([[(16.5, 16.5)]])
    assert extent(inked) == (14, 19, 14, 19)
    assert inked[14:19, 14:19].tolist() == [
        [False, True, True, True, False],
        [True] * 5,
        [True] * 5,
        [True] * 5,
        [False, True, True, True, False],
    ]


def test_a_stroke_inks_all_that_its_points_would_ink_one_by_one_and_nothing_between_two_strokes():
    line = np.linspace((6.3, 4.1), (25.2, 19.9), 2000)
    assert np.array_equal(bitmap([line[[0, -1]].tolist()]), bitmap([[tuple(point)] for point in line]))
    apart = bitmap([[(5, 5), (5, 20)], [(25, 5), (25, 20)]])
    assert not apart[:, 9:21].any()


def test_a_thinner_pen_inks_less():
    assert bitmap(SLASH, 3).sum() < bitmap(SLASH, 5).sum()
    assert not (bitmap(SLASH, 3) & ~bitmap(SLASH, 5)).any()


@pytest.mark.parametrize("strokes", [BAR, SLASH, CROSS])
def test_a_fitted_drawing_is_as_high_as_the_field_at_most_20_wide_and_in_its_middle(strokes):
    points = np.vstack(fitted(strokes))
    low, high = points.min(axis=0), points.max(axis=0)
    assert (low + high) / 2 == pytest.approx([SIDE / 2, SIDE / 2])
    assert (high - low)[1] == pytest.approx(SIDE - BRUSH)
    assert (high - low)[0] <= WIDEST - BRUSH + 1e-9
    top, bottom, left, right = extent(bitmap(fitted(strokes)))
    assert (top, bottom) == (0, SIDE)
    assert right - left <= WIDEST
    assert abs((left + right) / 2 - SIDE / 2) <= 1


def test_a_narrow_drawing_keeps_its_proportions_and_a_wide_one_is_made_narrower():
    across, down = np.ptp(np.vstack(SLASH), axis=0), np.ptp(np.vstack(fitted(SLASH)), axis=0)
    assert down[0] / down[1] == pytest.approx(across[0] / across[1])
    assert np.ptp(np.vstack(fitted(CROSS)), axis=0) == pytest.approx([WIDEST - BRUSH, SIDE - BRUSH])


def test_the_picture_does_not_depend_on_where_on_the_field_a_digit_is_drawn_and_how_large():
    small = [[(4 + x / 2, 10 + y / 2) for x, y in stroke] for stroke in SLASH]  # exact in binary
    assert np.array_equal(picture(small), picture(SLASH))


@pytest.mark.parametrize("dot", [[[(3.0, 4.0)]], [[(3.0, 4.0), (3.0, 4.0)]]])
def test_a_dot_stays_a_dot(dot):
    assert picture(dot).sum() * 16 == bitmap([[(16.0, 16.0)]]).sum()


def test_a_short_dash_is_not_blown_up_to_the_height_of_the_field():
    top, bottom, left, right = extent(bitmap(fitted([[(10.0, 10.0), (14.0, 10.0)]])))
    assert bottom - top <= BRUSH + 1
    assert right - left <= WIDEST


def test_a_slash_is_straightened_and_an_upright_bar_stays():
    upright = bitmap(fitted(BAR))
    assert np.array_equal(straightened(upright), upright)
    slash = bitmap(fitted(SLASH))
    lefts = np.array([row.argmax() for row in slash])
    assert np.ptp(lefts) > 8
    now = straightened(slash)
    assert now[2].argmax() == now[-3].argmax()
    assert np.ptp([row.argmax() for row in now[2:-2]]) <= 1
    assert np.array_equal(now.sum(axis=1), slash.sum(axis=1))


def test_straightening_shifts_each_row_by_its_distance_from_the_middle():
    inked = np.zeros((SIDE, SIDE), dtype=bool)
    for row in range(SIDE):
        inked[row, 24 - row // 2] = True  # half a pixel to the left in each row
    columns = straightened(inked).argmax(axis=1)
    assert columns[16] == inked[16].argmax()
    assert np.ptp(columns[2:-2]) == 1


@pytest.mark.parametrize("rows", [[], [5], [5, 6, 7], [4, 20]])
def test_what_has_no_two_rows_to_compare_is_not_straightened(rows):
    inked = np.zeros((SIDE, SIDE), dtype=bool)
    inked[rows, rows] = True
    assert np.array_equal(straightened(inked), inked)


def test_ink_that_would_leave_the_field_is_cut_off_and_does_not_come_back_on_the_other_side():
    inked = np.zeros((SIDE, SIDE), dtype=bool)
    for row in range(SIDE):
        inked[row, row] = inked[row, -1] = True
    now = straightened(inked)
    assert not now[:14, :2].any()
    assert now.sum() < inked.sum()


def test_counting_gives_each_block_its_share_of_ink():
    inked = np.zeros((SIDE, SIDE), dtype=bool)
    inked[4:8, 8:12] = True  # one whole block
    inked[31, 28:32] = True  # a quarter of the last
    inked[0, 3] = True
    expected = np.zeros((8, 8))
    expected[1, 2], expected[7, 7], expected[0, 0] = 1, 1 / 4, 1 / 16
    assert np.array_equal(counted(inked), expected)


def test_a_picture_consists_of_sixteenths_like_the_data():
    for _, strokes in drawings.drawings(seed=0, of_each=3):
        assert np.isin(picture(strokes), np.arange(17) / 16).all()


# What comes of it


def test_drawings_have_the_height_and_about_the_ink_of_the_data():
    images = X.reshape(-1, 8, 8)
    assert (images[:, [0, -1]].max(axis=2) > 0).all()
    pictures = np.array([picture(strokes) for _, strokes in drawings.drawings(seed=2, of_each=10)])
    assert (pictures[:, [0, -1]].max(axis=2) > 0).all()
    assert pictures.mean() == pytest.approx(images.mean(), abs=0.03)


OURS = "at most 20 wide, upright, brush 5"
LOSES = {"as drawn": 0.5, "bitmap enlarged, brush 5": 0.1, "at most 20 wide": 0.05}


@pytest.fixture(scope="module")
def shares():
    """The share of 300 made-up drawings that the page's network reads, for some ways from a drawing to a picture."""
    drawn = drawings.drawings(seed=2, of_each=30)
    return {name: drawings.read(drawings.WAYS[name], drawn, seeds=[0]).mean() for name in [OURS, *LOSES]}


def test_the_network_reads_about_nine_of_ten_made_up_drawings(shares):
    assert 0.85 < shares[OURS] < 0.95


@pytest.mark.parametrize("way", LOSES)
def test_a_drawing_is_read_more_often_for_being_enlarged_redrawn_and_straightened(shares, way):
    assert shares[way] < shares[OURS] - LOSES[way]
