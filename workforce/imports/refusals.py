"""Where something is wrong, what, and the remedy: the form in which imports answer people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workforce.core.errors import DomainError
from workforce.core.text import Locale, Text


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: sheet, row and column as a person sees them, or a path in JSON."""

    sheet: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""

    def text(self, locale: Locale = "zh") -> str:
        """Name the place in one phrase."""
        if self.path:
            return self.path
        row = {"zh": f"第 {self.row} 行", "en": f"row {self.row}"}[locale] if self.row else ""
        column = ""
        if self.column:
            column = {"zh": f"列 {self.column}", "en": f"column {self.column}"}[locale]
        return " · ".join(part for part in (self.sheet, row, column) if part)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be imported: its place, the value in it (masked where secret), and why."""

    place: Place
    value: str
    error: DomainError

    def as_json(self) -> dict[str, Any]:
        """Return what the receipt of an import keeps of it."""
        return {
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": self.place.column,
            "path": self.place.path,
            "value": self.value,
            "code": self.error.code,
            "reason_zh": self.error.message("zh"),
            "reason_en": self.error.message("en"),
            "remedy_zh": self.error.hint("zh"),
            "remedy_en": self.error.hint("en"),
        }


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth knowing that stops nothing."""

    text: Text
    place: Place | None = None


def masked(value: str) -> str:
    """Hide all but the last four characters of an identifying number."""
    shown = 4
    return "*" * max(0, len(value) - shown) + value[-shown:] if len(value) > shown else "****"
