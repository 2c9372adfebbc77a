"""Files that leave the house, on the web: what there is for a month, whether it ties, and the download.

A page shows the control totals before anything is handed out; what does not tie cannot be downloaded.
Making a file is noted in the audit with its totals and the digest of its bytes.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.documents.files import service
from workforce.documents.files.accounts import (
    Account,
    AccountKey,
    Books,
    PayingAccount,
    books_of,
    paying_account,
    set_books,
    set_paying_account,
)
from workforce.documents.files.form import Group, Subject
from workforce.documents.files.forms import forms
from workforce.documents.files.template import LARGEST_TEMPLATE_BYTES
from workforce.documents.service import REGISTER_ENDINGS
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.platform.db import db
from workforce.platform.forms import PercentField, answer_of, place_fault, stripped
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import SliceRoutes, actor, may, note_read, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.documents.files.form import FileForm
    from workforce.documents.files.service import Prepared
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("files", __name__)

_PRODUCE: Final = Permission.DOCUMENT_PRODUCE
_SETTINGS: Final = Permission.SETTINGS_CHANGE
_MOST_SHOWN: Final = 50
_MOST_BATCHES: Final = 500
_NAME, _SHORT = 120, 40


class TemplateForm(FlaskForm):  # type: ignore[misc]
    """A company's own layout, as a file."""

    file = FileField(_("空白模板文件"))


class AccountForm(FlaskForm):  # type: ignore[misc]
    """The account that wages are paid from."""

    account_name = StringField(
        _("付款户名"),
        filters=[stripped],
        validators=[DataRequired(_("请填写付款户名")), Length(max=_NAME)],
    )
    account_no = StringField(
        _("付款账号"),
        filters=[stripped],
        validators=[
            DataRequired(_("请填写付款账号")),
            Regexp(r"[0-9]{6,40}$", message=_("账号只含数字，6 至 40 位")),
        ],
    )
    bank_name = StringField(
        _("开户行"),
        filters=[stripped],
        validators=[DataRequired(_("请填写开户行")), Length(max=_NAME)],
    )
    province = StringField(_("开户行所在省"), filters=[stripped], validators=[Length(max=_SHORT)])
    city = StringField(_("开户行所在市"), filters=[stripped], validators=[Length(max=_SHORT)])
    phone = StringField(_("财务联系电话"), filters=[stripped], validators=[Length(max=_SHORT)])


class BooksForm(FlaskForm):  # type: ignore[misc]
    """How the books split labour cost; the accounts are fields of their own, two for each key."""

    administration_rate = PercentField(_("计入管理费用的比例"))


@ROUTES.page("/payroll/month/<period>/files", permission=_PRODUCE)
def month(scope: Scope, period: str) -> ResponseReturnValue:
    """List the files of a month: to whom they go, and what they are made of."""
    session, company = db.session(), _company(scope)
    whole = PayPeriod.parse(period).whole
    runs = session.scalars(payroll.decided_runs(scope, whole)).all()
    return render_template(
        "documents/files.html",
        period=whole,
        company=company,
        runs=runs,
        batches=_batches(scope, whole, [run.id for run in runs]),
        groups=_groups(Subject.MONTH),
        own=service.templated_forms(session, company.id),
        endings=REGISTER_ENDINGS,
    )


@ROUTES.form("/payroll/month/<period>/files/<form_code>", permission=_PRODUCE)
def month_file(scope: Scope, period: str, form_code: str) -> ResponseReturnValue:
    """Show one file of a month: its totals and what to know of it; takes the company's own layout."""
    form = service.form_named(form_code)
    whole = PayPeriod.parse(period).whole
    here = url_for("files.month_file", period=str(whole), form_code=form_code)
    return _answer(
        form,
        _company(scope),
        lambda: service.prepare_month(db.session(), _company(scope).id, form, whole),
        here=here,
        download=url_for("files.month_download", period=str(whole), form_code=form_code),
        back=url_for("files.month", period=str(whole)),
    )


@ROUTES.page("/payroll/month/<period>/files/<form_code>/download", permission=_PRODUCE)
def month_download(scope: Scope, period: str, form_code: str) -> ResponseReturnValue:
    """Make one file of a month and send it."""
    form, whole = service.form_named(form_code), PayPeriod.parse(period).whole
    return _send(service.prepare_month(db.session(), _company(scope).id, form, whole))


@ROUTES.page("/payroll/payments/<int:payment_batch_id>/files", permission=_PRODUCE)
def batch(scope: Scope, payment_batch_id: int) -> ResponseReturnValue:
    """List the files of a payment batch: bank files and vouchers of payment."""
    session, company = db.session(), _company(scope)
    return render_template(
        "documents/files_batch.html",
        batch=payroll.found(session, payments.batch(scope, payment_batch_id)),
        company=company,
        groups=_groups(Subject.BATCH),
        own=service.templated_forms(session, company.id),
    )


@ROUTES.form("/payroll/payments/<int:payment_batch_id>/files/<form_code>", permission=_PRODUCE)
def batch_file(scope: Scope, payment_batch_id: int, form_code: str) -> ResponseReturnValue:
    """Show one file of a payment batch: its totals and what to know of it."""
    form, session = service.form_named(form_code), db.session()
    found = payroll.found(session, payments.batch(scope, payment_batch_id))
    return _answer(
        form,
        _company(scope),
        lambda: service.prepare_batch(db.session(), scope, form, payment_batch_id),
        here=url_for("files.batch_file", payment_batch_id=found.id, form_code=form_code),
        download=url_for("files.batch_download", payment_batch_id=found.id, form_code=form_code),
        back=url_for("files.batch", payment_batch_id=found.id),
    )


