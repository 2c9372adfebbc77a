"""The pages of the grid: what they show, whose they are, and what the forms do."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance_web.grid_pages import day_form, day_path, said, send, text_of
from tests.attendance_web.grid_world import TODAY, GridWorld, on
from tests.factories import (
    create_account,
    create_employment,
    create_membership,
    create_person,
    create_shift,
    create_team,
)
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.attendance.models import Absence, Leave, Shift, TeamDayConfirmation
from workforce.core.permissions import Role
from workforce.platform import audit, clock

SignIn = Callable[[Account], FormClient]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(dt.datetime.combine(TODAY, dt.time(6), dt.UTC)):
        yield


def test_the_grid_page(world: GridWorld, leader: FormClient) -> None:
    create_shift(world.session, world.people[0], on(8), source="grid")
    world.session.commit()

    page = text_of(leader.get("/attendance/team-month?period=2026-10"))

    assert 'data-t="09:00-18:00/60"' in page
    assert "员工3" in page
    config = json.loads(page.split('id="grid-config">')[1].split("</script>")[0])
    assert config["isEditable"] is True
    assert config["saveUrl"] == f"/attendance/teams/{world.team.id}/cells"
    assert "style=" not in page


def test_the_page_without_script_links_each_day(world: GridWorld, leader: FormClient) -> None:
    page = text_of(leader.get("/attendance/team-month?period=2026-10&plain=1"))

    assert f'href="/attendance/people/{world.people[0].id}/day?on=2026-10-08"' in page
    assert "grid-config" not in page


@pytest.mark.feature("SUP-2")
def test_cells_are_saved_by_the_grid_s_script(world: GridWorld, leader: FormClient) -> None:
    ann, bob, cat = (person.id for person in world.people)

    answer = send(leader, world.team.id, [[ann, 8, "", "8", None], [bob, 8, "", "B", None]])

    assert answer.status_code == HTTPStatus.OK
    results = said(answer)["results"]
    assert [result["outcome"] for result in results] == ["saved", "saved"]
    assert 'data-t="09:00-18:00/60@白班"' in results[0]["html"]
    assert ">病<" in results[1]["html"]
    assert said(answer)["at"] == "14:00"
    world.session.rollback()
    assert [s.employment_id for s in world.session.scalars(select(Shift))] == [ann]
    assert cat not in {leave.employment_id for leave in world.session.scalars(select(Leave))}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"period": "2026-10"},
        {"period": "2026-10", "cells": [[1, 8]]},
        {"period": "2026-10", "cells": [[True, 8, "", "8", None]]},
        {"period": "2026-10", "cells": [["1", 8, "", "8", None]]},
        {"period": "2026-10", "cells": [[1, 32, "", "8", None]]},
        {"period": "2026-10", "cells": [[2**63, 8, "", "8", None]]},
        {"period": "2026-10", "cells": [[1, 8, "", 8, None]]},
        {"period": "2026-10", "cells": [], "reason": 4},
        {"period": "October", "cells": []},
    ],
)
def test_what_is_no_cells_is_refused_in_words(
    world: GridWorld, leader: FormClient, body: object
) -> None:
    answer = leader.post_json(f"/attendance/teams/{world.team.id}/cells", body)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said(answer)["message"]


@pytest.mark.feature("SUP-23")
def test_another_team_is_not_found(world: GridWorld, session: Session, leader: FormClient) -> None:
    other = create_team(session, world.company)
    stranger = create_employment(session, world.company)
    session.commit()

    for path in (
        f"/attendance/teams/{other.id}/day",
        f"/attendance/teams/{other.id}/fill",
        f"/attendance/people/{stranger.id}/day?on=2026-10-08",
    ):
        assert leader.get(path).status_code == HTTPStatus.NOT_FOUND, path
    assert send(leader, other.id, []).status_code == HTTPStatus.NOT_FOUND
    filled = leader.post_form(
        f"/attendance/teams/{world.team.id}/fill",
        {"period": "2026-10", "people": [str(stranger.id)], "text": "F", "step": "save"},
    )
    assert filled.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    # A person of no own team is refused among the cells of the own team.
    (result,) = said(send(leader, world.team.id, [[stranger.id, 8, None, "8", None]]))["results"]
    assert result["outcome"] == "refused"


def test_who_only_reads_cannot_write(world: GridWorld, session: Session, client_as: SignIn) -> None:
    annotator = create_account(session, Role.ANNOTATOR, world.company, create_person(session))
    session.commit()

    client = client_as(annotator)

    assert send(client, world.team.id, []).status_code == HTTPStatus.FORBIDDEN
    assert client.get(f"/attendance/teams/{world.team.id}/day").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.feature("SUP-1")
def test_everybody_full_today_in_one_action(world: GridWorld, leader: FormClient) -> None:
    create_shift(world.session, world.people[1], TODAY, source="dingtalk")
    world.session.commit()
    path = f"/attendance/teams/{world.team.id}/day"
    assert "没有记录的 2 人全部全勤" in text_of(leader.get(path))

    answer = leader.post_form(f"{path}/mark", {"on": str(TODAY), "all": "full"})

    assert answer.status_code == HTTPStatus.FOUND
    world.session.rollback()
    shifts = world.session.scalars(select(Shift).order_by(Shift.employment_id)).all()
    assert [(s.employment_id, s.source) for s in shifts] == [
        (world.people[0].id, "grid"),
        (world.people[1].id, "dingtalk"),
        (world.people[2].id, "grid"),
    ]


@pytest.mark.feature("SUP-1")
def test_one_status_for_the_chosen_people(world: GridWorld, leader: FormClient) -> None:
    chosen = [world.people[0].id, world.people[2].id]

    leader.post_form(
        f"/attendance/teams/{world.team.id}/day/mark",
        {"on": "2026-10-22", "people": [str(key) for key in chosen], "text": "K"},
    )

    world.session.rollback()
    absent = world.session.scalars(select(Absence.employment_id).order_by(Absence.employment_id))
    assert list(absent) == chosen


def test_nobody_chosen_is_said_where_one_chooses(world: GridWorld, leader: FormClient) -> None:
    answer = leader.post_form(
        f"/attendance/teams/{world.team.id}/day/mark",
        {"on": "2026-10-22", "text": "K", "reason": "没来"},
    )

    page = text_of(answer)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert '<a href="#many-text">请先选择人员</a>' in page
    # The page itself, with what was typed.
    assert '<option value="K" selected>' in page
    assert 'value="没来"' in page


def test_a_team_s_day_says_what_cannot_be_marked(world: GridWorld, leader: FormClient) -> None:
    create_shift(world.session, world.people[1], on(22), source="dingtalk")
    world.session.commit()
    people = [str(person.id) for person in world.people]

    answer = leader.post_form(
        f"/attendance/teams/{world.team.id}/day/mark",
        {"on": "2026-10-22", "people": people, "text": "S"},
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = text_of(answer)
    assert "1 人没有保存，其余已保存" in page
    assert "钉钉考勤" in page
    # Whoever was refused is still ticked, for another try.
    ticked = re.findall(r'name="people" value="(\d+)" checked', page)
    assert ticked == [str(world.people[1].id)]
    assert '<option value="S" selected>' in page
    world.session.rollback()
    assert len(world.session.scalars(select(Leave)).all()) == 2


@pytest.mark.feature("SUP-2")
def test_many_people_over_many_days_by_a_form(world: GridWorld, leader: FormClient) -> None:
    path = f"/attendance/teams/{world.team.id}/fill"
    create_shift(world.session, world.people[0], on(12), source="grid")
    world.session.commit()
    form = {
        "period": "2026-10",
        "people": [str(person.id) for person in world.people],
        "first_on": "2026-10-12",
        "last_on": "2026-10-18",
        "text": "F",
        "workdays_only": "1",
        "keeps_records": "1",
    }

    looked = text_of(leader.post_form(path, {**form, "step": "look"}))
    world.session.rollback()
    assert len(world.session.scalars(select(Shift)).all()) == 1
    saved = text_of(leader.post_form(path, {**form, "step": "save"}))

    # Three people × five workdays, less the one that has a record.
    assert "将改动 14" in looked
    assert "已保存 14" in saved
    world.session.rollback()
    assert len(world.session.scalars(select(Shift)).all()) == 15


@pytest.mark.parametrize("typed", ["", " ", "K", "abc"])
def test_hours_that_were_not_typed_clear_nothing(
    world: GridWorld, leader: FormClient, typed: str
) -> None:
    create_shift(world.session, world.people[0], on(12), source="grid")
    world.session.commit()

    answer = leader.post_form(
        f"/attendance/teams/{world.team.id}/fill",
        {
            "period": "2026-10",
            "people": [str(world.people[0].id)],
            "first_on": "2026-10-12",
            "last_on": "2026-10-12",
            "text": "hours",
            "hours": typed,
            "step": "save",
        },
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert '<a href="#hours">' in text_of(answer)
    world.session.rollback()
    assert len(world.session.scalars(select(Shift)).all()) == 1
    assert not world.session.scalars(select(Absence)).all()


def test_a_range_outside_of_the_month_keeps_what_was_typed(
    world: GridWorld, leader: FormClient
) -> None:
    answer = leader.post_form(
        f"/attendance/teams/{world.team.id}/fill",
        {
            "period": "2026-10",
            "people": [str(world.people[0].id)],
            "first_on": "2026-10-30",
            "last_on": "2026-11-02",
            "text": "hours",
            "hours": "7.5",
            "reason": "外出",
        },
    )

    page = text_of(answer)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "起止日期不对" in page
    assert all(text in page for text in ('value="2026-11-02"', 'value="7.5"', 'value="外出"'))


@pytest.mark.feature("FIN-20")
def test_a_team_s_day_is_confirmed_when_nothing_is_missing(
    world: GridWorld, leader: FormClient
) -> None:
    path = f"/attendance/teams/{world.team.id}/day?on=2026-10-22"
    confirm = f"/attendance/teams/{world.team.id}/confirm"
    assert text_of(leader.get(path)).count("没有记录</span>") == 3
    early = leader.post_form(confirm, {"on": "2026-10-22"})
    assert early.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还有 3 处要处理" in text_of(early)
    leader.post_form(
        f"/attendance/teams/{world.team.id}/day/mark", {"on": "2026-10-22", "all": "full"}
    )

    leader.post_form(confirm, {"on": "2026-10-22", "next": path})

    assert "已确认" in text_of(leader.get(path))
    world.session.rollback()
    (row,) = world.session.scalars(select(TeamDayConfirmation))
    assert (row.work_on, row.confirmed_by_id) == (on(22), world.leader.id)
    entries = audit.entries_about(world.session, "team_day", f"{world.team.id}:2026-10-22")
    assert [entry.action for entry in entries] == ["team_day.confirm"]


@pytest.mark.feature("FIN-20")
def test_a_change_takes_the_confirmation_back(world: GridWorld, leader: FormClient) -> None:
    leader.post_form(
        f"/attendance/teams/{world.team.id}/day/mark", {"on": "2026-10-22", "all": "full"}
    )
    leader.post_form(f"/attendance/teams/{world.team.id}/confirm", {"period": "2026-10"})

    answer = send(leader, world.team.id, [[world.people[0].id, 22, None, "6", None]])

    assert said(answer)["withdrawn"] == [22]
    leader.post_form(f"/attendance/teams/{world.team.id}/confirm", {"period": "2026-10"})
    day = day_path(world, 22)
    form = day_form(text_of(leader.get(day)), what="absent")
    panel = leader.post_form(day, form, headers={"X-Panel": "1"})
    assert (said(panel)["withdrawn"], said(panel)["at"]) == ([22], "14:00")
    page = text_of(leader.get(f"/attendance/teams/{world.team.id}/day?on=2026-10-22"))
    assert "确认已撤回" in page
    assert "改动后未重新确认" in text_of(leader.get("/attendance/team-month?period=2026-10"))


def test_nobody_confirms_what_he_has_not_seen(world: GridWorld, leader: FormClient) -> None:
    path = f"/attendance/teams/{world.team.id}"
    leader.post_form(f"{path}/day/mark", {"on": "2026-10-22", "all": "full"})

    def seen() -> str:
        form = text_of(leader.get(f"{path}/day?on=2026-10-22")).split('/confirm"')[1]
        return form.split('name="seen" value="')[1].split('"', maxsplit=1)[0]

    before = seen()
    send(leader, world.team.id, [[world.people[0].id, 22, None, "6", None]])

    answer = leader.post_form(f"{path}/confirm", {"on": "2026-10-22", "seen": before})
    assert answer.headers["Location"] == f"{path}/day?on=2026-10-22"
    assert "这一天在您打开以后有改动" in text_of(leader.get(answer.headers["Location"]))
    world.session.rollback()
    assert not world.session.scalars(select(TeamDayConfirmation)).all()

    leader.post_form(f"{path}/confirm", {"on": "2026-10-22", "seen": seen()})
    world.session.rollback()
    assert len(world.session.scalars(select(TeamDayConfirmation)).all()) == 1


def test_all_complete_days_are_confirmed_at_once(world: GridWorld, leader: FormClient) -> None:
    cells = [[p.id, day, None, "F", None] for p in world.people for day in (19, 20, 21)]
    send(leader, world.team.id, cells[:-1])  # somebody's 21st is missing

    leader.post_form(f"/attendance/teams/{world.team.id}/confirm", {"period": "2026-10"})

    world.session.rollback()
    days = world.session.scalars(
        select(TeamDayConfirmation.work_on).order_by(TeamDayConfirmation.work_on)
    )
    assert list(days) == [on(19), on(20)]


def test_a_day_to_come_is_not_confirmed(world: GridWorld, leader: FormClient) -> None:
    answer = leader.post_form(f"/attendance/teams/{world.team.id}/confirm", {"on": "2026-10-26"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还没有到" in text_of(answer)


@pytest.mark.feature("SUP-24")
def test_no_pay_figure_anywhere(world: GridWorld, leader: FormClient) -> None:
    for path in (
        "/attendance/team-month?period=2026-10",
        f"/attendance/teams/{world.team.id}/day?on=2026-10-22",
        day_path(world, 22),
    ):
        page = text_of(leader.get(path))
        assert "¥" not in page
        assert "实发" not in page


@pytest.mark.parametrize("page", ["month", "day"])
def test_statements_do_not_grow_with_people(
    app: Flask, world: GridWorld, leader: FormClient, page: str
) -> None:
    path = (
        "/attendance/team-month?period=2026-10"
        if page == "month"
        else f"/attendance/teams/{world.team.id}/day?on=2026-10-22"
    )

    def make_more() -> None:
        for number in range(20):
            more = create_employment(world.session, world.company, employee_no=f"B{number}")
            create_membership(world.session, more, world.team)
            create_shift(world.session, more, on(22))
        world.session.commit()

    assert_same_queries(app, leader, path, make_more)
