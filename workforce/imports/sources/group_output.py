"""Output that a group made together: one row a member, the group's figures in each of them or the first.

A record is known by its number, or else by day, group, task type, batch and hours class. It goes in
whole or not at all: a row that cannot be used keeps back the other members of the same record, for
their shares depend on it. Importing the same record again replaces its members.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError, StateError
from workforce.core.group_shares import LARGEST_WEIGHT, format_points, parse_points
from workforce.core.money import MICRO, format_micro, parse_micro
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import first_names
from workforce.imports.planning import (
    PlanError,
    find_employee,
    find_task_type,
    naming,
    refusal,
    take_own_acceptance,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import CellError, Column, Placed, Reading, Row, read_table
from workforce.imports.refusals import Refusal
from workforce.imports.source import (
    TABLE_SUFFIXES,
    Context,
    Extent,
    Options,
    Part,
    Proposal,
    Source,
    SourceFile,
)
from workforce.imports.sources import output
from workforce.imports.sources._people_tables import who_cells, who_columns
from workforce.imports.sources.output import HOURS_CLASSES
from workforce.platform.changes import Plan, joined_key
from workforce.platform.sheets import Cell
from workforce.production import service as production
from workforce.production import source_queries
from workforce.production.service import Group, OutputFact

CODE: Final = "group_output"

_POINTS, _HOURS = production.SPLITS
SPLITS: Final = {"工分": _POINTS, "工时": _HOURS, _POINTS: _POINTS, _HOURS: _HOURS}

_MINUTES_IN_HOUR: Final = 60
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


def _as_of_one(name: str, *example: Any, note: Text | None = None) -> Column:
    """Take a column over from the table of what people make by themselves."""
    column = next(column for column in output.COLUMNS if column.name == name)
    return replace(column, example=example, note=note or column.note)


COLUMNS: Final = (
    _as_of_one(
        "work_on",
        *(dt.date(2026, 10, 8),) * 3,
        note=Text("小组做这些活的那一天", "the day on which the group did the work"),
    ),
    Column(
        name="group",
        titles=("小组", "组别", "班组"),
        note=Text("小组的名称", "the group's name"),
        example=("一组",) * 3,
        is_required=True,
    ),
    _as_of_one("task_type", *("bbox_2d",) * 3),
    _as_of_one("batch", *("B2026-10-A",) * 3),
    _as_of_one(
        "submitted",
        *(1500, None, None),
        note=Text(
            "全组，整数；不填则为合格与不合格之和",
            "of the whole group; if blank, accepted plus rejected",
        ),
    ),
    _as_of_one(
        "accepted",
        *(1480, None, None),
        note=Text("全组，整数；写在第一行即可", "of the whole group; the first row is enough"),
    ),
    _as_of_one(
        "rejected",
        *(20, None, None),
        note=Text("全组，整数，可不填", "of the whole group, optional"),
    ),
    _as_of_one("reworked", None, None, None),
    Column(
        name="split_by",
        titles=("分配方式", "分配办法"),
        note=Text("工分（不填即是）或 工时", "points (if blank) or hours"),
        example=("工分", None, None),
    ),
    *who_columns(
        "A0001", "A0002", "A0003", note=Text("小组成员，每人一行", "a member; one row each")
    ),
    Column(
        name="weight",
        titles=("工分", "工时", "工分或工时", "分配系数"),
        note=Text(
            "工分最多 3 位小数；工时写 7.5 或 7:30，不填则取当天班次",
            "points with up to 3 decimals; hours as 7.5 or 7:30, if blank by the day's shifts",
        ),
        example=("7.5", "8", "7"),
    ),
    _as_of_one(
        "hours_class",
        *(None, None, None),
        note=Text(
            "正常、平日加班、休息日加班、法定节假日；不填则按各人当天班次分摊",
            "normal, weekday_overtime, rest_day, holiday; if blank, by each one's shifts of the day",
        ),
    ),
    _as_of_one("accepted_on", None, None, None),
    _as_of_one("record_no", None, None, None),
)


@dataclass(frozen=True, slots=True)
class Work:
    """What tells one record of a group from another."""

    work_on: dt.date
    group: str
    task_type: str
    batch: str | None
    hours_class: str | None
    record_no: str | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row as it was read; with a ``fault``, only its record is known.

    ``said``: cells about the whole record. ``weight`` is the text of the cell: its unit is known only
    when the record is.
    """

    work: Work
    said: Mapping[str, Any]
    employee_no: str = ""
    name: str | None = None
    weight: str | None = None
    fault: Refusal | None = None


def _read(file: SourceFile, options: Options) -> Reading[GroupRow]:
    """Read the rows; where the record of one cannot be told, any of the others may lack a member."""
    reading = read_table(file.sheets(), COLUMNS, CODE, lambda row: _parse(row, options))
    if reading.refusals:
        first = reading.refusals[0].place
        incomplete = InputError("group.row_unreadable", row=first.row)
        reading.refusals += [refusal(placed.place, incomplete) for placed in reading.rows]
        reading.rows.clear()
    return reading


