"""Render the site with Quarto if there is one, else with smalldocs; both read _quarto.yml.

QUARTO=/path/to/quarto names one, QUARTO= (empty) wants none. Otherwise the one beside this Python is taken, where
`make quarto` puts it, and then the one on PATH.

The work is done on a copy. Only a finished site without a warning takes the place of the old one, so a failed or
interrupted render leaves what was there as it was.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from archive import files

PROJECT = Path(__file__).resolve().parent.parent
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # Quarto colours its warnings in a pipe too: there is an m before WARN
WARNING = re.compile(r"^warning:|\bWARN(ING)?\b")  # smalldocs writes the first, Quarto and Pandoc the others
# smalldocs runs no code, writes no MathML and follows the system's colours anyway, and says so of the keys for Quarto.
EXPECTED = re.compile(r"^warning: .*\b(execute(\.enabled)?|ipynb-filters|html-math-method|respect-user-color-scheme)\b")


class RenderError(Exception):
    """Why there is no new site, as one sentence."""


def choose_renderer() -> tuple[str, list[str], str]:
    """The renderer's name, its command, and why it was chosen."""
    named = os.environ.get("QUARTO")
    if named:
        if not shutil.which(named):
            raise RenderError(f"QUARTO={named} is not a program that can be run.")
        return "Quarto", [named], "QUARTO names it"
    smalldocs = [sys.executable, "-m", "smalldocs.cli"]
    if named == "":
        return "smalldocs", smalldocs, "QUARTO is set to nothing"
    beside_python = Path(sys.executable).parent
    if found := shutil.which("quarto", path=str(beside_python)):
        return "Quarto", [found], f"it is in {beside_python}"
    if found := shutil.which("quarto"):
        return "Quarto", [found], "it is on PATH"
    return "smalldocs", smalldocs, "Quarto is neither beside this Python nor on PATH, and QUARTO does not name one"


def environment() -> dict[str, str]:
    """The environment in which a renderer finds this Python, for the notebook filter and the last step."""
    return {
        **os.environ,
        "QUARTO_PYTHON": sys.executable,
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def copy_sources(target: Path) -> None:
    """Copy the project as the site's archive holds it, and nothing else."""
    for name in files(PROJECT):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target / name)


def run(name: str, command: list[str]) -> None:
    """Run the renderer, pass on what it says, and refuse its work if it failed or warned."""
    warnings = []
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    ) as process:
        for coloured in process.stdout:
            line = ESCAPES.sub("", coloured)
            if EXPECTED.match(line):
                continue
            print(line, end="", flush=True)
            if WARNING.search(line):
                warnings.append(line.strip())
    if process.returncode:
        raise RenderError(f"{name} ended with exit code {process.returncode}; its message is above.")
    if warnings:
        raise RenderError(f"{name} warned {len(warnings)} time(s), first: {warnings[0]}.")


def check_output(output: Path) -> None:
    """Refuse to replace a folder that is not a site; bring back a site that a stopped run had moved aside."""
    if not output.exists() and beside(output, "old").exists():
        beside(output, "old").rename(output)
    if output.exists() and not (output / "site_libs").is_dir() and (not output.is_dir() or any(output.iterdir())):
        raise RenderError(f"{output} is there and is not a rendered site; name another folder with --output.")


def beside(output: Path, what: str) -> Path:
    """Where a site waits while it changes places with another."""
    return output.with_name(f"{output.name}.{what}")


def put_in_place(fresh: Path, output: Path) -> None:
    """Let fresh take the place of output by renaming, so that no one meets half a site."""
    new, old = beside(output, "new"), beside(output, "old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.move(fresh, new)
    if output.exists():
        output.rename(old)
    new.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def render(output: Path) -> None:
    """Render the project into the folder output."""
    check_output(output)
    name, command, reason = choose_renderer()
    print(f"Rendering with {name}: {reason}.", flush=True)
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        copy = Path(folder).resolve()
        copy_sources(copy)
        run(name, [*command, "render", str(copy)] + ["--quiet"] * (name == "smalldocs"))
        if not (copy / "_site" / "index.html").is_file():
            raise RenderError(f"{name} wrote no index.html.")
        output.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(copy / "_site", output)
    print(f"Site ready. Open {output / 'index.html'}")


def preview() -> int:
    """Serve the project at a local address, and render it again when a file changes."""
    name, command, reason = choose_renderer()
    print(f"Preview with {name}: {reason}.", flush=True)
    return subprocess.run([*command, "preview", str(PROJECT)], env=environment(), check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=PROJECT / "_site", help="folder of the site (default: _site)")
    parser.add_argument("--preview", action="store_true", help="serve the site and follow changes")
    arguments = parser.parse_args()
    try:
        if arguments.preview:
            return preview()
        render(arguments.output.resolve())
    except RenderError as error:
        print(f"Site not built: {error} {arguments.output} is as it was.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"Site not built: interrupted. {arguments.output} is as it was.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
