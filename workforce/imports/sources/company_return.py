"""A company's monthly return: the form as a spreadsheet, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.planning import refusal
from workforce.imports.reading import values
from workforce.imports.reading.tables import (
    CellError,
    Column,
    Placed,
    Reading,
    Row,
    find_tables,
    normal_title,
    read_table,
)
from workforce.imports.reading.workbook import Sheet, column_letter
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.platform.changes import Changed, Plan
from workforce.platform.scope import Scope
from workforce.returns import queries, service, sheet
from workforce.returns.checks import Figures
from workforce.returns.forms import read_figure
from workforce.returns.items import Item, items
from workforce.returns.queries import Reporter

CODE: Final = "company_return"
_REMARK_LIMIT: Final = 400
_HEAD: Final = (sheet.CREDIT_CODE, sheet.MONTH, sheet.REMARK)


def _column(name: str, titles: Text, *, is_required: bool = False) -> Column:
    return Column(name=name, titles=tuple(titles), note=titles, is_required=is_required)


COLUMNS: Final = (
    _column("code", sheet.CODE, is_required=True),
    _column("item", sheet.LABEL),
    _column("unit", sheet.UNIT),
    _column("value", sheet.VALUE, is_required=True),
    _column("former", sheet.FORMER),
    _column("definition", sheet.DEFINITION),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the form (``value`` None: left blank), or one of the head (``item`` None)."""

    item: Item | None
    value: int | None
    head: Text | None = None
    words: str = ""


_BROKEN: Final = _Line(None, None)
"""Says that a cell of the file cannot be read: then nothing of it is taken."""


def _read(file: SourceFile, _options: Options) -> Reading[_Line]:
    sheets = file.sheets()
    reading = read_table(sheets, COLUMNS, CODE, _parse)
    table = find_tables(sheets, COLUMNS, CODE)[0]
    for head in _HEAD:
        try:
            reading.rows.append(_head_line(table.sheet, table.header, head))
        except CellError as fault:
            reading.refusals.append(fault.refusal)
    if reading.refusals:
        reading.rows.append(Placed(reading.refusals[0].place, _BROKEN))
    return reading


def _parse(row: Row) -> _Line:
    code = row.need("code", values.text)
    item = items().get(code)
    if item is None:
        raise row.fault("code", InputError("return.unknown_item", code=code))
    chosen = item
    return _Line(item, row.get("value", lambda raw: read_figure(chosen, _written(raw))))


def _written(raw: Any) -> str:
    """Return a cell as it is written; a day or a yes is no figure."""
    if not isinstance(raw, (str, int, float)) or isinstance(raw, bool):
        raise InputError("money.not_exact", text=values.shown(raw))
    return values.plain(raw)


def _head_line(found: Sheet, header: int, head: Text) -> Placed[_Line]:
    """Read the value beside a label above the table."""
    wanted = {normal_title(title) for title in head}
    for index, cells in enumerate(found.rows[:header]):
        for position, cell in enumerate(cells):
            if normal_title(cell) in wanted:
                raw = cells[position + 1] if position + 1 < len(cells) else ""
                place = Place(
                    found.name, found.row_number(index), f"{column_letter(position + 1)}({head.zh})"
                )
                if (index, position + 1) in found.formulas:
                    raise CellError(Refusal(place, values.shown(raw), InputError("cell.formula")))
                try:
                    words = "" if values.is_blank(raw) else _words(head, raw)
                except DomainError as error:
                    raise CellError(Refusal(place, values.shown(raw), error)) from error
                return Placed(place, _Line(None, None, head, words))
    return Placed(Place(found.name), _Line(None, None, head, ""))


def _words(head: Text, raw: Any) -> str:
    if head is sheet.MONTH:
        return str(values.month(raw))
    return values.text(raw, _REMARK_LIMIT)


def month_of(file: SourceFile) -> PayPeriod:
    """Return the month of a file that was taken in."""
    table = find_tables(file.sheets(), COLUMNS, CODE)[0]
    return PayPeriod.parse_month(_head_line(table.sheet, table.header, sheet.MONTH).row.words)


def _plan(session: Session, context: Context, rows: Sequence[Placed[_Line]]) -> Proposal:
    """Compare a file with the company's version that counts; a doubtful figure is a notice."""
    scope = Scope.company(context.company_id)
    head = {row.row.head: row for row in rows if row.row.head is not None}
    places = {row.row.item.code: row.place for row in rows if row.row.item is not None}
    refusals = _twice(rows)
    if len(head) < len(_HEAD):
        # What is wrong above the table is refused already, with its place.
        return Proposal(refusals=refusals)
    month, reporter, wrong = _whose(session, scope, context, head)
    refusals += wrong
    if month is None or reporter is None or any(row.row is _BROKEN for row in rows):
        return Proposal(refusals=refusals)
    whole = head[sheet.MONTH].place
    figures = {
        row.row.item.code: row.row.value
        for row in rows
        if row.row.item is not None and row.row.value is not None
    }
    remark = head[sheet.REMARK].row.words
    found = service.findings(session, scope, reporter, month, figures)
    refusals += [
        refusal(places.get(one.item.code, whole), one.error) for one in found if one.is_must
    ]
    doubts = [one for one in found if not one.is_must]
    if doubts and len(remark) < service.LEAST_CHARACTERS:
        unexplained = InputError("return.unexplained", count=len(doubts))
        refusals.append(refusal(head[sheet.REMARK].place, unexplained))
    notices = [
        Notice(
            Text(one.error.message("zh"), one.error.message("en")),
            places.get(one.item.code, whole),
        )
        for one in doubts
    ]
    try:
        plan = _changes(session, scope, month, figures, remark)
    except DomainError as error:
        refusals.append(refusal(whole, error))
    if refusals:
        return Proposal(refusals=refusals, notices=notices)
    return Proposal(
        parts=[_part(month, plan)],
        notices=notices,
        good_count=len(rows) - len(_HEAD),
        store=lambda writing, batch_id: _store(
            writing, scope, month, figures, remark, context, batch_id
        ),
    )


