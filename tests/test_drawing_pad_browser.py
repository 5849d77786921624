"""The drawing pad in a browser, on a page that is but a file: it computes what Python computes, and can be used."""

import re

import drawings
import numpy as np
import pytest
from drawings import X

from helpers.activations import softmax
from show.drawing_pad import bitmap, picture

pytestmark = pytest.mark.browser

PAD = ".drawing-pad"
ONE = [[(12, 10), (17, 5), (17, 27)]]
SEVEN = [[(8, 6), (24, 6), (14, 28)]]
ZERO = [[(16 + 7 * np.cos(t), 16 + 11 * np.sin(t)) for t in np.linspace(-1.6, 4.7, 40)]]


def written(folder, *, body="", pads=1):
    """The address of a page with the pad, wider than the margins of a website."""
    path = folder / "pad.html"
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Pad</title><style>body { margin: 14px; background: #fff; color: #22272e } "
        f".quarto-dark {{ background: #212529; color: #e4e6e8 }}</style><body {body}>{drawings.pad()._html() * pads}"
        '<p style="height: 3000px">What comes after.</p>',
        encoding="utf-8",
    )
    return path.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return written(tmp_path_factory.mktemp("pad"))


@pytest.fixture(scope="module")
def opened(lasting_page, address):
    lasting_page.goto(address)
    return lasting_page


@pytest.fixture
def pad(opened):
    """The pad, with nothing on it."""
    opened.set_viewport_size({"width": 1000, "height": 800})
    pad = opened.locator(PAD)
    press(pad, "Clear")
    opened.evaluate("window.scrollTo(0, 0)")
    return pad


def press(pad, name):
    pad.get_by_role("button", name=name).click()


def sentence(pad):
    return pad.locator(".pad-text").inner_text()


def spoken(pad):
    """What a screen reader has been given to say last."""
    return pad.get_by_role("status").inner_text()


def field(pad):
    """Left, top, and pixels of the window to a pixel of the field."""
    box = pad.locator(".pad-field svg").bounding_box()
    assert box["width"] == pytest.approx(box["height"])
    return box["x"], box["y"], box["width"] / 32


def draw(pad, strokes):
    pad.locator(".pad-field").scroll_into_view_if_needed()
    (left, top, size), mouse = field(pad), pad.page.mouse
    for stroke in strokes:
        for n, (x, y) in enumerate(stroke):
            mouse.move(left + x * size, top + y * size)
            if n == 0:
                mouse.down()
        mouse.up()


def drawn(pad):
    return pad.evaluate("root => root.pad.drawing()")


def network():
    return drawings.pad().network


def probabilities(pictures):
    return softmax(network().logits(np.reshape(pictures, (-1, 64))))


def words(p):
    """A probability as the page writes it."""
    return "above 0.99" if p >= 0.995 else f"{p:.2f}"


def a(digit):
    return f"an {digit}" if digit == 8 else f"a {digit}"


def reading(picture):
    """What Python says of a picture, in the words of the page."""
    P = probabilities(picture)[0]
    winner, second = np.argsort(-P)[:2]
    return f"It reads {a(winner)}, with probability {words(P[winner])}. Next comes {a(second)}."


def densities(pad, squares):
    return pad.locator(f"{squares} rect").evaluate_all("all => all.map((e) => Number(e.getAttribute('fill-opacity')))")


def assert_reads(pad, picture):
    """Picture, hidden units and bars show what Python computes of the picture."""
    X = np.reshape(picture, (1, 64))
    _, A1, _ = network().forward(X)
    P = probabilities(X)[0]
    assert np.array_equal(densities(pad, ".pad-picture"), X[0])
    assert np.allclose(densities(pad, ".pad-hidden"), A1[0], rtol=0, atol=1e-9)
    widths = pad.locator(".pad-track i").evaluate_all("all => all.map((e) => parseFloat(e.style.width))")
    assert np.allclose(widths, 100 * P, rtol=0, atol=1e-3)
    texts = pad.locator(".pad-p").all_inner_texts()
    assert texts == [words(p).replace("above", ">") for p in P]
    winners = pad.locator(".pad-bar").evaluate_all("all => all.map((e) => e.classList.contains('pad-winner'))")
    assert winners == [digit == P.argmax() for digit in range(10)]


