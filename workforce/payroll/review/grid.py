"""The review grid: everybody of a run, filtered, ordered and summed by the database, page by page.

A page shows the columns that the visitor chose. What a page, its totals and its spreadsheet show comes
from the same statements, so they cannot differ. Amounts are fen, hours minutes, pieces millionths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Select, Subquery, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from workforce.core import explain
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll import queries
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine, Variance
from workforce.payroll.review.variances import VarianceKind
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement

LINE: Final = "line:"
"""Columns of single pay items are called ``line:<code>``."""
DEFAULT_COLUMNS: Final = ("team", "hours", "pieces", "gross", "insurance", "tax", "net", "change")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is text | money | hours | pieces; only what the database orders sorts."""

    key: str
    label: Text
    kind: str
    is_sortable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a grid is narrowed to and how it is ordered; empty narrows nothing."""

    text: str = ""
    team_id: int | None = None
    employment_type: str = ""
    kind: VarianceKind | None = None
    order: str = "number"
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One person: ``values`` by column key; None where there is no payslip on that side."""

    employment_id: int
    payslip_id: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The rows of one page, and how many and how much there is on all pages."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    size: int
    totals: Mapping[str, int]


FIXED: Final = (
    Column("number", term("pay_field.employee_no"), "text"),
    Column("name", term("pay_field.name"), "text"),
    Column("team", term("review_grid.team"), "text"),
    Column("type", term("review_grid.employment_type"), "text"),
    Column("hours", term("review_grid.hours"), "hours"),
    Column("pieces", term("review_grid.pieces"), "pieces", is_sortable=False),
    Column("gross", term("pay_field.gross_pay"), "money"),
    Column("insurance", term("review_grid.insurance"), "money", is_sortable=False),
    Column("tax", term("review_grid.tax"), "money", is_sortable=False),
    Column("deductions", term("pay_field.deductions"), "money"),
    Column("net", term("pay_field.net_pay"), "money"),
    Column("cost", term("pay_field.employer_cost"), "money"),
    Column("gross_before", term("review_grid.gross_before"), "money"),
    Column("change", term("review_grid.change"), "money"),
    Column("net_before", term("review_grid.net_before"), "money"),
)
_ALWAYS: Final = ("number", "name")
_SUMMED: Final = (
    "hours",
    "gross",
    "deductions",
    "net",
    "cost",
    "gross_before",
    "change",
    "net_before",
)
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "insurance": queries.OWN_CONTRIBUTIONS,
    "tax": queries.INCOME_TAXES,
    "pieces": queries.PIECE_CODES,
}


def all_columns(session: Session, run: PayrollRun) -> list[Column]:
    """Return what a visitor may choose from: the fixed columns, and each pay item of the run."""
    codes = session.execute(
        select(PayslipLine.code, func.min(PayslipLine.kind))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(Payslip.run_id == run.id)
        .group_by(PayslipLine.code)
        .order_by(func.min(PayslipLine.seq), PayslipLine.code)
    )
    items = (
        Column(f"{LINE}{code}", explain.label(code, kind), "money", is_sortable=False)
        for code, kind in codes
    )
    return [*FIXED, *items]


def chosen_columns(known: Sequence[Column], keys: Sequence[str]) -> list[Column]:
    """Return the columns to show, in their fixed order; number and name are always there."""
    wanted = {*_ALWAYS, *(keys or DEFAULT_COLUMNS)}
    return [column for column in known if column.key in wanted]


def grid(
    session: Session,
    run: PayrollRun,
    columns: Sequence[Column],
    wanted: Wanted,
    rows: slice = slice(None),
) -> Grid:
    """Return a page of the grid, with the totals of all that the filters leave."""
    everybody = _everybody(session, run, wanted)
    size, totals = _totals(session, everybody)
    page = _ordered(select(everybody), everybody, wanted)
    if rows.stop is not None:
        page = page.slice(rows.start or 0, rows.stop)
    found = session.execute(page).all()
    lines = _lines_of(session, [row.payslip_id for row in found if row.payslip_id], columns)
    totals |= _line_totals(session, everybody, columns)
    return Grid(
        columns=columns,
        rows=[_row(row, lines.get(row.payslip_id, {}), columns) for row in found],
        size=size,
        totals={column.key: totals[column.key] for column in columns if column.key in totals},
    )


def _everybody(session: Session, run: PayrollRun, wanted: Wanted) -> Subquery:
    """Return everybody whom the filters leave: who they are, and what they got and get."""
    scope, period = Scope.company(run.company_id), PayPeriod.parse(run.period)
    before_id = session.scalar(queries.run_before(run).with_only_columns(PayrollRun.id))
    who = people.all_employments(scope).subquery()
    name = people.directory(scope).order_by(None).subquery()
    team = people.latest_teams(scope, period.first_on, period.last_on).subquery()
    slip, before = aliased(Payslip), aliased(Payslip)
    minutes = (
        slip.normal_minutes
        + slip.weekday_overtime_minutes
        + slip.rest_day_overtime_minutes
        + slip.holiday_overtime_minutes
    )
    return (
        select(
            who.c.employment_id,
            slip.id.label("payslip_id"),
            who.c.employee_no.label("number"),
            name.c.name,
            team.c.team_name.label("team"),
            who.c.employment_type.label("type"),
            minutes.label("hours"),
            slip.gross_pay_amount.label("gross"),
            (slip.gross_pay_amount - slip.net_pay_amount).label("deductions"),
            slip.net_pay_amount.label("net"),
            slip.employer_cost_amount.label("cost"),
            before.gross_pay_amount.label("gross_before"),
            (slip.gross_pay_amount - before.gross_pay_amount).label("change"),
            before.net_pay_amount.label("net_before"),
        )
        .join(name, name.c.employment_id == who.c.employment_id)
        .outerjoin(team, team.c.employment_id == who.c.employment_id)
        .outerjoin(slip, and_(slip.employment_id == who.c.employment_id, slip.run_id == run.id))
        .outerjoin(
            before,
            and_(before.employment_id == who.c.employment_id, before.run_id == (before_id or 0)),
        )
        .where(*_conditions(run, wanted, who, name, team, slip))
        .subquery()
    )


