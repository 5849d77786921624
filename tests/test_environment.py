"""The same packages, however a reader installs them: pyproject.toml, requirements.txt and environment.yml agree."""

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"playwright": "playwright-python"}  # where conda-forge calls a package something else
ONLY_CONDA = {"python", "pip", "quarto"}


def wanted(*, bench: bool) -> dict[str, str]:
    """Versions that pyproject.toml asks for, by package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for name in extras if bench or name != "bench" for line in extras[name])]
    requirements = map(Requirement, lines)
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def test_conda_installs_the_packages_of_pyproject():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    (from_pip,) = (entry["pip"] for entry in dependencies if isinstance(entry, dict))
    assert from_pip[-1] == "-e ."
    lines = [entry for entry in dependencies if isinstance(entry, str)] + from_pip[:-1]
    found = {requirement.name: str(requirement.specifier) for requirement in map(Requirement, lines)}
    assert {name: found[name] for name in found if name not in ONLY_CONDA} == {
        CONDA_NAMES.get(name, name): version for name, version in wanted(bench=True).items()
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
    for name, versions in wanted(bench=False).items():
        for version in locked.get(name, ["none"]):
            assert Requirement(f"{name}{versions}").specifier.contains(version), f"{name} {version} is not {versions}"
