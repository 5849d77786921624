"""Scripts in files of their own, so that the page's policy can forbid every other; they work from files too.

A script is moved if it is known: the text of a file in show/, or one that a renderer writes. Any other stays where it
is, and fails the build.
"""

import hashlib
import json
import os
import re
from pathlib import Path

HERE = Path(__file__).parent
OFFLINE_SEARCH, CLICKS = HERE / "offline_search.js", HERE / "clicks.js"
FOLDER = "site_libs/scripts"
BLOCKS = {path.read_text("utf-8").strip(): path.stem for path in sorted((HERE.parent / "show").glob("*.js"))}
# How the renderers' own scripts begin. The first two choose light or dark, before anything is shown.
THEMES = {
    "smalldocs-theme": "(function(){var d=document.documentElement,s=null;try{s=localStorage.getItem('smalldocs-",
    "quarto-theme": "const toggleBodyColorMode = (bsSheetEl) => {",
}
RENDERERS = THEMES | {
    "smalldocs-preview": "(()=>{let v=null;const o=document.querySelector('meta[name=\"smalldocs:offset\"]').content;",
    "quarto-page": 'window.document.addEventListener("DOMContentLoaded", function (event) {',
    "quarto-formulas": "const typesetMath = (el) => {",
}

SCRIPT = re.compile(r"""<script\b(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>(?P<text>.*?)</script>""", re.DOTALL)
# Each handler of the renderers calls one function of theirs.
HANDLER = re.compile(
    r""" onclick="(?:if \(window\.\w+\) \{ )?window\.((?:quarto|smalldocs)\w+)\(\);(?: \})?(?: return false;)?\"""",
)


def json_text(data: object) -> str:
    """Data as JSON that may stand in a script, whatever its texts: no "</script>" in it can end the element."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", r"\u003c").replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")


def runs(kind: str) -> bool:
    """Whether a browser executes a script of this type; any other type holds data."""
    kind = kind.partition(";")[0].strip().lower()
    return kind in ("", "module", "importmap", "speculationrules") or kind.endswith(("script", "ecmascript"))


def scripts_in_files(page: str, folder: Path, site: Path) -> str:
    """The page with each known script and handler in a file. None holds the page up but the one that chooses its theme.

    The page lies in `folder`. A module becomes a plain script: opened from a file, a page may not load a module.
    """

    def move(match: re.Match) -> str:
        given = dict(re.findall(r"""([\w-]+)(?:\s*=\s*"([^"]*)")?""", match["attributes"]))
        if given.get("type") == "module" and "src" in given:
            source = folder / given["src"]
            return tag(source.stem, module_as_script(source), folder, site)
        if "src" in given:
            waits = {"defer", "async"} & given.keys() or any(name in given["src"] for name in THEMES)
            return match[0] if waits else match[0].replace("<script", "<script defer", 1)
        name = name_of(match["text"]) if runs(given.get("type", "")) else None
        return tag(name, match["text"], folder, site) if name else match[0]

    moved = SCRIPT.sub(move, page)
    called = HANDLER.sub(r' data-calls="\1"', moved)
    return add_script(called, CLICKS, folder, site) if "data-calls=" in called else called


def name_of(script: str) -> str | None:
    """The name of a script that is known, or None."""
    script = script.strip()
    return BLOCKS.get(script) or next((name for name, start in RENDERERS.items() if script.startswith(start)), None)


def add_script(page: str, source: Path, folder: Path, site: Path) -> str:
    """The page with one more script, which runs when the page is there."""
    element = tag(source.stem, source.read_text("utf-8"), folder, site)
    return page if element in page else page.replace("</head>", f"{element}\n</head>", 1)


def tag(name: str, script: str, folder: Path, site: Path) -> str:
    """The element that loads a script from its file, which is written here; a new text is a new name."""
    text = script.strip() + "\n"
    path = site / FOLDER / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    address = os.path.relpath(path, folder).replace(os.sep, "/")
    return f'<script src="{address}"{"" if name in THEMES else " defer"}></script>'


def module_as_script(path: Path) -> str:
    """A module as one expression, with the modules it imports inside it; ValueError if it cannot be written as one."""
    source, exported = path.read_text("utf-8"), []

    def bring(match: re.Match) -> str:
        return f"const {match['name']} = {module_as_script(path.parent / match['path'])}"

    def note(match: re.Match) -> str:
        exported.append(match["name"])
        return match["what"]

    source = re.sub(r'^import \* as (?P<name>\w+) from "(?P<path>\.{1,2}/[^"]+)"', bring, source, flags=re.MULTILINE)
    declared = r"^export (?P<what>(?:async function|function|class|const|let) (?P<name>\w+))"
    source = re.sub(declared, note, source, flags=re.MULTILINE)
    if found := re.search(r"^(?:import|export)\b.*", source, re.MULTILINE):
        raise ValueError(f"loads the module {path.name}, which cannot be a plain script: {found[0]!r}")
    return f'(() => {{\n"use strict";\n{source.strip()}\nreturn {{ {", ".join(exported)} }};\n}})();'
