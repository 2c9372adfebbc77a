"""Each line says why, from its stored integers alone."""

import json
import string
from dataclasses import replace
from typing import Any

import pytest

from tests.core.pay.factory import Person, facts
from tests.core.pay.one_month import pay
from workforce.core.engine import calculate, pay_items
from workforce.core.errors import DomainError, messages
from workforce.core.explain import explain, label, note, note_codes
from workforce.core.facts import AmountKind, LeaveKind
from workforce.core.law import LawBook
from workforce.core.shown import all_shown, shown

NO_CODE = -1

RICH = [
    Person(
        insurance_base_fen=300_000,
        shifts=[(0, 540, 540, 60, False), (9, 540, 720, 60, False), (14, 1200, 600, 60, False)],
        output=[(0, 0, -1, 400, 125_000), (9, 1, 0, 1000, 125_000), (14, 2, 1, 900, 1_333_000)],
        inspections=[(0, 200, 9), (1, 100, 30)],
        amounts=[
            (AmountKind.EARNING, 0, 50_000),
            (AmountKind.UNTAXED_EARNING, 0, 5_000),
            (AmountKind.OTHER_DEDUCTION, 1, 500),
            (AmountKind.DAMAGES, NO_CODE, 60_000),
            (AmountKind.ANNUAL_BONUS_SEPARATE, NO_CODE, 3_600_000),
            (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, 2, 200_000),
        ],
        adjustments=[(0, 1000), (1, -300)],
    ),
    Person(
        policy=1,
        hired_day=11,
        base_pay_fen=600_000,
        shifts=[(11, 540, 601, 0, False)],
        output=[(11, 0, 0, 10_000, 125_000)],
        inspections=[(0, 100, 50)],
        leaves=[(LeaveKind.PERSONAL_LEAVE, 12, 12)],
    ),
    Person(
        policy=1,
        average_fen=150_000,
        leaves=[(LeaveKind.SICK_LEAVE, 11, 12), (LeaveKind.ANNUAL_LEAVE, 13, 13)],
    ),
]


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.feature("ANN-3", "ANN-6", "ANN-8")
def test_every_line_is_explained_from_its_json(book: LawBook) -> None:
    results = calculate(facts(*RICH), book)
    assert not results.faults
    seen = set()
    for block in results.lines:
        for row in range(block.employee.size):
            stored = json.dumps({name: int(column[row]) for name, column in block.operands.items()})
            detail = None if block.detail is None else block.details[int(block.detail[row])]
            said = explain(
                block.code, block.kind, int(block.amount_fen[row]), json.loads(stored), detail
            )
            assert "{" not in said["zh"] + said["en"]
            assert said["zh"].endswith(f"依据：{block.reference}。")
            seen.add(block.code)
    assert {"income_tax", "minimum_wage_top_up", "adjustment", "quality_deduction"} <= seen


def test_the_words_of_a_piece_line(book: LawBook) -> None:
    said = explain("piecework_pay", "earning", 4163, {"qty": 333, "price_micro": 125_000}, "ner")
    assert said["zh"].startswith("ner：验收 333 件 × 单价 0.125 元 = 41.63 元。")
    assert said["en"].startswith("ner: 333 accepted × 0.125 yuan = 41.63 yuan.")
    assert book.hash


@pytest.mark.parametrize(
    ("sunday_micro", "counted", "top_up"),
    [
        (0, "1322.70", 87_730),
        (4_147, "1322.70", 87_730),  # line 0.00, counted 1322.695853, missing 877.304147
        (5_001, "1322.70", 87_730),  # line 0.01, counted 1322.704999, missing 877.295001
        (
            5_000,
            "1322.705",
            87_730,
        ),  # line 0.01, missing 877.295: 1322.71 would seem to leave 877.29
    ],
)
def test_the_words_of_a_top_up_add_up(
    sunday_micro: int, counted: str, top_up: int, book: LawBook
) -> None:
    # 1322.70 on a workday; a piece of a Sunday counts in its line, and its exact value is taken off.
    person = Person(output=[(7, 0, -1, 1, 1_322_700_000), (10, 1, -1, 1, sunday_micro)])
    results = calculate(facts(person), book)
    (block,) = [block for block in results.lines if block.code == "minimum_wage_top_up"]
    operands = {name: int(column[0]) for name, column in block.operands.items()}
    assert block.amount_fen.tolist() == [top_up]
    said = explain(block.code, block.kind, top_up, operands)
    for words in said.values():
        assert "2200.00" in words
        assert f"{counted} " in words
        assert f"{top_up // 100}.{top_up % 100:02d}" in words
    assert "劳动法第四十八条" in said["zh"]


