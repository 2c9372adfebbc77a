"""The small-integer codes of the fact columns, and how days and months are numbered."""

import datetime as dt
from enum import IntEnum, StrEnum
from typing import Final, Self

from workforce.core.period import PayPeriod

NONE: Final = -1
"""In an index column: this row names none."""
OPEN_END: Final = 10_000_000
"""In `separated_on`: the employment goes on."""
LARGEST_FEN: Final = 10**10
"""No single amount may exceed a hundred million yuan: sums and products stay inside int64."""
LARGEST_YEAR_FEN: Final = 2 * 10**12
"""No sum of a year may exceed this: in millionths, income less all deductions stays inside int64."""
LARGEST_PRICE_MICRO: Final = 10**11
LARGEST_QTY: Final = 10**9

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


def day_number(on: dt.date) -> int:
    """Return the days since 1970-01-01."""
    return on.toordinal() - _EPOCH


def date_of(day: int) -> dt.date:
    """Return the date of a day number."""
    return dt.date.fromordinal(day + _EPOCH)


def month_number(period: PayPeriod) -> int:
    """Return year × 12 + month − 1, the number by which columns name a month."""
    return period.year * 12 + period.month - 1


def month_of(number: int) -> PayPeriod:
    """Return the month of a month number."""
    year, index = divmod(number, 12)
    return PayPeriod(year, index + 1)


class Choice(IntEnum):
    """A small-integer code of a column whose text is the member's name in lower case."""

    @property
    def code(self) -> str:
        """Return the text of the code, such as ``full_time``."""
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the member of a text.

        Raises:
            KeyError: no such member.

        """
        return cls[code.upper()]


class EmploymentType(Choice):
    """用工形式."""

    FULL_TIME = 0
    PART_TIME = 1
    DISPATCHED = 2
    INTERN = 3
    REHIRED_RETIREE = 4
    TRAINEE = 5
    LABOR_SERVICE = 6


class HoursSystem(Choice):
    """工时制."""

    STANDARD = 0
    COMPREHENSIVE = 1
    IRREGULAR = 2


class TaxMethod(Choice):
    """How the employer withholds income tax."""

    CUMULATIVE = 0
    INTERN = 1
    LABOR_SERVICE = 2
    PLATFORM = 3


class AttendanceMode(Choice):
    """Where the attended days come from.

    `FULL`: every scheduled day not covered by leave was attended. `FROM_SHIFTS`: a scheduled day
    with a shift or output was. `GIVEN`: the three numbers of days say it.
    """

    FULL = 0
    FROM_SHIFTS = 1
    GIVEN = 2


class LeaveKind(Choice):
    """Leave and absence. `PERSONAL_LEAVE` and `ABSENCE` (旷工) are unpaid."""

    ANNUAL_LEAVE = 0
    SICK_LEAVE = 1
    MATERNITY_LEAVE = 2
    PATERNITY_LEAVE = 3
    MARRIAGE_LEAVE = 4
    BEREAVEMENT_LEAVE = 5
    WORK_INJURY_LEAVE = 6
    IN_LIEU_OFF = 7
    PERSONAL_LEAVE = 8
    ABSENCE = 9


class HoursClass(Choice):
    """In which hours work was done; the order is the order of ties and of the lowest class."""

    NORMAL = 0
    WEEKDAY_OVERTIME = 1
    REST_DAY = 2
    HOLIDAY = 3


class AmountKind(Choice):
    """What a given amount of money is. `code` names the agreed item where the kind has several."""

    EARNING = 0
    UNTAXED_EARNING = 1
    COURT_ORDER = 2
    OTHER_DEDUCTION = 3
    SPECIAL_ADDITIONAL_DEDUCTION = 4
    OTHER_TAX_DEDUCTION = 5
    DAMAGES = 6
    ANNUAL_BONUS_SEPARATE = 7
    ANNUAL_BONUS_MERGED = 8
    LABOR_SERVICE_INCOME = 9
    TRAINEE_ALLOWANCE = 10
    SEVERANCE_WAGE = 11
    """Average monthly wage of the 12 months before leaving, all wages: what severance is reckoned by."""
    SEVERANCE_AGREED = 12
    """What is paid instead of the severance by law."""
    DISABLED_LEVY = 13


class QualityBasis(StrEnum):
    """How quality lowers pay: by the agreed price rule, or as a deduction inside art 16's limits."""

    PRICE = "price"
    DEDUCTION = "deduction"
