"""The explorers of the rendered site in a browser, from files: the page shows the frames that Python computed."""

from itertools import accumulate, pairwise

import explorers
import pytest
from explorers import assert_shows

from show import explorer as module

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=explorers.ALL, ids=explorers.name)
def place(request):
    return request.param


# All explorers have one script and one style. What depends on these alone is tried on two, with many values and few.
on_two = pytest.mark.parametrize(
    "place", [explorers.ALL[1], explorers.ALL[-1]], ids=explorers.name, indirect=True, scope="module"
)


@pytest.fixture(scope="module")
def chapter(place):
    return explorers.of(*place)


@pytest.fixture(scope="module")
def address(site, place):
    notebook, _ = place
    return (site / "notebooks" / f"{notebook.stem}.html").as_uri()


def block_on(page, place):
    """The explorer on its page, which holds all explorers of its notebook."""
    notebook, n = place
    blocks = page.locator(".explorer")
    assert blocks.count() == explorers.count(notebook)
    return blocks.nth(n)


@pytest.fixture(scope="module")
def block(lasting_page, address, place):
    """The chapter's explorer on its page, which stays open for the tests of the chapter."""
    lasting_page.goto(address)
    return block_on(lasting_page, place)


def slider(block):
    return block.locator("input[type=range]")


def test_the_script_shows_the_slider_and_puts_the_pictures_into_the_page(block, chapter):
    assert slider(block).is_visible()
    assert block.locator("img").count() == 0
    assert block.locator(".explorer-panels > svg").count() == len(chapter.panels)
    assert_shows(block, chapter.frame(chapter.start).slots)


def at_each_position(block, look):
    """What the function `look`, in JavaScript, says of the explorer at each position of its slider."""
    return block.evaluate(f"""async (root) => {{
      const slider = root.querySelector("input"), seen = [], look = {look};
      for (let position = 0; position <= slider.max; position += 1) {{
        slider.value = position;
        slider.dispatchEvent(new Event("input"));
        seen.push(await look(root));
      }}
      return seen;
    }}""")


def test_every_position_of_the_slider_shows_its_frame(block, chapter):
    for value, found in zip(chapter.values, at_each_position(block, explorers.SLOTS), strict=True):
        explorers.assert_slots(found, chapter.frame(value).slots)


@on_two
def test_every_position_that_the_arrow_keys_reach_shows_its_frame(block, chapter):
    slider(block).press("Home")
    assert_shows(block, chapter.frame(chapter.values[0]).slots)
    for position in range(1, len(chapter.values)):
        block.page.keyboard.press("ArrowRight")
        assert_shows(block, chapter.frame(chapter.values[position]).slots)
    block.page.keyboard.press("ArrowLeft")
    assert_shows(block, chapter.frame(chapter.values[len(chapter.values) - 2]).slots)


@on_two
def test_page_keys_move_four_positions_and_home_and_end_go_to_the_ends(block, chapter):
    last = len(chapter.values) - 1
    for key, position in (
        ("Home", 0),
        ("PageUp", 4),
        ("PageUp", 8),
        ("PageDown", 4),
        ("PageDown", 0),
        ("PageDown", 0),
        ("End", last),
        ("PageUp", last),
        ("PageDown", last - 4),
    ):
        slider(block).press(key)
        assert_shows(block, chapter.frame(chapter.values[position]).slots)


def test_the_table_shows_no_row_without_numbers(block, chapter):
    seen = at_each_position(
        block,
        """(root) => [...root.querySelectorAll("tbody tr")]
          .filter((row) => getComputedStyle(row).visibility === "visible").length""",
    )
    assert seen == [chapter._length(chapter.frame(value).columns) for value in chapter.values]


def test_a_key_and_a_click_show_the_frame_of_the_place_reached(block, chapter):
    last = len(chapter.values) - 1
    slider(block).press("Home")
    block.page.keyboard.press("ArrowRight")
    assert_shows(block, chapter.frame(chapter.values[1]).slots)
    slider(block).scroll_into_view_if_needed()
    box = slider(block).bounding_box()
    for share in (0.9, 0.35):
        block.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        position = int(slider(block).input_value())
        assert abs(position - share * last) < 1.5
        assert_shows(block, chapter.frame(chapter.values[position]).slots)


@on_two
def test_each_place_on_a_drag_shows_its_frame(block, chapter):
    mouse = block.page.mouse
    slider(block).scroll_into_view_if_needed()
    box = slider(block).bounding_box()
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + 0.1 * box["width"], y)
    mouse.down()
    passed = set()
    for hundredths in range(10, 100, 5):
        mouse.move(box["x"] + hundredths / 100 * box["width"], y)
        position = int(slider(block).input_value())
        assert_shows(block, chapter.frame(chapter.values[position]).slots)
        passed.add(position)
    mouse.up()
    assert len(passed) > min(15, len(chapter.values) / 2)


