"""The last step of a render, run by Quarto and smalldocs alike: make the site stand on its own.

Figures and formulas become part of the page, web fonts, math libraries and unused rules are dropped, each chapter
offers its notebook, the search finds what a reader reads, and scripts move into files, the only ones that a page's
policy lets run. Then all is read: a request to another host, a script that nobody knows, or a piece of TeX left fails
the build. A second run changes nothing.

After Quarto it needs nothing but Python, after smalldocs the package math-core.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

from access import ease_access
from answers import add_answers, exercises_by_page
from archive import offer, pack
from borrowed import bring
from figures import inline_figures
from formulas import drop_math_library, keep_punctuation, tex_to_mathml, wrap_mathml
from orientation import orient
from other_hosts import Page, requests_in_css, requests_in_script
from policy import add_policy
from scripts import OFFLINE_SEARCH, add_script, json_text, scripts_in_files
from search_index import rewrite
from themes import drop_web_fonts, theme_by_script
from weight import drop_unused_scripts, lighten

COPY_TEX = Path(__file__).with_name("copy_tex.js")
RANKING = Path(__file__).with_name("search_ranking.js")


def name_index_pages(page: str) -> str:
    """The page with links to folders leading to their index.html: from files, a folder opens as a list of files."""
    return re.sub(r'(<a\b[^>]*\bhref="(?:\.{1,2}/)+)"', r'\1index.html"', page)


def finish(site: Path, project: Path) -> list[str]:
    """Finish the rendered site in place; returns its defects, each with the file it is in."""
    defects = []
    index = site / "search.json"
    finished = {}
    exercises = exercises_by_page(site)
    archive_size = pack(project, site)
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        before = page = path.read_text("utf-8")
        try:
            page = wrap_mathml(tex_to_mathml(drop_math_library(bring(page, project))))
            page = keep_punctuation(inline_figures(theme_by_script(page)))
            page = scripts_in_files(name_index_pages(page), path.parent, site)
            page = add_answers(page, exercises, path.parent, site)
            notebook = project / name.with_suffix(".ipynb")
            if notebook.is_file():
                shutil.copyfile(notebook, path.with_suffix(".ipynb"))
            page = ease_access(orient(page, name, site, project), path.parent, site)
            page = offer(page, archive_size, "../" * (len(name.parts) - 1))
            if "<math" in page:
                page = add_script(page, COPY_TEX, path.parent, site)
            if index.is_file():
                page = add_script(page, OFFLINE_SEARCH, path.parent, site)
            page = add_policy(drop_unused_scripts(page))
        except ValueError as error:
            defects.append(f"{name} {error}")
        if page != before:
            path.write_text(page, "utf-8")
        finished[name.as_posix()] = page
        defects += [f"{name}: {defect}" for defect in Page(page).defects]

    if index.is_file():
        entries = json.loads(index.read_text("utf-8"))
        defects += rewrite(entries, finished)
        written = json_text(entries)
        index.write_text(written, "utf-8")
        site.joinpath("search.js").write_text(f"window.searchIndex = {written};\n", "utf-8")
    for library in site.rglob("fuse.min.js"):
        shutil.copyfile(RANKING, library)
    defects += lighten(site, finished)

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