# What it computes


def test_all_1797_images_come_out_as_in_python_to_a_billionth(pad):
    found = pad.evaluate("(root, images) => images.map(root.pad.forward)", X.tolist())
    _, A1, Z2 = network().forward(X)
    expected = {"A1": A1, "Z2": Z2, "P": softmax(Z2)}
    for name, array in expected.items():
        ours = np.array([one[name] for one in found])
        assert ours.shape == array.shape
        assert abs(ours - array).max() <= 1e-9, name


def test_softmax_of_large_logits_does_not_overflow(pad):
    found = pad.evaluate("root => root.pad.softmax([1000, 1001, -1000])")
    assert np.allclose(found, softmax(np.array([[1000, 1001, -1000]])), rtol=0, atol=1e-12)


def test_drawings_become_the_same_pictures_as_in_python(pad):
    strokes = [[s.tolist() for s in strokes] for _, strokes in drawings.drawings(seed=3, of_each=10, shake=1.5)]
    strokes += [[[[3, 4]]], [[[3, 4], [3, 4]]], [[[0, 0], [32, 32]]], [[[1, 9], [30, 9]]], [[[9.5, 0.5], [9.5, 1.5]]]]
    strokes += [[[[30, 2], [2, 30]], [[31, 31]]]]
    found = pad.evaluate("(root, all) => all.map((strokes) => root.pad.picture(strokes))", strokes)
    for one, theirs in zip(strokes, found, strict=True):
        assert np.array_equal(picture(one).reshape(64), theirs)


def test_strokes_ink_the_same_pixels_as_in_python(pad):
    for strokes in (ZERO, ONE, SEVEN, [[(0, 0)]], [[(32, 32), (31, 0)]]):
        strokes = np.asarray(strokes).tolist()
        for brush in (3, 5):
            found = pad.evaluate("(root, [strokes, brush]) => root.pad.bitmap(strokes, brush)", [strokes, brush])
            assert np.array_equal(bitmap(strokes, brush), found)


# Drawing


@pytest.mark.parametrize(("digit", "strokes"), [(0, ZERO), (1, ONE), (7, SEVEN)])
def test_a_digit_drawn_by_mouse_is_read_as_python_reads_it(pad, digit, strokes):
    draw(pad, strokes)
    found = drawn(pad)
    assert [len(stroke) for stroke in found] == [len(stroke) for stroke in strokes]
    # The browser rounds the mouse's place to a pixel of the window.
    assert np.allclose(np.vstack(found), np.vstack(strokes), rtol=0, atol=1 / field(pad)[2])
    inked = bitmap(found, 3)
    assert pad.locator(".pad-ink").get_attribute("d") == "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(inked))
    assert_reads(pad, picture(found))
    assert sentence(pad) == reading(picture(found))
    assert sentence(pad).startswith(f"It reads a {digit}, with probability ")


def test_the_reading_follows_the_pen_before_it_is_lifted(pad):
    (left, top, size), mouse = field(pad), pad.page.mouse
    mouse.move(left + 8 * size, top + 6 * size)
    mouse.down()
    seen = []
    for x, y in [(24, 6), (19, 17), (14, 28)]:
        mouse.move(left + x * size, top + y * size, steps=4)
        assert_reads(pad, picture(drawn(pad)))
        seen.append(sentence(pad))
    mouse.up()
    assert len(set(seen)) > 1


def test_moving_the_mouse_without_its_button_or_with_another_draws_nothing(pad):
    (left, top, size), mouse = field(pad), pad.page.mouse
    mouse.move(left + 5 * size, top + 5 * size)
    mouse.move(left + 9 * size, top + 25 * size)
    assert drawn(pad) == []
    mouse.down(button="middle")
    mouse.move(left + 15 * size, top + 25 * size)
    mouse.up(button="middle")
    assert drawn(pad) == []


