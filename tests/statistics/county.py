"""A made-up county, straight as columns: companies of very uneven sizes, people who come and go.

Drawn by a seed, so that a campaign over seeds meets many shapes; nothing of it is read from tables.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

import numpy as np

from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.cube import Group
from workforce.statistics.dimensions import Names
from workforce.statistics.population import STILL_EMPLOYED, Population

FIRST: Final = PayPeriod(2026, 1)
_TASKS: Final = ("box", "lidar", "point", "rank", "speech", "text")
_EDUCATION: Final = ("10", "20", "30", "40", "60", "70", "80")


@dataclass(frozen=True, kw_only=True)
class County:
    """``people`` employments in all months together; ``months`` from January 2026 on."""

    seed: int
    people: int = 1500
    inside: int = 35
    outside: int = 60
    months: int = 6
    townships: int = 33
    without_result: int = 0
    """So many of the last companies have no payroll result in any month."""

    @property
    def periods(self) -> list[PayPeriod]:
        """The months, in order."""
        found = [FIRST]
        while len(found) < self.months:
            found.append(found[-1].next())
        return found

    @property
    def companies(self) -> tuple[str, ...]:
        """The codes of the companies; those inside of the base come first."""
        return tuple(f"C{number:03d}" for number in range(self.inside + self.outside))

    @property
    def homes(self) -> dict[str, str]:
        """Whether each company is inside of the base or outside, by its code."""
        return {
            code: "inside" if number < self.inside else "outside"
            for number, code in enumerate(self.companies)
        }

    @property
    def names(self) -> Names:
        """What companies and task types are called."""
        return Names(
            companies=tuple(Group(code, Text(code, code)) for code in self.companies),
            task_types=tuple(Group(code, Text(code, code)) for code in _TASKS),
            lists_all=True,
        )

    @property
    def with_result(self) -> tuple[str, ...]:
        """The codes of the companies whose wages are known."""
        return self.companies[: len(self.companies) - self.without_result]

    @cached_property
    def _drawn(self) -> dict[str, Any]:
        """Who works where, since when and until when, and what does not change from month to month."""
        draw = np.random.default_rng(self.seed)
        n, companies = self.people, self.inside + self.outside
        weights = np.minimum(draw.lognormal(0, 1.4, companies), 20)
        first, last = FIRST.first_on.toordinal(), self.periods[-1].last_on.toordinal()
        hired = np.where(
            draw.random(n) < 0.75,
            first - draw.integers(30, 2000, n),
            draw.integers(first, last + 1, n),
        )
        separated = np.where(
            draw.random(n) < 0.7,
            STILL_EMPLOYED,
            np.maximum(hired, draw.integers(first, last + 60, n)),
        )
        townships = list(terms_of("township"))[: self.townships]
        township_weights = draw.pareto(1.0, len(townships) + 1) + 0.02
        born = [
            dt.date(1960, 1, 1) + dt.timedelta(days=int(days))
            for days in draw.triangular(0, 13000, 16800, n)
        ]
        return {
            "company": draw.choice(companies, n, p=weights / weights.sum()),
            "hired": hired,
            "separated": separated,
            "is_person": draw.random(n) > 0.02,
            "sex": draw.choice(np.array(["1", "2"]), n, p=[0.35, 0.65]),
            "born": np.array([day.year * 10000 + day.month * 100 + day.day for day in born]),
            "education": draw.choice(
                np.array(_EDUCATION), n, p=[0.01, 0.12, 0.4, 0.2, 0.17, 0.09, 0.01]
            ),
            "township": draw.choice(
                np.array([*townships, "500235"]), n, p=township_weights / township_weights.sum()
            ),
            "household": draw.choice(np.array(["rural", "urban"]), n, p=[0.8, 0.2]),
            "key_groups": sum(
                (draw.random(n) < share).astype(np.int64) << bit
                for bit, share in enumerate((0.6, 0.2, 0.1, 0.02, 0.004, 0.05))
            ),
            "task_type": draw.choice(
                np.array([*_TASKS, ""]), n, p=[0.4, 0.2, 0.2, 0.1, 0.06, 0.03, 0.01]
            ),
            "employment_type": draw.choice(
                np.array(["full_time", "part_time", "dispatched", "rehired_retiree"]),
                n,
                p=[0.8, 0.1, 0.09, 0.01],
            ),
            "contract_kind": draw.choice(
                np.array(["fixed_term", "open_ended", "task", ""]), n, p=[0.8, 0.1, 0.09, 0.01]
            ),
            "occupation": draw.choice(
                np.array(["manager", "professional", "clerical", "service", "production"]),
                n,
                p=[0.02, 0.05, 0.05, 0.85, 0.03],
            ),
            "sender": np.full(n, ""),
            # Of a generator of its own: what else is drawn stays as it was.
            "leaving_cause": np.random.default_rng(n).choice(
                ["resignation", "expiry", "agreement", "layoff", "unrecorded"],
                n,
                p=[0.5, 0.2, 0.2, 0.05, 0.05],
            ),
            # As few hold the highest levels as in any county.
            "skill_level": np.random.default_rng(n + 1).choice(
                ["1", "2", "3", "4", "5", ""], n, p=[0.002, 0.008, 0.05, 0.14, 0.2, 0.6]
            ),
            "founded": np.full(n, 1),
        }

    def population(self, period: PayPeriod) -> Population:
        """Return who was employed in a month, with what was paid in it."""
        draw = np.random.default_rng([self.seed, period.year, period.month])
        n = self.people
        has_result = self._drawn["company"] < len(self.with_result)
        is_paid = has_result & (draw.random(n) < 0.99)
        wages = draw.lognormal(12.8, 0.4, (6, n)) * np.array(
            [[0.3], [0.5], [0.1], [0.05], [0.04], [0.01]]
        )
        # Of a generator of its own: what else is drawn stays as it was.
        own = np.random.default_rng([self.seed, period.year, period.month, 1])
        has_floor, has_hours = is_paid & (own.random((2, n)) < 0.99)
        minutes = np.where(is_paid, draw.integers(3000, 12000, n), 0) * has_hours
        overtime = np.where(draw.random(n) < 0.2, draw.integers(60, 3000, n), 0) * has_hours
        drawn = self._drawn | {
            "period": period,
            "is_person_in_company": self._drawn["is_person"],
            "is_inside": self._drawn["company"] < self.inside,
            "has_result": has_result,
            "is_paid": is_paid,
            "schemes": np.where(is_paid & (draw.random(n) < 0.95), 31, 0)
            | np.where(is_paid & (draw.random(n) < 0.7), 32, 0),
            "wages": (wages.astype(np.int64) * is_paid),
            "labour_cost": wages.sum(axis=0).astype(np.int64) * 13 // 10 * is_paid,
            "floor": np.where(has_floor, 210000, 0),
            "is_below_floor": has_floor & (draw.random(n) < 0.003),
            "is_topped_up": has_floor & (draw.random(n) < 0.02),
            "minutes": minutes,
            "overtime_minutes": overtime,
            "is_over_limit": overtime > 2160,
            "arrears": np.where(draw.random(n) < 0.01, 100000, 0) * is_paid,
        }
        unknown = {field.name for field in fields(Population)} - drawn.keys()
        zeros: dict[str, Any] = {name: np.zeros(n, dtype=np.int64) for name in unknown}
        whole = Population(**drawn, **zeros)
        first, last = period.first_on.toordinal(), period.last_on.toordinal()
        return whole.only((whole.hired <= last) & (whole.separated >= first))


@dataclass(frozen=True, kw_only=True)
class Growing(County):
    """Two months: four men at the end of the first, six more in the second, and many women."""

    seed: int = 1
    people: int = 90
    months: int = 2
    townships: int = 2

    @cached_property
    def _drawn(self) -> dict[str, Any]:
        """Men are the first ten; six of these and eight women join, seven women leave."""
        number = np.arange(self.people)
        joins = (number < 6) | ((number >= 10) & (number < 18))
        leaves = (number >= 18) & (number < 25)
        before, now = (period.first_on.toordinal() for period in self.periods)
        return super()._drawn | {
            "sex": np.where(number < 10, "1", "2"),
            "hired": np.where(joins, now + 3, before - 500),
            "separated": np.where(leaves, now + 20, STILL_EMPLOYED),
        }


@dataclass(frozen=True, kw_only=True)
class Sending(County):
    """One month: three part-time people, eight who are dispatched, and many of neither kind."""

    seed: int = 2
    people: int = 60
    months: int = 1
    townships: int = 2

    @cached_property
    def _drawn(self) -> dict[str, Any]:
        number = np.arange(self.people)
        kinds = np.where(number < 11, "dispatched", "full_time")
        return super()._drawn | {
            "employment_type": np.where(number < 3, "part_time", kinds),
            "hired": np.full(self.people, self.periods[0].first_on.toordinal() - 500),
            "separated": np.full(self.people, STILL_EMPLOYED),
        }
