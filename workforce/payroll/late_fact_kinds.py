"""All kinds of late facts: what can turn out late about a locked month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workforce.core.errors import InputError
from workforce.payroll.late_days import LateLeave, LateShift
from workforce.payroll.late_kind import LateKind
from workforce.payroll.late_pay import LateBasePay, LateHire, LatePayEntry
from workforce.payroll.late_work import LateInspection, LateOutput, LatePrice

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
