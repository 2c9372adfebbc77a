"""Filing, confirming and deciding on monthly returns. The caller's unit of work commits.

A typed return is saved as a draft and submitted; a computed one is confirmed as it was shown. What was
submitted stands; whoever submits the same again has submitted the one that is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select

from workforce.companies import queries as companies
from workforce.core.errors import InputError, LawMissingError, StateError
from workforce.core.period import PayPeriod
from workforce.platform import audit, clock
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.returns import queries
from workforce.returns.checks import Figures, Finding, check
from workforce.returns.computed import Computed, compute
from workforce.returns.items import items
from workforce.returns.models import (
    CompanyReturn,
    ComputedReturn,
    ReturnDecision,
    ReturnFigure,
    ReturnRule,
)
from workforce.returns.source_table import SourceTable, source_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.returns.queries import Reporter

__all__ = ["SourceTable", "source_table"]

LEAST_CHARACTERS: Final = 2
MOST_CHARACTERS: Final = 400
LAST_DUE_DAY: Final = 28


def fingerprint(credit_code: str, month: PayPeriod, figures: Figures) -> str:
    """Return the SHA-256 of a return's figures: the same company, month and figures, the same one."""
    content = {"company": credit_code, "period": str(month), "figures": dict(figures)}
    packed = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(packed.encode()).hexdigest()


def receipt_number(reporter_code: str, one: CompanyReturn) -> str:
    """Return the number on a return's receipt: month, company, version."""
    return f"{one.period}-{reporter_code}-{one.version}"


def findings(
    session: Session, scope: Scope, reporter: Reporter, month: PayPeriod, figures: Figures
) -> list[Finding]:
    """Return what is wrong or doubtful about figures, beside last month's and the minimum wage."""
    former = queries.former_figures(session, scope, month)
    return check(figures, former, _minimum_wage(reporter.region, month))


def _minimum_wage(region: str, month: PayPeriod) -> int | None:
    """Return the monthly minimum wage of a region in fen; None where no law data say it."""
    try:
        return law_book().value("minimum_wage_month", region, month.last_on, "returns").integer
    except LawMissingError:
        return None


def typed_reporter(session: Session, scope: Scope, month: PayPeriod) -> Reporter:
    """Return the company of a scope, where it may file a typed return of a month.

    Raises:
        NotFoundError: the scope is of no company.
        StateError: its figures are computed here, the month is not over, or no return of it is asked for.
    """
    reporter = queries.reporter_of(session, scope)
    if not reporter.is_typed:
        raise StateError("return.is_computed")
    _refuse_unfinished(month)
    if not reporter.owes(month):
        raise StateError("return.not_asked", period=str(month))
    return reporter


def _refuse_unfinished(month: PayPeriod) -> None:
    if clock.today() < month.end_on:
        raise StateError("return.not_over", period=str(month))


def save_draft(
    session: Session,
    scope: Scope,
    month: PayPeriod,
    figures: Figures,
    remark: str,
    actor: Actor,
) -> CompanyReturn:
    """Keep what was typed so far, however wrong; it is the company's one draft of the month."""
    reporter = typed_reporter(session, scope, month)
    _lock(session, scope)
    one = queries.draft(session, scope, month)
    before = None if one is None else queries.figures(session, one.id)
    if one is None:
        one = _new_version(session, reporter, month, "typed")
    if before == dict(figures) and one.remark == remark:
        return one
    one.remark = remark
    one.saved_by_id, one.saved_at = actor.account_id, clock.now()
    session.flush()
    _store_figures(session, one.id, figures)
    audit.record(
        session,
        actor,
        "return.save",
        "company_return",
        one.id,
        company_id=one.company_id,
        after={"period": one.period, "version": one.version, "figures": len(figures)},
    )
    return one


def submit(
    session: Session,
    scope: Scope,
    month: PayPeriod,
    figures: Figures,
    remark: str,
    actor: Actor,
    *,
    submit_key: str | None = None,
    import_batch_id: int | None = None,
) -> CompanyReturn:
    """Submit a typed return; the same as the newest one, or sent again with its key, is that one.

    A key that comes back with other figures (the form was gone back to and corrected) counts for nothing.

    Raises:
        InputError: a figure cannot be true, or a doubtful one is not explained.
        StateError: see `typed_reporter`; or the bureau has given back just these figures.
    """
    reporter = typed_reporter(session, scope, month)
    _lock(session, scope)
    digest = fingerprint(reporter.credit_code, month, figures)
    if submit_key is not None and (one := _with_key(session, scope, submit_key)) is not None:
        if (one.content_sha256, one.remark) == (digest, remark):
            return one
        submit_key = None
    known = _same(session, scope, month, digest, remark)
    if known is not None:
        _drop_draft(session, scope, month)
        return known
    _refuse_untrue(findings(session, scope, reporter, month, figures), remark)
    one = save_draft(session, scope, month, figures, remark, actor)
    one.submit_key, one.import_batch_id = submit_key, import_batch_id
    return _submitted(session, one, digest, actor, "return.submit")


