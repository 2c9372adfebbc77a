"""What this project adds to pytest.

`@pytest.mark.feature("FIN-3")` names the row of features.toml that a test proves; a name that is no
row stops the collection. `pytest --features` runs nothing and prints every row with its tests, and
whether one of them runs on PostgreSQL too.

Tests marked `browser`, `poppler` or `postgres` are skipped, with a line that says how to get it,
where the machine lacks the program that they drive.

A parameter that is a file's content is not written into the name of its test.
"""

from __future__ import annotations

import gc
import os
import shutil
import tomllib
from collections.abc import Callable, Generator
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import hypothesis
import pytest

FEATURES = Path(__file__).parent / "features.toml"

TESTS_OF_FEATURES = pytest.StashKey[dict[str, list[str]]]()
ROWS_ON_POSTGRES = pytest.StashKey[set[str]]()
"""Rows that a test on PostgreSQL proves."""


def has_postgres() -> bool:
    """Tell whether a PostgreSQL server can be started here; Debian keeps it off the PATH."""
    return shutil.which("initdb") is not None or any(
        Path("/usr/lib/postgresql").glob("*/bin/initdb")
    )


def has_browser() -> bool:
    """Tell whether Chromium is here, and what the program that drives it needs."""
    return shutil.which("chromium") is not None and find_library("atomic") is not None


# Marker → the Debian packages that its tests need, and whether they are there.
NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "browser": ("chromium libatomic1", has_browser),
    "poppler": ("poppler-utils", lambda: shutil.which("pdftotext") is not None),
    "postgres": ("postgresql", has_postgres),
}


def load_features() -> dict[str, str]:
    """Return the rows in their order: id → check."""
    sections = {name: rows for name, rows in _features().items() if name != "both_engines"}
    return {row: check for section in sections.values() for row, check in section.items()}


def rows_for_both_engines() -> list[str]:
    """Return the rows that need a test on each database."""
    rows: list[str] = _features()["both_engines"]
    return rows


def _features() -> dict[str, Any]:
    return tomllib.loads(FEATURES.read_text(encoding="utf-8"))


def features_of(item: pytest.Item) -> list[str]:
    """Return the rows that a test says it proves."""
    return [row for marker in item.iter_markers("feature") for row in marker.args]


LONGEST_ID = 80


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes and long text by their parameter (pytest numbers those that are alike).

    A workbook holds the second in which it was written: by its content the same test would be
    called differently by each worker that collects it, and none of them would start.
    """
    content = isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_ID)
    return argname if content else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--features`."""
    parser.addoption(
        "--features",
        action="store_true",
        help="run nothing; print the features with the tests that prove them",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers ``-n auto`` starts: one more than processors.

    Tests wait for browsers, servers and databases, and leave a processor idle meanwhile.
    """
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Time no example of hypothesis: machines differ. Collect only, if the table is asked for."""
    hypothesis.settings.register_profile("workforce", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("workforce")
    if config.getoption("--features"):
        config.option.collectonly = True
        config.option.verbose = -2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the rows that tests name, and remember who proves what."""
    rows = load_features()
    tests: dict[str, list[str]] = {row: [] for row in rows}
    on_postgres: set[str] = set()
    for item in items:
        name = item.nodeid.split("[", maxsplit=1)[0]
        for row in features_of(item):
            if row not in rows:
                raise pytest.UsageError(f"{item.nodeid}: {row!r} is no row of {FEATURES.name}")
            if name not in tests[row]:
                tests[row].append(name)
            if item.get_closest_marker("postgres"):
                on_postgres.add(row)
    config.stash[TESTS_OF_FEATURES] = tests
    config.stash[ROWS_ON_POSTGRES] = on_postgres


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage in what is collected: none of it is, and to look takes a quarter of the time.

    It stays until the end, and later searches leave it out.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, before any fixture tries to."""
    for marker, (packages, is_there) in NEEDS.items():
        if item.get_closest_marker(marker) and not is_there():
            pytest.skip(f"needs {packages}: sudo apt-get install {packages}")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table of features."""
    if not config.getoption("--features"):
        return
    rows, tests = load_features(), config.stash[TESTS_OF_FEATURES]
    on_postgres, wanted = config.stash[ROWS_ON_POSTGRES], rows_for_both_engines()
    terminalreporter.write_line("")
    for row, check in rows.items():
        state = "proven" if tests[row] else "   –  "
        terminalreporter.write_line(f"{state}  {row:<7} {check}")
        for name in tests[row]:
            terminalreporter.write_line(f"                  {name}")
        if row in on_postgres:
            terminalreporter.write_line("                  on SQLite and on PostgreSQL")
        elif row in wanted:
            terminalreporter.write_line("                  MISSING: a test on PostgreSQL")
    proven = sum(1 for row in rows if tests[row])
    terminalreporter.write_line(f"\n{proven} of {len(rows)} features are proven by a test.")
