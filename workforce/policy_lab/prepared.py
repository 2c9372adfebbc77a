"""A decided month as columns, ready for any number of studies: read once, then kept by the process.

The facts of a decided month do not change; what is kept is named by the fingerprints of its runs, so
that a run that is opened and decided anew is read anew. Before a company takes part, its payslips are
computed once by the law of their time and held against those stored, to the fen.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.errors import DomainError
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.payroll.compute import CompanyKey, assemble_run
from workforce.payroll.facts.basis import basis_of
from workforce.platform import clock
from workforce.platform.law_book import law_book_as_of
from workforce.policy_lab import queries
from workforce.policy_lab.comparison import Division
from workforce.policy_lab.merging import merged
from workforce.policy_lab.outcome import Outcome, outcome_of
from workforce.statistics.dimensions import AGE_BANDS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.facts import Facts
    from workforce.core.law import LawBook
    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.platform.scope import Scope

SIZE_BANDS: Final = (10, 100, 300)
"""Lowest numbers of paid people of a small, a middle and a large company: the bands of
统计上大中小微型企业划分办法（2017） for software and information services."""

COMPANY: Final = "company"
"""The division that no official sees."""

_KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """The people who were paid by one law, computed as they were paid; in the order of the month."""

    facts: Facts
    book: LawBook
    before: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMonth:
    """A month's people, ``n`` in all. ``company`` int64[n] indexes ``companies``.

    ``left_out``: companies whose payslips are not what the same facts give today, by name. ``run_ids``:
    the runs of the others. ``hash`` names all runs. ``names``: of task types.
    """

    period: PayPeriod
    parts: tuple[Part, ...]
    companies: tuple[str, ...]
    company: Column
    divisions: tuple[Division, ...]
    left_out: tuple[str, ...]
    run_ids: tuple[int, ...]
    names: Mapping[str, Text]
    hash: str

    @property
    def size(self) -> int:
        """Number of people: of employments that were paid."""
        return int(self.company.size)


@dataclass(frozen=True, slots=True)
class _Read:
    """One company's month that gives what was paid; ``ids`` are its people, for their groups alone."""

    key: CompanyKey
    is_inside: bool
    book: LawBook
    facts: Facts
    ids: tuple[int, ...]


class _Kept:
    """The newest months in use; a study more needs the engine alone."""

    def __init__(self) -> None:
        self._months: OrderedDict[str, PreparedMonth] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> PreparedMonth | None:
        with self._lock:
            found = self._months.get(key)
            if found is not None:
                self._months.move_to_end(key)
            return found

    def keep(self, key: str, month: PreparedMonth) -> None:
        with self._lock:
            self._months[key] = month
            while len(self._months) > _KEPT:
                self._months.popitem(last=False)


_kept: Final = _Kept()


def prepared_month(session: Session, scope: Scope, period: PayPeriod) -> PreparedMonth | None:
    """Return a month of all companies in reach that have decided it; None if there is none.

    The first time it is read: about as long as a pay run without writing.
    """
    runs = session.scalars(queries.decided_runs(scope, period)).all()
    if not runs:
        return None
    # Who is in which group may be put right later: nothing is kept over a day.
    marks = [f"{run.id}|{run.input_hash}|{run.result_hash}|{run.law_hash}" for run in runs]
    place = f"{session.get_bind()}|{scope.company_id}|{period}|{clock.today()}"
    key = hashlib.sha256("\n".join([place, *marks]).encode()).hexdigest()
    found = _kept.find(key)
    if found is None:
        found = prepare(session, scope, period, runs)
        _kept.keep(key, found)
    return found


def prepare(
    session: Session, scope: Scope, period: PayPeriod, runs: Sequence[Any]
) -> PreparedMonth:
    """Read the month of some regular runs of whole months, whatever their states."""
    known = {row.company_id: row for row in session.execute(queries.company_rows(scope))}
    read: list[_Read] = []
    left_out, taken = [], []
    for run in sorted(runs, key=lambda one: str(known[one.company_id].company_code)):
        row = known[run.company_id]
        found = _read(session, scope, period, run, row)
        if found is None:
            left_out.append(row.company_name)
            continue
        taken.append(int(run.id))
        if found.ids:
            read.append(found)
    read.sort(key=lambda one: one.book.hash)
    names = {
        row.task_type_code: Text(row.name_zh, row.name_en)
        for row in session.execute(queries.task_names())
    }
    hashes = sorted(f"{run.input_hash}|{run.result_hash}" for run in runs)
    return PreparedMonth(
        period=period,
        parts=_parts(read),
        companies=tuple(one.key.name for one in read),
        company=np.repeat(np.arange(len(read)), [len(one.ids) for one in read]),
        divisions=_divisions(session, scope, period, read, names),
        left_out=tuple(left_out),
        run_ids=tuple(taken),
        names=names,
        hash=hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
    )


