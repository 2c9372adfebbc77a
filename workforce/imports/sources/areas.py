"""Areas of the base's floors as a table: one row an area, or one row a use that it had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.imports.planning import refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import TABLE_SUFFIXES, Context, Extent, Part, Proposal, Source
from workforce.imports.sources._premises import (
    LENGTH_WORDS,
    Floors,
    code,
    length,
    length_cell,
    positive_length,
    size,
    size_cell,
)
from workforce.platform.sheets import Cell
from workforce.premises import queries
from workforce.premises.areas import AreaFact, plan_areas, store_areas
from workforce.premises.geometry import refuse_empty

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.imports.source import Options, SourceFile

CODE: Final = "areas"
USES: Final = {
    **{words.zh: use for use, words in terms_of("area_use").items()},
    "办公": "annotation",
    "标注": "annotation",
    **{use: use for use in terms_of("area_use")},
}
_METRES: Final = Text("米，最多一位小数", "metres, at most one decimal")

COLUMNS: Final = (
    Column(
        name="site",
        titles=("场地", "场地编号"),
        note=Text("场地的编号", "the site's code"),
        example=("A", "A"),
        is_required=True,
    ),
    Column(
        name="floor",
        titles=("楼层", "楼层编号"),
        note=Text("楼层的编号", "the floor's code"),
        example=("1F", "1F"),
        is_required=True,
    ),
    Column(
        name="code",
        titles=("区域", "区域编号"),
        note=Text("区域的编号，同一层不重复", "the area's code, once a floor"),
        example=("101", "E1"),
        is_required=True,
    ),
    Column(
        name="name",
        titles=("名称", "区域名称"),
        note=Text("例如 标注大厅", "such as Annotation hall"),
        example=("标注大厅", "展厅"),
        is_required=True,
    ),
    Column(
        name="use",
        titles=("用途",),
        note=Text(
            "展厅、标注办公、培训、展示、会议、其他",
            "exhibition, annotation, training, display, meeting, other",
        ),
        example=("标注办公", "展厅"),
        is_required=True,
    ),
    Column(
        name="use_from",
        titles=("用途起始日期",),
        note=Text(
            "改过用途的，每种用途一行；不填就是现在的用途",
            "where the use has changed, one row for each; blank: the present use",
        ),
        example=(dt.date(2026, 3, 1), None),
    ),
    Column(
        name="area",
        titles=("面积(㎡)", "面积", "面积(平方米)"),
        note=Text("平方米；不填就按宽 × 深", "square metres; blank: width × depth"),
        example=("702.5", None),
    ),
    Column(name="x", titles=("X(米)", "X"), note=_METRES, example=("54", "0"), is_required=True),
    Column(name="y", titles=("Y(米)", "Y"), note=_METRES, example=("23", "0"), is_required=True),
    Column(
        name="width",
        titles=("宽(米)", "宽"),
        note=_METRES,
        example=("26", "25"),
        is_required=True,
    ),
    Column(
        name="height",
        titles=("深(米)", "深"),
        note=_METRES,
        example=("27", "20"),
        is_required=True,
    ),
    Column(
        name="valid_from",
        titles=("起用日期",),
        note=Text("从哪天起有这个区域", "the first day of the area"),
        example=(dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
        is_required=True,
    ),
    Column(
        name="valid_to",
        titles=("停用日期",),
        note=Text("从哪天起没有了", "the first day without it"),
        example=(None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One row as it was read: where it is, and all that an `AreaFact` says besides."""

    site: str
    floor: str
    told: Mapping[str, Any]


def _read(file: SourceFile, _options: Options) -> Reading[AreaRow]:
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> AreaRow:
    width, height = row.need("width", positive_length), row.need("height", positive_length)
    told = {
        "code": row.need("code", code),
        "name": row.need("name", values.text),
        "use": row.need("use", lambda value: values.choice(value, USES)),
        "use_from": row.get("use_from", values.near_date),
        "area": row.get("area", size) or width * height,
        "x": row.need("x", length),
        "y": row.need("y", length),
        "width": width,
        "height": height,
        "valid_from": row.need("valid_from", values.near_date),
        "valid_to": row.get("valid_to", values.near_date),
    }
    return AreaRow(row.need("site", code), row.need("floor", code), told)


def _plan(session: Session, _context: Context, rows: Sequence[Placed[AreaRow]]) -> Proposal:
    floors = Floors(session)

    def fact(row: AreaRow) -> AreaFact:
        refuse_empty(row.told["valid_from"], row.told["valid_to"], "valid_to")
        return AreaFact(floor_id=floors.floor(row.site, row.floor), **row.told)

    facts, refusals = to_facts(rows, fact, lambda one: one.key)
    plan = plan_areas(session, [one for _, one in facts.values()])
    refusals += refuse_faults(facts, plan.faults)

    def name(row: Mapping[str, Any]) -> str:
        return f"{floors.names[row['floor_id']]} {row['code']}"

    return Proposal(
        parts=[
            Part(Text("区域", "Areas"), plan.rows, name, words=LENGTH_WORDS),
            Part(Text("用途", "Uses"), plan.uses, lambda row: f"{name(row)} {row['valid_from']}"),
        ],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda writing, _batch_id: store_areas(writing, plan),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write every area that ever was, a row for each of its uses; of one month, those of its days."""
    period = extent.period
    for row in session.execute(queries.told_areas()):
        if period is not None and (
            row.use_from > period.last_on
            or (row.use_to is not None and row.use_to <= period.first_on)
        ):
            continue
        yield {
            "site": row.site_code,
            "floor": row.floor_code,
            "code": row.code,
            "name": row.name,
            "use": terms_of("area_use")[row.use].zh,
            "use_from": row.use_from,
            "area": size_cell(row.area),
            "x": length_cell(row.x),
            "y": length_cell(row.y),
            "width": length_cell(row.width),
            "height": length_cell(row.height),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("区域表", "Areas"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.PREMISES_KEEP,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
    is_of_base=True,
)
