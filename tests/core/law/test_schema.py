"""Each way in which a law file can be wrong, and what is then said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.law.files import VALUES, calendar, entry, write
from workforce.core.errors import LawDataError
from workforce.core.law import LawBook
from workforce.core.law.schema import read_parameters

LOCAL = 'region = "500236"'
DATED = "valid_from = 2027-01-01"
QUOTED = 'value = "2400"'
REASON = 'no_link_reason = "测试"'


def refused(folder: Path, text: str, code: str, *words: str) -> None:
    path = write(folder, text)
    with pytest.raises(LawDataError) as caught:
        LawBook.load([path])
    assert caught.value.code == code
    assert caught.value.place is not None
    assert "notice.toml" in caught.value.place
    for word in words:
        assert word in str(caught.value)


def test_the_file_itself_is_good(tmp_path: Path) -> None:
    LawBook.load([write(tmp_path, VALUES)])


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("kind =", "kind", "law.file_unreadable", ()),
        ('kind = "values"\n', "", "law.key_missing", ("kind",)),
        ('kind = "values"', 'kind = "wish"', "law.field_wrong", ("values, calendar",)),
        (LOCAL, f"{LOCAL}\ncolour = 3", "law.key_unknown", ("colour",)),
        (LOCAL, f"{LOCAL}\nyear = 2027", "law.key_unknown", ("year",)),
        (LOCAL, 'region = "5002"', "law.region_unknown", ("5002",)),
        (LOCAL, "region = 500236", "law.field_wrong", ("text in quotes",)),
        (DATED, f'{DATED}\nlink = "x"', "law.key_unknown", ("minimum_wage_month[1]", "link")),
        ("minimum_wage_month", "minimum_wage", "law.key_unknown", ("minimum_wage_month,",)),
        ("[[values.minimum_wage_month]]", "[values.minimum_wage_month]", "law.field_wrong", ()),
        (f"{DATED}\n", "", "law.key_missing", ("valid_from",)),
        (DATED, 'valid_from = "2027-01-01"', "law.field_wrong", ("a date such as",)),
        (DATED, "valid_from = 2027-01-01T00:00:00", "law.field_wrong", ("a date such as",)),
        (DATED, f"{DATED}\nvalid_to = 2027-01-01", "law.order", ("2027-01-01",)),
        (QUOTED, "value = 2400", "law.field_wrong", ("decimal text in quotes",)),
        (QUOTED, "value = 2400.5", "law.field_wrong", ("decimal text in quotes",)),
        (QUOTED, 'value = "2.400,00"', "money.not_exact", ("value",)),
        (QUOTED, 'value = "2400.005"', "money.too_many_decimals", ("2400.005",)),
        (QUOTED, 'value = "-2400"', "law.field_wrong", ("value",)),
        ('source = "notice"', 'source = "rumour"', "law.source_unknown", ("rumour",)),
        ('title = "测试通知"', 'title = " "', "law.field_wrong", ("title",)),
        ("checked_on = 2026-11-24\n", "", "law.key_missing", ("checked_on",)),
        (f"{REASON}\n", "", "law.link_unexplained", ("sources.notice",)),
        (REASON, f'{REASON}\nlink = "https://example.com"', "law.link_unexplained", ()),
        (REASON, 'link = "http://example.com"', "law.field_wrong", ("https://",)),
        (REASON, 'no_link_reason = { zh = "无" }', "law.key_missing", ("en",)),
        ('evidence = "A"', 'evidence = "D"', "law.field_wrong", ("A, B, C",)),
        ('evidence = "A"', 'evidence = "C"', "law.evidence_contradicts", ("official",)),
        ('"official"', '"certain"', "law.field_wrong", ("official, estimate",)),
        (DATED, f'{DATED}\nreplaces = "all"', "law.field_wrong", ("a date such as",)),
    ],
)
def test_values_files(
    tmp_path: Path, old: str, new: str, code: str, words: tuple[str, ...]
) -> None:
    assert old in VALUES
    refused(tmp_path, VALUES.replace(old, new, 1), code, *words)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("daily_work_minutes", '"480"'),
        ("daily_work_minutes", "480.0"),
        ("daily_work_minutes", "-1"),
        ("daily_work_minutes", "true"),
        ("monthly_paid_days", "22"),
        ("pension_employee_rate", "0.08"),
        ("income_tax_annual_brackets", '"0.03"'),
    ],
)
def test_a_value_has_its_parameters_unit(tmp_path: Path, code: str, value: str) -> None:
    refused(tmp_path, entry(code, value=value), "law.field_wrong", code, "value")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("[]", ("no upper limit",)),
        ('[["100", "0.1", "0"]]', ("no upper limit",)),
        ('[["", "0.1", "5"]]', ("first quick deduction is 0",)),
        ('[["100", "0.1", "0"], ["90", "0.2", "10"], ["", "0.3", "19"]]', ("rise",)),
        ('[["", "0.1", "0"], ["", "0.2", "10"]]', ("rise",)),
        ('[["100", "0.1", "0"], ["", "0.2", "11"]]', ("jumps at 10000 fen",)),
        ('[["100", "0.2", "0"], ["", "0.1", "-10"]]', ("quick",)),
        ('[["100", "0.2", "0"], ["", "0.2", "0"]]', ("jumps",)),
        ('[["100", "0.1"], ["", "0.2", "10"]]', ("rows of",)),
        ('[["100", 0.1, "0"], ["", "0.2", "10"]]', ("rate", "decimal text")),
    ],
)
def test_tax_tables_must_be_whole_and_continuous(
    tmp_path: Path, rows: str, words: tuple[str, ...]
) -> None:
    text = entry("income_tax_annual_brackets", "national", value=rows)
    path = write(tmp_path, text)
    with pytest.raises(LawDataError) as caught:
        LawBook.load([path])
    for word in words:
        assert word in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notice.toml"
    path.write_bytes(VALUES.encode("gb18030"))
    with pytest.raises(LawDataError, match="UTF-8"):
        LawBook.load([path])


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    path = tmp_path / "notice.toml"
    path.write_bytes(VALUES.encode("utf-8-sig"))
    LawBook.load([path])


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("year = 2027", 'year = "2027"', "law.field_wrong", ("year",)),
        ("year = 2027", "year = 2029", "law.calendar_wrong", ("does not belong to 2029",)),
        ('["qingming"]', '["labour_day"]', "law.calendar_wrong", ("each festival once",)),
        ("last = 2027-02-08", "last = 2027-02-07", "law.calendar_wrong", ("inside the break",)),
        ("last = 2027-02-08", "last = 2027-02-04", "law.calendar_wrong", ("before first",)),
        ("last = 2027-02-08", "last = 2027-04-05", "law.calendar_wrong", ("overlap",)),
        ("holidays = [2027-04-05]", "", "law.calendar_wrong", ("must be listed",)),
        (
            "holidays = [2027-04-05]",
            'holidays = ["5 April"]',
            "law.field_wrong",
            ("list of dates",),
        ),
        ("workdays = []", "workdays = [2027-02-09]", "law.calendar_wrong", ("not at a weekend",)),
        ("workdays = []", "workdays = [2027-02-06]", "law.calendar_wrong", ("inside a break",)),
        ("workdays = []", "workdays = [2026-11-28]", "law.calendar_wrong", ("2026-11-28",)),
        (", 2027-02-08]", "]", "law.calendar_count", ("12", "13")),
        ("year = 2027", 'year = 2027\nreplaces = "yes"', "law.field_wrong", ("true or false",)),
        ("year = 2027", "year = 2027\nreplaces = true", "law.replaces_nothing", ("2027",)),
        ("year = 2027", 'year = 2027\nregion = "50"', "law.key_unknown", ("region",)),
        ("[[breaks]]", "[[holidays]]", "law.key_unknown", ("holidays",)),
        ('confidence = "estimate"', 'confidence = "official"', "law.evidence_contradicts", ()),
    ],
)
def test_calendar_files(
    tmp_path: Path, old: str, new: str, code: str, words: tuple[str, ...]
) -> None:
    path = write(tmp_path, calendar(old, new))
    with pytest.raises(LawDataError) as caught:
        LawBook.load([path])
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)


DEFINITION = '[x]\nunit = "fen"\nsubject = "leave"\nlabel_zh = "x"\nlabel_en = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DEFINITION.replace("fen", "yuan"), ("unit", "fen, micro")),
        (DEFINITION.replace('label_en = "x"', ""), ("label_en",)),
        (DEFINITION.replace('subject = "leave"', ""), ("subject",)),
        (DEFINITION.replace("leave", "holidays"), ("subject", "working_time, minimum_wage")),
        (f'{DEFINITION}note = "x"\n', ("note",)),
        ("x = 3\n", ("a table",)),
    ],
)
def test_parameter_definitions(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(LawDataError) as caught:
        read_parameters(write(tmp_path, text, "parameters.toml"))
    for word in ("parameters.toml: x", *words):
        assert word in str(caught.value)
