"""Numbers that prove themselves: citizens' ID numbers and unified social credit codes.

Both end in a check character, so that a mistyped one is found before anybody is paid under it.
"""

import re
from dataclasses import dataclass
from datetime import date

from workforce.core.errors import InputError
from workforce.core.text import Text

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_MALE, _FEMALE = "1", "2"  # GB/T 2261.1

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_CREDIT_BASE = 31  # the alphabet's length, a prime
_CREDIT_STEP = 3

_ID_SHAPE = Text("应为 17 位数字加 1 位数字或 X", "it must be 17 digits and a digit or X")
_ID_BIRTH = Text("第 7–14 位不是日期", "characters 7 to 14 are not a date")
_CREDIT_SHAPE = Text(
    "应为 18 位数字和大写字母(不含 I、O、S、V、Z),第 3–8 位为数字",
    "it must be 18 digits and capitals without I, O, S, V, Z; characters 3 to 8 are digits",
)
_CHECK = Text(
    "末位校验码不符，可能有一位录错", "the last character does not check; one may be wrong"
)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid ID number and what it says.

    Attributes:
        text: 18 characters, X in capital.
        region: GB/T 2260 code of the first registration; not where the person lives now.
        born_on: birthday.
        sex: GB/T 2261.1: ``1`` male, ``2`` female.

    """

    text: str
    region: str
    born_on: date
    sex: str


def id_check_character(first17: str) -> str:
    """Return the check character for 17 digits: GB 11643, ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, first17, strict=True))
    return _ID_CHECKS[total % 11]


def parse_id_number(text: str) -> IdNumber:
    """Read an ID number of 18 characters; blanks around it and a small x are forgiven.

    Raises:
        InputError: it is not one. The message never repeats the number.

    """
    number = text.strip().upper()
    if not _ID_NUMBER.fullmatch(number):
        raise InputError("identity.id_number", reason=_ID_SHAPE)
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InputError("identity.id_number", reason=_ID_BIRTH) from None
    if number[17] != id_check_character(number[:17]):
        raise InputError("identity.id_number", reason=_CHECK)
    sex = _MALE if int(number[16]) % 2 else _FEMALE
    return IdNumber(number, number[:6], born_on, sex)


def credit_check_character(first17: str) -> str:
    """Return the check character for the first 17 of a credit code: GB 32100, MOD 31."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * pow(_CREDIT_STEP, position, _CREDIT_BASE)
        for position, character in enumerate(first17)
    )
    return _CREDIT_ALPHABET[-total % _CREDIT_BASE]


def check_credit_code(text: str) -> str:
    """Return a unified social credit code in capitals; blanks around it are forgiven.

    Raises:
        InputError: it is not one.

    """
    code = text.strip().upper()
    if not _CREDIT_CODE.fullmatch(code):
        raise InputError("identity.credit_code", reason=_CREDIT_SHAPE)
    if code[17] != credit_check_character(code[:17]):
        raise InputError("identity.credit_code", reason=_CHECK)
    return code
