"""An amount in Chinese capitals (大写金额), as formal vouchers need it.

Source: 《支付结算办法》(银发〔1997〕393号) annex 1, 正确填写票据和结算凭证的基本规定, items 2 and 4. Where the
annex allows two ways of writing, this module takes the first of its own examples: ¥1,680.32 is
壹仟陆佰捌拾元零叁角贰分, ¥107,000.53 is 壹拾万柒仟元零伍角叁分, and nothing follows 角.
"""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_SECTIONS: Final = ("", "万", "亿")
_SECTION: Final = 10_000


def capitals(fen: int) -> str:
    """Write fen in capitals: 198818 → ``壹仟玖佰捌拾捌元壹角捌分``; 0 → ``零元整``.

    A negative amount begins with 负.

    Raises:
        OverflowError: the amount reaches 10 000 亿 yuan: no voucher of a payroll does.
    """
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    sign = "负" if fen < 0 else ""
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not cents:
        return f"{sign}{whole or '零元'}整"
    needs_zero = bool(yuan) and (yuan % 10 == 0 or jiao == 0)
    tail = (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[rest]}分" if rest else "")
    return f"{sign}{whole}{'零' if needs_zero else ''}{tail}"


def _whole(yuan: int) -> str:
    """Write a positive whole number, section of four digits by section."""
    sections = []
    while yuan:
        yuan, section = divmod(yuan, _SECTION)
        sections.append(section)
    if len(sections) > len(_SECTIONS):
        raise OverflowError("an amount of 10 000 亿 yuan or more has no words")
    words, skipped = "", False
    for place in reversed(range(len(sections))):
        section = sections[place]
        if section:
            # A gap inside the number is said once: 1 0000 1000 is 壹亿零壹仟.
            gap = bool(words) and (skipped or section < _SECTION // 10)
            words += ("零" if gap else "") + _four_digits(section) + _SECTIONS[place]
        skipped = not section
    return words


def _four_digits(section: int) -> str:
    """Write 1 to 9999; zeros at the end are silent, zeros inside are said once."""
    words, gap = "", False
    for place in reversed(range(len(_PLACES))):
        digit = section // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return words