def words_of(person: Person, code: str, book: LawBook) -> dict[str, str]:
    """Return what a person's only line of a code says."""
    (block,) = [block for block in calculate(facts(person), book).lines if block.code == code]
    operands = {name: int(column[0]) for name, column in block.operands.items()}
    return explain(block.code, block.kind, int(block.amount_fen[0]), operands)


def test_the_words_of_income_tax_say_only_what_counts(book: LawBook) -> None:
    # 60000 + 10000 − 50000 = 20000 × 3 % = 600 − 150 = 450.
    taxed = words_of(
        Person(base_pay_fen=1_000_000, year=(6_000_000, 0, 9, 15_000)), "income_tax", book
    )
    assert taxed["zh"].startswith(
        "今年在本单位累计收入 70000.00 元 − 减除费用 50000.00 元（10 个月） = 应纳税所得额 20000.00 元；"
        "20000.00 元 × 3% = 累计应扣 600.00 元，此前已扣 150.00 元，本月扣 450.00 元。"
    )
    assert "special" not in taxed["en"]
    # 45000 + 3000 < 50000, and 150 were withheld before.
    free = words_of(
        Person(base_pay_fen=300_000, year=(4_500_000, 0, 9, 15_000)), "income_tax", book
    )
    assert "没有应纳税的部分，本月扣 0.00 元（此前多扣的 150.00 元" in free["zh"]
    assert "150.00 yuan withheld too much before" in free["en"]


@pytest.mark.parametrize(
    ("employee", "facts", "code", "words"),
    [
        # 5000 × 10 months from January, though employed since October.
        (
            {"tax": {"first_wage_income_of_year": "true"}},
            {"base_pay": "60000.00"},
            "income_tax",
            "减除费用 50000.00 元（本年首次取得工资，从一月起 10 个月，国家税务总局公告2020年第13号） = 应纳",
        ),
        (
            {"employment_type": "intern", "tax": {"method": "intern"}},
            {"base_pay": "10000.00"},
            "income_tax",
            "本月扣 90.00 元（实习生按国家税务总局公告2020年第13号）。",
        ),
        (
            {"separated_on": "2026-10-31"},
            {"severance": {"average_wage": "6000.00"}},
            "severance_pay",
            "折 0.5 个月工资；前 12 个月平均工资 6000.00 元，× 0.5 个月 = 3000.00 元",
        ),
        (
            {},
            {
                "base_pay": "2000.00",
                "shifts": [{"date": "2026-10-11", "start": "09:00", "end": "17:00"}],
            },
            "rest_day_overtime_pay",
            # 2200 ÷ 21.75 ÷ 8 × 8 × 200 % = 202.298…
            "月基数 2200.00 元 ÷ 21.75 ÷ 8 小时 × 8 小时 × 200%（约定的基数低于月最低工资，按月最低工资计） = 202.30 元",
        ),
    ],
)
def test_the_words_say_by_which_rule(
    employee: dict[str, Any], facts: dict[str, Any], code: str, words: str
) -> None:
    (line,) = [line for line in pay("2026-10", facts, employee).lines if line.code == code]
    assert words in line.explanation["zh"]


def test_what_the_law_does_not_list_as_untaxed_is_told() -> None:
    given = {"missed_meal_subsidy": "300.00", "late_untaxed": "1.00", "housing_allowance": "900.00"}
    paid = pay("2026-10", {"base_pay": "6000.00", "untaxed_earnings": given})
    told = [note for note in paid.notes if note.code == "untaxed_not_listed"]
    assert [(note.detail, "国税发〔1994〕89号" in note.text["en"]) for note in told] == [
        ("housing_allowance", True)
    ]


def test_the_words_of_60000_at_once_count_no_months() -> None:
    year = {"income": "60000.00", "insurance_and_fund": "0", "withheld": "0", "months": "9"}
    tax = {"deduct_60000": "true", "year_to_date": year}
    employee = {"hired_on": "2025-01-01", "tax": tax}
    (line,) = pay("2026-10", {"base_pay": "6000.00"}, employee).lines[1:]
    assert "60000.00 元（上年工资不超过此数，一次减除全年，" in line.explanation["zh"]
    assert "months" not in line.explanation["en"]


def test_the_words_of_overtime_end_with_the_amount(book: LawBook) -> None:
    # Sunday 11 October, 8 h: 25 an hour × 200 % = 400.00, and piecework of 100.00 × 100 %.
    sunday = Person(base_pay_fen=435_000, shifts=[(10, 540, 480, 0, False)])
    time = words_of(sunday, "rest_day_overtime_pay", book)
    assert "8 小时 × 8 小时 × 200% = 400.00 元。" in time["zh"]
    both = words_of(
        replace(sunday, output=[(10, 0, -1, 800, 125_000)]), "rest_day_overtime_pay", book
    )
    assert "其间计件产值 100.00 元 × 100%；" in both["zh"]
    assert "；合计 500.00 元（" in both["zh"]


