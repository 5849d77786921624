"""What the texts around the project say is true: commands, links, versions and workflows."""

import re
import subprocess
import tomllib
from pathlib import Path

import guards
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ["README.md", "CONTRIBUTING.md"]
WORKFLOWS = ["check", "publish"]
BROKEN_ON_PURPOSE = "tests/test_notebook_guards.py"  # its broken copies hold a path
NOT_FOR_READERS = {
    "the host of a package registry": r"\b(?:pypi|pythonhosted|npmjs|anaconda|debian)\.(?:org|com|net)\b",
    # What stands before the first slash keeps the data of embedded pictures out.
    "the path of a machine": r"(?<![\w+/])(?:file://)?/(?:home|root|tmp|work|Users)/\w|\b[A-Z]:\\\\?Users\b",
}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def project():
    return tomllib.loads(read("pyproject.toml"))["project"]


def workflow(name):
    return yaml.safe_load(read(f".github/workflows/{name}.yml"))


def steps(name):
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def commands(job):
    return [step["run"] for step in workflow("check")["jobs"][job]["steps"] if "run" in step]


def plain_commands():
    """What the README gives to those without make: set up twice, then site, test and lab."""
    (block,) = re.findall(r"```powershell\n(.*?)```", read("README.md"), re.DOTALL)
    return [line for line in block.splitlines() if line]


def in_code(text):
    """Fenced blocks and code spans, joined."""
    return "\n".join(a or b for a, b in re.findall(r"(?s)```\w*\n(.*?)```|`([^`\n]+)`", text))


def tracked():
    """Every file that git knows or would take, as text; pictures and the like are left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git repository, or git is not installed")
    for name in filter(None, listed.split("\0")):
        try:
            yield name, read(name)
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def complaints(text):
    found = {what: re.search(pattern, text) for what, pattern in NOT_FOR_READERS.items()}
    return [f"{what}: {match[0]}" for what, match in found.items() if match]


@pytest.mark.parametrize("name", [*TEXTS, "index.qmd"])
def test_every_make_target_that_a_text_names_exists(name):
    targets = re.search(r"(?m)^\.PHONY: (.*)$", read("Makefile"))[1].split()
    named = set(re.findall(r"\bmake ([a-z]+)", in_code(read(name))))
    assert named, f"{name} names no target"
    assert named <= set(targets)


def test_the_windows_job_runs_the_plain_commands_of_the_readme():
    *checked, lab = plain_commands()
    assert commands("windows") == checked
    assert "jupyterlab" in lab, "only the command that opens JupyterLab cannot run in a workflow"


def test_the_plain_test_command_is_the_one_behind_make_test():
    makefile = read("Makefile")
    options = re.search(r"(?m)^PYTEST := (.*)$", makefile)[1]
    (behind_make,) = re.findall(r"-m pytest (.*)", makefile)
    (plain,) = [command for command in plain_commands() if "-m pytest" in command]
    assert plain.split("-m pytest ")[1] == behind_make.replace("$(PYTEST)", options)


def test_the_workflow_requires_a_browser_where_it_uses_make():
    (test,) = [step for step in workflow("check")["jobs"]["make"]["steps"] if step.get("run") == "make test"]
    assert test["env"] == {"REQUIRE_BROWSER": "1"}


@pytest.mark.parametrize("job", ["make", "windows"])
def test_every_python_from_the_minimum_on_is_checked(job):
    versions = workflow("check")["jobs"][job]["strategy"]["matrix"]["python"]
    minors = [int(version.removeprefix("3.")) for version in versions]
    assert f">={versions[0]}" == project()["requires-python"]
    assert minors == list(range(minors[0], minors[0] + 4))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_may_only_read_unless_a_job_says_otherwise(name):
    assert workflow(name)["permissions"] == {"contents": "read"}
    granted = {job: body["permissions"] for job, body in workflow(name)["jobs"].items() if "permissions" in body}
    assert granted == ({"deploy": {"pages": "write", "id-token": "write"}} if name == "publish" else {})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_to_a_major_version(name):
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+(?:/[\w-]+)+@v\d+", action)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_links_to_files_lead_somewhere(name):
    targets = re.findall(r"\]\(([^)\s]+)\)", read(name))
    local = [target for target in targets if not target.startswith("https://")]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_the_readme_shows_the_explorer_and_says_what_is_to_be_seen():
    (picture,) = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", read("README.md"))
    alternative, path = picture
    assert len(alternative.split()) > 20
    assert (ROOT / path).stat().st_size < 120_000


@pytest.mark.parametrize("name", ["index.qmd", "_quarto.yml"])
def test_every_chapter_is_linked_from(name):
    chapters = [f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert [chapter for chapter in chapters if chapter not in read(name)] == []


def test_contributing_names_every_guard_and_no_other():
    defined = {name for name, value in vars(guards).items() if getattr(value, "__module__", "") == "guards"}
    public = {name for name in defined if not name.startswith("_")} - {"read"}
    section = read("CONTRIBUTING.md").split("| Convention | Guard |")[1].split("\n\n")[0]
    named = {name for row in section.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[-1])}
    assert named == public


def test_the_citation_names_the_series_and_its_source():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"]
    assert citation["title"] == yaml.safe_load(read("_quarto.yml"))["website"]["title"]
    assert citation["version"] == project()["version"]
    assert citation["authors"] == [{"name": f"The contributors of {citation['title']}"}]
    (source,) = citation["references"]
    assert (source["type"], source["title"]) == ("article", "Review of backpropagation")
    assert str(source["date-released"]) == "2025-05-06"


def test_the_licence_covers_code_and_text():
    licence = read("LICENSE")
    assert "Permission is hereby granted, free of charge" in licence
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in licence
    assert project()["license"] == "MIT AND CC-BY-4.0"


def test_no_file_names_a_registry_or_a_machine():
    found = {name: complaints(text) for name, text in tracked() if name != BROKEN_ON_PURPOSE}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "parts", [("https://", "pypi", ".org/simple"), ("see ", "/home", "/ann/x"), ("file://", "/tmp", "/a")]
)
def test_the_name_of_a_registry_or_a_machine_is_noticed(parts):
    assert complaints("".join(parts))


def test_the_data_of_a_picture_is_not_taken_for_a_path():
    assert complaints("iVBORw0KGgoAAAA" + "/home" + "/ann") == []
