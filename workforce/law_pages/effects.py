"""What a proposed change of the law would have moved: every company's last decided month, computed anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import url_for

from workforce.companies import queries as companies
from workforce.core.permissions import Permission
from workforce.law_pages.changes import changed_by, proposal_of
from workforce.law_pages.routes import installed_folder
from workforce.payroll.effect import Change, effect_of
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from workforce.law_pages.changes import Changed
    from workforce.law_pages.models import LawProposal


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyEffect:
    """How much a company's last decided month moves: fen, after less before; nobody is named."""

    company: str
    period: str
    gross_pay: int
    net_pay: int
    employer_cost: int
    moved: int
    same: int
    lost: int


def effects(session: Session, changed: Changed, progress: Progress) -> Iterator[CompanyEffect]:
    """Compute the effect company by company; a company without a decided month has none."""
    rows = session.execute(companies.company_facts(Scope.base())).all()
    progress.step("recompute", total=len(rows))
    change = Change(book=changed.after)
    for row in rows:
        found = effect_of(session, Scope.base(), row.company_id, change, changed.before)
        progress.advance()
        if found is not None:
            yield CompanyEffect(
                company=row.company_name,
                period=str(found.period),
                gross_pay=found.after.gross_pay - found.before.gross_pay,
                net_pay=found.after.net_pay - found.before.net_pay,
                employer_cost=found.after.employer_cost - found.before.employer_cost,
                moved=found.moved,
                same=found.same,
                lost=len(found.lost),
            )


def effects_of(proposal: LawProposal) -> list[CompanyEffect] | None:
    """Return what was computed for a proposal, or None."""
    if proposal.effect is None:
        return None
    return [CompanyEffect(**values) for values in json.loads(proposal.effect)]


def _run(task: Task, progress: Progress) -> Mapping[str, Any]:
    proposal_id = int(task.params["proposal_id"])
    session = db.session()
    proposal = proposal_of(session, proposal_id)
    changed = changed_by(Path(installed_folder()), proposal.file_name, proposal.content.encode())
    found = list(effects(session, changed, progress))
    result = {"proposal_id": proposal_id}
    with unit_of_work() as writing:
        stored = proposal_of(writing, proposal_id)
        stored.effect = json.dumps([asdict(one) for one in found], ensure_ascii=False)
        stored.effect_at = clock.now()
        progress.complete(writing, result)
    return result


def _link(result: Mapping[str, Any]) -> str | None:
    return url_for("law_pages.change", proposal_id=result["proposal_id"])


EFFECT = JobKind("law_effect", _run, Permission.LAW_PROPOSE, link=_link)
