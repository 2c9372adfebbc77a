"""What a rule blocks is blocked wherever output would be paid: decided by hand, by a check, by a file, found late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.certification.world import OCTOBER, World, october
from tests.engines import both_engines
from tests.factories.skills import create_skill_exception
from workforce.core.errors import DomainError, InputError
from workforce.payroll.late import facts as late_facts
from workforce.people.models import Employment
from workforce.platform import locks
from workforce.platform.audit import CLI, Actor
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.production.models import OutputRecord, TaskType
from workforce.production.service import (
    Decided,
    Decider,
    Verdict,
    count_record,
    decide_records,
    plan_output,
    plan_verdicts,
    shortened,
)

REJECTED: dict[str, Any] = {
    "state": "rejected",
    "accepted_qty": 0,
    "rejected_qty": 10,
    "reviewed_qty": 10,
    "accepted_on": None,
    "pay_period": None,
}
SUBMITTED: dict[str, Any] = {
    "state": "submitted",
    "accepted_qty": 0,
    "accepted_on": None,
    "pay_period": None,
}


class Market(World):
    """HAS a certificate for boxes, NOT has none; the rule holds from 5 October on."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.has, self.lacks = self.hire("HAS"), self.hire("NOT")
        self.certify(self.has, self.boxes)
        self.decider = Decider(actor=CLI, scope=Scope.company(self.company.id), person_id=None)

    def record(
        self, who: Employment, day: int, facts: dict[str, Any], task: TaskType | None = None
    ) -> int:
        made = factories.create_output(
            self.session, who, task or self.boxes, october(day), 10, **facts
        )
        return made.id

    def decide(self, action: str, *ids: int) -> Decided:
        self.session.commit()
        with unit_of_work() as writing:
            return decide_records(
                writing, self.decider, action, on=october(20), reason="x", record_ids=ids
            )

    def count(self, key: int, accepted: int) -> None:
        self.session.commit()
        with unit_of_work() as writing:
            count_record(
                writing,
                self.decider,
                key,
                accepted=accepted,
                rejected=10 - accepted,
                reworked=0,
                on=october(20),
                reason="x",
            )

    def state(self, key: int) -> str:
        self.session.expire_all()
        return self.session.get_one(OutputRecord, key).state


def words(errors: dict[int, DomainError]) -> dict[int, tuple[str, str]]:
    """Return of whom and of which day each refusal speaks."""
    assert {error.code for error in errors.values()} <= {"output.no_certificate"}
    return {
        key: (str(error.params["employee_no"]), str(error.params["work_on"]))
        for key, error in errors.items()
    }


@both_engines
@pytest.mark.feature("SUP-17")
def test_what_was_rejected_or_waits_is_asked_when_it_would_be_paid(session: Session) -> None:
    market = Market(session)
    sent_back = market.record(market.lacks, 7, REJECTED)
    others = [
        market.record(market.has, 7, REJECTED),
        market.record(market.lacks, 4, REJECTED),
        market.record(market.lacks, 7, REJECTED, market.lines),
    ]
    waits = market.record(market.lacks, 8, SUBMITTED)
    group = factories.create_group_output(
        session, market.company, market.boxes, october(9), 10,
        {market.has: 1_000, market.lacks: 1_000}, **SUBMITTED,
    ).id  # fmt: skip

    again = market.decide("resubmit", sent_back, *others)
    assert (again.changed, words(dict(again.uncertified))) == (
        3,
        {sent_back: ("NOT", "2026-10-07")},
    )
    assert market.state(sent_back) == "rejected"
    taken = market.decide("accept", *others, waits, group)
    assert taken.changed == 3
    assert words(dict(taken.uncertified)) == {
        waits: ("NOT", "2026-10-08"),
        group: ("NOT", "2026-10-09"),
    }
    # A check of the task type's output decides on the same, and a file that tells its acceptance.
    verdict = Verdict(
        result="accept", task_type_id=market.boxes.id, batch_id=None, employment_id=None,
        on=october(20), pay_period=OCTOBER,
    )  # fmt: skip
    plan, refused = plan_verdicts(session, market.company.id, [verdict])
    assert (plan.changed, set(refused)) == ([], {waits, group})
    stored = session.get_one(OutputRecord, waits)
    told = market.fact(
        market.lacks, 8, source_key=stored.source_key, source_version=None, accepted_qty=None
    )
    assert set(plan_output(session, market.company.id, "test", [told]).faults) == {
        stored.source_key
    }
    # Sending back asks for nothing; with an exception all of it is paid.
    assert market.decide("rework", waits).changed == 1
    create_skill_exception(
        session, market.lacks, market.boxes, valid_from=october(7), valid_to=october(10),
        state="approved", decided_at=dt.datetime(2026, 10, 20, tzinfo=dt.UTC),
    )  # fmt: skip
    assert market.decide("resubmit", sent_back, waits).changed == 2
    assert market.decide("accept", sent_back, waits, group).changed == 3


@pytest.mark.feature("SUP-17")
def test_a_record_counted_anew_pays_no_more_without_a_certificate(session: Session) -> None:
    market = Market(session)
    sent_back = market.record(market.lacks, 7, REJECTED)
    paid = market.record(market.lacks, 8, {"accepted_qty": 5})
    own = market.record(market.has, 8, REJECTED)
    for key in (sent_back, paid):
        with pytest.raises(InputError) as refused:
            market.count(key, 6)
        assert refused.value.code == "output.no_certificate"
        assert refused.value.hint("en") is not None
    assert (market.state(sent_back), market.state(paid)) == ("rejected", "accepted")
    market.count(paid, 4)
    market.count(own, 6)
    assert session.get_one(OutputRecord, own).pay_period == "2026-10"
    assert session.get_one(OutputRecord, paid).accepted_qty == 4


@pytest.mark.feature("SUP-17")
def test_work_found_after_its_month_was_paid_is_asked_too(session: Session) -> None:
    market = Market(session)
    locks.lock(session, market.company.id, OCTOBER, reason="x", account_id=None)
    session.commit()

    def check(who: Employment, difference: str) -> None:
        said = {
            "period": "2026-10",
            "task_type": "boxes",
            "work_on": "2026-10-07",
            "difference_qty": difference,
        }
        entry = late_facts.Entry(kind="output", employment_id=who.id, said=said, reason="x")
        scope = Scope.company(market.company.id)
        late_facts.check_entry(scope, market.company.id, entry, Actor(1, "x"))

    check(market.has, "3")
    check(market.lacks, "-3")
    with pytest.raises(InputError) as refused:
        check(market.lacks, "3")
    assert refused.value.code == "output.no_certificate"


def test_of_many_the_first_are_told_and_how_many_more() -> None:
    """Eight people, one of them twice: five by name, three more."""
    errors = [
        InputError(
            "output.no_certificate", employee_no=f"A{number % 8}", work_on="d", task_type="t"
        )
        for number in range(9)
    ]
    said = shortened(errors)
    assert [one.params.get("employee_no") for one in said] == ["A0", "A1", "A2", "A3", "A4", None]
    assert said[-1].params == {"count": 3}
