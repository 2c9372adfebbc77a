"""The script that loads the server runs through, and no page of any role fails on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.demo.test_bulk import TINY
from tools import load
from workforce.cli.main import main
from workforce.demo.bulk_world import SIZES

pytestmark = pytest.mark.xdist_group("demo")


def test_each_role_walks_round_at_the_same_time_and_meets_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """How fast the pages are is measured by `make load`, not here."""
    monkeypatch.setitem(SIZES, "base", TINY)
    words = ["--instance", str(tmp_path), "demo", "--size", "base"]
    made = CliRunner().invoke(main, words, catch_exceptions=False)
    assert made.exit_code == 0, made.output
    with (
        load.served(tmp_path, "--no-worker") as port,
        ThreadPoolExecutor(max_workers=len(load.WALKS)) as pool,
    ):
        visitors = list(pool.map(load.tour, [port] * len(load.WALKS), load.WALKS))
    assert not [error for visitor in visitors for error in visitor.errors]
    load.report(visitors, load.Load(users=len(visitors), seconds=1, think_s=0))
    told = capsys.readouterr().out
    assert "/earnings" in told
    assert "(save a cell)" in told
    assert ", 0 errors" in told


def test_the_crowd_is_mostly_annotators() -> None:
    crowd = load.crowd(50)
    assert {role: crowd.count(role) for role in load.WALKS} == {
        "annotator": 30,
        "supervisor": 10,
        "finance": 5,
        "official": 3,
        "administrator": 2,
    }


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(number) for number in range(1, 21)]
    assert [load.percentile(values, each) for each in (50, 95, 99)] == [10.0, 19.0, 20.0]
    assert load.percentile([7.0], 95) == 7.0


def test_real_books_are_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["load.py", "--instance", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        load.main()
    assert ended.value.code == 2


def test_addresses_of_one_page_are_one() -> None:
    assert load.name_of("/payslips/12/lines/3?x=1") == "/payslips/…/lines/…"