def submitted_same(
    session: Session, scope: Scope, month: PayPeriod, figures: Figures, remark: str
) -> bool:
    """Tell whether the newest version says just this.

    Raises:
        StateError: it does, and the bureau has given it back.
    """
    reporter = queries.reporter_of(session, scope)
    digest = fingerprint(reporter.credit_code, month, figures)
    return _same(session, scope, month, digest, remark) is not None


def _with_key(session: Session, scope: Scope, submit_key: str) -> CompanyReturn | None:
    return session.scalar(
        select(CompanyReturn).where(
            queries.in_scope(scope),
            CompanyReturn.submit_key == submit_key,
            CompanyReturn.submitted_at.is_not(None),
        )
    )


def _same(
    session: Session, scope: Scope, month: PayPeriod, digest: str, remark: str
) -> CompanyReturn | None:
    """Return the newest version if it says the same.

    Raises:
        StateError: it does, and the bureau has given it back.
    """
    row = session.execute(queries.newest_submitted(scope, [str(month)])).first()
    if row is None or row[0].content_sha256 != digest or row[0].remark != remark:
        return None
    if row[1] is not None and not row[1].is_accepted:
        raise StateError("return.same_as_returned")
    one: CompanyReturn = row[0]
    return one


def _refuse_untrue(found: list[Finding], remark: str) -> None:
    musts = [finding for finding in found if finding.is_must]
    if musts:
        raise musts[0].error
    if found and len(remark) < LEAST_CHARACTERS:
        raise InputError("return.unexplained", place="remark", count=len(found))


def confirm(
    session: Session,
    scope: Scope,
    month: PayPeriod,
    shown_sha256: str,
    remark: str,
    actor: Actor,
    typed: Figures | None = None,
) -> CompanyReturn:
    """Confirm the computed return of a company's month, as it was shown, with what it types beside it.

    Raises:
        NotFoundError: the scope is of no company.
        StateError: the company files its returns itself, the month's pay is not decided, the figures
            have changed since they were shown, or the bureau has given back just these.
    """
    reporter = queries.reporter_of(session, scope)
    if reporter.is_typed:
        raise StateError("return.is_typed")
    _refuse_unfinished(month)
    _lock(session, scope)
    found = compute(session, reporter.company_id, month)
    if not found.is_decided:
        raise StateError("return.undecided", period=str(month))
    digest = fingerprint(reporter.credit_code, month, found.figures)
    if digest != shown_sha256:
        raise StateError("return.stale")
    figures = found.figures | _typed_of(typed or {})
    digest = fingerprint(reporter.credit_code, month, figures)
    known = _same(session, scope, month, digest, remark)
    if known is not None:
        return known
    keep_computed(session, reporter, month, digest)
    one = _new_version(session, reporter, month, "computed", digest, actor)
    one.remark = remark
    session.flush()
    _store_figures(session, one.id, figures, found.behind)
    return _recorded(session, one, actor, "return.confirm")


def _typed_of(figures: Figures) -> dict[str, int]:
    """Return those of some figures that companies always type."""
    return {code: value for code, value in figures.items() if items()[code].is_typed}


def keep_computed(session: Session, reporter: Reporter, month: PayPeriod, digest: str) -> None:
    """Keep what the newest computation of a decided month says, with what was typed beside it."""
    known = session.get(ComputedReturn, (reporter.company_id, str(month)))
    if known is None:
        session.add(
            ComputedReturn(
                company_id=reporter.company_id,
                period=str(month),
                content_sha256=digest,
                computed_at=clock.now(),
            )
        )
    elif known.content_sha256 != digest:
        known.content_sha256, known.computed_at = digest, clock.now()


def compute_again(session: Session, reporter: Reporter, month: PayPeriod) -> bool:
    """Compute a month again and keep its fingerprint; tell whether its pay is decided."""
    _lock(session, Scope.company(reporter.company_id))
    found = compute(session, reporter.company_id, month)
    if found.is_decided:
        newest = queries.newest(session, Scope.company(reporter.company_id), month)
        typed = _typed_of(queries.figures(session, newest.id if newest else None))
        digest = fingerprint(reporter.credit_code, month, found.figures | typed)
        keep_computed(session, reporter, month, digest)
    return found.is_decided


def computed_return(session: Session, reporter: Reporter, month: PayPeriod) -> tuple[Computed, str]:
    """Return a company's month as it is computed now, with the fingerprint that confirming asks for."""
    found = compute(session, reporter.company_id, month)
    return found, fingerprint(reporter.credit_code, month, found.figures)


