"""What one payslip says, in a form that can be compared and fingerprinted: amounts and lines."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from sqlalchemy import select

from workforce.payroll.models import Payslip, PayslipLine
from workforce.payroll.record import canonical_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from workforce.payroll.record import Sheet
    from workforce.platform.bulk import Values

LINE_COLUMNS: Final = ("code", "kind", "detail", "quantity", "rate", "amount")

Line = tuple[str, str, str | None, int | None, int | None, int]
"""A line by `LINE_COLUMNS`: quantities and rates in millionths, the amount in fen."""


class Content(NamedTuple):
    """Gross and net pay in fen, and the lines in their order."""

    gross_pay: int
    net_pay: int
    lines: tuple[Line, ...]

    def hash(self, *also: object) -> str:
        """Return the SHA-256 of what the payslip says and of what else is given, as 64 hex digits."""
        return hashlib.sha256(canonical_json([*self, *also]).encode()).hexdigest()


NOTHING: Final = Content(0, 0, ())
"""What a payslip says that does not exist."""


def stored_contents(
    session: Session, run_id: int, only: Collection[int] | None = None
) -> dict[int, Content]:
    """Return what a run's payslips say, by employment; ``only`` names the employments wanted."""
    slips = select(
        Payslip.id, Payslip.employment_id, Payslip.gross_pay_amount, Payslip.net_pay_amount
    ).where(Payslip.run_id == run_id)
    lines = (
        select(PayslipLine.payslip_id, *(getattr(PayslipLine, name) for name in LINE_COLUMNS))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(Payslip.run_id == run_id)
        .order_by(PayslipLine.payslip_id, PayslipLine.seq)
    )
    if only is not None and len(only) < _MANY:
        slips, lines = (
            chosen.where(Payslip.employment_id.in_(sorted(only))) for chosen in (slips, lines)
        )
    lines_of: defaultdict[int, list[Line]] = defaultdict(list)
    for payslip_id, *line in session.execute(lines):
        lines_of[payslip_id].append(tuple(line))
    return {
        employment_id: Content(gross, net, tuple(lines_of[payslip_id]))
        for payslip_id, employment_id, gross, net in session.execute(slips)
        if only is None or employment_id in only
    }


_MANY: Final = 5_000
"""So many are not worth naming one by one in a statement."""


def sheet_contents(sheet: Sheet) -> dict[int, Content]:
    """Return what computed payslips say, by employment."""
    columns = [_listed(sheet.lines[name]) for name in LINE_COLUMNS]
    lines_of: list[list[Line]] = [[] for _ in sheet.employment_ids]
    for owner, *line in zip(_listed(sheet.owner), *columns, strict=True):
        lines_of[owner].append(tuple(line))
    amounts = (_listed(sheet.slips[f"{name}_pay_amount"]) for name in ("gross", "net"))
    return {
        employment_id: Content(gross, net, tuple(lines))
        for employment_id, gross, net, lines in zip(
            sheet.employment_ids, *amounts, lines_of, strict=True
        )
    }


def _listed(values: Values) -> Sequence[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else values
