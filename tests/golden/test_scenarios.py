"""Every scenario file under scenarios/ gives the figures that it expects.

The expected figures are reckoned by hand or come from the law's own examples; each file shows how.
"""

from pathlib import Path

import pytest

from workforce.cli.text_files import load_text
from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.core.money import format_fen

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_scenario_holds(path: Path, book: LawBook) -> None:
    read = scenario.read(load_text(path))
    paid = scenario.run(read, book)
    differences = [
        f"{each.period} {each.code}: {format_fen(each.expected_fen)} expected,"
        f" got {format_fen(each.got_fen)}"
        for each in scenario.differences(read, paid)
    ]
    assert sum(len(figures) for figures in read.expect.values()) > 0
    assert differences == []
