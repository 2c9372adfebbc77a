"""What the last calculation of a run changed: kept for the people whose pay it changed, and shown.

Only the step from the calculation before to the present one is kept; the totals and fingerprints of
every calculation stay in ``run_calculation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from sqlalchemy import Table, delete, func, select

from workforce.accounts import queries as accounts
from workforce.core.money import format_micro
from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.payroll import queries
from workforce.payroll.contents import NOTHING, Content, sheet_contents, stored_contents
from workforce.payroll.line_heads import line_label
from workforce.payroll.models import FormerSlip, PayrollRun, RunCalculation
from workforce.payroll.record import canonical_json
from workforce.payroll.verify import acts_on_facts
from workforce.platform.bulk import insert_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.payroll.compute import Computed
    from workforce.platform.scope import Scope

_former = cast("Table", FormerSlip.__table__)
_COLUMNS: Final = ("run_id", "employment_id", "gross_pay_amount", "net_pay_amount", "lines")


def former_contents(
    session: Session, old: PayrollRun | None, computed: Computed
) -> dict[int, Content | None]:
    """Return what the payslips said that a calculation is about to change, by employment.

    None: there was no payslip. Nobody is named whose amounts and lines stay as they are.
    """
    if old is None or old.result_hash == computed.hashes.results:
        return {}
    before, after = stored_contents(session, old.id), sheet_contents(computed.sheet)
    return {
        one: before.get(one)
        for one in sorted(before.keys() | after.keys())
        if before.get(one) != after.get(one)
    }


def keep_former(session: Session, run_id: int, former: Mapping[int, Content | None]) -> None:
    """Store what was changed, in place of what the calculation before had changed."""
    session.execute(delete(FormerSlip).where(FormerSlip.run_id == run_id))
    rows = [
        (run_id, one, said and said.gross_pay, said and said.net_pay, _lines(said))
        for one, said in former.items()
    ]
    if rows:
        insert_columns(session, _former, dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True)))


def _lines(said: Content | None) -> str:
    return canonical_json(said.lines if said else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipChange:
    """One person whose pay the last calculation changed; None: no payslip on that side."""

    employment_id: int
    before: Content | None
    after: Content | None

    @property
    def net_change(self) -> int:
        """How much more (or, below zero, less) net pay there is, in fen."""
        return (self.after or NOTHING).net_pay - (self.before or NOTHING).net_pay


def calculations(session: Session, scope: Scope, run_id: int) -> list[RunCalculation]:
    """Return every calculation of a run, the newest first."""
    chosen = (
        select(RunCalculation)
        .where(
            RunCalculation.run_id.in_(queries.run(scope, run_id).with_only_columns(PayrollRun.id))
        )
        .order_by(RunCalculation.id.desc())
    )
    return list(session.scalars(chosen))


def change_count(session: Session, run_id: int) -> int:
    """Return of how many people the last calculation changed the pay."""
    chosen = select(func.count()).select_from(FormerSlip).where(FormerSlip.run_id == run_id)
    return session.scalar(chosen) or 0


def changes(session: Session, run_id: int) -> list[SlipChange]:
    """Return whose pay the last calculation changed, the largest change of net pay first."""
    former = {
        row.employment_id: row
        for row in session.scalars(select(FormerSlip).where(FormerSlip.run_id == run_id))
    }
    now = stored_contents(session, run_id, former.keys())
    found = [
        SlipChange(employment_id=one, before=_said(row), after=now.get(one))
        for one, row in former.items()
    ]
    return sorted(found, key=lambda change: (-abs(change.net_change), change.employment_id))


@dataclass(frozen=True, slots=True)
class LineChange:
    """One pay item on both sides, in fen with its sign; ``why`` says what moved, where that is known."""

    label: Text
    before: int
    after: int
    why: Text | None

    @property
    def change(self) -> int:
        """How much more (or, below zero, less) the item gives the person."""
        return self.after - self.before


class _Item(NamedTuple):
    """What the lines of one pay item come to: signed fen, millionths, and the rates among them."""

    amount: int
    quantity: int | None
    rates: tuple[int, ...]


def line_changes(
    before: Content | None, after: Content | None, task_types: Mapping[str, Text]
) -> list[LineChange]:
    """Set two payslips side by side, item by item in the order of the payslip; employer's lines are left out.

    The sum of the changes is the change of net pay. ``task_types`` are names by code.
    """
    old, new = _items(before), _items(after)
    keys = [*new, *(key for key in old if key not in new)]
    return [
        LineChange(
            line_label(*key, task_types),
            old[key].amount if key in old else 0,
            new[key].amount if key in new else 0,
            _why(old.get(key), new.get(key)),
        )
        for key in keys
    ]


_Key = tuple[str, str, str | None]
"""Code, kind and detail of a line."""


def _items(said: Content | None) -> dict[_Key, _Item]:
    found: dict[_Key, _Item] = {}
    for code, kind, detail, quantity, rate, amount in said.lines if said else ():
        if kind == LineKind.EMPLOYER:
            continue
        signed = amount if kind == LineKind.EARNING else -amount
        known = found.get((code, kind, detail), _Item(0, None, ()))
        total = quantity if known.quantity is None else known.quantity + (quantity or 0)
        rates = known.rates if rate is None else (*known.rates, rate)
        found[code, kind, detail] = _Item(known.amount + signed, total, tuple(dict.fromkeys(rates)))
    return found


def _why(old: _Item | None, new: _Item | None) -> Text | None:
    if old is None:
        return Text("之前没有", "not there before")
    if new is None:
        return Text("现在没有", "not there now")
    if new.amount == old.amount:
        return None
    parts: list[Text] = []
    if old.quantity != new.quantity and old.quantity is not None and new.quantity is not None:
        said = f"{format_micro(old.quantity)} → {format_micro(new.quantity)}"
        parts.append(Text(f"数量 {said}", f"quantity {said}"))
    if old.rates != new.rates:
        said = " → ".join(
            "、".join(map(format_micro, side)) or "—" for side in (old.rates, new.rates)
        )
        parts.append(Text(f"单价或比例 {said}", f"price or rate {said}"))
    if not parts:
        return None
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def causes(session: Session, company_id: int, history: Sequence[RunCalculation]) -> list[Text]:
    """Return the recorded acts between the last two calculations that may have changed the facts."""
    if len(history) < _TWO:
        return []
    last, before = history[0], history[1]
    if last.input_hash == before.input_hash:
        return []
    return list(acts_on_facts(session, company_id, before.calculated_at, last.calculated_at))


_TWO: Final = 2


def names_of(session: Session, history: Sequence[RunCalculation]) -> dict[int, str]:
    """Return who calculated, by account."""
    names = accounts.display_names().subquery()
    wanted = {one.calculated_by_id for one in history if one.calculated_by_id}
    rows = session.execute(select(names).where(names.c.account_id.in_(wanted)))
    return {row.account_id: row.display_name for row in rows}


def _said(row: FormerSlip) -> Content | None:
    if row.gross_pay_amount is None or row.net_pay_amount is None:
        return None
    lines: tuple[Any, ...] = tuple(tuple(line) for line in row.lines)
    return Content(row.gross_pay_amount, row.net_pay_amount, lines)
