"""People typed in by hand: entering one, correcting what is known, the last day, a mistyped identity."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from workforce.companies import queries as companies
from workforce.core.addresses import MOST_CHARACTERS, is_address
from workforce.core.errors import DomainError, InputError
from workforce.core.identity import parse_id_number
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.documents.fonts import installed_fonts
from workforce.people import person_list, service
from workforce.people import queries as people
from workforce.people.rules import REST_DAYS_OF_STANDARD_HOURS
from workforce.people.service import EmployeeFact
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import (
    DayField,
    Needed,
    answer_of,
    choices_of,
    fault_of,
    place_fault,
    stripped,
)
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import SliceRoutes, actor, may, note_read
from workforce.settings.routes import company_of, offer_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Row
    from sqlalchemy.orm import Session
    from wtforms.fields.core import Field

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("staff_entry", __name__)

_NAME: Final = 60
_SHORT: Final = 40
_FURTHEST: Final = dt.timedelta(days=366)
_DIGITS: Final = re.compile(r"\+?[0-9]{5,30}")
_REGION: Final = re.compile(r"[0-9]{6}([0-9]{3})?")
_PERSON: Final = ("phone", "email", "education", "township", "household_category")
_EMPLOYMENT: Final = (
    "employment_type",
    "hired_on",
    "position",
    "hours_system",
    "rest_weekdays",
    "contract_kind",
    "contract_until",
    "bank_name",
    "bank_account",
)
_KEPT_IF_BLANK: Final = ("phone", "email", "bank_account")
"""What a correction does not show and so does not clear."""
_PLACES: Final = {
    "employment.number_taken": "employee_no",
    "employment.overlap": "hired_on",
    "employment.rest_weekdays": "rest_weekdays",
    "employment.dates": "hired_on",
    "employment.contract_dates": "contract_until",
    "employment.contract_end_missing": "contract_until",
    "employment.contract_end_unfit": "contract_until",
    "identity.id_number": "id_number",
    "person.other_name": "name",
}
"""Which field an error of the register is about."""


class FactsForm(FlaskForm):  # type: ignore[misc]
    """What is known of a person and the job, besides who it is."""

    employment_type = SelectField(_("用工形式"))
    hired_on = DayField(_("入职日期"), validators=[Needed(_("请填写入职日期"))])
    position = StringField(_("岗位（可不填）"), filters=[stripped], validators=[Length(max=_NAME)])
    hours_system = SelectField(_("工时制度"))
    rest_weekdays = SelectMultipleField(_("每周哪几天休息"))
    contract_kind = SelectField(_("劳动合同"))
    contract_until = DayField(_("合同到期日"))
    team = SelectField(_("班组"))
    phone = StringField(_("手机号码（可不填）"))
    email = StringField(_("电子邮箱（可不填）"), filters=[stripped])
    bank_name = StringField(
        _("开户银行（可不填）"), filters=[stripped], validators=[Length(max=_NAME)]
    )
    bank_account = StringField(_("银行账号（可不填）"))
    education = SelectField(_("学历"), validators=[DataRequired(_("请选择学历"))])
    township = StringField(_("户籍乡镇（可不填）"), filters=[stripped])
    household_category = SelectField(_("户籍类别"), validators=[DataRequired(_("请选择户籍类别"))])
    key_groups = SelectMultipleField(_("重点群体（没有就不选）"))

    def __init__(self, teams: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the choices in the visitor's language; ``teams``: name by code."""
        super().__init__(**kwargs)
        offer_terms(self, ("employment_type", "hours_system", "education", "household_category"))
        locale = current_locale()
        self.rest_weekdays.choices = _terms("weekday")
        self.key_groups.choices = _terms("key_group")
        self.contract_kind.choices = choices_of(
            [
                ("", gettext("没有登记")),
                *(
                    (code, label.in_locale(locale))
                    for code, label in terms_of("contract_kind").items()
                ),
            ]
        )
        self.team.choices = choices_of([("", gettext("先不编入")), *teams.items()])

    def validate_hired_on(self, bound: Field) -> None:
        """Refuse a day that only a typing error makes."""
        _check(bound, _refuse_far)

    def validate_rest_weekdays(self, bound: Field) -> None:
        """Say in the words of the page what the register says in digits."""
        is_standard = self.hours_system.data == "standard"
        if is_standard and len(bound.data or ()) < REST_DAYS_OF_STANDARD_HOURS:
            raise ValidationError(gettext("标准工时制每周至少休息两天"))

    def validate_position(self, bound: Field) -> None:
        """Refuse what no document could show."""
        _check(bound, _refuse_undrawable)

    def validate_phone(self, bound: Field) -> None:
        """Take a number as people write it."""
        _check(bound, _refuse_other_than_digits)

    def validate_bank_account(self, bound: Field) -> None:
        """Take a number as people write it."""
        _check(bound, _refuse_other_than_digits)

    def validate_email(self, bound: Field) -> None:
        """Refuse what is no address."""
        _check(bound, _refuse_no_address)

    def validate_township(self, bound: Field) -> None:
        """Take a name of the county's townships, or the code of another place."""
        _check(bound, _refuse_unknown_place)

    def person(self) -> dict[str, Any]:
        """Return the person's columns as typed."""
        return self._columns(_PERSON) | {
            "education": self.education.data,
            "township": _place_code(self.township.data or ""),
            "household_category": self.household_category.data,
        }

    def employment(self) -> dict[str, Any]:
        """Return the employment's columns as typed."""
        return self._columns(_EMPLOYMENT) | {
            "rest_weekdays": "".join(sorted(self.rest_weekdays.data or ()))
        }

    def groups(self) -> frozenset[str]:
        """Return the key groups ticked."""
        return frozenset(self.key_groups.data or ())

    def _columns(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self[name].data or None for name in names}


