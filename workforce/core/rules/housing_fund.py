"""Housing fund: the rates of both sides lie between those of the law (住房公积金管理条例 art 18)."""

import numpy as np

from workforce.core.facts import Contributions, Mask
from workforce.core.fault_log import FaultLog
from workforce.core.money import Column


def check_rates(
    given: Contributions, who: Mask, lowest_micro: Column, highest_micro: Column, faults: FaultLog
) -> None:
    """Refuse rates outside the limits."""
    own, employers = given.fund_employee_rate_micro, given.fund_employer_rate_micro
    low, high = np.minimum(own, employers), np.maximum(own, employers)
    wrong = np.flatnonzero(who & ((low < lowest_micro) | (high > highest_micro)))
    faults.add(
        "pay.fund_rate",
        wrong,
        own_rate_micro=own[wrong],
        employers_rate_micro=employers[wrong],
        lowest_rate_micro=lowest_micro[wrong],
        highest_rate_micro=highest_micro[wrong],
    )
