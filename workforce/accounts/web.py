"""Signing in and out, the own password, and the second factor."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from workforce.accounts import own, second_factor, service
from workforce.accounts import sign_in as signing
from workforce.accounts.forms import CodeForm, EnrolForm, PasswordForm, SignInForm
from workforce.accounts.models import Account
from workforce.accounts.passwords import hash_password
from workforce.accounts.session import (
    begin_session,
    client,
    end_session,
    needs_second_factor,
    signed_in,
)
from workforce.config import DEMO_MARK
from workforce.core.errors import InputError
from workforce.core.permissions import Permission, Role
from workforce.platform import clock, crypto
from workforce.platform.db import db, unit_of_work
from workforce.platform.formatting import moment
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext as _
from workforce.platform.installation import installation
from workforce.platform.web import SliceRoutes, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.accounts.sign_in import Begun
    from workforce.config import Settings
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("accounts", __name__)

_PENDING: Final = "half_signed_in"
_PENDING_SECONDS: Final = 300
"""How long the code may take after the password."""
_ENROLLING: Final = "enrolling"


@ROUTES.public("/sign-in", "GET", "POST")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; the right password leads to the code, or begins a session."""
    form = SignInForm(next=request.args.get("next"))
    onward = _onward(form)
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(onward)
        return _sign_in_page(form, HTTPStatus.OK)
    if signing.is_braked(db.session(), client()):
        form.form_errors.append(_("这台设备或网络的失败登录太多，请十五分钟后再试。"))
        return _sign_in_page(form, HTTPStatus.TOO_MANY_REQUESTS)
    if form.validate_on_submit():
        answer = _after_password(form.login_name.data or "", form.password.data or "", onward)
        if answer is not None:
            return answer
        # One sentence for a wrong name, a wrong password and a lock: none tells which names exist.
        form.form_errors.append(
            _("登录名或口令不正确。连续输错五次，账号会锁定十五分钟，锁定期间口令正确也不能登录。")
        )
    return _sign_in_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _sign_in_page(form: SignInForm, status: HTTPStatus) -> ResponseReturnValue:
    page = render_template("accounts/sign_in.html", form=form, demo=_demo(installation()))
    return page, status


def _demo(settings: Settings) -> dict[str, Any] | None:
    """Return the password and the accounts (login name → role) of a demo, which wrote them down."""
    if not settings.is_demo:
        return None
    noted: dict[str, Any] = json.loads((settings.instance / DEMO_MARK).read_text("utf-8"))
    return noted


def _onward(form: Any) -> str:
    return safe_next(form.next.data) or url_for("home.show_home")


def _after_password(login_name: str, password: str, onward: str) -> ResponseReturnValue | None:
    matched = signing.matching_hash(db.session(), login_name, password)
    with unit_of_work() as working:
        account = signing.admit(working, login_name, password, client(), matched=matched)
        if account is None:
            return None
        if second_factor.has_second_factor(working, account.id):
            session.clear()
            # Signed by this server, and worth nothing without the code.
            session[_PENDING] = [account.id, int(clock.now().timestamp()), _stamp(account)]
            return redirect(url_for("accounts.confirm", next=onward))
        begun = signing.begin(working, account, client())
        begin_session(account, begun.token)
    _tell_failures(begun)
    return redirect(onward)


def _stamp(account: Account) -> str:
    """Return what ties a half sign-in to the password that it was made with."""
    return crypto.signature(f"half signed in {account.id} {account.password_hash}".encode())


def _tell_failures(begun: Begun) -> None:
    if not begun.failed_before:
        return
    last = moment(begun.last_signed_in_at) if begun.last_signed_in_at else _("从未")
    flash(
        _(
            "上次登录（%(last)s）以来，有 %(count)s 次失败的登录尝试。如果不是您本人，请修改口令。",
            last=last,
            count=begun.failed_before,
        ),
        "warning",
    )


