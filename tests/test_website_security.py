"""What may run on the website: scripts in files of their own, and nothing else, whatever a text holds."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import finish
import matplotlib.pyplot as plt
import pytest
import scripts
from policy import POLICY

from show import plots, svg
from show.explorer import Explorer, Label, Panel
from show.folded import Folded

ROOT = Path(__file__).resolve().parent.parent
HOME = '<html><head><title>x</title></head><body><header id="title-block-header"></header>{}</body></html>'
EXPLORER_SCRIPT = (ROOT / "show/explorer.js").read_text("utf-8").strip()
SMALLDOCS_SCRIPT = (
    "(function(){var d=document.documentElement,s=null;try{s=localStorage.getItem('smalldocs-scheme')}})();"
)
QUARTO_SCRIPT = '\n  window.document.addEventListener("DOMContentLoaded", function (event) {\n  });\n'


def finished(site: Path, body: str, name: str = "index.html") -> tuple[list[str], str]:
    """The defects of a site with a page of this body, and the finished page."""
    path = site / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOME.format(body), "utf-8")
    return finish.finish(site, site.parent), path.read_text("utf-8")


# Scripts in files


@pytest.mark.parametrize("script", [EXPLORER_SCRIPT, SMALLDOCS_SCRIPT, QUARTO_SCRIPT])
def test_a_script_that_is_known_goes_into_a_file(tmp_path, script):
    defects, page = finished(tmp_path, f"<div><script>{script}</script></div>", "notebooks/a.html")
    assert defects == []
    (address,) = re.findall(r'<div><script src="([^"]*)"(?: defer)?></script></div>', page)
    assert (tmp_path / "notebooks" / address).read_text("utf-8").strip() == script.strip()


def test_one_text_is_one_file(tmp_path):
    finished(tmp_path, f"<script>{EXPLORER_SCRIPT}</script>")
    finished(tmp_path, f"<script>\n{EXPLORER_SCRIPT}\n</script><script>{EXPLORER_SCRIPT}</script>", "notebooks/a.html")
    assert len(list(tmp_path.glob("site_libs/scripts/explorer-*.js"))) == 1


def test_only_the_script_that_chooses_the_theme_holds_the_page_up(tmp_path):
    _, page = finished(tmp_path, f'<script src="x.js"></script><script>{SMALLDOCS_SCRIPT}</script>')
    assert [src for src, waits in re.findall(r'<script(?: defer)? src="([^"]*)"( defer)?', page) if not waits]
    assert '<script defer src="x.js">' in page
    assert re.search(r'<script src="site_libs/scripts/smalldocs-theme-\w+\.js"></script>', page)


@pytest.mark.parametrize(
    "script",
    [
        "<script>alert(1)</script>",
        "<SCRIPT type='text/javascript'>alert(1)</SCRIPT>",
        '<script type="module">alert(1)</script>',
        '<script type="importmap">{"imports": {}}</script>',
        "<svg><script>alert(1)</script></svg>",
        f"<script>{EXPLORER_SCRIPT}; alert(1)</script>",
        "<p onclick='alert(1)'>x</p>",
        '<img src="x.png" onerror="alert(1)">',
        '<a href=" javascript:alert(1)">x</a>',
    ],
)
def test_a_page_with_a_script_that_is_not_known_is_refused(tmp_path, script):
    defects, _ = finished(tmp_path, script)
    assert len(defects) == 1
    assert "index.html" in defects[0]
    assert "script" in defects[0]


def test_data_stays_in_the_page(tmp_path):
    data = '<script type="application/json" class="explorer-frames">[["a"]]</script>'
    defects, page = finished(tmp_path, data)
    assert defects == []
    assert data in page


def test_data_can_stand_in_any_script():
    data = ["</script><!--<script>", "\u2028\u2029", "\"'&`"]
    text = scripts.json_text(data)
    assert json.loads(text) == data
    assert not set(text) & set("<\u2028\u2029")


def test_a_handler_of_a_renderer_becomes_a_call(tmp_path):
    handlers = {
        "smalldocsToggleScheme": "window.smalldocsToggleScheme(); return false;",
        "quartoOpenSearch": "window.quartoOpenSearch();",
        "quartoToggleHeadroom": "if (window.quartoToggleHeadroom) { window.quartoToggleHeadroom(); }",
    }
    defects, page = finished(
        tmp_path, "".join(f'<a href="" onclick="{handler}">x</a>' for handler in handlers.values())
    )
    assert defects == []
    assert re.findall('data-calls="([^"]*)"', page) == list(handlers)
    assert len(re.findall(r'<script src="site_libs/scripts/clicks-\w+\.js" defer>', page)) == 1


@pytest.mark.browser
def test_a_module_becomes_a_plain_script_with_what_it_imports(tmp_path, page):
    (tmp_path / "inner.js").write_text("export async function one() { return 1; }\nexport const two = 2;\n", "utf-8")
    title = "inner.one().then((n) => { document.title = n + inner.two; });"
    outer = f'import * as inner from "./inner.js";\nconst two = 0;\n{title}'
    (tmp_path / "outer.js").write_text(outer, "utf-8")
    defects, _ = finished(tmp_path, '<script src="outer.js" type="module"></script>')
    assert defects == []
    page.goto((tmp_path / "index.html").as_uri())
    assert page.title() == "3"


@pytest.mark.parametrize("line", ['import { x } from "./x.js";', "export default 1;", "export { x };"])
def test_a_module_that_cannot_be_a_plain_script_is_refused(tmp_path, line):
    (tmp_path / "odd.js").write_text(line, "utf-8")
    defects, _ = finished(tmp_path, '<script src="odd.js" type="module"></script>')
    assert "odd.js" in defects[0]
    assert line in defects[0]


# The policy


def test_every_page_has_the_policy_before_all_that_it_is_for(site):
    assert POLICY["default-src"] == "'none'"
    assert POLICY["script-src"] == "'self'"
    content = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    for path in site.rglob("*.html"):
        assert f'<head><meta http-equiv="Content-Security-Policy" content="{content}">' in path.read_text("utf-8"), path


INJECT = """async (patience) => {
  window.ran = [];
  const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
  add("script", { textContent: "ran.push('an inline script')" });
  add("script", { src: "data:text/javascript,ran.push('a data address')" });
  add("div", { innerHTML: "<img src=missing.png onerror=\\"ran.push('a handler')\\">" });
  setTimeout("ran.push('a text')");
  const other = document.createElement("iframe");
  other.srcdoc = "<script>parent.ran.push('another document')</script>";
  document.body.append(other);
  const link = Object.assign(document.createElement("a"), { href: "javascript:ran.push('an address')" });
  document.body.append(link);
  link.click();
  const end = Date.now() + patience;
  while (ran.length < 6 && Date.now() < end) await new Promise((done) => setTimeout(done, 20));
  return ran;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without it"])
def test_no_script_runs_that_came_into_the_page(site, served, browser, policy):
    html = (site / "index.html").read_text("utf-8")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    ran = {}
    with browser.new_context() as context:
        page = context.new_page()
        if not policy:
            page.route("**/index.html", lambda route: route.fulfill(body=bare, content_type="text/html"))
        for address in (served, site.as_uri()):
            page.goto(f"{address}/index.html")
            ran[address] = sorted(page.evaluate(INJECT, 300 if policy else 10_000))
    everything = ["a data address", "a handler", "a text", "an address", "an inline script", "another document"]
    assert ran == dict.fromkeys(ran, [] if policy else everything)


# Hostile texts

HOSTILE = """{}: </script><script>ran.push(1)</script><!--<script <img src=x.png onerror="ran.push(2)"> '&lt;&amp;{{"""
# Every text and every attribute of a page, which is what its reader may see or hear.
SHOWN = """() => [...document.querySelectorAll("html, html *:not(script, style)")].flatMap((element) => [
  ...[...element.attributes].map((attribute) => attribute.value),
  ...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
]).join("\\n")"""


def hostile_notebook(text) -> dict:
    """A notebook that brings text(place) to every place where a text can come from one."""
    with plt.style.context(plots.STYLE):
        figure, axes = plt.subplots()
        axes.set_title(text("plot"))
        figure_html = svg.html(figure, "fig-x", text("caption") + "`\u2028", text("alternative") + "`\u2028")
    plt.close(figure)
    explorer = Explorer(
        run=lambda value: {"x": [value], "label": text("label")},
        values=[1, 2],
        start=1,
        panels=[Panel(text("panel"), text("axis"), "y", (0, 3), (0, 3), [Label("label", 1, 1)], alt=text("alt"))],
        message=lambda value, columns: ("note", text("message") + "`\u2028"),
        table={"x": (text("table"), ".1f")},
        name=text("name"),
        symbol=text("symbol"),
        marks={2: text("mark")},
    )
    folded = Folded(text("summary"), text("lines") + "`\u2028")
    html = [figure_html, explorer._html(), folded._repr_html_()]
    outputs = [{"output_type": "display_data", "data": {"text/html": block}, "metadata": {}} for block in html]
    outputs.append({"output_type": "stream", "name": "stdout", "text": text("print")})
    prose = f"# `{text('title')}`\n\nx\n\n## `{text('heading')}`\n\n`{text('code')}`"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": prose},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "x", "outputs": outputs},
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


@pytest.mark.browser
def test_a_hostile_text_is_shown_and_does_not_run(tmp_path, page):
    for folder in ("website", "show"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    lines = [
        "project: {type: website, post-render: website/finish.py}",
        "website: {search: true, sidebar: {contents: auto}}",
    ]
    tmp_path.joinpath("_quarto.yml").write_text("\n".join(lines), "utf-8")
    tmp_path.joinpath("index.qmd").write_text("---\ntitle: Home\n---\n", "utf-8")
    texts = {}
    notebook = hostile_notebook(lambda place: texts.setdefault(place, HOSTILE.format(place)))
    tmp_path.joinpath("notebooks").mkdir()
    tmp_path.joinpath("notebooks/01-x.ipynb").write_text(json.dumps(notebook), "utf-8")
    subprocess.run([sys.executable, "-m", "smalldocs.cli", "render", tmp_path, "--quiet"], check=True)

    page.goto((tmp_path / "_site/notebooks/01-x.html").as_uri())
    page.locator("#quarto-search input").fill("alternative caption message")
    page.locator(".search-result").first.wait_for()
    shown = page.evaluate(SHOWN)
    assert [place for place, text in texts.items() if text not in shown] == []
