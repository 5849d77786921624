"""Figures as SVG: sharp at every size, in the ink of the page that shows them, the same bytes on every machine."""

import hashlib
import io
import json
import re
import sys
from html import escape
from urllib.parse import quote

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

# Each role has its own colour, which colour-blind readers tell apart (after Okabe and Ito), and its own marker or line.
ROLES = {"path": "#c05300", "loss": "#0072b2", "forward": "#007a5a", "gradient": "#aa4499", "neutral": "#767676"}


def colour(role):
    """The colour of a role, as the page's stylesheet has it for light or dark; ours where there is none."""
    return f"var(--figure-{role}, {ROLES[role]})"


def own_name(content):
    """What the ids of this content begin with: two contents share it only if they are the same."""
    return f"p{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def element(figure, belongs_to=""):
    """The figure as one <svg> element, drawn in the colours of the page; its ids are its own, whatever else is there.
    Two pictures that are the same share them, unless they belong to what differs.

    Black becomes the colour of the page's text, white its paper, a role's colour that of the role. As an image, which
    sees nothing of a page, it is black on white.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    # A style element would style the whole page.
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r"font-family: [^;\"]*(; ?)?", "", svg)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    for number, name in enumerate(dict.fromkeys(re.findall(r'(?<=\sid=")[^"]+', svg)), start=1):
        svg = re.sub(rf'(?<=[#"]){name}(?=[")])', f"OWN-{number}", svg)
    # One decimal is a tenth of a point. The later ones differ between processors.
    places = r'\b(?:d|x|y|width|height)="[^"]*"|\btranslate\([^)]*\)'
    svg = re.sub(places, lambda place: re.sub(r"-?\d+\.\d+", _tenth, place[0]), svg)
    svg = svg.replace("#000000", "currentColor").replace("#ffffff", "var(--figure-paper, #fff)")
    for role, own in ROLES.items():
        svg = svg.replace(own, colour(role))
    svg = re.sub(r"(?<=;base64,)[\w+/=\s]+", lambda data: "".join(data[0].split()), svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><")
    svg = re.sub(r'(?<=[#"])OWN(?=-\d+[")])', own_name(belongs_to + svg), svg)
    # What has no colour of its own is ink. The fonts are as wide as the one that matplotlib measured with.
    root = '<svg style="background: var(--figure-paper, #fff)" fill="currentColor" stroke-linejoin="round" '
    return svg.replace("<svg ", root + 'font-family="Verdana, DejaVu Sans, sans-serif" ', 1)


def _tenth(number):
    return f"{float(number[0]):z.1f}".removesuffix(".0")


def html(figure, label="figure", caption="", alternative_text=""):
    """The figure as an image with its caption, which needs neither a script nor a notebook that is trusted.

    The website's last step puts the SVG itself into the page, where it has the page's ink.
    """
    width, height = (round(96 * inches) for inches in figure.get_size_inches())  # an inch is 96 pixels
    picture = quote(element(figure), safe=" ()[]{}=:;,/!?+*@$'|~")
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="figure" id="{escape(label)}"><img class="figure-img" alt="{escape(alternative_text)}" '
        f'width="{width}" height="{height}" src="data:image/svg+xml,{picture}">{below}</figure>'
    )


def show_figures_as_svg():
    """From here on a notebook shows and stores figures as `html` makes them; elsewhere nothing changes."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is None:
        return
    plt.switch_backend(plt.get_backend())  # loads the notebook's backend, which would bring back its PNG later
    formatters = shell.display_formatter.formatters
    for formatter in formatters.values():
        formatter.pop(Figure, None)

    def show(figure):
        options = _options(shell.get_parent()["content"]["code"])
        return html(figure, options.get("label", "figure"), options.get("fig-cap", ""), options.get("fig-alt", ""))

    formatters["text/html"].for_type(Figure, show)


def _options(cell):
    """The lines `#| name: value` at the top of a cell; a value in quotation marks is read as JSON does."""
    options = {}
    for line in cell.splitlines():
        if not line.startswith("#|"):
            break
        name, _, value = line[2:].partition(":")
        value = value.strip()
        options[name.strip()] = json.loads(value) if value.startswith('"') else value
    return options
