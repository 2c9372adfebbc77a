from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.law.files import EXAMPLE_CALENDAR, EXAMPLE_VALUES, VALUES, calendar, entry, write
from workforce.core.errors import InputError, LawDataError
from workforce.core.law import NATIONAL, LawBook, ParameterValue, chain
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.core.work_calendar import DayClass

FENGJIE = "500236"
PACKAGED = LawBook.load()


def minimum(book: LawBook, on: str) -> ParameterValue:
    return book.value("minimum_wage_month", FENGJIE, date.fromisoformat(on), "test")


def test_the_nearest_region_counts() -> None:
    assert chain(FENGJIE) == (FENGJIE, "50", NATIONAL)
    assert chain("50") == ("50", NATIONAL)
    assert chain(NATIONAL) == (NATIONAL,)
    on = date(2026, 10, 1)
    assert PACKAGED.value("minimum_wage_month", FENGJIE, on, "test").region == FENGJIE
    assert PACKAGED.value("insurance_base_floor", FENGJIE, on, "test").region == "50"
    assert PACKAGED.value("daily_work_minutes", FENGJIE, on, "test").region == NATIONAL


@pytest.mark.parametrize("region", ["5002", "", "奉节", "50023６", "5002361"])
def test_a_region_is_a_code(region: str) -> None:
    with pytest.raises(InputError, match="region code"):
        chain(region)


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(InputError, match="minimum_wage_month"):
        PACKAGED.value("minimum_wages_month", FENGJIE, date(2026, 10, 1), "test")


def test_a_value_ends_where_the_next_begins() -> None:
    found = minimum(PACKAGED, "2023-06-30")
    assert (found.valid_from, found.valid_to) == (date(2022, 4, 1), date(2025, 1, 1))
    assert minimum(PACKAGED, "2026-10-01").valid_to is None


def test_history_goes_along_the_chain() -> None:
    years = [value.valid_from.year for value in PACKAGED.history("minimum_wage_month", FENGJIE)]
    assert years == [2019, 2022, 2025]
    with pytest.raises(InputError):
        PACKAGED.history("nothing", FENGJIE)


def test_a_later_value_may_be_added(tmp_path: Path) -> None:
    book = LawBook.load([write(tmp_path, VALUES)])
    assert minimum(book, "2026-12-31").integer == 220_000
    assert minimum(book, "2026-12-31").valid_to == date(2027, 1, 1)
    assert minimum(book, "2027-01-01").integer == 240_000
    assert minimum(book, "2027-01-01").source.reference == "测试通知 第一条"
    assert book.hash != PACKAGED.hash


@pytest.mark.parametrize("valid_from", ["2025-01-01", "2023-01-01"])
def test_an_earlier_or_other_value_contradicts(tmp_path: Path, valid_from: str) -> None:
    path = write(tmp_path, entry("minimum_wage_month", valid_from=valid_from))
    with pytest.raises(LawDataError, match=r"minimum_wage_month.*2200\.00") as caught:
        LawBook.load([path])
    assert caught.value.code == "law.conflict"


def test_a_local_value_may_not_creep_under_an_older_national_one(tmp_path: Path) -> None:
    path = write(tmp_path, entry("daily_work_minutes", value="500", valid_from="2019-01-01"))
    with pytest.raises(LawDataError, match="national 2019-01-01: 480"):
        LawBook.load([path])


def test_a_later_local_value_goes_before_the_national_one(tmp_path: Path) -> None:
    book = LawBook.load([write(tmp_path, entry("daily_work_minutes", value="450"))])
    for on, minutes in ((date(2026, 12, 31), 480), (date(2027, 1, 1), 450)):
        assert book.value("daily_work_minutes", FENGJIE, on, "test").integer == minutes
        assert book.value("daily_work_minutes", "50", on, "test").integer == 480


def test_a_correction_names_what_it_replaces(tmp_path: Path) -> None:
    text = entry("minimum_wage_month", valid_from="2022-05-01", replaces="2022-04-01")
    book = LawBook.load([write(tmp_path, text)])
    assert minimum(book, "2022-04-30").integer == 170_000
    assert minimum(book, "2022-05-01").integer == 240_000
    assert minimum(book, "2025-01-01").integer == 220_000


def test_a_correction_of_nothing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, entry("minimum_wage_month", replaces="2022-04-02"))
    with pytest.raises(LawDataError, match="2022-04-02, which does not exist"):
        LawBook.load([path])


def test_a_correction_may_not_overlap_what_stays(tmp_path: Path) -> None:
    text = entry(
        "minimum_wage_month",
        valid_from="2022-04-01",
        valid_to="2025-02-01",
        replaces="2022-04-01",
    )
    with pytest.raises(LawDataError, match="overlaps") as caught:
        LawBook.load([write(tmp_path, text)])
    assert caught.value.code == "law.overlap"


def test_two_files_cannot_settle_one_day_twice(tmp_path: Path) -> None:
    first = write(tmp_path, VALUES, "1.toml")
    second = write(tmp_path, entry("minimum_wage_month", value='"2500"'), "2.toml")
    with pytest.raises(LawDataError, match="2400"):
        LawBook.load([first, second])
    twice = VALUES + VALUES.partition("checked_on = 2026-11-24\n")[2]
    text = twice.replace("valid_from", "replaces = 2025-01-01\nvalid_from")
    with pytest.raises(LawDataError, match="which does not exist"):
        LawBook.load([write(tmp_path, text)])


