"""The lock files pin everything, by hash, and name no host."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.guards.tree import below, imported_packages, text

LOCKS = ["requirements/base.txt", "requirements/dev.txt", "requirements/node.txt"]
PYPROJECT = tomllib.loads(text("pyproject.toml"))


def normal(requirement: str) -> str:
    """Return the normal name of the package that a requirement asks for."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def pins(lock: str) -> dict[str, str]:
    """Return package → its whole entry."""
    entries = re.split(r"\n(?=\S)", text(lock).strip())
    return {normal(entry): entry for entry in entries}


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json", "package.json", ".npmrc"])
def test_no_host_is_named(lock: str) -> None:
    content = text(lock)
    if lock == "package-lock.json":
        assert '"resolved"' not in content
        content = re.sub(r'"funding": \{[^}]*\}', "", content)
    assert "://" not in content


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_hashes(lock: str) -> None:
    for name, entry in pins(lock).items():
        assert re.search(r"^[\w.-]+(\[\w+\])?==\S+", entry), name
        assert "--hash=sha256:" in entry, name


def test_what_the_project_asks_for_is_locked() -> None:
    groups = PYPROJECT["dependency-groups"]
    needed = {normal(entry) for entry in PYPROJECT["project"]["dependencies"] + groups["build"]}
    assert needed <= pins("requirements/base.txt").keys()
    needed |= {normal(entry) for entry in groups["dev"] + groups["lock"]}
    assert needed <= pins("requirements/dev.txt").keys()


def test_tests_run_on_the_versions_that_are_served() -> None:
    development = pins("requirements/dev.txt")
    for name, entry in pins("requirements/base.txt").items():
        first = entry.splitlines()[0]
        assert development[name].splitlines()[0] == first


def test_front_end_packages_are_pinned_by_hash() -> None:
    asked = json.loads(text("package.json"))["dependencies"]
    packages = json.loads(text("package-lock.json"))["packages"]
    assert packages[""]["dependencies"] == asked
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for name, package in packages.items():
        assert not name or package["integrity"].startswith("sha512-")


def test_every_dependency_is_used() -> None:
    asked = {normal(entry) for entry in PYPROJECT["project"]["dependencies"]}
    # SQLAlchemy loads psycopg where DATABASE_URL asks for it; APScheduler waits for its layer, jobs.
    asked -= {"apscheduler", "psycopg"}
    assert not sorted(asked - imported_distributions())


def test_everything_imported_is_locked() -> None:
    assert imported_distributions() <= pins("requirements/base.txt").keys() | {"workforce"}


def imported_distributions() -> set[str]:
    """Return the installed packages that the program's modules come from."""
    used = {name for path in below("workforce", ".py") for name in imported_packages(path)}
    homes = packages_distributions()
    return {normal(home) for name in used for home in homes.get(name, [])}
