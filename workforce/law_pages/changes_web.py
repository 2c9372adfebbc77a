"""Changes of the law data on pages: one base administrator proposes, another approves."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.accounts import queries as accounts
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.law import wording
from workforce.core.law.parameter import Unit
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.law_pages import changes
from workforce.law_pages.effects import EFFECT, effects_of
from workforce.law_pages.routes import ROUTES, installed_folder, installed_law
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import DayField, Needed, choices_of, fault_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.jobs import enqueue
from workforce.platform.web import actor, principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from workforce.core.law import LawBook
    from workforce.platform.scope import Scope

_REASON_CHARACTERS: Final = 400
_VALUE_CHARACTERS: Final = 20
_LARGEST_FILE_BYTES: Final = 200_000
_REGIONS: Final = (wording.HOME_REGION, wording.HOME_REGION[:2], "national")


class ValueForm(FlaskForm):  # type: ignore[misc]
    """One new value of one parameter, with its source."""

    code = SelectField(_("哪个参数"))
    region = SelectField(_("适用地区"))
    value = StringField(
        _("新的取值"), validators=[DataRequired(_("请输入取值")), Length(max=_VALUE_CHARACTERS)]
    )
    valid_from = DayField(_("从哪天起生效"), validators=[Needed(_("请选择日期"))])
    is_correction = BooleanField(_("这是更正：替换同一天起的原取值"))
    title = StringField(_("文件名称与文号"), validators=[DataRequired(_("请写明依据的文件"))])
    article = StringField(_("条款"), validators=[DataRequired(_("请写明条款"))])
    link = StringField(_("官方网址"))
    no_link_reason = StringField(_("没有网址的原因"))
    evidence = SelectField(_("依据的等级"))
    is_estimate = BooleanField(_("这是估计值，还没有核实"))
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )

    def __init__(self, book: LawBook, **kwargs: Any) -> None:
        """Offer the single values; tables and calendars are proposed as files."""
        super().__init__(**kwargs)
        locale = current_locale()
        self.code.choices = choices_of(
            (parameter.code, f"{parameter.label.in_locale(locale)} ({parameter.code})")
            for parameter in book.parameters()
            if parameter.unit is not Unit.BRACKETS
        )
        self.region.choices = choices_of(
            (code, wording.region(code).in_locale(locale)) for code in _REGIONS
        )
        self.evidence.choices = choices_of(
            (code, f"{code} · {label.in_locale(locale)}")
            for code, label in terms_of("law_evidence").items()
        )

    def new_value(self, book: LawBook) -> changes.NewValue:
        """Return what was filled in."""
        return changes.NewValue(
            code=self.code.data,
            unit=book.parameter(self.code.data).unit,
            region=self.region.data,
            value=(self.value.data or "").strip(),
            valid_from=self.valid_from.data,
            is_correction=bool(self.is_correction.data),
            title=(self.title.data or "").strip(),
            article=(self.article.data or "").strip(),
            link=(self.link.data or "").strip(),
            no_link_reason=(self.no_link_reason.data or "").strip(),
            evidence=self.evidence.data,
            is_estimate=bool(self.is_estimate.data),
            checked_on=clock.today(),
        )


class FileForm(FlaskForm):  # type: ignore[misc]
    """A whole law file: a year's calendar, a tax table, several values."""

    file = FileField(_("法规文件（.toml）"))
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )


@ROUTES.page("/law/changes", permission=Permission.LAW_PROPOSE)
def changes_list(scope: Scope) -> ResponseReturnValue:
    """List what was proposed, and what came of it."""
    del scope
    session = db.session()
    return render_template(
        "law_pages/changes.html", proposals=changes.proposals(session), names=_names()
    )


@ROUTES.form("/law/changes/new", permission=Permission.LAW_PROPOSE)
def propose_value(scope: Scope) -> ResponseReturnValue:
    """Propose one value."""
    del scope
    book = installed_law().book
    code = request.args.get("code")
    form = ValueForm(book, data={"code": code, "region": wording.HOME_REGION})

    def propose() -> int:
        new = form.new_value(book)
        return _propose(new.file_name(), new.content(), form.reason.data or "")

    return _answer(form, propose, lambda: render_template("law_pages/propose.html", form=form))


