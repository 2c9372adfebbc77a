"""What an official may see of a study: nothing from which a person or one company can be worked out.

A study is worse than a table: tried with many values it would be a microscope. With one minimum wage
after another the people moved would count everybody's wage, yuan by yuan. So all that an official can
ever learn of a lever in a month is fixed beforehand, and protected at once:

1. **A ladder.** Only the fixed values of the lever's ladder may be tried (``Lever.ladder``), in a
   closed list of tables. What is published of a month is therefore known before the first study.
2. **One pattern a month.** Which groups are shown is decided over the whole ladder and holds for every
   value of it, so that no value tells what another withholds.
3. **People and companies.** A group of fewer than `LEAST_PEOPLE` is withheld, and one that says
   something of few companies, or mostly of one or two, by the rules of all statistics (`RULES`): in who
   is paid, in what is paid, or in how any figure moves *between any two values of the ladder*, the one
   in force included. Differences of two studies are thus held to the same rule as the studies. What
   follows by subtraction from the total is the union of the withheld groups: more are withheld until
   that union, too, holds. Where everybody together does not hold, the whole study is withheld. A number
   of people (affected, filled up to the minimum wage, in a band) tells besides who *comes and goes* from value
   to value: it alone is withheld where these are of few companies, or rounded so that they are not seen.
4. **What is published, once.** All of it is computed once, when the month is published
   (``ladders.py``), and stands: else a study of today less one of yesterday would be of the company
   that joined, or of the person who was put right.
5. **What is beside.** Published tables tell the whole month; a study tells regular pay of whole months.
   Where the rest is of few people or companies, the month's own sums are withheld (``Beside``), and
   only told how they move.
6. **Rounding.** People are rounded to `PEOPLE_ROUND` (or `COARSER`), money to `MONEY_ROUND_FEN`, each figure by
   itself and always the same way. One person more or less is not seen, nor are fewer than five; what a
   company rule cannot see (less than half a rounding) is not seen either.

So of any withheld group, and of any difference, at best an interval of the width of a rounding can be
learnt. The test plays the attacker with every study of a ladder at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from workforce.core.facts import Mask
from workforce.core.money import Column, round_half_up
from workforce.policy_lab.comparison import (
    BAND_COUNT,
    Division,
    GroupRow,
    GroupTable,
    Moves,
    Result,
)
from workforce.policy_lab.outcome import FIGURES, Outcome
from workforce.statistics.disclosure import RULES

PEOPLE_ROUND: Final = 10
COARSER: Final = (20, 50)
"""What the number of people that the minimum wage fills up is rounded to, where 10 would tell of few companies."""
MONEY_ROUND_FEN: Final = 1_000_000
LEAST_PEOPLE: Final = 2 * RULES.least
"""A group of fewer is withheld: the tables of the month withhold theirs, too, and know exact totals."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which groups are shown of each division, of the bands, and whether anything is: bool.

    ``affected``: the groups of which is told how many are affected; ``has_affected``: whether it is told of
    everybody; ``floor_round``: what the number of those is rounded to whom the minimum wage fills up, None:
    it is not told. ``has_sums``: whether the month's own sums are told, beside how they move.
    """

    is_shown: bool
    groups: dict[str, Mask]
    affected: dict[str, Mask]
    bands: Mask
    has_affected: bool
    floor_round: int | None
    has_sums: bool = True


@dataclass(frozen=True, slots=True)
class Beside:
    """What is paid in the month and not in a study, by company: int64[companies], people and fen."""

    people: Column
    amounts: tuple[Column, ...]

    @property
    def is_secret(self) -> bool:
        """Whether it would tell of few, if it were worked out as a difference."""
        return bool(self.people.sum()) and (
            int(self.people.sum()) < LEAST_PEOPLE
            or any(RULES.is_dominated(one) for one in (self.people, *self.amounts))
        )


NOTHING_BESIDE: Final = Beside(np.zeros(0, dtype=np.int64), ())


def pattern_of(
    before: Outcome,
    ladder: Sequence[Outcome],
    divisions: Sequence[Division],
    company: Column,
    beside: Beside = NOTHING_BESIDE,
) -> Pattern:
    """Decide what is shown of a lever's whole ladder; ``ladder``: the month by each of its values."""
    month, moves = list(_of_month(before)), list(_of_ladder(before, ladder))
    everybody = np.zeros(company.size, dtype=np.int64)
    values = [before, *ladder]
    is_affected = list(_changes([Moves(before, one).is_affected for one in values]))
    filled_up = [one.sums["top_up"] > 0 for one in values]

    def is_told(told: Sequence[_Told]) -> bool:
        return bool(_of_enough(_by_company(told, everybody, 1, company), told)[0])

    groups, affected = {}, {}
    for one in divisions:
        # What the month itself withholds is the same for every lever: none tells what another hides.
        always = _shown(month, one.groups, len(one.codes), company, least=LEAST_PEOPLE)
        groups[one.code] = _shown(
            [*month, *moves], one.groups, len(one.codes), company, within=always, least=LEAST_PEOPLE
        )
        affected[one.code] = _shown(
            [month[0], *is_affected],
            one.groups,
            len(one.codes),
            company,
            within=groups[one.code],
            least=LEAST_PEOPLE,
        )
    return Pattern(
        is_told([*month, *moves]),
        groups,
        affected,
        _bands([Moves(before, one) for one in values], company),
        has_affected=is_told(is_affected),
        floor_round=next(
            (unit for unit in (PEOPLE_ROUND, *COARSER) if is_told(list(_changes(filled_up, unit)))),
            None,
        ),
        has_sums=not beside.is_secret,
    )


