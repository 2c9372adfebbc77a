"""Practice work of a training class as a table: one scored exercise a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.imports.sources._training import CLASS_COLUMN, SCORE_COLUMN, score, score_cell
from workforce.platform.sheets import Cell
from workforce.training import marking
from workforce.training.marking import MOST_EXERCISE, PracticeFact

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    CLASS_COLUMN,
    Column(
        name="worked_on",
        titles=("日期", "练习日期"),
        note=Text("做练习的那一天", "the day of the exercise"),
        example=(dt.date(2026, 10, 12), dt.date(2026, 10, 12)),
        is_required=True,
    ),
    Column(
        name="exercise",
        titles=("练习", "练习名称"),
        note=Text("同一人、同一天、同一练习是同一条", "the same person, day and exercise are one"),
        example=("二维框 练习 1", "二维框 练习 1"),
        is_required=True,
    ),
    Column(
        name="quantity",
        titles=("数量", "完成数量"),
        note=Text("做了多少", "how much was done"),
        example=(120, 98),
        is_required=True,
    ),
    SCORE_COLUMN,
)


def _fact(row: Row) -> partial[PracticeFact]:
    return partial(
        PracticeFact,
        class_code=row.need("class_code", values.text),
        worked_on=row.need("worked_on", values.near_date),
        exercise=row.need("exercise", lambda value: values.text(value, MOST_EXERCISE)),
        quantity=row.need("quantity", values.quantity),
        score=row.need("score", score),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in marking.practice_rows(session, extent.scope):
        if extent.period and not extent.period.first_on <= row.worked_on <= extent.period.last_on:
            continue
        yield who_cells(extent, row.employment_id) | {
            "class_code": row.code,
            "worked_on": row.worked_on,
            "exercise": row.exercise,
            "quantity": row.quantity,
            "score": score_cell(row.score),
        }


SOURCE: Final = PeopleTable(
    code="practice_work",
    label=Text("练习成绩表", "Practice work"),
    permission=Permission.TRAINING_MANAGE,
    columns=COLUMNS,
    fact=_fact,
    compare=marking.plan_practice,
    store=lambda session, plan, _context: marking.store_practice(session, plan),
    changes=Text("练习成绩", "Practice scores"),
    named_by=("worked_on", "exercise"),
    export=_export,
).source()
