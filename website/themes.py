"""Light and dark, and fonts of the reader's own system."""

import re


def theme_by_script(page: str) -> str:
    """The page with a dark theme only where scripts run: it takes one to give the text its colours for the dark."""
    return re.sub(r'(<link\b[^>]*\(prefers-color-scheme: dark\))(?=")', r"\1 and (scripting: enabled)", page)


def drop_web_fonts(css: str) -> str:
    """The style sheet without imports from Google Fonts, which most themes carry; the fonts of the system stand in."""
    host = r"https?://fonts\.googleapis\.com/"
    return re.sub(rf"""@import\s*(?:url\(\s*["']?{host}[^)]*\)|["']{host}[^"']*["'])[^;]*;""", "", css)