def _read(session: Session, scope: Scope, period: PayPeriod, run: Any, row: Any) -> _Read | None:
    """Read one company's month; None where it does not give what was paid, to the fen."""
    key = CompanyKey(row.company_id, row.company_code, row.company_name, row.region)
    book = law_book_as_of(run.law_hash)
    try:
        assembled = assemble_run(session, key, period, book, basis_of(session, run))
        outcome = outcome_of(assembled.facts, book)
    except DomainError:
        return None
    sums = outcome.sums
    computed = {
        employment_id: figures
        for employment_id, is_paid, *figures in zip(
            assembled.employment_ids,
            outcome.is_paid.tolist(),
            *(sums[name].tolist() for name in ("gross", "net", "labour_cost")),
            strict=True,
        )
        if is_paid
    }
    stored = {
        employment_id: figures
        for employment_id, *figures in session.execute(queries.slip_totals(scope, run.id))
    }
    if computed != stored or assembled.faults or not outcome.is_paid.all():
        return None
    return _Read(key, bool(row.is_inside), book, assembled.facts, assembled.employment_ids)


def _parts(read: Sequence[_Read]) -> tuple[Part, ...]:
    """Put the companies together whose month was paid by one law."""
    by_law: defaultdict[str, list[_Read]] = defaultdict(list)
    for one in read:
        by_law[one.book.hash].append(one)
    parts = []
    for same in by_law.values():
        facts = merged([one.facts for one in same])
        parts.append(Part(facts, same[0].book, outcome_of(facts, same[0].book)))
    return tuple(parts)


def _divisions(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    read: Sequence[_Read],
    names: Mapping[str, Text],
) -> tuple[Division, ...]:
    """Divide the people; a company's own by what they are, the base's by their companies, too."""
    ids = [one for company in read for one in company.ids]
    group_of = {
        row.employment_id: row for row in session.execute(queries.people_by_group(scope, period))
    }
    rows = [group_of[one] for one in ids]
    of_company = [len(one.ids) for one in read]
    found = [
        _division("sex", [row.sex for row in rows], terms_of("sex")),
        _division("age", [_age_band(row.born_on, period) for row in rows], _age_labels()),
        _division(
            "task_type",
            [row.task_type_code or "" for row in rows],
            {**names, "": Text("没有计件工资", "Without piece wages")},
        ),
    ]
    if scope.company_id is not None:
        return tuple(found)
    sizes = [str(int(np.searchsorted(SIZE_BANDS, count, side="right"))) for count in of_company]
    places = ["inside" if one.is_inside else "outside" for one in read]
    names_of = {str(number): one.key.name for number, one in enumerate(read)}
    owners = np.repeat(list(names_of), of_company).tolist()
    return (
        _division(COMPANY, owners, {key: Text(name, name) for key, name in names_of.items()}),
        _division("size", np.repeat(sizes, of_company).tolist(), _size_labels()),
        _division("place", np.repeat(places, of_company).tolist(), terms_of("study_place")),
        *found,
    )


def _division(code: str, values: Sequence[str], labels: Mapping[str, Text]) -> Division:
    """Divide by codes, in the order of their labels; an unknown code comes last, by itself."""
    known = [name for name in labels if name in set(values)]
    unknown = sorted(set(values) - set(labels))
    order = {name: number for number, name in enumerate([*known, *unknown])}
    return Division(
        code=code,
        label=terms_of("study_division")[code],
        codes=tuple(order),
        labels=tuple(labels.get(name, Text(name, name)) for name in order),
        groups=np.array([order[value] for value in values], dtype=np.int64),
    )


def _age_band(born_on: Any, period: PayPeriod) -> str:
    last = period.last_on
    age = last.year - born_on.year - ((last.month, last.day) < (born_on.month, born_on.day))
    return str(sum(age >= edge for edge in _age_edges()))


def _age_edges() -> list[int]:
    return [*(low for low, _high in AGE_BANDS), AGE_BANDS[-1][1] + 1]


def _age_labels() -> dict[str, Text]:
    edges = _age_edges()
    labels = [
        Text(f"{edges[0] - 1} 岁及以下", f"{edges[0] - 1} or younger"),
        *(Text(f"{low}–{high} 岁", f"{low}–{high}") for low, high in AGE_BANDS),
        Text(f"{edges[-1]} 岁及以上", f"{edges[-1]} or older"),
    ]
    return {str(number): label for number, label in enumerate(labels)}


def _size_labels() -> dict[str, Text]:
    small, middle, large = SIZE_BANDS
    labels = (
        Text(f"不足 {small} 人", f"under {small}"),
        Text(f"{small}–{middle - 1} 人", f"{small}–{middle - 1}"),
        Text(f"{middle}–{large - 1} 人", f"{middle}–{large - 1}"),
        Text(f"{large} 人及以上", f"{large} or more"),
    )
    return {str(number): label for number, label in enumerate(labels)}
