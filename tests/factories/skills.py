"""Skill certificates, rules and exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.certification.models import (
    SkillCertificate,
    SkillCertificateTaskType,
    SkillException,
    SkillRequirement,
)
from workforce.companies.models import Company
from workforce.people.models import Employment
from workforce.production.models import TaskType

_numbers = count(1)
_NOON = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)


def create_skill_certificate(
    session: Session, person_id: int, opens: Sequence[TaskType] = (), **changes: Any
) -> SkillCertificate:
    """Make a certificate of level 4 that another body issued in September 2026, without an end."""
    values = {
        "person_id": person_id,
        "issuer": "Test body",
        "number": f"T{next(_numbers)}",
        "level": 4,
        "issued_on": dt.date(2026, 9, 1),
        "entered_at": _NOON,
    }
    row = add(session, SkillCertificate(**values | changes))
    for one in opens:
        add(session, SkillCertificateTaskType(certificate_id=row.id, task_type_id=one.id))
    return row


def create_skill_requirement(
    session: Session, company: Company, task_type: TaskType, **changes: Any
) -> SkillRequirement:
    """Let work of a task type ask for a certificate from September 2026 on."""
    values = {
        "company_id": company.id,
        "task_type_id": task_type.id,
        "valid_from": dt.date(2026, 9, 1),
        "effect": "blocks",
    }
    return add(session, SkillRequirement(**values | changes))


def create_skill_exception(
    session: Session, employment: Employment, task_type: TaskType, **changes: Any
) -> SkillException:
    """Make an exception for October 2026 that waits for approval."""
    values = {
        "company_id": employment.company_id,
        "employment_id": employment.id,
        "task_type_id": task_type.id,
        "valid_from": dt.date(2026, 10, 1),
        "valid_to": dt.date(2026, 11, 1),
        "reason": "the exam is in November",
        "state": "asked",
        "asked_at": _NOON,
    }
    return add(session, SkillException(**values | changes))
