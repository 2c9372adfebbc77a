"""Skill certificates as a table: a row a certificate, as the lists of other bodies have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.certification import queries as certificates
from workforce.certification import service
from workforce.certification.service import PaperFact, PaperPlan
from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Context, Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.people import queries as people
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.sheets import Cell

_LEVELS: Final = {
    name: code
    for code, names in {
        "5": ("五级/初级工", "五级", "初级工", "初级", "5级", "5"),
        "4": ("四级/中级工", "四级", "中级工", "中级", "4级", "4"),
        "3": ("三级/高级工", "三级", "高级工", "高级", "3级", "3"),
        "2": ("二级/技师", "二级", "技师", "2级", "2"),
        "1": ("一级/高级技师", "一级", "高级技师", "1级", "1"),
    }.items()
    for name in names
}
_WRITTEN: Final = {code: name for name, code in reversed(list(_LEVELS.items()))}
_SEPARATORS: Final = str.maketrans("，；;、", ",,,,")

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="issuer",
        titles=("发证单位", "发证机构", "评价机构"),
        note=Text("照证书填写", "as on the certificate"),
        example=("重庆市职业技能鉴定指导中心", "云标数据科技"),
        is_required=True,
    ),
    Column(
        name="number",
        titles=("证书编号", "编号"),
        note=Text("同一发证单位内不重复", "once in what one body issues"),
        example=("S000050023001234000", "YB-2026-018"),
        is_required=True,
    ),
    Column(
        name="level",
        titles=("等级", "级别"),
        note=Text(
            "人工智能训练师：五级/初级工 … 一级/高级技师；没有等级的不填",
            "of the occupation, 5 (lowest) to 1; blank without a level",
        ),
        example=("四级/中级工", None),
    ),
    Column(
        name="course",
        titles=("课程或工种", "工种", "课程"),
        note=Text("可不填", "optional"),
        example=("人工智能训练师", "图像标注提高班"),
    ),
    Column(
        name="issued_on",
        titles=("发证日期",),
        note=Text("这一天起有效", "valid from this day on"),
        example=(dt.date(2026, 6, 1), dt.date(2026, 7, 15)),
        is_required=True,
    ),
    Column(
        name="valid_until",
        titles=("有效期至", "有效期"),
        note=Text("这一天仍有效；长期有效不填", "still valid on this day; blank: no end"),
        example=(None, dt.date(2027, 7, 14)),
    ),
    Column(
        name="task_types",
        titles=("能做的任务类型", "任务类型"),
        note=Text(
            "代码或名称，用逗号隔开；没有等级的至少填一种",
            "codes or names with commas between; at least one without a level",
        ),
        example=("bbox_2d", "bbox_2d"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A row before its task types are known."""

    employment_id: int
    issuer: str
    number: str
    level: int | None
    course: str | None
    issued_on: dt.date
    valid_until: dt.date | None
    task_types: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.issuer, self.number


def _fact(row: Row) -> partial[_Listed]:
    level = row.get("level", _level)
    words = (row.get("task_types", values.text) or "").translate(_SEPARATORS).split(",")
    return partial(
        _Listed,
        issuer=" ".join(row.need("issuer", values.text).split()),
        number="".join(row.need("number", values.text).split()),
        level=None if level is None else int(level),
        course=row.get("course", values.text),
        issued_on=row.need("issued_on", values.date),
        valid_until=row.get("valid_until", values.date),
        task_types=tuple(word.strip() for word in words if word.strip()),
    )


def _level(value: object) -> str:
    return values.choice(value, _LEVELS)


def _compare(session: Session, company_id: int, listed: Sequence[_Listed]) -> PaperPlan:
    known = _task_types(session)
    facts: list[PaperFact] = []
    faults: dict[tuple[str, str], DomainError] = {}
    for one in listed:
        unknown = [word for word in one.task_types if word not in known]
        if unknown:
            codes = "、".join(sorted(word for word in known if word.isascii()))
            faults[one.key] = InputError("skill.task_type", code=unknown[0], known=codes or "-")
            continue
        facts.append(
            PaperFact(
                employment_id=one.employment_id,
                issuer=one.issuer,
                number=one.number,
                level=one.level,
                course=one.course,
                issued_on=one.issued_on,
                valid_until=one.valid_until,
                task_type_ids=tuple(known[word] for word in one.task_types),
            )
        )
    plan = service.plan_papers(session, company_id, facts)
    return PaperPlan(plan.rows, {**plan.faults, **faults})


def _task_types(session: Session) -> dict[str, int]:
    """Return task type ids by code and by name; a code goes before a name."""
    rows = session.execute(production.task_type_names()).all()
    return {row.name_zh: row.task_type_id for row in rows} | {
        row.task_type_code: row.task_type_id for row in rows
    }


def _store(session: Session, plan: PaperPlan, context: Context) -> None:
    service.store_papers(session, context.company_id, plan, context.actor)


def _export(session: Session, extent: Extent) -> Iterator[Mapping[str, Cell]]:
    """Yield what the company itself entered and did not withdraw, under the person's newest number."""
    worker = people.all_employments(extent.scope).subquery()
    newest = (
        select(worker.c.person_id, func.max(worker.c.employment_id).label("employment_id"))
        .group_by(worker.c.person_id)
        .subquery()
    )
    held = certificates.certificates(extent.scope).subquery()
    rows = session.execute(
        select(held, newest.c.employment_id)
        .join(newest, newest.c.person_id == held.c.person_id)
        .where(
            held.c.kept_by_id == extent.company_id,
            held.c.public_id.is_(None),
            held.c.withdrawn_on.is_(None),
        )
        .order_by(held.c.issuer, held.c.number)
    ).all()
    codes = extent.directory.task_type_codes
    opened: dict[int, list[str]] = {row.certificate_id: [] for row in rows}
    for certificate_id, task_type_id in session.execute(certificates.opened(list(opened))):
        opened[certificate_id].append(codes[task_type_id])
    for row in rows:
        yield who_cells(extent, row.employment_id) | {
            "issuer": row.issuer,
            "number": row.number,
            "level": None if row.level is None else _WRITTEN[str(row.level)],
            "course": row.course,
            "issued_on": row.issued_on,
            "valid_until": row.valid_until,
            "task_types": ",".join(sorted(opened[row.certificate_id])) or None,
        }


SOURCE: Final = PeopleTable(
    code="skill_certificates",
    label=Text("技能证书表", "Skill certificates"),
    permission=Permission.SKILL_CERTIFICATE_KEEP,
    columns=COLUMNS,
    fact=_fact,
    compare=_compare,
    store=_store,
    changes=Text("技能证书", "Skill certificates"),
    named_by=("issuer", "number"),
    export=_export,
).source()
