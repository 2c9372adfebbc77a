"""The pages of the policy laboratory: try a value, keep what came out, compare two studies.

What is tried stands in the address, so that it can be sent to others. Whoever reads statistics of the
base protected gets protected studies, of fixed values; everybody else those of the own reach in full.
"""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for
from wtforms import Field, Form, SelectField, StringField

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import made_name
from workforce.platform.formatting import moment
from workforce.platform.forms import choices_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import SliceRoutes, actor, key_of, may
from workforce.policy_lab import service
from workforce.policy_lab.face import Face, face_of, face_of_two, month_unit, moved
from workforce.policy_lab.files import ENDINGS, write

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope
    from workforce.policy_lab.levers import Lever
    from workforce.policy_lab.service import SavedStudy
    from workforce.policy_lab.trying import Lab, Study

ROUTES = SliceRoutes("policy_lab", __name__)

_TITLE: Final = Text("政策试算", "Policy study")


class TryForm(Form):
    """What is tried: of which month, what, and at which value."""

    period = SelectField(_("基准月份"), validate_choice=False)
    what = SelectField(_("改什么"), validate_choice=False)
    value: Field = StringField(_("新取值"))


class LadderForm(TryForm):
    """The same where only fixed values may be tried."""

    value = SelectField(_("新取值"), validate_choice=False)


class NameForm(Form):
    """Under which name a study is kept."""

    name = StringField(_("名称"))


def _is_protected() -> bool:
    return not may(Permission.STATISTICS_READ)


@ROUTES.page("/policy-lab", permission=Permission.STUDY_MAKE)
def overview(scope: Scope) -> ResponseReturnValue:
    """List the saved studies, with the ways to a new one and to compare two."""
    found = service.saved_studies(db.session(), scope, is_protected=_is_protected())
    return render_template(
        "policy_lab/overview.html",
        studies=found,
        moved=moved,
        cost_unit=month_unit(is_rounded=_is_protected()),
    )


@ROUTES.page("/policy-lab/try", permission=Permission.STUDY_MAKE)
def attempt(scope: Scope) -> ResponseReturnValue:
    """Choose a month (``?period=``), a lever (``?what=``) and a value (``?value=``), and see what it moves."""
    page, status = _attempt(scope, request.args, NameForm())
    return page, status


@ROUTES.action("/policy-lab/save", permission=Permission.STUDY_MAKE)
def save(scope: Scope) -> ResponseReturnValue:
    """Keep what was tried under a name: computed once more, as the address says."""
    lab, study = _study(scope, request.form)
    form = NameForm(request.form)
    who = actor()
    try:
        with unit_of_work() as session:
            study_id = service.save_study(session, lab, study, who, form.name.data or "").id
    except InputError as error:
        place_fault(form, error)
        return _attempt(scope, request.form, form)
    flash(gettext("已保存"), "success")
    return redirect(url_for("policy_lab.study", study_id=study_id))


@ROUTES.page("/policy-lab/compare", permission=Permission.STUDY_MAKE)
def compare(scope: Scope) -> ResponseReturnValue:
    """Show two saved studies (``?a=``, ``?b=``) side by side."""
    wanted = [request.args.get(name, "") for name in ("a", "b")]
    if not all(wanted):
        raise InputError("study.compare_two")
    session, is_protected = db.session(), _is_protected()
    first, second = (
        service.saved_study(session, scope, key_of(one), is_protected=is_protected)
        for one in wanted
    )
    face = face_of_two(
        (Text(first.name, first.name), Text(second.name, second.name)),
        (first.period, second.period),
        ((first.lever, first.tried), (second.lever, second.tried)),
        (first.result, second.result),
    )
    return render_template("policy_lab/compare.html", face=face, studies=(first, second))


@ROUTES.page("/policy-lab/<int:study_id>", permission=Permission.STUDY_MAKE)
def study(scope: Scope, study_id: int) -> ResponseReturnValue:
    """Show a saved study as it was."""
    found = service.saved_study(db.session(), scope, study_id, is_protected=_is_protected())
    return render_template("policy_lab/study.html", saved=found, face=_face(found), endings=ENDINGS)


@ROUTES.page("/policy-lab/<int:study_id>.<ending>", permission=Permission.STUDY_MAKE)
def study_file(scope: Scope, study_id: int, ending: str) -> ResponseReturnValue:
    """Send a saved study as a file: the figures of the page."""
    found = service.saved_study(db.session(), scope, study_id, is_protected=_is_protected())
    locale = current_locale()
    content = write(_face(found), ending, locale)
    name = made_name(_TITLE.in_locale(locale), found.name, ending=ending)
    return send_file(BytesIO(content), as_attachment=True, download_name=name)


def _attempt(scope: Scope, asked: Any, name_form: NameForm) -> tuple[str, HTTPStatus]:
    """Show the form and, where a value is asked for, what it moves."""
    session, is_protected = db.session(), _is_protected()
    months = service.months(session, scope, is_protected=is_protected)
    if not months:
        page = render_template("policy_lab/try.html", form=None, is_protected=is_protected)
        return page, HTTPStatus.OK
    period = PayPeriod.parse_month(asked["period"]) if asked.get("period") else months[0]
    lab = service.open_lab(session, scope, period, is_protected=is_protected)
    if not lab.levers:
        return render_template("policy_lab/try.html", form=None, lab=lab), HTTPStatus.OK
    lever = lab.lever(asked["what"]) if asked.get("what") else lab.levers[0]
    form = _form(lab, months, lever, asked)
    found = None
    if asked.get("value"):
        try:
            found = lab.attempt(lever, lever.parse(asked["value"]))
        except DomainError as error:
            place_fault(form, error, "value")
    is_wrong = form.value.errors or name_form.name.errors
    page = render_template(
        "policy_lab/try.html",
        form=form,
        name_form=name_form,
        lab=lab,
        lever=lever,
        study=found,
        face=None if found is None else _face_of_new(found),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def _form(lab: Lab, months: list[PayPeriod], lever: Lever, asked: Any) -> TryForm:
    form = (LadderForm if lab.is_protected else TryForm)()
    locale = current_locale()
    form.period.choices = choices_of((str(month), str(month)) for month in months)
    form.period.data = str(lab.period)
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in lab.levers:
        groups.setdefault(one.subject.in_locale(locale), []).append(
            (one.code, one.label.in_locale(locale))
        )
    form.what.choices = groups
    form.what.data = lever.code
    if isinstance(form, LadderForm):
        form.value.choices = choices_of(
            [
                ("", gettext("请选择")),
                *((lever.typed(one), lever.shown(one)) for one in lever.ladder()),
            ]
        )
    form.value.data = asked.get("value", "")
    return form


def _study(scope: Scope, asked: Any) -> tuple[Lab, Study]:
    """Compute what a form asks for.

    Raises:
        InputError: it asks for what cannot be tried.
    """
    period = PayPeriod.parse_month(asked.get("period", ""))
    lab = service.open_lab(db.session(), scope, period, is_protected=_is_protected())
    lever = lab.lever(asked.get("what", ""))
    return lab, lab.attempt(lever, lever.parse(asked.get("value", "")))


def _face_of_new(found: Study) -> Face:
    return face_of(_TITLE, found.period, found.lever, found.tried, found.result, found.law_hash)


def _face(found: SavedStudy) -> Face:
    by, at = found.made_by_name, moment(found.made_at)
    return face_of(
        Text(found.name, found.name),
        found.period,
        found.lever,
        found.tried,
        found.result,
        found.law_hash,
        [(Text("保存", "Saved"), Text(f"{by}，{at}", f"{by}, {at}"))],
    )
