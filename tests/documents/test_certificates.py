"""Certificates: their figures are the payslips', they are numbered once, checked by anybody, and withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.reading import text_of
from tests.engines import both_engines
from tests.factories.pay import create_order, create_payslip, create_run, history
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.documents import certificate_queries as queries
from workforce.documents import certificates as service
from workforce.documents.certificate_facts import Figures, Kind
from workforce.documents.certificates import Wish
from workforce.documents.models import Certificate
from workforce.payroll.models import PayslipLine, SlipReversal
from workforce.people.models import Employment, Person
from workforce.platform import audit, clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]

TODAY = dt.datetime(2026, 11, 29, 2, tzinfo=dt.UTC)
AUGUST, OCTOBER = PayPeriod(2026, 8), PayPeriod(2026, 10)
# Yuan by hand, each month as (gross, pension, tax, net): gross − pension − tax = net.
MONTHS = {
    "2026-08": (400_000, 36_424, 0, 363_576),
    "2026-09": (650_033, 36_424, 7_600, 606_009),
    "2026-10": (512_000, 36_424, 1_111, 474_465),
}


@pytest.fixture
def company(session: Session) -> Company:
    """A company of Fengjie."""
    return factories.create_company(session, code="QZ", name="夔州标注有限公司")


@pytest.fixture
def employment(session: Session, company: Company) -> Employment:
    """An annotator hired on 15 March 2024, paid in August, September and October 2026."""
    person = factories.create_person(session, name="张三丰")
    row = factories.create_employment(
        session,
        company,
        person=person,
        employee_no="A007",
        position="数据标注员",
        hired_on=dt.date(2024, 3, 15),
    )
    for period in MONTHS:
        paid(session, company, row, period)
    session.commit()
    return row


def paid(session: Session, company: Company, row: Employment, period: str, **run: object) -> int:
    """Pay a month as ``MONTHS`` says; return the payslip's key."""
    gross, pension, tax, net = MONTHS[period]
    stored = create_run(session, company, period=period, **run)
    slip = create_payslip(session, stored, row, gross_pay_amount=gross, net_pay_amount=net)
    with history(session):
        for seq, (code, amount) in enumerate(
            (("pension_insurance", pension), ("income_tax", tax)), start=1
        ):
            session.add(
                PayslipLine(
                    payslip_id=slip.id,
                    seq=seq,
                    code=code,
                    kind="deduction",
                    amount=amount,
                    reference="",
                    operands="{}",
                )
            )
    return slip.id


def paid_again(session: Session, company: Company, row: Employment, period: str = "2026-09") -> int:
    """Pay a bonus as high as the month's pay, in an off-cycle run; return the payslip's key."""
    order = create_order(session, company, row, period=period)
    off_cycle = {"kind": "off_cycle", "number": order.number, "order_id": order.id}
    return paid(session, company, row, period, **off_cycle)


def income(row: Employment, **changes: object) -> Wish:
    values = {"employment_id": row.id, "kind": Kind.INCOME, "first": AUGUST, "last": OCTOBER}
    return Wish(**values | changes)  # type: ignore[arg-type]


def issue(row: Employment, wish: Wish, at: dt.datetime = TODAY) -> int:
    with clock.fixed(at), unit_of_work() as session:
        return service.issue(session, audit.CLI, Scope.company(row.company_id), wish)


def figures(row: Employment, wish: Wish, at: dt.datetime = TODAY) -> Figures:
    with clock.fixed(at):
        return service.preview(db.session(), Scope.company(row.company_id), wish)


@both_engines
@pytest.mark.feature("FIN-41")
def test_the_figures_are_those_of_the_payslips(employment: Employment) -> None:
    said = figures(employment, income(employment))
    assert [(m.month, m.gross_pay, m.income_tax, m.net_pay) for m in said.months] == [
        ("2026-08", 400_000, 0, 363_576),
        ("2026-09", 650_033, 7_600, 606_009),
        ("2026-10", 512_000, 1_111, 474_465),
    ]
    # By hand: 4000.00 + 6500.33 + 5120.00 = 15620.33, a third of it 5206.776… → 5206.78.
    assert (said.gross_pay, said.average_gross_pay) == (1_562_033, 520_678)
    # 3635.76 + 6060.09 + 4744.65 = 14440.50, a third of it 4813.50.
    assert (said.net_pay, said.average_net_pay) == (1_444_050, 481_350)
    assert (said.income_tax, said.insurance_and_fund) == (8_711, 109_272)


@pytest.mark.feature("FIN-41")
def test_the_month_by_hand_is_certified_as_its_payslip(world: World) -> None:
    world.approve()
    employment = world.session.get_one(Employment, world.slip("W1").employment_id)
    employment.position = "标注员"
    world.session.commit()
    (month,) = figures(employment, income(employment, first=OCTOBER)).months
    # scenario.md: gross 2471.25, own insurance 483.07, no tax, net 1988.18.
    assert (month.gross_pay, month.insurance_and_fund) == (247_125, 48_307)
    assert (month.income_tax, month.net_pay) == (0, 198_818)


