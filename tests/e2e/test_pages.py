"""Every page, as each role sees it in a real browser: readable by all, silent, and narrow enough."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import expect
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
    assert not _is_too_wide(visitor), f"{path} scrolls sideways"
    results = Axe().run(visitor.page)
    assert results.violations_count == 0, f"{path}\n{results.generate_report()}"


def _is_too_wide(visitor: Visitor) -> bool:
    width = int(visitor.page.evaluate("document.documentElement.scrollWidth"))
    return width > (visitor.page.viewport_size or {"width": 0})["width"]


@pytest.mark.parametrize("role", EYES)
def test_every_page_on_a_phone(
    app: Flask, session: Session, client_as: ClientAs, visitors: Visitors, role: Role
) -> None:
    world = create_world(session, role)
    visitor = visitors.visit(world.visitor, width=PHONE_WIDTH)
    for path in pages_for(app, world, client_as(world.visitor), role):
        check(visitor, path)


@pytest.mark.parametrize("role", EYES)
def test_every_page_at_a_desk_in_english(
    app: Flask, session: Session, client_as: ClientAs, visitors: Visitors, role: Role
) -> None:
    """English words are longer than Chinese ones: they must fit a phone, too.

    What is readable by all on a phone is here as well: of the desk's own there is the bar, on the
    first page as on any.
    """
    world = create_world(session, role)
    visitor = visitors.visit(world.visitor, width=DESK_WIDTH)
    visitor.speak("en")
    check(visitor, "/")
    for path in pages_for(app, world, client_as(world.visitor), role):
        open_wide(visitor, path)
        assert not _is_too_wide(visitor), f"{path} scrolls sideways at a desk"
        assert visitor.page.evaluate("document.documentElement.lang") == "en"
        visitor.page.set_viewport_size({"width": PHONE_WIDTH, "height": 800})
        assert not _is_too_wide(visitor), f"{path} scrolls sideways on a phone in English"
        visitor.page.set_viewport_size({"width": DESK_WIDTH, "height": 800})


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
def test_public_pages(visitors: Visitors, width: int) -> None:
    visitor = visitors.visit(width=width)
    for path in ("/sign-in", "/manual", "/manual/admin/01-first-month"):
        check(visitor, path)


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
    assert Axe().run(visitor.page).violations_count > 0
    said = "\n".join(visitor.complaints)
    assert "a warning" in said
    assert "http://elsewhere.example/font.woff2. Refused to connect" in said
    assert "Content Security Policy" in said
