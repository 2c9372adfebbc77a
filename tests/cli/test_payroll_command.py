"""``workforce payroll``: the whole way from a run to its close, and what stops it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, World, create_world
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform import clock

Run = Callable[..., Result]


@pytest.fixture
def world(session: Session) -> World:
    """A company ``QZ`` with the month worked by hand, and its accounts zhao and qian."""
    made = create_world(session, LawBook.load())
    made.maker.login_name, made.approver.login_name = "zhao", "qian"
    fill(made)
    session.commit()
    return made


@pytest.fixture
def payroll(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb on the test's installation."""
    del app
    # The template has the tables but no revision of migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str, locale: str = "en") -> Result:
        arguments = ["--instance", str(settings.instance), "payroll", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)

    return run


def test_the_whole_way(world: World, payroll: Run) -> None:
    result = payroll("run", "2026-10", "--company", "QZ", "--by", "zhao")
    assert result.exit_code == 0, result.output
    for words in ("QZ", "Calculated", "2471.25", "1988.18", "3691.47"):
        assert words in result.output

    assert "the same bit by bit" in payroll("verify", "2026-10", "--all").output
    unseen = payroll("review", "2026-10", "--company", "QZ", "--by", "qian")
    assert (unseen.exit_code, "1 variances are not ticked" in unseen.output) == (2, True)
    listed = payroll("variances", "2026-10", "--company", "QZ").output
    assert re.search(r"Raised to the minimum wage +W1 .* 369\.15", listed)
    for verb, said in (
        ("tick", "1 variances ticked"),
        ("review", "Reviewed"),
        ("approve", "Approved"),
    ):
        refused = payroll(verb, "2026-10", "--company", "QZ", "--by", "zhao")
        assert refused.exit_code == 2
        assert "is not for whoever made the run" in refused.output
        result = payroll(verb, "2026-10", "--company", "QZ", "--by", "qian")
        assert (result.exit_code, said in result.output) == (0, True), result.output
    # Paying and closing decide nothing about the figures: the maker may do both.
    by = ("--company", "QZ", "--by", "zhao")
    paid = ("--on", str(clock.today()), "--reference", "ICBC 1")
    wrong = payroll("pay", "2026-10", *by, *paid, "--total", "1988.17")
    assert (wrong.exit_code, "the difference is -0.01" in wrong.output) == (2, True)
    assert "Paid" in payroll("pay", "2026-10", *by, *paid, "--total", "1988.18").output
    assert payroll("close", "2026-10", *by).exit_code == 0

    closed = payroll("run", "2026-10", "--company", "QZ", "--by", "zhao")
    assert closed.exit_code == 2
    assert "Closed" in closed.output
    assert world.stored_run().state == "closed"


@pytest.mark.feature("FIN-18")
def test_preview_shows_totals_and_writes_nothing(world: World, payroll: Run) -> None:
    result = payroll("run", "2026-10", "--all", "--preview", locale="zh")
    assert result.exit_code == 0
    assert "2471.25" in result.output
    assert "没有写入任何内容" in result.output
    assert world.session.execute(text("SELECT count(*) FROM payroll_run")).scalar() == 0


def test_a_run_without_a_name_is_reviewed_and_approved_by_two(world: World, payroll: Run) -> None:
    assert payroll("run", "2026-10", "--all").exit_code == 0
    assert payroll("tick", "2026-10", "--all", "--by", "qian").exit_code == 0
    assert payroll("review", "2026-10", "--all", "--by", "qian").exit_code == 0
    assert payroll("approve", "2026-10", "--all", "--by", "qian").exit_code == 2
    assert payroll("approve", "2026-10", "--all", "--by", "zhao").exit_code == 0
    assert world.stored_run().approved_by_id == world.maker.id


