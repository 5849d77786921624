"""What a page need not load: style rules for nothing on it, a font of icons, files that no page asks for.

The renderers bring whole libraries. Of a theme's rules the site uses about a tenth, of its two thousand icons nine.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

ICONS = Path(__file__).with_name("icons.css")
HOLDS_RULES = ("@media", "@supports", "@layer", "@container")
SELECTOR = re.compile(r"(?:[^,()[\]]|\((?:[^()]|\([^()]*\))*\)|\[[^]]*\])+")  # one of several between commas
# A comment, a text and an address may hold any sign; elsewhere a brace or a semicolon is one.
TOKEN = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"')]*\)|[{};]|[^/"'u{};]+|.""", re.DOTALL)


def drop_unused_scripts(page: str) -> str:
    """The page without Bootstrap's script if it has nothing that this script would move."""
    if re.search(r"\sdata-bs-(?:toggle|ride|spy)=", page):
        return page
    return re.sub(r'<script\b[^>]*\bsrc="[^"]*/bootstrap(?:\.bundle)?\.min\.js"[^>]*></script>\s*', "", page)


def lighten(site: Path, pages: dict[str, str]) -> list[str]:
    """Take from the site what none of its finished pages needs; returns what they miss after that."""
    libraries = site / "site_libs"
    for sheet in libraries.rglob("bootstrap-icons*.css"):
        shutil.copyfile(ICONS, sheet)
    drop_unused_files(libraries, list(pages.values()))
    names = Names(pages.values(), [path.read_text("utf-8") for path in libraries.rglob("*.js")])
    for sheet in libraries.rglob("*.css"):
        css = sheet.read_text("utf-8")
        lighter = used_rules(css, names)
        if lighter != css:
            sheet.write_text(lighter, "utf-8")
    drawn = set(re.findall(r"\.bi-([\w-]+)", ICONS.read_text("utf-8")))
    shown = {icon: page for page, text in pages.items() for icon in re.findall(r'class="bi bi-([\w-]+)', text)}
    return [f"{shown[icon]}: website/icons.css has no icon {icon}" for icon in sorted(shown.keys() - drawn)]


def drop_unused_files(libraries: Path, texts: list[str]) -> None:
    """Delete the files that neither a page names nor a file that is used, but for the licences."""
    waiting = {path for path in libraries.rglob("*") if path.is_file() and "LICENSE" not in path.name}
    while texts:
        text = texts.pop()
        for path in [path for path in waiting if path.name in text]:
            waiting.remove(path)
            if path.suffix in (".css", ".js"):
                texts.append(path.read_text("utf-8"))
    for path in waiting:
        path.unlink()


class Names:
    """The classes and ids that the elements of the pages have, or may get from a script."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]):
        values = (value for page in pages for value in re.findall(r"""\b(?:class|id)=["']([^"']*)""", page))
        words = (word for script in scripts for word in re.findall(r"[\w-]+", script))
        self.names = {name for value in values for name in value.split()}.union(words)
        # A script that has the word "tooltip-" makes names of it.
        self.beginnings = tuple(name for name in self.names if re.fullmatch(r"[a-z]{2}[\w-]*-", name))

    def meet(self, selector: str) -> bool:
        """Whether an element can match a selector, as far as its classes and ids tell."""
        plain = re.sub(r"\[[^]]*\]", "", selector)
        while (inner := re.sub(r":[\w-]+\([^()]*\)", "", plain)) != plain:
            plain = inner
        asked = (name.replace("\\", "") for name in re.findall(r"[.#]((?:[\w-]|\\.)+)", plain))
        return all(name in self.names or name.startswith(self.beginnings) for name in asked)


def used_rules(css: str, names: Names) -> str:
    """The style sheet without the selectors that ask for a name which nothing has, and without rules that lose all."""
    kept = []
    for before, block in statements(css):
        if block is None:
            kept.append(before)
        elif before.startswith(HOLDS_RULES):
            if inner := used_rules(block, names):
                kept.append(f"{before}{{{inner}}}")
        elif before.startswith("@"):
            kept.append(f"{before}{{{block}}}")
        elif selectors := [selector for selector in SELECTOR.findall(before) if names.meet(selector)]:
            kept.append(f"{','.join(selectors)}{{{block}}}")
    return "".join(kept)


def statements(css: str) -> list[tuple[str, str | None]]:
    """What a style sheet consists of: what stands before a block, and what is in it, None where there is no block."""
    found, before, block, depth = [], "", "", 0
    for token in TOKEN.findall(css):
        if token.startswith("/*"):
            if token.startswith("/*!"):  # a licence
                found.append((token, None))
            continue
        depth -= token == "}"
        if depth:
            block += token
        elif token == "}":
            found.append((before.strip(), block))
            before = block = ""
        elif token == ";":
            found.append((f"{before.strip()};", None))
            before = ""
        elif token != "{":
            before += token
        depth += token == "{"
    return found
