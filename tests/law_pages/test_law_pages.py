"""The law we use: whoever comes, signed in or not, finds a value, its source and its history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.core.law.files import VALUES, calendar, write
from tests.factories import create_account, create_company, create_person
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.config import Settings
from workforce.core.law import LawBook
from workforce.core.law.overlay import Approval, approval_path
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.platform import clock


def page(client: FormClient, address: str, status: int = 200) -> str:
    """Return a page's text without tags, blanks joined."""
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def rows(client: FormClient, address: str) -> list[str]:
    """Return the codes that the list shows."""
    return re.findall(r"<code>(\w+)</code>", client.get(address).text)


@pytest.mark.feature("FIN-10")
def test_all_parameters_are_listed_without_signing_in(client: FormClient) -> None:
    assert rows(client, "/law") == [each.code for each in LawBook.load().parameters()]


def test_the_list_is_of_a_day(client: FormClient) -> None:
    """The monthly minimum of Fengjie was 2000 until the end of 2024 (estimate) and is 2200 since."""
    before = page(client, "/law?q=minimum_wage_month&on=2024-12-31")
    assert "2,000.00 元 2022-04-01 – 2024-12-31 奉节县 估计" in before
    assert "2,200.00 元 2025-01-01 – 奉节县 有依据" in page(
        client, "/law?q=minimum_wage_month&on=2025-01-01"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("minimum_wage_hour", "minimum_wage_hour"),
        ("月最低工资", "minimum_wage_month"),
        ("MINIMUM wage HOUR", "minimum_wage_hour"),
        ("渝人社发〔2024〕22号", "minimum_wage_month"),
    ],
)
def test_a_search_finds_code_name_and_instrument(client: FormClient, words: str, code: str) -> None:
    answer = client.get("/law", query_string={"q": words})
    assert code in re.findall(r"<code>(\w+)</code>", answer.text)
    assert "daily_work_minutes" not in answer.text
    assert f'value="{words}"' in answer.text


def test_estimates_alone(client: FormClient) -> None:
    book = LawBook.load()
    on = dt.date(2026, 10, 1)
    wanted = [value.code for value in book.values() if value.in_force(on) and value.is_estimate]
    assert wanted
    assert sorted(rows(client, "/law?estimates=1&on=2026-10-01")) == sorted(wanted)


def test_nothing_found_says_so_and_leads_back(client: FormClient) -> None:
    answer = client.get("/law?q=nosuchword")
    assert "没有符合条件的项目" in answer.text
    assert 'href="/law"' in answer.text


def test_a_day_without_value_says_what_follows(client: FormClient) -> None:
    """The limits of the housing fund are known from July 2025 on."""
    assert "该日没有取值" in page(client, "/law?q=housing_fund_base_cap&on=2024-12-31")
    assert "该日没有取值" in page(client, "/law/housing_fund_base_cap?on=2024-12-31")


@pytest.mark.parametrize("address", ["/law", "/law/minimum_wage_month"])
def test_what_is_no_day_stays_in_the_field_with_its_error(client: FormClient, address: str) -> None:
    answer = client.get(f"{address}?on=tomorrow")
    assert answer.status_code == 422
    assert 'value="tomorrow"' in answer.text
    assert "日期要写成 2026-10-01 这样" in answer.text


@pytest.mark.feature("FIN-10")
def test_one_parameter_with_source_confidence_note_and_history(client: FormClient) -> None:
    shown = page(client, "/law/minimum_wage_month?on=2026-10-01")
    for words in (
        "月最低工资标准 minimum_wage_month",
        "2026-10-01 的取值 2,200.00 元 有依据",
        "渝人社发〔2024〕22号 第二档(含奉节县)",
        "链接 无，见于引用该文件的二手资料",
        "有依据（B，引用该文件的二手资料；核对于 2026-11-24）",
        "未见 2026 年调整",
        "2022-04-01 – 2024-12-31 2,000.00 元",
        "2019-01-01 – 2022-03-31 1,700.00 元",
    ):
        assert words in shown


def test_in_english(client: FormClient) -> None:
    client.set_cookie("locale", "en")
    shown = page(client, "/law/minimum_wage_month?on=2026-10-01")
    assert "Minimum wage per month minimum_wage_month" in shown
    assert "2,200.00 yuan official" in shown
    assert "Fengjie County" in shown
    assert "What the confidence means" in page(client, "/law")


def test_a_tax_table_is_a_table(client: FormClient) -> None:
    shown = page(client, "/law/income_tax_annual_brackets?on=2026-10-01")
    assert "应纳税所得额（元） 税率 速算扣除数（元） 不超过 36,000 3% 0" in shown
    assert "超过 36,000 至 144,000 10% 2,520" in shown
    assert "超过 960,000 45% 181,920" in shown