def test_verify_names_the_difference_and_exits_with_1(world: World, payroll: Run) -> None:
    payroll("run", "2026-10", "--all")
    world.session.execute(text("UPDATE payslip_line SET amount = 1600 WHERE amount = 1500"))
    world.session.commit()
    result = payroll("verify", "2026-10", "--company", "QZ")
    assert result.exit_code == 1
    assert "QZ W1 night_allowance (5) amount: stored 1600, computed 1500" in result.output


def test_show_prints_people_and_one_payslip_s_reasons(world: World, payroll: Run) -> None:
    payroll("run", "2026-10", "--all", "--by", "zhao")
    shown = payroll("show", "2026-10", "--company", "QZ").output
    assert re.search(r"W1 .* 2471\.25 +483\.07 +1988\.18", shown)
    assert world.stored_run().input_hash in shown
    lines = payroll("show", "2026-10", "--all", "--employee", "W1").output
    assert re.search(r"^ *Minimum-wage top-up +369\.15 *$", lines, re.MULTILINE)
    assert "2200.00" in lines  # the floor, in the reason of the top-up


def test_show_explains_why_somebody_has_no_payslip(world: World, payroll: Run) -> None:
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )
    world.session.commit()
    payroll("run", "2026-10", "--company", "QZ")
    faulty = payroll("show", "2026-10", "--all", "--employee", "W2")
    assert (faulty.exit_code, "There is no pay profile" in faulty.output) == (0, True)
    unknown = payroll("show", "2026-10", "--all", "--employee", "W9")
    assert unknown.exit_code == 2
    assert "nobody with the number W9" in unknown.output


@pytest.mark.usefixtures("world")
def test_remarks_are_told_before_anybody_approves(payroll: Run) -> None:
    """The damages of the month worked by hand found no room: the payslip says so."""
    result = payroll("run", "2026-10", "--company", "QZ", locale="zh")
    where = "workforce payroll show 2026-10 --company QZ --notes"
    for said in (
        "QZ: 1 人的工资条上有提示，批准前请看：\n",
        "  损失赔偿未扣足：1 人（W1）\n",
        f"  逐人说明：{where}\n",
    ):
        assert said in result.output
        assert said in payroll("show", "2026-10", "--company", "QZ", locale="zh").output
    assert "Damages without room: 1 (W1)" in payroll("run", "2026-10", "--all", "--preview").output
    # What nobody can act on is not counted: law data that nobody has verified.
    assert "Unverified" not in payroll("show", "2026-10", "--all").output


@pytest.mark.usefixtures("world")
def test_notes_say_each_remark_with_its_person(payroll: Run) -> None:
    payroll("run", "2026-10", "--all", "--by", "zhao")
    said = payroll("show", "2026-10", "--all", "--notes").output
    assert "Damages without room\n" in said
    assert re.search(
        r"^  W1 .*: Damages of 600\.00 yuan: the law leaves room for 0\.00", said, re.MULTILINE
    )
    assert "Gross pay" not in said


@pytest.mark.usefixtures("world")
def test_remarks_are_told_again_before_review_and_approval(payroll: Run) -> None:
    payroll("run", "2026-10", "--all", "--by", "zhao")
    payroll("tick", "2026-10", "--all", "--by", "qian")
    for verb in ("review", "approve"):
        said = payroll(verb, "2026-10", "--all", "--by", "qian").output
        assert said.index("Damages without room") < said.index("QZ 2026-10:")
    assert "Damages" not in payroll("close", "2026-10", "--all", "--by", "qian").output


def test_adjustments_are_listed_with_the_run_that_pays_them(world: World, payroll: Run) -> None:
    worker = world.session.scalars(select(Employment)).one()
    factories.create_adjustment(
        world.session,
        worker,
        pay_period="2026-10",
        for_period="2026-09",
        amount=-1_230,
        reason="b9 recounted",
    )
    world.session.commit()
    payroll("run", "2026-10", "--all")
    assert re.search(
        r"W1 .* 2026-09 +-12\.30 +b9 recounted", payroll("show", "2026-10", "--all").output
    )


