"""One source of figures: a scenario put into the tables gives the lines that the calculator gives.

The facts that a run was made from, said in words again, give them too: by the calculator, and by the
checker that is handed out with a closed run.

Every golden scenario that the tables can say is loaded and run on SQLite, several in one database, each
as a company of its own; of each group the first runs on PostgreSQL, too, for the statements are the
same and the arithmetic knows no database. Attendance always comes from shifts in the tables, so the
calculator is asked about the same scenario read that way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.audit_pack.checking import disagreements
from tests.engines import both_engines
from tests.golden.test_scenarios import rows_proven
from tests.payroll.scenario_tables import FOLDER, Told, cannot_say, load, read
from tests.payroll.world import World
from workforce.core import scenario as calculator
from workforce.core.law import LawBook
from workforce.core.scenario import MonthPay
from workforce.production.models import TaskType

LEFT_OUT = {
    "attendance_bonus_and_lateness": "lateness without shifts",
    "half_month_begins_in_the_middle": "a monthly amount in a half month that does not pay it",
    "half_month_floor": "a monthly amount in a half month that does not pay it",
    "half_month_tax": "a monthly amount in a half month that does not pay it",
    "hours_comprehensive_edges": "hours of a period that no calendar gives",
    "hours_comprehensive_excess_before": "hours of a period that no calendar gives",
    "hours_comprehensive_late_output": "hours of a period that no calendar gives",
    "hours_comprehensive_period_ends": "hours of a period that no calendar gives",
    "quality_tiers_edges": "a batch of two task types",
}
OWN_NOTES = {"days_without_record", "lieu_balance", "lieu_overdrawn"}
"""Remarks about records that a scenario does not have."""

TOLD = [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
SAYABLE = [told for told in TOLD if cannot_say(told) is None]


def groups() -> list[Any]:
    """Files by the first word of their names, with the marks of the rows that all of them prove."""
    found: defaultdict[tuple[str, tuple[str, ...]], list[Told]] = defaultdict(list)
    for told in SAYABLE:
        rows = rows_proven(FOLDER / f"{told.name}.yaml")
        found[told.name.split("_")[0], tuple(rows)].append(told)
    return [
        pytest.param(several, id="-".join([word, *rows]), marks=pytest.mark.feature(*rows))
        for (word, rows), several in found.items()
    ]


def test_only_what_tables_cannot_say_is_left_out() -> None:
    assert {told.name: why for told in TOLD if (why := cannot_say(told))} == LEFT_OUT


@both_engines
@pytest.mark.parametrize("several", groups())
def test_the_tables_pay_what_the_calculator_pays(
    session: Session,
    book: LawBook,
    several: list[Told],
    subtests: pytest.Subtests,
    engine_name: str,
) -> None:
    task_types: dict[str, TaskType] = {}
    for told in several if engine_name == "sqlite" else several[:1]:
        world = load(session, book, told, task_types)
        with subtests.test(told.name):
            for month in calculator.run(told.scenario, book):
                compare(world, month)


def compare(world: World, month: MonthPay) -> None:
    """Run a month of the tables and compare all that the payslip says."""
    computed = world.run(month.period).computed
    assert computed.faults == ()
    assert disagreements(computed, world.book) == []
    slip = world.slip("S1", month.period)
    assert [
        (
            line.code,
            line.kind,
            line.detail,
            line.quantity,
            line.rate,
            line.amount,
            line.reference,
        )
        for line in world.lines("S1", month.period)
    ] == [
        (
            line.code,
            line.kind,
            line.detail,
            line.quantity_micro,
            line.rate_micro,
            line.amount_fen,
            line.reference,
        )
        for line in month.lines
    ]
    assert slip.gross_pay_amount == month.gross_pay_fen
    assert slip.net_pay_amount == month.net_pay_fen
    assert slip.employer_cost_amount == month.employer_cost_fen
    remarks = [(note["code"], note["params"]) for note in slip.notes]
    assert [known(*one) for one in remarks if one[0] not in OWN_NOTES] == [
        known(note.code, note.params) for note in month.notes
    ]


def known(code: str, params: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """Return a note as both may know it: a file does not tell of work accepted in a later month."""
    return code, {} if code == "holiday_unpaid" else dict(params)


def test_operands_are_stored_as_canonical_json(session: Session, book: LawBook) -> None:
    told = SAYABLE[0]
    world = load(session, book, told, {})
    period = told.scenario.months[0].period
    world.run(period)
    for line in world.lines("S1", period):
        operands = json.loads(line.operands)
        assert all(isinstance(value, int) for value in operands.values())
        assert line.operands == json.dumps(operands, sort_keys=True, separators=(",", ":"))
