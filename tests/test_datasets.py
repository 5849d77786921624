"""The digits are the published ones or the error says what is wrong; splits and generated points are as promised."""

import difflib
import gzip
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from helpers.datasets import DIGITS, SHA256, load_digits, make_moons, make_xor, sheets, split

README = (Path(DIGITS).parent / "README.md").read_text(encoding="utf-8")
CONTENT = gzip.decompress(DIGITS.read_bytes())


def rng(seed=0):
    return np.random.default_rng(seed)


# The digits


def test_the_digits_have_the_promised_shapes_types_and_ranges():
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float64
    assert (images.min(), images.max()) == (0, 16)
    assert labels.shape == (1797,)
    assert np.issubdtype(labels.dtype, np.integer)


def test_the_first_image_is_the_zero_that_every_copy_begins_with():
    images, labels = load_digits()
    np.testing.assert_array_equal(images[0, :2], [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0]])
    np.testing.assert_array_equal(labels[:12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])


def test_the_readme_tells_the_class_counts_and_the_checksum():
    counts = " | ".join(map(str, np.bincount(load_digits().labels)))
    assert f"| images | {counts} |" in README
    assert SHA256 in README


def test_the_file_is_found_from_any_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(load_digits().labels) == 1797


def test_the_gzip_header_holds_no_time():
    assert DIGITS.read_bytes()[4:8] == bytes(4)


# Damaged copies


def error_of(path, compressed=None, kind=ValueError):
    if compressed is not None:
        path.write_bytes(compressed)
    with pytest.raises(kind) as caught:
        load_digits(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "digits.csv.gz"


def packed(old, new):
    assert CONTENT.count(old) >= 1
    return gzip.compress(CONTENT.replace(old, new, 1))


FIRST_ROW = CONTENT.splitlines()[1]


def test_a_missing_file_is_named_and_where_to_get_it(path):
    assert error_of(path, kind=FileNotFoundError) == (
        " is missing: it comes with the project, and data/make_digits.py makes it again"
    )


def test_a_file_that_is_not_gzip_is_called_so(path):
    assert error_of(path, CONTENT) == " must be a gzip file, which begins with 1f 8b; got 70 69"
    assert error_of(path, b"") == " must be a gzip file, which begins with 1f 8b; got an empty file"


@pytest.mark.parametrize("kept", [2, 11, 1000, 53590, -1])
def test_a_truncated_file_is_called_so(path, kept):
    assert re.fullmatch(
        r" is truncated: it ends after \d+ bytes, within the data", error_of(path, DIGITS.read_bytes()[:kept])
    )


def test_a_flipped_byte_is_damage_wherever_the_data_are(path):
    whole = DIGITS.read_bytes()
    for place in [*range(10, len(whole), 997), len(whole) - 8, len(whole) - 1]:  # a gzip header has 10 bytes
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        assert error_of(path, damaged).startswith((" is damaged: ", " is truncated: "))


def test_a_table_of_another_shape_is_measured(path):
    expected = r" must hold 1797 rows of 64 pixels and a label, 65 columns; got "
    assert error_of(path, packed(FIRST_ROW + b"\n", b"")) == expected + "1796 rows of 65 columns"
    narrow = b"\n".join(line.partition(b",")[2] for line in CONTENT.splitlines())
    assert error_of(path, gzip.compress(narrow)) == expected + "1797 rows of 64 columns"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (FIRST_ROW.rpartition(b",")[0], "the number of columns changed from 64 to 65 at row 2"),
        (FIRST_ROW.replace(b"13", b"13.5"), "could not convert string '13.5'"),
        (FIRST_ROW.replace(b"13", b"nan"), "could not convert string 'nan'"),
        (FIRST_ROW.replace(b"13", b""), "could not convert string ''"),
    ],
)
def test_what_is_no_table_of_whole_numbers_is_quoted(path, row, complaint):
    message = error_of(path, packed(FIRST_ROW, row))
    assert message.startswith(f" must be a table of whole numbers: {complaint}")
    assert "usecols" not in message


def test_a_file_without_rows_is_measured(path):
    assert error_of(path, gzip.compress(CONTENT.splitlines()[0])).endswith("got 0 rows of 1 columns")


