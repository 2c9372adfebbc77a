"""Files of a month, from the stored payslips to the download, by hand where they state figures."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, update

from tests import factories
from tests.documents.file_samples import cells_of
from tests.documents.samples import register
from tests.engines import both_engines
from tests.factories.rows import add
from tests.factories.web import FormClient
from tests.payments.books import NOON
from tests.payroll.world import OCTOBER, World, create_world
from tests.queries import counted
from workforce.accounts.models import Account
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.core.errors import InputError, NotFoundError
from workforce.core.law import LawBook
from workforce.core.money import parse_fen
from workforce.core.permissions import Role
from workforce.documents.files import service
from workforce.documents.files.accounts import (
    STANDARD_BOOKS,
    AccountKey,
    books_of,
    paying_account,
)
from workforce.documents.files.models import FileTemplate
from workforce.documents.layouts.register_csv import write_register_csv
from workforce.payments import queries as payments
from workforce.payroll.models import SlipReversal
from workforce.people.models import Employment, Person
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db

ClientAs = Callable[[Account], FormClient]
MONTH = "/payroll/month/2026-10/files"


@pytest.fixture
def decided(world: World) -> World:
    """The month by hand with a second person, approved: W1 gets 1988.18."""
    worker = world.hire("W2", contribution_base_amount=300_000)
    world.attend(worker)
    world.output(worker, "bbox_2d", 20, 20_000)
    world.run()
    world.approve()
    world.session.commit()
    return world


def ledger_rows(world: World) -> list[dict[str, object]]:
    form = service.form_named("ledger")
    return [
        dict(row)
        for row in service.prepare_month(world.session, world.company.id, form, OCTOBER).rows
    ]


@both_engines
def test_the_ledger_of_the_month_by_hand(decided: World) -> None:
    """1924.60 − 6.25 by the piece; 18.75 + 100.00 overtime; 15.00 at night; 369.15 + 50.00 besides."""
    file = service.prepare_month(
        decided.session, decided.company.id, service.form_named("ledger"), OCTOBER
    )
    first = file.rows[0]
    assert {
        name: first[name] for name in ("piece", "time", "overtime", "bonus_allowance", "special")
    } == {
        "piece": 191_835,
        "time": 0,
        "overtime": 11_875,
        "bonus_allowance": 1_500,
        "special": 41_915,
    }
    assert (first["gross"], first["insurance"], first["fund"], first["tax"], first["other"]) == (
        *(247_125, 48_307, 0, 0, 0),
    )
    assert (first["deducted"], first["net"], first["days"]) == (48_307, 198_818, 18_000_000)
    assert first["paid_on"] is None
    assert file.can_be_made
    decided.pay()
    decided.session.commit()
    paid = ledger_rows(decided)[0]
    assert (paid["reference"], paid["unpaid"]) == ("ICBC 1", 0)


@both_engines
@pytest.mark.feature("FIN-31")
def test_a_reversed_payslip_is_in_no_file(decided: World) -> None:
    before = service.prepare_month(
        decided.session, decided.company.id, service.form_named("voucher_kingdee"), OCTOBER
    )
    add(
        decided.session,
        SlipReversal(
            payslip_id=decided.slip("W2").id,
            reason="x",
            proposed_by_id=decided.maker.id,
            proposed_at=NOON,
            approved_by_id=decided.approver.id,
            approved_at=NOON,
        ),
    )
    decided.session.commit()
    assert [row["employee_no"] for row in ledger_rows(decided)] == ["W1"]
    after = service.prepare_month(
        decided.session, decided.company.id, service.form_named("voucher_kingdee"), OCTOBER
    )
    assert before.can_be_made
    assert after.can_be_made
    assert [control.due for control in after.controls][1:] == [369_147, 198_818]


@both_engines
@pytest.mark.feature("FIN-30")
def test_page_file_and_audit_say_the_same(decided: World, client_as: ClientAs) -> None:
    decided.pay()
    finance = client_as(decided.maker)
    batch = decided.session.scalars(payments.batches(decided.scope)).one()
    net = sum(
        row.amount for row in decided.session.execute(payments.payments_of(decided.scope, batch.id))
    )
    address = f"/payroll/payments/{batch.id}/files/bank_text"
    assert address in finance.get(f"/payroll/payments/{batch.id}/files").get_data(as_text=True)
    assert f"{net // 100:,}.{net % 100:02d}" in finance.get(address).get_data(as_text=True)
    sent = finance.get(f"{address}/download")
    assert sent.status_code == 200
    rows = list(csv.reader(sent.data.decode("gb18030").splitlines()))
    assert sum(parse_fen(row[3]) for row in rows[1:]) == net
    decided.session.rollback()
    entry = decided.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "file.produce")
    ).one()
    assert entry.after is not None
    noted = json.loads(entry.after)
    assert noted["controls"] == {"笔数": 2, "实发合计": net}
    assert noted["sha256"] == hashlib.sha256(sent.data).hexdigest()
    again = finance.get(address).get_data(as_text=True)
    assert "生成过 1 次" in again
    assert "不要再交给银行" in again
    stranger = factories.create_account(
        decided.session, Role.FINANCE, factories.create_company(decided.session)
    )
    decided.session.commit()
    for end in ("", "/download"):
        assert client_as(stranger).get(f"{address}{end}").status_code == 404


def test_a_file_reads_with_as_many_statements_for_more_people(
    app: Flask, decided: World, client_as: ClientAs
) -> None:
    finance = client_as(decided.maker)
    finance.get(f"{MONTH}/ledger")
    with counted(app) as few:
        assert finance.get(f"{MONTH}/ledger").status_code == 200
    more = decided.hire("M9")
    half = factories.create_run(
        decided.session, decided.company, period="2026-10-H1", payslip_count=1
    )
    factories.create_payslip(decided.session, half, more)
    decided.session.commit()
    with counted(app) as many:
        assert finance.get(f"{MONTH}/ledger").status_code == 200
    assert [row["employee_no"] for row in ledger_rows(decided)] == ["M9", "W1", "W2"]
    assert len(many) == len(few) <= 20


def test_a_month_without_decided_pay_has_no_file(world: World, client_as: ClientAs) -> None:
    finance = client_as(world.maker)
    assert "还没有已批准的工资批次" in finance.get(MONTH).get_data(as_text=True)
    assert finance.get(f"{MONTH}/ledger/download").status_code == 422
    with pytest.raises(InputError):
        service.prepare_month(
            world.session, world.company.id, service.form_named("ledger"), OCTOBER
        )
    with pytest.raises(NotFoundError):
        service.form_named("nothing")


@pytest.mark.feature("FIN-30")
def test_an_own_template_is_uploaded_used_and_taken_away(
    decided: World, client_as: ClientAs
) -> None:
    finance = client_as(decided.maker)
    book = openpyxl.Workbook()
    assert book.active is not None
    for at, title in enumerate(
        ("凭证日期", "*科目编码", "借方", "贷方", "摘要", "本行备查"), start=1
    ):
        book.active.cell(2, at, title)
    content = io.BytesIO()
    book.save(content)
    address = f"{MONTH}/voucher_ufida"
    upload = {"file": (io.BytesIO(content.getvalue()), "用友模板.xlsx")}
    assert finance.post_form(address, upload).status_code == 302
    page = finance.get(address).get_data(as_text=True)
    assert "用友模板.xlsx" in page
    assert "模板表头上方的 1 行照原样保留" in page
    rows = cells_of(finance.get(f"{address}/download").data)
    assert rows[1][:2] == ["凭证日期", "*科目编码"]
    assert rows[2][:2] == ["2026-10-31", "5001"]
    wrong = {"file": (io.BytesIO("科目编码,摘要,*项目核算\n".encode()), "x.csv")}
    refused = finance.post_form(address, wrong)
    assert refused.status_code == 422
    assert "*项目核算" in refused.get_data(as_text=True)
    stored = decided.session.scalars(select(FileTemplate)).one()
    stored.header = stored.header | {"titles": [*stored.header["titles"], "*新列"]}
    decided.session.commit()
    stale = finance.get(address).get_data(as_text=True)
    assert "*新列" in stale
    assert f"{address}/download" not in stale
    assert finance.post_form("/payroll/files/voucher_ufida/template/remove").status_code == 302
    assert "用友模板.xlsx" not in finance.get(address).get_data(as_text=True)


def test_account_and_books_are_set_on_pages(world: World, client_as: ClientAs) -> None:
    finance = client_as(world.maker)
    wrong = {"account_name": "示例", "account_no": "31x", "bank_name": "工商银行"}
    assert finance.post_form("/payroll/files/account", wrong).status_code == 422
    right = wrong | {"account_no": "3100000000000000001"}
    assert finance.post_form("/payroll/files/account", right).status_code == 302
    sent = {"administration_rate": "12.5", "bank_code": "100201"}
    assert finance.post_form("/payroll/files/books", sent).status_code == 302
    assert finance.post_form("/payroll/files/books", {"bank_code": " "}).status_code == 422
    world.session.rollback()
    known = paying_account(world.session, world.company.id)
    assert known is not None
    assert known.account_no == "3100000000000000001"
    books = books_of(world.session, world.company.id)
    assert (books.administration_rate, books.accounts[AccountKey.BANK].code) == (125_000, "100201")
    cost = AccountKey.LABOUR_COST
    assert books.accounts[cost] == STANDARD_BOOKS.accounts[cost]
    entries = world.session.scalars(
        select(AuditEntry.after).where(AuditEntry.action == "company_account.set")
    )
    assert all("3100000000000000001" not in str(after) for after in entries)


@pytest.mark.feature("FIN-32")
def test_csv_of_the_register_has_the_totals_and_no_formulas() -> None:
    """The register of samples has people named ``=SUM(A1:A9)`` and numbered ``+19``."""
    content = write_register_csv(register())
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    head, total = rows[0], rows[-1]
    assert [row[2] for row in rows[1:4]] == ["张𬭎㛃", "'=SUM(A1:A9)", "李娟"]
    assert [row[1] for row in rows[1:4]] == ["XH0017", "0018", "'+19"]
    # By hand: 3 × 2471.25 and 3 × 1988.18.
    assert (total[head.index("应发工资")], total[head.index("实发工资")]) == ("7413.75", "5964.54")


@pytest.mark.feature("FIN-32")
def test_finance_takes_the_register_as_csv(decided: World, client_as: ClientAs) -> None:
    person = decided.session.get_one(Employment, decided.slip("W2").employment_id).person_id
    decided.session.execute(update(Person).where(Person.id == person).values(name="@SUM(1)"))
    decided.session.commit()
    sent = client_as(decided.maker).get(f"/payroll/runs/{decided.stored_run().id}/register.csv")
    assert sent.mimetype == "text/csv"
    assert '"\'@SUM(1)"' in sent.data.decode("utf-8-sig")


def test_the_command_writes_the_file_with_its_totals(tmp_path: Path, book: LawBook) -> None:
    def invoke(*words: str) -> Result:
        arguments = ["--instance", str(tmp_path / "instance"), *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    invoke("init")
    with State(instance=tmp_path / "instance", locale="en").app():
        world = create_world(db.session(), book)
        worker = world.hire("W1", contribution_base_amount=300_000)
        world.task_type("bbox_2d", ("2026-01-01", 125_000))
        world.attend(worker)
        world.output(worker, "bbox_2d", 20, 20_000)
        world.run()
        world.approve()
    out = str(tmp_path / "out")
    made = invoke("file", "ledger", "2026-10", "--company", "QZ", "--out", out)
    assert made.exit_code == 0, made.output
    assert "Net pay: " in made.output
    assert list((tmp_path / "out").iterdir())
    for words, said in (
        (("ledger", "2026-09", "--company", "QZ"), "No payroll run of 2026-09"),
        (("bank_text", "2026-10", "--company", "QZ"), "payment batch"),
        (("bank_text", "2026-10", "--company", "QZ", "--batch", "9"), "no payment batch 9"),
        (("nothing", "2026-10", "--company", "QZ"), "voucher_kingdee"),
    ):
        refused = invoke("file", *words)
        assert refused.exit_code == 2
        assert said in refused.output