@ROUTES.form("/law/changes/file", permission=Permission.LAW_PROPOSE)
def propose_file(scope: Scope) -> ResponseReturnValue:
    """Propose a law file."""
    del scope
    form = FileForm()

    def propose() -> int:
        upload = form.file.data
        if not upload:
            raise InputError("law.no_file")
        content = upload.read(_LARGEST_FILE_BYTES + 1)
        if len(content) > _LARGEST_FILE_BYTES:
            raise InputError("law.file_large", most=_LARGEST_FILE_BYTES // 1000)
        return _propose(upload.filename or "law.toml", content, form.reason.data or "")

    return _answer(form, propose, lambda: render_template("law_pages/propose_file.html", form=form))


def _propose(name: str, content: bytes, reason: str) -> int:
    with unit_of_work() as session:
        proposal = changes.propose(
            session,
            actor(),
            installed_folder(),
            name=name,
            content=content,
            reason=reason.strip(),
        )
        return proposal.id


def _answer(
    form: FlaskForm, propose: Callable[[], int], show: Callable[[], str]
) -> ResponseReturnValue:
    if request.method != "POST":
        return show()
    if form.validate():
        try:
            proposal_id = propose()
        except DomainError as error:
            place = f"{error.place}{gettext('：')}" if error.place else ""
            form.form_errors.append(place + fault_of(error))
        else:
            flash(gettext("已提议，等另一位管理员批准"), "success")
            return redirect(url_for("law_pages.change", proposal_id=proposal_id))
    return show(), HTTPStatus.UNPROCESSABLE_ENTITY


@ROUTES.page("/law/changes/<int:proposal_id>", permission=Permission.LAW_PROPOSE)
def change(scope: Scope, proposal_id: int) -> ResponseReturnValue:
    """Show a proposal: what it adds, what that would have moved, and who decides."""
    del scope
    proposal = changes.proposal_of(db.session(), proposal_id)
    changed, fault = None, None
    if proposal.state == changes.PROPOSED:
        try:
            changed = changes.changed_by(
                installed_folder(), proposal.file_name, proposal.content.encode()
            )
        except DomainError as error:
            fault = fault_of(error)
    return render_template(
        "law_pages/change.html",
        proposal=proposal,
        changed=changed,
        fault=fault,
        effects=effects_of(proposal),
        names=_names(),
        is_own=proposal.proposed_by_id == principal().account_id,
        wording=wording,
    )


@ROUTES.action("/law/changes/<int:proposal_id>/effect", permission=Permission.LAW_PROPOSE)
def compute_effect(scope: Scope, proposal_id: int) -> ResponseReturnValue:
    """Have the effect on every company's last decided month computed."""
    del scope
    with unit_of_work() as session:
        changes.proposal_of(session, proposal_id)
        job_id = enqueue(session, EFFECT, {"proposal_id": proposal_id}, actor())
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.action("/law/changes/<int:proposal_id>/approve", permission=Permission.LAW_APPROVE)
def approve_change(scope: Scope, proposal_id: int) -> ResponseReturnValue:
    """Approve somebody else's proposal: from now on it is law here."""
    del scope
    note = request.form.get("note", "").strip()[:_REASON_CHARACTERS]
    try:
        with unit_of_work() as session:
            changes.approve(session, actor(), installed_folder(), proposal_id, note)
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已批准：此后的计算按它执行，批次会记下用了哪一版法规"), "success")
    return redirect(url_for("law_pages.change", proposal_id=proposal_id))


@ROUTES.action("/law/changes/<int:proposal_id>/reject", permission=Permission.LAW_PROPOSE)
def reject_change(scope: Scope, proposal_id: int) -> ResponseReturnValue:
    """Reject a proposal with a reason, or withdraw one's own."""
    del scope
    note = request.form.get("note", "").strip()[:_REASON_CHARACTERS]
    try:
        with unit_of_work() as session:
            changes.reject(session, actor(), proposal_id, note)
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    return redirect(url_for("law_pages.change", proposal_id=proposal_id))


def _names() -> dict[int, str]:
    rows = db.session().execute(accounts.display_names())
    return {row.account_id: row.display_name for row in rows}
