"""Every page, as each role sees it in a real browser: readable by all, silent, and narrow enough."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from sqlalchemy.orm import Session

from tests.e2e.conftest import Visitor, Visitors
from tests.factories import create_account, create_company, create_person
from workforce.core.permissions import Role, is_allowed
from workforce.platform.web import PUBLIC_ENDPOINTS, permission_of

pytestmark = pytest.mark.browser

PHONE_WIDTH = 360
DESK_WIDTH = 1280
ROLES = list(Role)


def pages_for(app: Flask, role: Role) -> list[str]:
    """Return the addresses of all pages that a role may open and that need no id."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        permission = permission_of(app, rule.endpoint)
        if permission is not None and is_allowed(role, permission):
            found.append(rule.rule)
    assert found
    return sorted(found)


def check(visitor: Visitor, path: str) -> None:
    """Open a page and all that opens on it, and ask for what every page must keep."""
    assert visitor.open(path) == 200
    visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    check_shown(visitor, path)


def check_shown(visitor: Visitor, path: str = "") -> None:
    """Ask the same of a page as it stands, after what was done on it."""
    assert visitor.page.title()
    assert not visitor.complaints, (path, visitor.complaints)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= (visitor.page.viewport_size or {"width": 0})["width"], (
        f"{path} scrolls sideways"
    )
    results = Axe().run(visitor.page)
    assert results.violations_count == 0, f"{path}\n{results.generate_report()}"


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
def test_the_sign_in_page(visitors: Visitors, width: int) -> None:
    check(visitors.visit(width=width), "/sign-in")


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role(
    app: Flask, session: Session, visitors: Visitors, role: Role, width: int
) -> None:
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()
    visitor = visitors.visit(account, width=width)
    for path in pages_for(app, role):
        check(visitor, path)


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
