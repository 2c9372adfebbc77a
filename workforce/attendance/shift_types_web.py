"""The page of a company's rules of attendance: kinds of shift, who has which, requests and missing days."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from workforce.attendance import shift_rules as service
from workforce.attendance.models import ShiftAssignment, ShiftType
from workforce.attendance.requests import policy_of
from workforce.companies import queries as companies
from workforce.core.errors import ClosedError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import place_fault, stripped
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import SliceRoutes, actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("shift_types", __name__)

_DAY_MINUTES: Final = 1440
_EVERYBODY: Final = 0


def _minutes(label: Any, **more: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[
            InputRequired(_("请填写分钟数，没有填 0")),
            NumberRange(0, _DAY_MINUTES, _("分钟数应在 0 到 1440 之间")),
        ],
        **more,
    )


class ShiftTypeForm(FlaskForm):  # type: ignore[misc]
    """A kind of shift from a day on."""

    code = StringField(
        _("代码"), filters=[stripped], validators=[DataRequired(_("请填写代码")), Length(max=40)]
    )
    name = StringField(
        _("名称"), filters=[stripped], validators=[DataRequired(_("请填写名称")), Length(max=40)]
    )
    starts = TimeField(_("上班"), validators=[InputRequired(_("请填写上班时间"))])
    ends = TimeField(_("下班"), validators=[InputRequired(_("请填写下班时间"))])
    break_minutes = _minutes(_("中间休息（分钟）"), default=60)
    late_grace_minutes = _minutes(_("迟到宽限（分钟）"), default=0)
    early_grace_minutes = _minutes(_("早退宽限（分钟）"), default=0)
    valid_from = DateField(_("从哪天起"), validators=[InputRequired(_("请选择日期"))])


class AssignmentForm(FlaskForm):  # type: ignore[misc]
    """Who has which kind of shift from a day on."""

    team = SelectField(_("班组"), coerce=int)
    code = SelectField(_("班次类型"))
    valid_from = DateField(_("从哪天起"), validators=[InputRequired(_("请选择日期"))])


class EndForm(FlaskForm):  # type: ignore[misc]
    """The first day without a kind of shift."""

    valid_to = DateField(_("从哪天起不用"), validators=[InputRequired(_("请选择日期"))])


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """Requests and missing days."""

    answer_days = IntegerField(_("申请应在几天内答复"), validators=[InputRequired(_("请填写天数"))])
    absence_after_days = IntegerField(
        _("没有登记的工作日，几天后标记为旷工"), validators=[Optional()]
    )


@ROUTES.page("/attendance/shift-types", permission=Permission.SETTINGS_CHANGE)
def listing(scope: Scope) -> ResponseReturnValue:
    """Show the rules with their forms."""
    return _page(scope)


@ROUTES.action("/attendance/shift-types", permission=Permission.SETTINGS_CHANGE)
def save(scope: Scope) -> ResponseReturnValue:
    """Add a kind of shift, or a new version of one."""
    form = ShiftTypeForm(prefix="type-")

    def act(session: Session) -> None:
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        service.set_shift_type(session, actor(), scope.company_id or 0, **values)

    return _done(scope, form, act, "type_form")


@ROUTES.action(
    "/attendance/shift-types/<int:shift_type_id>/end", permission=Permission.SETTINGS_CHANGE
)
def end(scope: Scope, shift_type_id: int) -> ResponseReturnValue:
    """Let a kind of shift end."""
    form = EndForm(prefix=f"end-{shift_type_id}-")

    def act(session: Session) -> None:
        service.end_shift_type(
            session, actor(), scope.company_id or 0, shift_type_id, form.data["valid_to"]
        )

    kind = db.session().get(ShiftType, shift_type_id)
    if kind is None or kind.company_id != scope.company_id:
        raise NotFoundError("web.not_found")
    return _done(scope, form, act, "end_form", ending=shift_type_id)


@ROUTES.action("/attendance/shift-types/assign", permission=Permission.SETTINGS_CHANGE)
def assign(scope: Scope) -> ResponseReturnValue:
    """Give a kind of shift to a team or to everybody."""
    form = _assignment_form(scope)

    def act(session: Session) -> None:
        service.assign_shift_type(
            session,
            actor(),
            scope.company_id or 0,
            code=form.data["code"],
            valid_from=form.data["valid_from"],
            team_id=form.data["team"] or None,
        )

    return _done(scope, form, act, "assignment_form")


@ROUTES.action("/attendance/shift-types/policy", permission=Permission.SETTINGS_CHANGE)
def policy(scope: Scope) -> ResponseReturnValue:
    """Say how requests and missing days are dealt with."""
    form = PolicyForm(prefix="policy-")

    def act(session: Session) -> None:
        service.set_attendance_policy(
            session,
            actor(),
            scope.company_id or 0,
            answer_days=form.data["answer_days"],
            absence_after_days=form.data["absence_after_days"],
        )

    return _done(scope, form, act, "policy_form")


def _done(
    scope: Scope, form: FlaskForm, act: Callable[[Session], None], name: str, **also: Any
) -> ResponseReturnValue:
    if form.validate():
        try:
            with unit_of_work() as session:
                act(session)
        except (InputError, ClosedError) as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("shift_types.listing"))
    return _page(scope, **{name: form}, **also), HTTPStatus.UNPROCESSABLE_ENTITY


def _assignment_form(scope: Scope) -> AssignmentForm:
    session, form = db.session(), AssignmentForm(prefix="assign-")
    teams = session.scalars(companies.teams(scope)).all()
    form.team.choices = [
        (_EVERYBODY, gettext("全企业（没有另外指定的班组）")),
        *((team.id, team.name) for team in teams),
    ]
    form.code.choices = [
        (row.code, f"{row.name}（{row.code}）") for row in _types(session, scope) if _is_open(row)
    ]
    return form


def _types(session: Session, scope: Scope) -> list[ShiftType]:
    return list(
        session.scalars(
            select(ShiftType)
            .where(ShiftType.company_id == scope.company_id)
            .order_by(ShiftType.code, ShiftType.valid_from)
        )
    )


def _is_open(row: ShiftType) -> bool:
    return row.valid_to is None or row.valid_to > clock.today()


def _page(
    scope: Scope,
    type_form: ShiftTypeForm | None = None,
    assignment_form: AssignmentForm | None = None,
    policy_form: PolicyForm | None = None,
    end_form: EndForm | None = None,
    ending: int = 0,
) -> str:
    session, today = db.session(), clock.today()
    stored = policy_of(session, scope.company_id or 0)
    if policy_form is None:
        policy_form = PolicyForm(
            prefix="policy-",
            formdata=None,
            data={
                "answer_days": stored.answer_days,
                "absence_after_days": stored.absence_after_days,
            },
        )
    if assignment_form is None:
        assignment_form = _assignment_form(scope)
        assignment_form.valid_from.data = today
    if type_form is None:
        type_form = ShiftTypeForm(prefix="type-", formdata=None, data={"valid_from": today})
    given = session.scalars(
        select(ShiftAssignment)
        .where(
            ShiftAssignment.company_id == scope.company_id,
            ShiftAssignment.employment_id.is_(None),
            ShiftAssignment.valid_to.is_(None) | (ShiftAssignment.valid_to > today),
        )
        .order_by(ShiftAssignment.team_id.nulls_first(), ShiftAssignment.valid_from)
    ).all()
    types = _types(session, scope)
    return render_template(
        "attendance/shift_types.html",
        open_types=[row for row in types if _is_open(row)],
        past_types=[row for row in types if not _is_open(row)],
        given=given,
        team_names={team.id: team.name for team in session.scalars(companies.teams(scope))},
        type_names={row.code: row.name for row in types},
        type_form=type_form,
        assignment_form=assignment_form,
        policy_form=policy_form,
        end_form=end_form,
        end_forms={
            row.id: end_form
            if end_form is not None and row.id == ending
            else EndForm(prefix=f"end-{row.id}-", formdata=None)
            for row in types
            if _is_open(row)
        },
        today=today,
    )
