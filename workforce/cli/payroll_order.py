"""What ``workforce payroll order`` and ``workforce payroll final-pay`` do: runs beside the regular one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.cli.payroll_work import Choice, Work, opened
from workforce.cli.support import State
from workforce.cli.tables import print_table
from workforce.core.errors import InputError
from workforce.core.money import format_fen, parse_fen
from workforce.core.orders import Purpose
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll import final_pay, order_lines, orders
from workforce.payroll.final_pay import Settlement
from workforce.payroll.order_lines import Defaults
from workforce.payroll.orders import OrderFacts
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADS = (
    Text("批次", "Run"),
    Text("名称", "Title"),
    Text("用途", "Purpose"),
    Text("人数", "People"),
    Text("状态", "State"),
    Text("实发", "Net pay"),
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
        _print(state, _rows(work, choice))


def _one(work: Work) -> int:
    ((company_id, _),) = work.companies
    return company_id


def _rows(work: Work, choice: Choice) -> list[Sequence[str]]:
    wanted = {company_id for company_id, _ in work.companies}
    return [
        (
            f"{row.period}#{row.number}",
            row.title,
            term(f"run_purpose.{row.purpose}"),
            str(row.people_count),
            Text("未计算", "not calculated")
            if row.state is None
            else term(f"run_state.{row.state}"),
            "" if row.state is None else format_fen(row.net_pay_amount),
        )
        for row in db.session().execute(orders.orders(work.scope))
        if row.company_id in wanted and row.period == str(choice.period)
    ]


def _print(state: State, rows: list[Sequence[str]]) -> None:
    said = [
        [cell.in_locale(state.locale) if isinstance(cell, Text) else cell for cell in row]
        for row in rows
    ]
    print_table(state.locale, _HEADS, said)


def _say(state: State, work: Work, order_id: int) -> None:
    order = orders.found_order(db.session(), work.scope, order_id)
    name = f"{order.period}#{order.number}"
    state.say(
        Text(
            f"已建批次 {name}，接着：workforce payroll run {name}",
            f"Ordered {name}; next: workforce payroll run {name}",
        )
    )
