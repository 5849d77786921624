"""A real JupyterLab: Run All in a chapter, every chapter's explorer with a kernel, and the stored one without."""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen

import explorers
import nbformat
import pytest

pytestmark = pytest.mark.browser

CHAPTER_2 = next(path for path in explorers.NOTEBOOKS if path.name.startswith("02-"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TOKEN = "a-token-for-these-tests"


def write(path, **content):
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")


class Server:
    """A running JupyterLab on copies of the notebooks, with settings of its own."""

    def __init__(self, folder):
        self.log = folder / "log.txt"
        self.notebooks = folder / "notebooks"
        shutil.copytree(explorers.NOTEBOOKS[0].parent, self.notebooks, ignore=shutil.ignore_patterns(".*"))
        # Neither the user's settings nor EXPLORER=static, with which `make test` runs.
        self.environment = {name: value for name, value in os.environ.items() if name != "EXPLORER"}
        for name in (
            "JUPYTER_CONFIG",
            "JUPYTER_DATA",
            "JUPYTER_RUNTIME",
            "JUPYTERLAB_SETTINGS",
            "JUPYTERLAB_WORKSPACES",
        ):
            self.environment[f"{name}_DIR"] = str(folder / name)
        self.environment["IPYTHONDIR"] = str(folder / "ipython")
        # The debugger complains in the page's console when a kernel ends before it has asked all it wants to know.
        extensions = {"@jupyterlab/debugger-extension": True}
        write(folder / "JUPYTER_CONFIG/labconfig/page_config.json", disabledExtensions=extensions)
        notifications = "JUPYTERLAB_SETTINGS/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
        write(folder / notifications, fetchNews="false", checkForUpdates=False)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def run(self):
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.address.rpartition(":")[2],
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.root_dir": self.notebooks,
            "ServerApp.allow_root": True,
            "ServerApp.terminals_enabled": False,
            "IdentityProvider.token": TOKEN,
            "LabApp.expose_app_in_browser": True,
        }
        command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
        with (
            self.log.open("w") as log,
            subprocess.Popen(command, env=self.environment, cwd=self.notebooks, stdout=log, stderr=log) as process,
        ):
            try:
                self.wait_until_it_answers(process)
                yield self
                self.ask("POST", "shutdown")  # ends the kernels too
                process.wait(30)
            finally:
                process.terminate()

    def wait_until_it_answers(self, process):
        for _ in range(600):
            try:
                return self.ask("GET", "status")
            except OSError:
                assert process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def ask(self, method, path, content=None):
        """The answer of the server's own interface."""
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        body = None if content is None else json.dumps(content).encode()
        with urlopen(Request(f"{self.address}/api/{path}", body, headers, method=method), timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def trust(self, name):
        command = [sys.executable, "-m", "nbformat.sign", name]
        subprocess.run(command, cwd=self.notebooks, env=self.environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from Server(tmp_path_factory.mktemp("jupyterlab")).run()


def number(text):
    """A number as a slider shows it: with a minus sign, not a hyphen."""
    return float(text.replace("−", "-"))


class Notebook:
    """A notebook open in JupyterLab in a browser."""

    def __init__(self, server, page, name):
        self.server, self.page, self.name = server, page, name
        self.n = 0  # the explorer that explorer_cell is about, counted from 0
        self.panel = page.locator(".jp-NotebookPanel:visible")
        # The kernel first: a page that finds one does not wait for its own.
        session = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        self.session = server.ask("POST", "sessions", session)

    def open(self):
        if self.page.url.startswith(self.server.address):
            self.page.evaluate(
                "async path => { await jupyterapp.commands.execute('docmanager:open', {path}); }", self.name
            )
        else:
            self.page.goto(f"{self.server.address}/lab/tree/{self.name}?reset&token={TOKEN}")
        self.panel.locator(".jp-CodeCell").first.wait_for()
        self.wait_for(lambda: self.kernel()["connections"] > 0 and self.kernel()["execution_state"] == "idle")
        return self

    def close(self):
        self.page.evaluate("jupyterapp.shell.currentWidget.dispose()")  # the tab, without asking whether to save
        self.server.ask("DELETE", f"sessions/{self.session['id']}")

    def kernel(self):
        return self.server.ask("GET", f"kernels/{self.session['kernel']['id']}")

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{self.name}: waited {seconds} seconds in vain"
            self.page.wait_for_timeout(20)

    def cells(self):
        """The code cells as JupyterLab holds them, with the outputs that it would store."""
        model = self.page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON()")
        return [cell for cell in model["cells"] if cell["cell_type"] == "code"]

    @property
    def explorer_cell(self):
        return self.panel.locator(".jp-CodeCell").filter(has=self.page.locator(".explorer")).nth(self.n)

    @property
    def handle(self):
        return self.explorer_cell.locator(".widget-slider .noUi-handle")

    def selected(self):
        return self.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex")

    def readout(self):
        return self.explorer_cell.locator(".widget-readout").inner_text()

    def live_value(self, explorer):
        """The value that the live slider shows: where its handle stands, or the static value half a step away."""
        stands_at = float(self.handle.get_attribute("aria-valuetext"))
        assert number(self.readout()) == float(f"{stands_at:{explorer.number}}")
        half_a_step = explorer.widget().children[1].step / 2
        return next((static for static in explorer.values if abs(static - stands_at) <= half_a_step), stands_at)

    def value_once_shown(self, explorer):
        """Wait until every text, number and outline is that of the live slider's value; return the value."""

        def shown():
            value = self.live_value(explorer)
            self.assert_shows(explorer.frame(value).slots)
            return value

        return self.once_it_holds(shown)

    def assert_shows(self, frame):
        """The live slider shows a frame, given as the texts of its slots."""
        assert number(self.readout()) == number(frame[0].rpartition("= ")[2])
        # Slot 0 is the readout, for which the live slider has its own.
        explorers.assert_shows(self.explorer_cell, frame, range(1, len(frame)))

    def assert_shows_less_than(self, frame):
        """The live slider has a smaller value than in a frame, and what it shows has followed."""
        assert number(self.readout()) < number(frame[0].rpartition("= ")[2])
        found = [tuple(slot) for slot in self.explorer_cell.evaluate(explorers.SLOTS)]
        assert found != explorers.wanted(frame, found)

    def once_it_holds(self, check, seconds=30):
        """What a check returns, once it no longer fails."""
        end = time.monotonic() + seconds
        while True:
            try:
                return check()
            except (AssertionError, ValueError):  # ValueError: an empty readout, whose cell is only just in view
                if time.monotonic() > end:
                    raise
            self.page.wait_for_timeout(20)

    def assert_it_ran_without_an_error(self, num_explorers=1):
        cells = self.cells()
        assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
        outputs = [output for cell in cells for output in cell["outputs"]]
        wrong = [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
        assert wrong == []
        assert sum(WIDGET_VIEW in output.get("data", {}) for output in outputs) == num_explorers

    def assert_its_slider_is_live(self):
        self.handle.wait_for()
        self.handle.scroll_into_view_if_needed()
        assert self.explorer_cell.locator(".noUi-handle").count() == 1
        assert self.explorer_cell.locator("input[type=range]").count() == 0
        assert self.explorer_cell.locator(".jp-OutputArea-output").count() == 1


@pytest.fixture
def open_notebook(server, lasting_page):
    """Open a notebook by its name; its kernel ends with the test, or when the next one is opened."""
    opened = []

    def close():
        while opened:
            opened.pop().close()

    def open_notebook(name):
        close()
        opened.append(Notebook(server, lasting_page, name))
        return opened[-1].open()

    yield open_notebook
    close()


def test_run_all_gives_chapter_2_a_live_slider_that_moves_by_keyboard_and_mouse(open_notebook):
    explorer = explorers.of(CHAPTER_2)
    notebook = open_notebook(CHAPTER_2.name)
    notebook.page.locator(".lm-MenuBar-item", has_text="Run").click()
    notebook.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    notebook.assert_its_slider_is_live()
    notebook.wait_for(lambda: notebook.kernel()["execution_state"] == "idle")
    assert notebook.value_once_shown(explorer) == 0.2

    notebook.handle.press("ArrowRight")
    notebook.handle.press("ArrowLeft")
    before = notebook.selected()
    for key, value in (("ArrowRight", 0.2001), ("ArrowRight", 0.2002), ("ArrowLeft", 0.2001)):
        notebook.handle.press(key)
        notebook.wait_for(lambda value=value: math.isclose(notebook.value_once_shown(explorer), value, abs_tol=1e-9))
    assert notebook.selected() == before

    notebook.handle.press("End")
    notebook.wait_for(lambda: notebook.value_once_shown(explorer) == 0.4)
    message = notebook.explorer_cell.locator(".explorer-message")
    assert message.get_attribute("data-state") == "warning"
    assert "Diverges" in message.inner_text()

    track, mouse, before = notebook.explorer_cell.locator(".noUi-base").bounding_box(), notebook.page.mouse, 0.4
    height = track["y"] + track["height"] / 2
    mouse.move(track["x"] + track["width"], height)
    mouse.down()
    for share in (0.8, 0.55, 0.3, 0.05):
        mouse.move(track["x"] + share * track["width"], height, steps=3)
        place = pytest.approx(0.01 + share * 0.39, abs=0.01)
        notebook.wait_for(lambda place=place: notebook.value_once_shown(explorer) == place)
    mouse.up()
    notebook.assert_it_ran_without_an_error()


def test_the_slider_of_every_explorer_is_live_and_shows_its_frames(server, open_notebook, subtests):
    # All in one notebook, for what the other cells of a chapter do in a kernel nbval has seen. Chapter 10 trains for
    # longer than all others together; its kind of slider, over values alone, is chapter 9's too.
    tried = [place for place in explorers.ALL if not place[0].stem.startswith("10-")]
    notebook = nbformat.v4.new_notebook()
    sources = [f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import explorers"]
    sources += [f"explorers.short(*explorers.ALL[{n}])" for n in range(len(tried))]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, server.notebooks / "explorers.ipynb")
    notebook = open_notebook("explorers.ipynb")
    notebook.page.evaluate("async () => { await jupyterapp.commands.execute('notebook:run-all-cells'); }")
    notebook.assert_it_ran_without_an_error(len(tried))
    stored = [explorers.stored(path)[n] for path, n in tried]
    for notebook.n, (place, block) in enumerate(zip(tried, stored, strict=True)):
        with subtests.test(explorers.name(place)):
            frames = explorers.frames(block)
            notebook.assert_its_slider_is_live()
            for key, position in (("Home", 0), ("End", -1)):
                notebook.handle.press(key)
                notebook.once_it_holds(partial(notebook.assert_shows, frames[position]))
            for _ in range(2):  # the first step may be shorter than half of one
                notebook.handle.press("ArrowLeft")
            notebook.once_it_holds(partial(notebook.assert_shows_less_than, frames[-1]))


def test_the_stored_block_of_a_trusted_notebook_moves_by_keyboard_and_keeps_the_keys(server, open_notebook):
    explorer = explorers.of(CHAPTER_2)
    server.trust(CHAPTER_2.name)
    notebook = open_notebook(CHAPTER_2.name)
    slider = notebook.explorer_cell.locator("input[type=range]")
    slider.press("Home")
    selected = notebook.selected()
    for key, position in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowDown", 1), ("PageUp", 5), ("End", -1)):
        slider.press(key)
        explorers.assert_shows(notebook.explorer_cell, explorer.frame(explorer.values[position]).slots)
        assert notebook.selected() == selected
        assert slider.evaluate("element => element === document.activeElement")


def test_an_untrusted_notebook_shows_the_pictures_the_message_and_the_table(server, open_notebook):
    explorer = explorers.of(CHAPTER_2)
    frame = explorer.frame(explorer.start)
    text = CHAPTER_2.read_text(encoding="utf-8")
    (server.notebooks / "changed.ipynb").write_text(text.replace("You will", "We will"), encoding="utf-8")
    notebook = open_notebook("changed.ipynb")
    output = notebook.panel.locator(".jp-OutputArea-output").filter(has_text=frame.message)
    output.scroll_into_view_if_needed()
    assert output.locator("script, style, svg").count() == 0
    assert output.locator("img").count() == len(explorer.panels)
    for picture in output.locator("img").all():
        assert picture.is_visible()
        assert picture.evaluate("image => image.naturalWidth") > 100
    assert [text for text in output.locator("td").all_inner_texts() if text] == [text for text in frame.cells if text]
    assert all(slider.is_disabled() for slider in output.locator("input").all())
    notebook.panel.get_by_text("Not attempted yet.").first.scroll_into_view_if_needed()
    forms = notebook.panel.locator(".exercise-form")  # for the website: here one answers in the cell
    assert forms.count() > 0
    assert not any(form.is_visible() for form in forms.all())
