"""All payslips of a run as one file: it survives a kill, nobody is lost, and a lock holds."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.reading import info_of, text_of
from tests.engines import both_engines
from tests.factories.people import id_number
from tests.factories.web import FormClient
from tests.payroll.world import FIRST, World, create_world
from workforce.accounts.models import Account
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.documents import bulk, jobs
from workforce.documents.bulk import Made, Wanted
from workforce.documents.bulk_parts import Drawn, Form, Part, draw_part
from workforce.payroll.models import SlipReversal
from workforce.people.models import Employment, Person, TeamMembership
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db
from workforce.platform.formatting import money
from workforce.platform.jobs import Job, JobState, Progress, task_of

ClientAs = Callable[[Account], FormClient]

PEOPLE = 5
BORN_ON = dt.date(1990, 3, 7)


@pytest.fixture
def many(session: Session, book: LawBook, monkeypatch: pytest.MonkeyPatch) -> World:
    """A company of five people in parts of two, who made 1000, 2000 … boxes; its run is calculated."""
    monkeypatch.setattr(bulk, "PART_SLIPS", 2)
    world = create_world(session, book)
    world.task_type("box", ("2026-01-01", 2_000_000))
    for number in range(1, PEOPLE + 1):
        person = factories.create_person(
            session, born_on=BORN_ON, id_number=id_number(BORN_ON, number)
        )
        employment = world.hire(f"W{number}", person=person)
        world.attend(employment)
        world.output(employment, "box", 20, 1000 * number)
    session.commit()
    world.run()
    return world


def make(world: World, form: Form = Form.ZIP, **callbacks: Callable[[int], object]) -> Made:
    wanted = Wanted(world.stored_run().id, form, "zh")
    return bulk.make(db.session(), world.scope, wanted, **callbacks)


def nets(world: World) -> dict[str, str]:
    """What the stored payslips say: the net pay of each, as it is written."""
    return {
        f"W{number}": f"¥ {money(world.slip(f'W{number}').net_pay_amount)}"
        for number in range(1, PEOPLE + 1)
    }


def entries(made: Made) -> dict[str, bytes]:
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


class Drawing:
    """Counts the parts that are drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.drawn: list[Part] = []
        monkeypatch.setattr(bulk, "draw_part", self)

    def __call__(self, part: Part) -> Drawn:
        self.drawn.append(part)
        return draw_part(part)


