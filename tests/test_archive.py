"""The archive that the website offers: all that a clone holds, the same each time, and it runs by itself."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from archive import NAME, pack

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory) -> Path:
    """The archive of the rendered site, unpacked in an empty folder as a reader would do it."""
    folder = tmp_path_factory.mktemp("reader")
    with zipfile.ZipFile(site / f"{NAME}.zip") as packed:
        packed.extractall(folder)
    assert [path.name for path in folder.iterdir()] == [NAME]
    return folder / NAME


def run(command: list[str | Path], folder: Path, **environment: str) -> str:
    """What a command prints; it must not fail."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_the_repository() -> set[str]:
    """Every file that git knows or would take."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git repository, or git is not installed")
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT).split("\0")
    return {name for name in listed if (ROOT / name).is_file()}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_archive_holds_what_a_clone_holds(unpacked):
    assert files(unpacked) == in_the_repository()


def test_nothing_in_the_archive_differs_from_the_project(unpacked):
    assert [name for name in files(unpacked) if (unpacked / name).read_bytes() != (ROOT / name).read_bytes()] == []


def test_a_chapter_runs_in_the_unpacked_archive_alone(unpacked, tmp_path):
    notebooks, only = unpacked / "notebooks", {"PYTHONPATH": str(unpacked), "EXPLORER": "static"}
    packages = "import importlib.util as u; print(*[u.find_spec(n).origin for n in ('helpers', 'show', 'exercises')])"
    origins = run([sys.executable, "-c", packages], notebooks, **only).split()
    assert [Path(origin).parents[1] for origin in origins] == [unpacked] * 3
    execute = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", tmp_path]
    run([*execute, "02-gradient-descent.ipynb"], notebooks, **only)
    assert (tmp_path / "02-gradient-descent.ipynb").stat().st_size > 100_000


def test_the_same_project_makes_the_same_archive_whatever_tools_leave_in_it(tmp_path):
    project, first, second = tmp_path / "project", tmp_path / "first", tmp_path / "second"
    for name in ("helpers", "data", ".ci"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for site in (first, second):
        site.mkdir()
    pack(project, first)
    for left in (
        "helpers/__pycache__/x.pyc",
        "data/.ipynb_checkpoints/x.csv",
        ".git/config",
        "_site/index.html",
        "x.py",
    ):
        (project / left).parent.mkdir(parents=True, exist_ok=True)
        (project / left).write_text("left", "utf-8")
    for path in project.rglob("*"):
        os.utime(path, (1e9, 1e9))
    pack(project, second)
    assert (first / f"{NAME}.zip").read_bytes() == (second / f"{NAME}.zip").read_bytes()


def test_programs_can_be_run_when_unpacked(site):
    with zipfile.ZipFile(site / f"{NAME}.zip") as packed:
        permissions = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in packed.infolist()}
    assert permissions[f"{NAME}/.ci/run"] == 0o755
    assert permissions[f"{NAME}/Makefile"] == 0o644


def test_home_and_every_chapter_offer_the_archive(site):
    assert f'<a href="{NAME}.zip" download>' in (site / "index.html").read_text("utf-8")
    size = f"{(site / f'{NAME}.zip').stat().st_size / 1e6:.1f}"
    for chapter in (site / "notebooks").glob("*.html"):
        offer = f'<a href="../{NAME}.zip" download>the whole series</a> (zip, {size} MB)'
        assert chapter.read_text("utf-8").count(offer) == 1