def test_a_reversed_payslip_does_not_count(
    session: Session, company: Company, employment: Employment
) -> None:
    slip = paid_again(session, company, employment)
    two = [factories.create_account(session, Role.FINANCE, company) for _ in range(2)]
    assert figures(employment, income(employment)).months[1].net_pay == 2 * 606_009
    session.add(
        SlipReversal(
            payslip_id=slip,
            reason="错发",
            proposed_by_id=two[0].id,
            proposed_at=TODAY,
            approved_by_id=two[1].id,
            approved_at=TODAY,
        )
    )
    session.commit()
    assert figures(employment, income(employment)).months[1].net_pay == 606_009


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"last": PayPeriod(2026, 11)}, "certificate.months_missing"),
        ({"first": PayPeriod(2026, 11)}, "certificate.months_range"),
        ({"first": PayPeriod(2023, 10)}, "certificate.months_range"),
        ({"first": None}, "certificate.months_needed"),
        ({"purpose": "x" * 101}, "certificate.purpose_too_long"),
        ({"kind": Kind.SEPARATION}, "certificate.not_left"),
    ],
)
def test_what_cannot_be_certified_is_refused(
    employment: Employment, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        issue(employment, income(employment, **changes))
    assert refused.value.code == code


def test_a_month_that_nobody_has_approved_is_missing(
    session: Session, company: Company, employment: Employment
) -> None:
    MONTHS["2026-11"] = MONTHS["2026-10"]
    try:
        paid(session, company, employment, "2026-11", state="calculated")
        # A bonus of November that is paid already is not the month's income.
        paid_again(session, company, employment, "2026-11")
    finally:
        del MONTHS["2026-11"]
    session.commit()
    through_november = income(employment, last=PayPeriod(2026, 11))
    with pytest.raises(DomainError, match="2026-11") as refused:
        figures(employment, through_november)
    assert refused.value.code == "certificate.months_missing"
    # Who had left before has nothing else to come of it.
    employment.separated_on = dt.date(2026, 10, 31)
    session.commit()
    assert figures(employment, through_november).months[-1].net_pay == 474_465


def test_half_a_month_is_not_a_months_income(
    session: Session, company: Company, employment: Employment
) -> None:
    first, second = PayPeriod(2026, 11).halves
    for half, state in ((first, "closed"), (second, "calculated")):
        MONTHS[str(half)] = MONTHS["2026-08"]
        try:
            paid(session, company, employment, str(half), state=state)
        finally:
            del MONTHS[str(half)]
    session.commit()
    with pytest.raises(DomainError, match="2026-11"):
        figures(employment, income(employment, last=PayPeriod(2026, 11)))


@pytest.mark.poppler
@pytest.mark.feature("FIN-41")
def test_the_paper_says_it_in_figures_and_in_words(employment: Employment, tmp_path: Path) -> None:
    key = issue(employment, income(employment, purpose="办理住房贷款"))
    made = service.document(db.session(), Scope.company(employment.company_id), key)
    assert made.name == "收入证明_2026-0001_张三丰.pdf"
    text = "".join(text_of(made.content, tmp_path).split())
    for said in (
        "编号：2026-0001",
        "兹证明张三丰",
        "15,620.33元（大写：壹万伍仟陆佰贰拾元零叁角叁分）",
        "月平均5,206.78元",
        "实发工资合计人民币14,440.50元（大写：壹万肆仟肆佰肆拾元零伍角）",
        "2026-096,500.33364.2476.006,060.09",
        "本证明仅用于办理住房贷款",
        "2026年11月29日",
    ):
        assert said in text, said
    assert service.document(db.session(), Scope.base(), key).content == made.content


@pytest.mark.poppler
@pytest.mark.feature("FIN-41")
def test_a_certificate_of_leaving_says_what_article_50_asks_for_and_no_reason(
    session: Session, employment: Employment, tmp_path: Path
) -> None:
    employment.separated_on, employment.separation_reason = dt.date(2026, 10, 31), "违纪"
    session.commit()
    wish = Wish(
        employment_id=employment.id,
        kind=Kind.SEPARATION,
        contract_kind="fixed_term",
        contract_to=dt.date(2027, 3, 14),
    )
    made = service.document(db.session(), Scope.base(), issue(employment, wish))
    text = "".join(text_of(made.content, tmp_path).split())
    # 15 March 2024 to 31 October 2026, both included: 2 years, 7 months and 17 days.
    for said in ("自2024年3月15日起至2027年3月14日止", "2026年10月31日解除或者终止", "2年7个月"):
        assert said in text, said
    assert "第五十条" in text
    assert "违纪" not in text
    # On the last day of work nobody has left yet.
    with pytest.raises(DomainError, match="not left"):
        figures(employment, wish, at=dt.datetime(2026, 10, 31, 4, tzinfo=dt.UTC))
    with pytest.raises(DomainError, match="not employed"):
        figures(employment, Wish(employment_id=employment.id, kind=Kind.EMPLOYMENT))


@both_engines
def test_numbers_follow_each_other_within_company_and_year(
    session: Session, employment: Employment
) -> None:
    other = factories.create_employment(
        session, factories.create_company(session, code="XX"), position="标注员"
    )
    session.commit()
    employed = Wish(employment_id=employment.id, kind=Kind.EMPLOYMENT)
    keys = [issue(employment, employed), issue(employment, employed)]
    keys.append(issue(other, Wish(employment_id=other.id, kind=Kind.EMPLOYMENT)))
    keys.append(issue(employment, employed, at=dt.datetime(2027, 1, 4, tzinfo=dt.UTC)))
    numbers = [queries.view(db.session(), Scope.base(), key).number for key in keys]
    assert numbers == ["2026-0001", "2026-0002", "2026-0001", "2027-0001"]


@pytest.mark.feature("FIN-41")
def test_a_person_asks_finance_issues_and_anybody_checks(
    session: Session, company: Company, employment: Employment, client_as: ClientAs
) -> None:
    person = session.get_one(Person, employment.person_id)
    own = client_as(factories.create_account(session, Role.ANNOTATOR, company, person))
    finance = client_as(factories.create_account(session, Role.FINANCE, company))
    form = {
        "employment_id": str(employment.id),
        "kind": "income",
        "language": "zh",
        "first": "2026-08",
        "last": "2026-10",
        "purpose": "租房",
    }
    session.commit()
    assert own.post_form("/my/certificates", form).status_code == 302
    again = own.post_form("/my/certificates", form)
    assert again.status_code == 422
    assert "您已申请过" in again.get_data(as_text=True)
    session.rollback()
    asked = session.scalars(select(Certificate)).one()
    assert own.get(f"/my/certificates/{asked.id}/pdf").status_code == 404

    assert "等您出具" in finance.get("/certificates").get_data(as_text=True)
    address = f"/certificates/of/{employment.id}?asked={asked.id}"
    assert 'value="2026-08"' in finance.get(address).get_data(as_text=True)
    looked = finance.post_form(address, form | {"act": "look"}).get_data(as_text=True)
    assert "15,620.33" in looked
    session.rollback()
    assert session.scalars(select(Certificate.issued_at)).one() is None
    issued = finance.post_form(address, form | {"act": "issue"})
    assert issued.location == f"/certificates/{asked.id}"
    assert "14,440.50" in finance.get(issued.location).get_data(as_text=True)

    sent = own.get(f"/my/certificates/{asked.id}/pdf")
    assert sent.data.startswith(b"%PDF")
    session.rollback()
    check = f"/c/{session.scalars(select(Certificate.public_id)).one()}"
    stranger = own.application.test_client()
    page = stranger.get(check)
    text = page.get_data(as_text=True)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "有效" in text
    assert "张*" in text
    mark = queries.view(session, Scope.base(), asked.id).fingerprint
    assert mark is not None
    assert mark in text
    for secret in ("张三丰", "15,620.33", "14,440.50", "A007", person.id_number):
        assert secret not in text

    finance.post_form(f"/certificates/{asked.id}/withdraw", {"reason": "月份写错"})
    assert "已撤回" in stranger.get(check).get_data(as_text=True)
    assert own.get(f"/my/certificates/{asked.id}/pdf").location == "/my/certificates"
    told = "财务的说明：月份写错"
    assert told in own.get("/my/certificates").get_data(as_text=True)
    session.rollback()
    actions = session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_type == "certificate", AuditEntry.action != "certificate.read")
        .order_by(AuditEntry.id)
    ).all()
    assert actions == ["certificate.ask", "certificate.issue", "certificate.withdraw"]


