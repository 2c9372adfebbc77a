"""Every page, as each role sees it in a real browser: readable by all, silent, and narrow enough."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.e2e.conftest import ClientAs, Visitor, Visitors
from tests.factories.web import FormClient
from tests.guards.objects import Whose
from tests.guards.world import World, address, create_world, pages
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Role
from workforce.platform.web import permission_of

pytestmark = pytest.mark.browser

PHONE_WIDTH = 360
DESK_WIDTH = 1280
HEIGHT = 800

# What passes is not sent here: with it an answer is as long as the page.
_VIOLATIONS = """axe.run({resultTypes: ["violations"]})
    .then(results => ({violations: results.violations}))"""

# A page is looked at with the eyes of the first of these who may open it; the first page with all.
EYES = [
    Role.ANNOTATOR,
    Role.SUPERVISOR,
    Role.COMPANY_ADMIN,
    Role.BASE_ADMIN,
    Role.OFFICIAL,
    Role.FINANCE,
]
HOME = "home.show_home"


def pages_for(app: Flask, world: World, client: FormClient, role: Role) -> list[str]:
    """Return the addresses of the pages that fall to a role, those of objects with one in reach."""
    found = []
    for rule in pages(app, "GET"):
        permission = permission_of(app, rule.endpoint)
        if permission is None or permission not in PERMISSIONS_BY_ROLE[role]:
            continue
        first = next(eye for eye in EYES if permission in PERMISSIONS_BY_ROLE[eye])
        if first is not role and rule.endpoint != HOME:
            continue
        whose = Whose.OWN if permission.name.endswith("_OWN") else Whose.TEAM
        path = address(rule, world, whose)
        answer = client.get(path)
        # Neither files, nor pieces of a page, nor what only leads to another page.
        if answer.status_code == 200 and answer.data.lstrip()[:14].lower() == b"<!doctype html":
            found.append(path)
    return sorted(found)


def check(visitor: Visitor, path: str) -> None:
    """Open a page and all that opens on it, and ask for what every page must keep."""
    open_wide(visitor, path)
    check_shown(visitor, path)


def check_at_both_widths(visitor: Visitor, path: str) -> None:
    """Ask it of a page on a phone, and of the same page at a desk."""
    check(visitor, path)
    with at_desk(visitor):
        _check_width(visitor, path)
        _check_readable(visitor, path)


@contextmanager
def at_desk(visitor: Visitor) -> Iterator[None]:
    """Look at what a phone shows as a desk would show it."""
    visitor.page.set_viewport_size({"width": DESK_WIDTH, "height": HEIGHT})
    yield
    visitor.page.set_viewport_size({"width": PHONE_WIDTH, "height": HEIGHT})


def open_wide(visitor: Visitor, path: str) -> None:
    """Open a page and all that opens on it; it must be silent and have a name."""
    assert visitor.open(path) == 200
    visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert visitor.page.title()
    assert not visitor.complaints, (path, visitor.complaints)


def check_shown(visitor: Visitor, path: str = "") -> None:
    """Ask the same of a page as it stands, after what was done on it.

    A click waits until the next page's answer has come, not until the whole of it was read.
    """
    visitor.page.wait_for_load_state()
    assert visitor.page.title()
    assert not visitor.complaints, (path, visitor.complaints)
    _check_width(visitor, path)
    _check_readable(visitor, path)


def _check_width(visitor: Visitor, path: str) -> None:
    shown = (visitor.page.viewport_size or {"width": 0})["width"]
    width = int(visitor.page.evaluate("document.documentElement.scrollWidth"))
    assert width <= shown, f"{path} scrolls sideways: {width} px on a screen of {shown} px"


def _check_readable(visitor: Visitor, path: str) -> None:
    results = violations(visitor.page)
    where = f"{path}, {visitor.page.viewport_size}"
    assert results.violations_count == 0, f"{where}\n{results.generate_report()}"


def violations(page: Page) -> AxeResults:
    """Return what some could not read or use on the page as it stands."""
    page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(_VIOLATIONS))


@pytest.mark.parametrize("role", EYES)
def test_every_page_of_a_role(
    app: Flask, session: Session, client_as: ClientAs, visitors: Visitors, role: Role
) -> None:
    """Each page on a phone; and in English, whose words are longer: at a desk, and on a phone, too.

    What is readable by all in Chinese is so in English. Of the desk's own there is the bar, on the
    first page as on any.
    """
    world = create_world(session, role)
    chinese, english = (visitors.visit(world.visitor, width=PHONE_WIDTH) for _ in range(2))
    english.speak("en")
    for path in pages_for(app, world, client_as(world.visitor), role):
        check(chinese, path)
        open_wide(english, path)
        assert english.page.evaluate("document.documentElement.lang") == "en"
        _check_width(english, f"{path} in English")
        with at_desk(english):
            _check_width(english, f"{path} in English")
            if path == "/":
                _check_readable(english, f"{path} in English")


def test_public_pages(visitors: Visitors) -> None:
    visitor = visitors.visit(width=PHONE_WIDTH)
    for path in ("/sign-in", "/manual", "/manual/admin/01-first-month"):
        check_at_both_widths(visitor, path)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BASE_ADMIN])
def test_the_menu_of_a_phone_opens_without_a_script(
    session: Session, visitors: Visitors, role: Role
) -> None:
    world = create_world(session, role)
    visitor = visitors.visit(world.visitor, width=PHONE_WIDTH, has_script=False)
    visitor.open("/")
    page = visitor.page
    entry = page.locator(".nav-menu a").last
    expect(entry).to_be_hidden()
    page.locator(".nav-menu summary").click()
    expect(entry).to_be_visible()
    box = entry.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    entry.click()
    assert page.url != f"{visitor.address}/"


def test_a_group_of_the_bar_closes_with_escape_and_by_a_click_elsewhere(
    session: Session, visitors: Visitors
) -> None:
    world = create_world(session, Role.FINANCE)
    visitor = visitors.visit(world.visitor)
    visitor.open("/")
    page = visitor.page
    first, second = page.locator(".topnav summary").nth(0), page.locator(".topnav summary").nth(1)
    first.click()
    expect(page.locator(".topnav details[open]")).to_have_count(1)
    second.click()
    expect(page.locator(".topnav details[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".topnav details[open]")).to_have_count(0)
    expect(second).to_be_focused()
    first.click()
    page.locator("h1").click()
    expect(page.locator(".topnav details[open]")).to_have_count(0)


def test_the_check_sees_what_it_looks_for(visitors: Visitors) -> None:
    visitor = visitors.visit(width=PHONE_WIDTH)
    visitor.open("/sign-in")
    visitor.page.evaluate(
        """() => {
            const image = document.createElement("img");
            document.querySelector("main").append(image);
            document.querySelector("h1, main").setAttribute("style", "color: red");
            console.warn("a warning");
            fetch("http://elsewhere.example/font.woff2").catch(() => {});
        }"""
    )
    assert violations(visitor.page).violations_count > 0
    said = "\n".join(visitor.complaints)
    assert "a warning" in said
    assert "http://elsewhere.example/font.woff2. Refused to connect" in said
    assert "Content Security Policy" in said
