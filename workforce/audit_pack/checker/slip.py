"""A payslip as it was worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from .tax import Taxed


@dataclass
class Payslip:
    """One month: amounts in fen by (kind, code), totals and tax figures.

    `parts` are the lines of a code that has several, by (kind, code, what of). `figures` are what else
    a stored payslip says, by the names of its columns: days, minutes, the year to date.
    """

    month: str
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    net_pay: int = 0
    taxed: Taxed | None = None
    no_room: int = 0
    notes: set[str] = field(default_factory=set)
    floor: int = 0
    counted: Fraction = Fraction(0)
    room: int = 0
    figures: dict[str, int] = field(default_factory=dict)
    parts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, kind: str, code: str, fen: int) -> None:
        """Add to a line."""
        if fen:
            self.lines[kind, code] = self.lines.get((kind, code), 0) + fen

    def add_part(self, kind: str, code: str, what: str, fen: int) -> None:
        """Add to a line of a code that has several."""
        self.add(kind, code, fen)
        if fen:
            self.parts[kind, code, what] = self.parts.get((kind, code, what), 0) + fen

    def total(self, kind: str) -> int:
        """Add up the lines of a kind."""
        return sum(fen for (each, _), fen in self.lines.items() if each == kind)

    def line(self, kind: str, code: str) -> int:
        """Return a line's amount, 0 where there is none."""
        return self.lines.get((kind, code), 0)

    @property
    def gross_pay(self) -> int:
        """Earnings less reductions."""
        return self.total("earning") - self.total("reduction")

    @property
    def employer_cost(self) -> int:
        """Gross pay and the employer's lines."""
        return self.gross_pay + self.total("employer")
