"""Where a reader is: numbers on the chapters, what a page offers under its title, and what others show of a link to it.

A chapter's number is that in the name of its file, and stands nowhere else. A page's description is the question that
its first paragraph asks. Two addresses come from _quarto.yml, if they are there: site-url, for pictures in links that
others show, and repo-url, for running a chapter on Binder.
"""

import html
import json
import re
import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from search_index import Element, Tree, one_line, text

PICTURE = Path("images/explorer.png")


def orient(page: str, name: Path, site: Path, project: Path) -> str:
    """The page, of this name in the site, with everything below."""
    if (project / name.with_suffix(".ipynb")).is_file():
        page = offer_under_the_title(page, name, project)
    if name.name != "index.html":  # the home page has its slider there
        page = fold_contents(page)
    return describe(title_in_the_bar(number_chapters(page, name)), name, site, project)


def setting(project: Path, name: str) -> str:
    """The value of a key in _quarto.yml that stands on one line; empty if it is not there."""
    configuration = project / "_quarto.yml"
    lines = configuration.read_text("utf-8") if configuration.is_file() else ""
    found = re.search(rf"""(?m)^\s+{name}:\s*["']?([^"'\s#]+)""", lines)
    return found[1].rstrip("/") if found else ""


def number_of(address: str) -> str:
    """The number of the chapter that an address leads to; empty if it is no chapter."""
    found = re.match(r"0*(\d+)-", PurePosixPath(address).name)
    return found[1] if found else ""


def number_chapters(page: str, name: Path) -> str:
    """The page with each chapter's number before its name: in the navigation and in the page's own title."""
    if 'class="chapter-number"' in page:
        return page

    def before_the_name(link: re.Match) -> str:
        number = number_of(link["address"])
        return f'{link[0]}<span class="chapter-number">{number}</span> ' if number else link[0]

    names = r'(?:(?!</a>).)*?<span class="(?:menu-text|nav-page-text)">'
    page = re.sub(rf'<a\b[^>]*\bhref="(?P<address>[^"#]*)"[^>]*>{names}', before_the_name, page, flags=re.DOTALL)
    # Quarto labels a link with its text, and the label would hide the number.
    page = re.sub(r'(<a\b[^>]*\bclass="pagination-link")\s+aria-label="[^"]*"', r"\1", page)
    if number := number_of(name.name):
        page = re.sub(r"<title>", rf"\g<0>{number} ", page, count=1)
        # On a phone Quarto shows the title in a second place.
        page = re.sub(r"<h1\b[^>]*>", rf'\g<0><span class="chapter-number">{number}</span> ', page)
    return page


def title_in_the_bar(page: str) -> str:
    """The page with its title beside the menu's button, as Quarto has it; a screen reader has the heading."""
    title = re.search(r'<h1 class="title">(.*?)</h1>', page, re.DOTALL)
    if not title or 'quarto-secondary-nav-title"' in page:
        return page
    words = f'<span class="quarto-secondary-nav-title" aria-hidden="true">{title[1]}</span>'
    button = r'<nav\b[^>]*\bclass="quarto-secondary-nav".*?</button>'
    return re.sub(button, lambda found: found[0] + words, page, count=1, flags=re.DOTALL)