def test_a_gap_must_be_explained(tmp_path: Path) -> None:
    text = entry("annual_bonus_months", NATIONAL, value="12", valid_from="2029-01-01")
    with pytest.raises(LawDataError, match="2028-01-01 to 2029-01-01"):
        LawBook.load([write(tmp_path, text)])
    text = text.replace("value = 12", 'value = 12\ngap_reason = "2028 年没有规定"')
    LawBook.load([write(tmp_path, text)])


def test_a_parameter_declared_gapless_may_not_end(tmp_path: Path) -> None:
    text = entry("minimum_wage_month", valid_to="2028-01-01")
    with pytest.raises(LawDataError, match="2028-01-01") as caught:
        LawBook.load([write(tmp_path, text)])
    assert caught.value.code == "law.gap"


def test_what_only_repeats_the_package_changes_nothing() -> None:
    assert LawBook.load([EXAMPLE_VALUES]).hash == PACKAGED.hash


def test_the_same_figure_with_better_evidence_is_a_correction(tmp_path: Path) -> None:
    fields = {"value": '"0.005"', "valid_from": "2026-01-01"}
    text = entry("unemployment_employee_rate", "50", **fields)
    with pytest.raises(LawDataError, match="settled differently"):
        LawBook.load([write(tmp_path, text)])
    book = LawBook.load(
        [
            write(
                tmp_path, entry("unemployment_employee_rate", "50", **fields, replaces="2026-01-01")
            )
        ]
    )
    found = book.value("unemployment_employee_rate", FENGJIE, date(2026, 10, 1), "test")
    assert not found.is_estimate
    assert book.hash != PACKAGED.hash


def test_the_next_calendar_can_be_added() -> None:
    book = LawBook.load([EXAMPLE_CALENDAR])
    year = book.calendar().years[2027]
    assert year.is_estimate
    assert len(year.holidays) == 13
    assert book.calendar().day_class(date(2027, 2, 5)) is DayClass.HOLIDAY
    assert book.calendar().month_classes(PayPeriod(2027, 10)).tolist().count(DayClass.HOLIDAY) == 3


def test_a_known_calendar_is_only_replaced_on_purpose(tmp_path: Path) -> None:
    moved = write(tmp_path, calendar("workdays = []", "workdays = [2027-01-31]"), "2.toml")
    with pytest.raises(LawDataError, match="calendar 2027"):
        LawBook.load([EXAMPLE_CALENDAR, moved])
    purposely = moved.read_text("utf-8").replace("year = 2027", "year = 2027\nreplaces = true")
    book = LawBook.load([EXAMPLE_CALENDAR, write(tmp_path, purposely, "2.toml")])
    assert book.calendar().day_class(date(2027, 1, 31)) is DayClass.WORKDAY
    assert LawBook.load([EXAMPLE_CALENDAR, EXAMPLE_CALENDAR]).calendar().has_year(2027)


VALUES_IN_ORDER = list(PACKAGED.values())


@pytest.mark.feature("FIN-24")
@given(st.permutations(VALUES_IN_ORDER))
def test_the_hash_does_not_depend_on_the_order(values: list[ParameterValue]) -> None:
    parameters = {each.code: each for each in reversed(PACKAGED.parameters())}
    years = reversed(list(PACKAGED.calendar().years.values()))
    assert LawBook(parameters, values, years).hash == PACKAGED.hash


def test_the_hash_does_not_know_how_a_parameter_is_shown() -> None:
    """Moved under another heading or called otherwise, the law is the same: old runs verify."""
    values = [
        replace(value, parameter=replace(value.parameter, subject="leave", label=Text("新", "new")))
        for value in PACKAGED.values()
    ]
    parameters = {value.code: value.parameter for value in values}
    years = PACKAGED.calendar().years.values()
    assert LawBook(parameters, values, years).hash == PACKAGED.hash


def test_the_hash_knows_figures_but_not_notes(tmp_path: Path) -> None:
    book = LawBook.load([write(tmp_path, VALUES)])
    noted = VALUES.replace("article", 'note = "新"\narticle').replace('"测试"', '"别的原因"')
    assert LawBook.load([write(tmp_path, noted)]).hash == book.hash
    for other in (
        VALUES.replace("2400", "2401"),
        VALUES.replace("2027-01-01", "2027-02-01"),
        VALUES.replace("第一条", "第二条"),
        VALUES.replace('"official"', '"estimate"'),
    ):
        assert LawBook.load([write(tmp_path, other)]).hash != book.hash
    assert LawBook.load([EXAMPLE_CALENDAR]).hash != PACKAGED.hash


def test_a_book_crosses_a_process_boundary_whole() -> None:
    copy = pickle.loads(pickle.dumps(PACKAGED))  # noqa: S301 - what was pickled a moment ago
    assert copy.hash == PACKAGED.hash
    assert minimum(copy, "2026-10-01").integer == 220_000
