"""The forms' pages and the verb: who comes in by which door, and that they show one report."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.bureau.filling import own, public, publish
from tests.bureau.world import create_base
from tests.factories import create_account, create_company, create_employment, create_person
from tests.factories.web import FormClient
from tests.statistics.seed import OCTOBER
from workforce.accounts.models import Account
from workforce.cli.main import main
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Permission, Role
from workforce.platform.files import PRIVATE
from workforce.platform.web import permission_of

SignIn = Callable[[Account], FormClient]

OWN, PUBLIC, OVERVIEW = "/reports/employment", "/statistics/forms/employment", "/bureau/overview"
SEPTEMBER = OCTOBER.previous()


@pytest.fixture
def official(session: Session, client_as: SignIn) -> FormClient:
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    return client_as(account)


def shown_in(page: str) -> list[str]:
    """Return the texts of all cells of figures, in order."""
    cells = re.findall(r'<td class="number">(.*?)</td>', page, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in cells]


def in_order(page: str, texts: list[str]) -> bool:
    """Tell whether a page shows figures in this order; charts' tables between them may repeat some."""
    shown = iter(shown_in(page))
    return all(text in shown for text in texts)


@pytest.mark.feature("OFF-8")
def test_the_page_says_what_the_report_says_and_leads_to_its_cells(
    session: Session, client_as: SignIn
) -> None:
    create_base(session)
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()

    answer = client_as(account).get(f"{OWN}?period=2026-10")

    assert answer.status_code == HTTPStatus.OK
    page = answer.get_data(as_text=True)
    report = own(session)
    assert in_order(page, [place.figure.text for place in report.places()])
    for definition in report.definitions:
        assert f'id="definition-{definition.number}"' in page
    assert "/statistics/cell?period=2026-10&amp;cube=sex&amp;measure=jobs_end&amp;groups=2" in page
    for needed in ("表号：基就月 1 表", "单位负责人：", "（单位盖章）"):
        assert needed in page


@pytest.mark.feature("OFF-8")
def test_an_official_finds_forms_of_published_months_alone(
    session: Session, official: FormClient
) -> None:
    create_base(session)
    session.commit()
    assert "还没有发布的月份" in official.get("/statistics/forms").get_data(as_text=True)
    for page in (PUBLIC, OVERVIEW):
        assert "还没有发布的月份" in official.get(page).get_data(as_text=True)
    assert official.get(f"{PUBLIC}.csv").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    publish(session, OCTOBER)

    for address, code in ((PUBLIC, "employment"), (OVERVIEW, "overview")):
        page = official.get(address).get_data(as_text=True)
        assert '<option value="2026-10" selected>' in page
        assert in_order(page, [one.figure.text for one in public(session, code).places()])
        assert official.get(f"{address}?period=2026-09").status_code == HTTPStatus.NOT_FOUND
    quarter = official.get("/statistics/forms/wages?period=2026-Q4").get_data(as_text=True)
    assert "缺 2026-11、2026-12 的数字" in quarter
    listed = official.get("/statistics/forms").get_data(as_text=True)
    numbers = [
        listed.index(f"{kind}月 {at} 表")
        for at, kind in enumerate(("基就", "基总", "基劳", "基失", "基重", "基用"), start=1)
    ]
    assert numbers == sorted(numbers)
    assert "基劳季 3 表" in listed
    # An issue stays readable by its number; there is no second one.
    first = official.get(f"{PUBLIC}?period=2026-10&issue=1").get_data(as_text=True)
    assert "2026-10 第 1 期" in first
    assert official.get(f"{PUBLIC}?period=2026-10&issue=2").status_code == HTTPStatus.NOT_FOUND
    odd = official.get(f"{PUBLIC}?period=2026-Q4&issue=1")
    assert odd.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.feature("OFF-8")
def test_a_register_on_screen_has_the_heads_of_its_form(
    session: Session, client_as: SignIn
) -> None:
    """Numbers of people stay whole; a month without anybody says so."""
    company = create_company(session, name="甲公司")
    create_employment(
        session, company, create_person(session, name="张某"), hired_on=dt.date(2026, 10, 12)
    )
    finance = client_as(create_account(session, Role.FINANCE, company))

    page = finance.get("/reports/named/register_hired?period=2026-10").text
    for needed in ("填报单位：甲公司", "表号：企花月 1 表", "2026年10月", "张某"):
        assert needed in page
    assert "本期没有" not in page
    empty = finance.get("/reports/named/register_left?period=2026-10").text
    assert "表号：企花月 2 表" in empty
    assert "本期没有" in empty


@pytest.mark.feature("OFF-7")
def test_an_official_meets_no_person_and_no_other_filter(
    session: Session, app: Flask, official: FormClient
) -> None:
    create_base(session)
    publish(session, OCTOBER)

    for address in (PUBLIC, OVERVIEW):
        plain = official.get(address).get_data(as_text=True)
        asked = official.get(f"{address}?company=BIG&sex=1").get_data(as_text=True)
        assert "张某" not in plain
        assert shown_in(asked) == shown_in(plain)
    allowed = PERMISSIONS_BY_ROLE[Role.OFFICIAL]
    assert not allowed & {Permission.PAYSLIP_READ, Permission.DOCUMENT_PRODUCE}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("bureau.") and "named" in rule.rule:
            assert permission_of(app, rule.endpoint) is Permission.DOCUMENT_PRODUCE
    assert official.get(OWN).status_code == HTTPStatus.FORBIDDEN
    assert official.get(f"{OWN}.xlsx").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.SUPERVISOR])
