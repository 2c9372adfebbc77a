"""The facts of a run back in the words of scenario files: one mapping of text a person.

What the checker, the calculator and an accountant read is then exactly what the run was made from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.facts import (
    NONE,
    OPEN_END,
    AmountKind,
    AttendanceMode,
    EmploymentType,
    HoursClass,
    HoursSystem,
    LeaveKind,
    TaxMethod,
    date_of,
    month_number,
    month_of,
)
from workforce.core.money import format_fen, format_micro

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from workforce.core.money import Column
    from workforce.payroll.facts.assemble import Assembled

_MINUTES_IN_DAY: Final = 24 * 60
_WEEKDAYS: Final = range(1, 8)
_NO_TASK_TYPE: Final = "-"

_CODED: Final = {
    AmountKind.EARNING: "earnings",
    AmountKind.UNTAXED_EARNING: "untaxed_earnings",
    AmountKind.COURT_ORDER: "other_deductions",
    AmountKind.OTHER_DEDUCTION: "other_deductions",
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION: "special_additional_deductions",
    AmountKind.OTHER_TAX_DEDUCTION: "other_tax_deductions",
}
_SINGLE: Final = {
    AmountKind.TRAINEE_ALLOWANCE: ("trainee_allowance",),
    AmountKind.DAMAGES: ("damages",),
    AmountKind.LABOR_SERVICE_INCOME: ("labor_service_income",),
    AmountKind.SEVERANCE_WAGE: ("severance", "average_wage"),
    AmountKind.SEVERANCE_AGREED: ("severance", "agreed_amount"),
    AmountKind.DISABLED_LEVY: ("employer_costs", "disabled_levy"),
}
_BONUSES: Final = {
    AmountKind.ANNUAL_BONUS_SEPARATE: "separate",
    AmountKind.ANNUAL_BONUS_MERGED: "merged",
}
_YEAR: Final = {
    "income": "income_fen",
    "insurance_and_fund": "insurance_and_fund_fen",
    "special": "special_fen",
    "other": "other_fen",
    "withheld": "withheld_fen",
    "personal_pension": "personal_pension_fen",
    "professional_certificate": "certificate_fen",
}
_YEAR_FLAGS: Final = {
    "separate_bonus_used": "is_separate_bonus_used",
    "rent": "has_rent",
    "housing_loan": "has_housing_loan",
}

Words = dict[str, Any]


class _Rows:
    """A table of many people's rows, person by person, in an order that depends on what they say only."""

    def __init__(self, table: Any, size: int) -> None:
        columns = {item.name: getattr(table, item.name) for item in fields(table)}
        # The employee is every table's first column.
        self.order: Column = np.lexsort(list(columns.values())[::-1])
        self._columns = {name: values[self.order] for name, values in columns.items()}
        self._starts = np.searchsorted(
            columns["employee"][self.order], np.arange(size + 1)
        ).tolist()

    def of(self, position: int, *names: str) -> Iterator[tuple[Any, ...]]:
        """Go through one person's rows."""
        mine = slice(self._starts[position], self._starts[position + 1])
        # A person at a time: as Python's own numbers all rows would need ten times the memory.
        return zip(*(self._columns[name][mine].tolist() for name in names), strict=True)

    def places(self, position: int) -> range:
        """Return where one person's rows stand in the order."""
        return range(self._starts[position], self._starts[position + 1])


