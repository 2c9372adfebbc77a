"""The employee register: persons apart from employments, dated facts, nothing shown that is secret."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from tests.engines import both_engines
from tests.factories import create_company, create_employment, create_team, id_number
from tests.imports.conftest import World, reasons
from tests.imports.sheets import one_sheet
from workforce.companies.models import Team
from workforce.core.period import PayPeriod
from workforce.imports.exports import export
from workforce.imports.models import ImportBatch
from workforce.imports.reading.text import read_csv
from workforce.imports.service import described, source_named
from workforce.people.models import (
    Employment,
    PayProfile,
    Person,
    PersonKeyGroup,
    TeamMembership,
)
from workforce.platform import locks
from workforce.platform.audit import CLI

WANG = id_number(dt.date(1995, 8, 12), 2)
ZHOU = id_number(dt.date(1999, 3, 7), 1)
HEAD = (
    "工号*",
    "姓名*",
    "身份证号码*",
    "用工形式*",
    "入职日期*",
    "离职日期",
    "班组",
    "班组生效日期",
    "学历",
    "户籍乡镇",
    "重点群体",
    "手机号码",
    "电子邮箱",
    "银行账号",
    "基本工资",
    "社保缴费基数",
    "公积金基数",
    "公积金个人比例",
    "公积金单位比例",
    "薪资生效月份",
)


def row(**cells: Any) -> tuple[Any, ...]:
    """Make a row: 周明, hired on 12 October 2026."""
    values = {
        "no": "Z001",
        "name": "周明",
        "id": ZHOU,
        "type": "全日制",
        "hired": dt.date(2026, 10, 12),
        "left": None,
        "team": None,
        "team_from": None,
        "education": "大专",
        "township": "白帝镇",
        "groups": "脱贫人口、高校毕业生",
        "phone": "139 0000 0001",
        "email": "zhou.ming@mail.example",
        "account": "6228123456700000001",
        "base": "1500.00",
        "contribution": 4800.5,
        "fund": "4800",
        "fund_own": "5%",
        "fund_employer": 0.08,
        "profile_from": None,
    } | cells
    return tuple(values.values())


def register(*rows: tuple[Any, ...]) -> bytes:
    """Write a register."""
    return one_sheet(HEAD, *rows)


def imported(world: World, no: str) -> Employment:
    """Return an imported employment."""
    found: Employment = next(e for e in world.rows(Employment) if e.employee_no == no)
    return found


@both_engines
def test_a_new_employee_with_everything(world: World) -> None:
    team = create_team(world.session, world.company, name="标注一组")
    world.session.commit()

    seen = world.apply("employees", "名册.xlsx", register(row(team="标注一组")))

    assert seen.refusals == []
    employment = imported(world, "Z001")
    person = world.session.get(Person, employment.person_id)
    assert person is not None
    assert (person.name, person.sex, person.born_on) == ("周明", "1", dt.date(1999, 3, 7))
    assert (person.id_number, person.phone) == (ZHOU, "13900000001")
    assert person.email == "zhou.ming@mail.example"
    assert (person.education, person.township) == ("30", "500236117")
    groups = {g.key_group for g in world.rows(PersonKeyGroup)}
    assert groups == {"formerly_poor", "graduate"}
    assert employment.bank_account == "6228123456700000001"
    assert (employment.hours_system, employment.rest_weekdays) == ("standard", "67")
    (profile,) = world.rows(PayProfile)
    # A joiner's profile covers the whole pay month.
    assert (profile.valid_from, profile.valid_to) == (dt.date(2026, 10, 1), None)
    assert (profile.base_pay_amount, profile.contribution_base_amount) == (150_000, 480_050)
    assert (profile.fund_employee_rate, profile.fund_employer_rate) == (50_000, 80_000)
    (membership,) = world.rows(TeamMembership)
    assert (membership.team_id, membership.valid_from) == (team.id, dt.date(2026, 10, 12))


def test_what_identifies_people_is_encrypted_and_never_shown(world: World) -> None:
    content = register(row(), row(no="Z002", name="王芳", id=WANG[:-1] + "?"))

    seen = world.apply("employees", "名册.xlsx", content, keep=True)

    assert reasons(seen) == [(3, "identity.id_number")]
    assert seen.refusals[0].value.endswith(WANG[-4:-1] + "?")
    assert WANG[:14] not in seen.refusals[0].value
    assert WANG[:14] not in str(world.rows(ImportBatch)[0].refused)
    raw = world.session.execute(
        text("SELECT id_number, phone FROM person WHERE name = '周明'")
    ).one()
    assert ZHOU not in raw[0]
    assert "13900000001" not in raw[1]

    changed = world.preview(
        "employees", "名册.xlsx", register(row(phone="13911112222", account="6228000000000000000"))
    )
    told = str([list(described(part)) for part in changed.parts])
    assert "phone" in told
    assert "bank_account" in told
    assert "13911112222" not in told
    assert "6228" not in told


@pytest.mark.feature("SUP-5")
def test_the_same_register_again_changes_nothing(world: World) -> None:
    content = register(row(), row(no="Z002", name="王芳", id=WANG))
    world.apply("employees", "名册.xlsx", content)

    again = world.apply("employees", "名册.xlsx", content)

    assert (again.counts.added, again.counts.changed, again.counts.removed) == (0, 0, 0)


def test_absent_columns_keep_and_blank_cells_clear(world: World) -> None:
    world.apply("employees", "名册.xlsx", register(row()))

    fewer = one_sheet(HEAD[:5], row()[:5])
    assert world.apply("employees", "名册.xlsx", fewer).counts.changed == 0
    assert imported(world, "Z001").bank_account is not None

    world.apply("employees", "名册.xlsx", register(row(account=None, education=None)))
    assert imported(world, "Z001").bank_account is None


def test_one_person_may_work_for_two_companies(world: World) -> None:
    world.apply("employees", "名册.xlsx", register(row()))
    elsewhere = World(world.session, create_company(world.session), {})
    world.session.commit()

    elsewhere.apply("employees", "名册.xlsx", register(row(no="Q9")))

    employments = [e for e in world.rows(Employment) if e.employee_no in {"Z001", "Q9"}]
    assert len({e.person_id for e in employments}) == 1
    assert len({e.company_id for e in employments}) == 2


def test_a_rehire_is_a_second_employment_of_the_same_person(world: World) -> None:
    content = register(row(left=dt.date(2026, 10, 31)), row(no="Z002", hired=dt.date(2026, 11, 2)))

    seen = world.apply("employees", "名册.xlsx", content)

    assert seen.refusals == []
    assert imported(world, "Z001").person_id == imported(world, "Z002").person_id


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(), row()], [(3, "row.duplicate")]),
        ([row(), row(no="Z002")], [(3, "employment.overlap")]),
        ([row(), row(no="Z002", name="周亮")], [(3, "person.other_name")]),
        ([row(left=dt.date(2026, 10, 1))], [(2, "employment.dates")]),
        ([row(type="长工")], [(2, "cell.choice")]),
        ([row(hired=None)], [(2, "cell.missing")]),
        ([row(hired=dt.date(2028, 1, 1))], [(2, "cell.too_far")]),
        ([row(team="无此组")], [(2, "team.unknown")]),
        ([row(fund_own=None)], [(2, "profile.fund")]),
        ([row(fund_own="120%")], [(2, "profile.rate")]),
        ([row(base="-1")], [(2, "cell.negative")]),
        ([row(account=6.22812345670000001e18)], [(2, "cell.number_as_text")]),
        ([row(phone="请问他")], [(2, "cell.not_digits")]),
        ([row(email="周明@邮箱")], [(2, "cell.not_email")]),
        ([row(township="远方乡")], [(2, "cell.choice")]),
    ],
)
def test_bad_rows(world: World, rows: list[Any], expected: list[Any]) -> None:
    assert reasons(world.preview("employees", "名册.xlsx", register(*rows))) == expected


def test_a_number_is_never_given_to_another_person(world: World) -> None:
    taken = register(row(no="A0001"))

    assert reasons(world.preview("employees", "名册.xlsx", taken)) == [
        (2, "employment.number_taken")
    ]


def test_a_raise_needs_its_month_and_ends_the_old_profile(world: World) -> None:
    world.apply("employees", "名册.xlsx", register(row()))

    silent = world.preview("employees", "名册.xlsx", register(row(base="1800.00")))
    assert reasons(silent) == [(2, "register.from_missing")]

    world.apply("employees", "名册.xlsx", register(row(base="1800.00", profile_from="2026-11")))

    profiles = [(p.valid_from, p.valid_to, p.base_pay_amount) for p in world.rows(PayProfile)]
    assert profiles == [
        (dt.date(2026, 10, 1), dt.date(2026, 11, 1), 150_000),
        (dt.date(2026, 11, 1), None, 180_000),
    ]


def test_a_closed_month_keeps_its_pay_facts_and_days(world: World) -> None:
    world.apply("employees", "名册.xlsx", register(row()))
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    for cells in (
        {"base": "1800.00", "profile_from": "2026-10"},
        {"hired": dt.date(2026, 10, 13)},
        {"left": dt.date(2026, 10, 20)},
    ):
        seen = world.preview("employees", "名册.xlsx", register(row(**cells)))
        assert reasons(seen) == [(2, "month.closed")]
    later = register(row(base="1800.00", profile_from="2026-11", left=dt.date(2026, 11, 20)))
    assert world.apply("employees", "名册.xlsx", later).refusals == []


def test_a_change_of_team_hands_over_on_its_day(world: World) -> None:
    one = create_team(world.session, world.company, name="一组")
    two = create_team(world.session, world.company, name="二组")
    world.session.commit()
    world.apply("employees", "名册.xlsx", register(row(team="一组")))

    world.apply(
        "employees", "名册.xlsx", register(row(team="二组", team_from=dt.date(2026, 11, 16)))
    )

    memberships = [(m.team_id, m.valid_from, m.valid_to) for m in world.rows(TeamMembership)]
    assert memberships == [
        (one.id, dt.date(2026, 10, 12), dt.date(2026, 11, 16)),
        (two.id, dt.date(2026, 11, 16), None),
    ]


HISTORY: tuple[dict[str, Any], ...] = (
    {"team": "一组", "left": dt.date(2027, 3, 31)},
    {
        "team": "二组",
        "team_from": dt.date(2026, 11, 16),
        "base": "1800.00",
        "profile_from": "2026-11",
        "left": dt.date(2027, 3, 31),
    },
    {
        "team": "三组",
        "team_from": dt.date(2027, 1, 4),
        "base": "2000.00",
        "profile_from": "2027-02",
        "left": dt.date(2027, 3, 31),
    },
    # Hired again, by a new number.
    {"no": "Z002", "team": "二组", "hired": dt.date(2027, 6, 1), "base": "2100.00"},
)


def history(world: World) -> tuple[list[Any], list[Any], list[Any]]:
    """Say the employments, the teams and the base pay that the history of 周明 tells."""
    teams = {team.id: team.name for team in world.rows(Team)}
    return (
        [(e.employee_no, e.hired_on, e.separated_on) for e in world.rows(Employment)[5:]],
        sorted((teams[m.team_id], m.valid_from, m.valid_to) for m in world.rows(TeamMembership)),
        sorted((p.valid_from, p.valid_to, p.base_pay_amount) for p in world.rows(PayProfile)),
    )


@both_engines
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 0, 1)])
@pytest.mark.feature("SUP-5", "FIN-10")
def test_one_file_tells_the_whole_history(world: World, order: tuple[int, ...]) -> None:
    for name in ("一组", "二组", "三组"):
        create_team(world.session, world.company, name=name)
    world.session.commit()
    content = register(*(row(**HISTORY[n]) for n in order))

    seen = world.apply("employees", "名册.xlsx", content)

    assert (seen.refusals, seen.proposal.good_count) == ([], 4)
    told = history(world)
    employments, teams, pay = told
    assert sorted(employments) == [
        ("Z001", dt.date(2026, 10, 12), dt.date(2027, 3, 31)),
        ("Z002", dt.date(2027, 6, 1), None),
    ]
    assert len({e.person_id for e in world.rows(Employment)[5:]}) == 1
    assert teams == [
        ("一组", dt.date(2026, 10, 12), dt.date(2026, 11, 16)),
        ("三组", dt.date(2027, 1, 4), None),
        ("二组", dt.date(2026, 11, 16), dt.date(2027, 1, 4)),
        ("二组", dt.date(2027, 6, 1), None),
    ]
    assert pay == [
        (dt.date(2026, 10, 1), dt.date(2026, 11, 1), 150_000),
        (dt.date(2026, 11, 1), dt.date(2027, 2, 1), 180_000),
        (dt.date(2027, 2, 1), None, 200_000),
        (dt.date(2027, 6, 1), None, 210_000),
    ]

    again = world.apply("employees", "名册.xlsx", content)
    assert (again.refusals, again.counts[:2]) == ([], (0, 0))
    whole = world.apply("employees", "导出.csv", exported(world))
    assert (whole.refusals, whole.counts[:2], whole.notices) == ([], (0, 0), [])
    assert history(world) == told


def exported(world: World, month: str | None = None) -> bytes:
    """Export the register."""
    return export(
        world.session,
        source_named("employees"),
        ".csv",
        company_id=world.company.id,
        period=PayPeriod.parse(month) if month else None,
        actor=CLI,
    )


def test_a_month_of_the_register_has_whom_it_employs(world: World) -> None:
    content = register(row(left=dt.date(2026, 10, 31)), row(no="Z002", name="王芳", id=WANG))
    world.apply("employees", "名册.xlsx", content)

    def numbers(month: str) -> list[Any]:
        rows = read_csv(exported(world, month))[0].rows[1:]
        return [each[0] for each in rows if each[0].startswith("Z")]

    assert numbers("2026-10") == ["Z001", "Z002"]
    assert numbers("2026-11") == ["Z002"]


def test_a_row_without_pay_facts_changes_the_team_only(world: World) -> None:
    for name in ("一组", "二组"):
        create_team(world.session, world.company, name=name)
    world.session.commit()
    silent = dict.fromkeys(("base", "contribution", "fund", "fund_own", "fund_employer"))
    move = row(team="二组", team_from=dt.date(2026, 11, 16), **silent)

    world.apply("employees", "名册.xlsx", register(row(team="一组"), move))

    assert [p.base_pay_amount for p in world.rows(PayProfile)] == [150_000]
    assert len(world.rows(TeamMembership)) == 2


def test_an_earlier_step_may_be_told_later(world: World) -> None:
    world.apply("employees", "名册.xlsx", register(row(), row(base="2000", profile_from="2027-02")))

    world.apply("employees", "名册.xlsx", register(row(base="1800", profile_from="2026-12")))

    assert [(p.valid_from, p.valid_to, p.base_pay_amount) for p in world.rows(PayProfile)] == [
        (dt.date(2026, 10, 1), dt.date(2026, 12, 1), 150_000),
        (dt.date(2027, 2, 1), None, 200_000),
        (dt.date(2026, 12, 1), dt.date(2027, 2, 1), 180_000),
    ]


@pytest.mark.parametrize(
    ("second", "code", "column"),
    [
        ({"base": "1800"}, "row.duplicate", ""),
        ({"base": "1800", "team_from": dt.date(2026, 11, 1)}, "register.from_missing", ""),
        (
            {"profile_from": "2026-11", "hired": dt.date(2026, 10, 13)},
            "register.rows_differ",
            "入职日期",
        ),
        ({"profile_from": "2026-11", "account": "6228999"}, "register.rows_differ", "银行账号"),
        ({"profile_from": "2026-11", "name": "周亮"}, "register.rows_differ", "姓名"),
        ({"profile_from": "2026-11", "fund_own": None}, "profile.fund", ""),
        ({"profile_from": "2026-11", "team": "无此组"}, "team.unknown", ""),
    ],
)
def test_a_history_that_contradicts_itself(
    world: World, second: dict[str, Any], code: str, column: str
) -> None:
    seen = world.apply("employees", "名册.xlsx", register(row(), row(**second)), keep=True)

    (refusal,) = seen.refusals
    assert (refusal.place.row, refusal.error.code, refusal.place.column) == (3, code, column)
    assert "6228999" not in refusal.value
    # What contradicts a step of the history keeps the whole of it out.
    is_step = code not in {"row.duplicate", "register.rows_differ"}
    assert seen.proposal.good_count == (0 if is_step else 1)
    assert len(world.rows(PayProfile)) == (0 if is_step else 1)


def test_other_companies_people_are_not_touched(world: World) -> None:
    elsewhere = create_company(world.session)
    create_employment(world.session, elsewhere, employee_no="Z001")
    world.session.commit()

    world.apply("employees", "名册.xlsx", register(row()))

    assert [e.company_id for e in world.rows(Employment) if e.employee_no == "Z001"] == [
        elsewhere.id,
        world.company.id,
    ]


@pytest.mark.parametrize("name", ["张𬭎", "欧阳㛃", "王䶮", "阿依古丽·买买提"])
def test_rare_characters_of_names_are_taken(world: World, name: str) -> None:
    assert not world.preview("employees", "r.xlsx", register(row(name=name))).refusals


def test_a_name_that_no_font_can_draw_is_refused_when_it_is_entered(world: World) -> None:
    seen = world.preview(
        "employees", "r.xlsx", register(row(name="周\U00031350"), row(no="Z002", id=WANG))
    )
    (refusal,) = seen.refusals
    assert (refusal.place.row, refusal.place.column, refusal.value) == (
        2,
        "B(姓名)",
        "周\U00031350",
    )
    assert "U+31350" in refusal.error.message("zh")
    assert "fonts-hanazono" in (refusal.error.hint("zh") or "")
    assert seen.proposal.good_count == 1
