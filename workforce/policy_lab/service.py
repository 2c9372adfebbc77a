"""Opening the laboratory on a month, and keeping what came out under a name.

Nothing of the law, of facts or of pay is written. Who may see everything in reach has a decided month
computed (``trying``); what an official may try was computed when the month was published (``ladders``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import workforce
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.platform import audit, clock
from workforce.policy_lab import queries
from workforce.policy_lab.comparison import Result
from workforce.policy_lab.ladders import lab_of_month, lever_of, question_of
from workforce.policy_lab.levers import Lever
from workforce.policy_lab.models import PolicyStudy
from workforce.policy_lab.prepared import prepared_month
from workforce.policy_lab.trying import Lab, Study, lab_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

NAME_LENGTH: Final = 80


def months(session: Session, scope: Scope, *, is_protected: bool) -> list[PayPeriod]:
    """Return the months on which something can be tried, the newest first: one statement."""
    return queries.ladder_months(session) if is_protected else queries.months(session, scope)


def open_lab(session: Session, scope: Scope, period: PayPeriod, *, is_protected: bool) -> Lab:
    """Open the laboratory on a month.

    Raises:
        InputError: the month has no decided run in reach; or, for officials, is not published, or not
            computed yet.
    """
    if is_protected:
        lab = lab_of_month(session, period)
    else:
        month = prepared_month(session, scope, period)
        lab = None if month is None else lab_of(scope, month)
    if lab is None:
        raise InputError("study.month_not_decided", period=period)
    return lab


def save_study(session: Session, lab: Lab, study: Study, actor: Actor, name: str) -> PolicyStudy:
    """Keep a study as it is now, under a name.

    Raises:
        InputError: the name is empty or too long.
    """
    kept_name = name.strip()
    if not kept_name or len(kept_name) > NAME_LENGTH:
        raise InputError("study.name", most=NAME_LENGTH, place="name")
    lever = study.lever
    row = PolicyStudy(
        company_id=lab.scope.company_id,
        is_protected=lab.is_protected,
        name=kept_name,
        period=str(study.period),
        lever=lever.code,
        present=lever.present,
        tried=study.tried,
        question=question_of(lever),
        result=study.result.to_json(),
        inputs_hash=study.inputs_hash,
        law_hash=study.law_hash,
        code_version=workforce.__version__,
        made_by_id=actor.account_id,
        made_by_name=actor.name,
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "study.save",
        "policy_study",
        row.id,
        company_id=lab.scope.company_id,
        after={"name": kept_name, "period": row.period, "lever": row.lever, "value": row.tried},
    )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedStudy:
    """A saved study as it is shown; ``lever`` knows how its values are written, and changes nothing."""

    study_id: int
    name: str
    period: PayPeriod
    lever: Lever
    tried: int
    result: Result
    law_hash: str
    code_version: str
    made_by_name: str
    made_at: Any


def saved_studies(session: Session, scope: Scope, *, is_protected: bool) -> list[SavedStudy]:
    """Return all studies in reach, the newest first: one statement."""
    rows = session.scalars(queries.studies(scope, is_protected=is_protected))
    return [_saved(row) for row in rows]


def saved_study(session: Session, scope: Scope, study_id: int, *, is_protected: bool) -> SavedStudy:
    """Return one study.

    Raises:
        NotFoundError: there is none in reach.
    """
    chosen = queries.studies(scope, is_protected=is_protected)
    row = session.scalar(chosen.where(PolicyStudy.id == study_id))
    if row is None:
        raise NotFoundError("web.not_found")
    return _saved(row)


def _saved(row: PolicyStudy) -> SavedStudy:
    return SavedStudy(
        study_id=row.id,
        name=row.name,
        period=PayPeriod.parse(row.period),
        lever=lever_of(row.lever, row.present, row.question),
        tried=row.tried,
        result=Result.from_json(row.result),
        law_hash=row.law_hash,
        code_version=row.code_version,
        made_by_name=row.made_by_name,
        made_at=row.made_at,
    )
