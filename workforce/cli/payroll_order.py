"""What ``workforce payroll order``, ``final-pay`` and ``bases`` do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from sqlalchemy import select

from workforce.cli.payroll_work import Choice, Work, opened
from workforce.cli.support import State
from workforce.cli.tables import pay_fields, print_table
from workforce.core.errors import InputError
from workforce.core.money import format_fen, parse_fen
from workforce.core.orders import Purpose
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll.base import change as base_change
from workforce.payroll.orders import final_pay, orders
from workforce.payroll.orders import lines as order_lines
from workforce.payroll.orders.final_pay import Settlement
from workforce.payroll.orders.lines import Defaults
from workforce.payroll.orders.orders import OrderFacts
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db

_NOT_CALCULATED: Final = Text("未计算", "not calculated")
_HEADS: Final = (
    *(term(f"order_field.{name}") for name in ("run", "title", "purpose")),
    *pay_fields("people", "state", "net_pay"),
)
_BASE_HEADS: Final = (
    *pay_fields("employee_no"),
    *(
        term(f"order_field.{name}")
        for name in ("wage_before", "base_before", "base_declared", "base_counted", "settled")
    ),
)


def new(
    state: State,
    choice: Choice,
    purpose: str,
    title: str,
    reason: str,
    pay_on: dt.date | None,
    lines: Path,
) -> None:
    """Order a run beside the regular one, for the people and amounts of a file."""
    text = lines.read_text(encoding="utf-8-sig")
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        company_id = _one(work)
        chosen = orders.known_purpose(purpose, (Purpose.BONUS, Purpose.OTHER))
        amounts = order_lines.read_lines(db.session(), company_id, chosen, text, Defaults())
        facts = OrderFacts(
            period=choice.period,
            purpose=chosen,
            title=title,
            pay_on=pay_on or max(clock.today(), choice.period.first_on),
            reason=reason,
            people=frozenset(one.employment_id for one in amounts),
            amounts=amounts,
        )
        order_id = orders.create_order(work.scope, company_id, facts, work.actor)
        _say(state, work, order_id)


def settle(
    state: State,
    choice: Choice,
    employee: str,
    reason: str,
    pay_on: dt.date | None,
    figures: tuple[int | None, str | None, str | None],
) -> None:
    """Order a leaver's final pay. ``figures``: days of leave (None: what is left), average wage, agreed."""
    leave_days, average, agreed = figures
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        known = people.directory(work.scope).order_by(None).subquery()
        employment_id = db.session().scalar(
            select(known.c.employment_id).where(known.c.employee_no == employee)
        )
        if employment_id is None:
            raise InputError("order.unknown_number", number=employee)
        found = final_pay.propose(db.session(), work.scope, employment_id, work.book)
        settled = Settlement(
            pay_on=pay_on or max(found.separated_on, clock.today()),
            reason=reason,
            leave_days=found.leave_days if leave_days is None else leave_days,
            average_wage=None if average is None else parse_fen(average),
            agreed=None if agreed is None else parse_fen(agreed),
        )
        order_id = final_pay.order_final_pay(
            work.scope, employment_id, settled, work.actor, work.book
        )
        _say(state, work, order_id)


def withdraw(state: State, choice: Choice, reason: str) -> None:
    """Take an order back that nobody has approved."""
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        order_id = orders.order_numbered(db.session(), _one(work), choice.period, choice.order or 0)
        orders.withdraw_order(work.scope, order_id, work.actor, reason)
        state.say(Text("已撤销", "Withdrawn"))


def listing(state: State, choice: Choice) -> None:
    """List the orders of a company's period."""
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        wanted = {company_id for company_id, _ in work.companies}
        rows = [
            (
                f"{row.period}#{row.number}",
                row.title,
                term(f"run_purpose.{row.purpose}").in_locale(state.locale),
                str(row.people_count),
                _NOT_CALCULATED.in_locale(state.locale)
                if row.state is None
                else term(f"run_state.{row.state}").in_locale(state.locale),
                "" if row.state is None else format_fen(row.net_pay_amount),
            )
            for row in db.session().execute(orders.orders(work.scope))
            if row.company_id in wanted and row.period == str(choice.period)
        ]
        print_table(state.locale, _HEADS, rows)


def bases(state: State, choice: Choice, lines: Path | None, *, is_applied: bool) -> None:
    """Show what declaring last year's average wages changes, and store it if asked to."""
    told = "" if lines is None else lines.read_text(encoding="utf-8-sig")
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        since = choice.period
        given = (work.scope, _one(work), since.year - 1, since, told)
        found = base_change.plan_bases(db.session(), *given, work.book)
        rows = [
            (
                row.employee_no,
                "" if row.wage_before is None else format_fen(row.wage_before),
                format_fen(row.before),
                format_fen(row.declared),
                format_fen(row.counted),
                " ".join(str(one.period) for one in row.differences),
            )
            for row in found.changed
        ]
        print_table(state.locale, _BASE_HEADS, rows)
        if is_applied:
            base_change.apply_bases(*given, work.actor, work.book, seen=found.fingerprint)
            month = found.pay_month
            state.say(Text(f"新基数从 {month} 起", f"The new bases hold from {month} on"))


def _one(work: Work) -> int:
    ((company_id, _),) = work.companies
    return company_id


def _say(state: State, work: Work, order_id: int) -> None:
    order = orders.found_order(db.session(), work.scope, order_id)
    name = f"{order.period}#{order.number}"
    state.say(
        Text(
            f"已建批次 {name}，接着：workforce payroll run {name}",
            f"Ordered {name}; next: workforce payroll run {name}",
        )
    )
