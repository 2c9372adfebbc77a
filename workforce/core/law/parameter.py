"""The values that law data are made of: parameters, sources, dated entries and tables."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from workforce.core.money import format_fen, format_micro
from workforce.core.text import Text

NATIONAL = "national"


class Unit(StrEnum):
    """In which unit a parameter's integer counts."""

    FEN = "fen"
    MICRO = "micro"
    MINUTES = "minutes"
    DAYS = "days"
    DAYS_HUNDREDTHS = "days_hundredths"
    MONTHS = "months"
    COUNT = "count"
    BRACKETS = "brackets"


class Confidence(StrEnum):
    """Whether a value rests on an instrument, or is used although nobody has verified it."""

    OFFICIAL = "official"
    ESTIMATE = "estimate"


class Bracket(NamedTuple):
    """One row of a tax table: income up to and including `upper_fen` at a rate less a deduction."""

    upper_fen: int | None
    rate_micro: int
    quick_fen: int


Table = tuple[Bracket, ...]
NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a code means.

    Attributes:
        code: the name that calculations ask for.
        unit: what its integers count.
        subject: under which heading it is shown: a name of ``law_subject`` in terms.toml.
        label: its name for people.
        gapless_from: from this day on every day must have a value somewhere in the region chain.

    """

    code: str
    unit: Unit
    subject: str
    label: Text
    gapless_from: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """The instrument that settles a value."""

    title: str
    article: str
    link: str
    no_link_reason: Text
    checked_on: date

    @property
    def reference(self) -> str:
        """Title and article, as a payslip cites them."""
        return f"{self.title} {self.article}".rstrip()


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One value of a parameter in one region, in force from a day up to, not including, another.

    Attributes:
        parameter: what it is a value of.
        region: ``national`` or a GB/T 2260 code: where it was found in the region chain.
        value: an integer in the parameter's unit, or a tax table.
        valid_from: first day in force.
        valid_to: first day no longer in force, or None.
        source: the instrument.
        confidence: official or estimate.
        evidence: A official text seen, B a secondary source that cites it, C unverified.
        note: what a reader should know about it.
        gap_reason: why no value was in force just before `valid_from`, though an earlier one exists.
        replaces: `valid_from` of the value that this one takes the place of.

    """

    parameter: Parameter
    region: str
    value: int | Table
    valid_from: date
    valid_to: date | None
    source: Source
    confidence: Confidence
    evidence: str
    note: Text = NO_WORDS
    gap_reason: str = ""
    replaces: date | None = None

    @property
    def code(self) -> str:
        """Code of the parameter."""
        return self.parameter.code

    @property
    def integer(self) -> int:
        """The value of a parameter that is not a table."""
        assert isinstance(self.value, int), f"{self.code} is a table"
        return self.value

    @property
    def table(self) -> Table:
        """The value of a parameter that is a table."""
        assert not isinstance(self.value, int), f"{self.code} is not a table"
        return self.value

    @property
    def is_estimate(self) -> bool:
        """Whether nobody has verified the value."""
        return self.confidence is Confidence.ESTIMATE

    def in_force(self, on: date) -> bool:
        """Tell whether the value holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def text(self) -> str:
        """Write the value as the law data file writes it: yuan, decimals or a whole number."""
        unit = self.parameter.unit
        if unit is Unit.BRACKETS:
            return "; ".join(
                f"{'∞' if row.upper_fen is None else format_fen(row.upper_fen)}"
                f" {format_micro(row.rate_micro)} {format_fen(row.quick_fen)}"
                for row in self.table
            )
        if unit is Unit.FEN or unit is Unit.DAYS_HUNDREDTHS:
            return format_fen(self.integer)
        return format_micro(self.integer) if unit is Unit.MICRO else str(self.integer)
