"""What must hold of the packaged law data, whatever is added to them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import groupby

import pytest

from tests.guards.tree import below, text
from workforce.core import law
from workforce.core.law import Confidence, LawBook, Parameter, ParameterValue, Unit
from workforce.core.period import DateRange
from workforce.core.terms import terms_of

FENGJIE = "500236"
BOOK = LawBook.load()
VALUES = list(BOOK.values())
DATA_END = date(2027, 1, 1)


def name(item: Parameter | ParameterValue) -> str:
    return item.code if isinstance(item, Parameter) else f"{item.code}-{item.valid_from}"


@pytest.mark.parametrize("parameter", BOOK.parameters(), ids=name)
def test_every_day_has_a_value_where_that_is_declared(parameter: Parameter) -> None:
    if parameter.gapless_from is None:
        ends = parameter.code == "annual_bonus_months" or parameter.subject == "employment_subsidy"
        assert ends, "only a rule that ends may have gaps"
        return
    for on in DateRange(max(parameter.gapless_from, date(2019, 1, 1)), DATA_END):
        assert BOOK.value(parameter.code, FENGJIE, on, "test").in_force(on)


def test_every_parameter_has_a_value_and_two_labels() -> None:
    valued = {value.code for value in VALUES}
    for parameter in BOOK.parameters():
        assert parameter.code in valued
        assert re.search("[\u4e00-\u9fff]", parameter.label.zh)
        assert parameter.label.en.isascii()


@pytest.mark.feature("FIN-10")
@pytest.mark.parametrize("value", VALUES, ids=name)
def test_every_value_states_its_source(value: ParameterValue) -> None:
    source = value.source
    assert source.title
    assert bool(source.link) != bool(source.no_link_reason.zh)
    assert source.checked_on <= date(2026, 11, 24)
    if source.link:
        assert re.match(r"https://[\w.]*gov\.cn/", source.link), "official pages only"


@pytest.mark.parametrize("value", VALUES, ids=name)
def test_unverified_is_estimate_and_an_estimate_says_why(value: ParameterValue) -> None:
    if value.evidence == "C":
        assert value.confidence is Confidence.ESTIMATE
    if value.confidence is Confidence.ESTIMATE and value.evidence != "C":
        assert value.note.zh or "推算" in value.source.no_link_reason.zh


def test_words_for_people_are_in_two_languages() -> None:
    for value in VALUES:
        for words in (value.note, value.source.no_link_reason):
            assert bool(words.zh) == bool(words.en)
            assert words.en.isascii()


def test_values_change_on_the_first_of_a_month() -> None:
    """Then one look-up per month is enough."""
    for value in VALUES:
        assert value.valid_from.day == 1
        assert value.valid_to is None or value.valid_to.day == 1


def test_the_package_replaces_nothing_and_hides_no_gap() -> None:
    assert not [value.code for value in VALUES if value.replaces or value.gap_reason]


def test_the_piece_premium_is_what_exceeds_the_unit_price() -> None:
    for hours in ("weekday", "rest_day", "holiday"):
        on = date(2026, 10, 1)
        rate = BOOK.value(f"{hours}_overtime_rate", FENGJIE, on, "test").integer
        premium = BOOK.value(f"{hours}_overtime_premium_rate", FENGJIE, on, "test").integer
        assert premium == rate - 1_000_000


def test_every_calendar_from_2019_on_is_there_with_its_notice() -> None:
    years = BOOK.calendar().years
    assert list(years) == list(range(2019, 2027))
    for year in years.values():
        assert f"国务院办公厅关于{year.year}年部分节假日安排的通知" in year.title
        assert re.search(r"国办发明电〔20\d\d〕\d+号", year.title)
        assert re.match(r"https://www\.gov\.cn/", year.link)
        assert not year.is_estimate


def test_moved_days_stay_close_to_their_break() -> None:
    for year in BOOK.calendar().years.values():
        off = year.holidays | year.days_off
        for on in year.adjusted_workdays:
            near = {on + timedelta(days=step) for step in range(-14, 15)}
            assert near & off, f"{on} is worked for no break"


def test_the_list_for_programmers_is_complete() -> None:
    listed = re.findall(r"^    (\w+) +(\w+)(?:  |$)", law.__doc__ or "", re.MULTILINE)
    assert sorted(listed) == sorted((each.code, each.unit) for each in BOOK.parameters())


def test_the_parameters_keep_to_the_order_of_the_headings() -> None:
    """Each heading has something, and whoever reads the file meets them as on the page."""
    listed = [parameter.subject for parameter in BOOK.parameters()]
    assert [subject for subject, _ in groupby(listed)] == list(terms_of("law_subject"))


def test_every_decimal_parameter_is_a_rate() -> None:
    """People read these as per cent: whatever else is a decimal needs a unit of its own."""
    for parameter in BOOK.parameters():
        assert (parameter.unit is Unit.MICRO) == parameter.code.endswith("_rate"), parameter.code
        assert "倍" not in parameter.label.zh or parameter.unit is Unit.COUNT


def test_codes_in_the_program_are_codes_of_the_data() -> None:
    """A code that nobody defined would be found only when that item is first paid."""
    codes = {parameter.code for parameter in BOOK.parameters()}
    call = re.compile(r"\b(?:law\.(?:column|national|table)|book\.value)\(\s*\"(\w+)\"")
    asked = {code for path in below("workforce", ".py") for code in call.findall(text(path))}
    assert "minimum_wage_month" in asked
    assert asked <= codes
