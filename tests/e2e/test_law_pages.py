"""The law we use, in a real browser: on a phone, on a desk, in both languages, without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import PHONE_WIDTH, at_desk, check_at_both_widths

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path",
    [
        "/law?on=2026-10-01",
        "/law?q=brackets",
        "/law?q=nosuchword",
        "/law/minimum_wage_month?on=2026-10-01",
        "/law/income_tax_annual_brackets",
        "/law/housing_fund_base_cap?on=2019-01-01",
    ],
)
def test_the_law_pages(visitors: Visitors, path: str) -> None:
    visitor = visitors.visit(width=PHONE_WIDTH)
    check_at_both_widths(visitor, path)
    # Rows become cards on a phone: nothing is to be pushed sideways.
    assert not any(pushed_sideways(visitor))
    with at_desk(visitor):
        assert not any(pushed_sideways(visitor))


def pushed_sideways(visitor: Visitor) -> list[int]:
    """Return by how many px each table is wider than its box."""
    boxes = visitor.page.locator(".table-box")
    wider: list[int] = boxes.evaluate_all(
        "boxes => boxes.map(box => box.scrollWidth - box.clientWidth)"
    )
    return wider


def test_a_search_without_script_keeps_what_was_asked(visitors: Visitors) -> None:
    visitor = visitors.visit(has_script=False)
    assert visitor.open("/law") == 200
    page = visitor.page
    page.get_by_label("代码、名称或文件").fill("最低工资")
    page.get_by_label("日期").fill("2024-12-31")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_label("代码、名称或文件")).to_have_value("最低工资")
    expect(page.get_by_label("日期")).to_have_value("2024-12-31")
    page.get_by_role("link", name="月最低工资标准").click()
    expect(page.get_by_role("heading", name="2024-12-31 的取值")).to_be_visible()
    expect(page.get_by_text("2,000.00 元").first).to_be_visible()
