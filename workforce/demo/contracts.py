"""The demo's clients and contracts: of each company one project that is over and one that is in hand.

Quantities follow what was made, so that a demo of any size has projects in time, late and overdue; the
clients accepted most of what they looked at, and sent a little back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.companies import queries as companies
from workforce.core.money import MICRO_IN_FEN, round_half_up
from workforce.platform import audit, clock
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.production.listing import Wanted, batches
from workforce.projects import queries, service, targets
from workforce.projects.service import ClientFact, ProjectFact

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ADMIN: Final = "admin"
_TARGET: Final = 10_000_000_000
"""Fen: a hundred million yuan a year, as the base's agreement says."""
_CLIENTS: Final = (
    ("C01", "渝北智行科技有限公司", "500112", "周经理 023-0000 0001"),
    ("C02", "成都图界数据有限公司", "510107", "何经理 028-0000 0002"),
    ("C03", "深圳云影智能有限公司", "440305", "梁经理 0755-0000 0003"),
)
_WORK: Final = {
    "bbox_2d": "道路图像拉框",
    "polygon": "可行驶区域多边形",
    "cuboid_3d": "激光点云标注",
    "text_ner": "客服文本实体标注",
    "speech_segment": "方言语音转写",
    "preference_rank": "大模型回答排序",
}
_MOST_TYPES: Final = 2
_MOST_BATCHES: Final = 12
"""So many batches of a task type are put into a project: enough to be looked at."""
_DAYS_LEFT: Final = (52, 24, -4)
"""Until when work in hand is due, company by company: in time, hardly, and overdue."""
_DONE_PERCENT: Final = 62
_SHORT: Final = 25
"""A client sends one unit in so many thousand back."""


@dataclass(frozen=True, slots=True)
class _Work:
    """The batches of a task type of a company, the oldest first, and the client's price in millionths."""

    code: str
    task_type_id: int
    price: int
    rows: Sequence[Any]

    def part(self, day: dt.date, *, is_over: bool) -> list[Any]:
        """Return the batches that were over by a day, or those that were not."""
        chosen = [row for row in self.rows if (row.last_on < day) == is_over]
        return chosen[-_MOST_BATCHES:]


def sign_contracts(told_at: dt.datetime) -> None:
    """Let every company with output have clients and projects, and set the base's target of the year.

    What is there already is not done again.
    """
    with clock.fixed(told_at):
        session = db.session()
        today = clock.today()
        everybody = session.execute(companies.company_facts(Scope.base())).all()
        for number, row in enumerate(sorted(everybody, key=lambda one: one.company_code)):
            _tell(session, Scope.company(row.company_id), number, today)
        admin = actor_of(account_named(session, _ADMIN))
        if today.year in queries.volume_targets(session):
            return
        targets.set_target(today.year, _TARGET, "基地共建协议：年引进业务一亿元", admin)


def _tell(session: Session, scope: Scope, number: int, today: dt.date) -> None:
    works = _works(session, scope, today)
    if not works or session.execute(queries.projects(scope).limit(1)).first() is not None:
        return
    known = {client.code: client.id for client in session.scalars(queries.clients(scope))}
    clients = [
        known.get(code)
        or service.save_client(
            scope,
            None,
            ClientFact(code=code, name=name, credit_code=None, region=region, contact=contact),
            audit.CLI,
        )
        for code, name, region, contact in _rotated(number)
    ]
    begun = min(work.rows[0].first_on for work in works)
    turn = today.replace(day=1) - dt.timedelta(days=40)
    past = _Signed(f"{today.year}-01", clients[0], begun - dt.timedelta(days=20), begun, turn)
    ends_on = today + dt.timedelta(days=_DAYS_LEFT[number % len(_DAYS_LEFT)])
    now = _Signed(f"{today.year}-02", clients[1], turn - dt.timedelta(days=12), turn, ends_on)
    _sign(scope, past, works[:1], turn, is_over=True)
    _sign(scope, now, works, turn, is_over=False)


def _rotated(number: int) -> list[tuple[str, str, str, str]]:
    first = number % len(_CLIENTS)
    return [_CLIENTS[first], _CLIENTS[(first + 1) % len(_CLIENTS)]]


def _works(session: Session, scope: Scope, today: dt.date) -> list[_Work]:
    """Return the task types of a company with the most batches, and what the client pays for them."""
    prices = {
        price.task_type_id: price.unit_price
        for price in session.scalars(production.prices(scope))
        if price.valid_from <= today
    }
    keys = {
        row.task_type_code: row.task_type_id
        for row in session.execute(production.task_type_names())
    }
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for row in session.execute(batches(scope, Wanted())):
        rows[row.task_type_code].append(row)
    found = [
        _Work(
            code,
            keys[code],
            # What people get of it is five eighths of the client's price.
            prices[keys[code]] * 8 // 5,
            sorted(of_type, key=lambda row: (row.first_on, row.batch_code)),
        )
        for code, of_type in sorted(rows.items())
        if keys[code] in prices
    ]
    return found[:_MOST_TYPES]


@dataclass(frozen=True, slots=True)
class _Signed:
    code: str
    client_id: int
    signed_on: dt.date
    starts_on: dt.date
    due_on: dt.date


def _sign(
    scope: Scope, signed: _Signed, works: Sequence[_Work], turn: dt.date, *, is_over: bool
) -> None:
    """Record a project with what it is to deliver, its batches, and what the client said of the older ones."""
    parts = [(work, work.part(turn, is_over=is_over)) for work in works]
    parts = [(work, rows) for work, rows in parts if rows]
    if not parts:
        return
    quantities = {work.code: _contracted(rows, is_over=is_over) for work, rows in parts}
    amount = sum(
        round_half_up(quantities[work.code] * work.price, MICRO_IN_FEN) for work, _rows in parts
    )
    project_id = service.save_project(
        scope,
        None,
        ProjectFact(
            client_id=signed.client_id,
            code=signed.code,
            name=_WORK.get(parts[0][0].code, parts[0][0].code) + ("一期" if is_over else "二期"),
            contract_amount=amount,
            signed_on=signed.signed_on,
            starts_on=signed.starts_on,
            due_on=signed.due_on,
        ),
        audit.CLI,
    )
    for work, rows in parts:
        quantity = quantities[work.code]
        service.set_task(scope, project_id, work.task_type_id, work.price, quantity, audit.CLI)
        service.add_batches(scope, project_id, {row.batch_id for row in rows}, audit.CLI)
        said = rows if is_over else rows[: len(rows) // 3]
        for place, row in enumerate(said):
            _accept(scope, project_id, row, is_short=not is_over and place == 0)
    if is_over:
        service.finish_project(scope, project_id, signed.due_on, audit.CLI)


def _contracted(rows: Sequence[Any], *, is_over: bool) -> int:
    made = sum(int(row.accepted_qty) for row in rows)
    return max(1, made if is_over else made * 100 // _DONE_PERCENT)


def _accept(scope: Scope, project_id: int, row: Any, *, is_short: bool) -> None:
    short = row.accepted_qty * _SHORT // 1000 if is_short else 0
    service.record_acceptance(
        scope,
        project_id,
        row.batch_id,
        min(row.last_on + dt.timedelta(days=6), clock.today()),
        row.accepted_qty - short,
        "部分漏标，客户退回" if short else "",
        audit.CLI,
    )
