"""Writing task types, prices and the users of annotation tools. The caller's unit of work commits.

Output itself is in ``output``, offered here too: this module is the slice's face.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workforce.core.errors import InputError, NotFoundError
from workforce.platform import audit
from workforce.platform.audit import Actor
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.production.certified import check_work, shortened
from workforce.production.decisions import (
    Decided,
    Decider,
    acceptance_of,
    count_record,
    decide_records,
    own_records,
)
from workforce.production.entry import (
    TABLE,
    Entry,
    Sheet,
    enter_output,
    pay_period_of,
    stored_rows,
    table_key,
    told_counts,
)
from workforce.production.groups import SPLITS, Group, Shares
from workforce.production.models import PiecePrice, SourceUser, TaskType
from workforce.production.output import (
    HOURS_CLASSES,
    OutputFact,
    OutputPlan,
    plan_output,
    store_output,
)
from workforce.production.prices import Gap, PriceFact, PricePlan, plan_prices, store_prices
from workforce.production.verdicts import Verdict, plan_verdicts, store_verdicts

__all__ = [
    "HOURS_CLASSES",
    "SPLITS",
    "TABLE",
    "Decided",
    "Decider",
    "Entry",
    "Gap",
    "Group",
    "OutputFact",
    "OutputPlan",
    "PriceFact",
    "PricePlan",
    "Shares",
    "Sheet",
    "Verdict",
    "acceptance_of",
    "check_work",
    "count_record",
    "decide_records",
    "define_task_type",
    "enter_output",
    "own_records",
    "pay_period_of",
    "plan_output",
    "plan_prices",
    "plan_source_users",
    "plan_verdicts",
    "rename_task_type",
    "set_price",
    "shortened",
    "store_output",
    "store_prices",
    "store_source_users",
    "store_verdicts",
    "stored_rows",
    "table_key",
    "task_type_named",
    "told_counts",
]


def define_task_type(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    unit_zh: str,
    unit_en: str,
) -> TaskType:
    """Add a kind of annotation work for the whole base.

    Raises:
        InputError: the code is taken.

    """
    if session.scalar(select(TaskType.id).where(TaskType.code == code)) is not None:
        raise InputError("task_type.taken", code=code)
    task_type = TaskType(
        code=code, name_zh=name_zh, name_en=name_en, unit_zh=unit_zh, unit_en=unit_en
    )
    session.add(task_type)
    session.flush()
    audit.record(
        session,
        actor,
        "task_type.define",
        "task_type",
        task_type.id,
        after={"code": code, "name_zh": name_zh, "unit_zh": unit_zh},
    )
    return task_type


def rename_task_type(
    session: Session,
    actor: Actor,
    task_type_id: int,
    *,
    name_zh: str,
    name_en: str,
    unit_zh: str,
    unit_en: str,
) -> TaskType:
    """Call a kind of work, or what it is counted in, something else; its code and figures stay.

    Raises:
        NotFoundError: there is none of this key.

    """
    task_type = session.get(TaskType, task_type_id)
    if task_type is None:
        raise NotFoundError("web.not_found")
    words = {"name_zh": name_zh, "name_en": name_en, "unit_zh": unit_zh, "unit_en": unit_en}
    before = {name: getattr(task_type, name) for name in words}
    for name, word in words.items():
        setattr(task_type, name, word)
    audit.record(
        session, actor, "task_type.rename", "task_type", task_type_id, before=before, after=words
    )
    return task_type


def task_type_named(session: Session, code: str) -> TaskType:
    """Return the task type with this code.

    Raises:
        InputError: there is none.

    """
    task_type = session.scalar(select(TaskType).where(TaskType.code == code))
    if task_type is None:
        known = session.scalars(select(TaskType.code).order_by(TaskType.code))
        raise InputError("task_type.unknown", code=code, known=", ".join(known) or "-")
    return task_type


def set_price(
    session: Session,
    actor: Actor,
    *,
    company_id: int,
    task_type_id: int,
    unit_price: int,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    reason: str | None = None,
) -> bool:
    """Let a price (millionths of a yuan) hold for work done from a day on; tell if that is new.

    It takes over from the price in force on that day. ``valid_to`` is the first day without it;
    ``reason`` goes into the audit.

    Raises:
        InputError: the price is negative, or overlaps another that would go on after it.
        ClosedError: it would change the price of days in a closed month.

    """
    fact = PriceFact(
        task_type_id=task_type_id, unit_price=unit_price, valid_from=valid_from, valid_to=valid_to
    )
    plan = plan_prices(session, company_id, [fact])
    for error in plan.faults.values():
        raise error
    if plan.prices.is_empty:
        return False
    before = session.scalar(
        select(PiecePrice.unit_price).where(
            PiecePrice.company_id == company_id,
            PiecePrice.task_type_id == task_type_id,
            PiecePrice.valid_from <= valid_from,
            or_(PiecePrice.valid_to.is_(None), PiecePrice.valid_to > valid_from),
        )
    )
    store_prices(session, company_id, plan)
    audit.record(
        session,
        actor,
        "piece_price.set",
        "task_type",
        task_type_id,
        company_id=company_id,
        before={"unit_price": before},
        after={"unit_price": unit_price, "valid_from": valid_from, "valid_to": valid_to},
        reason=reason,
    )
    return True


def plan_source_users(
    session: Session, company_id: int, source: str, mapping: Mapping[str, int]
) -> Plan:
    """Compare a map from a tool's users to employment ids with the stored one. Writes nothing."""
    stored = session.scalars(
        select(SourceUser).where(SourceUser.company_id == company_id, SourceUser.source == source)
    )
    return plan_rows(
        [
            {"id": row.id, "source_user": row.source_user, "employment_id": row.employment_id}
            for row in stored
        ],
        [
            {"source_user": user, "employment_id": employment_id}
            for user, employment_id in sorted(mapping.items())
        ],
        key=("source_user",),
        compare=("employment_id",),
    )


def store_source_users(session: Session, company_id: int, source: str, plan: Plan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, SourceUser, plan, company_id=company_id, source=source)
