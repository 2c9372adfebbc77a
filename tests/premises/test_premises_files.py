"""Areas and seats as tables: of the base and of no company, taken whole, and back again unchanged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_account, create_company
from tests.factories.premises import create_area, create_seat
from tests.factories.web import FormClient
from tests.imports.test_hostile import spoilt
from workforce.accounts.models import Account
from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Role
from workforce.imports import service
from workforce.imports.exports import export
from workforce.imports.models import ImportBatch
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.imports.templates import template
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope
from workforce.premises import queries
from workforce.premises.models import Area, AreaUse, Floor, Seat

SOURCES = {code: service.all_sources()[code] for code in ("areas", "seats")}
TODAY = dt.date(2026, 11, 9)


def take(code: str, content: bytes, name: str = "a.xlsx", **more: Any) -> Preview:
    """Import a file for the base."""
    return service.apply(
        SOURCES[code],
        SourceFile(name, content),
        company_id=None,
        actor=CLI,
        options=Options(),
        **more,
    )


def rows_of(code: str, *changes: dict[str, Any]) -> bytes:
    """Write the first row of a source's example as CSV, once for each set of changed cells."""
    columns = SOURCES[code].columns
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.titles[0] for column in columns])
    writer.writeheader()
    for changed in changes:
        cells = {column.name: column.example[0] for column in columns} | changed
        writer.writerow({column.titles[0]: cells[column.name] for column in columns})
    return text.getvalue().encode()


def reasons(seen: Preview) -> list[str]:
    """Return why rows are refused; each says its place and the remedy."""
    for refusal in seen.refusals:
        assert refusal.place.row
        assert refusal.error.hint("zh")
        assert refusal.error.hint("en")
    return [refusal.error.code for refusal in seen.refusals]


@both_engines
@pytest.mark.feature("BASE-1", "SUP-5")
def test_what_is_exported_goes_in_again_and_changes_nothing(session: Session, floor: Floor) -> None:
    assert floor.code == "1F"
    for code, source in SOURCES.items():
        assert take(code, template(source)).is_applied
    # A use and a state that have changed: rows of one code.
    turned = {"use": "培训", "use_from": dt.date(2026, 6, 1)}
    assert take("areas", rows_of("areas", turned), "a.csv").counts.changed == 1
    broken = {"state": "停用", "state_from": dt.date(2026, 6, 1), "reason": "网络维修"}
    assert take("seats", rows_of("seats", broken), "a.csv").counts.changed == 1
    unused = {"code": "101-09", "x": "69", "state": "已建成，未启用"}
    assert take("seats", rows_of("seats", unused), "a.csv").counts.added == 2
    session.rollback()
    uses = session.scalars(select(AreaUse.use).order_by(AreaUse.area_id, AreaUse.valid_from)).all()
    assert uses == ["annotation", "training", "exhibition"]
    assert session.scalars(select(ImportBatch.company_id)).all() == [None] * 5

    for code, source in SOURCES.items():
        for suffix in (".xlsx", ".csv"):
            content = export(session, source, suffix, company_id=None, period=None, actor=CLI)
            seen = take(code, content, f"a{suffix}")
            counts = seen.counts
            assert seen.refusals == []
            assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)
            assert counts.unchanged > 0
    assert len(session.scalars(select(ImportBatch)).all()) == 5


