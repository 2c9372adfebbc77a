"""A run's facts in words: whatever a month looks at is said, and comes to the same pay."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import workforce.audit_pack.checker
from tests.audit_pack.checking import disagreements, words_of
from tests.engines import both_engines
from tests.golden.test_scenarios import FILES
from tests.payroll.world import World
from tests.reference.law import law_of
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.slip import Payslip
from workforce.cli.text_files import load_text
from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.core.money import parse_fen

CHECKER = Path(workforce.audit_pack.checker.__file__).parent


def test_one_persons_month_in_words(world: World) -> None:
    computed = world.run(preview=True).computed
    words = words_of(computed)["W1"]
    (month,) = words["months"]
    shifts = month.pop("shifts")
    assert len(shifts) == 18
    assert shifts[0] == {
        "date": "2026-10-08",
        "start": "09:00",
        "end": "18:00",
        "break_minutes": "60",
        "in_lieu": "false",
    }
    assert words == {
        "format": "1",
        "title": "W1",
        "region": "500236",
        "employee": {
            "hired_on": "2026-10-01",
            "employment_type": "full_time",
            "hours_system": "standard",
            "rest_weekdays": ["6", "7"],
            "contribution_base": "5000.00",
            "work_injury_rate": "0.003",
            "tax": {
                "method": "cumulative",
                "deduct_60000": "false",
                "first_wage_income_of_year": "false",
            },
        },
        "company": {
            "quality_basis": "price",
            "quality_tiers": [
                {"accuracy_from": "0", "factor": "0.8"},
                {"accuracy_from": "0.95", "factor": "0.95"},
                {"accuracy_from": "0.98", "factor": "1"},
            ],
            "night_allowance": "15.00",
            "attendance_bonus": "0.00",
            "holiday_day_wage": "0.00",
            "irregular_holiday_pay": "false",
            "union_fund": "false",
        },
        "months": [
            {
                "month": "2026-10",
                "base_pay": "0.00",
                "overtime_base": "0.00",
                "attendance": "from_shifts",
                "late_count": "0",
                "unused_leave_days": "0",
                "output": [
                    {
                        "date": "2026-10-20",
                        "task_type": "box",
                        "accepted_qty": "1000",
                        "piece_price": "2",
                    }
                ],
            }
        ],
    }


@both_engines
@pytest.mark.feature("FIN-42")
def test_a_month_that_looks_beyond_itself_is_said_whole(busy: World, book: LawBook) -> None:
    computed = busy.run(preview=True).computed
    assert computed.faults == ()
    words = words_of(computed)
    night, roster, late = (words[number]["months"][0] for number in ("W2", "W3", "W4"))
    assert [shift["date"] for shift in night["earlier_shifts"]] == [
        "2026-09-28",
        "2026-09-29",
        "2026-09-30",
    ]
    # 27 October by hours: 8 h 40 min and 8 h 5 min.
    shared = {"shares": ["8:40", "8:05"], "share_by": "hours"}
    for month, place in ((night, "1"), (roster, "2")):
        (pot,) = [row for row in month["output"] if "shares" in row]
        assert {key: pot[key] for key in (*shared, "own_share")} == {**shared, "own_share": place}
    assert [bonus["taxation"] for bonus in roster["annual_bonus"]] == ["separate", "merged"]
    assert late["earlier_comprehensive"] == [
        {"month": "2026-09", "hours_to_date": "0:00", "standard_hours": "176:00"}
    ]
    assert disagreements(computed, book) == []
    for number, said in words.items():
        (paid,) = scenario.run(scenario.read(said), book)
        at = computed.sheet.employee_nos.index(number)
        assert paid.net_pay_fen == computed.sheet.slips["net_pay_amount"][at]


def test_the_checker_gives_what_the_golden_scenarios_expect(book: LawBook) -> None:
    different = []
    for path in FILES:
        text = load_text(path)
        slips = {slip.month: slip for slip in payslips(text, law_of(book))}
        for month, expected in text["expect"].items():
            for code, amount in expected.items():
                if _figure(slips[month], code) != parse_fen(amount):
                    different.append((path.stem, month, code, amount))
    assert different == []


def _figure(slip: Payslip, code: str) -> int:
    """A total, or the sum of a code's lines; those that stand on both sides count with their sign."""
    if code in {"gross_pay", "net_pay", "employer_cost"}:
        return int(getattr(slip, code))
    lines = {kind: fen for (kind, each), fen in slip.lines.items() if each == code}
    if len(lines) > 1:
        return sum(fen if kind == "earning" else -fen for kind, fen in lines.items())
    return sum(lines.values())


def test_the_checker_imports_the_standard_library_and_itself() -> None:
    outside = set()
    for path in CHECKER.glob("*.py"):
        # Grammar of the oldest Python that a receiver may have.
        for node in ast.walk(ast.parse(path.read_text("utf-8"), feature_version=(3, 9))):
            if isinstance(node, ast.Import):
                outside |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                outside.add(str(node.module).split(".")[0])
    assert outside - sys.stdlib_module_names == set()
    assert len(list(CHECKER.glob("*.py"))) > 10
