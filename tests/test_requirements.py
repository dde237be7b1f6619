"""One list of requirements in four places: pyproject.toml, environment.yml and the two lock files."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {
    "tzdata": "python-tzdata",
    "playwright": "playwright-python",
    "typst": "typst-py",
}  # where conda-forge differs from PyPI
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INSTALLED = [Requirement(line) for line in PROJECT["dependencies"]]
FOR_TESTS = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
TO_BUILD = [Requirement(line) for line in PROJECT["optional-dependencies"]["build"]]


def conda():
    """Return environment.yml's requirements: conda-forge name -> version rule."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert all(isinstance(line, str) for line in listed), "everything is on conda-forge; no pip section is needed"
    return dict(re.fullmatch(r"([\w.-]+?)\s*(>=.*|)", line).groups() for line in listed)


def locked(name):
    """Return a lock file's packages: canonical name -> (version, whether hashes pin it, its platform rule)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    found = (re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", line) for line in lines)
    return {
        canonicalize_name(m[1]): (Version(m[2]), "--hash=sha256:" in line) for m, line in zip(found, lines, strict=True)
    }


def test_conda_and_pip_install_the_same_requirements():
    wanted = {"python": PROJECT["requires-python"]}
    for requirement in INSTALLED + FOR_TESTS + TO_BUILD:
        name = canonicalize_name(requirement.name)
        wanted[CONDA_NAMES.get(name, name)] = str(requirement.specifier)
    assert conda() == wanted | {"pip": ""}


@pytest.mark.parametrize(
    ("file", "wanted"),
    [("requirements.lock", INSTALLED + TO_BUILD), ("requirements-test.lock", INSTALLED + TO_BUILD + FOR_TESTS)],
)
def test_a_lock_file_pins_all_that_is_required_in_an_allowed_version(file, wanted):
    pinned = locked(file)
    for requirement in wanted:
        version, _ = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}: run 'make lock'"
    assert all(hashed for _, hashed in pinned.values())


def test_tests_run_with_the_versions_that_users_get():
    installed, tested = locked("requirements.lock"), locked("requirements-test.lock")
    assert {name: tested.get(name) for name in installed} == installed


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_file_names_no_machine_and_no_index(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "--index-url" not in text
    assert "://" not in text
    assert "make lock" in text