def _parse(row: Row, options: Options) -> GroupRow:
    work = Work(
        work_on=row.need("work_on", values.date),
        group=row.need("group", lambda value: values.text(value, 60)),
        task_type=row.need("task_type", values.text),
        batch=row.get("batch", lambda value: values.text(value, 60)) or options.batch,
        hours_class=row.get("hours_class", lambda value: values.choice(value, HOURS_CLASSES)),
        record_no=row.get("record_no", values.text),
    )
    try:
        said = {
            **{name: row.get(name, values.quantity) for name in output.COUNTS},
            "split_by": row.get("split_by", lambda value: values.choice(value, SPLITS)),
            "accepted_on": row.get("accepted_on", values.date),
        }
        return GroupRow(
            work=work,
            said={name: value for name, value in said.items() if value is not None},
            employee_no=row.need("employee_no", values.text),
            name=row.get("name", values.text),
            weight=row.get("weight", values.plain),
        )
    except CellError as fault:
        return GroupRow(work, {}, fault=fault.refusal)


def _plan(session: Session, context: Context, rows: Sequence[Placed[GroupRow]]) -> Proposal:
    records: dict[str, list[Placed[GroupRow]]] = {}
    facts: dict[str, OutputFact] = {}
    refusals: list[Refusal] = []
    for placed in rows:
        records.setdefault(_key(context, placed.row.work), []).append(placed)
    for key, members in records.items():
        try:
            facts[key] = _fact(context, key, members)
        except _RecordError as error:
            refusals += _whole(members, error.refusal)
    plan = production.plan_output(session, context.company_id, CODE, list(facts.values()))
    for key, fault in plan.faults.items():
        refusals += _whole(records[key], refusal(records[key][0].place, fault))
    for key in take_own_acceptance(context, plan.records):
        own = refusal(records[key][0].place, StateError("output.own"))
        refusals += _whole(records[key], own)
    return Proposal(
        parts=[_part(context, plan.records)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, batch_id: production.store_output(
            session, context.company_id, plan, batch_id
        ),
    )


class _RecordError(Exception):
    """A record cannot be planned because of one of its rows."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(str(refused.error))
        self.refusal = refused


def _key(context: Context, work: Work) -> str:
    """Return the record's key; by the task type's code, whichever of code and name the file uses."""
    if work.record_no is not None:
        return work.record_no
    task_type_id = context.directory.task_types.get(work.task_type)
    code = context.directory.task_type_codes.get(task_type_id or 0, work.task_type)
    return joined_key((work.work_on, work.group, code, work.batch, work.hours_class))


def _whole(members: Sequence[Placed[GroupRow]], refused: Refusal) -> list[Refusal]:
    """Refuse all rows of a record: the one at fault, and the others because of it."""
    because = InputError("group.member_refused", row=refused.place.row)
    others = [placed.place for placed in members if placed.place.row != refused.place.row]
    return [refused, *(refusal(place, because) for place in others)]


def _fact(context: Context, key: str, members: Sequence[Placed[GroupRow]]) -> OutputFact:
    """Join the rows of a record.

    Raises:
        _RecordError: one of them cannot be used.

    """
    said: dict[str, Any] = {}
    shares: dict[int, int | None] = {}
    for placed in members:
        if placed.row.fault is not None:
            raise _RecordError(placed.row.fault)
        _agree(said, placed, members[0])
    for placed in members:
        try:
            employment_id, weight = _share(context, placed.row, said.get("split_by", _POINTS))
            if employment_id in shares:
                raise InputError("group.member_twice", employee_no=placed.row.employee_no)
        except PlanError as fault:
            refused = refusal(placed.place, fault.error, fault.column, fault.value)
            raise _RecordError(refused) from fault
        except DomainError as error:
            raise _RecordError(refusal(placed.place, error)) from error
        shares[employment_id] = weight
    try:
        return _joined(context, key, members[0].row.work, said, tuple(shares.items()))
    except PlanError as fault:
        refused = refusal(members[0].place, fault.error, fault.column, fault.value)
        raise _RecordError(refused) from fault
    except DomainError as error:
        raise _RecordError(refusal(members[0].place, error)) from error


def _agree(said: dict[str, Any], placed: Placed[GroupRow], first: Placed[GroupRow]) -> None:
    """Take what a row says of the whole record, unless an earlier one said otherwise."""
    earlier, row = first.row.work, placed.row
    if row.work != earlier:
        error = InputError("group.contradicts", row=first.place.row)
        raise _RecordError(refusal(placed.place, error))
    for name, value in row.said.items():
        if said.setdefault(name, value) != value:
            error = InputError("group.contradicts", row=first.place.row)
            raise _RecordError(refusal(placed.place, error, _title(name), value))


def _title(name: str) -> str:
    return next(column.titles[0] for column in COLUMNS if column.name == name)


def _share(context: Context, row: GroupRow, split_by: str) -> tuple[int, int | None]:
    """Return a member and the weight: thousandths of a point, minutes, or None for the shifts'.

    Raises:
        PlanError: there is no such employee, or the weight cannot be used.

    """
    employee = find_employee(context.directory, row.employee_no, row.name, row.work.work_on)
    if row.weight is None:
        if split_by == _POINTS:
            raise PlanError(InputError("cell.missing"), _title("weight"), "")
        return employee.employment_id, None
    try:
        return employee.employment_id, _weight(row.weight, split_by)
    except DomainError as error:
        raise PlanError(error, _title("weight"), row.weight) from error


def _weight(written: str, split_by: str) -> int:
    clock = _CLOCK.fullmatch(written)
    limit, rest = LARGEST_WEIGHT if split_by == _POINTS else 24 * _MINUTES_IN_HOUR, 0
    if split_by == _POINTS:
        weight = parse_points(written)
    elif clock is not None:
        weight = int(clock[1]) * _MINUTES_IN_HOUR + int(clock[2])
    else:
        weight, rest = divmod(parse_micro(written) * _MINUTES_IN_HOUR, MICRO)
    if weight < 0:
        raise InputError("cell.negative", value=written)
    if rest:
        raise InputError("group.not_minutes", value=written)
    if weight > limit:
        shown = format_points(limit) if split_by == _POINTS else limit // _MINUTES_IN_HOUR
        raise InputError("cell.absurd", value=written, limit=shown)
    return weight


def _joined(
    context: Context,
    key: str,
    work: Work,
    said: Mapping[str, Any],
    shares: production.Shares,
) -> OutputFact:
    accepted_on = output.acceptance(context, work.work_on, said.get("accepted_on"))
    counts = [said.get(name) for name in output.COUNTS]
    submitted, accepted, rejected, reworked = counts
    if submitted is None and accepted is None:
        raise PlanError(InputError("row.quantity_missing"), _title("accepted"), "")
    total = (accepted or 0) + (rejected or 0) if submitted is None else submitted
    counts[0] = total
    return OutputFact(
        employment_id=None,
        group=Group(
            name=work.group, split_by=said.get("split_by", _POINTS), shares=tuple(sorted(shares))
        ),
        task_type_id=find_task_type(context.directory, work.task_type),
        batch_code=work.batch,
        work_on=work.work_on,
        hours_class=work.hours_class,
        submitted_qty=total,
        accepted_qty=accepted,
        rejected_qty=rejected or 0,
        reworked_qty=reworked or 0,
        accepted_on=accepted_on,
        source_key=key,
        source_version=production.told_counts(counts),
    )


def _part(context: Context, plan: Plan) -> Part:
    """Name the changes of groups' records, and their members by their numbers."""
    named = naming(context.directory, "group_name", "work_on", "task_type", "source_key")
    codes = context.directory.task_type_codes

    def members(shares: production.Shares, row: Mapping[str, Any]) -> str:
        return "、".join(
            f"{context.directory.names[key].employee_no} {_written(weight, row['split_by']) or '-'}"
            for key, weight in shares
        )

    return Part(
        Text("小组产量", "Output of groups"),
        plan,
        lambda row: named({**row, "task_type": codes.get(row["task_type_id"])}),
        words={**context.directory.words, "shares": members},
    )


def _written(weight: int | None, split_by: str) -> str | None:
    """Write a weight as it is read: points, or hours."""
    if weight is None:
        return None
    if split_by == _POINTS:
        return format_points(weight)
    micro, rest = divmod(weight * MICRO, _MINUTES_IN_HOUR)
    hours, minutes = divmod(weight, _MINUTES_IN_HOUR)
    return f"{hours}:{minutes:02d}" if rest else format_micro(micro)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write what the tables told, a row a member; what was decided since the records keep."""
    query = source_queries.group_output_of_source(extent.scope, CODE, extent.period)
    hours_classes, splits = first_names(HOURS_CLASSES), first_names(SPLITS)
    for row in session.execute(query):
        yield who_cells(extent, row.employment_id) | {
            "work_on": row.work_on,
            "group": row.group_name,
            "task_type": extent.directory.task_type_codes[row.task_type_id],
            "batch": row.batch_code,
            **output.count_cells(row.source_version),
            "split_by": splits[row.split_by],
            "weight": _written(row.share_weight, row.split_by),
            "hours_class": hours_classes.get(row.hours_class),
            "accepted_on": row.accepted_on,
            "record_no": row.source_key,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("小组产量表", "Output of groups"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)
