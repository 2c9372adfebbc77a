"""``workforce payslips``, ``register`` and ``certificate`` from the command line."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.documents.reading import text_of
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, World, actor, create_world
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.core.facts import AmountKind
from workforce.core.law import LawBook
from workforce.core.orders import Purpose
from workforce.payroll.orders import orders
from workforce.payroll.orders.orders import OrderAmount, OrderFacts
from workforce.people.models import Employment, Person
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db


def invoke(instance: Path, *words: str, locale: str = "en") -> Result:
    arguments = ["--instance", str(instance), *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)


@pytest.fixture(scope="module")
def installed(initialised: Path, tmp_path_factory: pytest.TempPathFactory, book: LawBook) -> Path:
    """An installation with two companies; QZ has the month worked by hand, XX has no run."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(initialised, folder, dirs_exist_ok=True)
    with State(instance=folder, locale="en").app():
        world = create_world(db.session(), book)
        fill(world)
        add_second_person(world)
        create_world(db.session(), book, code="XX")
        world.run()
        world.approve()
        order_bonus(world)
    return folder


def order_bonus(world: World) -> None:
    """W1 gets 100 yuan in a run beside the month's own; nobody has approved it."""
    (who,) = world.session.scalars(
        select(Employment.id).where(
            Employment.employee_no == "W1", Employment.company_id == world.company.id
        )
    )
    bonus = OrderAmount(who, AmountKind.ANNUAL_BONUS_MERGED, "annual_bonus_merged", 10_000)
    order_id = orders.create_order(
        world.scope,
        world.company.id,
        OrderFacts(
            period=OCTOBER,
            purpose=Purpose.BONUS,
            title="中秋补发",
            pay_on=dt.date(2026, 11, 25),
            reason="漏发",
            people=frozenset({who}),
            amounts=(bonus,),
        ),
        actor(world.maker),
    )
    assert world.run(OCTOBER, order_id=order_id).run_id is not None


def add_second_person(world: World) -> None:
    worker = world.hire("W2", contribution_base_amount=300_000)
    person = world.session.get_one(Person, worker.person_id)
    person.name = "张𬭎㛃"
    world.attend(worker)
    world.output(worker, "bbox_2d", 20, 20_000)


@pytest.mark.poppler
def test_payslips_go_under_the_instance(installed: Path, tmp_path: Path) -> None:
    result = invoke(installed, "payslips", "2026-10", "--company", "QZ")
    assert result.exit_code == 0, result.output
    folder = installed / "produced" / "2026-10" / "QZ" / "payslips"
    assert f"2 payslips: {folder}" in result.output
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert names[1] == "工资条_2026-10_W2_张𬭎㛃.pdf"
    assert "¥ 1,988.18" in text_of((folder / names[0]).read_bytes(), tmp_path)
    with State(instance=installed, locale="en").app():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "payslip.produce")
        ).first()
        assert entry is not None
        assert entry.actor_name == "cli"


def test_making_them_again_removes_only_what_nobody_has(installed: Path) -> None:
    folder = installed / "produced" / "2026-10" / "QZ" / "payslips"
    folder.mkdir(parents=True, exist_ok=True)
    stale, other = folder / "工资条_2026-10_W9_某人.pdf", folder / "notes.txt"
    stale.write_bytes(b"")
    other.write_bytes(b"")
    assert invoke(installed, "payslips", "2026-10", "--all").exit_code == 0
    assert not stale.exists()
    assert other.exists()
    other.unlink()


def test_one_person_in_english_into_a_folder(installed: Path, tmp_path: Path) -> None:
    words = ("--company", "QZ", "--employee", "W2", "--lang", "en", "--out", str(tmp_path))
    result = invoke(installed, "payslips", "2026-10", *words)
    assert result.exit_code == 0, result.output
    (path,) = tmp_path.iterdir()
    assert path.name == "Payslip_2026-10_W2_张𬭎㛃.pdf"
    assert str(path) in result.output


def test_one_name_that_no_font_has_loses_no_other(installed: Path, tmp_path: Path) -> None:
    with State(instance=installed, locale="en").app():
        person = db.session.scalars(select(Person).where(Person.name == "张𬭎㛃")).one()
        person.name = "张\ue000"
        db.session.commit()
    try:
        words = ("--company", "QZ", "--out", str(tmp_path))
        result = invoke(installed, "payslips", "2026-10", *words)
    finally:
        with State(instance=installed, locale="en").app():
            db.session.scalars(
                select(Person).where(Person.name == "张\ue000")
            ).one().name = "张𬭎㛃"
            db.session.commit()
    assert result.exit_code == 1
    assert "W2: No font can draw" in result.output
    assert "U+E000" in result.output
    assert len(list(tmp_path.iterdir())) == 1


def test_the_register_is_a_spreadsheet_and_a_pdf(installed: Path, tmp_path: Path) -> None:
    result = invoke(
        installed, "register", "2026-10", "--company", "QZ", "--out", str(tmp_path), locale="zh"
    )
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"工资册_QZ_2026-10.{ending}" for ending in ("csv", "pdf", "xlsx")]