def _changes(chosen: Sequence[Mask], unit: int = PEOPLE_ROUND) -> Iterator[_Told]:
    """Yield what numbers of people tell, by value: who is counted, and who between any two of them comes or goes."""
    for one in chosen:
        yield _Told(one.astype(np.int64), unit)
    for one, other in combinations(chosen, 2):
        yield _Told((one != other).astype(np.int64), unit)


def _bands(moves: Sequence[Moves], company: Column) -> Mask:
    """bool[bands]: those to show; ``moves``: by value, the one in force included."""
    bands = [(one.bands, one.is_compared) for one in moves]
    nobody = np.zeros(company.size, dtype=np.int64)

    def holds(chosen: Mask) -> bool:
        told = list(_changes([chosen[band] & is_compared for band, is_compared in bands]))
        return bool(_of_enough(_by_company(told, nobody, 1, company), told)[0])

    each = np.eye(BAND_COUNT, dtype=np.bool_)
    shown = np.array([holds(each[number]) for number in range(BAND_COUNT)])
    sizes = np.bincount(np.concatenate([band for band, _ in bands]), minlength=BAND_COUNT)
    # The rest of everybody is the union of the withheld ones.
    while not shown.all() and shown.any() and not holds(~shown):
        left = np.flatnonzero(shown & (sizes > 0))
        if not left.size:
            break
        shown[left[np.argmin(sizes[left])]] = False
    return shown


@dataclass(frozen=True, slots=True)
class _Told:
    """What figures tell of each person: int64[n] ≥ 0; a sum below half of ``unit`` is not seen."""

    weights: Column
    unit: int


def _of_month(before: Outcome) -> Iterator[_Told]:
    """Yield what every study of the month tells, whatever is tried."""
    yield _Told(before.is_paid.astype(np.int64), PEOPLE_ROUND)
    for name in FIGURES:
        yield _Told(np.abs(before.sums[name]), MONEY_ROUND_FEN)


def _of_ladder(before: Outcome, ladder: Sequence[Outcome]) -> Iterator[_Told]:
    """Yield what studies tell of how people are moved: every difference of two values."""
    for one, other in combinations([before, *ladder], 2):
        differ = np.zeros(one.is_paid.size, dtype=np.bool_)
        for name in FIGURES:
            change = np.abs(other.sums[name] - one.sums[name])
            differ |= (change != 0) | (one.is_paid != other.is_paid)
            yield _Told(change, MONEY_ROUND_FEN)
        yield _Told(differ.astype(np.int64), PEOPLE_ROUND)


