"""Signing in for the first time, managing accounts and the own account, in a real browser."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.accounts.conftest import require_second_factor
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check_at_both_widths
from tests.factories import (
    PASSWORD,
    create_account,
    create_company,
    create_employment,
    create_person,
)
from workforce.core.permissions import Role

pytestmark = pytest.mark.browser

NEW = "three blind mice"


def sign_in(visitor: Visitor, login_name: str, password: str) -> None:
    visitor.open("/sign-in")
    visitor.page.fill("#login_name", login_name)
    visitor.page.fill("#password", password)
    visitor.page.press("#password", "Enter")


def forgive_refusals(visitor: Visitor) -> None:
    """Forget that the browser noted a 422, the answer to a form filled in wrong; nothing else."""
    assert all("422" in said for said in visitor.complaints)
    visitor.complaints.clear()


@pytest.mark.feature("ALL-7")
def test_the_first_sign_in(app: Flask, session: Session, visitors: Visitors) -> None:
    """One-time password, own password, authenticator, recovery codes; then the second sign-in."""
    require_second_factor(app)
    account = create_account(
        session, Role.FINANCE, create_company(session), must_change_password=True
    )
    session.commit()
    visitor = visitors.visit(width=PHONE_WIDTH)
    page = visitor.page
    sign_in(visitor, account.login_name, PASSWORD)

    page.wait_for_url("**/me/password")
    check_at_both_widths(visitor, "/me/password")
    visitor.open("/me/password")
    page.fill("#present", PASSWORD)
    page.fill("#password", "12345678")
    page.fill("#again", "12345678")
    page.click("main button[type=submit]")
    expect(page.locator("#errors")).to_contain_text("这个口令太常见")
    # The summary leads to the field, whose error is read with it.
    page.click("#errors a")
    expect(page.locator("#password")).to_be_focused()
    page.fill("#present", PASSWORD)
    page.fill("#password", NEW)
    page.fill("#again", NEW)
    page.click("main button[type=submit]")

    page.wait_for_url("**/me/second-factor*")
    forgive_refusals(visitor)
    check_at_both_widths(visitor, "/me/second-factor")
    visitor.open("/me/second-factor")
    assert page.evaluate("document.querySelector('.qr-code').naturalWidth") > 100
    app_on_phone = pyotp.TOTP(re.sub(r"\s", "", page.inner_text(".secret")))
    page.fill("#code", app_on_phone.now())
    page.fill("#password", NEW)
    page.click("main button[type=submit]")
    shown = page.locator(".codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    page.click("text=我已保存，继续")

    page.click(".sign-out")
    page.wait_for_url("**/sign-in")
    sign_in(visitor, account.login_name, NEW)
    page.wait_for_url("**/sign-in/code**")
    check_at_both_widths(visitor, "/sign-in/code")
    page.fill("#code", "not a code")
    page.press("#code", "Enter")
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    page.fill("#code", codes[0])
    page.press("#code", "Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    forgive_refusals(visitor)
    check_at_both_widths(visitor, "/me")
    expect(page.locator("dt:has-text('没用过的恢复码') + dd")).to_have_text("9")
    assert not visitor.complaints


def test_an_administrator_helps(session: Session, visitors: Visitors) -> None:
    company = create_company(session, code="KM")
    for number in range(1, 4):
        create_employment(session, company, employee_no=f"KM00{number}")
    manager = create_account(session, Role.COMPANY_ADMIN, company)
    lost = create_account(session, Role.SUPERVISOR, company)
    session.commit()
    visitor = visitors.visit(manager, width=PHONE_WIDTH)
    page = visitor.page
    for path in ("/accounts", "/accounts/new", "/accounts/people", "/roles", "/audit"):
        check_at_both_widths(visitor, path)
    check_at_both_widths(visitor, f"/accounts/{lost.id}")
    visitor.open(f"/accounts/{lost.id}")
    page.click("main button:has-text('重置口令')")
    assert re.fullmatch(r"[a-z2-9-]{14}", page.locator(".one-time code").nth(1).inner_text())
    page.click("text=我已记下")
    page.click("main button:has-text('停用')")
    expect(page.locator(".messages")).to_contain_text("已停用")

    visitor.open("/accounts/people")
    page.check("tbody tr:nth-child(1) input[type=checkbox]")
    page.check("tbody tr:nth-child(3) input[type=checkbox]")
    page.click("text=为选中的人建立")
    slips = page.locator(".slip")
    expect(slips).to_have_count(2)
    page.emulate_media(media="print")
    expect(slips.first).to_be_visible()
    expect(page.locator("header.topbar")).to_be_hidden()
    page.emulate_media(media="screen")

    visitor.open("/audit")
    expect(page.locator("main")).to_contain_text("停用账号")
    assert not visitor.complaints


@pytest.mark.feature("ANN-21")
def test_the_own_numbers(session: Session, visitors: Visitors) -> None:
    person = create_person(session, phone="13912345678")
    create_employment(session, create_company(session), person)
    account = create_account(session, Role.ANNOTATOR, None, person)
    session.commit()
    visitor = visitors.visit(account, width=PHONE_WIDTH)
    check_at_both_widths(visitor, "/me")
    page = visitor.page
    expect(page.locator("main")).not_to_contain_text("13912345678")
    page.fill("#identity #password", PASSWORD)
    page.click("#identity button[type=submit]")
    expect(page.locator("main")).to_contain_text("13912345678")
    page.click("#identity >> text=隐藏")
    expect(page.locator("main")).not_to_contain_text("13912345678")
    assert not visitor.complaints


def test_without_a_script(session: Session, visitors: Visitors) -> None:
    account = create_account(session, Role.FINANCE, create_company(session))
    session.commit()
    visitor = visitors.visit(has_script=False)
    sign_in(visitor, account.login_name, PASSWORD)
    visitor.open("/me")
    visitor.page.select_option("#locale", "en")
    visitor.page.click("main .inline-form button")
    expect(visitor.page.locator("h1")).to_contain_text("My account")
