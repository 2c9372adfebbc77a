from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.errors import InputError
from workforce.core.identity import (
    check_credit_code,
    credit_check_character,
    id_check_character,
    parse_id_number,
)

SAMPLE = "11010519491231002X"  # the sample of GB 11643 itself


@pytest.mark.parametrize(
    ("first17", "check"),
    [("11010519491231002", "X"), ("44052418800101001", "4"), ("50023619990101001", "9")],
)
def test_check_characters_of_id_numbers(first17: str, check: str) -> None:
    assert id_check_character(first17) == check


def test_an_id_number_says_birthday_and_sex() -> None:
    number = parse_id_number(f" {SAMPLE.lower()} ")
    assert (number.text, number.region) == (SAMPLE, "110105")
    assert number.born_on == date(1949, 12, 31)
    assert number.sex == "2"  # 17th digit even
    assert parse_id_number("500236199901010019").sex == "1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("110105491231002", "17 digits"),  # the old form of 15 digits
        ("1101051949123100XX", "17 digits"),
        ("１１０１０５１９４９１２３１００２X", "17 digits"),
        ("", "17 digits"),
        ("11010519491331002X", "not a date"),
        ("110105194902290021", "not a date"),  # 1949 was no leap year
        ("110105194912310021", "does not check"),
    ],
)
def test_wrong_id_numbers_are_refused_and_not_repeated(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        parse_id_number(text)
    assert not text or text not in str(caught.value)


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(position: int, step: int) -> None:
    digit = (int(SAMPLE[position]) + step) % 10
    wrong = f"{SAMPLE[:position]}{digit}{SAMPLE[position + 1 :]}"
    with pytest.raises(InputError):
        parse_id_number(wrong)


@given(st.integers(0, 15))
def test_swapped_neighbours_are_found(position: int) -> None:
    swapped = list(SAMPLE)
    swapped[position : position + 2] = swapped[position : position + 2][::-1]
    wrong = "".join(swapped)
    if wrong == SAMPLE:
        return
    with pytest.raises(InputError):
        parse_id_number(wrong)


def test_credit_codes_check_themselves() -> None:
    # The sample of GB 32100-2015, and a code that the public register shows.
    assert credit_check_character("91350100M000100Y4") == "3"
    assert check_credit_code(" 91350100m000100y43 ") == "91350100M000100Y43"
    assert check_credit_code("91440300708461136T") == "91440300708461136T"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("91350100M000100Y44", "does not check"),
        ("91350100M000100O43", "without I, O"),
        ("9135010XM000100Y43", "characters 3 to 8"),
        ("350100000010043", "18 digits"),  # an old registration number
    ],
)
def test_wrong_credit_codes_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        check_credit_code(text)


@given(st.integers(0, 16))
def test_every_single_wrong_character_of_a_credit_code_is_found(position: int) -> None:
    code = "91350100M000100Y43"
    other = "2" if code[position] != "2" else "3"
    with pytest.raises(InputError):
        check_credit_code(f"{code[:position]}{other}{code[position + 1 :]}")
