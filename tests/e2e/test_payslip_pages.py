"""The payslip in a browser: opened to its sources on a phone, and the check that anybody may open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.test_shared_pots import create_group, member_account
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import create_world
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person

pytestmark = pytest.mark.browser

_BLACK = "rgb(0, 0, 0)"


@pytest.mark.feature("ANN-20", "FIN-6")
def test_the_pots_of_a_group_on_a_phone(session: Session, visitors: Visitors) -> None:
    world = create_group(session, LawBook.load())
    slip = world.slip("W1")
    check(visitors.visit(member_account(world, slip.id), width=PHONE_WIDTH), f"/payslips/{slip.id}")


@pytest.mark.feature("ANN-20")
def test_a_payslip_on_a_phone(session: Session, visitors: Visitors) -> None:
    world = create_world(session, LawBook.load())
    fill(world)
    world.run()
    world.approve()
    world.publish()
    slip = world.slip("W1")
    employment = session.get_one(Employment, slip.employment_id)
    person = session.get_one(Person, employment.person_id)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()

    visitor = visitors.visit(account, width=PHONE_WIDTH)
    check(visitor, "/payslips")
    check(visitor, f"/payslips/{slip.id}")
    check(visitor, f"/payslips/{slip.id}/lines/1")
    check(visitors.visit(width=PHONE_WIDTH), f"/v/{slip.public_id}")

    visitor.open(f"/payslips/{slip.id}")
    why = visitor.page.locator(".line-why").first
    expect(why).to_be_hidden()
    visitor.page.locator(".lines summary").first.click()
    expect(why).to_contain_text("2600 件 × 单价 0.125 元 = 325.00 元")
    target = visitor.page.locator(".lines summary").first.bounding_box()
    assert target is not None
    assert target["height"] >= 44

    visitor.open(f"/payslips/{slip.id}")
    visitor.page.emulate_media(media="print")
    expect(why).to_be_visible()  # paper cannot be opened
    assert visitor.page.locator("h1").evaluate("one => getComputedStyle(one).color") == _BLACK
