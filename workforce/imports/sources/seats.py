"""Seats of the base as a table: one row a seat, or one row a state that it was in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.imports.planning import PlanError, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import TABLE_SUFFIXES, Context, Extent, Part, Proposal, Source
from workforce.imports.sources._premises import LENGTH_WORDS, Floors, code, length, length_cell
from workforce.platform.sheets import Cell
from workforce.premises import queries
from workforce.premises.geometry import refuse_empty
from workforce.premises.seats import SeatFact, plan_seats, store_seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.imports.source import Options, SourceFile

CODE: Final = "seats"
STATES: Final = {
    "可用": "usable",
    "已建成": "built",
    "未启用": "built",
    "停用": "out_of_use",
    **{words.zh: state for state, words in terms_of("seat_state").items()},
    **{state: state for state in terms_of("seat_state")},
}
_REASON_LIMIT: Final = 200
_MIDDLE: Final = Text(
    "工位中心，从平面图左上角量起，米", "its middle from the plan's upper left corner, metres"
)

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
        name="area",
        titles=("区域", "区域编号"),
        note=Text("区域的编号，先登记区域", "the area's code; enter areas first"),
        example=("101", "101"),
        is_required=True,
    ),
    Column(
        name="code",
        titles=("工位", "工位编号", "座位号"),
        note=Text("贴在工位上的编号，整个场地不重复", "what its sticker says, once a site"),
        example=("101-01", "101-02"),
        is_required=True,
    ),
    Column(name="x", titles=("X(米)", "X"), note=_MIDDLE, example=("57", "58.4"), is_required=True),
    Column(name="y", titles=("Y(米)", "Y"), note=_MIDDLE, example=("28", "28"), is_required=True),
    Column(
        name="built_on",
        titles=("建成日期",),
        note=Text("从哪天起有这个工位", "the first day of the seat"),
        example=(dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
        is_required=True,
    ),
    Column(
        name="state",
        titles=("状态",),
        note=Text("已建成、可用、停用；不填就是可用", "built, usable, out of use; blank: usable"),
        example=("可用", "停用"),
    ),
    Column(
        name="state_from",
        titles=("状态起始日期",),
        note=Text(
            "变过的，每种状态一行；不填就是现在的状态",
            "where it has changed, one row for each; blank: the present state",
        ),
        example=(dt.date(2026, 3, 1), None),
    ),
    Column(
        name="reason",
        titles=("停用原因", "原因"),
        note=Text("停用才填", "of seats out of use"),
        example=(None, "网络改造"),
    ),
    Column(
        name="removed_on",
        titles=("拆除日期",),
        note=Text("从哪天起没有了", "the first day without it"),
        example=(None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One row as it was read: where it is, and all that a `SeatFact` says besides."""

    site: str
    floor: str
    area: str
    told: Mapping[str, Any]


def _read(file: SourceFile, _options: Options) -> Reading[SeatRow]:
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> SeatRow:
    told = {
        "code": row.need("code", code),
        "x": row.need("x", length),
        "y": row.need("y", length),
        "built_on": row.need("built_on", values.near_date),
        "state": row.get("state", lambda value: values.choice(value, STATES)) or queries.USABLE,
        "state_from": row.get("state_from", values.near_date),
        "reason": row.get("reason", lambda value: values.text(value, _REASON_LIMIT)),
        "removed_on": row.get("removed_on", values.near_date),
    }
    return SeatRow(row.need("site", code), row.need("floor", code), row.need("area", code), told)


def _plan(session: Session, _context: Context, rows: Sequence[Placed[SeatRow]]) -> Proposal:
    floors = Floors(session)
    areas = {(row.floor_id, row.code): row.area_id for row in session.execute(queries.told_areas())}

    def fact(row: SeatRow) -> SeatFact:
        refuse_empty(row.told["built_on"], row.told["removed_on"], "removed_on")
        area_id = areas.get((floors.floor(row.site, row.floor), row.area))
        if area_id is None:
            unknown = InputError("premises.unknown_area", floor=row.floor, code=row.area)
            raise PlanError(unknown, "区域", row.area)
        return SeatFact(site_id=floors.site(row.site), area_id=area_id, **row.told)

    facts, refusals = to_facts(rows, fact, lambda one: one.key)
    plan = plan_seats(session, [one for _, one in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    return Proposal(
        parts=[
            Part(
                Text("工位", "Seats"), plan.rows, lambda row: str(row["code"]), words=LENGTH_WORDS
            ),
            Part(
                Text("工位状态", "States of seats"),
                plan.states,
                lambda row: f"{row['code']} {row['valid_from']}",
            ),
        ],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda writing, _batch_id: store_seats(writing, plan),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write every seat that ever was, a row for each of its states; of one month, those of its days."""
    period = extent.period
    for row in session.execute(queries.told_seats()):
        if period is not None and (
            row.state_from > period.last_on
            or (row.state_to is not None and row.state_to <= period.first_on)
        ):
            continue
        yield {
            "site": row.site_code,
            "floor": row.floor_code,
            "area": row.area_code,
            "code": row.code,
            "x": length_cell(row.x),
            "y": length_cell(row.y),
            "built_on": row.built_on,
            "state": terms_of("seat_state")[row.state].zh,
            "state_from": row.state_from,
            "reason": row.reason,
            "removed_on": row.removed_on,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("工位表", "Seats"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.PREMISES_KEEP,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
    is_of_base=True,
)
