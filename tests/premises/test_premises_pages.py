"""The base's rooms on pages: kept by the base's administrator, seen by a company as far as it rents."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import create_account, create_company
from tests.factories.premises import create_area, create_seat, create_tenancy
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope
from workforce.premises import queries
from workforce.premises.models import Area, Floor, Site

ClientAs = Callable[[Account], FormClient]
TODAY = dt.date(2026, 11, 9)


@pytest.fixture
def keeper(session: Session, client_as: ClientAs) -> FormClient:
    """The base's administrator."""
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    return client_as(account)


def area_form(**changes: str) -> dict[str, str]:
    """What the form of an area sends: a hall of 30 × 20 m."""
    typed = {
        "code": "101",
        "name": "标注大厅",
        "use": "annotation",
        "x": "0",
        "y": "0",
        "width": "30",
        "height": "20",
        "valid_from": "2026-03-01",
    }
    return {f"area-{name}": value for name, value in (typed | changes).items()}


@pytest.mark.feature("BASE-1")
def test_the_base_is_entered_from_the_site_to_the_tenant_on_pages(
    session: Session, keeper: FormClient
) -> None:
    company = create_company(session, name="甲公司")
    session.commit()

    def send(path: str, data: dict[str, Any]) -> None:
        answer = keeper.post_form(path, data)
        assert answer.status_code == 302, answer.text
        session.rollback()

    assert "还没有登记场地" in keeper.get("/premises").text
    send("/premises/sites", {"code": "A", "name": "一号园", "address": "奉节县数字路1号"})
    (site,) = session.scalars(select(Site))
    typed = {"code": "1F", "name": "一楼", "area": "4,000", "width": "80", "height": "50"}
    send(
        f"/premises/sites/{site.id}/floors",
        {f"floor{site.id}-{name}": value for name, value in typed.items()},
    )
    (floor,) = session.scalars(select(Floor))
    assert (floor.area, floor.width, floor.height) == (400_000, 800, 500)
    send(f"/premises/floors/{floor.id}/areas", area_form())
    (area,) = session.scalars(select(Area))
    assert (area.area, area.width) == (60_000, 300)
    at = f"/premises/areas/{area.id}"
    row = {"first_code": "A-09", "count": "3", "x": "2", "y": "3.5", "gap": "1.4", "way": "right"}
    row |= {"built_on": "2026-03-01", "state": "usable"}
    send(f"{at}/seats", {f"row-{name}": value for name, value in row.items()})
    seats = session.execute(queries.seats_on(Scope.base(), TODAY)).all()
    assert [(seat.seat_code, seat.x, seat.y) for seat in seats] == [
        ("A-09", 20, 35),
        ("A-10", 34, 35),
        ("A-11", 48, 35),
    ]
    out = {"first": seats[1].seat_id, "last": seats[2].seat_id, "state": "out_of_use"}
    out |= {"state_from": "2026-11-01", "reason": "网络维修"}
    send(f"{at}/seats/state", {f"state-{name}": value for name, value in out.items()})
    gone = {"first": seats[2].seat_id, "last": seats[2].seat_id, "removed_on": "2026-11-05"}
    send(f"{at}/seats/remove", {f"removal-{name}": value for name, value in gone.items()})
    rent = {"company": company.id, "valid_from": "2026-04-01", "last_on": "2026-12-31"}
    send(
        f"{at}/tenancies",
        {f"tenancy-{name}": value for name, value in (rent | {"rent": "9000"}).items()},
    )

    (tenancy,) = session.execute(queries.tenancies(Scope.base()))
    assert (tenancy.valid_to, tenancy.rent_amount) == (dt.date(2027, 1, 1), 9_000_00)
    page = keeper.get("/premises").text
    assert re.search(r"租用将到期.*甲公司", page)
    assert "2026-04-01 至 2026-12-31" in page
    assert re.search(r'data-label="已建成工位">2<.*\s+<td.*data-label="可用工位">1<', page)
    shown = keeper.get(at).text
    assert "网络维修" in shown
    assert "A-11" not in shown.split("premises-forms")[0]
    before = keeper.get(f"{at}?on=2026-11-04").text.split("premises-forms")[0]
    assert re.search(r"A-11<.*\s.*\s.*2026-11-05 起拆除", before)
    withdraw = f"/premises/tenancies/{tenancy.tenancy_id}/withdraw"
    refused = keeper.post_form(withdraw, {"withdrawal-reason": " "})
    assert refused.status_code == 422
    assert "请写原因" in refused.text
    assert keeper.post_form(withdraw, {"withdrawal-reason": "登记错了企业"}).status_code == 302
    session.rollback()
    assert session.execute(queries.tenancies(Scope.base())).all() == []
    assert "从来没有租用过" in keeper.get(f"/premises/tenancies/{tenancy.tenancy_id}").text
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == [
        "site.create",
        "floor.create",
        "area.create",
        "area.add_seats",
        "area.change_seats",
        "area.change_seats",
        "tenancy.create",
        "tenancy.change",
    ]


