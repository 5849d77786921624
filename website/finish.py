"""The last step of a render, run by Quarto and smalldocs alike: make the site stand on its own.

Figures and formulas become part of the page, web fonts and math libraries are dropped, each chapter offers its
notebook, the search finds what a reader reads, search and scripts work from files too. Then every page, style sheet and
script is read: one request to another host, or one piece of TeX left, fails the build. A second run changes nothing.

After Quarto it needs nothing but Python, after smalldocs the package math-core.
"""

import base64
import html
import json
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from borrowed import bring
from search_index import Tree, rewrite

ELSEWHERE = re.compile(r"\s*(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)  # an address on another host
TEX_LEFT = re.compile(r"\$\$|\\[(\[]|\\[a-zA-Z]+\s*[{_^]|\\(?:partial|nabla|cdot|sigma|alpha|hat)\b")
HARMLESS_LINKS = {"alternate", "author", "canonical", "license", "next", "prev"}  # rel of links that are not loaded
NOT_PROSE = {"annotation", "code", "pre", "script", "style", "textarea"}
OFFLINE_SEARCH = Path(__file__).with_name("offline_search.js")


# Figures, formulas, themes


def inline_figures(page: str) -> str:
    """The page with each SVG figure as an element of it: as an image it would see none of the page's colours."""
    image = r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
    page = re.sub(image, lambda match: inline_svg(match[0]), page)

    def drop_second_id(match: re.Match) -> str:
        places = re.findall(rf'<[a-zA-Z][^<>]*\sid="{re.escape(match["id"])}"', page)
        return match["before"] + match["after"] if len(places) > 1 else match[0]

    # smalldocs gives the cell's label to the cell as well, Quarto does not.
    figure = r'(?P<before><figure class="figure")\s+id="(?P<id>[^"]*)"(?P<after>[^>]*><svg class="figure-img")'
    return re.sub(figure, drop_second_id, page)


def inline_svg(image: str) -> str:
    """The SVG of an <img> that is a figure; any other <img> as it is."""
    given = Tree(image).root.children[0].attributes
    kind, _, data = given.get("src", "").partition(",")
    if "figure-img" not in given.get("class", "").split() or kind != "data:image/svg+xml":
        return image
    svg = re.search(r"""<svg\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*</svg>)""", unquote(data), re.DOTALL)
    alternative = given.get("alt", "")
    if not svg:
        raise ValueError(f"has a figure that is not SVG: {alternative!r}")
    root, drawing = svg.groups()
    if re.search(r"<(?:style|script)\b", drawing):
        raise ValueError(f"has a figure with a style sheet or a script, which would hold for the page: {alternative!r}")
    # matplotlib names an image in a figure after its content: shown twice, it has one id twice. Nothing refers to it.
    drawing = re.sub(r'(<image\b[^>]*?)\sid="[^"]*"', r"\1", drawing)
    root = re.sub(r"""\s(?:class|role|width|height|aria-label)=(?:"[^"]*"|'[^']*')""", "", root)
    size = "".join(f' {name}="{html.escape(given[name])}"' for name in ("width", "height") if name in given)
    name = f'role="img" aria-label="{html.escape(alternative)}"' if alternative else 'aria-hidden="true"'
    return f'<svg class="figure-img" {name}{size}{root}>{drawing}'


def tex_to_mathml(page: str) -> str:
    """The page with the TeX that smalldocs leaves as MathML; ValueError names a formula that cannot be converted."""
    tex_in_span = r'<span class="math (?P<kind>inline|display)">\s*\\[(\[](?P<tex>.*?)\\[)\]]\s*</span>'
    if not re.search(tex_in_span, page, re.DOTALL):
        return page
    from math_core import LatexError, LatexToMathML  # only here: a site that Quarto renders needs no package

    converter = LatexToMathML(fancy_error=False)

    def convert(match: re.Match) -> str:
        tex = html.unescape(match["tex"]).strip()
        try:
            mathml = converter.convert_with_local_state(tex, displaystyle=match["kind"] == "display")
        except LatexError as error:
            raise ValueError(f"cannot convert the formula {tex!r}: {' '.join(str(error).split())}") from None
        return f'<span class="math {match["kind"]}">{mathml}</span>'

    return re.sub(tex_in_span, convert, page, flags=re.DOTALL)


def wrap_mathml(page: str) -> str:
    """The page with the MathML that Quarto writes in the same spans as that of smalldocs; the styles hold for those."""
    kinds = {"inline": "inline", "block": "display"}
    return re.sub(
        r'(?<!<span class="math inline">)(?<!<span class="math display">)<math display="(inline|block)".*?</math>',
        lambda match: f'<span class="math {kinds[match[1]]}">{match[0]}</span>',
        page,
        flags=re.DOTALL,
    )


def keep_punctuation(page: str) -> str:
    """The page with each formula and the punctuation that touches it in one piece: a line may break between them."""
    if 'class="unbroken"' in page:
        return page
    formula = r'<span class="math inline">(?:(?!</span>).)*</span>'
    touching = rf"([(\[“‘]*{formula}[.,;:?!)\]”’]+|[(\[“‘]+{formula})"
    return re.sub(touching, r'<span class="unbroken">\1</span>', page, flags=re.DOTALL)


def drop_math_library(page: str) -> str:
    """The page without the tags that load KaTeX or MathJax: MathML needs neither."""
    page = re.sub(r"<script\b[^>]*\b(?:katex|mathjax)\b[^>]*>\s*</script>\s*", "", page, flags=re.IGNORECASE)
    return re.sub(r"<link\b[^>]*\b(?:katex|mathjax)\b[^>]*>\s*", "", page, flags=re.IGNORECASE)


def theme_by_script(page: str) -> str:
    """The page with a dark theme only where scripts run: it takes one to give the text its colours for the dark."""
    return re.sub(r'(<link\b[^>]*\(prefers-color-scheme: dark\))(?=")', r"\1 and (scripting: enabled)", page)


def drop_web_fonts(css: str) -> str:
    """The style sheet without imports from Google Fonts, which most themes carry; the fonts of the system stand in."""
    host = r"https?://fonts\.googleapis\.com/"
    return re.sub(rf"""@import\s*(?:url\(\s*["']?{host}[^)]*\)|["']{host}[^"']*["'])[^;]*;""", "", css)


# Notebooks, search, and scripts in pages opened from files


def name_index_pages(page: str) -> str:
    """The page with links to folders leading to their index.html: from files, a folder opens as a list of files."""
    return re.sub(r'(<a\b[^>]*\bhref="(?:\.{1,2}/)+)"', r'\1index.html"', page)


def add_download(page: str, notebook: str) -> str:
    """The page with a link to the notebook it was made from, at the end of its title block."""
    if 'class="download-notebook"' in page:
        return page
    link = f'<p class="download-notebook"><a href="{notebook}" download>Download this notebook</a></p>'
    done, count = re.subn(
        r'(<header\b[^>]*\bid="title-block-header".*?)(</header>)',
        lambda match: f"{match[1]}{link}\n{match[2]}",
        page,
        count=1,
        flags=re.DOTALL,
    )
    if not count:
        raise ValueError("has no title block: the notebook's first cell must start with '# Title'")
    return done


def add_offline_search(page: str) -> str:
    """The page with the script that lets search work when the site is opened from files."""
    if 'id="offline-search"' in page:
        return page
    return page.replace(
        "</head>", f'<script id="offline-search">\n{OFFLINE_SEARCH.read_text("utf-8")}</script>\n</head>', 1
    )


def module_as_data(path: Path) -> str:
    """A module, with the modules it imports inside it, as a data address."""
    source = re.sub(
        r'(\bfrom\s*")(\.{1,2}/[^"]+)"',
        lambda match: f'{match[1]}{module_as_data(path.parent / match[2])}"',
        path.read_text("utf-8"),
    )
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"


def embed_modules(page: str, folder: Path) -> str:
    """The page with its module scripts inside it: opened from a file, it may not load them from beside it."""
    return re.sub(
        r'(<script\b[^>]*\bsrc=")([^":]+)("[^>]*\btype="module")',
        lambda match: match[1] + module_as_data(folder / match[2]) + match[3],
        page,
    )


# Nothing from another host


def requests_in_css(css: str) -> list[str]:
    """Addresses on other hosts that a style sheet would load."""
    addresses = re.findall(r"""url\(\s*["']?([^"')]*)|@import\s*["']([^"']*)""", css)
    return [address for pair in addresses for address in pair if ELSEWHERE.match(address)]


def requests_in_script(script: str) -> list[str]:
    """Addresses on other hosts that a script would load, as far as they stand in it as plain text."""
    loading = (
        r"\.open\(\s*[\"']\w+[\"']\s*,\s*"
        r"|\b(?:fetch|import|importScripts|open|sendBeacon|EventSource|WebSocket|Worker)\s*\(\s*"
        r"|\bimport\s*|\bfrom\s*|\.(?:src|href)\s*=\s*"
    )
    return [a for a in re.findall(rf"(?:{loading})[\"'`]([^\"'`]*)", script) if ELSEWHERE.match(a)]


class Page(HTMLParser):
    """Reads a page for two kinds of defect: requests to other hosts, and TeX in the text."""

    def __init__(self, page: str):
        super().__init__()
        self.defects: list[str] = []
        self.open_tags: list[str] = []
        self.script_type = ""
        self.feed(page)
        self.close()

    def requests(self, addresses: list[str], where: str) -> None:
        self.defects += [f"{where} requests {address.strip()}" for address in addresses if ELSEWHERE.match(address)]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        loads = ["src", "srcset", "imagesrcset", "poster", "background", "data", "manifest", "ping"]
        harmless = tag == "link" and set(given.get("rel", "").lower().split()) <= HARMLESS_LINKS
        if tag not in ("a", "area") and not harmless:
            loads += ["href", "xlink:href"]
        for name in loads:
            candidates = given.get(name, "")
            several = name in ("srcset", "imagesrcset", "ping")
            self.requests(re.split(r"[\s,]+", candidates) if several else [candidates], f"<{tag} {name}>")
        self.requests(requests_in_css(given.get("style", "")), f"<{tag} style>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.requests([given.get("content", "").partition("=")[2]], "<meta refresh>")
        if "srcdoc" in given:
            self.defects += Page(given["srcdoc"]).defects
        for name, value in given.items():
            if name.startswith("on"):
                self.requests(requests_in_script(value), f"<{tag} {name}>")
        if tag in NOT_PROSE:
            self.open_tags.append(tag)
            self.script_type = given.get("type", "") if tag == "script" else self.script_type

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            del self.open_tags[len(self.open_tags) - 1 - self.open_tags[::-1].index(tag) :]

    def handle_data(self, text: str) -> None:
        inside = self.open_tags[-1] if self.open_tags else ""
        if inside == "script":
            importmap = re.findall(r'"([^"]*)"', text) if self.script_type == "importmap" else []
            self.requests(requests_in_script(text) + importmap, "a script")
        elif inside == "style":
            self.requests(requests_in_css(text), "a style")
        elif not inside and (found := TEX_LEFT.search(text)):
            self.defects.append(
                f"TeX is left in the text: {text[max(0, found.start() - 20) : found.end() + 20].strip()!r}"
            )


# The whole site


def finish(site: Path, project: Path) -> list[str]:
    """Finish the rendered site in place; returns its defects, each with the file it is in."""
    defects = []
    index = site / "search.json"
    finished = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        before = page = path.read_text("utf-8")
        try:
            page = wrap_mathml(tex_to_mathml(drop_math_library(bring(page, project))))
            page = keep_punctuation(inline_figures(theme_by_script(page)))
            page = embed_modules(name_index_pages(page), path.parent)
            notebook = project / name.with_suffix(".ipynb")
            if notebook.is_file():
                shutil.copyfile(notebook, path.with_suffix(".ipynb"))
                page = add_download(page, notebook.name)
            if index.is_file():
                page = add_offline_search(page)
        except ValueError as error:
            defects.append(f"{name} {error}")
        if page != before:
            path.write_text(page, "utf-8")
        finished[name.as_posix()] = page
        defects += [f"{name}: {defect}" for defect in Page(page).defects]

    if index.is_file():
        entries = json.loads(index.read_text("utf-8"))
        defects += rewrite(entries, finished)
        written = json.dumps(entries, ensure_ascii=False)
        index.write_text(written, "utf-8")
        site.joinpath("search.js").write_text(f"window.searchIndex = {written};\n", "utf-8")

    for path in sorted(site.rglob("*.css")):
        css = path.read_text("utf-8")
        local = drop_web_fonts(css)
        if local != css:
            path.write_text(local, "utf-8")
        defects += [f"{path.relative_to(site)}: requests {address}" for address in requests_in_css(local)]

    for path in sorted({*site.rglob("*.js"), *site.rglob("*.mjs")} - {site / "search.js"}):
        addresses = requests_in_script(path.read_text("utf-8"))
        defects += [f"{path.relative_to(site)}: requests {address}" for address in addresses]
    return defects


if __name__ == "__main__":
    # Both renderers start this in the project's folder and name the output in this variable.
    defects = finish(Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")), Path.cwd())
    for defect in defects:
        print(f"error: {defect}", file=sys.stderr)
    sys.exit(1 if defects else 0)
