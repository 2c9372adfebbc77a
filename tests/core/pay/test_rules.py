"""Rules on their own, with the law's and other published figures that no scenario can say."""

from datetime import date

import numpy as np
import pytest

from workforce.core.law import Bracket, LawBook, Table
from workforce.core.money import MICRO, round_half_up
from workforce.core.rules import annual_bonus, deduction_cap, labor_service, social_insurance
from workforce.core.rules.income_tax import on_table
from workforce.core.rules.night_work import night_minutes
from workforce.core.rules.proration import employed_part, unpaid_part


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def table(book: LawBook, code: str) -> Table:
    return book.value(code, "national", date(2026, 10, 31), "test").table


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.parametrize(
    ("bonus_yuan", "tax_fen"),
    [
        (36000, 108000),
        (36001, 339010),
        (144000, 1419000),
        (144001, 2739020),
        (300000, 5859000),
        (300001, 7234025),
        (420000, 10234000),
        (420001, 12159030),
        (660000, 19359000),
        (660001, 22384035),
        (960000, 32884000),
        (960001, 41684045),
    ],
)
def test_the_bonus_table_has_its_bands(book: LawBook, bonus_yuan: int, tax_fen: int) -> None:
    rates = table(book, "income_tax_monthly_brackets")
    tax = annual_bonus.withhold(ints(bonus_yuan * 100), ints(12), rates)
    assert tax.tax_fen.tolist() == [tax_fen]


def test_a_fen_over_a_bonus_band_is_in_the_next(book: LawBook) -> None:
    # 36000.01 ÷ 12 = 3000.0008…: × 10 % − 210 = 3390.001.
    rates = table(book, "income_tax_monthly_brackets")
    tax = annual_bonus.withhold(ints(3_600_001), ints(12), rates)
    assert tax.tax_fen.tolist() == [339_000]


@pytest.mark.parametrize(
    ("income_yuan", "tax_fen"),
    [(800, 0), (3000, 44000), (4000, 64000), (30000, 520000), (50000, 1000000)],
)
def test_labor_service_per_payment(book: LawBook, income_yuan: int, tax_fen: int) -> None:
    taxable = labor_service.taxable(
        ints(income_yuan * 100), ints(400_000), ints(80_000), ints(200_000)
    )
    assert on_table(taxable, table(book, "labor_service_brackets")).tax_fen.tolist() == [tax_fen]


def test_severance_over_the_exemption_is_taxed_alone(book: LawBook) -> None:
    # 905544 − 3 × 12 × 12577 = 452772; × 30 % − 52920 = 82911.60.
    excess = ints((905_544 - 3 * 12 * 12_577) * 100 * MICRO)
    tax = on_table(excess, table(book, "income_tax_annual_brackets"))
    assert tax.tax_fen.tolist() == [8_291_160]


def test_a_limit_belongs_to_its_own_bracket() -> None:
    rates = (Bracket(100, 30_000, 0), Bracket(None, 100_000, 7))
    tax = on_table(ints(100 * MICRO, 100 * MICRO + 1), rates)
    assert tax.rate_micro.tolist() == [30_000, 100_000]


def test_self_insured_pension_of_2025() -> None:
    # 4404 × 20 % = 880.80.
    assert social_insurance.share(ints(440_400), ints(200_000)).tolist() == [88_080]


def test_shanghai_slip_of_december_2025() -> None:
    base = np.full(5, 2_000_000, dtype=np.int64)
    employers = social_insurance.share(base, ints(160_000, 90_000, 5_000, 2_000, 70_000))
    assert employers.sum() == 654_000
    own = social_insurance.share(base[:4], ints(80_000, 20_000, 5_000, 70_000))
    assert own.tolist() == [160_000, 40_000, 10_000, 140_000]


def test_half_a_fen_goes_up() -> None:
    # 4553 × 0.5 % = 22.765 and × 8.5 % = 387.005: binary floats or banker's rounding lose a fen.
    assert social_insurance.share(ints(455_300, 455_300), ints(5_000, 85_000)).tolist() == [
        2277,
        38701,
    ]


def test_day_and_hour_wage_of_6000() -> None:
    # 6000 ÷ 21.75 = 275.862…, ÷ 8 = 34.482….
    assert round_half_up(600_000 * 100, 2175) == 27_586
    assert round_half_up(600_000 * 100, 2175 * 8) == 3_448


@pytest.mark.parametrize(
    ("days_employed", "fen"), [(0, 0), (1, 28_571), (15, 428_571), (20, 571_429), (21, 600_000)]
)
def test_part_of_a_month(days_employed: int, fen: int) -> None:
    # 6000 × days ÷ 21.
    assert employed_part(ints(600_000), ints(days_employed), ints(21)).tolist() == [fen]


def test_unpaid_days_take_at_most_the_line() -> None:
    # 6000 ÷ 21.75 × 3 = 827.59; the line of 500.00 is less; without any paid day all goes.
    none = np.array([False, False, True])
    taken = unpaid_part(
        ints(600_000, 600_000, 600_000), ints(600_000, 50_000, 600_000), ints(6, 6, 6), 2175, none
    )
    assert taken.tolist() == [82_759, 50_000, 600_000]


def test_the_room_is_the_smallest_of_the_three_rounded_down() -> None:
    room = deduction_cap.room(
        wage_fen=ints(500_004, 250_000, 500_000, 100_000),
        limit_rate_micro=200_000,
        counted_micro=ints(5_000_040_000, 2_500_000_000, 5_000_009_999, 1_000_000_000),
        minimum_fen=ints(220_000, 220_000, 220_000, 220_000),
        left_fen=ints(500_004, 250_000, 7, 100_000),
    )
    assert room.tolist() == [100_000, 30_000, 7, 0]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("22:00", "24:00", 120),
        ("20:00", "22:00", 0),
        ("00:00", "06:00", 360),
        ("05:59", "06:01", 1),
        ("20:00", "30:00", 480),
        ("23:00", "47:00", 480),
        ("12:00", "36:00", 480),
    ],
)
def test_night_minutes(start: str, end: str, minutes: int) -> None:
    def minute(text: str) -> int:
        hours, rest = text.split(":")
        return 20_000 * 1440 + int(hours) * 60 + int(rest)

    assert night_minutes(ints(minute(start)), ints(minute(end))).tolist() == [minutes]
