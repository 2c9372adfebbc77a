"""What results of filing share: whose row it is, of which month, and storing a file as a whole.

A result is a whole list: a row that cannot be read keeps the others back, since its person would else
seem to be missing there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.money import MICRO, parse_micro
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.filings import service as filings
from workforce.filings.service import FilingFact
from workforce.imports.planning import refusal
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Part, Proposal, SourceFile
from workforce.platform.changes import Plan
from workforce.platform.formatting import masked

_LIMIT_FEN: Final = 10**11
_TOTALS: Final = frozenset({"合计", "总计", "小计", "本页合计"})
_NOTE: Final = Text("由对方程序导出", "as the other program exports it")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One row as it was read; ``month``: what the row says itself, if anything."""

    id_number: str
    name: str
    item: str
    month: PayPeriod | None
    figures: Mapping[str, int]


def column(name: str, *titles: str, is_required: bool = False, is_secret: bool = False) -> Column:
    """Return a column that another program's file may have under one of some titles."""
    return Column(
        name=name, titles=titles, note=_NOTE, is_required=is_required, is_secret=is_secret
    )


def who_columns(*period_titles: str) -> tuple[Column, ...]:
    """Return the columns that name a person, and the month."""
    return (
        column("name", "姓名", "纳税人姓名", is_required=True),
        column(
            "id_number",
            "证件号码",
            "证照号码",
            "身份证号码",
            "身份证号",
            "社会保障号码",
            is_required=True,
            is_secret=True,
        ),
        column("period", *period_titles),
    )


def money(value: Any) -> int:
    """Read yuan of either sign as fen; thousands may be parted by commas."""
    return values.signed_amount(values.plain(value).replace(",", ""), _LIMIT_FEN)


def rate(value: Any) -> int:
    """Read a rate as millionths: 0.03, 3% or 3."""
    written = values.plain(value)
    if written.endswith("%"):
        return values.rate(written)
    micro = parse_micro(written)
    return values.rate(written) if micro < MICRO else values.rate(f"{written}%")


def read_results(
    file: SourceFile,
    columns: Sequence[Column],
    code: str,
    parse: Callable[[Row], tuple[str, dict[str, int]]],
) -> Reading[ResultRow]:
    """Read a file; ``parse`` gives the item and the figures of a row. Rows of totals are passed over."""

    def one(row: Row) -> ResultRow | None:
        if row.is_blank("id_number") and _is_total(row):
            return None
        item, figures = parse(row)
        return ResultRow(
            id_number=row.need("id_number", values.text).replace(" ", "").upper(),
            name=row.need("name", values.text),
            item=item,
            month=row.get("period", _month),
            figures=figures,
        )

    found = read_table(file.sheets(), columns, code, one)
    rows = [Placed(placed.place, placed.row) for placed in found.rows if placed.row is not None]
    reading: Reading[ResultRow] = Reading(rows, found.refusals, found.notices)
    if not (rows or found.refusals):
        raise InputError("table.no_rows")
    if found.refusals:
        wrong = InputError("filing.incomplete", row=found.refusals[0].place.row or "-")
        reading.refusals += [refusal(placed.place, wrong) for placed in rows]
        reading.rows.clear()
    return reading


def _is_total(row: Row) -> bool:
    texts = {values.shown(row.raw(name)).replace(" ", "") for name in row.titles}
    return bool(texts & _TOTALS) or row.is_blank("name")


def _month(value: Any) -> PayPeriod:
    """Read a month; of a span such as 2026-10-01至2026-10-31 the first day's."""
    first = values.plain(value).replace("~", "至").split("至")[0]
    return values.month(first.strip() if isinstance(value, str) else value)


def propose(
    session: Session,
    context: Context,
    rows: Sequence[Placed[ResultRow]],
    kind_of: Callable[[ResultRow], str],
    merge: Callable[[str, int, int], int] | None = None,
) -> Proposal:
    """Plan the results of a file, of each kind in it one.

    ``merge`` joins a figure of two rows of one person and item; without it a second row is refused.
    """
    stated = context.options.period
    month = stated or next((placed.row.month for placed in rows if placed.row.month), None)
    refusals = []
    if rows and month is None:
        refusals.append(refusal(rows[0].place, InputError("filing.period_missing")))
    facts: dict[str, dict[tuple[str, str], FilingFact]] = {}
    for placed in rows:
        row = placed.row
        if stated is None and row.month not in {month, None}:
            error = InputError("filing.other_period", given=row.month, period=month)
            refusals.append(refusal(placed.place, error))
            continue
        known = facts.setdefault(kind_of(row), {})
        key = (row.id_number, row.item)
        former = known.get(key)
        if former is not None and merge is None:
            error = InputError("row.duplicate", row=placed.place.row or "-")
            refusals.append(refusal(placed.place, error))
            continue
        known[key] = _fact(row, former, merge)
    if refusals or month is None:
        return Proposal(refusals=refusals)
    plans = {
        kind: filings.plan_result(session, context.company_id, month, kind, [*found.values()])
        for kind, found in facts.items()
    }
    return Proposal(
        parts=[_part(kind, month, plan) for kind, plan in plans.items()],
        good_count=len(rows),
        store=lambda session, batch_id: _store(session, context, month, facts, plans, batch_id),
    )


def _fact(
    row: ResultRow, former: FilingFact | None, merge: Callable[[str, int, int], int] | None
) -> FilingFact:
    figures = dict(row.figures)
    if former is not None and merge is not None:
        for name, value in former.figures.items():
            figures[name] = merge(name, value, figures[name]) if name in figures else value
    return FilingFact(id_number=row.id_number, name=row.name, item=row.item, figures=figures)


def _part(kind: str, month: PayPeriod, plan: Plan) -> Part:
    words = term(f"file_group.{kind}")
    return Part(
        Text(f"{words.zh} {month}", f"{words.en} {month}"),
        plan,
        lambda row: (
            f"{row['name']} {masked(row['id_number'])} · {term('filing_item.' + row['item']).zh}"
        ),
        secret=frozenset({"id_number"}),
    )


def _store(
    session: Session,
    context: Context,
    month: PayPeriod,
    facts: Mapping[str, Mapping[tuple[str, str], FilingFact]],
    plans: Mapping[str, Plan],
    batch_id: int,
) -> None:
    for kind, found in facts.items():
        if not plans[kind].is_empty:
            filings.store_result(
                session,
                context.company_id,
                month,
                kind,
                [*found.values()],
                batch_id=batch_id,
                actor=context.actor,
            )
