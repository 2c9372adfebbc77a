"""What the base's administrator sets of the chain: targets, the month of agreement, the task force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.chain import queries, service
from workforce.chain.forms import AgreementForm, SeatForm, TargetForm
from workforce.chain.routes import ROUTES
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.money import parse_decimal
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, fault_of, place_fault, read_count
from workforce.platform.i18n import gettext
from workforce.platform.web import actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_SET: Final = Permission.CHAIN_SET


@ROUTES.page("/chain/settings", permission=_SET)
def settings(scope: Scope) -> ResponseReturnValue:
    """Show targets, the month of agreement and the task force, with their forms."""
    del scope
    return _show()


def _show(
    *,
    target: TargetForm | None = None,
    signed: AgreementForm | None = None,
    seat: SeatForm | None = None,
) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    seats = queries.seats(session, today)
    known = queries.agreement(session)
    seat_form = seat or SeatForm(formdata=None, valid_from=today)
    if seat is None:
        seat_form.offer([(row.account_id, row.name) for row in seats])
    page = render_template(
        "chain/settings.html",
        targets=queries.targets(session),
        target_form=target or TargetForm(formdata=None, year=str(today.year)),
        signed=known,
        signed_form=signed or AgreementForm(formdata=None, signed=known),
        seats=seats,
        seat_form=seat_form,
    )
    wrong = next((each for each in (target, signed, seat) if each is not None), None)
    return page if wrong is None else answer_of(page, wrong)


def _done(form: FlaskForm, act: Callable[[Session], None]) -> bool:
    """Do what a form asks for; what is wrong stands at its field."""
    if not form.validate_on_submit():
        return False
    try:
        with unit_of_work() as session:
            act(session)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    flash(gettext("已保存"), "success")
    return True


@ROUTES.action("/chain/settings/target", permission=_SET)
def set_target(scope: Scope) -> ResponseReturnValue:
    """Set what a figure is to reach in a year."""
    del scope
    form = TargetForm()

    def act(session: Session) -> None:
        figure = form.figure.data
        decimals = 0 if figure == "jobs" else 2
        try:
            value = parse_decimal((form.value.data or "").replace(",", ""), decimals)
        except InputError as error:
            raise error.at("value") from error
        try:
            year = read_count(form.year.data or "", service.LAST_YEAR, service.FIRST_YEAR)
        except InputError as error:
            raise error.at("year") from error
        service.set_target(session, actor(), figure, year, value, form.reason.data or "")

    return redirect(url_for("chain.settings")) if _done(form, act) else _show(target=form)


@ROUTES.action("/chain/settings/withdraw", permission=_SET)
def withdraw_target(scope: Scope) -> ResponseReturnValue:
    """Take a target back, with the reason."""
    del scope
    try:
        with unit_of_work() as session:
            year = read_count(request.form.get("year", ""), service.LAST_YEAR, service.FIRST_YEAR)
            figure, reason = request.form.get("figure", ""), request.form.get("reason", "")
            service.set_target(session, actor(), figure, year, None, reason)
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("目标已撤销"), "success")
    return redirect(url_for("chain.settings"))


@ROUTES.action("/chain/settings/agreement", permission=_SET)
def set_agreement(scope: Scope) -> ResponseReturnValue:
    """Say in which month the base was agreed upon."""
    del scope
    form = AgreementForm()
    is_done = _done(form, lambda session: service.set_agreement(session, actor(), form.signed.data))
    return redirect(url_for("chain.settings")) if is_done else _show(signed=form)


@ROUTES.action("/chain/settings/seat", permission=_SET)
def set_seat(scope: Scope) -> ResponseReturnValue:
    """Let an official sit in the task force for a bureau, or for none any more."""
    del scope
    form = SeatForm()
    form.offer([(row.account_id, row.name) for row in queries.seats(db.session(), clock.today())])

    def act(session: Session) -> None:
        service.seat(session, actor(), form.account(), form.seat(), form.valid_from.data)

    return redirect(url_for("chain.settings")) if _done(form, act) else _show(seat=form)
