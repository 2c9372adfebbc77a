"""Every page of every role, in both languages: valid, labelled, and in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from jinja2 import Undefined
from sqlalchemy.orm import Session

from tests.factories.web import FormClient
from tests.guards.html import chinese_texts, faults, parse
from tests.guards.objects import Whose
from tests.guards.world import address, create_world, pages
from workforce.accounts.models import Account
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Role
from workforce.platform.i18n import COOKIE, LOCALES
from workforce.platform.web import permission_of

ClientAs = Callable[[Account], FormClient]


# What the tests' own world is called: data stay in the language in which they were entered.
_DATA = re.compile(
    r"测试\d+|账号\d+|奉节第\d+标注有限公司|第\d+班组|标注员|重庆农村商业银行|标注任务\d+|白班|中文|一组|框"
    # An instrument of the law is named in the language in which it was issued.
    r"|Basis: [^.]+"
    # What the builders of tests/guards/objects.py write.
    r"|第\d+园区|\d+层|\d+号厅|奉节县数字路\d+号"
    r"|家里有事|永安街道 1 号|班次\d*\.csv|column 工号"
    # What is written in a file is quoted as it must stand there.
    r"|次日 06:00|是 \(yes\)|“每日统计”"
)


class _Loud(Undefined):
    """A value that a page was not given: it may be asked whether it is there, but never be shown.

    Jinja shows nothing in its place, and nobody would see that a figure or a state is missing.
    """

    __str__ = __hash__ = __iter__ = Undefined._fail_with_undefined_error


@pytest.fixture
def _loud(app: Flask) -> Iterator[None]:
    usual = app.jinja_env.undefined
    _take(app, _Loud)
    yield
    _take(app, usual)


def _take(app: Flask, undefined: type[Undefined]) -> None:
    app.jinja_env.undefined = undefined
    # Macros that were imported before would go on with what they were made with.
    for template in (app.jinja_env.cache or {}).values():
        template._module = None


_WIDEST = [
    role
    for role, own in PERMISSIONS_BY_ROLE.items()
    if not any(own < wider for wider in PERMISSIONS_BY_ROLE.values())
]
"""Who may less than another in everything meets no page that the other does not."""


_BY_ADDRESS = {"board.screen"}
"""Kept as a file for everybody: each language has an address of its own."""


@pytest.mark.usefixtures("_loud")
@pytest.mark.feature("ALL-10")
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", _WIDEST)
def test_every_page_is_valid_and_in_the_reader_s_language(
    app: Flask, session: Session, client_as: ClientAs, role: Role, locale: str
) -> None:
    world = create_world(session, role)
    client = client_as(world.visitor)
    client.set_cookie(COOKIE, locale)
    wrong, seen = [], 0
    for rule in pages(app, "GET"):
        permission = permission_of(app, rule.endpoint)
        if permission is not None and permission not in PERMISSIONS_BY_ROLE[role]:
            continue
        is_own = permission is not None and permission.name.endswith("_OWN")
        path = address(rule, world, Whose.OWN if is_own else Whose.TEAM)
        answer = client.get(path)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wrong.append(f"{path}: {answer.status}")
        if answer.mimetype != "text/html" or answer.status_code in {301, 302, 303}:
            continue
        if not answer.text.lstrip().lower().startswith("<!doctype"):
            continue  # a piece of a page, which its page is checked with
        if rule.endpoint in _BY_ADDRESS and locale != "zh":
            continue
        seen += 1
        document = parse(answer.text)
        wrong += [f"{path}: {fault}" for fault in faults(document)]
        if locale != "zh":
            said = (_DATA.sub("", text) for text in chinese_texts(document))
            wrong += [f"{path}: in Chinese: {text}" for text in said if re.search(r"[一-鿿]", text)]
    assert seen
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p><div>x</div></p>", "unexpected"),
        ('<b id="a">x</b><i id="a">y</i>', "id a stands 2 times"),
        ('<input name="q">', "has no label"),
        ('<label for="gone">x</label>', "names gone"),
        ('<a href="#gone">x</a>', "not there"),
        ('<a href="/x"><button type="button">x</button></a>', "inside of another"),
        ("<ul><p>x</p></ul>", "directly inside of a list"),
        ("<span><div>x</div></span>", "inside of <span>"),
        ('<img src="/x.png">', "without words"),
        ("<h1>second</h1>", "2 headings"),
        ("<button>x</button>", "says no type"),
    ],
)
def test_the_check_sees_what_it_looks_for(body: str, said: str) -> None:
    page = (
        '<!doctype html><html lang="en"><head><title>t</title></head>'
        f"<body><main><h1>h</h1>{body}</main></body></html>"
    )
    assert any(said in fault for fault in faults(parse(page))), faults(parse(page))


def test_a_valid_page_has_no_faults() -> None:
    page = (
        '<!doctype html><html lang="en"><head><title>t</title></head><body><main><h1>h</h1>'
        '<form><label for="q">Q</label><input id="q" name="q"></form>'
        '<p lang="zh-CN">中文</p><p>and 这个</p></main></body></html>'
    )
    assert faults(parse(page)) == []
    assert chinese_texts(parse(page)) == ["and 这个"]
