"""No company that has all that is told of the chain bounds another one's amounts closer than stated.

Where a part of the protection is taken away, it does: the test is sharp. ``make attack`` runs a long
campaign, or attacks what an installation was told.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.chain.attacker import Attack, Unknown
from workforce.app import create_app
from workforce.chain import consolidation, output, published
from workforce.chain.consolidation import (
    LINKS,
    ChainSum,
    CompanyMonth,
    add_up,
    consolidate,
    hidden_of,
)
from workforce.chain.output import ContractShares, contract_month
from workforce.chain.protection import NOTHING, Withheld, withheld
from workforce.chain.published import ToldMonth
from workforce.config import Settings
from workforce.core.period import PayPeriod
from workforce.platform.db import db

PERCENT = 20
FIRST = PayPeriod(2026, 1)
REGIONS = ("county", "50", "44", "51", "other")


@dataclass(frozen=True)
class Market:
    """Companies of very uneven sizes in a month: what they say, and what they signed."""

    month: PayPeriod
    companies: tuple[CompanyMonth, ...]
    signed: ContractShares

    @property
    def sums(self) -> ChainSum:
        return add_up(self.companies, len(self.companies))

    @property
    def is_inside(self) -> dict[int, bool]:
        return {one.company_id: one.is_inside for one in self.companies}

    @property
    def told(self) -> ToldMonth:
        """The month as it is kept, and read again."""
        one = ToldMonth(
            period=self.month,
            figures=consolidate(self.sums, consolidation.hidden_of(self.sums)),
            contracts=contract_month(self.signed, is_protected=True),
            flows=None,
        )
        return published._from_json(str(self.month), published._to_json(one))


def truth_of(month: PayPeriod, sums: ChainSum, signed: ContractShares) -> dict[Unknown, int]:
    """Return each amount of each company of a month that is not 0."""
    found = {
        Unknown(month, company, "output", (link,)): amount
        for link, shares in sums.links.items()
        for company, amount in shares.items()
    }
    for kind, shares in (("purchases", sums.purchases), ("trading", sums.trading)):
        found |= {Unknown(month, company, kind, ()): amount for company, amount in shares.items()}
    for key, own in signed.items():
        found |= {Unknown(month, one, "contracts", key): amount for one, amount in own.items()}
    return {key: amount for key, amount in found.items() if amount}


def draw(seed: int, count: int, months: int = 1) -> list[Market]:
    """Draw companies, most in one link, and what they make month by month."""
    random = np.random.default_rng(seed)
    sizes = np.minimum(random.lognormal(13, 1.2, count), 5e7)
    links = random.choice(len(LINKS), count, p=[0.2, 0.4, 0.15, 0.1, 0.05, 0.05, 0.05])
    more = random.choice(len(LINKS), count)
    is_inside, buys = random.random(count) < 0.4, random.random(count) < 0.5
    found, month = [], FIRST
    for _ in range(months):
        made = (sizes * random.uniform(0.7, 1.3, count)).astype(np.int64) + 1
        signed: dict[tuple[str, str], Counter[int]] = {}
        for number in range(count):
            for region in random.choice(len(REGIONS), random.integers(0, 3)):
                key = (LINKS[links[number]], REGIONS[region])
                amount = int(made[number] * random.uniform(0.5, 6))
                signed.setdefault(key, Counter())[number] += amount
        companies = tuple(
            CompanyMonth(
                company_id=number,
                is_inside=bool(is_inside[number]),
                output={LINKS[links[number]]: int(made[number])}
                | ({LINKS[more[number]]: int(made[number]) // 3} if number % 4 == 0 else {}),
                purchases=int(made[number] * 0.3) if buys[number] else 0,
                trading=int(made[number]) if links[number] == LINKS.index("trade") else 0,
                jobs=int(made[number] // 800_000) + 1,
            )
            for number in range(count)
        )
        found.append(Market(month, companies, dict(signed)))
        month = month.next()
    return found


def attacked(
    markets: Sequence[Market], attackers: Sequence[int]
) -> Mapping[str, tuple[float, float]]:
    """Let some companies (or -1: nobody of them) attack all that is told; return what they find."""
    truth: dict[Unknown, int] = {}
    for one in markets:
        truth |= truth_of(one.month, one.sums, one.signed)
    attack = Attack(truth, markets[0].is_inside)
    attack.read(one.told for one in markets)
    return attack.closest(attackers, PERCENT)


@pytest.mark.feature("OFF-6", "OFF-12")
@pytest.mark.parametrize(("seed", "count"), [(1, 10), (2, 14)])
def test_no_company_bounds_another_ones_amounts(seed: int, count: int) -> None:
    markets = draw(seed, count)
    cells = markets[0].told.figures.cells
    assert cells["output"].value is not None
    largest = sorted(markets[0].companies, key=lambda one: -sum(one.output.values()))
    assert not attacked(markets, [-1, *(one.company_id for one in largest[:2])])


def test_two_tables_that_are_each_safe_alone_betray_a_company(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trade is 5's 90, withheld with check's 120: outside is 130 with 10 of labels, so that 5 makes 80 at least."""
    made = {**dict.fromkeys(range(1, 5), 100), 5: 90, 6: 40, 7: 40, 8: 40, 9: 5, 10: 5}
    links = {5: "trade", 6: "check", 7: "check", 8: "check"}
    companies = tuple(
        CompanyMonth(
            company_id=number, is_inside=number < 6, output={links.get(number, "label"): amount * 100_000},
            purchases=0, trading=0, jobs=1,
        )
        for number, amount in made.items()
    )  # fmt: skip
    market = [Market(FIRST, companies, {})]
    assert not attacked(market, [-1, *made])

    def each_alone(cells: Mapping[tuple[str, str], Mapping[int, int]]) -> tuple[Withheld, Withheld]:
        sides: list[dict[str, Counter[int]]] = [{}, {}]
        for key, shares in cells.items():
            for side, code in zip(sides, key, strict=True):
                side.setdefault(code, Counter()).update(shares)
        return withheld(sides[0]), withheld(sides[1])

    monkeypatch.setattr(consolidation, "crossed", each_alone)
    found = attacked(market, [-1])
    assert [bounds for name, bounds in found.items() if "trade" in name] == [(8_000.0, 21_000.0)]


