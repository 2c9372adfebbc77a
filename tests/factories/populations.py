"""Populations made up as columns, for what needs no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any, Final

import numpy as np

from workforce.core.period import PayPeriod
from workforce.statistics.population import STILL_EMPLOYED, WAGE_PARTS, Population

_FLAGS: Final = {"is_person", "is_person_in_company", "is_inside", "is_paid", "has_result"}
_ON: Final = {
    "sex": "1",
    "education": "30",
    "township": "500236001",
    "household": "rural",
    "employment_type": "full_time",
    "contract_kind": "fixed_term",
    "occupation": "service",
    "skill_level": "",
    "sender": "",
    "leaving_cause": "",
    "task_type": "",
}
_LONG_AGO: Final = dt.date(2020, 1, 1).toordinal()


def make_population(size: int, period: PayPeriod, **columns: Any) -> Population:
    """Make ``size`` people of one company, employed since 2020, insured and paid 0.

    ``columns`` replaces some of the columns of a `Population`; anything that NumPy can read will do.
    """
    made: dict[str, Any] = {}
    for field in fields(Population):
        if field.name == "period":
            continue
        if field.name in _ON:
            made[field.name] = np.full(size, _ON[field.name])
        elif field.name in _FLAGS:
            made[field.name] = np.ones(size, dtype=np.bool_)
        elif field.name.startswith("is_"):
            made[field.name] = np.zeros(size, dtype=np.bool_)
        else:
            made[field.name] = np.zeros(size, dtype=np.int64)
    made |= {
        "hired": np.full(size, _LONG_AGO),
        "founded": np.full(size, _LONG_AGO),
        "separated": np.full(size, STILL_EMPLOYED),
        "born": np.full(size, 1990_01_01),
        "schemes": np.full(size, 0b11111),
        "wages": np.zeros((len(WAGE_PARTS), size), dtype=np.int64),
    }
    return Population(
        period=period, **made | {name: np.asarray(given) for name, given in columns.items()}
    )