def test_every_placeholder_of_every_clause_is_an_operand(book: LawBook) -> None:
    results = calculate(facts(*RICH), book)
    operands = {(block.code, block.kind): set(block.operands) for block in results.lines}
    for item in pay_items().values():
        known = operands.get((item.code, item.kind))
        if known is None:
            continue
        for clause in item.explanation:
            for text in (clause.zh, clause.en):
                names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
                assert names <= all_shown(dict.fromkeys(known, 0)).keys() | {
                    "amount_fen",
                    "detail",
                }, item.name
            assert not clause.when or clause.when.removeprefix("!") in known


def test_every_item_has_both_labels_and_an_article() -> None:
    for item in pay_items().values():
        assert item.label.zh
        assert item.label.en
        assert item.reference
        assert item.explanation
    assert len({item.position for item in pay_items().values()}) == len(pay_items())


def test_labels_of_agreed_codes_fall_back_to_the_code() -> None:
    assert label("piecework_pay", "earning").zh == "计件工资"
    assert label("some_agreed_item", "earning").en == "some_agreed_item"


def test_agreed_lines_are_explained_by_their_kind() -> None:
    taxed = explain("skill_allowance", "earning", 100, {"is_untaxed": 0})
    untaxed = explain("missed_meal_subsidy", "earning", 100, {"is_untaxed": 1})
    deducted = explain("union_fee", "deduction", 100, {"is_untaxed": 0})
    assert "国税发〔1994〕89号" in untaxed["zh"]
    assert "国税发〔1994〕89号" not in taxed["zh"]
    assert "工资支付暂行规定第十五条" in deducted["zh"]


def test_every_note_of_a_rich_month_has_words(book: LawBook) -> None:
    results = calculate(facts(*RICH), book)
    assert {block.code for block in results.notes} <= note_codes()
    for block in results.notes:
        params = {name: int(column[0]) for name, column in block.params.items()}
        detail = None if block.detail is None else block.details[int(block.detail[0])]
        said = note(block.code, params, detail)
        assert said["zh"].endswith("。")
        assert said["en"].endswith(".")


def test_a_line_that_is_set_off_tells_from_what(book: LawBook) -> None:
    """September was charged on 9106.00 and owed on 4553.00: pension 364.24 too much, all of October's."""
    insured = Person(insurance_base_fen=455_300, base_pay_fen=500_000)
    results = calculate(facts(replace(insured, base_differences=[(1, 910_600, -1)])), book)
    (block,) = (block for block in results.lines if block.code == "pension_insurance")
    operands = {name: int(column[0]) for name, column in block.operands.items()}
    said = explain(block.code, block.kind, int(block.amount_fen[0]), operands)
    assert "缴费基数 4553.00 元 × 8% − 以前月份多缴的 364.24 元 = 0.00 元" in said["zh"]
    assert "4553.00 yuan × 8% − 364.24 yuan paid too much in earlier months = 0.00" in said["en"]


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("base_fen", 123450, "1234.50", "1234.50"),
        ("price_micro", 125_000, "0.125", "0.125"),
        ("piece_value_micro", 50_000_000, "50.00", "50.00"),
        ("piece_value_micro", 37_512_345, "37.512345", "37.512345"),
        ("tax_rate_micro", 5_000, "0.5%", "0.5%"),
        ("tax_rate_micro", 1_500_000, "150%", "150%"),
        ("overtime_minutes", 125, "2 小时 5 分钟", "2 h 5 min"),
        ("overtime_minutes", 120, "2 小时", "2 h"),
        ("overtime_minutes", 59, "59 分钟", "59 min"),
        ("paid_days_hundredths", 2175, "21.75", "21.75"),
        ("day", 20727, "2026-10-01", "2026-10-01"),
        ("for_month", 2026 * 12 + 8, "2026-09", "2026-09"),
        ("leave_days", 3, "3", "3"),
        ("day_hours_class", 3, "法定节假日", "public holiday"),
    ],
)
def test_a_number_is_shown_by_the_unit_of_its_name(name: str, value: int, zh: str, en: str) -> None:
    assert shown(name, value) == (zh, en)


def test_every_fault_has_a_remedy_in_both_languages() -> None:
    for code, entry in messages().items():
        if code.startswith(("pay.", "scenario.")):
            assert {"hint_zh", "hint_en"} <= entry.keys(), code
    with pytest.raises(LookupError):
        DomainError("pay.no_such_code")
