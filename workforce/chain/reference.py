"""The reference curve: how an older base grew, by months since its agreement."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.text import Text

_FILE: Final = Path(__file__).with_name("data") / "reference.toml"
_MONTHS: Final = 12
_YUAN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An older base: ``points`` are (months since signing, jobs inside), the earliest first.

    ``jobs`` and ``output`` (fen a year): inside and outside together, in month ``whole_month``.
    """

    name: Text
    source: Text
    points: tuple[tuple[int, int], ...]
    whole_month: int
    jobs: int
    output: int

    @property
    def last_month(self) -> int:
        """The last month of which its jobs are known."""
        return self.points[-1][0]

    @property
    def output_per_job(self) -> int:
        """Fen a job and year, in whole yuan: as it is told of that base."""
        per_job: int = round_half_up(self.output, self.jobs * _YUAN) * _YUAN
        return per_job

    def jobs_at(self, month: int) -> int | None:
        """Return its jobs inside so many months after signing, on straight lines between what is known.

        None: before its signing or after what is known of it.
        """
        for (start, low), (end, high) in zip(self.points, self.points[1:], strict=False):
            if start <= month <= end:
                return low + (high - low) * (month - start) // (end - start)
        return None


@cache
def reference() -> Reference:
    """Return the curve of the data file."""
    read = tomllib.loads(_FILE.read_text("utf-8"))
    return Reference(
        name=Text(*read["name"]),
        source=Text(*read["source"]),
        points=tuple((one["month"], one["jobs_inside"]) for one in read["point"]),
        whole_month=read["later"]["month"],
        jobs=read["later"]["jobs"],
        output=read["later"]["output"],
    )


def months_between(signed: PayPeriod, month: PayPeriod) -> int:
    """Return how many months after another a month is; negative before it."""
    return (month.year - signed.year) * _MONTHS + month.month - signed.month