@ROUTES.page(
    "/payroll/payments/<int:payment_batch_id>/files/<form_code>/download", permission=_PRODUCE
)
def batch_download(scope: Scope, payment_batch_id: int, form_code: str) -> ResponseReturnValue:
    """Make one file of a payment batch and send it."""
    form = service.form_named(form_code)
    return _send(service.prepare_batch(db.session(), scope, form, payment_batch_id))


@ROUTES.action("/payroll/files/<form_code>/template/remove", permission=_PRODUCE)
def remove_template(scope: Scope, form_code: str) -> ResponseReturnValue:
    """Go back to the usual layout of a file."""
    form = service.form_named(form_code)
    service.remove_template(_company(scope).id, form, actor())
    flash(gettext("已改回系统自带的版式"), "success")
    onward = safe_next(request.form.get("back")) or url_for("payroll.this_month")
    return redirect(onward)


@ROUTES.form("/payroll/files/account", permission=_SETTINGS)
def account(scope: Scope) -> ResponseReturnValue:
    """Show and set the account that the company pays from."""
    company, session = _company(scope), db.session()
    form = AccountForm(obj=paying_account(session, company.id))
    if form.validate_on_submit():
        names = ("account_name", "account_no", "bank_name", "province", "city", "phone")
        given = PayingAccount(**{name: form[name].data or "" for name in names})
        set_paying_account(company.id, given, actor())
        flash(gettext("付款账户已保存"), "success")
        return redirect(url_for("files.account"))
    note_read("company_account.read", "company", company.id, company_id=company.id)
    page = render_template("documents/files_account.html", form=form, company=company)
    return answer_of(page, form)


@ROUTES.form("/payroll/files/books", permission=_SETTINGS)
def books(scope: Scope) -> ResponseReturnValue:
    """Show and set how the company's books name what vouchers say."""
    company = _company(scope)
    known = books_of(db.session(), company.id)
    form = BooksForm(administration_rate=known.administration_rate)
    given = {
        key: Account(
            request.form.get(f"{key}_code", known.accounts[key].code).strip(),
            request.form.get(f"{key}_name", known.accounts[key].name).strip(),
        )
        for key in AccountKey
    }
    if form.validate_on_submit():
        try:
            _check_accounts(given)
        except InputError as error:
            place_fault(form, error)
        else:
            rate = form.administration_rate.data or 0
            set_books(company.id, Books(accounts=given, administration_rate=rate), actor())
            flash(gettext("记账科目已保存"), "success")
            return redirect(url_for("files.books"))
    page = render_template("documents/files_books.html", form=form, company=company, given=given)
    return answer_of(page, form)


def _check_accounts(given: dict[AccountKey, Account]) -> None:
    """Ask for a code and a name of every account, as long as the books can keep them.

    Raises:
        InputError: names the account.
    """
    for key, one in given.items():
        if not one.code or not one.name or len(one.code) > _SHORT or len(one.name) > _NAME:
            raise InputError("file.account_incomplete", label=key.label)


def _company(scope: Scope) -> Any:
    """Return the company whose files these are.

    Raises:
        NotFoundError: the account reaches no single company.
    """
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return payroll.found(db.session(), companies.companies(scope))


def _groups(subject: Subject) -> list[tuple[Group, list[FileForm]]]:
    """Return the forms of a subject by group, in the order of the groups."""
    known = sorted(forms().values(), key=lambda form: form.position)
    chosen = [form for form in known if form.subject is subject]
    found = [(group, [form for form in chosen if form.group is group]) for group in Group]
    return [(group, members) for group, members in found if members]


def _batches(scope: Scope, month: PayPeriod, run_ids: list[int]) -> list[Any]:
    """Return the batches that pay a month's runs, and those of arrears of the time, the newest first."""
    last = month.next().last_on
    newest = db.session().scalars(payments.batches(scope).limit(_MOST_BATCHES)).all()
    return [
        batch
        for batch in newest
        if batch.state != "cancelled"
        and (
            batch.run_id in run_ids
            or (batch.run_id is None and month.first_on <= batch.pay_on <= last)
        )
    ]


def _answer(
    form: FileForm, company: Any, prepare: Any, *, here: str, download: str, back: str
) -> ResponseReturnValue:
    """Show a file, or take the company's own layout of it."""
    upload = TemplateForm()
    if upload.validate_on_submit():
        try:
            _take(form, company, upload)
        except DomainError as error:
            place_fault(upload, error, "file")
        else:
            flash(gettext("已改用您上传的模板，请核对下面的列"), "success")
            return redirect(here)
    prepared: Prepared = prepare()
    page = render_template(
        "documents/file.html",
        form=form,
        upload=upload,
        prepared=prepared,
        company=company,
        download=download,
        back=back,
        grouped=service.grouped,
        made=service.made_before(db.session(), prepared),
        most=_MOST_SHOWN,
        limit=LARGEST_TEMPLATE_BYTES // 1024 // 1024,
        can_set=may(_SETTINGS),
    )
    return answer_of(page, upload)


def _take(form: FileForm, company: Any, upload: TemplateForm) -> None:
    sent = upload.file.data
    if not sent or not sent.filename:
        raise InputError("upload.empty")
    content = sent.stream.read(LARGEST_TEMPLATE_BYTES + 1)
    service.upload_template(company.id, form, sent.filename, content, actor())


def _send(prepared: Prepared) -> ResponseReturnValue:
    document = service.make_file(prepared, actor())
    answer = send_file(
        BytesIO(document.content),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.name,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
