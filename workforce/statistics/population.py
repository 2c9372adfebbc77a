"""The people behind a month's figures, as columns: one element for each employment, no names.

The rows are anonymous. Who a person is never leaves the database: two flags, made there, say which of
a person's employments counts him once in the whole and once in his company.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.results import WagePart

Flags = NDArray[np.bool_]
Codes = NDArray[np.str_]

WAGE_PARTS: Final = tuple(WagePart)
"""The six parts of total wages, in the order of articles 5–10 of NBS Order No. 1 (1990)."""

SCHEMES: Final = ("pension", "medical", "unemployment", "work_injury", "fund")
"""What a payslip may pay into: bit n of ``Population.schemes`` is the n-th. Maternity insurance is paid
together with medical insurance."""

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_EPOCH_MONTHS: Final = 1970 * 12

STILL_EMPLOYED: Final = np.iinfo(np.int64).max
"""The separation day of those who have none."""


@dataclass(frozen=True, kw_only=True)
class Population:
    """``n`` employments that were active, or paid, in one month.

    Days are proleptic ordinals (``date.toordinal``); both ends of an employment are employed days.
    Amounts are fen. ``has_result`` tells whether the employment's company has a payroll result of the
    month: where it has none, wages are unknown, not zero.
    """

    period: PayPeriod
    company: Column
    """int64[n]: index into the companies of the report."""
    hired: Column
    separated: Column
    """int64[n]; `STILL_EMPLOYED` where the employment goes on."""
    is_person: Flags
    """bool[n]: this row stands for its person in a count over everything (one row a person)."""
    is_person_in_company: Flags
    """bool[n]: this row stands for its person in a count within the company."""
    sex: Codes
    born: Column
    """int64[n]: birth date as the number yyyymmdd."""
    education: Codes
    township: Codes
    household: Codes
    is_inside: Flags
    """bool[n]: the company is in the base, not outside of it."""
    key_groups: Column
    """int64[n]: bit n for the n-th term of ``key_group``; a person may be in several."""
    task_type: Codes
    """The code of the task type that earned most of the piece wages; "" without piece wages."""
    wages: Column
    """int64[6, n] fen, in the order of `WAGE_PARTS`; 0 where there is no payslip."""
    is_paid: Flags
    """bool[n]: has a payslip of the month."""
    has_result: Flags
    schemes: Column
    """int64[n]: bit n for the n-th of `SCHEMES` that a payslip of the month pays into."""
    employment_type: Codes
    contract_kind: Codes
    """"" where none is recorded."""
    occupation: Codes
    skill_level: Codes
    """The highest level of a certificate valid on the month's last day: "1" to "5", "" without one."""
    sender: Codes
    """The unit that sends somebody dispatched, as ``queries.senders`` names it; "" where unknown."""
    leaving_cause: Codes
    """Of what kind the reason of leaving is, as ``queries.month_rows`` says; of who leaves later, too."""
    founded: Column
    """int64[n]: the first day of the company."""
    labour_cost: Column
    """int64[n] fen: gross pay and the employer's share of insurance and fund; 0 without a payslip."""
    floor: Column
    """int64[n] fen: the legal floor for the month's attendance; 0 where none applies."""
    is_below_floor: Flags
    """bool[n]: what counts towards the floor, top-up included, does not reach it."""
    is_topped_up: Flags
    """bool[n]: the payslip has a top-up to the floor."""
    minutes: Column
    """int64[n]: minutes worked, overtime included; 0 where none are on record."""
    overtime_minutes: Column
    """int64[n]: minutes of overtime on workdays, rest days and holidays."""
    is_over_limit: Flags
    """bool[n]: more overtime than the law allows in a month."""
    arrears: Column
    """int64[n] fen: net pay that was due by the month's last day and was not paid by then."""

    @property
    def size(self) -> int:
        """Number of employments."""
        return int(self.company.size)

    def only(self, chosen: Flags) -> Population:
        """Return the employments that are chosen (bool[n])."""
        columns = {
            field.name: getattr(self, field.name)[..., chosen]
            for field in fields(self)
            if field.name != "period"
        }
        return Population(period=self.period, **columns)

    @cached_property
    def is_employed_at_end(self) -> Flags:
        """bool[n]: employed at 24:00 of the month's last day; who leaves on that day is out."""
        last = self.period.last_on.toordinal()
        return (self.hired <= last) & (self.separated > last)

    @cached_property
    def is_employed_at_start(self) -> Flags:
        """bool[n]: employed at 24:00 of the last day of the month before."""
        last = self.period.first_on.toordinal() - 1
        return (self.hired <= last) & (self.separated > last)

    @cached_property
    def has_joined(self) -> Flags:
        """bool[n]: the first employed day is in the month."""
        return self._in_month(self.hired)

    @cached_property
    def has_left(self) -> Flags:
        """bool[n]: the last employed day is in the month."""
        return self._in_month(self.separated)

    @cached_property
    def employed_days(self) -> Column:
        """int64[n]: calendar days of the month on which employed, hire and separation day included.

        Of a new company the days since its founding count.
        """
        began = np.maximum(self.hired, self.founded)
        first = np.maximum(began, self.period.first_on.toordinal())
        last = np.minimum(self.separated, self.period.last_on.toordinal())
        days: Column = np.maximum(last - first + 1, 0)
        return days

    @cached_property
    def is_insured(self) -> Flags:
        """bool[n]: a payslip of the month pays into basic pension insurance."""
        return self.pays_into("pension")

    def pays_into(self, scheme: str) -> Flags:
        """bool[n]: a payslip of the month pays into one of the `SCHEMES`."""
        bits: Column = (self.schemes >> SCHEMES.index(scheme)) & 1
        return bits.astype(np.bool_)

    @cached_property
    def has_hours(self) -> Flags:
        """bool[n]: hours of the month are on record: without them an average would be too low."""
        return self.minutes > 0

    @cached_property
    def total_wages(self) -> Column:
        """int64[n] fen: the sum of the six parts."""
        total: Column = self.wages.sum(axis=0)
        return total

    @cached_property
    def age(self) -> Column:
        """int64[n]: completed years on the month's last day."""
        last = self.period.last_on
        today = last.year * 10_000 + last.month * 100 + last.day
        age: Column = (today - self.born) // 10_000
        return age

    @cached_property
    def service_years(self) -> Column:
        """int64[n]: completed years with the company on the month's last day; 0 of who comes later."""
        days = self.hired - _EPOCH
        hired = (np.datetime64(0, "D") + days).astype("datetime64[D]")
        months = hired.astype("datetime64[M]")
        day = (hired - months).astype(np.int64)
        last = self.period.last_on
        now = last.year * 12 + last.month - 1 - _EPOCH_MONTHS
        passed = now - months.astype(np.int64) - (day > last.day - 1)
        years: Column = np.maximum(passed, 0) // 12
        return years

    def stands_for_person(self, groups: Groups) -> Flags:
        """bool[n]: the one employment by which its person is counted, in each group."""
        return self.is_person_in_company if groups.splits_persons else self.is_person

    def _in_month(self, days: Column) -> Flags:
        first, last = self.period.first_on.toordinal(), self.period.last_on.toordinal()
        return (days >= first) & (days <= last)


@dataclass(frozen=True, slots=True)
class Groups:
    """A division of a population: ``codes`` int64[n] in 0 … count − 1.

    ``splits_persons``: one person may have employments in several groups (companies), and then counts
    once in each.
    """

    codes: Column
    count: int
    splits_persons: bool = False

    @classmethod
    def whole(cls, population: Population) -> Groups:
        """Everybody as one group."""
        return cls(np.zeros(population.size, dtype=np.int64), 1)

    def sums(self, values: Column | Flags) -> Column:
        """Add up int64[n], or count bool[n], in each group; exact."""
        sums = np.zeros(self.count, dtype=np.int64)
        np.add.at(sums, self.codes, values.astype(np.int64))
        return sums
