"""Half months where people meet them: pages, papers, the command line, the register (FIN-36)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.factories.web import FormClient, without_tokens
from tests.payroll.test_half_months import FIRST, SECOND, base, employed
from tests.payroll.test_web import do_jobs
from tests.payroll.world import OCTOBER, World
from workforce.accounts.models import Account
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.money import format_fen
from workforce.documents import labels
from workforce.documents import service as documents
from workforce.imports import service as imports
from workforce.imports.source import Options, SourceFile
from workforce.people.models import PayProfile
from workforce.platform import audit, clock

__all__ = ["base"]

pytestmark = pytest.mark.feature("FIN-36")


def test_a_half_month_is_called_what_people_call_it() -> None:
    assert [labels.month(period).zh for period in (OCTOBER, FIRST, SECOND)] == [
        "2026年10月",
        "2026年10月上半月",
        "2026年10月下半月",
    ]
    assert labels.month(SECOND).en == "October 2026, second half"


def test_the_pages_compute_and_show_a_half_month(
    base: World, client_as: Callable[[Account], FormClient]
) -> None:
    base.session.commit()
    client = client_as(base.maker)
    form = {"company_id": str(base.company.id), "period": "2026-10"}
    client.post_form("/payroll/runs", form | {"part": "-H1"})
    do_jobs()
    shown = client.get(f"/payroll/runs/{base.stored_run(FIRST).id}").text
    assert "2026-10 上半月 工资" in shown
    people = client.get(f"/payroll/runs/{base.stored_run(FIRST).id}/people").text
    assert "H1" in people
    assert "F1" not in without_tokens(people)
    listed = client.get("/payroll/runs").text
    assert "2026-10 上半月" in listed
    assert '<option value="-H2">下半月</option>' in listed
    slip = client.get(f"/payroll/payslips/{base.slip('H1', FIRST).id}").text
    assert "2026年10月上半月" in slip
    assert "6,970.00" in slip
    client.post_form("/payroll/runs", form | {"part": "-H3"})
    assert "不是月份" in client.get("/payroll/runs").text


def test_the_papers_of_a_half_month_have_names_of_their_own(base: World) -> None:
    for period in (FIRST, SECOND):
        base.run(period)
    written = documents.write_payslips(
        base.session, base.scope, base.stored_run(FIRST).id, audit.CLI
    )
    assert written.failures == ()
    (path,) = written.paths
    assert path.parts[-4:-1] == ("2026-10-H1", base.company.code, "payslips")
    registers = documents.write_registers(
        base.session, base.scope, base.stored_run(SECOND).id, audit.CLI
    )
    assert all("2026-10-H2" in path.name for path in registers)


def test_the_command_line_takes_a_half_month_to_its_close(
    base: World, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    base.maker.login_name, base.approver.login_name = "zhao", "qian"
    base.session.commit()
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def payroll(*words: str) -> str:
        arguments = ["--instance", str(settings.instance), "payroll", *words]
        result = CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    company = ("--company", base.company.code)
    assert "6970.00" in payroll("run", "2026-10-H1", *company, "--by", "zhao")
    for verb in ("tick", "review", "approve"):
        payroll(verb, "2026-10-H1", *company, "--by", "qian")
    net_pay = format_fen(base.stored_run(FIRST).net_pay_amount)
    payment = ("--on", str(clock.today()), "--total", net_pay, "--reference", "ICBC 1")
    payroll("pay", "2026-10-H1", *company, "--by", "zhao", *payment)
    payroll("close", "2026-10-H1", *company, "--by", "qian")
    assert "the same bit by bit" in payroll("verify", "2026-10-H1", "--all")
    assert base.stored_run(FIRST).state == "closed"
    assert "2026-10-H1" in payroll("show", "2026-10-H1", *company)


def test_the_register_says_who_is_paid_by_half_months(base: World) -> None:
    head = "工号,姓名,身份证号码,用工形式,入职日期,薪资生效月份,结算周期\n"
    rows = {
        "N1": "N1,李晨,11010519491231002X,非全日制,2026-10-01,,半月",
        "N2": "N2,王欣,440524188001010014,全日制,2026-10-01,,半月",
    }
    base.session.commit()
    seen = imports.preview(
        base.session,
        imports.source_named("employees"),
        SourceFile("员工.csv", (head + "\n".join(rows.values())).encode()),
        company_id=base.company.id,
        actor=audit.CLI,
        options=Options(),
    )
    assert [refusal.error.code for refusal in seen.refusals] == ["profile.half_month"]
    applied = imports.apply(
        imports.source_named("employees"),
        SourceFile("员工.csv", (head + rows["N1"]).encode()),
        company_id=base.company.id,
        actor=audit.CLI,
        options=Options(),
    )
    assert applied.is_applied
    base.session.commit()
    cycle = select(PayProfile.pay_cycle).where(PayProfile.employment_id == employed(base, "N1").id)
    assert base.session.scalars(cycle).one() == "half_month"
