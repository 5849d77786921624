"""Rendering: which renderer, and that only a good site replaces an old one."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from render import choose_renderer

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for Quarto is a shell script")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with the real configuration, one chapter and an old site."""
    shutil.copytree(ROOT / "website", tmp_path / "website", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "notebooks").mkdir()
    chapter = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Title\n\nText with $x^2$."}
    notebook = {"cells": [chapter], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebooks/01-derivatives.ipynb").write_text(json.dumps(notebook), "utf-8")
    configuration = (ROOT / "_quarto.yml").read_text("utf-8").splitlines(keepends=True)
    others = [name for name in configuration if ".ipynb" in name and "*" not in name and "01-" not in name]
    (tmp_path / "_quarto.yml").write_text("".join(line for line in configuration if line not in others), "utf-8")
    for name in ("index", "notation", "corrections"):
        (tmp_path / f"{name}.qmd").write_text(f"---\ntitle: {name}\n---\n\nText.\n", "utf-8")
    (tmp_path / "_site/site_libs").mkdir(parents=True)
    (tmp_path / "_site/index.html").write_text("the old site", "utf-8")
    return tmp_path


def render(project: Path, *arguments: str, quarto: str | Path = "") -> subprocess.CompletedProcess:
    """Render without a Quarto, unless one is given."""
    environment = {**os.environ, "QUARTO": str(quarto)}
    command = [sys.executable, project / "website/render.py", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def program(path: Path, *lines: str) -> Path:
    """A stand-in for Quarto: a script of these lines of shell."""
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def assert_failed_and_left_the_old_site(run: subprocess.CompletedProcess, project: Path, reason: str) -> None:
    assert run.returncode == 1
    (sentence,) = [line for line in run.stderr.splitlines() if line]
    assert sentence.startswith("Site not built: ")
    assert reason in sentence
    assert [path.name for path in sorted((project / "_site").iterdir())] == ["index.html", "site_libs"]
    assert (project / "_site/index.html").read_text("utf-8") == "the old site"
    assert sorted(path.name for path in project.glob("_site*")) == ["_site"]


@pytest.fixture
def quartos(tmp_path, monkeypatch) -> dict[str, Path]:
    """A Quarto beside Python, one on PATH and one elsewhere; nothing names the last."""
    found = {}
    for folder in ("beside", "path", "elsewhere"):
        (tmp_path / folder).mkdir()
        found[folder] = program(tmp_path / folder / "quarto", "exit 0")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "beside/python"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("QUARTO", raising=False)
    return found


@posix
def test_quarto_is_taken_where_it_is_named_then_beside_python_then_on_path(quartos, monkeypatch):
    monkeypatch.setenv("QUARTO", str(quartos["elsewhere"]))
    assert choose_renderer() == ("Quarto", [str(quartos["elsewhere"])], "QUARTO names it")
    monkeypatch.delenv("QUARTO")
    beside = quartos["beside"]
    assert choose_renderer() == ("Quarto", [str(beside)], f"it is in {beside.parent}")
    beside.unlink()
    assert choose_renderer() == ("Quarto", [str(quartos["path"])], "it is on PATH")
    quartos["path"].unlink()
    name, command, reason = choose_renderer()
    assert (name, command[1:]) == ("smalldocs", ["-m", "smalldocs.cli"])
    assert reason == "Quarto is neither beside this Python nor on PATH, and QUARTO does not name one"


@posix
def test_quarto_set_to_nothing_is_not_taken_where_it_is(quartos, monkeypatch):
    monkeypatch.setenv("QUARTO", "")
    name, _, reason = choose_renderer()
    assert (name, reason) == ("smalldocs", "QUARTO is set to nothing")


def test_smalldocs_renders_says_why_and_names_the_file_to_open(project):
    run = render(project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[0] == "Rendering with smalldocs: QUARTO is set to nothing."
    assert run.stdout.splitlines()[-1] == f"Site ready. Open {project / '_site/index.html'}"
    assert "warning" not in run.stdout
    assert "<math>" in (project / "_site/notebooks/01-derivatives.html").read_text("utf-8")
    assert sorted(path.name for path in project.glob("_site*")) == ["_site"]


def test_a_site_can_be_rendered_beside_the_project(project):
    run = render(project, "--output", str(project / "elsewhere/site"))
    assert run.returncode == 0
    assert (project / "elsewhere/site/index.html").is_file()
    assert (project / "_site/index.html").read_text("utf-8") == "the old site"


def test_a_page_that_requests_from_another_host_leaves_the_old_site(project):
    (project / "index.qmd").write_text("---\ntitle: x\n---\n\n![x](https://a.example/x.png)\n", "utf-8")
    run = render(project)
    assert "error: index.html: <img src> requests https://a.example/x.png" in run.stdout
    assert_failed_and_left_the_old_site(run, project, "smalldocs ended with exit code 2")


def test_a_broken_link_leaves_the_old_site(project):
    (project / "index.qmd").write_text("---\ntitle: x\n---\n\n[x](nowhere.qmd)\n", "utf-8")
    assert_failed_and_left_the_old_site(render(project), project, "broken link nowhere.qmd")


def test_a_broken_notebook_leaves_the_old_site(project):
    (project / "notebooks/01-derivatives.ipynb").write_text("{", "utf-8")
    assert_failed_and_left_the_old_site(render(project), project, "smalldocs ended with exit code 2")


def test_an_unknown_key_in_the_configuration_leaves_the_old_site(project):
    with (project / "_quarto.yml").open("a", encoding="utf-8") as configuration:
        configuration.write("unheard-of: true\n")
    assert_failed_and_left_the_old_site(render(project), project, "unheard-of")


def test_a_folder_that_is_not_a_site_is_never_replaced(project):
    (project / "thesis").mkdir()
    (project / "thesis/chapter.txt").write_text("years of work", "utf-8")
    run = render(project, "--output", str(project / "thesis"))
    assert run.returncode == 1
    assert "is not a rendered site" in run.stderr
    assert (project / "thesis/chapter.txt").read_text("utf-8") == "years of work"


def test_a_site_that_was_moved_aside_by_a_stopped_run_comes_back(project):
    (project / "_site").rename(project / "_site.old")
    (project / "index.qmd").write_text("---\ntitle: x\n---\n\n[x](nowhere.qmd)\n", "utf-8")
    assert_failed_and_left_the_old_site(render(project), project, "broken link")


def test_a_quarto_that_is_not_there_is_named(project):
    assert_failed_and_left_the_old_site(render(project, quarto="/no/such/quarto"), project, "QUARTO=/no/such/quarto")


@posix
def test_quarto_renders_when_it_is_named(project):
    quarto = program(project / "quarto", 'mkdir -p "$2/_site/site_libs"', 'echo new > "$2/_site/index.html"')
    run = render(project, quarto=quarto)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "Rendering with Quarto: QUARTO names it."
    assert (project / "_site/index.html").read_text("utf-8") == "new\n"


@posix
@pytest.mark.parametrize("colour", [("", ""), ("\\033[33m", "\\033[39m")], ids=["plain", "coloured"])
@pytest.mark.parametrize("warning", ["WARN: Unable to resolve link target", "[WARNING] Could not convert TeX math"])
def test_a_warning_of_quarto_leaves_the_old_site(project, warning, colour):
    text = warning.join(colour)
    lines = 'mkdir -p "$2/_site"', 'echo new > "$2/_site/index.html"', f"printf '{text}\\n' >&2"
    run = render(project, quarto=program(project / "quarto", *lines))
    assert_failed_and_left_the_old_site(run, project, f"Quarto warned 1 time(s), first: {warning}.")


@posix
def test_quarto_is_asked_for_no_colours(project):
    quarto = program(project / "quarto", 'echo "colours: $NO_COLOR"')
    assert "colours: 1\n" in render(project, quarto=quarto).stdout


@posix
def test_a_failing_quarto_leaves_the_old_site(project):
    lines = 'mkdir -p "$2/_site"', 'echo half > "$2/_site/index.html"', "exit 3"
    quarto = program(project / "quarto", *lines)
    assert_failed_and_left_the_old_site(render(project, quarto=quarto), project, "Quarto ended with exit code 3")


@posix
def test_a_quarto_that_writes_nothing_leaves_the_old_site(project):
    quarto = program(project / "quarto", "exit 0")
    assert_failed_and_left_the_old_site(render(project, quarto=quarto), project, "wrote no index.html")
