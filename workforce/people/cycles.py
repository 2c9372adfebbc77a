"""Who is paid by half months, and which closed periods bind whom.

A month's pay is closed for those paid by months, a half month's for those paid by half months: the
other group's facts of the same days stay open. Who leaves and is paid at once is closed alone.
Whoever writes a fact of a person asks here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.people.models import Employment, PayProfile
from workforce.platform import locks

MONTH: Final = "month"
HALF_MONTH: Final = "half_month"
PAY_CYCLES: Final = (MONTH, HALF_MONTH)

_PART_TIME: Final = "part_time"


def check_pay_cycle(pay_cycle: str, employment_type: str) -> None:
    """Refuse a cycle that does not exist, or half months of anybody but part-time people."""
    if pay_cycle not in PAY_CYCLES:
        raise InputError("profile.pay_cycle", value=pay_cycle, known=", ".join(PAY_CYCLES))
    if pay_cycle == HALF_MONTH and employment_type != _PART_TIME:
        raise InputError("profile.half_month")


@dataclass(frozen=True, slots=True)
class _Span:
    """Months paid by halves, from a day up to, not including, another; and the employment's days."""

    start: dt.date
    end: dt.date
    hired_on: dt.date
    separated_on: dt.date


class PayCycles:
    """A company's closed periods, and its people's cycles; one read for any number of facts."""

    def __init__(
        self,
        locked: frozenset[PayPeriod],
        halves: dict[int, list[_Span]] | None = None,
        settled: dict[int, frozenset[PayPeriod]] | None = None,
    ) -> None:
        """Take the closed periods, and by employment when it is paid by half months.

        ``settled``: periods that are closed for an employment before they are for the others.
        """
        self.locked = locked
        self._halves = halves or {}
        self._settled = settled or {}
        self._months = frozenset(period for period in locked if not period.half)

    @classmethod
    def read(cls, session: Session, company_id: int) -> PayCycles:
        """Read a company's."""
        halves: defaultdict[int, list[_Span]] = defaultdict(list)
        chosen = (
            select(
                PayProfile.employment_id,
                PayProfile.valid_from,
                PayProfile.valid_to,
                Employment.hired_on,
                Employment.separated_on,
            )
            .join(Employment, Employment.id == PayProfile.employment_id)
            .where(Employment.company_id == company_id, PayProfile.pay_cycle == HALF_MONTH)
        )
        for employment_id, start, end, hired_on, separated_on in session.execute(chosen):
            halves[employment_id].append(
                _Span(start, end or dt.date.max, hired_on, separated_on or dt.date.max)
            )
        employments = select(Employment.id).where(Employment.company_id == company_id)
        return cls(
            locks.locked_periods(session, company_id),
            dict(halves),
            locks.settled_people(session, employments),
        )

    @property
    def is_all_open(self) -> bool:
        """Whether nothing is closed for anybody."""
        return not self.locked and not self._settled

    def locked_for(self, employment_id: int | None) -> frozenset[PayPeriod]:
        """Return the periods that are closed for all, and for this employment alone."""
        alone = self._settled.get(employment_id or 0)
        return self.locked | alone if alone else self.locked

    def has_closed(self, employment_id: int | None, on: dt.date) -> bool:
        """Tell whether the facts of an employment's day are locked."""
        return self.period_of(employment_id, on) in self.locked_for(employment_id)

    def has_halves(self, month: PayPeriod) -> bool:
        """Tell whether anybody is paid by the halves of a month."""
        return any(self.is_half(employment_id, month.first_on) for employment_id in self._halves)

    def is_half(self, employment_id: int | None, on: dt.date) -> bool:
        """Tell whether an employment is paid by half months on a day; a group never is."""
        spans = self._halves.get(employment_id or 0)
        return spans is not None and any(span.start <= on < span.end for span in spans)

    def period_of(self, employment_id: int | None, on: dt.date) -> PayPeriod:
        """Return the pay period of an employment that a day is in."""
        return PayPeriod.half_of(on) if self.is_half(employment_id, on) else PayPeriod.of(on)

    @property
    def settled(self) -> Collection[int]:
        """The employments of which a period is closed before it is for the others."""
        return self._settled.keys()

    def closed_alone(self, employment_ids: Iterable[int]) -> frozenset[PayPeriod]:
        """Return the periods that are closed for one of some employments before the others."""
        return frozenset().union(*(self._settled.get(one, ()) for one in employment_ids))

    def is_closed(
        self,
        employment_id: int | None,
        period: PayPeriod,
        alone: frozenset[PayPeriod] = frozenset(),
    ) -> bool:
        """Tell whether what was assigned to a period is paid already.

        ``employment_id`` None: a group's work, paid to each member in that member's own period;
        ``alone``: periods that are closed for one of the members (`closed_alone`).
        """
        if employment_id is not None:
            return self.paid_in(employment_id, period) in self.locked_for(employment_id)
        month = period.whole
        if month in alone or not alone.isdisjoint(month.halves):
            return True
        return month in self.locked or (month.halves[1] in self.locked and self.has_halves(month))

    def next_open(
        self, employment_id: int | None, on: dt.date, alone: frozenset[PayPeriod] = frozenset()
    ) -> PayPeriod:
        """Return the pay period of a day, or the first after it that is not closed."""
        period = self.period_of(employment_id, on)
        while self.is_closed(employment_id, period, alone):
            period = self.period_of(employment_id, period.end_on)
        return period

    def within(
        self,
        employment_id: int | None,
        month: PayPeriod,
        on: dt.date,
        alone: frozenset[PayPeriod] = frozenset(),
    ) -> PayPeriod:
        """Return the open period that pays in a month: of its halves the one nearest to a day."""
        return self.next_open(employment_id, min(max(on, month.first_on), month.last_on), alone)

    def paid_in(self, employment_id: int, period: PayPeriod) -> PayPeriod:
        """Return the period that pays what was assigned to a period of the other cycle.

        A cycle may change before a month is paid: by months, the month pays what was given to its
        halves; by half months, its second half pays what was given to the month.
        """
        if not self.is_half(employment_id, period.first_on):
            return period.whole
        return period if period.half else period.halves[1]

    def binding(
        self,
        employment_id: int | None,
        pay_cycle: str | None = None,
        *,
        since: dt.date = dt.date.min,
    ) -> frozenset[PayPeriod]:
        """Return the closed periods that fix an employment's facts.

        ``employment_id`` None: an employment still to be made. ``pay_cycle``: a cycle that it is to
        have, whose closed periods bind, too. A half month outside of the employment (``since`` is its
        first day) binds nothing: none of its days was paid.
        """
        if employment_id not in self._halves and pay_cycle != HALF_MONTH:
            return self._months | self._settled.get(employment_id or 0, frozenset())
        return frozenset(
            period
            for period in self.locked_for(employment_id)
            if (self._is_of(employment_id, period) or self._is_cycle(pay_cycle, period))
            and self._is_employed(employment_id, period, since)
        )

    def last_parts(self, employment_id: int) -> frozenset[PayPeriod]:
        """Return the closed periods in which an employment's once-a-month amounts were taken."""
        spans = self._halves.get(employment_id)
        if spans is None:
            return self.binding(employment_id)
        return frozenset(
            period
            for period in self.binding(employment_id)
            if period.ends_month or spans[0].separated_on <= period.last_on
        )

    def has_paid(self, employment_id: int, period: PayPeriod) -> bool:
        """Tell whether what is given to a period is paid: to a month, with its last payment."""
        if period.half:
            return self.is_closed(employment_id, period)
        return any(closed.whole == period for closed in self.last_parts(employment_id))

    def closed_in(self, employment_id: int, period: PayPeriod) -> PayPeriod | None:
        """Return the closed period that a fact of a period, such as a whole month, has part in."""
        return next(
            (
                closed
                for closed in sorted(self.binding(employment_id))
                if period in {closed, closed.whole}
            ),
            None,
        )

    def _is_of(self, employment_id: int | None, period: PayPeriod) -> bool:
        if employment_id is None:
            return False
        return self.is_half(employment_id, period.first_on) == bool(period.half)

    @staticmethod
    def _is_cycle(pay_cycle: str | None, period: PayPeriod) -> bool:
        return pay_cycle is not None and (pay_cycle == HALF_MONTH) == bool(period.half)

    def _is_employed(self, employment_id: int | None, period: PayPeriod, since: dt.date) -> bool:
        spans = self._halves.get(employment_id or 0)
        hired_on, left_on = (
            (spans[0].hired_on, spans[0].separated_on) if spans else (since, dt.date.max)
        )
        return not period.half or (hired_on <= period.last_on and left_on >= period.first_on)