@pytest.mark.poppler
@pytest.mark.feature("FIN-33")
def test_all_payslips_in_one_locked_archive(installed: Path, tmp_path: Path) -> None:
    words = ("--company", "QZ", "--zip", "--encrypted", "--out", str(tmp_path))
    result = invoke(installed, "payslips", "2026-10", *words)
    assert result.exit_code == 0, result.output
    path = tmp_path / "工资条_2026-10_QZ_加密.zip"
    assert str(path) in result.output
    with zipfile.ZipFile(path) as archive:
        slips = [archive.read(name) for name in archive.namelist()]
    with State(instance=installed, locale="en").app():
        known = select(Employment.employee_no, Person.id_number).join(Person)
        numbers = {row.employee_no: row.id_number for row in db.session.execute(known)}
    passwords = [numbers[number][-6:] for number in ("W1", "W2")]
    nets = []
    for content, password in zip(slips, passwords, strict=True):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(content))
        with pikepdf.open(BytesIO(content), password=password) as pdf:
            opened = BytesIO()
            pdf.save(opened, encryption=False)
        nets.append("¥ 1,988.18" in text_of(opened.getvalue(), tmp_path))
    assert nets == [True, False]


def test_a_run_beside_the_regular_one_has_files_of_its_own(installed: Path, tmp_path: Path) -> None:
    for words in (("payslips", "--one-pdf"), ("payslips",), ("register",)):
        verb, *more = words
        out = ("--company", "QZ", *more, "--out", str(tmp_path))
        result = invoke(installed, verb, "2026-10#1", *out, locale="zh")
        assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".pdf") == [
        "工资册_QZ_2026-10_补发批次1.pdf",
        "工资条_2026-10_QZ_补发批次1_打印.pdf",
        f"工资条_2026-10_W1_{name_of(installed, 'W1')}_中秋补发.pdf",
    ]
    assert invoke(installed, "payslips", "2026-10#1", "--company", "QZ").exit_code == 0
    assert len(list((installed / "produced" / "2026-10_1" / "QZ" / "payslips").iterdir())) == 1


def name_of(installed: Path, number: str) -> str:
    with State(instance=installed, locale="en").app():
        known = select(Person.name).join(Employment).where(Employment.employee_no == number)
        return db.session.scalars(known).one()


def test_one_locked_payslip_into_a_folder(installed: Path, tmp_path: Path) -> None:
    words = ("--company", "QZ", "--employee", "W2", "--encrypted", "--out", str(tmp_path))
    assert invoke(installed, "payslips", "2026-10", *words).exit_code == 0
    (path,) = tmp_path.iterdir()
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path)


def test_all_payslips_as_one_pdf_for_the_printer(installed: Path, tmp_path: Path) -> None:
    words = ("--company", "QZ", "--one-pdf", "--lang", "en", "--out", str(tmp_path))
    result = invoke(installed, "payslips", "2026-10", *words)
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["Payslip_2026-10_QZ_print.pdf"]


@pytest.mark.poppler
@pytest.mark.feature("FIN-41")
def test_a_certificate_of_income_from_the_command_line(installed: Path, tmp_path: Path) -> None:
    words = ("--company", "QZ", "--employee", "W1", "--from", "2026-10", "--to", "2026-10")
    with State(instance=installed, locale="en").app():
        found = select(Employment).where(Employment.employee_no == "W1")
        db.session.scalars(found).one().position = "annotator"
        db.session.commit()
    result = invoke(
        installed, "certificate", "income", *words, "--lang", "en", "--out", str(tmp_path)
    )
    assert result.exit_code == 0, result.output
    (path,) = tmp_path.glob("*.pdf")
    text = " ".join(text_of(path.read_bytes(), tmp_path).split())
    assert "the gross pay was CNY 2,471.25 in total" in text
    assert "the net pay was CNY 1,988.18 in total" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["payslips", "2026-10", "--all", "--zip", "--one-pdf"], "Take one of --zip and --one-pdf"),
        (
            ["certificate", "employment", "--company", "QZ", "--employee", "W9"],
            "nobody with the number W9",
        ),
        (["payslips", "2026-10"], "Name one company with --company"),
        (["payslips", "2026-10", "--all", "--company", "QZ"], "Name one company with --company"),
        (["payslips", "2026-13", "--all"], "is not a month"),
        (["payslips", "2026-10#x", "--all"], "2026-10#x names no run"),
        (["payslips", "2026-10#2", "--company", "QZ"], "no payroll run of 2026-10#2"),
        (["payslips", "2026-09", "--all"], "no payroll run of 2026-09"),
        (["payslips", "2026-10", "--company", "XX"], "Company XX has no payroll run"),
        (["payslips", "2026-10", "--company", "ZZ"], "no company with the code ZZ"),
        (
            ["payslips", "2026-10", "--company", "QZ", "--employee", "W9"],
            "nobody with the number W9",
        ),
        (["payslips", "2026-10", "--all", "--employee", "W1"], "--employee goes with --company"),
        (["register", "2026-10", "--company", "XX"], "Company XX has no payroll run"),
        (
            ["payroll", "audit-pack", "2026-10#1", "--company", "QZ", "--out", "not_written.zip"],
            "it cannot be handed out yet",
        ),
    ],
)
def test_mistakes_are_one_sentence_and_exit_2(installed: Path, words: list[str], said: str) -> None:
    result = invoke(installed, *words)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_filings_say_what_nobody_has_read_back(installed: Path) -> None:
    said = invoke(installed, "filings", "2026-10", "--company", "QZ")

    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "Income tax: nothing read back",
        "Social insurance: nothing read back",
        "Housing fund: nothing read back",
    ]
    unknown = invoke(installed, "filings", "2026-10", "--company", "ZZ")
    assert unknown.exit_code == 2
    assert "ZZ" in unknown.output