class NewPersonForm(FactsForm):
    """Somebody who begins to work here."""

    name = StringField(
        _("姓名"), filters=[stripped], validators=[DataRequired(_("请填写姓名")), Length(max=_NAME)]
    )
    id_number = StringField(
        _("身份证号"), filters=[stripped], validators=[DataRequired(_("请填写身份证号"))]
    )
    employee_no = StringField(
        _("工号"),
        filters=[stripped],
        validators=[DataRequired(_("请填写工号")), Length(max=_SHORT)],
    )

    def __init__(self, teams: Mapping[str, str], **kwargs: Any) -> None:
        """Take nothing for known that statistics count."""
        super().__init__(teams, **kwargs)
        for field in (self.education, self.household_category):
            field.choices = [*choices_of([("", gettext("请选择"))]), *(field.choices or ())]

    def validate_name(self, bound: Field) -> None:
        """Refuse what no payslip could show."""
        _check(bound, _refuse_undrawable)

    def validate_id_number(self, bound: Field) -> None:
        """Refuse a number that does not prove itself."""
        _check(bound, parse_id_number)


class LastDayForm(FlaskForm):  # type: ignore[misc]
    """When somebody works here for the last time, and why; no day takes it back."""

    separated_on = DayField(_("最后工作日"))
    reason = StringField(
        _("原因"),
        filters=[stripped],
        validators=[DataRequired(_("请写明原因")), Length(max=_SHORT)],
    )

    def validate_separated_on(self, bound: Field) -> None:
        """Refuse a day that only a typing error makes."""
        _check(bound, _refuse_far)


class IdentityForm(FlaskForm):  # type: ignore[misc]
    """A name or a number as the ID card has it; no number: as it is."""

    name = StringField(
        _("姓名"), filters=[stripped], validators=[DataRequired(_("请填写姓名")), Length(max=_NAME)]
    )
    id_number = StringField(_("身份证号（没有错就不填）"), filters=[stripped])
    reason = StringField(
        _("为什么改"),
        filters=[stripped],
        validators=[DataRequired(_("请写明原因")), Length(max=200)],
    )

    def validate_name(self, bound: Field) -> None:
        """Refuse what no payslip could show."""
        _check(bound, _refuse_undrawable)

    def validate_id_number(self, bound: Field) -> None:
        """Refuse a number that does not prove itself."""
        _check(bound, parse_id_number)


def _check(bound: Field, read: Callable[[Any], object]) -> None:
    """Say next to a field, with its name, what is wrong with what was typed; nothing typed is right.

    What a reader returns as text is what the field holds from then on.
    """
    if not bound.data:
        return
    try:
        found = read(bound.data)
    except DomainError as error:
        # Without the label's "(optional)".
        name = re.split(r"（| \(", str(bound.label.text))[0]
        message = gettext("%(field)s：%(message)s", field=name, message=fault_of(error))
        raise ValidationError(message) from error
    if isinstance(found, str):
        bound.data = found


def _refuse_far(on: dt.date) -> None:
    if on > clock.today() + _FURTHEST:
        raise InputError("cell.too_far", on=on)


def _refuse_undrawable(words: str) -> None:
    installed_fonts().require([words])


def _refuse_other_than_digits(text: str) -> str:
    number = re.sub(r"[\s-]", "", text)
    if not _DIGITS.fullmatch(number):
        raise InputError("cell.not_digits")
    return number


def _refuse_no_address(text: str) -> None:
    if len(text) > MOST_CHARACTERS or not is_address(text):
        raise InputError("cell.not_email")


def _refuse_unknown_place(text: str) -> None:
    _place_code(text)


def _place_code(text: str) -> str:
    if not text or _REGION.fullmatch(text):
        return text
    for code, label in terms_of("township").items():
        if text in {label.zh, label.en}:
            return code
    raise InputError("person.township")


def _terms(name: str) -> Any:
    locale = current_locale()
    return choices_of((code, label.in_locale(locale)) for code, label in terms_of(name).items())


def _teams(session: Session, scope: Scope) -> dict[str, str]:
    return {team.code: team.name for team in session.scalars(companies.teams(scope))}


def _person(scope: Scope, employment_id: int) -> Row[Any]:
    view = person_list.view(db.session(), scope, employment_id, clock.today(), with_pay=False)
    return view.person


def _place(form: FlaskForm, error: DomainError) -> None:
    place_fault(form, error, _PLACES.get(error.code))