@pytest.mark.usefixtures("world")
def test_times_are_those_of_the_base(payroll: Run) -> None:
    with clock.fixed(dt.datetime(2026, 11, 2, 17, 30, tzinfo=dt.UTC)):
        payroll("run", "2026-10", "--all", "--by", "zhao")
    shown = payroll("show", "2026-10", "--all").output
    assert "2026-11-03 01:30\n" in shown


def test_faults_are_listed_and_the_run_stays_a_draft(world: World, payroll: Run) -> None:
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )
    world.session.commit()
    result = payroll("run", "2026-10", "--company", "QZ")
    assert result.exit_code == 0
    assert "QZ W2: There is no pay profile that holds in 2026-10." in result.output
    assert "Draft" in result.output
    refused = payroll("review", "2026-10", "--company", "QZ", "--by", "qian")
    assert refused.exit_code == 2
    assert "1 people cannot be calculated" in refused.output


def test_one_company_s_error_does_not_stop_the_others(world: World, payroll: Run) -> None:
    factories.create_company(world.session, code="AA")
    world.session.commit()
    result = payroll("run", "2026-10", "--all")
    assert result.exit_code == 2
    assert "Error: AA: Company AA has no pay policy" in result.output
    assert "2471.25" in result.output
    assert world.stored_run().payslip_count == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "2026-10"), "--company"),
        (("run", "2026-10", "--all", "--company", "QZ"), "--company"),
        (("run", "2026-13", "--all"), "is not a month"),
        (("run", "2026-10", "--company", "ZZ"), "ZZ"),
        (("run", "2026-10", "--all", "--by", "nobody"), "nobody"),
        (("run", "2027-01", "--all"), "2027"),
        (("show", "2026-10", "--all"), "There is no run of 2026-10"),
        (("approve", "2026-10", "--all"), "--by"),
        (("return", "2026-10", "--all", "--by", "qian"), "--reason"),
        (("run", "2026-10", "--all", "--by", "boss"), "does not have this right"),
    ],
)
def test_a_user_s_mistake_is_one_sentence_and_2(
    world: World, payroll: Run, words: tuple[str, ...], said: str
) -> None:
    factories.create_account(world.session, Role.OFFICIAL, login_name="boss")
    world.session.commit()
    result = payroll(*words)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_returning_asks_for_a_reason_and_lets_it_run_again(world: World, payroll: Run) -> None:
    payroll("run", "2026-10", "--all", "--by", "zhao")
    payroll("tick", "2026-10", "--all", "--by", "qian")
    payroll("review", "2026-10", "--all", "--by", "qian")
    result = payroll("return", "2026-10", "--all", "--by", "qian", "--reason", "b1 recounted")
    assert result.exit_code == 0
    assert world.stored_run().state == "calculated"


def test_reopening_an_approved_run_takes_two_people(world: World, payroll: Run) -> None:
    payroll("run", "2026-10", "--all", "--by", "zhao")
    for verb in ("tick", "review", "approve"):
        payroll(verb, "2026-10", "--all", "--by", "qian")
    reopen = ("reopen", "2026-10", "--all", "--by")
    assert payroll(*reopen, "qian").exit_code == 2, "no reason"
    assert payroll(*reopen, "qian", "--reason", "b1 recounted").exit_code == 0
    assert payroll(*reopen, "qian", "--grant").exit_code == 2, "by oneself"
    assert payroll(*reopen, "zhao", "--grant").exit_code == 0
    assert world.stored_run().state == "calculated"


@pytest.mark.parametrize(
    "verb",
    [
        *("run", "show", "verify", "variances", "tick"),
        *("review", "approve", "pay", "close", "return", "reopen"),
    ],
)
def test_every_verb_explains_itself_with_an_example(verb: str) -> None:
    result = CliRunner().invoke(main, ["payroll", verb, "--help"])
    assert result.exit_code == 0
    assert f"Example: workforce payroll {verb} 2026-10" in " ".join(result.output.split())
