"""Which tests run where, and fixtures for the website: the rendered site, and a browser that stays offline."""

import contextlib
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "website"))

# Each worker and each kernel has one core: threads that multiply matrices would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# All tests on a chapter run in one process, which executes the chapter once for all of them.
ON_CHAPTERS = {"test_explorer", "test_explorer_browser", "test_exercises", "test_rerun"}
WITH = {
    "test_answers_on_page": "chapter 5",  # some answers to its exercises build on what it computes
    "test_corrections": "several chapters",
    "test_reference": "several chapters",
}
CHAPTER = re.compile(r"claims/test_chapter_(\d+)|\[(\d+)[-.]")  # in the name of a test
# The longest start first, so that no core waits at the end.
FIRST = ["chapter 10", "test_jupyterlab", "chapter 8", "chapter 9", "test_website", "10-what-is-its-accuracy-worth"]
FIRST += [f"chapter {number}" for number in (5, 7, 6, 4, 3, 2, 1)]


def together(nodeid):
    """The name of what runs in one process with this test: a chapter, or its own file."""
    path = Path(nodeid.partition("::")[0])
    if path.stem in ON_CHAPTERS or path.parent.name == "claims":
        number = CHAPTER.search(nodeid)
        return f"chapter {int(number[1] or number[2])}" if number else "several chapters"
    return WITH.get(path.stem, path.stem)


FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items):
    place = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(together(item.nodeid), len(FIRST)))


@pytest.hookimpl(optionalhook=True)  # optional: it is xdist's
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return together(nodeid)

    config.option.loadscopereorder = False  # it would begin with the most tests, not with the longest
    return Scheduling(config, log)


def render(output: Path) -> subprocess.CompletedProcess:
    """Run website/render.py as `make site` does, into the folder output."""
    command = [sys.executable, ROOT / "website" / "render.py", "--output", output]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered site; rendered once, by whichever test process asks first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    output, log = shared / "site", shared / "render.log"
    try:
        (shared / "rendering").mkdir()
    except FileExistsError:
        for _ in range(1200):
            if log.exists():
                break
            time.sleep(0.1)
    else:
        run = render(output)
        log.with_suffix(".part").write_text(run.stdout + run.stderr, "utf-8")
        log.with_suffix(".part").rename(log)
    assert (output / "index.html").is_file(), f"the site was not rendered:\n{log.read_text('utf-8')}"
    return output


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(site: Path):
    """The address of the rendered site on a local server."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def chromium(playwright) -> str | None:
    """Path of a Chromium: the one named by CHROMIUM, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named) or pytest.fail(f"CHROMIUM={named} is not a program that can be run")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, closed at the end of the module: its event loop must not outlive the tests that use it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = chromium(playwright)
        if path is None:
            advice = "no Chromium: install the package chromium, or run `playwright install chromium`, or set CHROMIUM"
            (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(advice)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        running = playwright.chromium.launch(executable_path=path, args=FLAGS + ["--no-sandbox"] * root)
        yield running
        running.close()


def is_local(url: str) -> bool:
    """Whether a browser gets this address without leaving the machine."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"


@contextlib.contextmanager
def watched_page(browser, faults):
    """A new page that notes a console error, an error in a script, and a request to another host."""
    with browser.new_context(reduced_motion="reduce") as context:  # a page that glides to its place takes a second
        new_page = context.new_page()

        def fault(what: str) -> None:
            faults.append(f"{new_page.url}: {what}")

        context.on("request", lambda request: is_local(request.url) or fault(f"requests {request.url}"))
        new_page.on("websocket", lambda socket: is_local(socket.url) or fault(f"opens {socket.url}"))
        new_page.on("console", lambda message: message.type == "error" and fault(message.text))
        new_page.on("pageerror", lambda error: fault(str(error)))
        yield new_page
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(browser):
    """A new page that fails its test on an error or a request to another host."""
    with watched_page(browser, []) as new_page:
        yield new_page


@pytest.fixture(scope="module")
def faults():
    """What has gone wrong on the lasting page."""
    return []


@pytest.fixture(scope="module")
def lasting_page(browser, faults):
    """The same for all tests of a module, which need not open everything again."""
    with watched_page(browser, faults) as new_page:
        yield new_page
