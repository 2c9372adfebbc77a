"""Targets of measures: who sets them, where they stand, and when they are reached or overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.bureau.filling import own
from tests.engines import both_engines
from tests.factories.issues import create_issue
from tests.factories.web import FormClient, without_tokens
from tests.statistics.conditions import create_conditions
from tests.statistics.seed import OCTOBER
from workforce.accounts.models import Account
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.scope import Scope
from workforce.statistics.service import compute_cubes
from workforce.statistics.tables import Cell, CellState
from workforce.statistics.targets import (
    Bound,
    Standing,
    Target,
    progress,
    set_target,
    target,
    targets_in,
    withdraw_target,
)

ClientAs = Callable[[Account], FormClient]
PATH = "/statistics/targets"
DECEMBER = PayPeriod(2026, 12)


def at(*day: int) -> dt.datetime:
    return dt.datetime(*day, 12, tzinfo=clock.BASE_ZONE)  # type: ignore[misc, arg-type]


def wanted(value: int, bound: Bound = Bound.AT_LEAST) -> Target:
    return Target(
        measure="jobs_end",
        period=DECEMBER,
        bound=bound,
        value=value,
        reason="8",
        set_at=at(2026, 10, 1),
    )


def shown(value: int) -> Cell:
    return Cell(CellState.SHOWN, value)


@pytest.mark.parametrize(
    ("figures", "today", "expected"),
    [
        # Before its month is over: the newest published month says whether it would do.
        ({}, (2026, 12, 31), Standing.OPEN),
        ({"2026-10": 6, "2026-11": 9}, (2026, 12, 31), Standing.OPEN),
        ({"2026-10": 6, "2026-11": 10}, (2026, 12, 31), Standing.AHEAD),
        # After it: its own month decides, as soon as it is published, and for ever.
        ({"2026-11": 10}, (2027, 1, 1), Standing.AWAITED),
        ({"2026-11": 9, "2026-12": 10, "2027-01": 8}, (2027, 3, 1), Standing.REACHED),
        ({"2026-12": 9, "2027-01": 12}, (2027, 3, 1), Standing.OVERDUE),
        ({"2026-12": None}, (2027, 3, 1), Standing.UNKNOWN),
    ],
)
def test_how_far_a_target_of_ten_is(
    figures: dict[str, int | None], today: tuple[int, int, int], expected: Standing
) -> None:
    cells = {
        PayPeriod.parse(text): Cell(CellState.WITHHELD) if value is None else shown(value)
        for text, value in figures.items()
    }

    assert progress(wanted(10), cells, dt.date(*today)).standing is expected


def test_a_most_is_reached_from_below() -> None:
    most = wanted(10, Bound.AT_MOST)

    assert [most.is_met(value) for value in (9, 10, 11)] == [True, True, False]


@both_engines
def test_the_newest_says_what_holds_and_nothing_is_lost(session: Session) -> None:
    march = PayPeriod(2027, 3)
    with clock.fixed(at(2026, 11, 20)):
        set_target("jobs_end", DECEMBER, Bound.AT_LEAST, 10, "first", CLI)
        set_target("jobs_end", DECEMBER, Bound.AT_LEAST, 12, "raised", CLI)
        set_target("jobs_end", march, Bound.AT_LEAST, 20, "next year", CLI)
        for measure, period, reason in (
            ("jobs_end", OCTOBER, "over"),
            ("nothing", DECEMBER, "no such measure"),
            ("jobs_end", DECEMBER, "  "),
        ):
            with pytest.raises(DomainError):
                set_target(measure, period, Bound.AT_LEAST, 1, reason, CLI)

        found = target(session, "jobs_end", PayPeriod(2026, 11))
        later = target(session, "jobs_end", PayPeriod(2027, 1))
        assert (found and found.value, later and later.value) == (12, 20)
        assert targets_in(session, march.next()) == {}
        withdraw_target("jobs_end", DECEMBER, "a mistake", CLI)
    session.rollback()

    # What is due next is worked towards now.
    found = target(session, "jobs_end", PayPeriod(2026, 11))
    assert found is not None
    assert found.period == march
    entries = session.execute(
        select(AuditEntry.action, AuditEntry.reason)
        .where(AuditEntry.subject_type == "measure_target")
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("measure_target.set", "first"),
        ("measure_target.set", "raised"),
        ("measure_target.set", "next year"),
        ("measure_target.withdraw", "a mistake"),
    ]


def test_an_official_sets_one_on_the_page_and_reports_have_it(
    session: Session, client_as: ClientAs
) -> None:
    create_conditions(session)
    create_issue(session, compute_cubes(session, Scope.base(), OCTOBER, is_protected=False))
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    finance = client_as(
        factories.create_account(session, Role.FINANCE, factories.create_company(session))
    )
    session.commit()
    given = {
        "measure": "average_wage",
        "period": "2026-12",
        "bound": "at_least",
        "value": "3,000.5",
        "reason": "<b>县府发〔2026〕8号</b>",
    }
    with clock.fixed(at(2026, 11, 24)):
        wrong = official.post_form(PATH, given | {"value": "3000.555"})
        past = official.post_form(PATH, given | {"period": "2026-10"})
        saved = official.post_form(PATH, given)
        page = without_tokens(official.get(PATH).text)

        assert [reply.status_code for reply in (wrong, past, saved)] == [422, 422, 302]
        assert "3000.555" in wrong.text
        assert finance.get(PATH).status_code == 403
        assert finance.post_form(PATH, given).status_code == 403
        # October's average of 2812.58 is published.
        for words in ("≥ 3,000.50", "2,812.58", "进行中", "&lt;b&gt;县府发〔2026〕8号"):
            assert words in page
        session.rollback()
        report = own(session, "overview")
        told = {
            figure.text for table in report.tables for row in table.rows for figure in row.figures
        }
        assert "3,000.50" in told

        gone = official.post_form(
            f"{PATH}/withdraw", {"measure": "average_wage", "period": "2026-12", "reason": "废止"}
        )
        assert gone.status_code == 302
        assert "3,000.50" not in official.get(PATH).text


@pytest.mark.usefixtures("app")
def test_targets_on_the_command_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "target", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    with clock.fixed(at(2026, 11, 24)):
        assert "jobs_end  Jobs at end (jobs)" in run("measures").output
        assert run("set", "turnover", "2026-12", "4.5", "--at-most", "--reason", "8").exit_code == 0
        assert run("set", "turnover", "2026-12", "4.555", "--reason", "8").exit_code == 2
        assert run("set", "turnovers", "2026-12", "4", "--reason", "8").exit_code == 2
        shown = run("list").output
        assert "Turnover" in shown
        assert "≤ 4.50" in shown
        assert run("withdraw", "turnover", "2026-12", "--reason", "9").exit_code == 0
        assert run("withdraw", "turnover", "2026-12", "--reason", "9").exit_code == 2
        assert "Turnover" not in run("list").output
