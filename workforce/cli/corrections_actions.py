"""What ``workforce corrections`` does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workforce.cli.payroll_work import Choice, Work, opened
from workforce.cli.support import State
from workforce.cli.tables import print_table
from workforce.core.errors import InputError
from workforce.core.money import format_fen
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll.late import facts as late_facts
from workforce.payroll.late.facts import Entry
from workforce.payroll.line_heads import line_label, task_type_texts
from workforce.payroll.orders import orders
from workforce.payroll.reversal import reversal
from workforce.people import queries as people
from workforce.platform.db import db
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod

_FACT_HEADS = tuple(
    term(f"correction_field.{name}") for name in ("person", "fact", "reason", "state")
)
_LINE_HEADS = tuple(
    term(f"correction_field.{name}")
    for name in ("person", "item", "paid", "owed", "difference", "pay_period")
)


@contextmanager
def _company(
    state: State, company: str, by: str | None, period: str, permission: Permission
) -> Iterator[tuple[Work, int, PayPeriod]]:
    choice = Choice.of(period, company, everywhere=False, by=by)
    with opened(state, choice, permission) as work:
        ((company_id, _),) = work.companies
        yield work, company_id, choice.period


def enter(
    state: State,
    company: str,
    by: str,
    kind: str,
    employee: str | None,
    values: Sequence[str],
    reason: str,
) -> None:
    """Keep a late fact, for each month that it concerns."""
    said = dict(value.partition("=")[::2] for value in values)
    # The months follow from the fact: any month opens the company.
    with _company(state, company, by, "2000-01", Permission.PAYROLL_RUN_PREPARE) as (work, key, _):
        who = None if employee is None else _employment(key, employee)
        entry = Entry(kind=kind, employment_id=who, said=said, reason=reason)
        ids = late_facts.enter(Scope.company(key), key, entry, work.actor, work.book)
        state.say(Text(f"已录入 {len(ids)} 条，待批准", f"{len(ids)} entered, to be approved"))


def show(state: State, company: str, by: str | None, period: str) -> None:
    """List a month's facts, and the differences that nothing pays yet."""
    with _company(state, company, by, period, Permission.PAYSLIP_READ) as (work, key, month):
        found = late_facts.preview(Scope.company(key), key, month, work.book)
        numbers = _numbers(key)
        everybody = Text("所有人", "everybody").in_locale(state.locale)
        print_table(
            state.locale,
            _FACT_HEADS,
            [
                (
                    numbers.get(fact.employment_id or 0, everybody),
                    late_facts.described(fact).describe().in_locale(state.locale),
                    fact.reason,
                    term(f"late_state.{'approved' if fact.is_approved else 'waiting'}").in_locale(
                        state.locale
                    ),
                )
                for fact in found.facts
            ],
        )
        names = task_type_texts(db.session())
        print_table(
            state.locale,
            _LINE_HEADS,
            [
                (
                    numbers[one.employment_id],
                    line_label(line.key.code, line.key.kind, line.key.detail, names).in_locale(
                        state.locale
                    ),
                    format_fen(line.before),
                    format_fen(line.after),
                    format_fen(line.change),
                    str(found.pay_periods[one.employment_id]),
                )
                for one in found.shadow.differences
                for line in one.lines
            ],
        )
        for fault in found.shadow.faults:
            state.say(
                f"{numbers.get(fault.employment_id, '')} {fault.error.message(state.locale)}",
                error=True,
            )


def approve(state: State, company: str, by: str, period: str) -> None:
    """Approve what waits of a month."""
    with _company(state, company, by, period, Permission.PAYROLL_RUN_APPROVE) as (work, key, month):
        due = late_facts.approve(Scope.company(key), key, month, work.actor, work.book)
        amount = format_fen(sum(due.values()))
        state.say(
            Text(
                f"已批准：{len(due)} 人，差额合计 {amount} 元",
                f"Approved: {len(due)} people, differences of {amount} yuan",
            )
        )


def reverse(state: State, company: str, by: str, period: str, employee: str, reason: str) -> None:
    """Propose to reverse the payslip of a person that counts."""
    with _company(state, company, by, period, Permission.PAYROLL_RUN_PREPARE) as (work, key, month):
        slip_id = reversal.whole_slip(db.session(), key, month, _employment(key, employee))
        reversal.propose(Scope.company(key), slip_id, reason, work.actor)
        state.say(Text("已提出冲销，待批准", "Proposed, to be approved"))


def approve_reversal(state: State, company: str, by: str, period: str, employee: str) -> None:
    """Put the reversal that waits of a person's payslip in force."""
    with _company(state, company, by, period, Permission.PAYROLL_RUN_APPROVE) as (work, key, month):
        who = _employment(key, employee)
        waiting = [
            row.reversal_id
            for row in _reversals(key)
            if (row.employment_id, row.period) == (who, str(month)) and row.approved_by_id is None
        ]
        if not waiting:
            raise InputError("reversal.none", number=employee, period=month)
        reversal.approve(Scope.company(key), waiting[0], work.actor)
        state.say(Text("已冲销", "Reversed"))


def reissue(state: State, company: str, by: str, period: str, pay_on: dt.date, reason: str) -> None:
    """Order the run of all reversed payslips of a month."""
    with _company(state, company, by, period, Permission.PAYROLL_RUN_PREPARE) as (work, key, month):
        gone = {
            row.employment_id
            for row in _reversals(key)
            if row.period == str(month)
            and row.approved_by_id
            and not (row.is_reissued or row.is_ordered)
        }
        scope = Scope.company(key)
        order_id = reversal.order_reissue(scope, key, month, gone, pay_on, reason, work.actor)
        name = f"{month}#{orders.found_order(db.session(), scope, order_id).number}"
        state.say(
            Text(
                f"已建批次 {name}，接着：workforce payroll run {name}",
                f"Ordered {name}; next: workforce payroll run {name}",
            )
        )


def _reversals(company_id: int) -> list[Any]:
    return list(db.session().execute(reversal.reversals(Scope.company(company_id))))


def _numbers(company_id: int) -> dict[int, str]:
    known = people.all_employments(Scope.company(company_id)).subquery()
    rows = db.session().execute(select(known.c.employment_id, known.c.employee_no))
    return {row.employment_id: row.employee_no for row in rows}


def _employment(company_id: int, number: str) -> int:
    for employment_id, known in _numbers(company_id).items():
        if known == number:
            return employment_id
    raise InputError("late.person", place="employee_no", number=number)
