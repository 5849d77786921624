"""Formulas as MathML, whichever renderer wrote the page, with their TeX for those who copy them, and no library."""

import html
import re


def tex_to_mathml(page: str) -> str:
    """The page with the TeX that smalldocs leaves as MathML; ValueError names a formula that cannot be converted."""
    tex_in_span = r'<span class="math (?P<kind>inline|display)">\s*\\[(\[](?P<tex>.*?)\\[)\]]\s*</span>'
    if not re.search(tex_in_span, page, re.DOTALL):
        return page
    from math_core import LatexError, LatexToMathML  # only here: a site that Quarto renders needs no package

    converter = LatexToMathML(fancy_error=False, annotation=True)

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