@ROUTES.public("/sign-in/code", "GET", "POST")
def confirm() -> ResponseReturnValue:
    """Ask for the code that follows a right password, and begin the session."""
    pending = _pending()
    form = CodeForm(next=request.args.get("next"))
    if pending is None:
        session.pop(_PENDING, None)
        return redirect(url_for("accounts.sign_in", next=form.next.data or None))
    if request.method != "POST":
        return render_template("accounts/code.html", form=form)
    if signing.is_braked(db.session(), client()):
        form.form_errors.append(_("这台设备或网络的失败登录太多，请十五分钟后再试。"))
        return render_template("accounts/code.html", form=form), HTTPStatus.TOO_MANY_REQUESTS
    if form.validate_on_submit():
        if _after_code(pending, form.code.data or ""):
            return redirect(_onward(form))
        form.code.errors = [
            _("验证码不正确、已用过或账号已锁定。请等应用显示下一个验证码再试。"),
        ]
    return render_template("accounts/code.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY


def _pending() -> tuple[int, str] | None:
    """Return the account and stamp of a half sign-in that is still fresh."""
    match session.get(_PENDING):
        case [int(account_id), int(at), str(stamp)]:
            if 0 <= clock.now().timestamp() - at <= _PENDING_SECONDS:
                return account_id, stamp
    return None


def _after_code(pending: tuple[int, str], code: str) -> bool:
    account_id, stamp = pending
    with unit_of_work() as working:
        account = working.get(Account, account_id, with_for_update=True)
        if account is None or not account.is_active or _stamp(account) != stamp:
            return False
        is_right = not signing.is_locked(account) and second_factor.is_right_code(
            working, account, code
        )
        if not is_right:
            signing.note_failure(working, account, client())
            return False
        begun = signing.begin(working, account, client())
        begin_session(account, begun.token)
        left = second_factor.recovery_codes_left(working, account_id)
    _tell_failures(begun)
    if left <= _FEW_CODES:
        flash(
            _("只剩 %(left)s 个恢复码。请在“我的账号”里重新绑定，得到新的恢复码。", left=left),
            "warning",
        )
    return True


_FEW_CODES: Final = 3


@ROUTES.action("/sign-out", permission=Permission.HOME_READ)
def sign_out(scope: Scope) -> ResponseReturnValue:
    """End the session, on the server too."""
    del scope
    end_session()
    return redirect(url_for("accounts.sign_in"))


@ROUTES.form("/me/password", permission=Permission.HOME_READ)
def change_password(scope: Scope) -> ResponseReturnValue:
    """Change the own password; after a one-time one this comes before everything else."""
    del scope
    form = PasswordForm()
    if form.validate_on_submit() and _change_password(form):
        flash(_("口令已修改，其他地方的登录都已退出。"), "success")
        onward = "home.show_home" if signed_in().must_change_password else "account_pages.me"
        return redirect(url_for(onward))
    page = render_template(
        "accounts/password.html", form=form, is_forced=signed_in().must_change_password
    )
    return answer_of(page, form)


def _change_password(form: PasswordForm) -> bool:
    visitor = signed_in()
    if not own.type_again(form.present):
        return False
    new = form.password.data or ""
    hashed = hash_password(new)
    try:
        with unit_of_work() as working:
            account = working.get_one(Account, visitor.account_id, with_for_update=True)
            service.change_own_password(working, account, new, hashed, keep=visitor.token)
    except InputError as error:
        place_fault(form, error, "password")
        return False
    return True


@ROUTES.form("/me/second-factor", permission=Permission.HOME_READ)
def enrol(scope: Scope) -> ResponseReturnValue:
    """Bind an authenticator app, or another one; the first code proves that it took the secret."""
    del scope
    visitor = signed_in()
    form = EnrolForm()
    secret = _secret_in_hand()
    if form.validate_on_submit() and own.type_again(form.password):
        codes = _enrol(form, secret)
        if codes:
            session.pop(_ENROLLING, None)
            return render_template("accounts/recovery_codes.html", codes=codes)
    page = render_template(
        "accounts/enrol.html",
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr_code=second_factor.qr_code(secret, visitor.login_name),
        is_forced=visitor.detour() is not None,
        is_replacing=visitor.has_second_factor,
        is_required=needs_second_factor(Role(visitor.role)),
    )
    return answer_of(page, form)


def _secret_in_hand() -> str:
    """Return the secret that this visitor is about to bind: the same one when the page is reloaded.

    It waits, encrypted, in the cookie: showing a page writes nothing.
    """
    token = session.get(_ENROLLING)
    if isinstance(token, str):
        try:
            return crypto.decrypt(token)
        except (crypto.DecryptionError, ValueError):
            session.pop(_ENROLLING)
    secret = second_factor.new_secret()
    session[_ENROLLING] = crypto.encrypt(secret)
    return secret


def _enrol(form: EnrolForm, secret: str) -> list[str]:
    visitor = signed_in()
    try:
        with unit_of_work() as working:
            account = working.get_one(Account, visitor.account_id, with_for_update=True)
            return service.enrol(working, account, secret, form.code.data or "", keep=visitor.token)
    except InputError as error:
        place_fault(form, error, "code")
        return []
