"""The base's administrator says what the base is called; forms, screen and book say it after him."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.board.world import use_exhibits
from tests.book.world import SEPTEMBER, create_months
from tests.bureau.filling import public
from tests.documents.reading import text_of
from tests.factories import create_account, create_company
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.board import service as board
from workforce.board.jobs import REFRESH_BOARD
from workforce.book.service import make_book
from workforce.bureau.service import published_source, write_report
from workforce.companies.base_name import base_name, name_base
from workforce.config import Settings
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.jobs import Job

ClientAs = Callable[[Account], FormClient]
PAGE = "/settings/base"
NAME = Text("奉节县人工智能数据标注基地", "Fengjie AI data annotation base")
ISSUE_FORM = f"/statistics/forms/employment?period={SEPTEMBER}"


@pytest.fixture
def admin(session: Session, client_as: ClientAs) -> FormClient:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    return client_as(account)


@pytest.mark.feature("OFF-8", "OFF-15", "BASE-6")
def test_forms_screen_and_book_bear_the_name(
    app: Flask, session: Session, settings: Settings, admin: FormClient, client_as: ClientAs
) -> None:
    use_exhibits(app)
    create_months(session)
    official = create_account(session, Role.OFFICIAL)
    session.commit()
    reader = client_as(official)
    assert "填报单位：数据标注基地（全部企业）" in reader.get(ISSUE_FORM).text

    typed = {"name_zh": f" {NAME.zh} ", "name_en": NAME.en}
    assert admin.post_form(PAGE, typed).status_code == HTTPStatus.FOUND
    session.rollback()

    assert f"填报单位：{NAME.zh}" in reader.get(ISSUE_FORM).text
    # An earlier issue is printed today: its figures stand, its reporter is called as today.
    assert published_source(session, period=SEPTEMBER, number=1).reporter == NAME
    book = make_book(session, ReportPeriod.parse("2026-Q3"), dt.date(2026, 10, 20))
    assert book.base == NAME
    # The screen reads a file: naming the base asks the worker to write it anew.
    jobs = session.scalars(select(Job.kind)).all()
    assert jobs == [REFRESH_BOARD.code]
    board.refresh(session, settings.instance)
    assert f"<h1>{NAME.zh}</h1>" in reader.get("/board").text
    assert f"<h1>{NAME.en}</h1>" in reader.get("/board/en").text

    # The same once more is no change; without an English name the Chinese one stands.
    admin.post_form(PAGE, typed)
    admin.post_form(PAGE, {"name_zh": NAME.zh, "name_en": ""})
    session.rollback()
    assert base_name(session) == Text(NAME.zh, NAME.zh)
    acts = select(AuditEntry.action).where(AuditEntry.action == "base.name")
    assert len(session.scalars(acts).all()) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name_zh": "  "}, "请填写基地的中文名称"),
        ({"name_zh": "标" * 41}, "总共不超过 40 个字"),
        ({"name_zh": "Fengjie base"}, "至少 4 个汉字"),
        ({"name_zh": "奉节县\u202e标注基地"}, "请照公章写全称"),
        ({"name_zh": NAME.zh, "name_en": "e" * 81}, "最多 80 个字符"),
    ],
)
def test_what_is_no_name_is_refused_and_kept_in_the_form(
    session: Session, admin: FormClient, typed: dict[str, str], said: str
) -> None:
    answer = admin.post_form(PAGE, typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text
    assert typed.get("name_en", typed["name_zh"].strip()) in answer.text
    session.rollback()
    assert base_name(session) is None


def test_nobody_else_names_the_base(session: Session, client_as: ClientAs) -> None:
    accounts = [
        create_account(session, Role.OFFICIAL),
        create_account(session, Role.COMPANY_ADMIN, create_company(session)),
    ]
    session.commit()
    for account in accounts:
        client = client_as(account)
        assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
        answer = client.post_form(PAGE, {"name_zh": NAME.zh})
        assert answer.status_code == HTTPStatus.FORBIDDEN
    session.rollback()
    assert base_name(session) is None


@pytest.mark.poppler
def test_the_longest_name_is_printed_whole(session: Session, tmp_path: Path) -> None:
    create_months(session)
    name = "奉节县人工智能数据标注产业发展示范基地暨成渝地区双城经济圈数据要素协同创新中心甲"
    assert len(name) == 40
    name_base(session, CLI, zh=name)
    report = public(session, period=str(SEPTEMBER))
    text = re.sub(r"\s", "", text_of(write_report(report, "pdf", "zh"), tmp_path))
    assert f"填报单位：{name}" in text
    # The heads of the pages that follow break it over two lines, and leave nothing out.
    report = public(session, "overview", period=str(SEPTEMBER))
    pages = text_of(write_report(report, "pdf", "zh"), tmp_path).split("\f")[1:-1]
    assert pages
    assert all("创新中心甲" in page and "…" not in page for page in pages)


@pytest.mark.feature("BASE-6")
def test_the_base_s_people_read_its_name_in_the_top_bar(
    session: Session, client_as: ClientAs
) -> None:
    official = create_account(session, Role.OFFICIAL)
    company = create_account(session, Role.COMPANY_ADMIN, create_company(session))
    session.commit()
    page = client_as(official).get("/me").text
    assert "<strong>数据标注基地</strong>" in page
    name_base(session, CLI, zh=NAME.zh, en=NAME.en)
    session.commit()

    reader = client_as(official)
    page = reader.get("/me").text
    assert f'<strong class="named" title="{NAME.zh}">{NAME.zh}</strong>' in page
    assert f" · {NAME.zh}</title>" in page
    # Who works for a company keeps the general words; so does whoever is not signed in.
    assert NAME.zh not in client_as(company).get("/me").text
    assert NAME.zh not in reader.application.test_client().get("/sign-in").text
