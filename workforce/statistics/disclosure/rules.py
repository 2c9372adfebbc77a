"""What makes a figure sensitive, in one place: the numbers that are printed with every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workforce.core.money import Column
from workforce.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers of the protection.

    ``least``: so many jobs or persons stand at least behind a figure that is shown (k). A figure about
    nobody may be shown. ``least_companies``, ``one_percent``, ``two_percent``: an amount of fewer
    companies, or of which one has more than this share, or two together have more, is the secret of
    these companies. ``interval_percent``: within so many per cent nobody may bound a withheld amount.
    ``least_ranked``: so many stand at least behind a figure that is one of theirs (a median).
    """

    least: int = 5
    least_companies: int = 3
    one_percent: int = 75
    two_percent: int = 85
    interval_percent: int = 20
    least_ranked: int = 20

    def is_small(self, behind: int) -> bool:
        """Tell whether too few stand behind a figure, but not nobody."""
        return 0 < behind < self.least

    def is_dominated(self, shares: Column) -> bool:
        """Tell whether few companies make an amount; ``shares``: what each makes of it, int64[c] ≥ 0.

        Companies that make nothing of it, or have agreed that theirs is published, are not among them.
        """
        return bool(self.dominated(shares))

    def dominated(self, shares: Column) -> NDArray[np.bool_]:
        """Tell the same of many amounts at once: bool[…] of int64[…, c] ≥ 0."""
        largest = np.sort(shares, axis=-1)[..., ::-1]
        total = shares.sum(axis=-1)
        found: NDArray[np.bool_] = (total > 0) & (
            ((shares > 0).sum(axis=-1) < self.least_companies)
            | (largest[..., :1].sum(axis=-1) * 100 > total * self.one_percent)
            | (largest[..., :2].sum(axis=-1) * 100 > total * self.two_percent)
        )
        return found

    @property
    def statement(self) -> Text:
        """What a reader of a protected table is told."""
        return Text(
            f"※ 表示不公布：涉及 1 至 {self.least - 1} 个岗位或人的数；少于 {self.least_companies} 家企业、"
            f"或一家超过 {self.one_percent}%、两家合计超过 {self.two_percent}% 的金额和产量；"
            f"不足 {self.least_ranked} 个岗位的中位数和四分位数；以及能由合计、其他表或上月推算出它们的数。"
            f"推算人数的范围不小于 {self.least}，推算金额的范围不小于 ±{self.interval_percent}%。",
            f"※ means withheld: figures about 1 to {self.least - 1} jobs or persons; amounts and output of "
            f"fewer than {self.least_companies} companies, or of which one has more than "
            f"{self.one_percent} % or two have more than {self.two_percent} %; medians and quartiles of "
            f"fewer than {self.least_ranked} jobs; and what these could be worked out from, by totals, other "
            f"tables or the month before. No such count can be bounded closer than {self.least}, no such "
            f"amount closer than ±{self.interval_percent} %.",
        )


RULES: Final = Rules()
"""The rules of this base."""
