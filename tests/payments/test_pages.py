"""The pages of money: paying by batch, the ledger, holds, and what the person paid is told."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests import factories
from tests.factories.pay import history
from tests.factories.web import FormClient
from tests.payments.books import Books, slip_of
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.payments import holding
from workforce.payments.models import PaymentBatch
from workforce.payroll.models import PayslipLine
from workforce.people.models import Person
from workforce.platform import clock

ClientAs = Callable[[Account], FormClient]


def words(html: str) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.feature("FIN-29", "FIN-34")
def test_from_the_run_to_the_ledger_by_buttons(books: Books, client_as: ClientAs) -> None:
    run_id = books.run(A=250_000, B=310_050, C=180_000)
    finance = client_as(books.finance)
    held_page = f"/payroll/people/{books.staff['C'].id}/hold"
    assert finance.post_form(held_page, {"reason": " "}).status_code == 422
    assert finance.post_form(held_page, {"reason": "账户被冻结"}).status_code == 302
    shown = words(finance.get(f"/payroll/runs/{run_id}/pay").text)
    assert "5,600.50" in shown
    assert "C某" in shown
    assert "1,800.00" in shown

    made = finance.post_form(f"/payroll/runs/{run_id}/payments", {})

    books.session.commit()
    batch = books.session.scalars(select(PaymentBatch)).one()
    path = f"/payroll/payments/{batch.id}"
    assert made.location.endswith(path)
    assert finance.get(f"/payroll/runs/{run_id}/pay").location.endswith(path)
    today = clock.today().isoformat()
    paid = {"paid_on": today, "amount": "5600.50", "reference": "ICBC 1"}
    wrong = finance.post_form(path, paid | {"amount": "9400.50"})
    assert wrong.status_code == 422
    assert "3,800.00" in wrong.text or "3800.00" in wrong.text
    assert finance.post_form(path, paid).status_code == 302
    assert books.state(run_id) == "paid"
    item = f"/payroll/payments/items/{books.payment(batch.id, 'A').payment_id}"
    assert finance.post_form(item, {"on": today, "reason": ""}).status_code == 422
    assert finance.post_form(item, {"on": "2100-01-01", "reason": "x"}).status_code == 422
    assert finance.post_form(item, {"on": today, "reason": "户名不符"}).status_code == 302

    ledger = words(finance.get("/payroll/arrears").text)
    assert "A某" in ledger
    assert "户名不符" in ledger
    assert "账户被冻结" in ledger
    assert "B某" not in ledger
    assert "4,300.00" in ledger  # 2500.00 sent back and 1800.00 held back
    everybody = words(finance.get("/payroll/arrears?why=all&q=B").text)
    assert "B某" in everybody
    assert "A某" not in everybody
    (sheet,) = load_workbook(
        io.BytesIO(finance.get("/payroll/arrears.xlsx?why=all").data)
    ).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[3:]] == ["A", "B", "C", "合计"]
    assert [[row[n] for n in (5, 6, 7)] for row in rows[3:]] == [
        [2500, 0, 2500],
        [3100.5, 3100.5, 0],
        [1800, 0, 1800],
        [7400.5, 3100.5, 4300],
    ]
    assert "2,500.00" in words(finance.get("/payroll/payments/arrears").text)
    assert finance.post_form("/payroll/payments/arrears", {}).status_code == 302
    books.session.commit()
    rest = books.session.scalars(select(PaymentBatch).order_by(PaymentBatch.id.desc())).first()
    assert rest is not None
    assert rest.total_amount == 250_000
    cancelled = f"/payroll/payments/{rest.id}/cancel"
    assert finance.post_form(cancelled, {"reason": "先改账号"}).status_code == 302
    assert "已取消" in words(finance.get("/payroll/payments").text)


def say_lines(books: Books, run_id: int, number: str, amount: int) -> None:
    """Let a payslip say of what it is made: one line of piecework."""
    with history(books.session):
        books.session.add(
            PayslipLine(
                payslip_id=slip_of(books, run_id, number).id,
                seq=1,
                code="piecework_pay",
                kind="earning",
                wage_part="piece",
                detail="box",
                quantity=0,
                rate=100_000,
                amount=amount,
                reference="",
                operands='{"qty": 0, "price_micro": 100000}',
            )
        )
    books.session.commit()


@pytest.mark.feature("FIN-29")
def test_whose_pay_is_held_back_is_told_so_but_not_why(books: Books, client_as: ClientAs) -> None:
    run_id = books.run(A=250_000)
    say_lines(books, run_id, "A", 250_000)
    books.company.contact_name = "陈会计"
    books.session.commit()
    holding.hold_pay(books.scope, books.staff["A"].id, "涉嫌冒领", books.who)
    books.pay(run_id)
    session = books.session
    person = session.get_one(Person, books.staff["A"].person_id)
    account = factories.create_account(session, Role.ANNOTATOR, books.company, person)
    session.commit()
    (slip,) = re.findall(r"/payslips/\d+", client_as(account).get("/payslips").text)[:1]

    shown = words(client_as(account).get(slip).text)

    assert "暂缓发放" in shown
    assert "陈会计" in shown
    assert "涉嫌冒领" not in shown
    assert "发放日" not in shown.split("暂缓发放")[1].split("下载")[0]
    assert client_as(account).get("/payroll/holds").status_code == 403
    assert "涉嫌冒领" in words(client_as(books.finance).get("/payroll/holds").text)