def reading_minutes(notebook: Path) -> int:
    """How long a chapter takes without its exercises, to the nearest five minutes.

    A minute for 120 words, for six lines of code, and for a prediction; what is folded does not count.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    prose = "\n".join(source for kind, source in sources if kind == "markdown")
    prose = re.sub(r"^## Try it$.*?(?=^## )|<details>.*?</details>", "", prose, flags=re.DOTALL | re.MULTILINE)
    folded_or_exercise = re.compile(r'^#\| code-fold: true$|^check\("', re.MULTILINE)
    shown = "\n".join(source for kind, source in sources if kind == "code" and not folded_or_exercise.search(source))
    lines = sum(bool(line.strip()) for line in shown.splitlines())
    minutes = len(prose.split()) / 120 + lines / 6 + prose.count("**Predict first.**")
    return 5 * round(minutes / 5)


def on_binder(notebook: Path, project: Path) -> str:
    """The address that opens a notebook on Binder; empty if _quarto.yml names no repository on GitHub."""
    repository = re.fullmatch(r"https://github\.com/([^/]+/[^/]+?)(?:\.git)?", setting(project, "repo-url"))
    branch = quote(setting(project, "repo-branch") or "main", safe="")
    path = quote(notebook.as_posix(), safe="")
    return f"https://mybinder.org/v2/gh/{repository[1]}/{branch}?labpath={path}" if repository else ""


def offer_under_the_title(page: str, name: Path, project: Path) -> str:
    """A chapter's page with its reading time, ways to what moves, and its notebook, at the end of its title block."""
    if 'class="page-facts"' in page:
        return page
    notebook = name.with_suffix(".ipynb")
    facts = [f"About {reading_minutes(project / notebook)} minutes, without the exercises"]
    slider = "first slider" if page.count('<div class="explorer"') > 1 else "slider"
    for block, place, what in (("explorer", "slider", slider), ("drawing-pad", "pad", "drawing pad")):
        page, found = re.subn(rf'<div (class="{block}")', rf'<div id="{place}" \1', page, count=1)
        if found:
            facts.append(f'<a href="#{place}">Jump to the {what}</a>')
    facts.append(f'<a class="download-notebook" href="{notebook.name}" download>Download this notebook</a>')
    if binder := on_binder(notebook, project):
        facts.append(f'<a href="{binder}">Run it on Binder</a>')
    items = "".join(f"<li>{fact}</li>" for fact in facts)
    return at_the_end_of_the_title_block(page, f'<ul class="page-facts">{items}</ul>')


def fold_contents(page: str) -> str:
    """The page with its list of contents a second time, folded under the title: beside the text a phone has no room."""
    inside = r"(?:(?!</nav>).)*"
    contents = re.search(rf'<nav\b[^>]*\bid="TOC"{inside}?(?P<list><ul\b{inside}</ul>)', page, re.DOTALL)
    if not contents or 'class="page-contents"' in page:
        return page
    links = re.sub(r'<a\b[^>]*?(\shref="[^"]*")[^>]*>', r"<a\1>", contents["list"])
    links = re.sub(r"<ul\b[^>]*>", "<ul>", links)
    folded = f'<details class="page-contents"><summary>On this page</summary>{links}</details>'
    return at_the_end_of_the_title_block(page, folded)


def at_the_end_of_the_title_block(page: str, addition: str) -> str:
    block = r'(<header\b[^>]*\bid="title-block-header".*?)(</header>)'
    done, count = re.subn(block, lambda match: f"{match[1]}{addition}\n{match[2]}", page, count=1, flags=re.DOTALL)
    if not count:
        raise ValueError("has no title block: the notebook's first cell must start with '# Title'")
    return done


def description(page: str) -> str:
    """The first question in the first paragraph of a page, or else its first sentence."""
    root = Tree(page).root
    main = root.find(lambda element: element.tag == "main") or root
    body = Element("", children=[child for child in main.children if getattr(child, "tag", "") != "header"])
    paragraph = body.find(lambda element: element.tag == "p")
    words = one_line(text(paragraph)) if paragraph else ""
    sentences = re.split(r"(?<=[.?!]) ", words)
    return next((sentence for sentence in sentences if sentence.endswith("?")), sentences[0])


def describe(page: str, name: Path, site: Path, project: Path) -> str:
    """The page with its description, for search engines and for others that show a link to it."""
    if 'property="og:title"' in page:
        return page
    words = html.escape(description(page))
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    entries = [
        ("name", "description", words),
        ("property", "og:type", "article" if number_of(name.name) else "website"),
    ]
    entries += [("property", "og:title", title[1].strip()), ("property", "og:description", words)]
    card = "summary"
    if (address := setting(project, "site-url")) and (project / PICTURE).is_file():
        # Only an absolute address will do here, and no SVG: all pages have the same picture.
        (site / PICTURE).parent.mkdir(exist_ok=True)
        shutil.copyfile(project / PICTURE, site / PICTURE)
        entries += [("property", "og:url", f"{address}/{name.as_posix()}")]
        entries += [("property", "og:image", f"{address}/{PICTURE.as_posix()}")]
        card = "summary_large_image"
    entries.append(("name", "twitter:card", card))
    page = re.sub(r'<meta name="description"[^>]*>\s*', "", page)
    tags = "".join(f'<meta {kind}="{key}" content="{value}">\n' for kind, key, value in entries)
    return page.replace("</head>", f"{tags}</head>", 1)
