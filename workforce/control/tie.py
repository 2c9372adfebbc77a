"""What a control is: two figures of one month that must be equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from workforce.core.money import format_fen, format_micro
from workforce.core.terms import term
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.core.text import Text


class Unit(StrEnum):
    """What a figure counts."""

    FEN = "fen"
    COUNT = "count"
    MICRO = "micro"
    """Millionths of a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One company's month, a whole one: its half months and runs beside the regular one included."""

    session: Session
    company_id: int
    month: PayPeriod
    book: LawBook

    @property
    def scope(self) -> Scope:
        """The whole company."""
        return Scope.company(self.company_id)


@dataclass(frozen=True, slots=True)
class Tie:
    """One figure from two places: what it is, what it must be and what it is there."""

    what: Text
    expected: int
    found: int
    unit: Unit = Unit.FEN

    @property
    def holds(self) -> bool:
        """Whether they are equal."""
        return self.expected == self.found

    def text(self, value: int) -> str:
        """Write one of its figures in its unit: yuan, or a plain number."""
        match self.unit:
            case Unit.FEN:
                return format_fen(value)
            case Unit.MICRO:
                return format_micro(value)
            case Unit.COUNT:
                return str(value)


@dataclass(frozen=True, slots=True)
class Control:
    """One control; its label is the term ``control.<code>``, its place that in the way of the money."""

    code: str
    place: int
    ties: Callable[[Asked], Iterable[Tie]]

    @property
    def label(self) -> Text:
        """Return what it compares."""
        return term(f"control.{self.code}")
