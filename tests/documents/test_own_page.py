"""What the owner of a payslip finds on it beside the lines: payment, bank card, law, doubt, last month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests import factories
from tests.documents.test_pages import ClientAs, words
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.documents.law_links import LAW_OF_LINE
from workforce.people.models import Employment, Person
from workforce.production.models import TaskType

NOVEMBER = PayPeriod(2026, 11)


@pytest.fixture
def own(world: World, client_as: ClientAs) -> FormClient:
    """The browser of W1, whose approved October came to 1988.18."""
    world.approve()
    world.publish()
    employment = world.session.get_one(Employment, world.slip("W1").employment_id)
    employment.bank_account = "6222020200001236621"
    person = world.session.get_one(Person, employment.person_id)
    account = factories.create_account(world.session, Role.ANNOTATOR, world.company, person)
    world.session.commit()
    return client_as(account)


@both_engines
@pytest.mark.feature("ANN-20")
def test_payment_state_and_the_tail_of_the_bank_card(own: FormClient, world: World) -> None:
    address = f"/payslips/{world.slip('W1').id}"

    waiting = own.get(address)
    world.pay()
    paid = own.get(address)

    assert "待发放" in words(waiting)
    assert "已发放" in words(paid)
    assert "6621" in words(paid)
    assert "622202" not in paid.text


@pytest.mark.feature("ANN-3")
def test_lines_lead_to_the_law_and_to_a_question(own: FormClient, world: World) -> None:
    slip = world.slip("W1")
    page = own.get(f"/payslips/{slip.id}").text

    assert 'href="/law/pension_employee_rate?on=2026-10-31"' in page
    assert f'href="/payslips/{slip.id}/lines/1/dispute"' in page
    assert own.get("/law/pension_employee_rate?on=2026-10-31").status_code == 200


def test_every_law_value_that_a_line_leads_to_exists() -> None:
    known = {parameter.code for parameter in LawBook.load().parameters()}

    assert set(LAW_OF_LINE.values()) <= known


@both_engines
@pytest.mark.feature("ANN-7")
def test_a_payslip_is_compared_with_the_one_before(own: FormClient, world: World) -> None:
    employment = world.session.get_one(Employment, world.slip("W1").employment_id)
    polygon = world.session.query(TaskType).filter_by(code="polygon").one()
    factories.create_output(world.session, employment, polygon, dt.date(2026, 11, 9), 3000)
    world.run(NOVEMBER)
    world.approve(NOVEMBER)
    world.publish(NOVEMBER)

    text = words(own.get(f"/payslips/{world.slip('W1', NOVEMBER).id}"))

    assert "和 2026-10 比" in text
    # 1924.60 in October, 3000 × 1.333 in November.
    assert "计件工资 1,924.60 3,999.00 +2,074.40" in text


@pytest.mark.feature("ANN-1")
def test_finance_cannot_raise_a_question_for_somebody(
    own: FormClient, world: World, client_as: Callable[[Account], FormClient]
) -> None:
    del own
    page = client_as(world.maker).get(f"/payroll/payslips/{world.slip('W1').id}").text

    assert '/dispute"' not in page
    assert "6621" not in page
