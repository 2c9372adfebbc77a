"""Base differences of insurance: each month, scheme and side rounded alone, as it was charged."""

from __future__ import annotations

from fractions import Fraction

from .facts import Employee, Month
from .figures import MICRO, round_fen
from .law import Law
from .period import Period
from .refused import RefusedError

SCHEMES = ("pension", "medical", "unemployment")


class Differences:
    """Differences in fen by (kind, code of the scheme's line): more owed, or paid too much."""

    def __init__(self, employee: Employee, region: str, law: Law) -> None:
        """Begin without any."""
        self.employee, self.region, self.law = employee, region, law
        self.more: dict[str, int] = {"deduction": 0, "employer": 0}
        self.less: dict[tuple[str, str], int] = {}

    def add(self, month: Month, base: int) -> Differences:
        """Add the rows of a month whose own base, within its limits, is known."""
        seen: set[Period] = set()
        for period, charged, owed in month.base_differences:
            hired_in = Period.of(self.employee.hired_on)
            if period < hired_in or period >= month.period.whole or period in seen:
                raise RefusedError("base difference of a wrong month")
            seen.add(period)
            target = base if owed is None else owed
            for (kind, code), rate in self._rates(period).items():
                fen = round_fen(target * rate) - round_fen(charged * rate)
                self.more[kind] += max(fen, 0)
                self.less[kind, code] = self.less.get((kind, code), 0) + max(-fen, 0)
        return self

    def _rates(self, period: Period) -> dict[tuple[str, str], Fraction]:
        rates = {}
        for scheme in SCHEMES:
            own, employers = (
                self._rate(f"{scheme}_employee_rate", period),
                f"{scheme}_employer_rate",
            )
            rates["deduction", f"{scheme}_insurance"] = own
            rates["employer", f"employer_{scheme}_insurance"] = self._rate(employers, period)
        aid = self._rate("large_medical_aid_employer_rate", period)
        rates["employer", "employer_large_medical_aid"] = aid
        injury = self.employee.work_injury_rate or Fraction(0)
        rates["employer", "employer_work_injury_insurance"] = injury
        return rates

    def _rate(self, code: str, period: Period) -> Fraction:
        return Fraction(self.law.number(code, self.region, period.last_on), MICRO)
