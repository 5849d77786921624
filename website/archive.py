"""The project as one archive, for readers who want to run it: a chapter's notebook alone lacks what it imports.

It holds everything that a clone holds: the chapters and what they import, the set-up, and what tests and renders them,
so that each command of the README does what it says.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

NAME = "how-a-neural-network-learns"
CONTENTS = (
    # what runs
    *("notebooks/**/*", "helpers/**/*", "show/**/*", "exercises/**/*", "data/**/*", "images/**/*"),
    # how it is set up
    *("README.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.txt", "environment.yml", ".jupyter/**/*"),
    # what makes this website
    *("_quarto.yml", "*.qmd", "website/**/*"),
    # what checks it, for those who change it
    *("tests/**/*", "benchmarks/**/*", ".ci/**/*", ".github/**/*", "CONTRIBUTING.md", "CITATION.cff"),
    *(".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml"),
)
LEFT_BY_TOOLS = re.compile(
    r"__pycache__|\.ipynb_checkpoints|\.\w+_cache|\.hypothesis|results\.json|\.DS_Store|.*\.quarto_ipynb"
)
TIME = (2025, 1, 1, 0, 0, 0)  # the same for every file, so that the same project makes the same archive


def files(project: Path) -> Iterator[Path]:
    """The files of the project, relative to it and in order, without what tools leave there."""
    found = {path.relative_to(project) for pattern in CONTENTS for path in project.glob(pattern) if path.is_file()}
    return (path for path in sorted(found) if not any(map(LEFT_BY_TOOLS.fullmatch, path.parts)))


def pack(project: Path, site: Path) -> int:
    """Write the archive, which unpacks to one folder, into the site; returns its size in bytes."""
    target = site / f"{NAME}.zip"
    with zipfile.ZipFile(target, "w") as packed:
        for path in files(project):
            content = (project / path).read_bytes()
            entry = zipfile.ZipInfo(f"{NAME}/{path.as_posix()}", TIME)
            entry.create_system = 3  # Unix, wherever it is packed: unpacking heeds permissions only then
            entry.external_attr = (0o100755 if content.startswith(b"#!") else 0o100644) << 16
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return target.stat().st_size


def offer(page: str, size: int, root: str) -> str:
    """The page with the archive of that size offered beside the notebook; root is the address of the site's folder."""
    if f'{NAME}.zip"' in page:
        return page
    link = f'<a href="{root}{NAME}.zip" download>the whole series</a> (zip, {size / 1e6:.1f} MB)'
    return page.replace(">Download this notebook</a>", f">Download this notebook</a>; to run it you need {link}", 1)
