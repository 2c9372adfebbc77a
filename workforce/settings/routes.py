"""What the pages of this slice share: their routes, and the way from a form over its effect to a change.

A form is sent three times at most: ``preview`` shows what the change would have moved last month and
writes nothing, ``edit`` goes back to the form, ``save`` changes. Everything travels in the form, so
that it works without script and nothing is kept on the server meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import current_app, flash, redirect, render_template, request
from flask_wtf import FlaskForm

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.law import LawBook
from workforce.payroll.effect import Change, Effect, effect_of
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.config import Settings

ROUTES = SliceRoutes("settings", __name__)

_STEP: Final = "step"
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


def book() -> LawBook:
    """Return the law of this installation."""
    settings: Settings = current_app.extensions["workforce.settings"]
    return LawBook.load(settings.law_overlays)


def company_of(scope: Scope) -> int:
    """Return the company whose settings these are.

    Raises:
        NotFoundError: the account reaches no single company.

    """
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return scope.company_id


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
    if request.method == "GET" or step() is Step.EDIT:
        return show()
    if not form.validate():
        return show(), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        proposal = propose()
        if step() is Step.SAVE:
            with unit_of_work() as session:
                proposal.save(session)
            flash(proposal.done, "success")
            return redirect(onward)
        # Tried and taken back: what saving would refuse is said before the effect is shown.
        _try(proposal)
        effect = effect_of(db.session(), scope, company_of(scope), proposal.change, book())
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors.append(fault_of(error))
        return show(), HTTPStatus.UNPROCESSABLE_ENTITY
    return _confirm(proposal, effect)


def _try(proposal: Proposal) -> None:
    with unit_of_work() as session:
        proposal.save(session)
        session.flush()
        session.rollback()


def _confirm(proposal: Proposal, effect: Effect | None) -> str:
    typed: list[tuple[str, Any]] = [
        (name, value)
        for name, values in request.form.lists()
        if name not in {_STEP, _TOKEN}
        for value in values
    ]
    return render_template(
        "settings/confirm.html", proposal=proposal, effect=effect, typed=typed, here=request.path
    )