@pytest.mark.feature("BASE-1", "SUP-4")
def test_rows_that_cannot_be_meant_are_refused_in_their_place(
    session: Session, floor: Floor
) -> None:
    place: dict[str, Any] = {"x": 540, "y": 230, "width": 260, "height": 270}
    area = create_area(session, floor, code="101", valid_from=dt.date(2026, 3, 1), **place)
    create_seat(session, area, code="Z-1", x=700, y=400)
    session.commit()
    wrong: dict[str, dict[str, dict[str, Any]]] = {
        "areas": {
            "premises.unknown_site": {"site": "B"},
            "premises.unknown_floor": {"floor": "9F"},
            "premises.code_shape": {"code": "一号厅"},
            "premises.areas_overlap": {"code": "102"},
            "premises.seats_outside": {"width": "10"},
            "premises.measure": {"x": "2000"},
            "cell.choice": {"use": "食堂"},
            "dated.empty": {"valid_to": dt.date(2026, 3, 1)},
            "money.not_exact": {"area": "很大"},
            "cell.missing": {"valid_from": None},
        },
        "seats": {
            "premises.unknown_area": {"area": "999"},
            "premises.seat_outside": {"x": "1"},
            "premises.seats_near": {"x": "70.5", "y": "40"},
            "premises.no_reason": {"state": "停用"},
            "premises.state_day": {"state_from": dt.date(2026, 2, 1)},
            "cell.choice": {"state": "坏了"},
            "dated.empty": {"removed_on": dt.date(2026, 3, 1)},
        },
    }
    for code, cases in wrong.items():
        for reason, changed in cases.items():
            seen = take(code, rows_of(code, changed), "a.csv")
            assert (reasons(seen), seen.is_applied) == ([reason], False), changed
        twice = take(code, rows_of(code, {}, {}), "a.csv")
        assert reasons(twice) == ["row.duplicate"]
    two = take("areas", rows_of("areas", {}, {"use_from": None, "name": "另一个名字"}), "a.csv")
    assert reasons(two) == ["premises.two_tellings"] * 2
    session.rollback()
    assert [row.code for row in session.scalars(select(Area))] == ["101"]
    assert [row.code for row in session.scalars(select(Seat))] == ["Z-1"]
    assert session.scalars(select(ImportBatch)).all() == []
    for ending, content, codes in spoilt("output", ".csv"):
        with pytest.raises(InputError) as caught:
            take("areas", content, f"a{ending}", keep_good_rows=True)
        assert caught.value.code in codes
    with pytest.raises(DomainError) as refused:
        service.apply(
            service.source_named("output"),
            SourceFile("a.csv", b"x"),
            company_id=None,
            actor=CLI,
            options=Options(),
        )
    assert refused.value.code == "import.no_company"


@pytest.mark.feature("BASE-1")
def test_the_base_imports_on_the_pages_that_companies_use(
    session: Session, client_as: Callable[[Account], FormClient], floor: Floor
) -> None:
    keeper = client_as(create_account(session, Role.BASE_ADMIN))
    finance = client_as(create_account(session, Role.FINANCE, create_company(session)))
    session.commit()

    page = keeper.get("/imports").text
    assert "区域表" in page
    assert "产量表" not in page
    assert "区域表" not in finance.get("/imports").text
    assert finance.get("/imports/sources/areas").status_code == 403
    assert keeper.get("/imports/sources/output").status_code == 403
    sent = {"files": (io.BytesIO(template(SOURCES["areas"])), "区域.xlsx")}
    answer = keeper.post_form("/imports/sources/areas", sent)
    assert answer.status_code == 302
    shown = keeper.get(answer.location).text
    assert "A 1F 101" in shown
    digest = shown.split('name="digest" value="', 1)[1].split('"', 1)[0]
    applied = keeper.post_form(f"{answer.location}/apply", {"digest": digest})
    assert "区域.xlsx" in keeper.get(applied.location).text
    assert finance.get(applied.location).status_code == 404
    session.rollback()
    found = session.execute(queries.areas_on(Scope.base(), TODAY)).all()
    assert [(row.area_code, row.use, row.area) for row in found] == [
        ("101", "annotation", 70_250),
        ("E1", "exhibition", 50_000),
    ]
    assert floor.id == found[0].floor_id
    table = keeper.get("/imports/sources/areas/records.csv").data.decode("utf-8-sig")
    assert table.splitlines()[1].startswith("A,1F,101,标注大厅,标注办公,2026-03-01,702.5,54,23")
