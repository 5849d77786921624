"""What a reader's browser loads for a page, and what the site publishes: nothing for nothing."""

import gzip
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from weight import Names, drop_unused_scripts, lighten, statements, used_rules

KB = 1000
BUDGETS = {"index.html": 150 * KB}  # with everything that the page loads, compressed as servers do it
OTHER_PAGES = 200 * KB


@pytest.mark.browser
def test_no_page_loads_more_than_its_budget(site, page):
    """Run with -s to see the table."""
    requested = []
    page.on("request", lambda request: requested.append(Path(unquote(urlsplit(request.url).path))))
    weights = {}
    for path in sorted(site.rglob("*.html")):
        requested.clear()
        page.goto(path.as_uri())
        files = {file for file in requested if file.is_file()}
        assert path in files
        name = path.relative_to(site).as_posix()
        weights[name] = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
        print(f"{name:50} {len(files):3} files {weights[name] / KB:6.1f} KB")
        assert not {file.name for file in files} & {"search.json", "search.js"}, "the index waits for a search"
    assert {name: size for name, size in weights.items() if size > BUDGETS.get(name, OTHER_PAGES)} == {}


@pytest.mark.parametrize("name", ["bootstrap.min.js", "bootstrap.bundle.min.js"])
def test_a_page_with_nothing_to_fold_needs_no_script_for_it(name):
    script = f'<script src="../site_libs/bootstrap/{name}" defer></script>'
    style = '<style>[data-bs-theme="dark"] { color: white }</style>'
    assert drop_unused_scripts(f"{style}{script}<p>x</p>") == f"{style}<p>x</p>"
    button = '<button data-bs-toggle="collapse" data-bs-target="#x">x</button>'
    assert drop_unused_scripts(script + button) == script + button


def test_an_icon_that_is_not_drawn_is_named_with_its_page(tmp_path):
    tmp_path.joinpath("site_libs").mkdir()
    page = '<i class="bi bi-search"></i><i class="bi bi-emoji-smile"></i>'
    (defect,) = lighten(tmp_path, {"index.html": page})
    assert "index.html" in defect
    assert "emoji-smile" in defect


def test_every_published_library_is_used_by_a_page(site):
    texts = [path.read_text("utf-8") for kind in ("html", "css", "js") for path in site.rglob(f"*.{kind}")]
    libraries = [path for path in site.joinpath("site_libs").rglob("*") if path.is_file() and path.name != "LICENSE"]
    assert [path for path in libraries if not any(path.name in text for text in texts)] == []
    assert libraries


def test_nothing_is_published_that_only_makes_the_site(site):
    published = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert published <= {".html", ".css", ".js", ".json", ".ipynb", ".svg", ".png", ".zip", ".xml", ".txt", ""}
    assert {path.suffix for path in site.joinpath("website").iterdir()} == {".css", ".svg"}


def test_every_image_has_its_width_and_its_height(site):
    images = [image for path in site.rglob("*.html") for image in re.findall(r"<img\b[^>]*>", path.read_text("utf-8"))]
    assert [image[:80] for image in images if not re.search(r"\bwidth=.*\bheight=", image)] == []


# Style rules


@pytest.fixture
def names():
    return Names(['<p class="a b" id="c">.nothing</p>', "<i class='d'></i>"], ['add("e"); add(`tip-${side}`)'])


@pytest.mark.parametrize(
    "rule",
    [
        "p{x:y}",
        ".a{x:y}",
        "#c .b:hover>p::before{x:y}",
        ".e{x:y}",
        ".tip-left{x:y}",
        ".a:not(.gone){x:y}",
        ".a:is(.gone,.b:not(.gone)){x:y}",
        '[class*=".gone"]{x:y}',
        ':root{--x:url("data:image/svg+xml,{.gone}")}',
        "@font-face{src:url(a.woff)}",
        "@keyframes gone{0%{x:y}100%{x:y}}",
        '@charset "utf-8";',
        "/*! licence of {these} rules */",
        "@media print{.a{x:y}.b{x:y}}",
    ],
)
def test_a_rule_that_may_hold_for_something_is_kept(names, rule):
    assert used_rules(rule, names) == rule


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".gone{x:y}p{x:y}", "p{x:y}"),
        (".a.gone,.a .b{x:y}", ".a .b{x:y}"),
        ("#gone{x:y}", ""),
        (".nothing{x:y}", ""),
        (r".a\:b{x:y}", ""),
        ("@media print{.gone{x:y}}p{x:y}", "p{x:y}"),
        ("@supports (x:y){@media print{.gone{x:y}.a{x:y}}}", "@supports (x:y){@media print{.a{x:y}}}"),
        ("/* said */p{/* why */x:y}", "p{x:y}"),
    ],
)
def test_a_rule_that_holds_for_nothing_is_dropped(names, css, kept):
    assert used_rules(css, names) == kept


def test_a_style_sheet_falls_into_all_its_statements(site):
    for sheet in site.joinpath("site_libs").rglob("*.css"):
        css = sheet.read_text("utf-8")
        written = "".join(before if block is None else f"{before}{{{block}}}" for before, block in statements(css))
        assert "".join(written.split()) == "".join(css.split()), sheet.name
