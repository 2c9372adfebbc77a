"""Inspections as pages list them, and what they say of each batch and task type."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Select, select

from workforce.core.money import MICRO
from workforce.core.rules.quality import tier_factors
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.quality.models import Inspection
from workforce.quality.queries import in_scope

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; None and empty narrow nothing. Days are days of inspection."""

    first_on: dt.date | None = None
    last_on: dt.date | None = None
    pay_period: PayPeriod | None = None
    batch: str = ""
    task_type: str = ""
    result: str = ""


def inspections(scope: Scope, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Inspections in scope, the latest day first.

    Columns: inspection_id, company_id, employment_id, employee_no, name (NULL: everybody in the
    batch), batch_id, batch_code, task_type_id, task_type_code, name_zh, name_en, inspected_on,
    pay_period, sampled_qty, error_qty, severity, result, inspector, source, source_key.
    """
    names = production.batch_names().subquery()
    types = production.task_type_names().subquery()
    who = people.directory(scope.whole_company()).order_by(None).subquery()
    chosen = (
        select(
            Inspection.id.label("inspection_id"),
            Inspection.company_id,
            Inspection.employment_id,
            who.c.employee_no,
            who.c.name,
            Inspection.batch_id,
            names.c.batch_code,
            Inspection.task_type_id,
            types.c.task_type_code,
            types.c.name_zh,
            types.c.name_en,
            Inspection.inspected_on,
            Inspection.pay_period,
            Inspection.sampled_qty,
            Inspection.error_qty,
            Inspection.severity,
            Inspection.result,
            Inspection.inspector,
            Inspection.source,
            Inspection.source_key,
        )
        .join(types, types.c.task_type_id == Inspection.task_type_id)
        .outerjoin(names, names.c.batch_id == Inspection.batch_id)
        .outerjoin(who, who.c.employment_id == Inspection.employment_id)
        .where(in_scope(scope))
        .order_by(Inspection.inspected_on.desc(), Inspection.id.desc())
    )
    if wanted.first_on is not None:
        chosen = chosen.where(Inspection.inspected_on >= wanted.first_on)
    if wanted.last_on is not None:
        chosen = chosen.where(Inspection.inspected_on <= wanted.last_on)
    if wanted.pay_period is not None:
        chosen = chosen.where(Inspection.pay_period == str(wanted.pay_period))
    if wanted.batch:
        chosen = chosen.where(names.c.batch_code.icontains(wanted.batch, autoescape=True))
    if wanted.task_type:
        chosen = chosen.where(types.c.task_type_code == wanted.task_type)
    if wanted.result:
        chosen = chosen.where(Inspection.result == wanted.result)
    return chosen


def inspection(scope: Scope, inspection_id: int) -> Select[*tuple[Any, ...]]:
    """One inspection in scope, as in ``inspections``: one row or none."""
    return inspections(scope, Wanted()).where(Inspection.id == inspection_id)


def latest_day(scope: Scope) -> Select[dt.date]:
    """The last day of an inspection in scope: one row or none."""
    return (
        select(Inspection.inspected_on)
        .where(in_scope(scope))
        .order_by(Inspection.inspected_on.desc())
        .limit(1)
    )


@dataclass(slots=True)
class Judged:
    """What samples say of the work of everybody, or of one person, in a batch or task type.

    ``factor``: millionths that the agreed tiers pay for this accuracy; None: no tiers are agreed;
    `core.rules.quality.UNREACHED`: no tier is reached.
    """

    row: Any
    who: str | None
    sampled: int = 0
    errors: int = 0
    checks: int = 0
    worst: str | None = None
    factor: int | None = None

    @property
    def accuracy(self) -> int:
        """Accuracy in millionths, cut off: what is shown never reaches a tier that the work does not."""
        return (self.sampled - self.errors) * MICRO // self.sampled


@dataclass(slots=True)
class Subject:
    """A batch, or a task type's output without batch: for everybody, then for those checked alone."""

    row: Any
    everybody: Judged | None = None
    people: list[Judged] = field(default_factory=list)

    @property
    def lines(self) -> list[Judged]:
        """Everybody's line, where there is one, then each person's."""
        return [*([self.everybody] if self.everybody else []), *self.people]


def judge(rows: Iterable[Any], tiers: Sequence[tuple[int, int]]) -> list[Subject]:
    """Sum a month's inspections as pay does: a person's own samples besides those of everybody.

    ``tiers``: (accuracy from, factor) in millionths, as the company agreed; empty: none.
    """
    grouped: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.task_type_code, row.batch_code or "", row.batch_id].append(row)
    subjects = []
    for key in sorted(grouped, key=lambda key: (key[0], key[1])):
        found = grouped[key]
        common = [row for row in found if row.employment_id is None]
        subject = Subject(found[0])
        if common:
            subject.everybody = _judged(None, common)
        own: defaultdict[str, list[Any]] = defaultdict(list)
        for row in found:
            if row.employment_id is not None:
                own[f"{row.employee_no} {row.name}"].append(row)
        subject.people = [_judged(who, [*common, *checks]) for who, checks in sorted(own.items())]
        subjects.append(subject)
    _give_factors([line for subject in subjects for line in subject.lines], tiers)
    return subjects


_SEVERITIES = (None, "minor", "major", "critical")


def _judged(who: str | None, rows: Sequence[Any]) -> Judged:
    judged = Judged(rows[0], who)
    for row in rows:
        judged.sampled += row.sampled_qty
        judged.errors += row.error_qty
        judged.checks += 1
        if _SEVERITIES.index(row.severity) > _SEVERITIES.index(judged.worst):
            judged.worst = row.severity
    return judged


def _give_factors(lines: Sequence[Judged], tiers: Sequence[tuple[int, int]]) -> None:
    if not tiers or not lines:
        return
    sampled = np.array([line.sampled for line in lines], dtype=np.int64)
    errors = np.array([line.errors for line in lines], dtype=np.int64)
    for line, factor in zip(lines, tier_factors(tiers, sampled, errors), strict=True):
        line.factor = int(factor)
