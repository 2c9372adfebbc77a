"""Housing fund: the rates of both sides lie between those of the law (住房公积金管理条例 art 18)."""

import numpy as np

from workforce.core.facts import Contributions, Mask
from workforce.core.fault_log import FaultLog
from workforce.core.money import Column


def check_rates(
    given: Contributions, who: Mask, lowest_micro: Column, highest_micro: Column, faults: FaultLog
) -> None:
    """Refuse rates outside the limits."""
    for side in ("fund_employee_rate_micro", "fund_employer_rate_micro"):
        rate: Column = getattr(given, side)
        wrong = np.flatnonzero(who & ((rate < lowest_micro) | (rate > highest_micro)))
        faults.add(
            "pay.fund_rate",
            f"contributions.{side}",
            wrong,
            rate_micro=rate[wrong],
            lowest_rate_micro=lowest_micro[wrong],
            highest_rate_micro=highest_micro[wrong],
        )
