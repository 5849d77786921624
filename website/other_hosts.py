"""What fails the build: requests of a page to another host, scripts that stand in it, and TeX that it shows."""

import re
from html.parser import HTMLParser

from scripts import runs

ELSEWHERE = re.compile(r"\s*(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)  # an address on another host
TEX_LEFT = re.compile(r"\$\$|\\[(\[]|\\[a-zA-Z]+\s*[{_^]|\\(?:partial|nabla|cdot|sigma|alpha|hat)\b")
HARMLESS_LINKS = {"alternate", "author", "canonical", "license", "next", "prev"}  # rel of links that are not loaded
NOT_PROSE = {"annotation", "code", "pre", "script", "style", "textarea"}


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
    """Reads a page for these defects: requests to other hosts, scripts that stand in it, TeX in the text."""

    def __init__(self, page: str):
        super().__init__()
        self.defects: list[str] = []
        self.open_tags: list[str] = []
        self.in_script_that_runs = False
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
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                self.defects.append(f"<{tag} {name}> holds a script: {value[:80]!r}")
        if tag in NOT_PROSE:
            self.open_tags.append(tag)
        self.in_script_that_runs = tag == "script" and "src" not in given and runs(given.get("type", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            del self.open_tags[len(self.open_tags) - 1 - self.open_tags[::-1].index(tag) :]

    def handle_data(self, text: str) -> None:
        inside = self.open_tags[-1] if self.open_tags else ""
        if inside == "script" and self.in_script_that_runs:
            self.defects.append(f"a script stands in the page that the last step does not know: {text.strip()[:80]!r}")
            self.in_script_that_runs = False
        elif inside == "style":
            self.requests(requests_in_css(text), "a style")
        elif not inside and (found := TEX_LEFT.search(text)):
            self.defects.append(
                f"TeX is left in the text: {text[max(0, found.start() - 20) : found.end() + 20].strip()!r}"
            )
