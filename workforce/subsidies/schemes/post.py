"""The post subsidy for employers of people who are hard to employ."""

from __future__ import annotations

from typing import Final

from workforce.subsidies.scheme import PersonScheme
from workforce.subsidies.schemes._rules import (
    IN_GROUP,
    INSURED,
    LONG_CONTRACT,
    PAID,
    estimate_unknown,
)

SCHEME: Final = PersonScheme(
    code="post",
    place=30,
    parameters=("support_contract_months",),
    rules=(IN_GROUP, LONG_CONTRACT, INSURED, PAID),
    estimate=estimate_unknown,
    is_once=False,
)