@pytest.mark.parametrize("part", ["is_secret", "crossed"])
def test_without_a_rule_a_company_is_found(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instead: dict[str, object] = {
        "is_secret": lambda _: False,
        "crossed": lambda _: (NOTHING, NOTHING),
    }
    monkeypatch.setattr(consolidation, part, instead[part])
    assert attacked(draw(2, 14), [-1, 3])


@pytest.mark.skipif("ATTACK" not in os.environ, reason="make attack")
@pytest.mark.parametrize("seed", range(int(os.environ.get("ATTACK", "0"))))
def test_campaign(seed: int) -> None:
    """Attack markets of many sizes over three months, the largest like the real one, each company in turn."""
    seed += int(os.environ.get("ATTACK_FIRST", "0"))
    count = (4, 8, 14, 30, 95)[seed % 5]
    for one in draw(100 + seed, count, months=3):
        some = np.random.default_rng(seed).permutation(count)[: 8 if count < 20 else 2].tolist()
        assert not attacked([one], [-1, *some])


@pytest.mark.skipif("ATTACK_INSTANCE" not in os.environ, reason="make attack INSTANCE=")
def test_what_an_installation_was_told() -> None:
    """Attack the newest told months whose returns are as they were then."""
    with create_app(Settings.load(Path(os.environ["ATTACK_INSTANCE"]))).app_context():
        session = db.session()
        months = published.months(session)[:12]
        sums, signed = output.read_months(session, months), output.signed_in(session, months)
        tried = 0
        for told in published.told_months(session, min(months), max(months)):
            now = sums[told.period]
            if consolidate(now, hidden_of(now)).cells != told.figures.cells:
                continue
            inside = {
                company: place == "inside" for place, own in now.places.items() for company in own
            }
            truth = truth_of(told.period, now, signed[told.period])
            attack = Attack(
                truth, inside | dict.fromkeys({key.company for key in truth} - {*inside}, False)
            )
            attack.read([told])
            largest = sorted(
                inside, key=lambda one: -sum(own.get(one, 0) for own in now.places.values())
            )
            assert not attack.closest([-1, *largest[:2]], PERCENT)
            tried += 1
    assert tried