@pytest.mark.feature("BASE-1")
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    session: Session, keeper: FormClient, floor: Floor
) -> None:
    area = create_area(session, floor, code="H1", name="一号厅")
    create_seat(session, area, code="A-01", x=20, y=20)
    session.commit()
    at = f"/premises/areas/{area.id}"

    def faults(path: str, data: dict[str, str]) -> str:
        answer = keeper.post_form(path, data)
        assert answer.status_code == 422
        session.rollback()
        return answer.text

    page = faults(f"/premises/floors/{floor.id}/areas", area_form(x="10", name="我的新厅"))
    assert '<a href="#area-x">区域 101 与区域 H1 重叠' in page
    assert 'value="我的新厅"' in page
    page = faults(f"/premises/floors/{floor.id}/areas", area_form(width="3.25", valid_from=""))
    assert "小数超过 1 位" in page
    assert "请填写起用日期" in page
    row = {"first_code": "A-99", "count": "2", "x": "3", "y": "3", "gap": "1.4", "way": "down"}
    row |= {"built_on": "2026-03-01", "state": "usable"}
    sent = {f"row-{name}": value for name, value in row.items()}
    assert "编不出 2 个编号" in faults(f"{at}/seats", sent)
    assert "挨得太近" in faults(
        f"{at}/seats", sent | {"row-first_code": "B-01", "row-x": "2.5", "row-y": "2.4"}
    )
    form = area_form(code="H2", valid_from="2020-01-01")
    assert "区域的编号 H1 不能改" in faults(f"{at}/change", form)
    form = area_form(code="H1", valid_from="2020-01-01", valid_to="2020-01-01")
    assert "不早于终止" in faults(f"{at}/change", form)
    rent = {"company": create_company(session).id, "valid_from": "2026-04-01"}
    session.commit()
    sent = {f"tenancy-{name}": str(text) for name, text in rent.items()}
    page = faults(f"{at}/tenancies", sent | {"tenancy-last_on": "2026-03-31"})
    assert "最后一天 2026-03-31 早于第一天 2026-04-01" in page
    assert "没有写从哪天起没有了" in faults(f"{at}/seats/remove", _seats_of(session, area))
    # Nothing of all this was kept.
    assert [row.code for row in session.scalars(select(Area))] == ["H1"]
    assert [row.code for row in session.execute(queries.seats_of(area.id))] == ["A-01"]
    assert session.scalars(select(AuditEntry)).all() == []
    assert keeper.get(f"/premises/floors/{floor.id}?on=gestern").status_code == 422
    assert keeper.post_form(f"{at}/withdraw").status_code in {409, 422}


def _seats_of(session: Session, area: Area) -> dict[str, str]:
    (row,) = session.execute(queries.seats_of(area.id))
    return {"removal-first": str(row.seat_id), "removal-last": str(row.seat_id)}


