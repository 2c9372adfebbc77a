"""``workforce payroll order`` and ``final-pay``: ordered by a file, taken on by the name of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.payroll.test_orders import through_november
from tests.payroll.world import World, create_world
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.law import LawBook
from workforce.payroll.models import PayrollRun

QZ = ("--company", "QZ")
BY = (*QZ, "--by", "zhao")


@pytest.fixture
def world(session: Session) -> World:
    """A company with one person who has worked since January and leaves on 11 December."""
    made = create_world(session, LawBook.load())
    made.maker.login_name, made.approver.login_name = "zhao", "qian"
    through_november(made, "W1").separated_on = dt.date(2026, 12, 11)
    session.commit()
    return made


@pytest.fixture
def payroll(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run a verb on the test's installation."""
    del app
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "payroll", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


def test_a_bonus_from_a_file_goes_its_whole_way(
    world: World, payroll: Callable[..., Result], tmp_path: Path
) -> None:
    lines = tmp_path / "bonus.csv"
    lines.write_text("工号,项目,金额\nW1,annual_bonus_merged,20000\n", encoding="utf-8-sig")
    said = ("--title", "Bonus", "--reason", "board", "--lines", str(lines))
    made = payroll("order", "new", "2026-12", *BY, *said)
    assert (made.exit_code, "2026-12#1" in made.output) == (0, True), made.output
    again = payroll("order", "new", "2026-12", *BY, *said)
    assert (again.exit_code, "titled" in again.output) == (2, True)
    assert "not calculated" in payroll("order", "list", "2026-12", *QZ).output
    # 20,000 with 1,500 of tax, as reckoned for the same bonus before the month's wages.
    assert "18500.00" in payroll("run", "2026-12#1", *BY).output
    assert payroll("review", "2026-12", *QZ, "--by", "qian").exit_code == 2  # no regular run yet
    for verb in ("review", "approve"):
        result = payroll(verb, "2026-12#1", *QZ, "--by", "qian")
        assert result.exit_code == 0, result.output
    stands = payroll("order", "withdraw", "2026-12#1", *BY, "--reason", "wrong")
    assert (stands.exit_code, "approved" in stands.output) == (2, True)
    assert payroll("run", "2026-12#2", *BY).exit_code == 2

    final = payroll("final-pay", "2026-12", "W1", *BY, "--reason", "agreed", "--leave-days", "0")
    assert (final.exit_code, "2026-12#2" in final.output) == (0, True), final.output
    assert payroll("run", "2026-12#2", *BY).exit_code == 0
    assert payroll("order", "withdraw", "2026-12#2", *BY, "--reason", "wrong").exit_code == 0
    world.session.rollback()
    assert [run.number for run in world.session.scalars(select(PayrollRun))] == [1]