def test_a_stroke_that_leaves_the_field_follows_its_edge_and_ends_where_the_button_is_released(pad):
    (left, top, size), mouse = field(pad), pad.page.mouse
    mouse.move(left + 16 * size, top + 4 * size)
    mouse.down()
    mouse.move(left + 45 * size, top + 16 * size)
    mouse.move(left + 16 * size, top + 50 * size)
    mouse.up()
    mouse.move(left + 10 * size, top + 10 * size)
    (stroke,) = drawn(pad)
    assert np.allclose(stroke, [[16, 4], [32, 16], [16, 32]], rtol=0, atol=0.2)


def test_a_second_stroke_is_added_to_the_first(pad):
    four = [[(18, 4), (8, 18), (24, 18)], [(20, 12), (19, 28)]]
    draw(pad, four[:1])
    before = sentence(pad)
    draw(pad, four[1:])
    assert len(drawn(pad)) == 2
    assert sentence(pad) == reading(picture(drawn(pad))) != before


def test_clear_takes_everything_away(pad):
    draw(pad, SEVEN)
    assert sentence(pad) != "Draw a digit from 0 to 9."
    press(pad, "Clear")
    assert sentence(pad) == "Draw a digit from 0 to 9."
    assert drawn(pad) == []
    assert pad.locator(".pad-ink").get_attribute("d") == ""
    for squares in (".pad-picture", ".pad-hidden", ".pad-given"):
        assert set(densities(pad, squares)) == {0}
    assert set(pad.locator(".pad-p").all_inner_texts()) == {""}
    assert pad.locator(".pad-winner").count() == 0
    draw(pad, ONE)
    assert len(drawn(pad)) == 1


def test_the_delete_key_ends_a_stroke_that_is_being_drawn(pad):
    (left, top, size), mouse = field(pad), pad.page.mouse
    mouse.move(left + 5 * size, top + 5 * size)
    mouse.down()
    mouse.move(left + 5 * size, top + 25 * size)
    keys(pad, "Delete")
    mouse.move(left + 25 * size, top + 25 * size)
    assert drawn(pad) == []
    mouse.up()
    draw(pad, ONE)
    assert len(drawn(pad)) == 1


@pytest.fixture
def telephone(browser, address):
    """A page on a telephone, which is touched, and what has gone wrong on it."""
    with browser.new_context(viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True) as context:
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.goto(address)
        yield page
        assert faults == []


def touch(page, *fingers):
    """Each finger's path in pixels of the field, all at once; None where a finger does not touch."""
    left, top, size = field(page.locator(PAD))
    session, before = page.context.new_cdp_session(page), 0
    for places in zip(*fingers, strict=True):
        points = [
            {"x": left + place[0] * size, "y": top + place[1] * size, "id": finger}
            for finger, place in enumerate(places)
            if place is not None
        ]
        kind = "touchStart" if len(points) > before else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        before = len(points)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)


def test_a_finger_draws_and_the_page_does_not_scroll(telephone):
    pad = telephone.locator(PAD)
    touch(telephone, [(17, 28), (17, 20), (17, 12), (17, 4)])
    (stroke,) = drawn(pad)
    assert len(stroke) >= 3
    assert np.allclose(stroke[-1], [17, 4], rtol=0, atol=0.2)
    assert sentence(pad) == reading(picture([stroke]))
    assert telephone.evaluate("scrollY") == 0


def test_a_second_finger_draws_nothing_and_does_not_disturb_the_first(telephone):
    first = [(8, 6), (24, 6), (20, 16), (14, 28)]
    touch(telephone, first, [None, (4, 20), (4, 24), (4, 28)])
    (stroke,) = drawn(telephone.locator(PAD))
    assert np.array(stroke)[:, 0].min() > 6
    touch(telephone, first)  # and when both are lifted, the next one draws again
    assert len(drawn(telephone.locator(PAD))) == 2


