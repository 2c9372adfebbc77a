"""What statistics ask of an employment, from the register: occupation, and who sends whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories import create_employment
from tests.imports.conftest import World, reasons
from tests.imports.sheets import one_sheet
from tests.imports.test_employees import WANG, ZHOU, imported
from workforce.core.identity import credit_check_character
from workforce.people.models import Person

HEAD = (
    "工号",
    "姓名",
    "身份证号码",
    "用工形式",
    "入职日期",
    "职业类别",
    "派遣单位",
    "派遣单位信用代码",
)
CODE = "91500236MA6FJPQ11"
CODE += credit_check_character(CODE)
SENDER = "重庆渝东派遣服务有限公司"


def row(number: str, name: str, identity: str, kind: str, *facts: str | None) -> tuple[Any, ...]:
    return (number, name, identity, kind, dt.date(2026, 10, 12), *facts)


@pytest.mark.feature("OFF-17")
def test_occupation_and_sending_unit_are_read(world: World) -> None:
    content = one_sheet(
        HEAD,
        row("Z001", "周明", ZHOU, "劳务派遣", "专业技术人员", SENDER, f" {CODE.lower()} "),
        row("Z002", "王芳", WANG, "全日制", None, None, None),
    )

    seen = world.apply("employees", "名册.xlsx", content)

    assert seen.refusals == []
    sent, own = imported(world, "Z001"), imported(world, "Z002")
    assert (sent.occupation, sent.dispatched_by, sent.dispatched_by_code) == (
        "professional",
        SENDER,
        CODE,
    )
    # Annotators belong to services: what nobody says is that.
    assert (own.occupation, own.dispatched_by) == ("service", None)


@pytest.mark.parametrize(
    ("kind", "sender", "code", "reason"),
    [
        ("全日制", SENDER, CODE, "employment.sender_unfit"),
        ("劳务派遣", None, CODE, "employment.sender_missing"),
        ("劳务派遣", SENDER, CODE[:-1] + "?", "identity.credit_code"),
    ],
)
def test_a_sending_unit_that_does_not_fit_is_refused_in_its_row(
    world: World, kind: str, sender: str | None, code: str, reason: str
) -> None:
    content = one_sheet(HEAD, row("Z001", "周明", ZHOU, kind, None, sender, code))

    seen = world.apply("employees", "名册.xlsx", content)

    assert reasons(seen) == [(2, reason)]
    assert not seen.is_applied


def test_who_is_taken_over_keeps_no_sending_unit(world: World) -> None:
    """The type alone cannot change while the unit stays: the file is told to clear it."""
    employment = create_employment(
        world.session,
        world.company,
        employee_no="Z001",
        employment_type="dispatched",
        dispatched_by=SENDER,
        dispatched_by_code=CODE,
    )
    world.session.commit()
    known = world.session.get_one(Person, employment.person_id)
    told = (employment.employee_no, known.name, known.id_number, "全日制", employment.hired_on)

    short = world.apply("employees", "名册.xlsx", one_sheet(HEAD[:5], told))
    whole = world.apply("employees", "名册.xlsx", one_sheet(HEAD, (*told, None, None, None)))

    assert reasons(short) == [(2, "employment.sender_unfit")]
    assert whole.refusals == []
    assert imported(world, "Z001").dispatched_by is None
