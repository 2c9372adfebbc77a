"""Importing on pages: look first, apply once, what was shown or nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_account,
    create_employment,
    create_leadership,
    create_membership,
    create_shift,
)
from tests.factories.web import FormClient
from tests.imports_web.conftest import BAD, FILE, GOOD, HEAD, NOW, SignIn, World, text
from tests.queries import assert_same_queries
from workforce.attendance.models import Shift
from workforce.companies.models import CompanyPayPolicy
from workforce.core.permissions import Role, is_allowed
from workforce.imports.about import ABOUT
from workforce.imports.kept import drop_expired
from workforce.imports.models import ImportBatch, ImportPreview
from workforce.imports.service import all_sources
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.production.models import OutputRecord, SourceUser
from workforce.quality.models import Inspection


def test_every_source_is_described_and_has_its_fields() -> None:
    assert ABOUT.keys() == all_sources().keys()
    from workforce.imports.option_form import _READERS  # noqa: PLC0415

    for about in ABOUT.values():
        assert set(about.options) <= _READERS.keys()
        assert about.needed <= set(about.options)


@pytest.mark.feature("SUP-4")
def test_a_file_is_looked_at_before_anything_is_written(world: World) -> None:
    preview = world.upload(HEAD, GOOD, BAD)

    page = text(world.client, preview)

    assert world.count(Shift) == 0
    assert "第 3 行" in page
    assert "该企业没有工号“A0009”" in page
    assert re.search(
        r'figure-label">新增</p>\s*<p class="figure-value"><span class="tabular">1<', page
    )
    assert re.search(
        r'figure-label">拒绝</p>\s*<p class="figure-value"><span class="tabular">1<', page
    )


@pytest.mark.feature("SUP-4")
def test_all_or_nothing_is_the_default_and_good_rows_are_a_choice(world: World) -> None:
    preview = world.upload(HEAD, GOOD, BAD)

    assert world.apply(preview) == preview
    assert world.count(Shift) == 0
    assert "被拒绝" in text(world.client, preview)

    receipt = world.apply(preview, rows="good")
    assert world.count(Shift) == 1
    page = text(world.client, receipt)
    assert "A0009" in page
    assert world.finance.display_name in page


@pytest.mark.feature("SUP-5")
@both_engines
def test_a_second_click_and_a_second_file_change_nothing(
    session: Session, client_as: SignIn
) -> None:
    world = World(session, client_as)
    preview = world.upload(HEAD, GOOD)
    page = text(world.client, preview)
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    sent = {"digest": found[1]}

    first = world.client.post_form(f"{preview}/apply", sent).location
    again = world.client.post_form(f"{preview}/apply", sent).location

    assert first == again
    assert (world.count(Shift), world.count(ImportBatch)) == (1, 1)
    # Going back to the preview leads to what was done.
    assert world.client.get(preview).location == first
    same = world.upload(HEAD, GOOD)
    assert "都已经登记过" in text(world.client, same)
    assert (world.count(Shift), world.count(ImportBatch)) == (1, 1)


@pytest.mark.feature("SUP-4")
@both_engines
def test_what_changed_since_the_preview_is_shown_and_not_written(
    session: Session, client_as: SignIn
) -> None:
    world = World(session, client_as)
    preview = world.upload(HEAD, GOOD)
    old = re.search(r'name="digest" value="(\w+)"', text(world.client, preview))
    assert old
    create_shift(session, world.people[0], dt.date(2026, 10, 8), source="shifts", break_minutes=30)
    session.commit()

    answer = world.client.post_form(f"{preview}/apply", {"digest": old[1]})

    assert answer.location == preview
    page = text(world.client, preview)
    assert "预览之后数据有变化" in page
    assert "<del>30</del> → <ins>60</ins>" in page
    assert world.count(ImportBatch) == 0
    # The new preview can be applied.
    world.apply(preview)
    session.rollback()
    assert session.scalar(select(Shift.break_minutes)) == 60


def test_a_file_that_cannot_be_read_says_why(world: World) -> None:
    preview = world.upload("姓名,日期", "李晨,2026-10-08")
    page = text(world.client, preview)
    assert "这个文件不能读取" in page
    assert "工号" in page


def test_a_form_without_a_file_or_with_a_wrong_option_keeps_what_was_typed(world: World) -> None:
    answer = world.client.post_form(FILE, {"break_minutes": "七十"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="七十"' in page
    assert 'href="#files"' not in page  # the file is asked for once the rest is right
    assert 'href="#break_minutes"' in page
    answer = world.client.post_form(FILE, {"break_minutes": "60"})
    assert 'href="#files"' in answer.get_data(as_text=True)


@pytest.mark.feature("SUP-23")
def test_a_leader_imports_the_own_team_only(world: World) -> None:
    other = GOOD.replace("A0001", "A0002")
    preview = world.upload(HEAD, GOOD, other, client=world.leader_client)

    page = text(world.leader_client, preview)
    assert "不是您所带班组的人" in page
    # Somebody whom nobody knows is answered alike.
    assert "不是您所带班组的人" in text(
        world.leader_client, world.upload(HEAD, BAD, client=world.leader_client)
    )
    world.apply(preview, world.leader_client, rows="good")
    world.session.rollback()
    shifts = world.session.scalars(select(Shift.employment_id)).all()
    assert shifts == [world.people[0].id]


@pytest.mark.feature("SUP-23")
def own_leader(world: World, client_as: SignIn) -> FormClient:
    """Sign in somebody who leads the team in which he works himself, as A0001."""
    session = world.session
    session.execute(update(CompanyPayPolicy).values(acceptance="by_person"))
    account = create_account(
        session, Role.SUPERVISOR, world.company, None, person_id=world.people[0].person_id
    )
    create_leadership(session, world.teams[0], account.id, valid_from=dt.date(2026, 11, 1))
    create_membership(
        session, create_employment(session, world.company, employee_no="A0003"), world.teams[0]
    )
    session.commit()
    return client_as(account)


@pytest.mark.feature("SUP-21")
def test_nobody_accepts_the_own_output_by_a_file(world: World, client_as: SignIn) -> None:
    client = own_leader(world, client_as)
    path, head = "/imports/sources/output", "工号,日期,任务类型,提交数量,验收日期"
    rows = [f"A000{number},2026-10-08,bbox,10,2026-10-09" for number in (1, 3)]

    preview = world.upload(head, *rows, client=client, path=path)
    assert "不能处理自己的产量" in text(client, preview)
    world.apply(preview, client, rows="good")
    # Without a word of acceptance it waits for somebody else.
    waiting = world.upload(head.removesuffix(",验收日期"), rows[0][:-11], client=client, path=path)
    world.apply(waiting, client)

    world.session.rollback()
    found = world.session.execute(
        select(OutputRecord.source_key, OutputRecord.state).order_by(OutputRecord.source_key)
    ).all()
    assert [(key[:5], state) for key, state in found] == [
        ("A0001", "submitted"),
        ("A0003", "accepted"),
    ]


@pytest.mark.feature("SUP-21")
def test_nobody_inspects_the_own_output_by_a_file(world: World, client_as: SignIn) -> None:
    client = own_leader(world, client_as)
    lines = [f"bbox,A000{number},2026-10-12,10,0,合格" for number in (1, 3)]
    preview = world.upload(
        "任务类型,工号,检查日期,抽检数,错误数,结果",
        *lines,
        client=client,
        path="/imports/sources/inspections",
    )
    assert "不能检查自己的产量" in text(client, preview)
    world.apply(preview, client, rows="good")
    world.session.rollback()
    checked = world.session.scalars(select(Inspection.employment_id)).all()
    assert len(checked) == 1
    assert checked != [world.people[0].id]


def test_a_leader_meets_no_file_of_others(world: World) -> None:
    theirs = world.upload(HEAD, GOOD)
    receipt = world.apply(theirs)
    waiting = world.upload(HEAD, GOOD.replace("10-08", "10-09"))

    assert world.leader_client.get(waiting).status_code == HTTPStatus.NOT_FOUND
    assert world.leader_client.get(receipt).status_code == HTTPStatus.NOT_FOUND
    assert world.leader_client.post_form(f"{waiting}/apply").status_code == HTTPStatus.NOT_FOUND
    assert "班次.csv" not in text(world.leader_client, "/imports/history")
    for source in ("employees", "prices"):
        answer = world.leader_client.get(f"/imports/sources/{source}")
        assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.feature("SUP-12")
def test_users_of_a_tool_are_mapped_on_the_page_and_remembered(world: World) -> None:
    task = {
        "id": 7,
        "annotations": [
            {
                "id": 70,
                "completed_by": {"id": 3, "email": "lichen@x.example"},
                "created_at": "2026-10-08T02:00:00.000000Z",
                "updated_at": "2026-10-08T02:00:00.000000Z",
                "was_cancelled": False,
                "ground_truth": False,
                "import_id": None,
                "result": [{"id": "a", "type": "rectanglelabels"}],
            }
        ],
    }
    path = "/imports/sources/label_studio"
    preview = world.upload(json.dumps([task]), path=path, name="导出.json", task_type="bbox")
    page = text(world.client, preview)
    assert "这些用户是谁" in page
    user = re.search(r'name="user" value="([^"]+)"', page)
    assert user

    answer = world.client.post_form(
        f"{preview}/options",
        {"task_type": "bbox", "user": user[1], "employee_no": "A0001"},
    )

    assert answer.location == preview
    assert "这些用户是谁" not in text(world.client, preview)
    # Whoever takes a user out of the list takes back what was said of him.
    shown = {"task_type": "bbox", "mapping_text": ""}
    world.client.post_form(f"{preview}/options", shown)
    assert "这些用户是谁" in text(world.client, preview)
    world.client.post_form(f"{preview}/options", shown | {"mapping_text": f"{user[1]} A0001"})
    assert "这些用户是谁" not in text(world.client, preview)
    world.apply(preview)
    assert world.count(OutputRecord) == 1
    assert world.count(SourceUser) == 1


def test_the_marked_workbook_can_be_corrected_and_sent_again(world: World) -> None:
    preview = world.upload(HEAD, GOOD, BAD)
    answer = world.client.get(f"{preview}/refused.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    rows, listed = book.worksheets
    assert rows.cell(3, 1).fill.fgColor.rgb.endswith("FBE0E2")
    assert "A0009" in str(rows.cell(3, 6).value)
    assert listed.cell(2, 2).value == 3
    rows.cell(3, 1).value = "A0002"
    packed = io.BytesIO()
    book.save(packed)

    sent = {"files": (io.BytesIO(packed.getvalue()), "改好.xlsx")}
    corrected = str(world.client.post_form(FILE, sent).location)

    # The list of refused rows is no table of shifts and is passed over.
    assert "被拒绝的行（" not in text(world.client, corrected)
    world.apply(corrected)
    assert world.count(Shift) == 2


def test_what_is_kept_is_encrypted_and_goes_after_an_hour(app: Flask, world: World) -> None:
    world.apply(world.upload(HEAD, GOOD.replace("10-08", "10-09")))
    world.upload(HEAD, GOOD)
    (path,) = Path(app.instance_path, "imports").iterdir()
    assert b"A0001" not in path.read_bytes()
    world.session.rollback()
    applied, row = world.session.scalars(select(ImportPreview).order_by(ImportPreview.id))
    assert applied.state == "applied"
    assert "A0001" not in (row.report or "") + row.options

    with clock.fixed(NOW + dt.timedelta(minutes=61)):
        assert world.client.get(f"/imports/previews/{row.id}").status_code == HTTPStatus.NOT_FOUND
        drop_expired()

    assert not path.exists()
    assert world.count(ImportPreview) == 0


def test_an_applied_or_discarded_file_is_deleted_at_once(app: Flask, world: World) -> None:
    folder = Path(app.instance_path, "imports")
    world.apply(world.upload(HEAD, GOOD))
    assert not list(folder.iterdir())
    preview = world.upload(HEAD, GOOD)
    assert world.client.post_form(f"{preview}/discard").location == "/imports"
    assert not list(folder.iterdir())
    assert world.client.get(preview).status_code == HTTPStatus.NOT_FOUND


def test_each_act_is_in_the_audit(world: World) -> None:
    world.apply(world.upload(HEAD, GOOD))
    world.session.rollback()
    acts = world.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("import.")] == ["import.upload", "import.apply"]


def test_a_deleted_file_is_in_the_audit_and_an_imported_one_is_not_deleted(world: World) -> None:
    deleted, imported = world.upload(HEAD, GOOD), world.upload(HEAD, GOOD)
    world.client.post_form(f"{deleted}/discard")
    world.apply(imported)
    answer = world.client.post_form(f"{imported}/discard")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "已经导入" in answer.get_data(as_text=True)
    world.session.rollback()
    entries = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "import.discard")
    ).all()
    assert [f"/imports/previews/{entry.subject_id}" for entry in entries] == [deleted]
    assert "班次.csv" in (entries[0].before or "")


def test_own_tables_are_exported_and_import_again_without_a_change(world: World) -> None:
    for employment in world.people:
        create_shift(world.session, employment, dt.date(2026, 10, 8), source="shifts")
    world.session.commit()

    answer = world.client.get(f"{FILE}/records.csv?period=2026-10")
    own = world.leader_client.get(f"{FILE}/records.csv?period=2026-10")

    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert len(lines) == 3
    assert len(own.get_data(as_text=True).splitlines()) == 2
    assert "都已经登记过" in text(world.client, world.upload(*lines))


def test_templates_and_samples_of_every_source(world: World, client_as: SignIn) -> None:
    roles = (Role.FINANCE, Role.COMPANY_ADMIN, Role.BASE_ADMIN)
    clients = {
        role: client_as(
            create_account(world.session, role, None if role is Role.BASE_ADMIN else world.company)
        )
        for role in roles
    }
    for code, source in all_sources().items():
        role = next(role for role in roles if is_allowed(role, source.permission))
        answer = clients[role].get(f"/imports/sources/{code}/template")
        assert answer.status_code == HTTPStatus.OK, code
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.feature("ALL-10")
def test_pages_are_told_in_english_too(world: World) -> None:
    world.client.get("/language/en")
    preview = world.upload(HEAD, GOOD, BAD)
    page = text(world.client, preview)
    assert "row 3" in page.lower()
    assert "The company has no employee number “A0009”" in page


def test_the_number_of_queries_does_not_grow_with_the_files(app: Flask, world: World) -> None:
    def more() -> None:
        for day in range(9, 15):
            world.apply(world.upload(HEAD, GOOD.replace("10-08", f"10-{day:02d}")))
            world.upload(HEAD, BAD)

    more()
    assert_same_queries(app, world.client, "/imports", more)
    assert_same_queries(app, world.client, "/imports/history", lambda: None)
