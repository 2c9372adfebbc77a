"""The report's pages and the verb: who comes in by which door, and that they show one report."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.bureau.test_report import fill
from tests.bureau.world import create_base
from tests.factories import create_account
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.cli.main import main
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Permission, Role
from workforce.platform.web import permission_of

SignIn = Callable[[Account], FormClient]

OWN, PUBLIC = "/reports/employment", "/statistics/employment"


def shown_in(page: str) -> list[str]:
    """Return the texts of all cells of figures, in order."""
    cells = re.findall(r'<td class="number">(.*?)</td>', page, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in cells]


@pytest.mark.parametrize("is_protected", [False, True])
def test_the_page_says_what_the_report_says(
    session: Session, client_as: SignIn, *, is_protected: bool
) -> None:
    create_base(session)
    role = Role.OFFICIAL if is_protected else Role.BASE_ADMIN
    account = create_account(session, role)
    session.commit()

    answer = client_as(account).get(PUBLIC if is_protected else OWN)

    assert answer.status_code == HTTPStatus.OK
    page = answer.get_data(as_text=True)
    report = fill(session, is_protected=is_protected)
    # The tables under the charts repeat figures; the report's own are there in their order.
    shown = iter(shown_in(page))
    for table in report.tables:
        for row in table.lines:
            for figure in row.figures:
                assert figure.text in shown
    for definition in report.definitions:
        assert f'id="definition-{definition.number}"' in page


@pytest.mark.feature("OFF-7")
def test_an_official_meets_no_person(session: Session, app: Flask, client_as: SignIn) -> None:
    create_base(session)
    account = create_account(session, Role.OFFICIAL)
    session.commit()

    client = client_as(account)
    page = client.get(PUBLIC).get_data(as_text=True)

    assert "张某" not in page
    allowed = PERMISSIONS_BY_ROLE[Role.OFFICIAL]
    assert not allowed & {Permission.PAYSLIP_READ, Permission.PAYSLIP_READ_OWN}
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) is Permission.STATISTICS_READ_PROTECTED:
            assert rule.arguments <= {"ending"}
    assert client.get(OWN).status_code == HTTPStatus.FORBIDDEN
    assert client.get(f"{OWN}.xlsx").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.SUPERVISOR])
def test_who_has_no_business_with_pay_stays_outside(
    session: Session, client_as: SignIn, role: Role
) -> None:
    from tests.factories import create_person  # noqa: PLC0415

    company = create_base(session)["BIG"]
    account = create_account(session, role, company, create_person(session))
    session.commit()

    for address in (OWN, PUBLIC, f"{OWN}.pdf", f"{PUBLIC}.pdf"):
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
    assert client.get(PUBLIC).status_code == HTTPStatus.FORBIDDEN


def test_the_base_looks_at_one_company(session: Session, client_as: SignIn) -> None:
    create_base(session)
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()

    page = client_as(account).get(f"{OWN}?company=MID&period=2026-10").get_data(as_text=True)

    assert '<option value="MID" selected>' in page
    assert "填报单位：中标注有限公司" in page


@pytest.mark.parametrize(("ending", "magic"), [("pdf", b"%PDF-"), ("xlsx", b"PK")])
def test_a_file_of_the_page(session: Session, client_as: SignIn, ending: str, magic: bytes) -> None:
    create_base(session)
    account = create_account(session, Role.OFFICIAL)
    session.commit()

    answer = client_as(account).get(f"{PUBLIC}.{ending}?period=2026-10")

    assert answer.status_code == HTTPStatus.OK
    assert answer.data.startswith(magic)
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "2026-10" in disposition


@pytest.mark.parametrize(
    ("query", "status"),
    [("?period=2026-13", HTTPStatus.UNPROCESSABLE_ENTITY), ("?period=2030-01", HTTPStatus.OK)],
)
def test_an_odd_month(session: Session, client_as: SignIn, query: str, status: HTTPStatus) -> None:
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    client = client_as(account)

    assert client.get(PUBLIC + query).status_code == status
    assert client.get(f"{PUBLIC}.docx").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


# The verb


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the three companies."""
    from workforce.cli.support import State  # noqa: PLC0415
    from workforce.platform.db import unit_of_work  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("installed")
    assert CliRunner().invoke(main, ["--instance", str(folder), "init"]).exit_code == 0
    with State(instance=folder, locale="en").app(), unit_of_work() as session:
        create_base(session)
    return folder


def report(instance: Path, *words: str, locale: str = "en") -> Result:
    arguments = ["--instance", str(instance), "report", "employment", *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)


def test_the_verb_writes_by_ending(installed: Path, tmp_path: Path) -> None:
    for name, magic in (("a.pdf", b"%PDF-"), ("b.XLSX", b"PK")):
        out = tmp_path / name
        result = report(installed, "2026-10", "--out", str(out), "--company", "BIG")
        assert result.exit_code == 0, result.output
        assert str(out) in result.output
        assert out.read_bytes().startswith(magic)


def test_the_verb_writes_what_an_official_sees(installed: Path, tmp_path: Path) -> None:
    full, public = tmp_path / "full.xlsx", tmp_path / "public.xlsx"

    assert report(installed, "2026-10", "--out", str(full), "--lang", "zh").exit_code == 0
    result = report(installed, "2026-10", "--out", str(public), "--view", "official")

    assert result.exit_code == 0
    assert full.read_bytes() != public.read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2026-13", "--out", "x.pdf"), "not a month"),
        (("2026-10", "--out", "x.doc"), "pdf, xlsx"),
        (("2026-10", "--out", "x.pdf", "--company", "NONE"), "no company with the code “NONE”"),
        (("2026-10", "--out", "x.pdf", "--company", "BIG", "--view", "official"), "whole base"),
    ],
)
def test_the_verb_explains_a_mistake(installed: Path, words: tuple[str, ...], told: str) -> None:
    result = report(installed, *words)

    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output