def _lock(session: Session, scope: Scope) -> None:
    """Let only one at a time write a company's returns: versions are numbered."""
    session.scalars(companies.companies(scope).with_for_update()).all()


def _new_version(
    session: Session,
    reporter: Reporter,
    month: PayPeriod,
    origin: str,
    digest: str | None = None,
    actor: Actor | None = None,
) -> CompanyReturn:
    last = session.scalar(
        select(func.max(CompanyReturn.version)).where(
            CompanyReturn.company_id == reporter.company_id, CompanyReturn.period == str(month)
        )
    )
    now = clock.now()
    one = CompanyReturn(
        company_id=reporter.company_id,
        period=str(month),
        version=(last or 0) + 1,
        origin=origin,
        remark="",
        content_sha256=digest,
        saved_by_id=actor.account_id if actor else None,
        saved_at=now,
        submitted_by_id=actor.account_id if actor else None,
        submitted_at=now if digest else None,
    )
    session.add(one)
    return one


def _store_figures(
    session: Session, return_id: int, figures: Figures, behind: Mapping[str, int] | None = None
) -> None:
    session.execute(delete(ReturnFigure).where(ReturnFigure.return_id == return_id))
    if figures:
        session.execute(
            insert(ReturnFigure),
            [
                {
                    "return_id": return_id,
                    "item": code,
                    "value": value,
                    "behind": (behind or {}).get(code),
                }
                for code, value in figures.items()
            ],
        )


def _submitted(
    session: Session, one: CompanyReturn, digest: str, actor: Actor, action: str
) -> CompanyReturn:
    one.content_sha256 = digest
    one.submitted_by_id, one.submitted_at = actor.account_id, clock.now()
    session.flush()
    return _recorded(session, one, actor, action)


def _recorded(session: Session, one: CompanyReturn, actor: Actor, action: str) -> CompanyReturn:
    audit.record(
        session,
        actor,
        action,
        "company_return",
        one.id,
        company_id=one.company_id,
        after={"period": one.period, "version": one.version, "sha256": one.content_sha256},
    )
    return one


def _drop_draft(session: Session, scope: Scope, month: PayPeriod) -> None:
    one = queries.draft(session, scope, month)
    if one is not None:
        session.execute(delete(ReturnFigure).where(ReturnFigure.return_id == one.id))
        session.delete(one)


def decide(
    session: Session,
    scope: Scope,
    return_id: int,
    actor: Actor,
    *,
    is_accepted: bool,
    reason: str = "",
) -> ReturnDecision:
    """Accept a submitted return, or give it back with a reason; an accepted one may still be given back.

    Raises:
        NotFoundError: it does not exist or is out of reach.
        InputError: it is given back without a reason.
        StateError: a newer version counts, or it has this answer, or it was given back.
    """
    one = queries.return_named(session, scope, return_id)
    session.refresh(one, with_for_update=True)
    newest, last = session.execute(
        queries.newest_submitted(scope, [one.period]).where(
            CompanyReturn.company_id == one.company_id
        )
    ).one()
    if newest.id != one.id:
        raise StateError("return.replaced", version=newest.version)
    if last is not None and (not last.is_accepted or is_accepted):
        raise StateError("return.decided")
    reason = reason.strip()
    if not is_accepted and not LEAST_CHARACTERS <= len(reason) <= MOST_CHARACTERS:
        raise InputError(
            "return.reason", place="reason", least=LEAST_CHARACTERS, most=MOST_CHARACTERS
        )
    decision = ReturnDecision(
        return_id=one.id,
        number=1 if last is None else last.number + 1,
        is_accepted=is_accepted,
        reason=reason or None,
        decided_by_id=actor.account_id,
        decided_at=clock.now(),
    )
    session.add(decision)
    session.flush()
    audit.record(
        session,
        actor,
        "return.accept" if is_accepted else "return.give_back",
        "company_return",
        one.id,
        company_id=one.company_id,
        after={"period": one.period, "version": one.version},
        reason=reason or None,
    )
    return decision


def set_rule(session: Session, actor: Actor, first_period: PayPeriod, due_day: int) -> None:
    """Let returns be due on a day of the following month, from a month on.

    Raises:
        InputError: not a day that every month has.
    """
    if not 1 <= due_day <= LAST_DUE_DAY:
        raise InputError("return.due_day", place="due_day", most=LAST_DUE_DAY)
    known = session.get(ReturnRule, str(first_period))
    before = None if known is None else {"due_day": known.due_day}
    if known is None:
        known = ReturnRule(first_period=str(first_period))
        session.add(known)
    known.due_day, known.set_by_id, known.set_at = due_day, actor.account_id, clock.now()
    audit.record(
        session,
        actor,
        "return.set_rule",
        "return_rule",
        str(first_period),
        before=before,
        after={"first_period": str(first_period), "due_day": due_day},
    )