@ROUTES.form("/people/new", permission=Permission.EMPLOYEE_IMPORT)
def new_person(scope: Scope) -> ResponseReturnValue:
    """Enter somebody who begins to work here, and go on to what was agreed about pay."""
    company_id = company_of(scope)
    usual = {
        "employment_type": "full_time",
        "hours_system": "standard",
        "rest_weekdays": ["6", "7"],
    }
    form = NewPersonForm(_teams(db.session(), scope), data=usual)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                employment_id = service.enter_person(session, actor(), company_id, _fact(form))
        except DomainError as error:
            _place(form, error)
        else:
            flash(gettext("已登记 %(name)s。", name=form.name.data), "success")
            onward = "settings.profile" if may(Permission.SETTINGS_CHANGE) else "staff.person"
            return redirect(url_for(onward, employment_id=employment_id))
    return answer_of(
        render_template("settings/person.html", form=form, person=None, places=_places()), form
    )


def _fact(form: NewPersonForm) -> EmployeeFact:
    return EmployeeFact(
        employee_no=form.employee_no.data or "",
        identity=parse_id_number(form.id_number.data or ""),
        name=form.name.data or "",
        person=form.person(),
        employment=form.employment(),
        key_groups=form.groups(),
        team=form.team.data or None,
    )


def _places() -> list[str]:
    return [label.in_locale(current_locale()) for label in terms_of("township").values()]


@ROUTES.form("/people/<int:employment_id>/change", permission=Permission.EMPLOYEE_IMPORT)
def change_person(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Correct what is known of somebody and the job; the numbers that are masked stay where none is typed."""
    session = db.session()
    view = person_list.view(session, scope, employment_id, clock.today(), with_pay=False)
    person = view.person
    groups = session.execute(people.key_groups(scope)).all()
    known = terms_of("township").get(person.township)
    form = FactsForm(
        {} if view.memberships else _teams(session, scope),
        data={
            **{name: getattr(person, name) for name in (*_PERSON, *_EMPLOYMENT)},
            **dict.fromkeys(_KEPT_IF_BLANK, ""),
            "township": known.in_locale(current_locale()) if known else person.township,
            "rest_weekdays": list(person.rest_weekdays),
            "key_groups": [row.key_group for row in groups if row.person_id == person.person_id],
        },
    )
    if view.memberships:
        del form.team
    note_read("employment.read", "employment", employment_id, company_id=person.company_id)
    if form.validate_on_submit() and _correct(scope, employment_id, form):
        flash(gettext("已保存"), "success")
        return redirect(url_for("staff.person", employment_id=employment_id))
    return answer_of(
        render_template("settings/person.html", form=form, person=person, places=_places()), form
    )


def _correct(scope: Scope, employment_id: int, form: FactsForm) -> bool:
    blank = {name for name in _KEPT_IF_BLANK if not form[name].data}
    person = {name: value for name, value in form.person().items() if name not in blank}
    job = {name: value for name, value in form.employment().items() if name not in blank}
    team = form.team.data or None if "team" in form else None
    try:
        with unit_of_work() as session:
            service.correct_person(
                session,
                actor(),
                scope,
                employment_id,
                person=person,
                employment=job,
                key_groups=form.groups(),
                team=team,
            )
    except DomainError as error:
        _place(form, error)
        return False
    return True


@ROUTES.form("/people/<int:employment_id>/last-day", permission=Permission.EMPLOYEE_IMPORT)
def last_day(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """State on which day somebody works here for the last time, or that he stays."""
    person = _person(scope, employment_id)
    form = LastDayForm(data={"separated_on": person.separated_on})
    if form.validate_on_submit():
        on: dt.date | None = form.separated_on.data
        if on is None and person.separated_on is None:
            form.separated_on.errors = [gettext("请填写最后工作日")]
        elif _leave(scope, employment_id, form, on):
            done = gettext("已登记离职日期") if on else gettext("已撤销离职")
            flash(done, "success")
            return redirect(url_for("staff.person", employment_id=employment_id))
    return answer_of(render_template("settings/last_day.html", form=form, person=person), form)


def _leave(scope: Scope, employment_id: int, form: LastDayForm, on: dt.date | None) -> bool:
    reason = form.reason.data or ""
    try:
        with unit_of_work() as session:
            service.set_last_day(
                session, actor(), scope, employment_id, separated_on=on, reason=reason
            )
    except DomainError as error:
        place_fault(form, error, "separated_on")
        return False
    return True


@ROUTES.form("/people/<int:employment_id>/identity-card", permission=Permission.IDENTITY_UNMASK)
def identity_card(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Correct a mistyped name or ID number."""
    person = _person(scope, employment_id)
    form = IdentityForm(data={"name": person.name})
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.correct_identity(
                    session,
                    actor(),
                    scope,
                    employment_id,
                    name=form.name.data or "",
                    id_number=form.id_number.data or person.id_number,
                    reason=form.reason.data or "",
                )
        except DomainError as error:
            _place(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("staff.person", employment_id=employment_id))
    return answer_of(render_template("settings/identity_card.html", form=form, person=person), form)
