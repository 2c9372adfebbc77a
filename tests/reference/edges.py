"""Moves a scenario's last month onto an edge: a fen under it, at it, a fen over it."""

from __future__ import annotations

from tests.reference.drawing import Draw, Scenario, yuan
from tests.reference.law import law_of
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.refused import RefusedError
from workforce.audit_pack.checker.slip import Payslip
from workforce.core.law import LawBook
from workforce.core.money import parse_fen
from workforce.core.period import PayPeriod

LABOR_SERVICE_EDGES = (80_000, 400_000, 2_500_000, 6_250_000)


def move_to_edge(scenario: Scenario, book: LawBook, draw: Draw) -> None:
    """Change one amount so that a floor, bracket or room is just met; leave the rest alone."""
    try:
        slip = payslips(scenario, law_of(book))[-1]
    except RefusedError:
        return
    month = scenario["months"][-1]
    step = draw.rng.choice([-1, 0, 1])
    if scenario["employee"]["employment_type"] == "labor_service":
        _labor_service(month, slip, draw.rng.choice(LABOR_SERVICE_EDGES) + step)
        return
    kinds = ["bracket"]
    kinds += ["room"] * bool(slip.room)
    kinds += ["floor", "floor"] * (slip.counted < slip.floor)
    kind = draw.one(*kinds)
    if kind == "room":
        month["damages"] = yuan(max(0, slip.room + step))
    elif kind == "floor":
        _earn_more(month, int(slip.floor - slip.counted) + step)
    elif slip.taxed is not None:
        on = PayPeriod.parse(month["month"]).first_on
        table = book.value("income_tax_annual_brackets", scenario["region"], on, "edges").table
        limits = [row.upper_fen for row in table if row.upper_fen is not None]
        limit = draw.rng.choice([0, *limits])
        _earn_more(month, int(limit - slip.taxed.cumulative_taxable) + step)


def _earn_more(month: Scenario, fen: int) -> None:
    """Raise an allowance; nothing happens where the edge lies below."""
    if fen <= 0:
        return
    earnings = month.setdefault("earnings", {})
    earnings["skill_allowance"] = yuan(parse_fen(earnings.get("skill_allowance", "0.00")) + fen)


def _labor_service(month: Scenario, slip: Payslip, payment: int) -> None:
    """Make the month's payment that amount, if what is earned otherwise leaves room."""
    income = slip.line("earning", "labor_service_pay")
    wanted = payment - (slip.gross_pay - income)
    if wanted >= 0:
        month["labor_service_income"] = yuan(wanted)
