"""What a page may load and run, as a Content-Security-Policy: files of this site, and no script that stands in a page.

It holds where the site is served and where it is opened from files. A text that became a script by mistake, in a
caption or a label, would not run.
"""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # matplotlib's SVG has a style attribute on each of its elements
    "img-src": "'self' data:",
    "font-src": "data:",  # Quarto's links on headings bring theirs
    "connect-src": "'self'",  # the search
    "base-uri": "'none'",
    "form-action": "'none'",
}


def add_policy(page: str) -> str:
    """The page with its policy, before everything that the policy is for."""
    if "<meta http-equiv=" in page:
        return page
    content = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    return page.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{content}">', 1)