# Keys


def keys(pad, *names):
    for name in names:
        key, _, times = name.partition("*")
        for _ in range(int(times or 1)):
            pad.page.keyboard.press(key)


@pytest.fixture
def focused(pad):
    """The pad with the focus on its field, reached by Shift and Tab."""
    pad.get_by_role("button", name="Clear").press("Shift+Tab")
    assert pad.evaluate("root => document.activeElement === root.querySelector('.pad-field')")
    keys(pad, "Shift+ArrowUp*9", "Shift+ArrowLeft*9")  # wherever the cursor was, to the corner
    return pad


def test_a_seven_is_drawn_by_keys_alone(focused):
    pad = focused
    keys(pad, "Shift+ArrowRight*2", "Shift+ArrowDown")
    assert drawn(pad) == []
    keys(pad, "Space", "Shift+ArrowRight*4", "ArrowDown*2", "ArrowLeft", "ArrowDown*2", "ArrowLeft")
    keys(pad, *["ArrowDown*2", "ArrowLeft"] * 6, "ArrowDown*3", "Space", "ArrowRight*3")
    (stroke,) = drawn(pad)
    assert stroke[:5] == [[8.5, 4.5], [12.5, 4.5], [16.5, 4.5], [20.5, 4.5], [24.5, 4.5]]
    assert stroke[-1] == [16.5, 23.5]
    assert len(stroke) == 5 + 2 + 1 + 2 + 1 + 6 * 3 + 3
    assert sentence(pad) == reading(picture([stroke]))
    assert sentence(pad).startswith("It reads a 7, ")
    assert pad.page.evaluate("scrollY") == 0


def test_the_cursor_stays_on_the_field_and_its_place_and_the_edge_are_seen_and_said(focused):
    place = focused.locator(".pad-place")
    for key, expected in {
        "ArrowLeft": "Row 1, column 1, edge, pen up.",
        "ArrowRight": "Row 1, column 2, pen up.",
        "Shift+ArrowDown": "Row 5, column 2, pen up.",
        "Space": "Row 5, column 2, pen down.",
        "Shift+ArrowDown*7": "Row 32, column 2, edge, pen down.",
        "Shift+ArrowRight*9": "Row 32, column 32, edge, pen down.",
    }.items():
        keys(focused, key)
        assert spoken(focused) == place.inner_text() == expected
    keys(focused, "Space")
    assert place.inner_text() == "Row 32, column 32, pen up."
    (stroke,) = drawn(focused)
    assert np.array(stroke).max() == 31.5
    cursor = focused.locator(".pad-cursor")
    assert (cursor.get_attribute("cx"), cursor.get_attribute("cy")) == ("31.5", "31.5")


def test_the_cursor_is_seen_while_keys_are_used_and_is_thicker_while_its_pen_is_down(focused):
    look = "e => [getComputedStyle(e).visibility, parseFloat(getComputedStyle(e).strokeWidth)]"
    cursor = focused.locator(".pad-cursor")
    shown, thin = cursor.evaluate(look)
    keys(focused, "Space")
    assert cursor.evaluate(look)[1] > thin
    keys(focused, "Space")
    assert (shown, cursor.evaluate(look)) == ("visible", ["visible", thin])
    draw(focused, ONE)
    assert cursor.evaluate(look)[0] == "hidden"


def test_holding_space_toggles_the_pen_once(focused):
    keyboard = focused.page.keyboard
    for _ in range(5):
        keyboard.down("Space")  # the browser calls all but the first a repetition
    keyboard.up("Space")
    assert focused.locator(".pad-place").inner_text().endswith("pen down.")
    assert len(drawn(focused)) == 1


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_the_delete_key_clears_and_lifts_the_pen_and_escape_leaves_the_drawing(focused, key):
    keys(focused, "Shift+ArrowDown", "Space", "Shift+ArrowDown*3", "Escape")
    assert len(drawn(focused)[0]) == 4
    keys(focused, key)
    assert drawn(focused) == []
    assert spoken(focused) == "Cleared."
    assert sentence(focused) == "Draw a digit from 0 to 9."
    assert focused.locator(".pad-place").inner_text().endswith("pen up.")
    keys(focused, "ArrowDown")
    assert drawn(focused) == []


