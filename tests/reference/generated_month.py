"""One month of a random scenario: attendance, shifts, leave, output, pay and deductions."""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.drawing import Draw, Scenario, yuan
from tests.reference.law import law_of
from workforce.audit_pack.checker.attendance import attend
from workforce.audit_pack.checker.facts import DAY_MINUTES, HOURS_WORDS, Work, read
from workforce.audit_pack.checker.hours import Hours
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod

DAY_SHIFTS = (("09:00", "18:00", 60), ("08:30", "17:30", 60), ("09:00", "17:00", 0))
LONG_SHIFTS = (("09:00", "20:00", 60), ("08:00", "21:45", 90), ("07:00", "23:30", 45))
NIGHT_SHIFTS = (("20:00", "06:00", 60), ("22:00", "06:00", 30), ("23:59", "08:00", 0))
EDGE_SHIFTS = (
    ("16:00", "00:00", 0),
    ("18:00", "01:30", 30),
    ("15:00", "23:59", 61),
    ("04:00", "12:01", 1),
    ("05:00", "22:59", 120),
    ("21:00", "07:00", 239),
)
SHORT_SHIFTS = (("08:00", "12:00", 0), ("13:00", "17:00", 0), ("19:00", "22:01", 0))
PRICES = {
    "bbox_2d": ("0.125", "0.13", "0.1"),
    "polygon": ("1.333", "0.999999"),
    "asr": ("2.5", "0.333333"),
}
PAID_KINDS = (
    "annual_leave",
    "sick_leave",
    "sick_leave",
    "maternity_leave",
    "marriage_leave",
    "paternity_leave",
    "bereavement_leave",
    "work_injury_leave",
    "in_lieu_off",
)
UNPAID_KINDS = ("personal_leave", "personal_leave", "absence")
FROM_PENSION = PayPeriod(2024, 1)
FROM_INFANT_CARE = PayPeriod(2022, 1)
FROM_SEVERANCE = FROM_INSURANCE = PayPeriod(2021, 9)
ONE_DAY = timedelta(days=1)


