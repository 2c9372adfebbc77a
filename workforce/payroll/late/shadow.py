"""The shadow of a locked month: what its people would have got, had its late facts been known.

The stored facts are read as the month's run read them, the late facts are laid over them, and the
same engine computes. What differs from the payslips that count, line by line and with what earlier
adjustments of these lines paid, is still due. Income tax and insurance of the old month stand: pay
is taxed when it is paid. The law is that of the month.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from sqlalchemy import BigInteger, case, cast, func, select

from workforce.core.errors import DomainError
from workforce.core.explain import item_of
from workforce.core.orders import Purpose
from workforce.core.pay_item import Share
from workforce.core.results import LineKind
from workforce.payroll.compute import assemble_person, compute, compute_assembled
from workforce.payroll.correction_models import AdjustmentLine, LateFact
from workforce.payroll.facts.basis import basis_of
from workforce.payroll.late_kinds.kinds import patch_with
from workforce.payroll.models import UNTAXED, Adjustment, PayrollRun, Payslip, PayslipLine
from workforce.payroll.order_models import RunOrder
from workforce.payroll.record import canonical_json
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.payroll.compute import CompanyKey, Computed
    from workforce.payroll.record import Sheet

ADJUSTMENT: Final = "adjustment"
_MINUS: Final = frozenset({LineKind.REDUCTION.value, LineKind.DEDUCTION.value})
_STANDING: Final = frozenset({Share.INSURANCE, Share.TAX})
_WHOLE_MONTH: Final = [purpose.value for purpose in Purpose if purpose.is_whole_month]


class LineKey(NamedTuple):
    """What a line is: its rates and explanation apart. ``kind``: a ``LineKind``'s value."""

    code: str
    kind: str
    detail: str | None
    is_untaxed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """One line as it was paid, with what its adjustments paid since, and as it should be (fen)."""

    key: LineKey
    before: int
    after: int

    @property
    def change(self) -> int:
        """What it adds to pay (fen), or takes from it."""
        more = self.after - self.before
        return -more if self.key.kind in _MINUS else more

    @property
    def is_pay(self) -> bool:
        """Whether it belongs to taxed gross pay; else it came after tax, or is untaxed."""
        return self.key.kind != LineKind.DEDUCTION.value and not self.key.is_untaxed


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDifference:
    """What is due to one person of a month, or was paid too much. ``payslip_id`` None: had no payslip."""

    employment_id: int
    payslip_id: int | None
    lines: tuple[LineDifference, ...]

    @property
    def pay(self) -> int:
        """The taxed part in fen, of either sign."""
        return sum(line.change for line in self.lines if line.is_pay)

    @property
    def after_tax(self) -> int:
        """What is given back untaxed in fen, or, if negative, claimed as damages."""
        return sum(line.change for line in self.lines if not line.is_pay)


class Fault(NamedTuple):
    """Why somebody's shadow cannot be computed."""

    employment_id: int
    error: DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """What late facts of one period make due.

    ``reversed_ids``: people whose payslip waits to be issued anew, by which they get everything.
    """

    period: PayPeriod
    differences: tuple[PersonDifference, ...]
    faults: tuple[Fault, ...]
    reversed_ids: frozenset[int]

    @property
    def hash(self) -> str:
        """Fingerprint of what a preview shows: SHA-256 hex."""
        said = [
            [
                one.employment_id,
                one.payslip_id,
                [[*line.key, line.before, line.after] for line in one.lines],
            ]
            for one in self.differences
        ]
        return hashlib.sha256(canonical_json([str(self.period), said]).encode()).hexdigest()


class Slip(NamedTuple):
    """A payslip of a whole month that counts, and the run that it is of."""

    employment_id: int
    payslip_id: int
    run_id: int