def test_no_line_ever_reaches_beyond_its_picture_s_frame(block, chapter):
    boxes = """root => [...root.querySelectorAll("svg")].map((svg) =>
      [...svg.querySelectorAll("path[data-set=d], path[data-set=dots]")].map((path) => {
        const box = path.getBBox();
        return [box.x, box.y, box.x + box.width, box.y + box.height];
      }))"""
    for value, pictures in zip(chapter.values, at_each_position(block, boxes), strict=True):
        for axes, lines in zip(chapter._axes, pictures, strict=True):
            left, top, right, bottom = module._frame(axes)
            for x0, y0, x1, y1 in lines:
                assert left - 0.6 <= x0 <= x1 <= right + 0.6, value
                assert top - 0.6 <= y0 <= y1 <= bottom + 0.6, value


def test_no_text_reaches_beyond_its_picture(block):
    beyond = block.evaluate("""root => [...root.querySelectorAll("svg")].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter((text) => {
        const box = text.getBoundingClientRect();
        const room = [box.left - frame.left, frame.right - box.right, box.top - frame.top, frame.bottom - box.bottom];
        return text.textContent && Math.min(...room) < -0.5;
      }).map((text) => text.textContent);
    })""")
    assert beyond == []


def test_a_rate_that_diverges_is_said_to_diverge_in_a_warning(page, site):
    page.goto((site / "notebooks" / "02-gradient-descent.html").as_uri())
    slider(page).press("End")
    message = page.locator(".explorer-message")
    assert message.get_attribute("data-state") == "warning"
    assert "Diverges" in message.inner_text()
    text = message.locator("[data-slot]")
    sign, weight = text.evaluate("e => [getComputedStyle(e, '::before').content, getComputedStyle(e).fontWeight]")
    assert "⚠" in sign
    assert weight == "600"
    slider(page).press("Home")
    assert message.get_attribute("data-state") == "note"
    assert text.evaluate("e => getComputedStyle(e, '::before').content") == "none"


def test_the_message_is_a_polite_live_region_that_is_written_only_when_it_changes(block, chapter):
    message = block.locator(".explorer-message")
    assert message.get_attribute("role") == "status"
    assert message.get_attribute("aria-live") == "polite"
    slider(block).press("End")
    message.evaluate("""element => {
      window.written = 0;
      const options = {childList: true, characterData: true, subtree: true};
      new MutationObserver(() => { window.written += 1; }).observe(element, options);
    }""")
    written = at_each_position(block, "async () => { await new Promise(setTimeout); return window.written; }")
    messages = [chapter.frame(value).message for value in (chapter.values[-1], *chapter.values)]
    changes = [now != before for before, now in pairwise(messages)]
    assert any(changes)
    assert written == list(accumulate(changes))


def test_the_slider_has_the_visible_label_for_a_name_and_the_value_alone_for_its_text(block, chapter):
    assert block.get_by_role("slider", name=chapter.name, exact=True).count() == 1
    label = block.locator(".explorer-label")
    assert label.inner_text().startswith(chapter.name)
    for key, value in (("Home", chapter.values[0]), ("End", chapter.values[-1])):
        slider(block).press(key)
        assert slider(block).get_attribute("aria-valuetext") == chapter.frame(value).readout
    label.click()
    assert slider(block).evaluate("element => element === document.activeElement")


@on_two
def test_the_buttons_move_one_position_and_say_its_value_once(block, chapter):
    smaller, larger = block.get_by_role("button").all()
    said = block.locator(".explorer-said")
    names = chapter.steps or (f"smaller {chapter.name}", f"larger {chapter.name}")
    assert tuple(button.get_attribute("aria-label") for button in (smaller, larger)) == names
    for button in (smaller, larger):
        box = button.bounding_box()
        assert (box["width"], box["height"]) == (44, 44)

    def assert_at(position, told):
        frame = chapter.frame(chapter.values[position])
        assert_shows(block, frame.slots)
        # The message is said with the value, which a slider says by itself.
        assert said.text_content() == (f"{frame.readout}. " if told else "")
        ends = [position in (0, -len(chapter.values)), position in (-1, len(chapter.values) - 1)]
        assert [button.is_disabled() for button in (smaller, larger)] == ends

    slider(block).press("Home")
    assert_at(0, told=False)
    smaller.press("Enter")
    assert_at(0, told=True)
    larger.click()
    assert_at(1, told=True)
    larger.press("Enter")
    assert_at(2, told=True)
    smaller.press("Space")
    assert_at(1, told=True)
    slider(block).press("End")
    assert_at(-1, told=False)
    larger.press("Enter")
    assert_at(-1, told=True)
    smaller.click()
    assert_at(-2, told=True)


