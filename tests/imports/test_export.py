"""What is exported goes in again and changes nothing; and a text never becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest

from tests.engines import both_engines
from tests.factories import create_company, create_employment, create_person
from tests.imports.conftest import World
from tests.imports.formats import OPTIONS, SOURCES, assert_unchanged, example, exported
from workforce.core.errors import InputError
from workforce.imports.reading.text import quoted_text, read_csv
from workforce.platform.audit import AuditEntry

EXPORTED = [code for code, source in SOURCES.items() if source.export]


@pytest.fixture
def filled(place: Callable[[str], World]) -> Callable[[str], World]:
    """Import a source's own example; return where it is."""

    def fill(code: str) -> World:
        world = place(code)
        seen = world.apply(code, *example(code), **OPTIONS)
        assert seen.refusals == []
        assert seen.counts.added > 0
        return world

    return fill


@both_engines
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("code", EXPORTED)
@pytest.mark.feature("SUP-5")
def test_an_export_imported_again_changes_nothing(
    filled: Callable[[str], World], code: str, suffix: str
) -> None:
    world = filled(code)

    content = exported(world, code, suffix)
    again = world.preview(code, f"导出{suffix}", content, **OPTIONS)

    assert again.refusals == []
    assert_unchanged(again)
    assert again.counts.unchanged > 0
    assert not again.notices


@pytest.mark.parametrize("code", EXPORTED)
@pytest.mark.feature("ALL-2")
def test_an_export_holds_the_records_of_its_own_company_only(
    filled: Callable[[str], World], code: str
) -> None:
    world = filled(code)
    other = create_company(world.session, code="ND")
    world.session.commit()

    content = exported(World(world.session, other, {}), code, ".csv")

    assert len(read_csv(content)[0].rows) == 1


HOSTILE = ("=1+1", "+86139", "-1", "@SUM(A1)", "\t=1+1", "'=1+1", "''", "＝1+1", "a,b", 'a"b')


@pytest.mark.parametrize("written", HOSTILE)
def test_a_text_comes_back_from_csv_as_it_was_and_never_runs(written: str) -> None:
    cell = quoted_text(written)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    line = io.StringIO()
    csv.writer(line).writerow(["1", cell, "2"])
    assert read_csv(line.getvalue().encode())[0].rows == [["1", written, "2"]]


@pytest.mark.feature("FIN-32")
def test_a_formula_for_a_name_stays_a_text(world: World) -> None:
    name = '=HYPERLINK("http://x","y")'
    person = create_person(world.session, name=name)
    create_employment(world.session, world.company, person, employee_no="=A1")
    world.session.commit()
    world.apply("output", "a.csv", "工号,日期,任务类型,合格数量\n=A1,2026-10-08,bbox_2d,8\n")

    sheet = openpyxl.load_workbook(io.BytesIO(exported(world, "output"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells[:2]] == ["=A1", name]
    assert "f" not in {cell.data_type for cell in cells}

    text = exported(world, "output", ".csv").decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=A1,\"'=HYPERLINK")
    again = world.preview("output", "a.csv", text)
    assert (again.refusals, again.counts.unchanged) == ([], 1)


def test_what_was_decided_since_is_not_undone(make_world: Callable[..., World]) -> None:
    world = make_world("by_inspection")
    world.apply(
        "output", "a.csv", "工号,日期,任务类型,批次,提交数量\nA0001,2026-10-08,bbox_2d,B1,80\n"
    )
    head = "批次,检查日期,抽检数,错误数,结果"
    world.apply("inspections", "b.csv", f"{head}\nB1,2026-10-09,20,9,返工\n")

    for code in ("output", "inspections"):
        again = world.preview(code, "c.xlsx", exported(world, code))
        assert (again.refusals, again.counts[:3]) == ([], (0, 0, 1))


def test_one_month_and_the_record_of_the_act(world: World) -> None:
    lines = "A0001,2026-09-30,bbox_2d,1\nA0001,2026-10-01,bbox_2d,2\n"
    world.apply("output", "a.csv", f"工号,日期,任务类型,合格数量\n{lines}")

    rows = read_csv(exported(world, "output", ".csv", "2026-10"))[0].rows

    assert [row[2] for row in rows[1:]] == ["2026-10-01"]
    entry = world.rows(AuditEntry)[-1]
    assert (entry.action, entry.after) == (
        "export.table",
        '{"period":"2026-10","source":"output"}',
    )


def test_one_work_named_by_code_and_by_name_is_one_record(world: World) -> None:
    head = "工号,日期,任务类型,合格数量"
    world.apply("output", "a.csv", f"{head}\nA0001,2026-10-08,bbox_2d,8\n")

    again = world.apply("output", "b.csv", f"{head}\nA0001,2026-10-08,任务bbox_2d,8\n")

    assert again.counts[:3] == (0, 0, 1)


@pytest.mark.parametrize(
    ("code", "suffix", "error"),
    [
        ("dingtalk", ".xlsx", "option.no_export"),
        ("output", ".pdf", "export.suffix"),
        ("output", "", "export.suffix"),
    ],
)
def test_what_cannot_be_exported(world: World, code: str, suffix: str, error: str) -> None:
    with pytest.raises(InputError) as caught:
        exported(world, code, suffix)
    assert caught.value.code == error


def test_too_many_rows_are_refused_and_not_cut(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.imports.exports.ROWS_LIMIT", 3)
    lines = "".join(f"A0001,2026-10-0{day},bbox_2d,1\n" for day in range(1, 4))
    world.apply("output", "a.csv", f"工号,日期,任务类型,合格数量\n{lines}")

    with pytest.raises(InputError, match="2 rows"):
        exported(world, "output")
    exported(world, "output", month="2026-11")