def test_a_stroke_of_the_mouse_lifts_the_pen_of_the_keys(focused):
    keys(focused, "Space", "ArrowRight")
    draw(focused, ONE)
    assert focused.locator(".pad-place").inner_text().endswith("pen up.")
    keys(focused, "ArrowRight*3")
    assert [len(stroke) for stroke in drawn(focused)] == [2, 3]


@pytest.mark.parametrize("button", ["Clear", "Show me one"])
def test_a_button_lifts_the_pen_of_the_keys(focused, button):
    keys(focused, "Space", "ArrowRight")
    press(focused, button)
    assert focused.locator(".pad-place").inner_text().endswith("pen up.")
    focused.locator(".pad-field").focus()
    keys(focused, "ArrowRight")
    assert drawn(focused) == []


def test_other_keys_are_left_to_the_browser(focused):
    focused.evaluate("""root => {
      window.taken = [];
      document.addEventListener("keydown", (event) => window.taken.push([event.key, event.defaultPrevented]));
    }""")
    keys(focused, "x", "Control+ArrowLeft", "Enter", "Escape", "ArrowLeft", "Space")
    taken = dict(focused.page.evaluate("window.taken"))
    assert (taken["x"], taken["Enter"], taken["Escape"], taken[" "]) == (False, False, False, True)
    assert focused.page.evaluate("window.taken.filter(([key]) => key === 'ArrowLeft')") == [
        ["ArrowLeft", False],
        ["ArrowLeft", True],
    ]


def test_everything_is_reached_by_the_tab_key_and_its_focus_is_seen_whole(focused):
    reached = []
    for _ in range(4):
        reached.append(
            focused.page.evaluate("""() => {
              const element = document.activeElement, style = getComputedStyle(element);
              const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
              const [box, frame] = [element, element.closest(".drawing-pad")].map((e) => e.getBoundingClientRect());
              const whole = box.left - reach >= frame.left && box.right + reach <= frame.right;
              return [element.className, style.outlineStyle, parseFloat(style.outlineWidth), whole];
            }""")
        )
        keys(focused, "Tab")
    assert [name.split()[0] for name, *_ in reached] == ["pad-field", "pad-clear", "pad-one", "pad-mind"]
    assert all(outline == ["solid", 3, True] for _, *outline in reached)


def test_jupyterlab_is_asked_to_leave_the_keys_alone(pad):
    for taking in [pad.get_by_role("application"), *pad.get_by_role("button").all()]:
        assert taking.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_the_field_says_what_it_is_and_once_which_keys_it_takes(pad):
    box = pad.get_by_role("application", name="Drawing field, 32 by 32 pixels", exact=True)
    described = pad.locator(f"[id='{box.get_attribute('aria-describedby')}']").inner_text()
    body = pad.locator(".pad-body").inner_html()
    for word in ("arrows", "Shift", "Space", "Delete"):
        assert described.count(word) == body.count(word) == 1


# Test images


def test_show_me_one_goes_through_all_forty_and_says_label_and_reading(address, page):
    page.goto(address)
    pad, ours = page.locator(PAD), drawings.pad()
    shown = pad.evaluate(
        """(root, times) => times.map(() => {
      root.querySelector(".pad-one").click();
      const squares = [...root.querySelectorAll(".pad-given rect")];
      return [squares.map((e) => Number(e.getAttribute("fill-opacity"))), root.querySelector(".pad-text").textContent];
    })""",
        list(range(41)),
    )
    said = ours.network.predict(ours.images)
    for n, (given, text) in zip([*range(40), 0], shown, strict=True):
        assert np.array_equal(given, ours.images[n])
        right = "right" if said[n] == ours.labels[n] else "wrong"
        P = probabilities(ours.images[n])[0]
        assert text == (
            f"A test image, labelled {ours.labels[n]}. It reads {a(said[n])}, with probability {words(P.max())}: "
            f"{right}. Next comes {a(np.argsort(-P)[1])}."
        )
    assert_reads(pad, ours.images[0])


