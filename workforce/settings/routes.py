"""What the pages of this slice share: their routes, and the way from a form over its effect to a change.

A form is sent three times at most: ``preview`` shows what the change would have moved last month and
writes nothing, ``edit`` goes back to the form, ``save`` changes. Everything travels in the form, so
that it works without script and nothing is kept on the server meanwhile. What was shown travels with
it as a fingerprint: a raise that is sent twice, or a price that somebody else has set meanwhile, is
shown anew and not saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request
from flask_wtf import FlaskForm

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.payroll.effect import Change, Effect, effect_of
from workforce.platform import clock, locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import choices_of, fault_of
from workforce.platform.i18n import current_locale
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

ROUTES = SliceRoutes("settings", __name__)

_STEP: Final = "step"
_SHOWN: Final = "shown"
_TOKEN: Final = "csrf_token"  # noqa: S105 - the name of a field


class Step(StrEnum):
    """Where a form's sender wants to go."""

    PREVIEW = "preview"
    EDIT = "edit"
    SAVE = "save"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that a filled form asks for.

    ``rows``: what changes, each (what, before, after) in words. ``save`` writes in the unit of work
    that it is given.
    """

    title: str
    rows: list[tuple[str, str, str]]
    change: Change
    save: Callable[[Session], object]
    done: str

    @property
    def fingerprint(self) -> str:
        """What a page shows of it, as 64 hex digits."""
        return sha256(repr((self.title, self.rows)).encode()).hexdigest()


def company_of(scope: Scope) -> int:
    """Return the company whose settings these are.

    Raises:
        NotFoundError: the account reaches no single company.

    """
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return scope.company_id


def first_open_month(session: Session, company_id: int) -> PayPeriod:
    """Return the first month after this one and after every closed one."""
    closed = {period.whole for period in locks.locked_periods(session, company_id)}
    return max(closed | {PayPeriod.of(clock.today())}).next()


def first_payable_month(session: Session, company_id: int) -> PayPeriod:
    """Return the month after every closed one or, where none is, the first that is paid here.

    Something that nothing holds for yet is proposed from here on: from a later month on, work that is
    done already could not be paid.
    """
    closed = {period.whole for period in locks.locked_periods(session, company_id)}
    if closed:
        return max(closed).next()
    policies = session.scalars(companies.all_pay_policies(Scope.company(company_id)))
    begun = min((policy.valid_from for policy in policies), default=clock.today())
    return PayPeriod.of(begun)


def offer_terms(form: FlaskForm, names: Iterable[str]) -> None:
    """Let fields offer the terms of their own name, in the visitor's language."""
    for name in names:
        form[name].choices = choices_of(
            (code, label.in_locale(current_locale())) for code, label in terms_of(name).items()
        )


def step() -> Step:
    """Return what the sender of the form wants."""
    wanted = request.form.get(_STEP, Step.PREVIEW)
    return Step(wanted) if wanted in set(Step) else Step.PREVIEW


def answer(
    scope: Scope,
    form: FlaskForm,
    propose: Callable[[], Proposal],
    show: Callable[[], str],
    onward: str,
) -> ResponseReturnValue:
    """Answer a form: show it, show its effect, or save and go on.

    ``show`` renders the form with what is wrong; ``propose`` may raise a DomainError, which is said
    on top of the form.
    """
    if request.method != "POST" or step() is Step.EDIT:
        return show()
    if not form.validate():
        return show(), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        proposal = propose()
        is_unseen = request.form.get(_SHOWN, proposal.fingerprint) != proposal.fingerprint
        if step() is Step.SAVE and not is_unseen:
            with unit_of_work() as session:
                proposal.save(session)
            flash(proposal.done, "success")
            return redirect(onward)
        # Tried and taken back: what saving would refuse is said before the effect is shown.
        _try(proposal)
        effect = effect_of(db.session(), scope, company_of(scope), proposal.change, law_book())
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors.append(fault_of(error))
        return show(), HTTPStatus.UNPROCESSABLE_ENTITY
    page = _confirm(proposal, effect, is_unseen=is_unseen)
    return page, HTTPStatus.CONFLICT if is_unseen else HTTPStatus.OK


def _try(proposal: Proposal) -> None:
    with unit_of_work() as session:
        proposal.save(session)
        session.flush()
        session.rollback()


def _confirm(proposal: Proposal, effect: Effect | None, *, is_unseen: bool) -> str:
    typed: list[tuple[str, Any]] = [
        (name, value)
        for name, values in request.form.lists()
        if name not in {_STEP, _SHOWN, _TOKEN}
        for value in values
    ]
    return render_template(
        "settings/confirm.html",
        proposal=proposal,
        effect=effect,
        is_unseen=is_unseen,
        typed=typed,
        here=request.path,
    )