def _whose(
    session: Session, scope: Scope, context: Context, head: Mapping[Text, Placed[_Line]]
) -> tuple[PayPeriod | None, Reporter | None, list[Refusal]]:
    """Return the month and the company that a file is of, with what is wrong about them."""
    line, code_line = head[sheet.MONTH], head[sheet.CREDIT_CODE]
    if not line.row.words:
        return None, None, [refusal(line.place, InputError("filing.period_missing"))]
    month = PayPeriod.parse_month(line.row.words)
    found: list[Refusal] = []
    stated = context.options.period
    if stated is not None and stated != month:
        wrong = InputError("filing.other_period", given=str(month), period=str(stated))
        found.append(refusal(line.place, wrong))
    try:
        reporter = service.typed_reporter(session, scope, month)
    except DomainError as error:
        return month, None, [*found, refusal(line.place, error)]
    given = code_line.row.words.strip().upper()
    if given != reporter.credit_code:
        wrong = InputError("return.other_company", given=given or "-", own=reporter.credit_code)
        found.append(refusal(code_line.place, wrong))
    return month, reporter, found


def _twice(rows: Sequence[Placed[_Line]]) -> list[Refusal]:
    seen: dict[str, Place] = {}
    found = []
    for placed in rows:
        if placed.row.item is not None:
            first = seen.setdefault(placed.row.item.code, placed.place)
            if first is not placed.place:
                found.append(refusal(placed.place, InputError("row.duplicate", row=first.row)))
    return found


def _changes(
    session: Session, scope: Scope, month: PayPeriod, figures: Figures, remark: str
) -> Plan:
    """Say what differs from the version that was submitted last.

    Raises:
        StateError: it is just what the bureau has given back.
    """
    plan = Plan()
    known = service.submitted_same(session, scope, month, figures, remark)
    if known:
        plan.unchanged = len(figures)
        return plan
    newest = queries.newest(session, scope, month)
    before = queries.figures(session, newest.id if newest else None)
    for code, value in figures.items():
        row = {"item": code, "value": _shown(code, value)}
        if code not in before:
            plan.added.append(row)
        elif before[code] != value:
            former = {"value": _shown(code, before[code])}
            plan.changed.append(Changed(row, former, {"value": row["value"]}))
        else:
            plan.unchanged += 1
    plan.removed += [
        {"item": code, "value": _shown(code, value)}
        for code, value in before.items()
        if code not in figures
    ]
    if newest is not None and newest.remark != remark:
        row = {"item": "", "value": remark}
        plan.changed.append(Changed(row, {"value": newest.remark}, {"value": remark}))
    return plan


def _shown(code: str, value: int) -> str:
    unit = items()[code].unit
    return f"{unit.shown(value)} {unit.label.zh}"


def _part(month: PayPeriod, plan: Plan) -> Part:
    def name(row: Any) -> str:
        return items()[row["item"]].label.zh if row["item"] else sheet.REMARK.zh

    return Part(Text(f"月报 {month}", f"Return {month}"), plan, name)


def _store(
    session: Session,
    scope: Scope,
    month: PayPeriod,
    figures: Figures,
    remark: str,
    context: Context,
    batch_id: int,
) -> None:
    service.submit(session, scope, month, figures, remark, context.actor, import_batch_id=batch_id)


def _sample() -> bytes:
    reporter = Reporter(
        0, "QZ", "夔州数据标注有限公司", "91500236MA60000018", "500236", "return", "2026-01", None
    )
    figures = dict(SAMPLE)
    return sheet.write_template(reporter, PayPeriod(2026, 10), figures, {}, "zh")


SAMPLE: Final = {
    "jobs_start": 40,
    "joined": 3,
    "left": 1,
    "jobs_end": 42,
    "end_women": 25,
    "average_headcount": 4_113,
    "total_wages": 17_640_000,
    "time_wages": 9_000_000,
    "piece_wages": 7_200_000,
    "bonus_wages": 840_000,
    "allowance_wages": 420_000,
    "overtime_wages": 180_000,
    "special_wages": 0,
    "insured": 40,
    "arrears_people": 0,
    "arrears_amount": 0,
}
"""An example: 42 people, 41.13 on average, 176,400.00 yuan."""

SOURCE: Final = Source(
    code=CODE,
    label=Text("企业月报", "Company return"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.RETURN_FILE,
    read=_read,
    plan=_plan,
    sample=_sample,
)
