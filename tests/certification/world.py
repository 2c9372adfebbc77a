"""A company with rules about certificates, which the tests of the gate share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.skills import create_skill_certificate, create_skill_requirement
from workforce.certification.models import SkillCertificate
from workforce.core.errors import DomainError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payroll.stages.finders import Asked
from workforce.people.models import Employment
from workforce.production.models import TaskType
from workforce.production.service import OutputFact, plan_output

OCTOBER = PayPeriod(2026, 10)


def october(day: int) -> dt.date:
    return dt.date(2026, 10, day)


class World:
    """A company that asks for a certificate for boxes from 5 October on, and warns of lines."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.company = factories.create_company(session)
        factories.create_pay_policy(session, self.company)
        self.boxes, self.lines, self.free = (
            factories.create_task_type(session, code=code) for code in ("boxes", "lines", "free")
        )
        create_skill_requirement(session, self.company, self.boxes, valid_from=october(5))
        create_skill_requirement(session, self.company, self.lines, effect="warns")

    def hire(self, number: str) -> Employment:
        return factories.create_employment(self.session, self.company, employee_no=number)

    def certify(self, who: Employment, *opens: TaskType, **changes: Any) -> SkillCertificate:
        return create_skill_certificate(self.session, who.person_id, opens, **changes)

    def fact(
        self, who: Employment, day: int, task: TaskType | None = None, **changes: Any
    ) -> OutputFact:
        task = task or self.boxes
        values: dict[str, Any] = {
            "employment_id": who.id,
            "task_type_id": task.id,
            "batch_code": None,
            "work_on": october(day),
            "submitted_qty": 10,
            "accepted_qty": 10,
            "accepted_on": october(day),
            "source_key": f"{who.employee_no} {task.code} {day}",
            "source_version": "1",
        }
        return OutputFact(**values | changes)

    def refused(self, *facts: OutputFact) -> dict[str, DomainError]:
        return dict(plan_output(self.session, self.company.id, "output", facts).faults)

    def asked(self, book: LawBook) -> Asked:
        return Asked(
            session=self.session, company_id=self.company.id, period=OCTOBER, book=book, run=None
        )