class FactWords:
    """Says one run's facts person by person; ``reason_of`` says how a reason is written."""

    def __init__(
        self, assembled: Assembled, reason_of: Callable[[str], str] = lambda reason: reason
    ) -> None:
        """Line the rows up by person."""
        self._facts = facts = assembled.facts
        self._work_injury_rate = assembled.policy.work_injury_rate_micro
        self._reasons = [reason_of(reason) for reason in facts.reasons]
        self._first, self._year = facts.period.first_on, facts.period.year
        size = facts.size
        self._shifts = _Rows(facts.shifts, size)
        self._leaves = _Rows(facts.leaves, size)
        self._output = _Rows(facts.output, size)
        self._shares = _Rows(facts.group_shares, size)
        self._inspections = _Rows(facts.inspections, size)
        self._amounts = _Rows(facts.amounts, size)
        self._adjustments = _Rows(facts.adjustments, size)
        self._differences = _Rows(facts.base_differences, size)
        self._periods = _Rows(facts.hours_periods, size)
        self._rest_dates = _Rows(facts.rest_dates, size)
        self._company = _company(assembled)
        self._pots = _Pots(assembled)

    def person(self, position: int, title: str) -> Words:
        """Return one person's month as a scenario: mappings and lists of text.

        Args:
            position: the person's place in the facts.
            title: what the file is called, for people.

        """
        return {
            "format": "1",
            "title": title,
            "region": self._facts.policies[0].region,
            "employee": self._employee(position),
            "company": self._company,
            "months": [self._extra(position) if self._facts.is_extra else self._month(position)],
        }

    def _employee(self, at: int) -> Words:
        people, wages, insured = (
            self._facts.employments,
            self._facts.time_wages,
            self._facts.contributions,
        )
        words: Words = {"hired_on": _day(people.hired_on[at])}
        if people.separated_on[at] != OPEN_END:
            words["separated_on"] = _day(people.separated_on[at])
        words["employment_type"] = EmploymentType(people.employment_type[at]).code
        words["hours_system"] = HoursSystem(people.hours_system[at]).code
        if people.has_roster[at]:
            words["rest_dates"] = [_day(day) for (day,) in self._rest_dates.of(at, "day")]
        else:
            bits = int(people.rest_weekdays[at])
            words["rest_weekdays"] = [str(day) for day in _WEEKDAYS if bits >> (day - 1) & 1]
        if insured.is_insured[at]:
            words["contribution_base"] = format_fen(int(insured.contribution_base_fen[at]))
            words["work_injury_rate"] = format_micro(int(insured.work_injury_rate_micro[at]))
        if insured.has_fund[at]:
            words["housing_fund"] = {
                "base": format_fen(int(insured.fund_base_fen[at])),
                "employee_rate": format_micro(int(insured.fund_employee_rate_micro[at])),
                "employer_rate": format_micro(int(insured.fund_employer_rate_micro[at])),
            }
        if wages.has_average_monthly_wage[at]:
            words["average_monthly_wage"] = format_fen(int(wages.average_monthly_wage_fen[at]))
        words["tax"] = self._tax(at)
        return words

    def _tax(self, at: int) -> Words:
        tax = self._facts.tax
        words: Words = {
            "method": TaxMethod(tax.method[at]).code,
            "deduct_60000": _flag(tax.is_deduct_60000[at]),
            "first_wage_income_of_year": _flag(tax.is_first_wage_of_year[at]),
        }
        if not tax.has_year_to_date[at]:
            return words
        year = tax.year_to_date
        months, is_counted = int(year.months[at]), bool(tax.is_month_counted[at])
        words["year_to_date"] = {
            **{key: format_fen(int(getattr(year, name)[at])) for key, name in _YEAR.items()},
            "months": str(months),
            **{key: _flag(getattr(year, name)[at]) for key, name in _YEAR_FLAGS.items()},
            "month_counted": _flag(is_counted),
            "earlier_employment": _flag(months - is_counted > self._months_since_hire(at)),
        }
        return words

    def _months_since_hire(self, at: int) -> int:
        """Return how many months of the year this employment can have had before the month."""
        hired_on = date_of(int(self._facts.employments.hired_on[at]))
        first = hired_on.month if hired_on.year == self._year else 1
        return max(self._facts.period.month - first, 0)

    def _month(self, at: int) -> Words:
        facts = self._facts
        days, wages = facts.attendances, facts.time_wages
        words: Words = {
            "month": str(facts.period),
            "base_pay": format_fen(int(wages.base_pay_fen[at])),
            "overtime_base": format_fen(int(wages.overtime_base_fen[at])),
            "attendance": self._attendance(at),
            "late_count": str(days.late_count[at]),
            "unused_leave_days": str(days.unused_leave_days[at]),
        }
        is_part_time = facts.employments.employment_type[at] == EmploymentType.PART_TIME
        if days.has_hours_worked[at] and is_part_time:
            words["hours_worked"] = _hours(int(days.hours_worked_minutes[at]))
        if facts.contributions.has_given_total[at]:
            words["employee_insurance"] = format_fen(int(facts.contributions.given_total_fen[at]))
        words |= self._shift_words(at)
        words |= self._period_words(at)
        words["leave"] = [
            {
                "kind": LeaveKind(kind).code,
                "from": _day(first),
                "to": _day(last),
                "half": _flag(is_half),
            }
            for first, last, kind, is_half in sorted(
                self._leaves.of(at, "first_day", "last_day", "kind", "is_half")
            )
        ]
        words["output"] = [*self._own_output(at), *self._shared_output(at)]
        words["inspections"] = [
            {
                **self._worked_on(batch, task_type),
                "sampled_qty": str(sampled),
                "error_qty": str(errors),
            }
            for batch, task_type, sampled, errors in self._inspections.of(
                at, "batch", "task_type", "sampled_qty", "error_qty"
            )
        ]
        words["base_differences"] = [
            {
                "for_month": str(month_of(month)),
                "charged_base": format_fen(charged),
                **({"owed_base": format_fen(owed)} if has_owed else {}),
            }
            for month, charged, has_owed, owed in self._differences.of(
                at, "for_month", "charged_base_fen", "has_owed_base", "owed_base_fen"
            )
        ]
        words |= self._amount_words(at)
        return {key: value for key, value in words.items() if value not in ([], {})}

    def _extra(self, at: int) -> Words:
        """Say a payment of named amounts beside the month's pay."""
        return {"month": str(self._facts.period), "extra": "true", **self._amount_words(at)}

    def _attendance(self, at: int) -> str | Words:
        days = self._facts.attendances
        mode = AttendanceMode(days.mode[at])
        if mode is not AttendanceMode.GIVEN:
            return mode.code
        names = ("scheduled_days", "attended_days", "unpaid_days")
        return {name: str(getattr(days, name)[at]) for name in names}

    def _shift_words(self, at: int) -> Words:
        words: defaultdict[str, list[Words]] = defaultdict(list)
        names = ("start_minute", "end_minute", "break_minutes", "is_in_lieu")
        for start, end, rest, is_in_lieu in self._shifts.of(at, *names):
            on = date_of(start // _MINUTES_IN_DAY)
            words["earlier_shifts" if on < self._first else "shifts"].append(
                {
                    "date": on.isoformat(),
                    "start": _clock(start),
                    "end": _clock(end),
                    "break_minutes": str(rest),
                    "in_lieu": _flag(is_in_lieu),
                }
            )
        return dict(words)

    def _period_words(self, at: int) -> Words:
        """Say the periods of comprehensive hours; nobody else's are looked at."""
        if self._facts.employments.hours_system[at] != HoursSystem.COMPREHENSIVE:
            return {}
        words: Words = {}
        names = ("month", "is_end", "minutes_before", "standard_minutes")
        for month, is_end, before, standard in self._periods.of(at, *names):
            hours = {"hours_to_date": _hours(before), "standard_hours": _hours(standard)}
            if month == month_number(self._facts.period):
                words["comprehensive"] = {**hours, "period_ends": _flag(is_end)}
            elif is_end:
                ended = words.setdefault("earlier_comprehensive", [])
                ended.append({"month": str(month_of(month)), **hours})
        return words

    def _own_output(self, at: int) -> Iterator[Words]:
        names = ("work_day", "task_type", "batch", "hours", "qty", "price_micro")
        for day, task_type, batch, hours, qty, price in self._output.of(at, *names):
            yield self._output_row(day, task_type, batch, hours, qty, price)

    def _shared_output(self, at: int) -> Iterator[Words]:
        names = ("work_day", "task_type", "batch", "hours", "is_by_hours")
        places = self._shares.places(at)
        for place, (day, task_type, batch, hours, is_by_hours) in zip(
            places, self._shares.of(at, *names), strict=True
        ):
            pot = self._pots.of(int(self._shares.order[place]))
            yield {
                **self._output_row(day, task_type, batch, hours, pot.qty, pot.price_micro),
                "shares": [_hours(each) if is_by_hours else _points(each) for each in pot.weights],
                "own_share": str(pot.place),
                "share_by": "hours" if is_by_hours else "points",
            }

    def _output_row(
        self, day: int, task_type: int, batch: int, hours: int, qty: int, price: int
    ) -> Words:
        return {
            "date": _day(day),
            "task_type": self._facts.task_types[task_type] or _NO_TASK_TYPE,
            "accepted_qty": str(qty),
            "piece_price": format_micro(price),
            **({} if batch == NONE else {"batch": self._facts.batches[batch]}),
            **({} if hours == NONE else {"hours": HoursClass(hours).code}),
        }

    def _worked_on(self, batch: int, task_type: int) -> Words:
        if batch != NONE:
            return {"batch": self._facts.batches[batch]}
        return {"task_type": self._facts.task_types[task_type]}

    def _amount_words(self, at: int) -> Words:
        found: defaultdict[tuple[str, ...], int] = defaultdict(int)
        bonuses: defaultdict[str, int] = defaultdict(int)
        rows = self._amounts.of(at, "kind", "order", "code", "amount_fen")
        for number, _, code, fen in sorted(rows):
            kind = AmountKind(number)
            if kind in _BONUSES:
                bonuses[_BONUSES[kind]] += fen
            elif kind in _SINGLE:
                found[_SINGLE[kind]] += fen
            else:
                found[_CODED[kind], self._facts.codes[code]] += fen
        words: Words = {}
        for path, fen in found.items():
            *outer, key = path
            table = words.setdefault(outer[0], {}) if outer else words
            table[key] = format_fen(fen)
        if bonuses:
            said = [
                {"amount": format_fen(fen), "taxation": taxation}
                for taxation, fen in bonuses.items()
            ]
            words["annual_bonus"] = said if len(said) > 1 else said[0]
        names = ("for_month", "reason", "amount_fen")
        corrections = [
            {
                "for_month": str(month_of(month)),
                "amount": format_fen(fen),
                "reason": self._reasons[reason],
            }
            for month, reason, fen in self._adjustments.of(at, *names)
        ]
        return words | ({"adjustments": corrections} if corrections else {})


class _Pot:
    """One person's place in one pot: its quantity and price, all weights, the place from 1."""

    def __init__(self, qty: int, price_micro: int, weights: Sequence[int], place: int) -> None:
        self.qty, self.price_micro, self.weights, self.place = qty, price_micro, weights, place


class _Pots:
    """All weights of the pots that the facts' group shares are parts of."""

    def __init__(self, assembled: Assembled) -> None:
        pots = assembled.pots
        members: defaultdict[int, list[int]] = defaultdict(list)
        self._found: list[_Pot] = []
        for pot, weight, qty, price, is_paid in zip(
            pots.pot.tolist(),
            pots.weight.tolist(),
            pots.qty.tolist(),
            pots.price_micro.tolist(),
            pots.is_paid.tolist(),
            strict=True,
        ):
            weights = members[pot]
            weights.append(weight)
            if is_paid:
                self._found.append(_Pot(qty, price, weights, len(weights)))

    def of(self, row: int) -> _Pot:
        """Return the pot of a row of the facts' group shares."""
        return self._found[row]


def _company(assembled: Assembled) -> Words:
    agreed = assembled.policy.agreed
    return {
        "quality_basis": agreed.quality_basis.value,
        "quality_tiers": [
            {"accuracy_from": format_micro(accuracy), "factor": format_micro(factor)}
            for accuracy, factor in agreed.quality_tiers
        ],
        "night_allowance": format_fen(agreed.night_allowance_fen),
        "attendance_bonus": format_fen(agreed.attendance_bonus_fen),
        "holiday_day_wage": format_fen(agreed.holiday_day_wage_fen),
        "irregular_holiday_pay": _flag(agreed.has_irregular_holiday_pay),
        "union_fund": _flag(agreed.has_union_fund),
    }


def without_reasons(reasons: Sequence[str]) -> Mapping[str, str]:
    """Return a number for each reason: free text may name people."""
    return {reason: f"reason {number}" for number, reason in enumerate(reasons, 1)}


def _day(day: int) -> str:
    return date_of(int(day)).isoformat()


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % _MINUTES_IN_DAY, 60)
    return f"{hours:02d}:{minutes:02d}"


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _points(milli: int) -> str:
    return format_micro(milli * 1000)


def _flag(value: object) -> str:
    return "true" if value else "false"