def _conditions(
    run: PayrollRun, wanted: Wanted, who: Subquery, name: Subquery, team: Subquery, slip: Any
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is None:
        found.append(slip.id.is_not(None))
    else:
        flagged = select(Variance.employment_id).where(
            Variance.run_id == run.id, Variance.kind == wanted.kind.value
        )
        found.append(who.c.employment_id.in_(flagged))
    if wanted.text:
        found.append(
            or_(
                who.c.employee_no.icontains(wanted.text, autoescape=True),
                name.c.name.icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.team_id is not None:
        found.append(team.c.team_id == wanted.team_id)
    if wanted.employment_type:
        found.append(who.c.employment_type == wanted.employment_type)
    return found


def _ordered(
    chosen: Select[*tuple[Any, ...]], everybody: Subquery, wanted: Wanted
) -> Select[*tuple[Any, ...]]:
    sortable = {column.key for column in FIXED if column.is_sortable}
    key = everybody.c[wanted.order if wanted.order in sortable else "number"]
    # Whoever has no such figure comes last, whichever way; equal ones by number.
    order = key.desc() if wanted.is_descending else key.asc()
    return chosen.order_by(key.is_(None), order, everybody.c.number)


def _totals(session: Session, everybody: Subquery) -> tuple[int, dict[str, int]]:
    sums = [cast(func.coalesce(func.sum(everybody.c[key]), 0), BigInteger) for key in _SUMMED]
    size, *totals = session.execute(select(func.count(), *sums).select_from(everybody)).one()
    return size, dict(zip(_SUMMED, totals, strict=True))


def _measures(columns: Sequence[Column]) -> dict[str, tuple[str, ...]]:
    """Return the columns that lines make, with the codes of their lines."""
    return {
        column.key: _GROUPS.get(column.key) or (column.key.removeprefix(LINE),)
        for column in columns
        if column.key in _GROUPS or column.key.startswith(LINE)
    }


def _line_sums(columns: Sequence[Column]) -> Select[*tuple[Any, ...]] | None:
    """Select code, kind, amount and quantity of the lines that the columns show, summed."""
    codes = sorted({code for codes in _measures(columns).values() for code in codes})
    if not codes:
        return None
    return select(
        PayslipLine.code,
        PayslipLine.kind,
        cast(func.sum(PayslipLine.amount), BigInteger).label("amount"),
        cast(func.coalesce(func.sum(PayslipLine.quantity), 0), BigInteger).label("quantity"),
    ).where(PayslipLine.code.in_(codes))


def _lines_of(
    session: Session, payslip_ids: Sequence[int], columns: Sequence[Column]
) -> dict[int, dict[str, int]]:
    sums = _line_sums(columns)
    if sums is None or not payslip_ids:
        return {}
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for first in range(0, len(payslip_ids), _CHUNK):
        part = payslip_ids[first : first + _CHUNK]
        rows = session.execute(
            sums.add_columns(PayslipLine.payslip_id)
            .where(PayslipLine.payslip_id.in_(part))
            .group_by(PayslipLine.payslip_id, PayslipLine.code, PayslipLine.kind)
        )
        for row in rows:
            found[row.payslip_id].append(row)
    return {one: _by_column(rows, columns) for one, rows in found.items()}


_CHUNK: Final = 10_000


def _line_totals(
    session: Session, everybody: Subquery, columns: Sequence[Column]
) -> dict[str, int]:
    sums = _line_sums(columns)
    if sums is None:
        return {}
    rows = session.execute(
        sums.join(everybody, everybody.c.payslip_id == PayslipLine.payslip_id).group_by(
            PayslipLine.code, PayslipLine.kind
        )
    ).all()
    return dict.fromkeys(_measures(columns), 0) | _by_column(rows, columns)


def _by_column(rows: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    """Add up lines by column; what lowers pay is a positive figure under its own head."""
    found: defaultdict[str, int] = defaultdict(int)
    for key, codes in _measures(columns).items():
        for row in rows:
            if row.code not in codes:
                continue
            if key == "pieces":
                found[key] += row.quantity
            elif key in _GROUPS and row.kind != LineKind.DEDUCTION:
                continue
            else:
                found[key] += row.amount
    return dict(found)


def _row(row: Any, lines: Mapping[str, int], columns: Sequence[Column]) -> Row:
    own = row._mapping  # noqa: SLF001 - SQLAlchemy's documented way
    nothing = 0 if row.payslip_id else None
    values = {
        column.key: own[column.key] if column.key in own else lines.get(column.key, nothing)
        for column in columns
    }
    return Row(row.employment_id, row.payslip_id, values)
