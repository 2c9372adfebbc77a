"""Scores of a training class's exam as a table: one person's score of one sitting a row."""

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
from workforce.training.marking import MOST_EXERCISE, ExamFact

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    CLASS_COLUMN,
    Column(
        name="title",
        titles=("考试", "考试名称"),
        note=Text("班级页上添加的考试", "a sitting that the class's page has"),
        example=("结业考试", "结业考试"),
        is_required=True,
    ),
    Column(
        name="held_on",
        titles=("考试日期", "日期"),
        note=Text("考试那一天", "the day of the sitting"),
        example=(dt.date(2026, 10, 30), dt.date(2026, 10, 30)),
        is_required=True,
    ),
    SCORE_COLUMN,
)


def _fact(row: Row) -> partial[ExamFact]:
    return partial(
        ExamFact,
        class_code=row.need("class_code", values.text),
        title=row.need("title", lambda value: values.text(value, MOST_EXERCISE)),
        held_on=row.need("held_on", values.near_date),
        score=row.need("score", score),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in marking.exam_score_rows(session, extent.scope):
        if extent.period and not extent.period.first_on <= row.held_on <= extent.period.last_on:
            continue
        yield who_cells(extent, row.employment_id) | {
            "class_code": row.code,
            "title": row.title,
            "held_on": row.held_on,
            "score": score_cell(row.score),
        }


SOURCE: Final = PeopleTable(
    code="exam_results",
    label=Text("考试成绩表", "Exam results"),
    permission=Permission.TRAINING_MANAGE,
    columns=COLUMNS,
    fact=_fact,
    compare=marking.plan_exam_scores,
    store=lambda session, plan, _context: marking.store_exam_scores(session, plan),
    changes=Text("考试成绩", "Exam scores"),
    named_by=(),
    export=_export,
).source()
