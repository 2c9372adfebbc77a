"""Pages of publishing and of a figure: what officials see is published, what others see is their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.bureau.world import create_base
from tests.factories import create_account
from tests.factories.issues import create_next_issue
from tests.factories.web import FormClient
from tests.statistics.seed import OCTOBER
from workforce.accounts.models import Account
from workforce.bureau.issues import frozen, kept, publishing
from workforce.bureau.issues.kept import Months
from workforce.bureau.models import StatisticsIssue
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.core.text import Text
from workforce.payroll.models import PayrollRun
from workforce.people.models import Person
from workforce.platform.audit import CLI
from workforce.platform.jobs import Job

SignIn = Callable[[Account], FormClient]

MONTH = "/statistics/issues/2026-10"
MEN = "/statistics/cell?period=2026-10&cube=sex&measure=jobs_end&groups=1"


def create_closed(session: Session) -> dict[str, Company]:
    companies = create_base(session)
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()
    compute(session)
    return companies


def compute(session: Session) -> None:
    session.rollback()
    kept.refresh(session, Months(session), OCTOBER)


@pytest.fixture
def official(session: Session, client_as: SignIn) -> FormClient:
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    return client_as(account)


def figure(page: str) -> str:
    found = re.search(r'class="figure-value"><span class="tabular">(.*?)</span>', page)
    assert found
    return found[1]


def fact(page: str, label: str) -> str:
    found = re.search(rf"<dt>{label}</dt><dd[^>]*>(.*?)</dd>", page)
    assert found, label
    return found[1]


@pytest.mark.feature("OFF-9")
def test_an_official_never_sees_a_month_that_is_not_published(
    session: Session, official: FormClient
) -> None:
    create_closed(session)
    # Nothing is published: the first page says what comes next, and that a month waits.
    page = official.get("/bureau/overview").text
    assert "还没有发布的月份" in page
    assert MONTH in page
    assert "还没有发布的月份" in official.get(MEN).text
    create_next_issue(session, OCTOBER.previous())
    session.commit()
    for address in (
        MEN,
        f"{MONTH}/1",
        "/statistics/cubes.json?period=2026-10",
        "/statistics/explorer?period=2026-10",
        "/statistics/forms/employment?period=2026-10",
        "/statistics/forms/employment.csv?period=2026-10",
    ):
        answer = official.get(address)
        assert answer.status_code == HTTPStatus.NOT_FOUND, address


@pytest.mark.feature("OFF-9")
def test_what_was_looked_at_is_published_and_read(session: Session, official: FormClient) -> None:
    create_closed(session)
    page = official.get(f"{MONTH}?cube=sex").text
    assert "将发布第 1 期" in page
    # Two drafts, subtracted, would tell what two issues may not.
    assert "看哪张表" not in page
    digest = _digest(page)

    stale = official.post_form(MONTH, data={"digest": "0" * 64})
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "您查看以后已有变化" in stale.text
    answer = official.post_form(MONTH, data={"digest": digest, "note": "十月"})
    assert answer.location.endswith(f"{MONTH}/1")
    queued = sorted(session.scalars(select(Job.kind)))
    assert queued == ["keep_ladders", "refresh_board"], "what may be tried, and what is shown of it"

    # Who published it is named as people know her, and stays so when she is called otherwise later.
    is_official = Account.role == Role.OFFICIAL
    published_by = session.scalars(select(Account.display_name).where(is_official)).one()
    session.execute(update(Account).values(display_name="改了名"))
    session.commit()
    issue = official.get(f"{MONTH}/1?cube=sex").text
    assert fact(issue, "发布人") == f"{published_by}（人社局）"
    assert "十月" in issue
    assert "groups=1" in issue
    assert ">23</a>" in official.get(f"{MONTH}/1?cube=whole").text
    assert "第 1 期" in official.get("/statistics/issues").text
    # A correction waits: the month says so, and the page tells old and new.
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()[:12]
    session.execute(update(Person).where(Person.id.in_(ids)).values(education="10"))
    session.commit()
    compute(session)
    assert "有更正待发布" in official.get("/statistics/issues").text
    draft = official.get(MONTH).text
    assert "将发布第 2 期" in draft
    told = re.compile(r">23</td><td[^>]*>11</td>")
    assert not told.search(draft)
    silent = official.post_form(MONTH, data={"digest": _digest(draft)})
    assert "修订期要写明更正的原因" in silent.text
    official.post_form(MONTH, data={"digest": _digest(draft), "note": "学历"})
    assert "这一期已有修订" in official.get(f"{MONTH}/1").text
    # Of 23 with college education 11 are left.
    revised = official.get(f"{MONTH}/2").text
    assert told.search(revised)


def _digest(page: str) -> str:
    found = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


@pytest.mark.feature("OFF-10")
def test_a_published_figure_says_what_it_is(session: Session, official: FormClient) -> None:
    create_closed(session)
    publishing.publish(OCTOBER, CLI)
    page = official.get(MEN).text
    # The odd ones of 23.
    assert figure(page) == "12"
    assert fact(page, "性别") == "男"
    assert fact(page, "依据的岗位") == "10–19 个岗位"
    assert "第 1 期" in page
    assert "月末最后一日 24 时在岗的用工关系数" in page
    assert "/statistics/forms/employment?period=2026-10" in page
    # Whoever finds it wrong is told what to do, and led there.
    assert "数字不对？" in page
    assert f'href="{MONTH}"' in page
    for wrong in ("cube=x", "cube=sex&groups=9", "cube=sex&groups=1,2", "measure=x", "issue=9"):
        answer = official.get(f"/statistics/cell?period=2026-10&{wrong}")
        assert answer.status_code == HTTPStatus.NOT_FOUND, wrong


@pytest.mark.feature("OFF-9")
def test_an_old_issue_is_read_by_its_own_definitions(
    session: Session, official: FormClient
) -> None:
    create_next_issue(session)
    create_next_issue(session, jobs=24)
    row = session.scalars(select(StatisticsIssue).where(StatisticsIssue.number == 2)).one()
    meant = frozen.from_json(row.definitions)["jobs_end"]
    old = frozen.FrozenMeasure(
        code=meant.code,
        label=meant.label,
        unit=meant.unit,
        definition=Text("当时的口径", "What was meant then"),
        denominator=None,
        source=meant.source,
    )
    session.expunge(row)
    changed = {
        column.key: getattr(row, column.key)
        for column in StatisticsIssue.__table__.columns
        if column.key not in {"id", "basis"}
    }
    changed |= {"number": 3, "definitions": frozen.to_json([old]), "basis": b""}
    session.add(StatisticsIssue(**changed))
    session.commit()
    address = "/statistics/cell?period=2026-10&cube=whole&measure=jobs_end"
    assert "当时的口径" in official.get(address).text
    first = official.get(f"{address}&issue=1").text
    assert "当时的口径" not in first
    assert figure(first) == "23"


@pytest.mark.feature("OFF-10")
def test_a_company_opens_its_own_figure_with_the_exact_count(
    session: Session, client_as: SignIn
) -> None:
    companies = create_closed(session)
    finance = create_account(session, Role.FINANCE, companies["BIG"])
    admin = create_account(session, Role.BASE_ADMIN)
    session.commit()
    own = client_as(finance)
    page = own.get(MEN).text
    # The odd ones of 1 … 12.
    assert figure(page) == "6"
    assert fact(page, "依据的岗位") == "6 个岗位"
    assert "未经发布的内部数字" in page
    assert own.get(f"{MEN}&company=MID").status_code == HTTPStatus.NOT_FOUND
    assert own.get("/statistics/issues").status_code == HTTPStatus.FORBIDDEN
    base = client_as(admin)
    assert "看哪张表" in base.get(MONTH).text
    assert figure(base.get(MEN).text) == "12"
    # 13 … 20 are of MID: 4 men, whom nobody withholds from the base.
    assert figure(base.get(f"{MEN}&company=MID").text) == "4"
    assert base.get(f"{MEN}&issue=1").status_code == HTTPStatus.NOT_FOUND
