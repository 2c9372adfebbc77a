"""Amounts in capitals: the annex's own examples, and edges worked by hand."""

import pytest

from workforce.core.capitals import capitals


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        # The examples of 《支付结算办法》 annex 1.
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        # Edges by hand.
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (55, "伍角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (1000, "壹拾元整"),
        (10005, "壹佰元零伍分"),
        (10050, "壹佰元零伍角"),
        (198818, "壹仟玖佰捌拾捌元壹角捌分"),
        (1000000, "壹万元整"),
        (1000100, "壹万零壹元整"),
        (1010000, "壹万零壹佰元整"),
        (1100000, "壹万壹仟元整"),
        (1020304050, "壹仟零贰拾万叁仟零肆拾元零伍角"),
        (10000000000, "壹亿元整"),
        (10000100000, "壹亿零壹仟元整"),
        (10001000000, "壹亿零壹万元整"),
        (10001000100, "壹亿零壹万零壹元整"),
        (-1234, "负壹拾贰元叁角肆分"),
    ],
)
def test_capitals(fen: int, words: str) -> None:
    assert capitals(fen) == words


def test_no_words_beyond_the_last_section() -> None:
    with pytest.raises(OverflowError):
        capitals(10**14)
