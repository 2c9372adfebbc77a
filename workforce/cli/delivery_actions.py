"""What ``workforce payroll publish`` and ``workforce delivery`` do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from workforce.cli.payroll_work import Choice, end, opened, stored_runs
from workforce.cli.tables import pay_fields, print_table
from workforce.core.errors import DomainError
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.delivery import queries, receipt_list, service
from workforce.delivery.queries import Show, Wanted
from workforce.payroll import receipts
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import write_bytes

if TYPE_CHECKING:
    from workforce.cli.payroll_work import Work
    from workforce.cli.support import State
    from workforce.payroll.views import RunRow


def publish(state: State, choice: Choice, *, with_mail: bool) -> None:
    """Publish each stored run; one that is refused does not stop the others."""
    errors: list[DomainError] = []
    with opened(state, choice, Permission.PAYROLL_RUN_PUBLISH) as work:
        stored = stored_runs(work, choice)
        published = db.session().scalars(receipts.publications()).all()
        # Off-cycle runs come later than the month's: what is out already stands in nobody's way.
        for row in [one for one in stored if one.run_id not in published] or stored:
            try:
                job_id = service.publish(work.scope, row.run_id, work.actor, with_mail=with_mail)
            except DomainError as error:
                errors.append(error.at(row.company_code))
                continue
            counts = queries.counts(db.session(), work.scope, row.run_id)
            mails = counts.waiting if job_id is not None else 0
            state.say(
                Text(
                    f"{row.company_code} {row.period}：已公布 {counts.people} 张工资条，{mails} 封邮件等待发送",
                    f"{row.company_code} {row.period}: {counts.people} payslips published, {mails} mails waiting",
                )
            )
    end(state, errors)


def show(state: State, choice: Choice, whom: str, out: Path | None) -> None:
    """Say how far each stored run's payslips have come, list people, write the list for signing."""
    wanted = Wanted(show=Show(whom))
    with opened(state, choice, Permission.PAYROLL_RUN_PUBLISH) as work:
        for row in stored_runs(work, choice):
            _show_run(state, work, row, wanted)
            if out is not None:
                made = receipt_list.receipt_list(db.session(), work.scope, row.run_id, state.locale)
                path = out / made.document.name
                write_bytes(path, made.document.content)
                state.say(str(path))
                with unit_of_work() as session:
                    audit.record(
                        session,
                        work.actor,
                        "receipt_list.read",
                        "payroll_run",
                        row.run_id,
                        company_id=made.company_id,
                    )


def _show_run(state: State, work: Work, row: RunRow, wanted: Wanted) -> None:
    session = db.session()
    counts = queries.counts(session, work.scope, row.run_id)
    state.say(
        Text(
            f"{row.company_code} {row.period}：{counts.people} 人，看过 {counts.read}，签收 {counts.signed}，"
            f"邮件已发 {counts.mailed}、等待 {counts.waiting}、失败 {counts.failed}、"
            f"不知道是否发出 {counts.unknown}，没有邮箱 {counts.no_address}",
            f"{row.company_code} {row.period}: {counts.people} people, {counts.read} have read, "
            f"{counts.signed} signed; mails: {counts.mailed} sent, {counts.waiting} waiting, "
            f"{counts.failed} failed, {counts.unknown} perhaps sent; {counts.no_address} without an address",
        )
    )
    rows, _ = queries.delivery_rows(session, work.scope, row.run_id, wanted, row.period)
    heads = (
        *pay_fields("employee_no", "name"),
        *(term(f"delivery_field.{name}") for name in ("team", "mail", "read", "signed")),
    )
    print_table(
        state.locale,
        heads,
        [
            (
                one.employee_no,
                one.name,
                one.team or "",
                term(f"mail_state.{one.mail}").in_locale(state.locale),
                _moment(one.first_at),
                _moment(one.signed_at),
            )
            for one in rows
        ],
    )


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else f"{clock.to_base(at):%Y-%m-%d %H:%M}"