def test_whoever_draws_after_a_test_image_gets_a_new_drawing(pad):
    press(pad, "Show me one")
    draw(pad, SEVEN)
    assert set(densities(pad, ".pad-given")) == {0}
    assert sentence(pad) == reading(picture(drawn(pad)))


def test_a_test_image_takes_the_drawing_away(pad):
    draw(pad, SEVEN)
    press(pad, "Show me one")
    assert drawn(pad) == []
    assert pad.locator(".pad-ink").get_attribute("d") == ""


# What would change its mind


def most_telling(picture):
    """(pixel, ink, P): of the 128 pictures with one pixel set to 0 or 1, the one with the smallest lead."""
    pixels, inks = np.divmod(np.arange(128), 2)
    pictures = np.tile(np.reshape(picture, 64), (128, 1))
    pictures[np.arange(128), pixels] = inks
    P, winner = probabilities(pictures), probabilities(picture)[0].argmax()
    leads = P[:, winner] - np.delete(P, winner, axis=1).max(axis=1)
    best = leads.argmin()
    return pixels[best], inks[best], P[best], leads[best]


def said_of_change(picture):
    pixel, ink, P, lead = most_telling(picture)
    it = f"{'full' if ink else 'no'} ink in row {pixel // 8 + 1}, column {pixel % 8 + 1}, outlined"
    now = f"reads {a(P.argmax())}, with probability {words(P.max())}."
    return (
        f"One pixel is enough: with {it}, it {now}"
        if lead < 0
        else f"No single pixel is enough. Most is done by {it}: it still {now}"
    )


def test_the_pixel_that_matters_most_is_python_s_for_all_forty_images(pad):
    images = drawings.pad().images
    found = pad.evaluate("(root, images) => images.map((image) => root.pad.change(image))", images.tolist())
    for image, change in zip(images, found, strict=True):
        pixel, ink, P, lead = most_telling(image)
        assert (change["pixel"], change["ink"]) == (pixel, ink)
        assert np.allclose(change["P"], P, rtol=0, atol=1e-9)
        assert change["lead"] == pytest.approx(lead, abs=1e-9)
        assert change["sentence"] == said_of_change(image)
    enough = ["One pixel is enough" in change["sentence"] for change in found]
    assert 5 < sum(enough) < 35


def test_the_pixel_is_outlined_and_the_picture_stays_as_it_is(pad):
    draw(pad, SEVEN)
    shown = picture(drawn(pad))
    press(pad, "What would change its mind?")
    assert sentence(pad) == said_of_change(shown)
    outlined = pad.locator(".pad-picture rect").evaluate_all("""all => all.flatMap((square, n) =>
      getComputedStyle(square).stroke === "none" ? [] : [n])""")
    assert outlined == [most_telling(shown)[0]]
    assert_reads(pad, shown)
    press(pad, "Clear")
    assert pad.locator(".pad-pixel").count() == 0


def test_with_nothing_shown_it_asks_for_a_drawing(pad):
    press(pad, "What would change its mind?")
    assert sentence(pad) == "Draw a digit first, or let it show you one."
    assert pad.locator(".pad-pixel").count() == 0


# What it says