class MonthMaker:
    """Makes month after month of one employment."""

    def __init__(self, draw: Draw, book: LawBook, employee: Scenario, company: Scenario) -> None:
        """Fix what stays the same over the months."""
        self.draw = draw
        self.chance, self.amount, self.rng = draw.chance, draw.amount, draw.rng
        self.book = book
        self.type: str = employee["employment_type"]
        self.employee = employee
        self.company = company
        self.is_paid_by_time = self.type != "labor_service" and self.chance(0.45)
        self.busy_until = 0
        last_year = max(book.calendar().years)
        self.calendar_end = date(last_year + 1, 1, 1).toordinal() * DAY_MINUTES
        self.housing: dict[int, str] = {}

    def month(self, period: PayPeriod) -> Scenario:
        """Make the next month."""
        made: Scenario = {"month": str(period)}
        days = self._employed(period)
        if not days:
            return self._after_leaving(made)
        if self.is_paid_by_time:
            made["base_pay"] = self.amount(800, 9000)
        if self.type != "labor_service" and self.chance(0.15):
            made["overtime_base"] = self.amount(1500, 6000)
        if self.chance(0.75):
            made["shifts"] = self._shifts(days, self._hours(made))
        if self.chance(0.35):
            made["leave"] = self._leave(days)
        hours = self._hours(made)
        if self.employee["hours_system"] == "comprehensive" and self.chance(0.8):
            made["comprehensive"] = self._comprehensive(hours)
        if self.chance(0.8):
            made["output"] = self._output(days, hours)
            made["inspections"] = self._inspections()
        self._attendance(made, hours)
        self._pay(made, period)
        self._deductions(made, period)
        return made

    def _after_leaving(self, made: Scenario) -> Scenario:
        """Make a month in which only what is late is paid."""
        last = date.fromisoformat(self.employee["separated_on"])
        hours = self._hours(made)
        # Late output reaches two months back: not into a year without calendar.
        if last.year > min(self.book.calendar().years) and self.chance(0.6):
            made["output"] = self._output([last], hours)
            made["inspections"] = self._inspections()
        self._pay(made, PayPeriod.parse(made["month"]))
        self._deductions(made, PayPeriod.parse(made["month"]))
        return made

    def _employed(self, period: PayPeriod) -> list[date]:
        hired = date.fromisoformat(self.employee["hired_on"])
        last = date.fromisoformat(self.employee.get("separated_on", "2999-12-31"))
        return [on for on in period.range if hired <= on <= last]

    def _hours(self, made: Scenario) -> Hours:
        """Work out the calendar as the reference sees it, without output."""
        scenario = {"region": "500236", "employee": self.employee, "months": [made]}
        return Hours(read({**scenario, "company": self.company}), law_of(self.book))

    # --- time ---

    def _shifts(self, days: list[date], hours: Hours) -> list[Scenario]:
        pools = [DAY_SHIFTS, LONG_SHIFTS, NIGHT_SHIFTS, EDGE_SHIFTS, SHORT_SHIFTS]
        weights = self.rng.choice([[8, 1, 0, 0, 1], [1, 1, 6, 2, 1], [2, 2, 2, 2, 2]])
        density = self.rng.choice([0.15, 0.5, 0.75, 0.95])
        shifts: list[Scenario] = []
        for on in days:
            while self.chance(density):
                pool = self.rng.choices(pools, weights)[0]
                start, end, rest = self.rng.choice(pool)
                if not self._reserve(on, start, end):
                    break
                shift = {"date": str(on), "start": start, "end": end, "break_minutes": str(rest)}
                if hours.class_of(on) is Work.REST and self.chance(0.3):
                    shift["in_lieu"] = "true"
                shifts.append(shift)
                if pool is not SHORT_SHIFTS:
                    break
        return shifts

    def _reserve(self, on: date, start: str, end: str) -> bool:
        """Take the time of a shift unless it overlaps one before."""
        midnight = on.toordinal() * DAY_MINUTES
        begin, stop = (midnight + int(each[:2]) * 60 + int(each[3:]) for each in (start, end))
        if stop <= begin:
            stop += DAY_MINUTES
        if begin < self.busy_until or stop > self.calendar_end:
            return False
        self.busy_until = stop
        return True

    def _comprehensive(self, hours: Hours) -> Scenario:
        """Draw a standard near the hours worked, so that a period ends under, at or over it."""
        worked = sum(each[Work.NORMAL] for each in hours.minutes.values()) / 60
        before = self.rng.choice([0, 80, 160])
        standard = max(0, before + int(worked) + self.rng.choice([-40, -8, -1, 0, 3]))
        return {
            "hours_to_date": str(before),
            "standard_hours": str(standard),
            "period_ends": self.draw.one("true", "true", "false"),
        }

    def night_into_the_unknown(self, made: Scenario) -> None:
        """Add a shift from the last day of the known calendar into the year after, if it is free."""
        last = date.fromordinal(self.calendar_end // DAY_MINUTES - 1)
        is_free = self.busy_until <= self.calendar_end - 4 * 60 and "hours_worked" not in made
        if is_free and last in self._employed(PayPeriod.parse(made["month"])):
            night = {"date": str(last), "start": "20:00", "end": "06:00", "break_minutes": "60"}
            made.setdefault("shifts", []).append(night)

    def _leave(self, days: list[date]) -> list[Scenario]:
        leave: list[Scenario] = []
        free = days
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            if not free:
                break
            begin = self.rng.randrange(len(free))
            taken = free[begin : begin + self.rng.choice([1, 1, 2, 5, 14, 31])]
            kind = self.rng.choice(UNPAID_KINDS if self.chance(0.35) else PAID_KINDS)
            leave.append({"kind": kind, "from": str(taken[0]), "to": str(taken[-1])})
            if self.chance(0.2):
                leave[-1]["half"] = "true"
            free = free[begin + len(taken) :]
        return leave

    def _attendance(self, made: Scenario, hours: Hours) -> None:
        draw = self.rng.random()
        if self.chance(0.1):
            made["late_count"] = str(self.rng.randint(0, 3))
        if self.type == "part_time" and not made.get("shifts") and self.chance(0.97):
            made["hours_worked"] = self.draw.one("0", "20", "80.5", "96", "33.25")
        if draw < 0.4:
            return
        if draw < 0.7:
            made["attendance"] = "from_shifts"
            return
        if draw < 0.75:
            made["attendance"] = "full"
            return
        for leave in made.get("leave", []):
            # Given days are whole: half a day of leave only adds up with another half.
            if self.chance(0.9):
                leave.pop("half", None)
        scenario = {"region": "500236", "employee": self.employee, "months": [made]}
        facts = read({**scenario, "company": self.company})
        days = attend(facts.months[0], hours)
        scheduled = int(days.attended + days.unpaid + sum(days.leave.values()))
        unpaid = int(days.unpaid)
        attended = int(days.attended)
        more = self.rng.randint(0, attended) if self.chance(0.4) else 0
        if self.chance(0.01):
            scheduled += 1
        made["attendance"] = {
            "scheduled_days": str(scheduled),
            "attended_days": str(attended - more),
            "unpaid_days": str(unpaid + more),
        }

    # --- output ---

    def _output(self, days: list[date], hours: Hours) -> list[Scenario]:
        rows: list[Scenario] = []
        largest = self.rng.choice([30, 400, 2500])
        for _ in range(self.rng.choice([1, 3, 8, 20])):
            on = self._output_day(days, hours)
            task_type = self.draw.one(*PRICES)
            row = {
                "date": str(on),
                "task_type": task_type,
                "accepted_qty": str(self.rng.randint(0, largest)),
                "piece_price": self.draw.one(*PRICES[task_type]),
            }
            if self.chance(0.6):
                row["batch"] = self.draw.one("b1", "b2", "b3")
            if self.chance(0.25):
                row["hours"] = self._stated_hours(on, hours)
            if self.chance(0.2):
                row |= self._shares()
            rows.append(row)
        return rows

    def _shares(self) -> Scenario:
        """Draw a group of some members, often with equal weights, and the place in it."""
        size = self.rng.choice([1, 2, 3, 5, 12])
        weights = self.rng.choice([("1",), ("0", "1", "2"), ("7.5", "8", "6.25", "0.001", "0")])
        drawn = [self.draw.one(*weights) for _ in range(size)]
        if set(drawn) == {"0"}:
            drawn[0] = "1"
        shared: Scenario = {"shares": drawn, "own_share": str(self.rng.randint(1, size))}
        if "0.001" not in drawn and self.chance(0.3):
            shared["share_by"] = "hours"
        return shared

    def _output_day(self, days: list[date], hours: Hours) -> date:
        """Draw a day: with a shift, after its midnight, without one, or long before."""
        hired = date.fromisoformat(self.employee["hired_on"])
        draw = self.rng.random()
        if draw < 0.08:
            return max(hired, days[0] - timedelta(days=self.rng.randint(1, 60)))
        if draw < 0.6 and hours.shifts:
            on = self.rng.choice(hours.shifts).on
            after = on + ONE_DAY
            return after if after in days and self.chance(0.2) else on
        return self.rng.choice(days)

    def _stated_hours(self, on: date, hours: Hours) -> str:
        lowest = hours.class_of(hours.start_day(on) or on)
        if self.chance(0.01):
            lowest = Work.NORMAL
        return self.draw.one(*(word for word, work in HOURS_WORDS.items() if work >= lowest))

    def _inspections(self) -> list[Scenario]:
        found: list[Scenario] = []
        subjects = [("batch", name) for name in ("b1", "b2", "b3", "b9")]
        subjects += [("task_type", name) for name in PRICES]
        for key, name in subjects:
            for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
                sampled = self.rng.choice([100, 200, 300, self.rng.randint(1, 700)])
                errors = self.rng.choice([0, sampled // 50, sampled // 20, sampled // 10])
                errors = min(sampled, errors + self.rng.choice([0, 0, 0, 1, 5]))
                sample = {"sampled_qty": str(sampled), "error_qty": str(errors)}
                found.append({key: name, **sample})
        if found and self.chance(0.004):
            found[0]["error_qty"] = str(int(found[0]["sampled_qty"]) + 1)
        return found

    # --- amounts ---

    def _pay(self, made: Scenario, period: PayPeriod) -> None:
        if self.chance(0.3):
            made["earnings"] = {"skill_allowance": self.amount(0, 3000)}
        if self.chance(0.3):
            made["untaxed_earnings"] = {"missed_meal_subsidy": self.amount(0, 300)}
        if self.chance(0.2):
            made["adjustments"] = [
                {
                    "for_month": str(period.previous()),
                    "amount": self.draw.one("-12.30", "45.67", self.amount(-800, 800)),
                    "reason": self.draw.one("recounted", "price corrected", "shift added"),
                }
                for _ in range(self.rng.choice([1, 1, 2]))
            ]
        if self.type == "labor_service":
            made["labor_service_income"] = self._service_income()
            return
        self._leaving(made, period)
        self._base_differences(made, period)
        if self.chance(0.1):
            made["employer_costs"] = {"disabled_levy": self.amount(0, 100)}
        if self.type == "trainee" and self.chance(0.8):
            made["trainee_allowance"] = self.amount(300, 2000)
        if self.chance(0.08):
            made["unused_leave_days"] = str(self.rng.randint(1, 10))
        if self.chance(0.15):
            made["annual_bonus"] = {
                "amount": self._bonus(),
                "taxation": self.draw.one("separate", "separate", "merged"),
            }
            is_wage = self.employee.get("tax", {}).get("method", "cumulative") == "cumulative"
            if not is_wage and self.chance(0.97):
                made["annual_bonus"]["taxation"] = "merged"

    def _leaving(self, made: Scenario, period: PayPeriod) -> None:
        """Draw severance of leavers; now and then of somebody who has none."""
        last = date.fromisoformat(self.employee.get("separated_on", "2999-12-31"))
        is_due = self.type in {"full_time", "dispatched"} and last in period.range
        if period < FROM_SEVERANCE or not self.chance(0.7 if is_due else 0.004):
            return
        made["severance"] = {
            "average_wage": self.draw.one("2199.99", "25000.00", self.amount(0, 30000))
        }
        if self.chance(0.4):
            made["severance"]["agreed_amount"] = self.draw.one("300000.00", self.amount(0, 500_000))

    def _base_differences(self, made: Scenario, period: PayPeriod) -> None:
        """Draw earlier months whose base was another; refunds are small enough to be set off."""
        is_insured = "contribution_base" in self.employee or self.chance(0.01)
        if not is_insured or not self.chance(0.25):
            return
        rows: list[Scenario] = []
        first = max(PayPeriod.of(date.fromisoformat(self.employee["hired_on"])), FROM_INSURANCE)
        earlier = period.previous()
        while earlier >= first and len(rows) < self.rng.choice([1, 2, 8]):
            charged = self.rng.choice([4404, 4359, 4000, 4600, self.rng.randint(1000, 6000)])
            row = {"for_month": str(earlier), "charged_base": yuan(charged * 100)}
            if self.chance(0.5):
                row["owed_base"] = yuan(charged * 100 + self.rng.choice([-9999, -1, 0, 1, 14900]))
            rows.append(row)
            earlier = earlier.previous()
        if rows:
            made["base_differences"] = rows

    def _service_income(self) -> str:
        edges = ("0.00", "799.99", "800.00", "4000.00", "4000.01", "25000.00", "62500.01")
        return self.draw.one(*edges) if self.chance(0.5) else self.amount(0, 60000)

    def _bonus(self) -> str:
        edge = self.rng.choice([36000, 144000, 300000, 420000, 660000, 960000])
        if self.chance(0.4):
            return yuan(edge * 100 + self.rng.choice([-1, 0, 1]))
        return self.amount(100, 60000)

    def _deductions(self, made: Scenario, period: PayPeriod) -> None:
        if self.chance(0.35):
            made["damages"] = self.amount(0, self.rng.choice([100, 3000]))
        if self.chance(0.25):
            made["other_deductions"] = {"union_fee": "5.00", "court_order": self.amount(0, 900)}
        if self.type == "labor_service":
            return
        if self.chance(0.08):
            made["employee_insurance"] = self.amount(0, 1500)
        if self.employee.get("tax", {}).get("method", "cumulative") != "cumulative":
            return
        if self.chance(0.4):
            made["special_additional_deductions"] = self._special(period)
        if self.chance(0.2):
            made["other_tax_deductions"] = self._other_tax(period)

    def _special(self, period: PayPeriod) -> Scenario:
        housing = self.housing.setdefault(
            period.year, self.draw.one("rent", "housing_loan_interest")
        )
        if self.chance(0.003):
            housing = "rent"
        declared = {
            "child_education": self.draw.one("1000.00", "2000.00", "4000.00"),
            "elderly_support": self.draw.one("1500.00", "3000.00", "3000.01"),
            "continuing_education": self.draw.one("400.00", "400.01", "300.00"),
            "professional_certificate": self.draw.one("3600.00", "1800.00"),
            housing: self.draw.one("1000.00", "1500.00", "1500.01", "2000.00"),
        }
        if period >= FROM_INFANT_CARE:
            declared["infant_care"] = "2000.00"
        return {code: amount for code, amount in declared.items() if self.chance(0.4)}

    def _other_tax(self, period: PayPeriod) -> Scenario:
        declared = {"commercial_health": self.draw.one("200.00", "200.01", "150.00")}
        if period >= FROM_PENSION:
            declared["personal_pension"] = self.draw.one("1000.00", "6000.00", "12000.01")
        if "contribution_base" in self.employee:
            declared["annuity"] = self.amount(0, 1500)
        return {code: amount for code, amount in declared.items() if self.chance(0.6)}
