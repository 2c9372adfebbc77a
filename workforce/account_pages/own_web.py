"""The visitor's own account: language, password, second factor, sessions, and the own data."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from workforce.account_pages.routes import ROUTES
from workforce.accounts import own
from workforce.accounts.agents import browser_of
from workforce.accounts.passwords import MOST_CHARACTERS
from workforce.accounts.session import needs_second_factor, signed_in
from workforce.companies import queries as companies
from workforce.core.addresses import MOST_CHARACTERS as MOST_ADDRESS_CHARACTERS
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import PERMISSIONS_BY_ROLE, SEGREGATED, Permission, Role
from workforce.people import account_holders, contact
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import place_fault
from workforce.platform.i18n import LOCALES, gettext, remember_locale
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.scope import Scope
from workforce.platform.web import actor, note_read

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class PasswordAgainForm(FlaskForm):  # type: ignore[misc]
    """The password, typed again before something sensitive is shown."""

    password = PasswordField(
        _("口令"),
        validators=[DataRequired(_("请输入口令")), Length(max=MOST_CHARACTERS)],
    )


class EmailForm(FlaskForm):  # type: ignore[misc]
    """Where the own mail goes."""

    email = StringField(_("电子邮箱"), validators=[Length(max=MOST_ADDRESS_CHARACTERS)])


@ROUTES.page("/me", permission=Permission.HOME_READ)
def me(scope: Scope) -> ResponseReturnValue:
    """Show the own account; what identifies the person is masked."""
    del scope
    return _page(PasswordAgainForm(), is_unmasked=False)


@ROUTES.action("/me/identity", permission=Permission.IDENTITY_READ_OWN)
def show_identity(scope: Scope) -> ResponseReturnValue:
    """Show the own ID number, phone and bank account, once, after the password was typed again."""
    form = PasswordAgainForm()
    if not form.validate() or not own.type_again(form.password):
        return _page(form, is_unmasked=False), HTTPStatus.UNPROCESSABLE_ENTITY
    note_read("identity.unmask_own", "person", scope.person_id)
    return _page(PasswordAgainForm(formdata=None), is_unmasked=True)


@ROUTES.action("/me/email", permission=Permission.CONTACT_CHANGE_OWN)
def set_email(scope: Scope) -> ResponseReturnValue:
    """Keep the own e-mail address, to which payslips are sent."""
    form = EmailForm()
    try:
        with unit_of_work() as session:
            contact.set_own_email(session, scope, form.email.data or "", actor())
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error, "email")
        page = _page(PasswordAgainForm(formdata=None), is_unmasked=False, email=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("电子邮箱已保存"), "success")
    return redirect(url_for("account_pages.me", _anchor="email-card"))


def _page(form: PasswordAgainForm, *, is_unmasked: bool, email: EmailForm | None = None) -> str:
    visitor, session = signed_in(), db.session()
    records = []
    if visitor.person_id is not None:
        records = list(session.execute(account_holders.own_record(visitor.person_id)))
    if email is None:
        # The own address is shown as it is: it tells nobody else's mail, and must be read to be put right.
        email = EmailForm(formdata=None, email=records[0].email if records else None)
    company_name = None
    if visitor.company_id is not None:
        facts = companies.company_facts(Scope.company(visitor.company_id))
        company_name = session.execute(facts).one().company_name
    state = own.state_of(session, visitor.account_id)
    return render_template(
        "account_pages/me.html",
        form=form,
        email_form=email,
        is_unmasked=is_unmasked,
        records=records,
        company_name=company_name,
        state=state,
        sessions=[
            (one, browser_of(one.agent), one.token_hash == visitor.token_hash)
            for one in state.sessions
        ],
        is_factor_required=needs_second_factor(visitor.role),
        locales=LOCALES,
    )


@ROUTES.action("/me/language", permission=Permission.HOME_READ)
def choose_language(scope: Scope) -> ResponseReturnValue:
    """Keep the language of the own pages, on every device."""
    del scope
    locale = next((code for code in LOCALES if code == request.form.get("locale")), None)
    if locale is None:
        raise NotFoundError("web.not_found")
    with unit_of_work() as session:
        own.choose_locale(session, signed_in().account_id, locale)
    response = redirect(url_for("account_pages.me"))
    # As the switch in the top bar does: what was chosen last holds on this device.
    remember_locale(response, locale)
    return response


@ROUTES.action("/me/sessions/end", permission=Permission.HOME_READ)
def end_other_sessions(scope: Scope) -> ResponseReturnValue:
    """End every session of the visitor but this one."""
    del scope
    visitor = signed_in()
    with unit_of_work() as session:
        count = own.end_other_sessions(session, visitor.account_id, keep=visitor.token)
    flash(gettext("已退出其他 %(count)s 处登录。", count=count), "success")
    return redirect(url_for("account_pages.me"))


@ROUTES.page("/roles", permission=Permission.HOME_READ)
def roles(scope: Scope) -> ResponseReturnValue:
    """Show what each role may do, from the table that the service itself asks."""
    del scope
    return render_template(
        "account_pages/roles.html",
        rights={role: sorted(PERMISSIONS_BY_ROLE[role]) for role in Role},
        segregated=sorted(sorted(pair) for pair in SEGREGATED),
    )
