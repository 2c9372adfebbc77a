"""What a study says: who is moved by how much, and what it costs whom; and the same as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np

from workforce.core.facts import Mask
from workforce.core.money import Column
from workforce.core.text import Text
from workforce.policy_lab.outcome import FIGURES, Outcome

BAND_EDGES_FEN: Final = (0, 5_000, 10_000, 20_000, 50_000)
"""People are counted by how much their net pay moves a month: not at all, up to 50, 100, 200, 500 yuan
or more, to either side."""

BAND_COUNT: Final = 2 * len(BAND_EDGES_FEN) + 1

CHANGES: Final = ("gross", "net", "employee_insurance", "tax", "employer_insurance", "labour_cost")
"""The figures of which the tables of groups show how they move."""


@dataclass(frozen=True, slots=True)
class Division:
    """How a month's people are divided: ``groups`` int64[n] indexes ``labels``; codes are stable."""

    code: str
    label: Text
    codes: tuple[str, ...]
    labels: tuple[Text, ...]
    groups: Column

    def add_up(self, values: Column | Mask) -> list[int]:
        """Sum values int64[n], or count bool[n], for each group; exact."""
        sums = np.zeros(len(self.codes), dtype=np.int64)
        np.add.at(sums, self.groups, values.astype(np.int64))
        return [int(value) for value in sums]


@dataclass(frozen=True, slots=True)
class Moves:
    """Two outcomes of the same ``n`` people; only those who are paid in both are compared."""

    before: Outcome
    after: Outcome

    @property
    def is_compared(self) -> Mask:
        """bool[n]: paid either way."""
        both: Mask = self.before.is_paid & self.after.is_paid
        return both

    def change(self, name: str) -> Column:
        """int64[n] fen: how much a figure moves; 0 where nobody is compared."""
        change: Column = np.where(
            self.is_compared, self.after.sums[name] - self.before.sums[name], 0
        )
        return change

    @property
    def is_affected(self) -> Mask:
        """bool[n]: gross pay, net pay or the cost of the job moves."""
        moves = [self.change(name) != 0 for name in ("gross", "net", "labour_cost")]
        affected: Mask = np.logical_or.reduce(moves)
        return affected

    @property
    def bands(self) -> Column:
        """int64[n]: the band of the net pay's move, 0 … `BAND_COUNT` − 1, from the largest loss on."""
        change = self.change("net")
        # Up to 50 yuan is band 1, whichever side; nothing is band 0.
        steps = np.searchsorted(BAND_EDGES_FEN, np.abs(change), side="left")
        bands: Column = len(BAND_EDGES_FEN) + np.sign(change) * steps
        return bands


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of people: fen where it is about money, None where it is withheld."""

    code: str
    label: Text
    people: int | None
    affected: int | None
    changes: tuple[int | None, ...]
    """In the order of `CHANGES`."""


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The people divided by one thing."""

    code: str
    label: Text
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out; frozen with a saved study.

    ``sums`` has for each of `FIGURES` the month's fen before and how much they move. ``floor``: people
    whom the minimum wage fills up, before and after. ``bands``: people by how much their net pay moves.
    ``lost``: people whose pay could not be computed any more, who are not compared. None: withheld.
    ``left_out``: companies that did not take part, by name where they may be named.
    """

    is_protected: bool
    companies: int
    left_out_count: int
    left_out: tuple[str, ...]
    people: int | None
    affected: int | None
    lost: int | None
    floor: tuple[int | None, int | None]
    sums: dict[str, tuple[int | None, int | None]]
    bands: tuple[int | None, ...]
    tables: tuple[GroupTable, ...]

    def change(self, name: str) -> int | None:
        """Return how much a figure moves in all, in fen a month."""
        return self.sums[name][1]

    def after(self, name: str) -> int | None:
        """Return what a figure comes to with the change; None where either part is withheld."""
        before, change = self.sums[name]
        return None if before is None or change is None else before + change

    def to_json(self) -> dict[str, Any]:
        """Return plain values, as they are stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        tables = tuple(
            GroupTable(
                table["code"],
                Text(*table["label"]),
                tuple(
                    GroupRow(
                        row["code"],
                        Text(*row["label"]),
                        row["people"],
                        row["affected"],
                        tuple(row["changes"]),
                    )
                    for row in table["rows"]
                ),
            )
            for table in values["tables"]
        )
        return cls(
            **{
                **values,
                "left_out": tuple(values["left_out"]),
                "floor": tuple(values["floor"]),
                "sums": {name: tuple(pair) for name, pair in values["sums"].items()},
                "bands": tuple(values["bands"]),
                "tables": tables,
            }
        )


def compare(
    moves: Moves,
    divisions: Sequence[Division],
    companies: int,
    left_out: Sequence[str],
) -> Result:
    """Compare in full: nothing is withheld."""
    compared, affected = moves.is_compared, moves.is_affected
    return Result(
        is_protected=False,
        companies=companies,
        left_out_count=len(left_out),
        left_out=tuple(left_out),
        people=int(compared.sum()),
        affected=int(affected.sum()),
        lost=int((moves.before.is_paid & ~compared).sum()),
        floor=(
            int((compared & (moves.before.sums["top_up"] > 0)).sum()),
            int((compared & (moves.after.sums["top_up"] > 0)).sum()),
        ),
        sums={
            name: (
                int(np.where(compared, moves.before.sums[name], 0).sum()),
                int(moves.change(name).sum()),
            )
            for name in FIGURES
        },
        bands=tuple(
            int(count) for count in np.bincount(moves.bands[compared], minlength=BAND_COUNT)
        ),
        tables=tuple(_table(one, moves, compared, affected) for one in divisions),
    )


def _table(division: Division, moves: Moves, compared: Mask, affected: Mask) -> GroupTable:
    people, touched = division.add_up(compared), division.add_up(affected)
    changes = zip(*(division.add_up(moves.change(name)) for name in CHANGES), strict=True)
    rows = zip(division.codes, division.labels, people, touched, changes, strict=True)
    return GroupTable(division.code, division.label, tuple(GroupRow(*row) for row in rows))


def band_labels(money: Callable[[int], str]) -> tuple[Text, ...]:
    """Return what the bands are called, from the largest loss to the largest gain."""
    edges = BAND_EDGES_FEN
    last = money(edges[-1])
    less, more = [], []
    for low, high in pairwise(edges):
        start, end = money(low), money(high)
        less.append(Text(f"少 {start}–{end} 元", f"{start}–{end} yuan less"))
        more.append(Text(f"多 {start}–{end} 元", f"{start}–{end} yuan more"))
    return (
        Text(f"少 {last} 元以上", f"over {last} yuan less"),
        *reversed(less),
        Text("不变", "unchanged"),
        *more,
        Text(f"多 {last} 元以上", f"over {last} yuan more"),
    )
