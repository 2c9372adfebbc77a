"""Every scenario that rests on law data nobody has verified names them in a comment.

A line ``# estimate: parameter parameter`` names what the payslips of the file note as estimate.
"""

import re
from pathlib import Path

import pytest

from workforce.cli.text_files import load_text
from workforce.core import scenario
from workforce.core.law import LawBook

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
MARK = re.compile(r"^# estimate: (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_scenario_names_its_estimates(path: Path, book: LawBook) -> None:
    noted = {
        note.detail or note.code
        for month in scenario.run(scenario.read(load_text(path)), book)
        for note in month.notes
        if note.code in {"law_estimate", "calendar_estimate"}
    }
    named = [
        code for line in MARK.findall(path.read_text(encoding="utf-8")) for code in line.split()
    ]
    assert named == sorted(noted)