def test_one_region_speaks_the_place_at_once_and_the_reading_after_a_pause_or_with_the_pen_lifted(focused):
    assert focused.locator("[aria-live], [role=status], [role=alert], [role=log]").count() == 1
    focused.get_by_role("status").evaluate("""element => {
      window.spoken = [];
      new MutationObserver(() => window.spoken.push(element.textContent)).observe(element, {childList: true});
    }""")
    keys(focused, "Space", "ArrowDown", "Shift+ArrowDown")
    places = [f"Row {row}, column 1, pen {pen}." for row, pen in ((1, "down"), (2, "down"), (6, "down"), (6, "up"))]
    assert focused.page.evaluate("window.spoken") == places[:3]
    assert sentence(focused) == reading(picture(drawn(focused)))  # to be seen at once
    focused.page.wait_for_function("window.spoken.length === 4")
    keys(focused, "Space", "Delete")
    expected = [*places[:3], reading(picture([[(0.5, 0.5), (0.5, 1.5), (0.5, 5.5)]]))]
    expected += [f"{places[3]} {expected[3]}", "Cleared."]
    assert focused.page.evaluate("window.spoken") == expected


def test_what_the_mouse_and_the_buttons_bring_is_spoken_once_it_is_there(pad):
    draw(pad, SEVEN)
    assert spoken(pad) == sentence(pad)
    for name in ("What would", "Show me one"):
        before = spoken(pad)
        press(pad, name)
        assert spoken(pad) == sentence(pad) != before
    press(pad, "Clear")
    assert spoken(pad) == "Cleared."


def test_the_winner_is_marked_by_more_than_its_colour(pad):
    look = """all => all.map((bar) => [getComputedStyle(bar).fontWeight,
      getComputedStyle(bar.querySelector(".pad-p"), "::after").content.includes("◀")])"""
    draw(pad, SEVEN)
    found = pad.locator(".pad-bar").evaluate_all(look)
    assert [digit for digit, (weight, _) in enumerate(found) if weight == "700"] == [7]
    assert [digit for digit, (_, mark) in enumerate(found) if mark] == [7]


def test_pictures_have_names_that_say_what_they_show(pad):
    assert pad.locator(".pad-picture").get_attribute("aria-label") == "No picture yet"
    draw(pad, SEVEN)
    assert pad.locator(".pad-picture").get_attribute("aria-label") == "The picture that the network gets"
    _, A1, _ = network().forward(picture(drawn(pad)).reshape(1, 64))
    name = f"Hidden units above one half: {np.sum(A1 > 0.5)} of 32"
    assert pad.locator(".pad-hidden").get_attribute("aria-label") == name
    assert pad.get_by_role("list", name="Probabilities").get_by_role("listitem").count() == 10


# Where it stands


def test_two_pads_on_a_page_do_not_know_of_each_other(page, tmp_path):
    page.goto(written(tmp_path, pads=2))
    first, second = page.locator(PAD).all()
    draw(second, SEVEN)
    assert sentence(first) == "Draw a digit from 0 to 9."
    assert sentence(second).startswith("It reads a 7, ")
    press(first, "Show me one")
    assert sentence(second) == reading(picture(drawn(second)))
    assert sentence(first).startswith("A test image")
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == 2