def shadow(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    facts: Sequence[LateFact],
    only: Collection[int] | None = None,
) -> Shadow:
    """Compute what late facts make due of a locked period; nothing is written.

    The number of statements depends on the number of the period's runs, not on that of people, but for
    a few of a company of thousands, who are read one by one. Only people whom a fact names are looked at: one of everybody names everybody, unless ``only`` says of
    whom the month is asked.
    """
    named = {fact.employment_id for fact in facts}
    if only is None and None not in named:
        only = {one for one in named if one is not None}
    slips, reversed_ids = _slips(session, company.company_id, period, only)
    regular = session.scalar(
        select(PayrollRun).where(
            PayrollRun.company_id == company.company_id,
            PayrollRun.period == str(period),
            PayrollRun.kind == "regular",
        )
    )
    runs: defaultdict[int, set[int]] = defaultdict(set)
    for slip in slips.values():
        runs[slip.run_id].add(slip.employment_id)
    joined = {fact.employment_id or 0 for fact in facts if fact.kind == "hire"}
    joined -= slips.keys() | reversed_ids
    if regular is not None and joined:
        runs[regular.id] |= joined if only is None else joined & set(only)
    after: dict[int, Counter[LineKey]] = {}
    faults: list[Fault] = []
    for run_id, members in sorted(runs.items()):
        run = session.get_one(PayrollRun, run_id)
        for part, person_id in _parts(session, run, members):
            try:
                computed = _computed(session, company, period, book, run, part, person_id, facts)
            except DomainError as error:
                faults.extend(Fault(one, error) for one in sorted(part))
                continue
            faults.extend(
                Fault(fault.employment_id, fault.error)
                for fault in computed.faults
                if fault.employment_id in part
            )
            after |= {who: lines for who, lines in _computed_lines(computed.sheet) if who in part}
    before = _paid_lines(session, company.company_id, period, slips)
    return Shadow(
        period=period,
        differences=tuple(_differences(slips, before, after)),
        faults=tuple(faults),
        reversed_ids=reversed_ids,
    )


def _slips(
    session: Session, company_id: int, period: PayPeriod, only: Collection[int] | None
) -> tuple[dict[int, Slip], frozenset[int]]:
    """Return the payslips of whole months that count, and who has a reversed one alone."""
    chosen = (
        select(Payslip.employment_id, Payslip.id, Payslip.run_id, counts().label("does_count"))
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(RunOrder, RunOrder.id == PayrollRun.order_id)
        .where(
            PayrollRun.company_id == company_id,
            PayrollRun.period == str(period),
            PayrollRun.state.in_(FINAL_STATES),
            (PayrollRun.kind == "regular") | RunOrder.purpose.in_(_WHOLE_MONTH),
        )
    )
    if only is not None:
        chosen = chosen.where(Payslip.employment_id.in_(sorted(only)))
    found: dict[int, Slip] = {}
    gone: set[int] = set()
    for employment_id, payslip_id, run_id, does_count in session.execute(chosen):
        if does_count:
            found[employment_id] = Slip(employment_id, payslip_id, run_id)
        else:
            gone.add(employment_id)
    return found, frozenset(gone - found.keys())


def _parts(
    session: Session, run: PayrollRun, members: Collection[int]
) -> list[tuple[Collection[int], int | None]]:
    """Return some people of a run as they are computed: each with the person, or all at once (None)."""
    if len(members) > 1 and len(members) * _PEOPLE_A_READING > run.payslip_count:
        return [(members, None)]
    of_person: defaultdict[int, set[int]] = defaultdict(set)
    for employment_id, person_id in session.execute(people.persons_of(members)):
        # Who works elsewhere, too, or came back, has other employments besides.
        if employment_id in members:
            of_person[person_id].add(employment_id)
    return [(own, person_id) for person_id, own in sorted(of_person.items())]


_PEOPLE_A_READING: Final = 200
"""The month of so many people at once is computed in the time of one person's by itself."""


def _computed(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    run: PayrollRun,
    members: Collection[int],
    person_id: int | None,
    facts: Sequence[LateFact],
) -> Computed:
    """Compute a run's people, or one person, anew with late facts, on what was decided before it."""
    basis = basis_of(session, run)
    patch = patch_with(session, company.company_id, period, facts, members)
    if person_id is not None:
        assembled = assemble_person(
            session, company, person_id, period, book, basis=basis, patch=patch
        )
        return compute_assembled(company, assembled, book)
    return compute(session, company, period, book, basis=basis, patch=patch)


