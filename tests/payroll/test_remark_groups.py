"""Remarks by kind: whose they are, and what is told apart."""

from __future__ import annotations

from workforce.core.explain import note_codes
from workforce.core.terms import terms
from workforce.payroll.review.remark_groups import Person, count_notes, remark_groups

ROOM = {
    "code": "damages_deduction_without_room",
    "params": {"claim_fen": 60_000, "taken_fen": 0, "left_fen": 60_000},
}
ESTIMATES = [
    {"code": "law_estimate", "params": {}, "detail": "insurance_base_floor"},
    {"code": "calendar_estimate", "params": {"year": 2026}},
]
DAYS = {"code": "days_without_record", "params": {"days": 1}, "detail": "10-30"}


def test_every_remark_has_a_short_name() -> None:
    assert {f"note.{code}" for code in note_codes()} <= terms().keys()


def test_estimates_are_not_counted_for_every_payslip() -> None:
    assert count_notes(ESTIMATES) == 0
    assert count_notes([*ESTIMATES, ROOM]) == 1


def test_groups_hold_each_person_once_and_the_rare_ones_come_first() -> None:
    a, b = Person("A1", "李晨"), Person("A2", "王欣怡")
    groups = remark_groups(
        [(b, 2, [DAYS, ROOM, *ESTIMATES]), (a, 1, [DAYS, DAYS])],
    )
    assert [(group.code, group.people) for group in groups] == [
        ("damages_deduction_without_room", (b,)),
        ("days_without_record", (a, b)),
    ]
    assert "10-30" in groups[1].remarks[0].text.zh
    assert groups[1].remarks[0].payslip_id == 1