def test_without_a_script_one_sentence_says_that_it_needs_one(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        text = page.locator(PAD).inner_text()
        assert text.startswith("Here you can draw a digit and let the network read it. That needs JavaScript")
        assert "\n" not in text
        assert page.locator("button, svg, [tabindex]").count() == 0


def test_with_a_script_that_sentence_is_gone(pad):
    assert "needs JavaScript" not in pad.inner_text()


@pytest.mark.parametrize(("width", "smallest"), [(320, 270), (375, 280)])
def test_on_a_telephone_all_is_large_enough_and_nothing_scrolls_sideways(pad, width, smallest):
    pad.page.set_viewport_size({"width": width, "height": 800})
    for prepare in (lambda: draw(pad, SEVEN), lambda: press(pad, "Show me one"), lambda: press(pad, "What would")):
        prepare()
        assert pad.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert field(pad)[2] * 32 >= smallest
    for button in pad.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    sizes = pad.locator("p, button, .pad-bar span").evaluate_all("""all => all.map((element) =>
      parseFloat(getComputedStyle(element).fontSize))""")
    assert min(sizes) >= 11
    lines = pad.locator(".pad-p").evaluate_all("all => all.map((e) => e.getClientRects().length && e.offsetHeight)")
    assert max(lines) < 2 * min(lines)  # no number breaks into two lines


@pytest.mark.parametrize(("width", "height"), [(375, 667), (320, 568), (568, 320)])
def test_on_a_telephone_the_reading_is_seen_together_with_the_field(pad, width, height):
    pad.page.set_viewport_size({"width": width, "height": height})
    press(pad, "Show me one")
    box, reading = (pad.locator(name).bounding_box() for name in (".pad-field", ".pad-text"))
    assert box["y"] + box["height"] <= reading["y"]
    assert reading["y"] + reading["height"] - box["y"] <= height - 45  # less the header of the website


def test_text_of_another_length_moves_nothing(pad):
    said = pad.evaluate("(root, X) => X.map((X) => root.pad.change(X).sentence)", drawings.pad().images.tolist())
    place = "all => all.map((element) => element.getBoundingClientRect().top + scrollY)"
    below = pad.locator("button, .pad-pictures, .pad-bars, .pad-note")
    for width in (320, 375, 1000):
        pad.page.set_viewport_size({"width": width, "height": 800})
        press(pad, "Clear")
        before = below.evaluate_all(place)
        pad.locator(".pad-field").focus()
        keys(pad, "Shift+ArrowDown")
        pad.locator(".pad-text").evaluate("(element, text) => { element.textContent = text; }", max(said, key=len))
        assert below.evaluate_all(place) == before


# Contrast


def luminance(colour):
    shares = [float(c) / 255 for c in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", 'data-bs-theme="dark"', 'data-jp-theme-light="false"'])
def test_text_and_what_is_drawn_stand_out_from_their_ground(page, tmp_path, theme):
    dark = theme != "light"
    body = theme if "=" in theme else ""
    page.goto(written(tmp_path, body=f'{body} class="quarto-dark"' if dark and body == "" else body))
    if "=" in theme:
        page.add_style_tag(content="body { background: #111; color: #eee }")
    pad = page.locator(PAD)
    press(pad, "Show me one")
    press(pad, "What would")
    assert_stands_out(pad, dark)
    # Colours that the reader has set for the whole screen, here dark ones for a light page and the other way round
    page.emulate_media(forced_colors="active", color_scheme="light" if dark else "dark")
    assert_stands_out(pad, not dark)


def assert_stands_out(pad, dark):
    ground = pad.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (luminance(ground) < 0.1) == dark
    texts = pad.locator("p, button, .pad-bar span").evaluate_all("""all => all.map((element) => {
      const own = getComputedStyle(element);
      return [own.color, own.backgroundColor];
    })""")
    assert len(texts) > 30
    for colour, behind in texts:
        assert contrast(colour, ground if behind == "rgba(0, 0, 0, 0)" else behind) >= 4.5
    for selector, name in {
        ".pad-field": "borderTopColor",
        ".pad-picture": "outlineColor",
        ".pad-track": "borderLeftColor",
        ".pad-winner i": "backgroundColor",
        ".pad-pixel": "stroke",
        ".pad-cursor": "stroke",
        ".pad-ink": "fill",
        ".pad-given": "fill",
        ".pad-hidden": "fill",
    }.items():
        colour = pad.locator(selector).first.evaluate("(e, name) => getComputedStyle(e)[name]", name)
        assert contrast(colour, ground) >= 3, selector


def test_pictures_have_the_ink_of_the_page(page, tmp_path):
    page.goto(written(tmp_path, body='style="color: rgb(1, 2, 3)"'))
    for name in ("ink", "given", "picture", "hidden"):
        assert page.locator(f".pad-{name}").evaluate("e => getComputedStyle(e).fill") == "rgb(1, 2, 3)"