def test_the_slider_s_focus_is_seen_whole(block):
    slider(block).press("ArrowRight")
    focus = slider(block).evaluate("""element => {
      const style = getComputedStyle(element), box = element.getBoundingClientRect();
      const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
      let left = 0, right = document.documentElement.clientWidth;
      for (let outer = element.parentElement; outer; outer = outer.parentElement) {
        if (getComputedStyle(outer).overflowX === "visible") continue;
        left = Math.max(left, outer.getBoundingClientRect().left);
        right = Math.min(right, outer.getBoundingClientRect().right);
      }
      return {
        style: style.outlineStyle, width: parseFloat(style.outlineWidth),
        whole: box.left - reach >= left && box.right + reach <= right,
      };
    }""")
    assert focus == {"style": "solid", "width": 3, "whole": True}


def test_the_marks_under_the_slider_are_seen_whole_and_stand_below_their_values(block, chapter):
    outer, track, *marks = block.evaluate("""root => {
      const elements = [root, ...root.querySelectorAll("input, .explorer-marks span")];
      return elements.map((element) => {
        const box = element.getBoundingClientRect();
        return {text: element.innerText, left: box.left, right: box.right};
      });
    }""")
    thumb = 16
    for (value, text), mark in zip(chapter.marks.items(), marks, strict=True):
        assert mark["text"] == text
        assert outer["left"] <= mark["left"] <= mark["right"] <= outer["right"]
        share = chapter.values.index(value) / (len(chapter.values) - 1)
        place = track["left"] + thumb / 2 + share * (track["right"] - track["left"] - thumb)
        assert (mark["left"] + mark["right"]) / 2 == pytest.approx(place, abs=1)


@pytest.fixture(scope="class")
def phone(block):
    """Make the window as small as a phone for all tests of a class, and afterwards as large as it was."""
    before = block.page.viewport_size
    block.page.set_viewport_size({"width": 375, "height": 667})
    yield block.page
    block.page.set_viewport_size(before)


class TestOnAPhone:
    def test_slider_and_message_are_seen_with_each_picture_on_a_phone(self, block, phone):
        for picture in block.locator(".explorer-panels > svg").all():
            # At the lower edge of the screen it has the most room.
            picture.evaluate("e => e.scrollIntoView({block: 'end'})")
            header, controls, message, picture = phone.evaluate(
                """elements => elements.map((e) => {
                  const box = e.getBoundingClientRect();
                  return {top: box.top, bottom: box.bottom};
                })""",
                [
                    phone.locator("#quarto-header").element_handle(),
                    *(block.locator(part).element_handle() for part in (".explorer-slider", ".explorer-message")),
                    picture.element_handle(),
                ],
            )
            assert header["bottom"] <= controls["top"]
            assert controls["bottom"] <= message["top"]
            assert message["bottom"] <= picture["top"]
            assert picture["bottom"] <= 667.5

    def test_nothing_moves_on_a_phone_while_a_message_has_up_to_four_lines(self, block, phone):
        places = at_each_position(
            block,
            """(root) => {
              const message = root.querySelector(".explorer-message"), words = document.createRange();
              words.selectNodeContents(message.querySelector("[data-slot]"));
              const lines = words.getBoundingClientRect().height / parseFloat(getComputedStyle(message).lineHeight);
              return lines < 4.5 && message.getBoundingClientRect().height;
            }""",
        )
        heights = [height for height in places if height]
        assert max(heights) - min(heights) < 0.5

    @on_two
    def test_the_controls_do_not_cover_the_table_on_a_phone(self, block, phone):
        table = block.locator(".explorer-table")
        table.evaluate("e => scrollBy(0, e.getBoundingClientRect().top - 100)")
        controls = block.locator(".explorer-controls").bounding_box()
        assert controls["y"] + controls["height"] <= table.bounding_box()["y"]

    def test_the_marks_under_the_slider_do_not_touch_on_a_phone(self, block, phone):
        marks = block.evaluate("""root => [...root.querySelectorAll(".explorer-marks span")].map((mark) => {
          const box = mark.getBoundingClientRect();
          return [box.left, box.right];
        })""")
        for (_, end), (start, _) in pairwise(marks):
            assert end < start

    def test_at_both_ends_of_the_slider_the_page_does_not_scroll_sideways_on_a_phone(self, block, phone):
        for key in ("Home", "End"):
            slider(block).press(key)
            assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            for left, right in block.evaluate("""root => [...root.querySelectorAll("svg")].map((picture) => {
              const box = picture.getBoundingClientRect();
              return [box.left, box.right];
            })"""):
                assert 0 <= left < right <= 375

    def test_on_a_phone_held_sideways_slider_and_message_stand_beside_each_whole_picture(self, block, phone):
        phone.set_viewport_size({"width": 667, "height": 375})
        seen = block.evaluate("""root => [...root.querySelectorAll(".explorer-panels > svg")].map((picture) => {
          picture.scrollIntoView({block: "end"});
          const places = [document.querySelector("#quarto-header"), root.querySelector(".explorer-controls"), picture];
          return places.map((place) => place.getBoundingClientRect().toJSON());
        })""")
        for header, controls, picture in seen:
            for part in (controls, picture):
                assert header["bottom"] - 0.5 <= part["top"] < part["bottom"] <= 375.5
            assert controls["right"] <= picture["left"]