def _by_company(told: Sequence[_Told], groups: Column, count: int, company: Column) -> Column:
    """Add up by group and company: int64[told, count, companies]; exact below 2⁵³."""
    companies = int(company.max(initial=0)) + 1
    key = groups * companies + company
    sums = [
        np.bincount(key, weights=one.weights, minlength=count * companies).astype(np.int64)
        for one in told
    ]
    return np.stack(sums).reshape(len(told), count, companies)


def _of_enough(sums: Column, told: Sequence[_Told]) -> Mask:
    """bool[count] of int64[told, count, companies]: every sum that is seen is of enough companies."""
    units = np.array([one.unit for one in told])[:, None]
    is_seen = 2 * sums.sum(axis=2) >= units
    holds: Mask = (~is_seen | ~RULES.dominated(sums)).all(axis=0)
    return holds


def _shown(
    told: Sequence[_Told],
    groups: Column,
    count: int,
    company: Column,
    *,
    within: Mask | None = None,
    least: int = 0,
) -> Mask:
    """bool[count]: the groups to show, so that neither they nor the rest of the total tell too much.

    None is shown that is not in ``within``, or that somebody, but fewer than ``least``, are in.
    """
    sums = _by_company(told, groups, count, company)
    shown = _of_enough(sums, told)
    if within is not None:
        shown &= within
    people = sums[0].sum(axis=1)
    shown &= (people == 0) | (people >= least)
    # Who has nobody tells nothing, and hides nothing.
    while not shown.all() and shown.any():
        union = sums[:, ~shown].sum(axis=1, keepdims=True)
        if people[~shown].sum() >= least and _of_enough(union, told).all():
            break
        left = np.flatnonzero(shown)
        shown[left[np.argmin(people[left])]] = False
    return shown


def protect(result: Result, pattern: Pattern) -> Result:
    """Return a study as an official may see it; what is withheld is not in it."""
    if not pattern.is_shown:
        return replace(
            result,
            is_protected=True,
            left_out=(),
            people=None,
            affected=None,
            lost=None,
            floor=(None, None),
            sums=dict.fromkeys(FIGURES, (None, None)),
            bands=(None,) * BAND_COUNT,
            tables=(),
        )
    tables = []
    for table in result.tables:
        shown, affected = pattern.groups[table.code], pattern.affected[table.code]
        rows = tuple(
            _row(row, has_affected=bool(affected[number])) if shown[number] else _withheld(row)
            for number, row in enumerate(table.rows)
        )
        tables.append(GroupTable(table.code, table.label, rows))
    return replace(
        result,
        is_protected=True,
        left_out=(),
        people=_people(result.people),
        affected=_people(result.affected) if pattern.has_affected else None,
        lost=_people(result.lost),
        floor=(None, None)
        if pattern.floor_round is None
        else (
            _people(result.floor[0], pattern.floor_round),
            _people(result.floor[1], pattern.floor_round),
        ),
        sums={
            name: (_money(pair[0]) if pattern.has_sums else None, _money(pair[1]))
            for name, pair in result.sums.items()
        },
        bands=tuple(
            _people(count) if is_shown else None
            for count, is_shown in zip(result.bands, pattern.bands, strict=True)
        ),
        tables=tuple(tables),
    )


def _row(row: GroupRow, *, has_affected: bool) -> GroupRow:
    return replace(
        row,
        people=_people(row.people),
        affected=_people(row.affected) if has_affected else None,
        changes=tuple(_money(value) for value in row.changes),
    )


def _withheld(row: GroupRow) -> GroupRow:
    return replace(row, people=None, affected=None, changes=(None,) * len(row.changes))


def _people(value: int | None, unit: int = PEOPLE_ROUND) -> int | None:
    return None if value is None else round_half_up(value, unit) * unit


def _money(fen: int | None) -> int | None:
    return None if fen is None else round_half_up(fen, MONEY_ROUND_FEN) * MONEY_ROUND_FEN