def _computed_lines(sheet: Sheet) -> Iterator[tuple[int, Counter[LineKey]]]:
    """Yield each person's lines that late facts may change, those of one key added up (fen)."""
    sums: list[Counter[LineKey]] = [Counter() for _ in sheet.employment_ids]
    names = ("code", "kind", "detail", "operands")
    amounts = np.asarray(sheet.lines["amount"], dtype=np.int64).tolist()
    for owner, amount, *line in zip(
        np.asarray(sheet.owner).tolist(),
        amounts,
        *(sheet.lines[name] for name in names),
        strict=True,
    ):
        code, kind, detail, operands = line
        is_untaxed = UNTAXED in operands
        if may_change(code, kind, is_untaxed=is_untaxed):
            sums[owner][LineKey(code, kind, detail, is_untaxed)] += amount
    yield from zip(sheet.employment_ids, sums, strict=True)


@cache
def may_change(code: str, kind: str, *, is_untaxed: bool) -> bool:
    """Tell whether a line of an old month is corrected: not tax, insurance or what the employer pays.

    Nor is an adjustment of a month before it: that month has its own late facts.
    """
    if kind == LineKind.EMPLOYER.value or code == ADJUSTMENT:
        return False
    item = item_of(code, LineKind(kind), {"is_untaxed": int(is_untaxed)})
    return item.share not in _STANDING


def _paid_lines(
    session: Session, company_id: int, period: PayPeriod, slips: Mapping[int, Slip]
) -> dict[int, Counter[LineKey]]:
    """Return what each person's lines came to: on the payslip, or as they were adjusted last (fen)."""
    runs = {slip.run_id for slip in slips.values()}
    who_of = {slip.payslip_id: slip.employment_id for slip in slips.values()}
    found: defaultdict[int, Counter[LineKey]] = defaultdict(Counter)
    is_untaxed = case((PayslipLine.operands.contains(UNTAXED), 1), else_=0)
    key = (PayslipLine.code, PayslipLine.kind, PayslipLine.detail, is_untaxed)
    chosen = (
        select(PayslipLine.payslip_id, *key, cast(func.sum(PayslipLine.amount), BigInteger))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .group_by(PayslipLine.payslip_id, *key)
    )
    few = len(slips) < _MANY
    chosen = chosen.where(
        PayslipLine.payslip_id.in_(sorted(who_of)) if few else Payslip.run_id.in_(sorted(runs))
    )
    for payslip_id, code, kind, detail, untaxed, amount in session.execute(chosen):
        if payslip_id in who_of and may_change(code, kind, is_untaxed=bool(untaxed)):
            line = LineKey(code, kind, detail, bool(untaxed))
            found[who_of[payslip_id]][line] += amount
    adjusted = (
        select(
            Adjustment.employment_id,
            Adjustment.kind.label("adjustment_kind"),
            AdjustmentLine.payslip_id,
            AdjustmentLine.code,
            AdjustmentLine.kind,
            AdjustmentLine.detail,
            AdjustmentLine.after_amount,
        )
        .join(Adjustment, Adjustment.id == AdjustmentLine.adjustment_id)
        .where(
            Adjustment.for_period == str(period),
            Adjustment.employment_id.in_(people.employment_ids(Scope.company(company_id))),
        )
        .order_by(AdjustmentLine.id)
    )
    for row in session.execute(adjusted):
        slip = slips.get(row.employment_id)
        if row.payslip_id != (slip.payslip_id if slip else None):
            continue
        is_taxed = row.adjustment_kind == "pay" or row.kind == LineKind.DEDUCTION.value
        found[row.employment_id][LineKey(row.code, row.kind, row.detail, not is_taxed)] = (
            row.after_amount
        )
    return found


_MANY: Final = 5_000
"""So many are not worth naming one by one in a statement."""


def _differences(
    slips: Mapping[int, Slip],
    before: Mapping[int, Counter[LineKey]],
    after: Mapping[int, Counter[LineKey]],
) -> Iterator[PersonDifference]:
    for employment_id in sorted(after):
        was, now = before.get(employment_id, Counter()), after[employment_id]
        keys = [*now, *(key for key in was if key not in now)]
        lines = tuple(
            LineDifference(key=key, before=was[key], after=now[key])
            for key in keys
            if was[key] != now[key]
        )
        if lines:
            slip = slips.get(employment_id)
            yield PersonDifference(
                employment_id=employment_id,
                payslip_id=slip.payslip_id if slip else None,
                lines=lines,
            )
