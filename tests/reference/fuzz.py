"""Runs the comparison over many seeds and reports differences and coverage.

``python -m tests.reference.fuzz --count 20000 --first 0 --seconds 900``

Exit code 1 if a scenario differs; its seed is enough to make it again: ``--first SEED --count 1``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.reference.compare import Difference, compare
from tests.reference.coverage import reached
from tests.reference.generator import scenario
from workforce.core.law import LawBook

SHOWN = 20


@dataclass
class Report:
    """What a campaign found."""

    count: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    coverage: Counter[str] = field(default_factory=Counter)
    different: dict[int, tuple[Difference, ...]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Write the report."""
        written = [f"{name:45} {count:8}" for name, count in sorted(self.coverage.items())]
        written += [f"refused: {why[:60]:51} {n:8}" for why, n in self.refused.most_common()]
        written += [
            f"seed {seed}: {each.month} {each.code}: reference {each.reference}, engine {each.engine}"
            for seed, found in list(self.different.items())[:SHOWN]
            for each in found[:SHOWN]
        ]
        written.append(f"{self.count} scenarios, {len(self.different)} differ")
        return written


def campaign(seeds: Sequence[int], book: LawBook, until: float = float("inf")) -> Report:
    """Compare the scenarios of some seeds until the clock (`time.monotonic`) says stop."""
    report = Report()
    for seed in seeds:
        if time.monotonic() > until:
            break
        made = scenario(seed, book)
        found = compare(made, book)
        report.count += 1
        if found.differences:
            report.different[seed] = found.differences
        elif found.refused:
            report.refused[found.refused] += 1
        else:
            report.coverage.update(reached(made, found.slips, book))
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign from the command line."""
    parser = argparse.ArgumentParser(description="Compare the engine with the reference.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=900)
    given = parser.parse_args(arguments)
    seeds = range(given.first, given.first + given.count)
    report = campaign(seeds, LawBook.load(), time.monotonic() + given.seconds)
    sys.stdout.write("\n".join([*report.lines(), ""]))
    return 1 if report.different else 0


if __name__ == "__main__":
    sys.exit(main())
