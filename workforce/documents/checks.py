"""Which inspections weigh on whose pay in a month, and the factor of each batch.

A check names a person, or speaks for everybody who has paid output in the batch (or, without a
batch, output of the task type that names none); several checks of one batch count together. The
factor comes from the engine's own rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row

from workforce.core.rules.quality import UNREACHED, tier_factors

Key = tuple[int, Hashable]
"""An employment, and the batch or the task type without batch."""


@dataclass(frozen=True, slots=True)
class MonthChecks:
    """The checks of each employment, and the factor of each batch that they judge."""

    rows: Mapping[int, Sequence[Row[Any]]]
    factors: Mapping[Key, int]

    @classmethod
    def judge(
        cls,
        *,
        tiers: Sequence[tuple[int, int]],
        output: Sequence[Row[Any]],
        inspections: Sequence[Row[Any]],
    ) -> MonthChecks:
        """Give each check to the people it speaks of.

        Args:
            tiers: (accuracy from, factor) in millionths; without any, checks weigh on nobody.
            output: rows of production's ``payable_output`` and ``payable_shares``.
            inspections: rows of quality's ``inspections`` of one company.

        """
        if not tiers:
            return cls({}, {})
        makers: defaultdict[Hashable, set[int]] = defaultdict(set)
        for row in output:
            if row.accepted_qty:
                makers[subject(row)].add(row.employment_id)
        rows: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
        for check in inspections:
            judged = makers[subject(check)]
            if check.employment_id is not None:
                judged = judged & {check.employment_id}
            for employment_id in judged:
                rows[employment_id].append(check)
                count = counts[employment_id, subject(check)]
                count[0] += check.sampled_qty
                count[1] += check.error_qty
        return cls(rows, _factors(tiers, counts))


def subject(row: Row[Any]) -> Hashable:
    """Return what a check judges: a batch, or a task type's output without batch."""
    return ("batch", row.batch_id) if row.batch_id is not None else ("type", row.task_type_id)


def _factors(
    tiers: Sequence[tuple[int, int]], counts: Mapping[Key, Sequence[int]]
) -> dict[Key, int]:
    sampled, errors = np.array([*counts.values()], dtype=np.int64).reshape(-1, 2).T
    reached = tier_factors(tiers, sampled, errors).tolist()
    return {key: factor for key, factor in zip(counts, reached, strict=True) if factor != UNREACHED}
