"""What the checkout may hold."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from tests.guards.tree import ROOT, below, files, text

MAX_LINES = 500
MAX_BYTES = 1_000_000
# Paths of one machine; route and file names below a project never begin like this.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|Users)/|(?<![\w.}])/home/\w+/")


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {str(PurePosixPath(path).parent) for path in below("tests", ".py")}
    assert not [folder for folder in sorted(folders) if f"{folder}/__init__.py" not in files()]


def test_every_folder_of_code_is_a_package() -> None:
    folders = {str(PurePosixPath(path).parent) for path in below("workforce", ".py")}
    folders -= {"workforce/migrations/versions"}  # Alembic runs these by file name
    assert not [folder for folder in sorted(folders) if f"{folder}/__init__.py" not in files()]


def test_nothing_made_or_secret_is_in_git() -> None:
    made = re.compile(
        r"^(static/vendor|instance|node_modules|\.venv|build|dist)/|\.(mo|sqlite3?|db)$"
    )
    assert not [path for path in files() if made.search(path)]


def test_files_are_small_enough_to_read() -> None:
    code = (".py", ".html", ".js", ".css")
    folders = ("static/", "templates/", "tests/", "tools/", "workforce/")
    long = {
        path: text(path).count("\n")
        for path in files()
        if path.startswith(folders)
        and path.endswith(code)
        and not path.startswith("workforce/migrations/versions/")
    }
    assert not {path: lines for path, lines in long.items() if lines > MAX_LINES}


def test_no_file_is_a_burden() -> None:
    assert not [path for path in files() if (ROOT / path).stat().st_size > MAX_BYTES]


def test_no_path_of_one_machine() -> None:
    found = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content and MACHINE_PATH.search(content.decode(errors="replace")):
            found.append(path)
    assert not found


@pytest.mark.parametrize("folder", ["work", "root", "Users", "home/li"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    assert MACHINE_PATH.search(f"see /{folder}/main")


@pytest.mark.parametrize("line", ["url_for('/home')", "tests/work/x", "../root/x"])
def test_other_paths_are_not(line: str) -> None:
    assert not MACHINE_PATH.search(line)
