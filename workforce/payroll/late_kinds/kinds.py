"""All kinds of late facts: what can turn out late about a locked month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workforce.core.errors import InputError
from workforce.core.facts import NONE
from workforce.payroll.late_kinds.days import LateLeave, LateShift
from workforce.payroll.late_kinds.kind import LateKind
from workforce.payroll.late_kinds.patches import Lookup
from workforce.payroll.late_kinds.pay import LateBasePay, LateHire, LatePayEntry
from workforce.payroll.late_kinds.work import LateInspection, LateOutput, LatePrice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.payroll.correction_models import LateFact
    from workforce.payroll.facts.reading import MonthTables

KINDS: Final[dict[str, type[LateKind]]] = {
    kind.CODE: kind
    for kind in (
        LateShift,
        LateLeave,
        LateOutput,
        LateInspection,
        LatePrice,
        LatePayEntry,
        LateBasePay,
        LateHire,
    )
}
"""All kinds by code, in the order in which they are offered."""


def kind_of(code: str) -> type[LateKind]:
    """Return a kind by its code.

    Raises:
        InputError: there is no such kind.
    """
    if code not in KINDS:
        raise InputError("late.kind", place="kind", value=code, known=", ".join(KINDS))
    return KINDS[code]


def stored(code: str, payload: Mapping[str, Any]) -> LateKind:
    """Return a fact as it was kept."""
    made: LateKind = KINDS[code](**payload)
    return made


def patch_with(
    session: Session,
    company_id: int,
    period: PayPeriod,
    facts: Sequence[LateFact],
    members: Collection[int],
) -> Callable[[MonthTables], MonthTables]:
    """Return what lays the facts that concern some people over the rows of their period.

    The order of entering matters only among facts of the same thing.
    """
    lookup = Lookup(session, company_id, period)
    mine = [fact for fact in facts if fact.employment_id is None or fact.employment_id in members]
    mine.sort(key=lambda fact: (KINDS[fact.kind].RANK, fact.id or 0))

    def patched(tables: MonthTables) -> MonthTables:
        for fact in mine:
            who = NONE if fact.employment_id is None else fact.employment_id
            tables = stored(fact.kind, fact.payload).apply(tables, who, lookup)
        return tables

    return patched