def test_who_has_no_business_with_pay_stays_outside(
    session: Session, client_as: SignIn, role: Role
) -> None:
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()

    for address in ("/reports", "/statistics/forms", OWN, PUBLIC, f"{OWN}.pdf", f"{PUBLIC}.pdf"):
        assert client_as(account).get(address).status_code == HTTPStatus.FORBIDDEN


def test_finance_sees_the_own_company_only(session: Session, client_as: SignIn) -> None:
    companies = create_base(session)
    account = create_account(session, Role.FINANCE, companies["MID"])
    session.commit()
    client = client_as(account)

    page = client.get(OWN).get_data(as_text=True)

    assert "中标注有限公司" in page
    assert "大标注有限公司" not in page
    assert client.get(f"{OWN}?company=MID").status_code == HTTPStatus.OK
    assert client.get(f"{OWN}?company=BIG").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/reports?company=BIG").status_code == HTTPStatus.NOT_FOUND
    assert client.get(PUBLIC).status_code == HTTPStatus.FORBIDDEN
    assert client.get("/reports/named/employment").status_code == HTTPStatus.NOT_FOUND


def test_the_base_looks_at_one_company(session: Session, client_as: SignIn) -> None:
    create_base(session)
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()

    page = client_as(account).get(f"{OWN}?company=MID&period=2026-Q4").get_data(as_text=True)

    assert '<option value="MID" selected>' in page
    assert "填报单位：中标注有限公司" in page
    assert "/reports/employment.xlsx?period=2026-Q4&amp;company=MID" in page


@pytest.mark.parametrize(
    ("ending", "magic"),
    [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")],
)
def test_a_file_of_the_page(
    session: Session, official: FormClient, ending: str, magic: bytes
) -> None:
    create_base(session)
    publish(session, OCTOBER)

    answer = official.get(f"/statistics/forms/monitor.{ending}?period=2026-10")

    assert answer.status_code == HTTPStatus.OK
    assert answer.data.startswith(magic)
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "2026-10" in disposition


def test_odd_addresses(session: Session, client_as: SignIn) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(account)

    assert client.get(f"{OWN}?period=2026-13").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get(f"{OWN}?period=2030-01").status_code == HTTPStatus.OK
    assert client.get(f"{OWN}.docx").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/reports/monitor?period=2026").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/reports/nothing").status_code == HTTPStatus.NOT_FOUND


# The verb


@pytest.fixture(scope="module")
def installed(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the three companies; October is published."""
    from workforce.cli.support import State  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(initialised, folder, dirs_exist_ok=True)
    with State(instance=folder, locale="en").app(), unit_of_work() as session:
        create_base(session)
        publish(session, OCTOBER)
    return folder


def report(instance: Path, *words: str, locale: str = "en") -> Result:
    arguments = ["--instance", str(instance), "report", *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)


@pytest.mark.feature("OFF-8")
def test_the_verb_writes_each_form_by_ending(installed: Path, tmp_path: Path) -> None:
    for words, name, magic in (
        (("employment", "2026-10", "--company", "BIG"), "a.pdf", b"%PDF-"),
        (("wages", "2026-Q4"), "b.XLSX", b"PK"),
        (("key_groups", "2026-10", "--lang", "en"), "c.csv", b"\xef\xbb\xbfForm"),
        (("monitor", "2026-10", "--view", "official"), "d.json", b"{"),
    ):
        out = tmp_path / name
        result = report(installed, *words, "--out", str(out))
        assert result.exit_code == 0, result.output
        assert str(out) in result.output
        assert out.read_bytes().startswith(magic)
    named = tmp_path / "register.xlsx"
    asked = ("register_hired", "2026-10", "--company", "BIG", "--out", str(named))
    assert report(installed, *asked).exit_code == 0
    assert named.stat().st_mode & 0o777 == PRIVATE
    listed = report(installed, "--list").output
    for code in ("employment", "key_groups", "monitor", "overview", "wages"):
        assert code in listed


def test_the_verb_writes_what_an_official_sees(installed: Path, tmp_path: Path) -> None:
    full, published = tmp_path / "full.csv", tmp_path / "public.csv"

    assert report(installed, "employment", "2026-10", "--out", str(full)).exit_code == 0
    words = ("employment", "2026-10", "--out", str(published), "--view", "official")
    assert report(installed, *words).exit_code == 0

    assert "withheld" in published.read_text("utf-8-sig")
    assert "withheld" not in full.read_text("utf-8-sig")
    words = ("employment", "2026-09", "--out", str(published), "--view", "official")
    assert report(installed, *words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("employment", "2026-13", "--out", "x.pdf"), "not a month, quarter or year"),
        (("employment", "2026-10", "--out", "x.doc"), "pdf, xlsx, csv, json"),
        (("employment", "2026-10"), "which file"),
        (("nothing", "2026-10", "--out", "x.pdf"), "employment, "),
        (("monitor", "2026-Q3", "--out", "x.pdf"), "not filled for a period like 2026-Q3"),
        (("employment", "2026-10", "--out", "x.pdf", "--company", "NONE"), "no company with"),
        (
            ("wages", "2026-10", "--out", "x.pdf", "--company", "BIG", "--view", "official"),
            "whole base",
        ),
    ],
)
def test_the_verb_explains_a_mistake(installed: Path, words: tuple[str, ...], told: str) -> None:
    result = report(installed, *words)

    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output
