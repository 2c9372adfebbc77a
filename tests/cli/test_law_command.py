from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.core.law.files import EXAMPLE_CALENDAR, EXAMPLE_VALUES, VALUES, write
from tests.factories.accounts import create_account
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.config import Settings
from workforce.core.law import LawBook, approved_overlays
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db, unit_of_work

Run = Callable[..., Result]


def invoke(instance: Path, *words: str, locale: str = "en") -> Result:
    arguments = ["--instance", str(instance), "law", *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)


@pytest.fixture(scope="module")
def looked_up(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a verb that needs no installation: the folder is empty."""
    folder = tmp_path_factory.mktemp("instance")
    return lambda *words, **options: invoke(folder, *words, **options)


@pytest.fixture(scope="module")
def migrated(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with two base administrators, `zhang` and `li`, and `wang` of finance."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(initialised, folder, dirs_exist_ok=True)
    with State(instance=folder, locale="en").app(), unit_of_work() as session:
        create_account(session, Role.BASE_ADMIN, login_name="zhang")
        create_account(session, Role.BASE_ADMIN, login_name="li")
        create_account(session, Role.OFFICIAL, login_name="wang")
    return folder


@pytest.fixture
def installed(migrated: Path) -> Path:
    """The installation, with no law file added yet."""
    for path in (migrated / "law").glob("*"):
        path.unlink()
    return migrated


def add(instance: Path, file: Path, by: str = "zhang", approved_by: str = "li") -> Result:
    return invoke(instance, "add", str(file), "--by", by, "--approved-by", approved_by)


def test_list_shows_what_is_in_force_on_a_day(looked_up: Run) -> None:
    output = looked_up("list", "--on", "2024-12-31").output
    line = next(line for line in output.splitlines() if "minimum_wage_month" in line)
    assert "2,000.00 yuan" in line
    assert "2022-04-01 – 2024-12-31" in line
    assert "estimate" in line
    assert "insurance_base_floor" in output
    assert output.count("minimum_wage_month") == 1
    assert "housing_fund_base_cap" not in output  # unknown on that day
    assert "国办发明电〔2025〕7号" in output


@pytest.mark.feature("FIN-10")
def test_estimates_are_listed_whenever_they_were_in_force(looked_up: Run) -> None:
    lines = looked_up("list", "--estimates").output.splitlines()
    assert sum("minimum_wage_month" in line for line in lines) == 2
    assert any("unemployment_employee_rate" in line and "2026-01-01 –" in line for line in lines)
    assert not any("official" in line for line in lines)


def test_estimates_of_a_day(looked_up: Run) -> None:
    output = looked_up("list", "--estimates", "--on", "2026-10-01").output
    codes = [line.split()[0] for line in output.splitlines() if "estimate" in line]
    assert codes == [
        "minimum_working_age",
        "sick_pay_minimum_rate",
        "bereavement_leave_days",
        "marriage_leave_days",
        "maternity_leave_days",
        "paternity_leave_days",
        "unemployment_employer_rate",
        "unemployment_employee_rate",
        "platform_income_rate",
        "severance_average_wage_year",
        "severance_wage_limit_average_wages",
        "severance_capped_months",
        "severance_whole_year_months",
        "severance_short_service_rate",
        "union_fund_rate",
        "hire_tax_credit_year",
        "hire_tax_credit_months",
        "hire_tax_credit_unemployed_months",
        "support_contract_months",
    ]


def test_the_list_goes_by_subject_as_the_page_does(looked_up: Run) -> None:
    lines = looked_up("list", "--on", "2026-10-01").output.splitlines()
    headings = [words.en for words in terms_of("law_subject").values()]
    assert [line for line in lines if line in headings] == headings
    only = looked_up("list", "--estimates", "--on", "2026-10-01").output.splitlines()
    assert "Minimum wage" not in only
    assert "Leave" in only


def test_rates_are_percentages_and_a_tax_table_has_a_line_for_each(looked_up: Run) -> None:
    listed = looked_up("list", "--on", "2026-10-01").output.splitlines()
    assert " 0.5% " in next(line for line in listed if "unemployment_employee_rate" in line)
    table = next(line for line in listed if "labor_service_brackets" in line)
    assert "up to 20,000 yuan: 20%, quick deduction 0 yuan; over 20,000 to 50,000" in table
    shown = looked_up("show", "labor_service_brackets", "--on", "2026-10-01").output.splitlines()
    assert shown[1:4] == [
        "Value: up to 20,000 yuan: 20%, quick deduction 0 yuan",
        "Value: over 20,000 to 50,000 yuan: 30%, quick deduction 2,000 yuan",
        "Value: over 50,000 yuan: 40%, quick deduction 7,000 yuan",
    ]


def test_a_region_is_looked_up_through_its_chain(looked_up: Run) -> None:
    output = looked_up("list", "--region", "national").output
    assert "daily_work_minutes" in output
    assert "minimum_wage_month" not in output
    result = looked_up("list", "--region", "Chongqing")
    assert result.exit_code == 2
    assert "not a region code" in result.output


def test_show_says_all_that_is_known(looked_up: Run) -> None:
    output = looked_up("show", "minimum_wage_month", "--on", "2026-10-01").output
    for words in (
        "Minimum wage per month",
        "2,200.00 yuan",
        "渝人社发〔2024〕22号 第二档(含奉节县)",
        "none: Known from secondary sources that cite it",
        "official (B, a secondary source cites it; checked on 2026-11-24)",
        "No rise in 2026 was found",
        "1,700.00 yuan",  # its history
        "2019-01-01 – 2022-03-31",
    ):
        assert words in output


def test_show_speaks_chinese(looked_up: Run) -> None:
    output = looked_up(
        "show", "minimum_wage_month", "--on", "2026-10-01", locale="zh_CN.UTF-8"
    ).output
    for words in (
        "月最低工资标准",
        "取值：2,200.00 元",
        "可信度：有依据（B，",
        "见于引用该文件的二手资料",
    ):
        assert words in output


def test_show_gives_the_official_page(looked_up: Run) -> None:
    output = looked_up("show", "statutory_holidays", "--on", "2026-01-01").output
    assert "Link: https://www.gov.cn/gongbao/" in output


def test_show_tells_a_day_without_value(looked_up: Run) -> None:
    result = looked_up("show", "annual_bonus_months", "--on", "2028-01-01")
    assert result.exit_code == 0
    assert "No value on 2028-01-01" in result.output
    assert "2024-01-01 – 2027-12-31" in result.output


def test_an_unknown_code_names_the_nearest(looked_up: Run) -> None:
    result = looked_up("show", "minimum_wage")
    assert result.exit_code == 2
    assert "The nearest is minimum_wage_" in result.output


def test_two_people_add_next_years_calendar(installed: Path) -> None:
    result = add(installed, EXAMPLE_CALENDAR)
    assert result.exit_code == 0, result.output
    assert "2027" in result.output
    assert "estimate" in result.output
    kept = installed / "law" / "0001-law-overlay-example.toml"
    assert kept.read_bytes() == EXAMPLE_CALENDAR.read_bytes()
    record = json.loads(kept.with_suffix(".approval.json").read_text("utf-8"))
    assert (record["added_by"], record["approved_by"]) == ("zhang", "li")
    assert LawBook.load(approved_overlays(installed / "law")).calendar().has_year(2027)
    assert Settings.load(installed, environ={}).law_overlays == (kept,)
    assert "2027" in invoke(installed, "list").output


def test_the_audit_keeps_who_changed_the_law(installed: Path, tmp_path: Path) -> None:
    add(installed, write(tmp_path, VALUES, "wage.toml"))
    book = LawBook.load(approved_overlays(installed / "law"))
    with State(instance=installed, locale="en").app():
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == "0001-wage.toml")
        ).all()
        assert [entry.actor_name for entry in entries] == ["zhang"]
        after = json.loads(entries[0].after or "")
        assert after["approved_by"] == "li"
        assert after["law_hash"] == book.hash
        assert json.loads(entries[0].before or "")["law_hash"] == LawBook.load().hash


def test_files_are_laid_over_each_other(installed: Path, tmp_path: Path) -> None:
    assert add(installed, write(tmp_path, VALUES, "wage.toml")).exit_code == 0
    again = VALUES.replace("2400", "2450").replace("2027-01-01", "2028-01-01")
    result = add(installed, write(tmp_path, again, "wage.toml"))
    assert "2,450.00 yuan" in result.output
    assert [path.name for path in approved_overlays(installed / "law")] == [
        "0001-wage.toml",
        "0002-wage.toml",
    ]
    assert "2,450.00" in invoke(installed, "list", "--on", "2028-01-01").output


@pytest.mark.parametrize(
    ("by", "approved_by", "words"),
    [
        ("zhang", "zhang", "two different people"),
        ("zhang", "ZHANG", "two different people"),
        ("wang", "li", "wang may not add"),
        ("zhang", "wang", "wang may not approve"),
        ("nobody", "li", "nobody"),
        ("zhang", "nobody", "nobody"),
    ],
)
def test_it_takes_two_people_who_may(
    installed: Path, by: str, approved_by: str, words: str
) -> None:
    result = add(installed, EXAMPLE_CALENDAR, by, approved_by)
    assert result.exit_code == 2
    assert words in result.output
    assert not list((installed / "law").glob("*"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no toml", ("wish.toml", "TOML")),
        (VALUES.replace("2400", "24,00"), ("wish.toml: minimum_wage_month[1].value", "24,00")),
        (VALUES.replace("2027-01-01", "2025-01-01"), ("wish.toml: minimum_wage_month", "settled")),
    ],
)
def test_a_bad_file_is_refused_whole(
    installed: Path, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    result = add(installed, write(tmp_path, text, "wish.toml"))
    assert result.exit_code == 2
    for word in words:
        assert word in result.output
    assert "Traceback" not in result.output
    assert not list((installed / "law").glob("*"))


def test_what_is_known_already_is_not_added(installed: Path) -> None:
    result = add(installed, EXAMPLE_VALUES)
    assert result.exit_code == 2
    assert "known already" in result.output


def test_a_file_put_there_by_hand_stops_every_verb(installed: Path) -> None:
    (installed / "law").mkdir(exist_ok=True)
    path = write(installed / "law", VALUES, "wage.toml")
    for result in (invoke(installed, "list"), add(installed, EXAMPLE_CALENDAR)):
        assert result.exit_code == 2
        assert str(path) in result.output
        assert "workforce law add" in result.output


def test_what_was_added_here_is_shown_as_such(installed: Path, tmp_path: Path) -> None:
    assert add(installed, write(tmp_path, VALUES)).exit_code == 0
    shown = invoke(installed, "show", "minimum_wage_month", "--on", "2027-01-01").output
    assert "Value: 2,400.00 yuan" in shown
    assert "Origin: added in this installation" in shown
    listed = invoke(installed, "list", "--on", "2027-01-01").output.splitlines()
    marked = [line.split()[0] for line in listed if "added in this installation" in line]
    assert marked == ["minimum_wage_month"]
    before = invoke(installed, "show", "minimum_wage_month", "--on", "2026-12-31").output
    assert "Origin" not in before