@pytest.mark.poppler
@pytest.mark.feature("FIN-33")
def test_what_a_kill_left_is_not_drawn_again(
    many: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawing = Drawing(monkeypatch)
    told: list[int] = []

    def killed_after_two_parts(count: int) -> None:
        told.append(count)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(many, advance=killed_after_two_parts)
    wanted = Wanted(many.stored_run().id, Form.ZIP, "zh")
    assert bulk.found(wanted, many.stored_run().result_hash, PEOPLE) is None
    # A part whose receipt is missing was killed in the middle: it counts for nothing.
    drawing.drawn[1].file.receipt.unlink()

    steps: list[int] = []
    made = make(many, begin=steps.append, advance=steps.append)
    # Five payslips in three parts: one lay there, two were drawn now.
    assert [len(part.slips) for part in drawing.drawn] == [2, 2, 2, 1]
    assert drawing.drawn[0].file not in [part.file for part in drawing.drawn[2:]]
    assert steps[0] == PEOPLE
    assert sum(steps[1:]) == PEOPLE
    found = entries(made)
    assert list(found) == [
        f"工资条_2026-10_W{number}_{name}.pdf"
        for number, name in enumerate(names_of(many), start=1)
    ]
    for (number, net), content in zip(nets(many).items(), found.values(), strict=True):
        text = text_of(content, tmp_path)
        assert net in text
        assert number in text
    assert [path.name for path in wanted.folder.iterdir() if path.is_dir()] == []
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert bulk.found(wanted, many.stored_run().result_hash, PEOPLE) == made


def test_a_kill_while_parts_are_removed_loses_no_payslip(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_half_way(folder: Path) -> None:
        # What was removed first were the payslips; the receipts still lie there.
        for content in folder.glob("*.zip"):
            content.unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr("shutil.rmtree", killed_half_way)
        with pytest.raises(KeyboardInterrupt):
            make(many)
    assert len(entries(make(many))) == PEOPLE


def names_of(world: World) -> list[str]:
    return [person_of(world, f"W{number}").name for number in range(1, PEOPLE + 1)]


def person_of(world: World, number: str) -> Person:
    employment = world.session.get_one(Employment, world.slip(number).employment_id)
    return world.session.get_one(Person, employment.person_id)


def test_equal_payslips_give_an_equal_archive(many: World) -> None:
    once = make(many).path.read_bytes()
    assert make(many).path.read_bytes() == once


@pytest.mark.poppler
@pytest.mark.feature("FIN-33")
def test_a_locked_payslip_opens_for_its_person_alone(many: World, tmp_path: Path) -> None:
    found = entries(make(many, Form.LOCKED_ZIP))
    # By hand: 1990-03-07, number 003 and 004: the ID numbers end with these check characters.
    assert id_number(BORN_ON, 3)[:-1] == "50023619900307003"
    own, other = id_number(BORN_ON, 3)[-6:], id_number(BORN_ON, 4)[-6:]
    content = next(content for name, content in found.items() if "_W3_" in name)
    with pikepdf.open(BytesIO(content), password=own) as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        opened = BytesIO()
        pdf.save(opened, encryption=False)
    assert nets(many)["W3"] in text_of(opened.getvalue(), tmp_path)
    for wrong in ("", other, own.lower() + "x"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(content), password=wrong)


@pytest.mark.poppler
@pytest.mark.parametrize("form", [Form.ZIP, Form.PAGES])
def test_a_character_that_no_font_has_loses_no_other(
    many: World, form: Form, tmp_path: Path
) -> None:
    person_of(many, "W2").name = "张\ue000"
    many.session.commit()
    made = make(many, form)
    assert made.count == PEOPLE - 1
    assert [(each.employee_no, each.code) for each in made.failures] == [
        ("W2", "document.glyph_missing")
    ]
    if form is Form.ZIP:
        found = entries(made)
        assert "W2: 没有字体能显示" in found.pop("未生成.txt").decode("utf-8-sig")
        text = "".join(text_of(content, tmp_path) for content in found.values())
    else:
        text = text_of(made.path.read_bytes(), tmp_path)
    shown = nets(many)
    assert shown.pop("W2") not in text
    assert all(net in text for net in shown.values())


@pytest.mark.poppler
def test_sheets_for_the_printer_go_by_team_and_number(many: World, tmp_path: Path) -> None:
    team = factories.create_team(many.session, many.company, name="二班")
    for number in ("W1", "W4", "W5"):
        many.session.add(
            TeamMembership(
                employment_id=many.slip(number).employment_id, team_id=team.id, valid_from=FIRST
            )
        )
    many.session.commit()
    made = make(many, Form.PAGES)
    content = made.path.read_bytes()
    # The team's W1 and W4, then W5, then W2 and W3, who have no team: three sheets of A4.
    assert info_of(content, tmp_path)["Pages"] == "3"
    assert info_of(content, tmp_path)["Page size"].endswith("(A4)")
    sheets = text_of(content, tmp_path).split("\f")
    for sheet, numbers in zip(sheets, (("W1", "W4"), ("W5",), ("W2", "W3")), strict=False):
        assert [number for number in nets(many) if number in sheet] == [*numbers]
    with pikepdf.open(made.path) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["二班", "未分班组"]


@pytest.mark.feature("FIN-33")
def test_a_reversed_payslip_is_not_handed_out_again(many: World, client_as: ClientAs) -> None:
    """Neither in a file made since, nor in one that was made before."""
    before, result_hash = make(many), many.stored_run().result_hash
    many.session.rollback()
    many.session.add(
        SlipReversal(
            payslip_id=many.slip("W3").id,
            reason="错发",
            proposed_by_id=many.maker.id,
            proposed_at=clock.now(),
            approved_by_id=many.approver.id,
            approved_at=clock.now(),
        )
    )
    many.session.commit()
    assert bulk.found(before.wanted, result_hash, PEOPLE - 1) is None
    address = f"/payroll/runs/{many.stored_run().id}/payslip-files"
    client = client_as(many.maker)
    assert "可以下载的文件" not in client.get(address).text
    assert client.get(f"{address}/zip/zh").location == address
    found = entries(make(many))
    assert len(found) == PEOPLE - 1
    assert not any("_W3_" in name for name in found)


def test_another_result_is_never_mixed_in(many: World) -> None:
    def calculated_anew(_count: int) -> None:
        worker = many.session.get_one(Employment, many.slip("W5").employment_id)
        many.output(worker, "box", 21, 7)
        many.session.commit()
        many.run()

    with pytest.raises(InputError, match="calculated anew"):
        make(many, begin=calculated_anew)


def test_what_nobody_fetched_is_deleted(many: World) -> None:
    made = make(many)
    wanted, seen = made.wanted, many.stored_run().result_hash
    assert bulk.drop_expired() == 0
    with clock.fixed(made.made_at + dt.timedelta(days=7, minutes=1)):
        assert bulk.found(wanted, seen, PEOPLE) is None
        assert bulk.drop_expired() == 1
    assert not wanted.folder.exists()


@both_engines
@pytest.mark.feature("FIN-33")
def test_finance_asks_for_a_file_and_fetches_it(many: World, client_as: ClientAs) -> None:
    client = client_as(many.maker)
    address = f"/payroll/runs/{many.stored_run().id}/payslip-files"
    assert "可以下载的文件" not in client.get(address).get_data(as_text=True)
    answer = client.post_form(address, {"form": "zip", "locale": "zh"})
    assert answer.status_code == 302
    # Asked for once more, it is the same work.
    assert client.post_form(address, {"form": "zip", "locale": "zh"}).location == answer.location
    many.session.rollback()
    job = many.session.get_one(Job, int(answer.location.rsplit("/", 1)[1]))
    job.state, job.attempt = JobState.RUNNING, 1
    progress = Progress(task_of(job))
    many.session.commit()
    result = dict(jobs.BULK.run(progress.task, progress) or {})
    assert (result["count"], result["failed"]) == (PEOPLE, [])
    page = client.get(address).get_data(as_text=True)
    assert f'href="{address}/zip/zh"' in page
    with client.get(f"{address}/zip/zh") as sent:
        assert len(zipfile.ZipFile(BytesIO(sent.data)).namelist()) == PEOPLE
    # What is not there (any more) leads back to where it is made.
    assert client.get(f"{address}/locked/zh").location == address
    assert client.get(f"{address}/other/zh").status_code == 404
    actions = select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)
    assert [*many.session.scalars(actions)][::-1] == ["payslip.produce", "payslip.bulk_read"]


def test_nobody_else_fetches_it(many: World, client_as: ClientAs) -> None:
    make(many)
    address = f"/payroll/runs/{many.stored_run().id}/payslip-files"
    other = factories.create_account(
        many.session, Role.FINANCE, factories.create_company(many.session)
    )
    annotator = factories.create_account(
        many.session, Role.ANNOTATOR, many.company, person_of(many, "W1")
    )
    many.session.commit()
    assert client_as(other).get(f"{address}/zip/zh").status_code == 404
    assert client_as(annotator).get(f"{address}/zip/zh").status_code == 403