@pytest.mark.parametrize("label", [b"10", b"-1"])
def test_a_label_that_is_no_digit_is_named(path, label):
    row = FIRST_ROW.rpartition(b",")[0] + b"," + label
    assert error_of(path, packed(FIRST_ROW, row)) == f" must hold labels from 0 to 9; got {label.decode()} in row 1"


@pytest.mark.parametrize("pixel", [b"17", b"-1"])
def test_a_pixel_out_of_range_is_named(path, pixel):
    row = FIRST_ROW.replace(b"13", pixel, 1)
    assert error_of(path, packed(FIRST_ROW, row)) == f" must hold pixels from 0 to 16; got {pixel.decode()} in row 1"


def test_a_well_formed_file_of_other_images_is_refused(path):
    foreign = CONTENT.replace(FIRST_ROW, FIRST_ROW.replace(b"13", b"12", 1))
    assert error_of(path, gzip.compress(foreign)) == (
        f" holds other data: its content must have SHA-256 {SHA256}; got {hashlib.sha256(foreign).hexdigest()}"
    )


def test_the_same_content_compressed_otherwise_is_accepted(path):
    path.write_bytes(gzip.compress(CONTENT, compresslevel=1))
    np.testing.assert_array_equal(load_digits(path).images, load_digits().images)


# Sheets


def written(number):
    """The labels of a sheet, one after the other."""
    return "".join(map(str, load_digits().labels[sheets() == number]))


def matches(number):
    """The parts that a sheet has in common with the form, in order: a on the form, b on the sheet, and their size."""
    return difflib.SequenceMatcher(None, written(1), written(number), autojunk=False).get_matching_blocks()[:-1]


def test_every_row_is_on_one_of_fourteen_sheets_that_follow_one_another():
    assert sheets().shape == load_digits().labels.shape
    np.testing.assert_array_equal(np.unique(sheets()), range(1, 15))
    assert set(np.diff(sheets())) == {0, 1}


def test_the_form_has_130_places_and_begins_with_three_times_0_to_9():
    assert len(written(1)) == 130
    assert written(1).startswith("0123456789" * 3 + "0955650989")


@pytest.mark.parametrize("number", range(1, 15))
def test_a_sheet_is_the_form_with_a_few_digits_left_out(number):
    in_common = sum(block.size for block in matches(number))
    assert in_common == len(written(number)) - (number == 3)  # where the last label is 3, and the form has an 8
    assert in_common >= 0.93 * 130
    # It begins and ends where the form does, so that no row belongs to the sheet before or after it.
    first, last = matches(number)[0], matches(number)[-1]
    assert (first.a, first.b) == ((1, 0) if number == 8 else (0, 0))  # the eighth has no first 0
    assert last.b + last.size == len(written(number)) - (number == 3)


def test_the_readme_tells_where_the_sheets_begin_and_how_many_places_are_empty():
    starts = np.flatnonzero(np.diff(sheets(), prepend=0))
    counts = np.diff([*starts, 1797])
    rows = re.findall(r"(?m)^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", README)
    expected = zip(range(1, 15), starts, counts, 130 - counts, strict=True)
    assert [tuple(map(int, row)) for row in rows] == list(expected)
    assert sum(counts == 130) == 9
    assert f"{14 * 130 - 1797} of the {14 * 130} places" in README


# Splits


def test_a_split_uses_every_example_once():
    labels = load_digits().labels
    train, test = split(labels, rng=rng())
    np.testing.assert_array_equal(np.sort([*train, *test]), np.arange(1797))
    assert (len(train), len(test)) == (1438, 359)


def test_a_split_takes_the_same_share_of_every_class():
    labels = load_digits().labels
    _, test = split(labels, 0.3, rng=rng())
    np.testing.assert_array_equal(np.bincount(labels[test]), np.round(0.3 * np.bincount(labels)))


def test_a_split_is_repeatable_and_another_seed_gives_another():
    labels = load_digits().labels
    np.testing.assert_array_equal(split(labels, rng=rng(1)).test, split(labels, rng=rng(1)).test)
    assert set(split(labels, rng=rng(1)).test) != set(split(labels, rng=rng(2)).test)


