"""``workforce corrections``: a late fact and a reversal from the command line, by two people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.payroll.world import World, create_world
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.law import LawBook

QZ = ("--company", "QZ")
ZHAO, QIAN = ("--by", "zhao"), ("--by", "qian")


@pytest.fixture
def world(session: Session) -> World:
    """A company with one person of 8000 a month, whose October is approved."""
    made = create_world(session, LawBook.load())
    made.maker.login_name, made.approver.login_name = "zhao", "qian"
    made.attend(made.hire("W1", base_pay_amount=800_000))
    made.run()
    made.approve()
    session.commit()
    return made


@pytest.fixture
def corrections(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run a verb on the test's installation."""
    del app
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "corrections", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


@pytest.mark.feature("FIN-25", "FIN-26")
@pytest.mark.usefixtures("world")
def test_an_allowance_and_a_reversal_go_their_whole_way(
    corrections: Callable[..., Result],
) -> None:
    whose = ("pay_entry", *QZ, "--employee", "W1", "--set", "period=2026-10", "--set")
    entry = (*whose, "item=earning:skill_allowance", "--set", "amount=300", "--reason", "forgotten")
    wrong = corrections("enter", *entry[:-4], "--set", "amount=x", "--reason", "forgotten", *ZHAO)
    assert wrong.exit_code == 2, wrong.output
    assert corrections("enter", *entry, *ZHAO).exit_code == 0
    shown = corrections("show", "2026-10", *QZ, *ZHAO)
    assert "300.00" in shown.output
    assert corrections("approve", "2026-10", *QZ, *ZHAO).exit_code != 0
    done = corrections("approve", "2026-10", *QZ, *QIAN)
    assert (done.exit_code, "1 people, differences of 300.00" in done.output) == (0, True)

    who = ("2026-10", *QZ, "--employee", "W1")
    assert corrections("approve-reversal", *who, *QIAN).exit_code == 2
    assert corrections("reverse", *who, "--reason", "wrong card", *ZHAO).exit_code == 0
    assert corrections("approve-reversal", *who, *QIAN).exit_code == 0
    again = corrections("reverse", *who, "--reason", "wrong card", *ZHAO)
    assert again.exit_code == 2
    made = corrections(
        "reissue", "2026-10", *QZ, "--pay-on", "2026-11-20", "--reason", "anew", *ZHAO
    )
    assert (made.exit_code, "2026-10#1" in made.output) == (0, True), made.output