def test_an_area_that_never_was_is_in_nobodys_way(
    session: Session, keeper: FormClient, floor: Floor
) -> None:
    area = create_area(session, floor, code="W1", x=floor.width - 100, width=100)
    session.commit()
    why = {"withdrawal-reason": "画错了"}
    assert keeper.post_form(f"/premises/areas/{area.id}/withdraw", why).status_code == 302
    assert "W1" in keeper.get(f"/premises/areas/{area.id}").text
    smaller = {"code": floor.code, "name": floor.name, "area": "100", "width": "1", "height": "1"}
    typed = {f"floor-{name}": value for name, value in smaller.items()}
    assert keeper.post_form(f"/premises/floors/{floor.id}/change", typed).status_code == 302


@pytest.mark.feature("BASE-1")
def test_a_company_sees_what_it_rents_and_of_others_only_that_it_is_let(
    session: Session, client_as: ClientAs, floor: Floor
) -> None:
    mine, other = create_company(session, name="甲公司"), create_company(session, name="乙公司")
    halls = [create_area(session, floor, code=code) for code in ("M1", "O1", "V1")]
    for area, code in zip(halls, ("MM-1", "OO-1", "VV-1"), strict=True):
        create_seat(session, area, code=code)
    create_tenancy(session, mine, halls[0], rent_amount=1_234_56)
    create_tenancy(session, other, halls[1], rent_amount=9_876_54)
    elsewhere = create_tenancy(session, other)
    boss = client_as(create_account(session, Role.COMPANY_ADMIN, mine))
    session.commit()
    pages = [
        boss.get("/premises").text,
        *(boss.get(f"/premises/floors/{floor.id}?by={way}").text for way in ("use", "tenancy")),
        boss.get(f"/premises/areas/{halls[0].id}").text,
    ]

    assert "1,234.56" in pages[0]
    for page in pages[1:3]:
        assert re.search(r"O1.*已出租", page)
        assert re.search(r"V1.*空置", page)
        assert "<title>MM-1 · 可用</title>" in page
    for page in pages:
        for hidden in ("乙公司", "OO-1", "VV-1", "9,876.54", "premises-forms"):
            assert hidden not in page
    for path in (
        f"/premises/areas/{halls[1].id}",
        f"/premises/areas/{halls[2].id}",
        f"/premises/areas/{elsewhere.area_id}",
        f"/premises/floors/{session.get_one(Area, elsewhere.area_id).floor_id}",
    ):
        assert boss.get(path).status_code == 404
    assert boss.get("/premises/tenancies/1").status_code == 403


@pytest.mark.feature("BASE-1")
def test_a_plan_is_drawn_from_the_data_to_scale(
    session: Session, keeper: FormClient, floor: Floor
) -> None:
    hall = create_area(session, floor, code="H1", name="大厅", x=100, y=50, width=300, height=200)
    show: dict[str, Any] = {"use": "exhibition", "x": 400, "y": 50}
    create_area(session, floor, code="E1", name="展厅", valid_from=TODAY, **show)
    create_seat(session, hall, code="A-01", x=150, y=120)
    create_seat(session, hall, code="A-02", x=170, y=120, state="out_of_use", reason="坏了")
    create_tenancy(session, create_company(session, name="甲公司"), hall)
    session.commit()
    path = f"/premises/floors/{floor.id}"

    plan = keeper.get(path).text
    earlier = keeper.get(f"{path}?on=2026-11-08").text
    by_tenant = keeper.get(f"{path}?by=tenancy").text

    assert 'viewBox="-26.0 -26.0 852.0 558.0"' in plan
    for drawn in (
        '<rect class="plan-wall" x="100" y="50" width="300" height="200"/>',
        'fill="url(#plan-1)" x="100" y="50"',
        '<title>A-01 · 可用</title><use href="#plan-desk" x="150" y="120"/>',
        '<g class="seat seat-out_of_use"><title>A-02 · 停用</title>',
        "<title>E1 展厅 · 展厅 · 200 m²</title>",
    ):
        assert drawn in plan
    assert 'class="plan-area tone-0"' in plan
    assert "style=" not in plan.split("<main", 1)[1]
    assert "E1 展厅" not in earlier
    legend = by_tenant.split("plan-legend", 1)[1].split("</ul>", 1)[0]
    assert re.findall(r"</svg> (\S+)", legend) == ["公共区域", "甲公司", "可用", "停用"]
