"""The sums of a year count every line that is a tax or a person's own insurance."""

from __future__ import annotations

from workforce.core.engine import pay_items
from workforce.core.pay_item import Share
from workforce.payroll.queries import INCOME_TAXES, OWN_CONTRIBUTIONS


def codes_of(share: Share) -> set[str]:
    return {item.code for item in pay_items().values() if item.share is share}


def test_the_years_sums_name_every_item() -> None:
    assert set(OWN_CONTRIBUTIONS) == codes_of(Share.INSURANCE)
    assert set(INCOME_TAXES) == codes_of(Share.TAX)
