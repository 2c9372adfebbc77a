"""The official's overview and a form in a real browser, at both sizes, and their files."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.bureau.filling import publish
from tests.bureau.world import create_base
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import DESK_WIDTH, PHONE_WIDTH, check
from tests.factories import create_account
from tests.statistics.seed import OCTOBER
from workforce.core.permissions import Role

pytestmark = pytest.mark.browser


@pytest.mark.feature("OFF-1")
@pytest.mark.parametrize(
    ("path", "width"),
    [("/bureau/overview", PHONE_WIDTH), ("/statistics/forms/wages", DESK_WIDTH)],
)
def test_an_official_reads_a_form_and_exports_it(
    session: Session, visitors: Visitors, path: str, width: int
) -> None:
    create_base(session)
    publish(session, OCTOBER)
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    visitor = visitors.visit(account, width=width)

    check(visitor, path)

    # The check opens the menus, too.
    assert visitor.open(path) == 200
    page = visitor.page
    expect(page.locator("td", has_text="※").first).to_be_visible()
    drawn = page.locator(".chart-canvas svg").count()
    assert drawn == page.locator(".chart").count()
    page.locator("details.menu summary", has_text="下载").click()
    for name, ending in (("PDF", ".pdf"), ("Excel", ".xlsx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(ending)