def test_a_tax_table_in_the_list_has_a_line_for_each_rate(client: FormClient) -> None:
    """Table 2 of the announcement 2018 No. 61: 20 %, 30 % and 40 %."""
    shown = page(client, "/law?q=labor_service_brackets&on=2026-10-01")
    assert "不超过 20,000 20% 0 超过 20,000 至 50,000 30% 2,000 超过 50,000 40% 7,000" in shown


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("pension_employee_rate", "8% 2021-09-01 –"),
        ("unemployment_employee_rate", "0.5% 2026-01-01 –"),
        ("weekday_overtime_rate", "150% 2019-01-01 –"),
        ("holiday_overtime_rate", "300% 2019-01-01 –"),
        ("daily_work_minutes", "8 小时 2019-01-01 –"),
        ("insurance_base_cap", "22,765.00 元 2026-09-01 –"),
        ("monthly_paid_days", "21.75 天 2025-01-01 –"),
        ("severance_exempt_average_wages", "3 倍 2019-01-01 –"),
    ],
)
def test_figures_stand_as_the_law_says_them(client: FormClient, code: str, words: str) -> None:
    assert words in page(client, f"/law?q={code}&on=2026-10-01")


def headings(client: FormClient, address: str) -> list[str]:
    """Return the anchors of the list's headings."""
    return re.findall(r'<h2 id="(\w+)"', client.get(address).text)


def test_the_list_goes_by_subject_with_an_index(client: FormClient) -> None:
    assert headings(client, "/law") == list(terms_of("law_subject"))
    shown = client.get("/law").text
    assert re.findall(r'href="#(\w+)">(.+?)</a></li>', shown) == [
        (name, words.zh) for name, words in terms_of("law_subject").items()
    ]
    # Within a subject as in the data file: what is the rule first.
    assert rows(client, "/law")[:2] == ["daily_work_minutes", "weekly_work_minutes"]


def test_a_subject_without_a_hit_is_not_shown(client: FormClient) -> None:
    assert headings(client, "/law?q=brackets") == ["tax_tables"]
    assert 'class="law-index' not in client.get("/law?q=brackets").text
    assert headings(client, "/law?estimates=1&on=2026-10-01") == [
        "working_time",
        "leave",
        "social_insurance",
        "tax_platform",
        "severance",
        "employer_costs",
        "employment_subsidy",
    ]


def test_an_unknown_code_names_the_nearest(client: FormClient) -> None:
    assert "minimum_wage_month" in page(client, "/law/minimum_wage_mnth", 404)


def test_the_work_calendars_say_their_days_and_notices(client: FormClient) -> None:
    shown = page(client, "/law")
    assert "2026 有依据 国务院办公厅关于2026年部分节假日安排的通知(国办发明电〔2025〕7号)" in shown
    assert "法定节假日 (13)" in shown
    assert "2026-10-01 · 2026-10-02 · 2026-10-03" in shown


def add(settings: Settings, content: str) -> None:
    """Lay an approved file over the law of the installation."""
    path = write(settings.instance / "law", content, "0001-notice.toml")
    approval = Approval.of(
        path.read_bytes(), added_by="zhang", approved_by="li", added_at="2026-11-24T00:00:00+00:00"
    )
    approval_path(path).write_bytes(approval.to_bytes())


@pytest.mark.parametrize("content", [VALUES, calendar()])
def test_what_was_added_here_is_shown_as_such(
    client: FormClient, settings: Settings, content: str
) -> None:
    (settings.instance / "law").mkdir()
    assert "本单位补充" not in page(client, "/law?on=2027-01-01")
    add(settings, content)
    assert page(client, "/law?on=2027-01-01").count("本单位补充") == 1


def test_a_value_that_ends_by_an_added_one_is_still_a_published_one(
    client: FormClient, settings: Settings
) -> None:
    (settings.instance / "law").mkdir()
    add(settings, VALUES)
    shown = page(client, "/law/minimum_wage_month?on=2026-12-31")
    assert "2025-01-01 – 2026-12-31" in shown
    # In the history the new one is marked, and it alone.
    assert shown.count("本单位补充") == 1


def test_the_way_there(app: Flask, client: FormClient) -> None:
    """From the sign-in page, the bar and the phone's menu, also of those who are not signed in."""
    del app
    assert client.get("/sign-in").text.count('href="/law"') == 3


@pytest.mark.parametrize("role", Role)
def test_it_is_in_the_top_bar_of_everybody(
    session: Session, client_as: Callable[[Account], FormClient], role: Role
) -> None:
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()
    assert 'href="/law"' in client_as(account).get("/", follow_redirects=True).text


def test_today_is_the_day_where_none_is_asked_for(client: FormClient) -> None:
    with clock.fixed(dt.datetime(2024, 12, 31, tzinfo=dt.UTC)):
        assert "2024-12-31 的取值" in page(client, "/law/minimum_wage_month")
