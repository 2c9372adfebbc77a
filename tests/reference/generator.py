"""Random valid scenarios from a seed: text throughout, as a file would hold it.

A few are made to sit on an edge: a fen under, at and over a floor, a bracket, a limit. A few break
a rule on purpose; both calculations must refuse those.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.drawing import Draw, Scenario, yuan
from tests.reference.edges import move_to_edge
from tests.reference.generated_month import MonthMaker
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod

TYPES = {
    "full_time": 60,
    "part_time": 10,
    "dispatched": 5,
    "intern": 7,
    "rehired_retiree": 4,
    "trainee": 4,
    "labor_service": 10,
}
EARLIEST, LATEST = PayPeriod(2019, 3), PayPeriod(2026, 12)
NOTABLE_STARTS = ("2024-12", "2025-01", "2025-08", "2025-09", "2025-12", "2026-01", "2026-02")
BUSY_STARTS = ("2026-05", "2026-08", "2026-09", "2026-10", "2026-10", "2026-11")
NO_INSURANCE_BEFORE = PayPeriod(2021, 9)
NO_60000_BEFORE = PayPeriod(2021, 1)
NO_INTERN_BEFORE = PayPeriod(2020, 7)
NO_FUND_BEFORE = PayPeriod(2025, 7)
NO_PLATFORM_BEFORE = PayPeriod(2025, 10)
NO_PENSION_BEFORE = PayPeriod(2024, 1)


def scenario(seed: int, book: LawBook) -> Scenario:
    """Make the scenario of a seed."""
    return _Maker(Draw(f"scenario {seed}"), book).make(seed)


class _Maker:
    def __init__(self, draw: Draw, book: LawBook) -> None:
        self.draw = draw
        self.chance = draw.chance
        self.amount = draw.amount
        self.rng = draw.rng
        self.book = book
        self.type: str = self.rng.choices(list(TYPES), list(TYPES.values()))[0]

    @property
    def is_wage_earner(self) -> bool:
        """Interns and labour service have no further deductions in their cumulative."""
        return self.type not in {"labor_service", "intern"}

    def make(self, seed: int) -> Scenario:
        """Make the whole scenario."""
        periods = self._periods()
        employee = self._employee(periods)
        company = self._company()
        made = MonthMaker(self.draw, self.book, employee, company)
        months = [made.month(period) for period in periods]
        if self.chance(0.02):
            made.night_into_the_unknown(months[-1])
        scenario = {
            "format": "1",
            "title": f"Seed {seed}",
            "region": "500236",
            "employee": employee,
            "company": company,
            "months": months,
        }
        if self.chance(0.3):
            move_to_edge(scenario, self.book, self.draw)
        return scenario

    def _periods(self) -> list[PayPeriod]:
        rng = self.rng
        draw = rng.random()
        if draw < 0.45:
            first = PayPeriod.parse(rng.choice(BUSY_STARTS))
        elif draw < 0.75:
            first = PayPeriod.parse(rng.choice(NOTABLE_STARTS))
        else:
            first = PayPeriod(rng.randint(2019, 2026), rng.randint(1, 12))
            first = max(first, EARLIEST)
        count = rng.choices([1, 2, 3, 4, 6, 13], [40, 25, 15, 10, 6, 4])[0]
        periods = [first]
        while len(periods) < count and periods[-1] < LATEST:
            periods.append(periods[-1].next())
        return periods

    def _employee(self, periods: list[PayPeriod]) -> Scenario:
        rng = self.rng
        first, last = periods[0], periods[-1]
        hired = self._hired_on(first)
        employee: Scenario = {"hired_on": str(hired), "employment_type": self.type}
        if self.chance(0.25):
            left_in = rng.choice([last, *periods[-2:]])
            begin = max(hired, left_in.first_on)
            span = max(0, (left_in.last_on - begin).days)
            employee["separated_on"] = str(begin + timedelta(days=rng.randint(0, span)))
        employee["hours_system"] = self._hours_system()
        self._rest(employee, periods)
        may_insure = self.type != "labor_service" and first >= NO_INSURANCE_BEFORE
        if may_insure and self.chance(0.6):
            self._insure(employee, first)
        if self.chance(0.75):
            employee["average_monthly_wage"] = self.amount(1200, 9000)
        self._tax(employee, hired, first)
        return employee

    def _hired_on(self, first: PayPeriod) -> date:
        draw = self.rng.random()
        if draw < 0.3:
            return first.first_on
        if draw < 0.5:
            return first.first_on + timedelta(days=self.rng.randint(0, first.days - 1))
        if draw < 0.65:  # earlier in the same year, if there is one
            back = self.rng.randint(0, first.month - 1)
            return date(first.year, first.month - back, self.rng.randint(1, 28))
        return first.first_on - timedelta(days=self.rng.randint(1, 900))

    def _hours_system(self) -> str:
        if self.type in {"labor_service", "part_time"}:
            return "standard"
        return self.rng.choices(["standard", "irregular", "comprehensive"], [75, 12, 13])[0]

    def _rest(self, employee: Scenario, periods: list[PayPeriod]) -> None:
        draw = self.rng.random()
        if draw < 0.6:
            return
        if draw < 0.8:
            employee["rest_weekdays"] = self.rng.choice(
                [["6", "7"], ["1", "2"], ["3", "7"], ["5", "6", "7"]]
            )
            if employee["hours_system"] != "standard" and self.chance(0.5):
                employee["rest_weekdays"] = ["7"]
            return
        dates: list[str] = []
        for period in [periods[0].previous(), *periods]:
            days = self.rng.sample(list(period.range), self.rng.randint(3, 10))
            dates += map(str, sorted(days))
        employee["rest_dates"] = dates

    def _insure(self, employee: Scenario, first: PayPeriod) -> None:
        rng = self.rng
        edges = ["4404.00", "4553.00", "22017.00", "22765.00", "4403.99", "4553.01", "22765.01"]
        if self.chance(0.2):
            employee["contribution_base"] = rng.choice(edges)
        else:
            employee["contribution_base"] = self.amount(1000, 30000)
        employee["work_injury_rate"] = rng.choice(["0.003", "0.002", "0.0075", "0.0145"])
        if first >= NO_FUND_BEFORE and self.chance(0.5):
            base = self.amount(1000, 40000)
            if self.chance(0.2):
                base = rng.choice(["2199.99", "2200.00", "30318.00", "31393.00", "31393.01"])
            employee["housing_fund"] = {
                "base": base,
                "employee_rate": rng.choice(["0.05", "0.07", "0.08", "0.12"]),
                "employer_rate": rng.choice(["0.05", "0.065", "0.12"]),
            }

    def _tax(self, employee: Scenario, hired: date, first: PayPeriod) -> None:
        rng = self.rng
        tax: Scenario = {}
        if self.type == "labor_service":
            methods = ["labor_service", "platform"]
            tax["method"] = methods[first >= NO_PLATFORM_BEFORE and self.chance(0.4)]
        elif self.type == "intern":
            methods = ["cumulative", "labor_service"]
            methods += ["intern", "intern"] * (first >= NO_INTERN_BEFORE)
            tax["method"] = rng.choice(methods)
        if self.is_wage_earner:
            had_a_year = PayPeriod.of(hired) <= PayPeriod(first.year - 1, 1)
            if first >= NO_60000_BEFORE and self.chance(0.3 if had_a_year else 0.01):
                tax["deduct_60000"] = "true"
            elif self.chance(0.15):
                tax["first_wage_income_of_year"] = "true"
        first_employed = max(PayPeriod.of(hired), PayPeriod(first.year, 1))
        if first != first_employed:
            tax["year_to_date"] = self._to_date(first.month - first_employed.month, first)
        if tax:
            employee["tax"] = tax

    def _to_date(self, months: int, first: PayPeriod) -> Scenario:
        rng = self.rng
        income = rng.randint(0, months * rng.choice([3000, 9000, 40000]))
        pension = rng.choice([0, 0, 0, 500, 11000, 12000]) if first >= NO_PENSION_BEFORE else 0
        if not self.is_wage_earner:
            pension = 0
        return {
            "income": f"{income}.{rng.randint(0, 99):02d}",
            "insurance_and_fund": self.amount(0, months * 600 if self.is_wage_earner else 0),
            "special": self.amount(0, months * 1000 if self.is_wage_earner else 0),
            "other": yuan(pension * 100),
            "months": str(months + self.chance(0.01)),
            "withheld": rng.choice(["0.00", self.amount(0, 1 + income // 20)]),
            "personal_pension": yuan(pension * 100),
            "professional_certificate": rng.choice(["0.00", "0.00", "1800.00", "3600.00"]),
            "separate_bonus_used": rng.choice(["true", "false", "false"]),
        }

    def _company(self) -> Scenario:
        rng = self.rng
        company: Scenario = {"quality_basis": rng.choice(["price", "deduction"])}
        company["quality_tiers"] = [
            {"accuracy_from": "0.98", "factor": "1"},
            {"accuracy_from": "0.95", "factor": rng.choice(["0.95", "0.975", "0.9"])},
            {"accuracy_from": "0.9", "factor": rng.choice(["0.8", "0.833333"])},
        ]
        if self.chance(0.95):
            company["quality_tiers"].append({"accuracy_from": "0", "factor": "0.5"})
        rng.shuffle(company["quality_tiers"])
        for key, high in (("night_allowance", 40), ("attendance_bonus", 400)):
            if self.chance(0.6):
                company[key] = self.amount(0, high)
        if self.chance(0.4):
            company["holiday_day_wage"] = self.amount(0, 200)
        if self.chance(0.4):
            company["irregular_holiday_pay"] = rng.choice(["true", "false"])
        if self.chance(0.3):
            company["union_fund"] = "true"
        return company