def test_a_split_keeps_the_order_of_the_file():
    train, test = split(load_digits().labels, rng=rng())
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()


@pytest.mark.parametrize(
    ("labels", "test_share", "message"),
    [
        ([], 0.2, r"labels must be whole numbers of shape \(n,\); got float64, \(0,\)"),
        ([[0, 1]], 0.2, r"labels must be whole numbers of shape \(n,\); got int64, \(1, 2\)"),
        ([0.5, 1.0], 0.2, r"labels must be whole numbers of shape \(n,\); got float64, \(2,\)"),
        ([0, 0, 1, 1], 0, "test_share must lie between 0 and 1; got 0"),
        ([0, 0, 1, 1], 1.0, "test_share must lie between 0 and 1; got 1.0"),
        ([0, 0, 1, 1], np.nan, "test_share must lie between 0 and 1; got nan"),
        ([0, 0, 1], 0.5, "test_share must leave both parts some of class 1, which has 1; got 0.5"),
    ],
)
def test_split_refuses(labels, test_share, message):
    with pytest.raises(ValueError, match=message):
        split(np.array(labels), test_share, rng=rng())


# Generated points


def test_moons_without_noise_lie_on_their_two_half_circles():
    X, labels = make_moons(7, rng=rng())
    np.testing.assert_array_equal(labels, [0, 0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(np.hypot(*X[:4].T), 1, rtol=1e-15)
    np.testing.assert_allclose(np.hypot(*(X[4:] - [1, 0.5]).T), 1, rtol=1e-15)
    np.testing.assert_allclose(X[[0, 3, 4, 6]], [[1, 0], [-1, 0], [0, 0.5], [2, 0.5]], atol=1e-15)
    assert (X[:4, 1] >= 0).all()
    assert (X[4:, 1] <= 0.5).all()


def test_xor_without_noise_is_the_four_corners_and_their_labels():
    X, labels = make_xor(5, rng=rng())
    np.testing.assert_array_equal(X, [[1, 1], [-1, 1], [-1, -1], [1, -1], [1, 1]])
    np.testing.assert_array_equal(labels, [0, 1, 0, 1, 0])


generated = pytest.mark.parametrize("make", [make_moons, make_xor])


@generated
def test_one_point_is_enough(make):
    X, labels = make(1, rng=rng())
    assert (X.shape, labels.tolist()) == ((1, 2), [0])


@generated
def test_noise_is_a_gaussian_of_that_standard_deviation(make):
    moved = make(10_000, 0.2, rng=rng())[0] - make(10_000, rng=rng())[0]
    assert moved.mean() == pytest.approx(0, abs=0.005)
    assert moved.std() == pytest.approx(0.2, rel=0.02)


@generated
def test_generated_points_are_repeatable(make):
    np.testing.assert_array_equal(make(20, 0.1, rng=rng(3))[0], make(20, 0.1, rng=rng(3))[0])
    assert (make(20, 0.1, rng=rng(3))[0] != make(20, 0.1, rng=rng(4))[0]).all()


@generated
@pytest.mark.parametrize(
    ("n", "noise", "message"),
    [
        (0, 0.1, "n must be a positive whole number; got 0"),
        (2.5, 0.1, "n must be a positive whole number; got 2.5"),
        (4, -0.1, "noise must be a finite number that is not negative; got -0.1"),
        (4, np.nan, "noise must be a finite number that is not negative; got nan"),
        (4, np.inf, "noise must be a finite number that is not negative; got inf"),
    ],
)
def test_generated_data_refuse(make, n, noise, message):
    with pytest.raises(ValueError, match=message):
        make(n, noise, rng=rng())


@pytest.mark.parametrize("draw", [lambda rng: split([0, 0, 1, 1], 0.5, rng=rng), lambda rng: make_xor(4, rng=rng)])
def test_a_seed_is_no_generator(draw):
    with pytest.raises(ValueError, match=r"rng must be a generator such as np\.random\.default_rng\(0\); got 0"):
        draw(0)