@on_two
def test_without_a_script_the_pictures_the_message_and_the_table_are_there(browser, address, place, chapter):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        block = block_on(page, place)
        assert not slider(block).is_visible()
        assert not block.locator(".explorer-slider").is_visible()
        assert "needs JavaScript" in block.locator("noscript").inner_text()
        assert block.locator("img").count() == len(chapter.panels)
        for picture in block.locator("img").all():
            assert picture.is_visible()
            assert picture.evaluate("image => image.complete && image.naturalWidth") > 100
        frame = chapter.frame(chapter.start)
        assert block.locator(".explorer-message").inner_text() == frame.message
        assert block.locator(".explorer-message").get_attribute("data-state") == frame.state
        assert [text for text in block.locator("td").all_inner_texts() if text] == [t for t in frame.cells if t]


@on_two
def test_without_a_script_the_slider_is_hidden_on_a_page_with_no_style_of_its_own(browser, chapter):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(chapter._html())
        assert page.locator(".explorer-message").is_visible()
        assert not slider(page).is_visible()


# A finger


@pytest.fixture
def finger(browser, address):
    """Lead a finger some way from a share of the slider's width; gives the block and how far the page has scrolled."""
    with browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(address)
        touch = context.new_cdp_session(page)
        block = page.locator(".explorer").first
        slider(block).scroll_into_view_if_needed()

        def swipe(share, across, down):
            box, before = slider(block).bounding_box(), page.evaluate("scrollY")
            x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
            for step in range(11):
                point = {"x": x + across * step / 10, "y": y + down * step / 10}
                kind = "touchMove" if step else "touchStart"
                touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            page.wait_for_timeout(100)  # the page may still be gliding
            return block, page.evaluate("scrollY") - before

        yield swipe


@on_two
def test_a_finger_that_goes_up_or_down_from_the_slider_scrolls_and_changes_nothing(finger, chapter):
    for share in (0.1, 0.9):
        block, scrolled = finger(share, across=4, down=-200)
        assert scrolled > 100
        assert_shows(block, chapter.frame(chapter.start).slots)
        block, scrolled = finger(share, across=4, down=200)
        assert scrolled < -100
        assert_shows(block, chapter.frame(chapter.start).slots)


@on_two
def test_a_finger_that_goes_along_the_slider_moves_it(finger, chapter):
    block, scrolled = finger(0.1, across=100, down=4)
    assert scrolled == 0
    position = int(slider(block).input_value())
    assert position > 0.3 * (len(chapter.values) - 1)
    assert_shows(block, chapter.frame(chapter.values[position]).slots)


@pytest.fixture
def printed(block):
    block.page.emulate_media(media="print")
    yield block
    block.page.emulate_media(media="screen")


def test_a_printed_page_has_the_pictures_and_the_value_that_they_show_and_nothing_to_move_it(printed):
    assert not slider(printed).is_visible()
    assert not any(button.is_visible() for button in printed.locator("button").all())
    assert printed.locator(".explorer-readout").is_visible()
    assert printed.locator("svg").first.is_visible()
    assert printed.locator(".explorer-message").is_visible()


@on_two
def test_two_explorers_on_a_page_move_apart(page, tmp_path, chapter):
    html = chapter._html()
    path = tmp_path / "two.html"
    path.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Two</title>{html}{html}", encoding="utf-8"
    )
    page.goto(path.as_uri())
    first, second = page.locator(".explorer").all()
    slider(second).press("Home")
    slider(second).press("ArrowRight")
    assert_shows(first, chapter.frame(chapter.start).slots)
    assert_shows(second, chapter.frame(chapter.values[1]).slots)