def test_finance_declines_with_a_reason_and_issues_none_about_itself(
    session: Session, company: Company, employment: Employment, client_as: ClientAs
) -> None:
    person = session.get_one(Person, employment.person_id)
    account = factories.create_account(session, Role.FINANCE, company, person)
    session.commit()
    own = client_as(account)
    form = {"employment_id": str(employment.id), "kind": "employment", "language": "en"}
    own.post_form("/my/certificates", form)
    refused = own.post_form(f"/certificates/of/{employment.id}", form | {"act": "issue"})
    assert "不能给自己出具证明" in refused.get_data(as_text=True)
    session.rollback()
    asked = session.scalars(select(Certificate)).one()
    assert asked.issued_at is None
    other = client_as(factories.create_account(session, Role.FINANCE, company))
    session.commit()
    for reason, state in (("", "asked"), ("先补交材料", "declined"), ("再来一次", "declined")):
        other.post_form(f"/certificates/{asked.id}/decline", {"reason": reason})
        session.rollback()
        assert queries.view(session, Scope.base(), asked.id).state == state
    assert queries.view(session, Scope.base(), asked.id).reason == "先补交材料"


def test_payslips_that_change_later_are_pointed_out(
    session: Session, company: Company, employment: Employment
) -> None:
    key = issue(employment, income(employment))
    reach = Scope.company(company.id)
    assert not service.is_outdated(db.session(), reach, key)
    paid_again(session, company, employment)
    session.commit()
    assert service.is_outdated(db.session(), reach, key)
    # What was issued stays as it was.
    assert queries.figures(db.session(), reach, key)[1].net_pay == 1_444_050
