"""The same packages, however a reader installs them: pyproject.toml, requirements.txt and environment.yml agree.

And the settings that other programs find: JupyterLab and Quarto.
"""

import json
import tomllib
from pathlib import Path

import yaml
from jupyterlab.commands import get_app_dir
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
# Where conda-forge calls a package something else.
CONDA_NAMES = {"playwright": "playwright-python", "quarto-cli": "quarto"}
ONLY_CONDA = {"python", "pip"}
NOT_LOCKED = {"bench", "quarto"}


def wanted(*, but: set[str] = frozenset()) -> dict[str, str]:
    """Versions that pyproject.toml asks for, by package, but for those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for name in extras if name not in but for line in extras[name])]
    requirements = map(Requirement, lines)
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def test_conda_installs_the_packages_of_pyproject():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    (from_pip,) = (entry["pip"] for entry in dependencies if isinstance(entry, dict))
    assert from_pip[-1] == "-e ."
    lines = [entry for entry in dependencies if isinstance(entry, str)] + from_pip[:-1]
    found = {requirement.name: str(requirement.specifier) for requirement in map(Requirement, lines)}
    assert {name: found[name] for name in found if name not in ONLY_CONDA} == {
        CONDA_NAMES.get(name, name): version for name, version in wanted().items()
    }
    assert set(found) >= ONLY_CONDA


def test_conda_asks_for_the_python_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (
        f"python{project['requires-python']}"
        in yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    )


def test_the_locked_versions_are_ones_that_pyproject_allows():
    locked: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "==", line
        locked.setdefault(requirement.name, []).append(pin.version)
    for name, versions in wanted(but=NOT_LOCKED).items():
        for version in locked.get(name, ["none"]):
            assert Requirement(f"{name}{versions}").specifier.contains(version), f"{name} {version} is not {versions}"


def test_make_installs_the_quarto_of_pyproject():
    version = wanted()["quarto-cli"]
    assert f'"quarto-cli{version}"' in (ROOT / "Makefile").read_text("utf-8")


def test_quarto_finds_the_lines_it_would_write_into_gitignore():
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/.quarto/", "**/*.quarto_ipynb"} <= set(ignored)


def test_make_lab_starts_without_a_question_and_looks_for_no_update():
    assert '--LabApp.app_settings_dir="$(CURDIR)/.jupyter"' in (ROOT / "Makefile").read_text("utf-8")
    settings = json.loads((ROOT / ".jupyter/overrides.json").read_text("utf-8"))
    notification = settings.pop("@jupyterlab/apputils-extension:notification")
    assert (notification, settings) == ({"checkForUpdates": False, "fetchNews": "false"}, {})
    schema = Path(get_app_dir()) / "schemas/@jupyterlab/apputils-extension/notification.json"
    known = json.loads(schema.read_text("utf-8"))["properties"]
    assert set(notification) <= set(known), "JupyterLab calls its settings something else now"
