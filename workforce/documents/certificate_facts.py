"""What a certificate says, as plain values: kept as they were issued, so that the paper never changes.

Amounts are fen. Whoever has the paper in hand compares its fingerprint with the public page.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.rules.severance import length_of_service
from workforce.core.terms import term
from workforce.platform.crypto import signature

if TYPE_CHECKING:
    from workforce.core.text import Locale, Text

_FINGERPRINT_DIGITS: Final = 20
_GROUP: Final = 4


class Kind(StrEnum):
    """What is certified."""

    INCOME = "income"
    """收入证明: what was earned, month by month, and on average."""
    EMPLOYMENT = "employment"
    """在职证明: that somebody works here."""
    SEPARATION = "separation"
    """离职证明: that somebody has worked here, as art 50 of the Labour Contract Law has it."""

    @property
    def label(self) -> Text:
        """Return what the paper is called."""
        return term(f"certificate_kind.{self}")


@dataclass(frozen=True, slots=True)
class MonthIncome:
    """One month's decided payslips of a person."""

    month: str
    gross_pay: int
    insurance_and_fund: int
    income_tax: int
    net_pay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything on the paper. Dates are ISO texts; ``months`` is empty but for income.

    ``contract_kind`` (fixed_term | open_ended | task), ``contract_from`` and, of a fixed term,
    ``contract_to``: the term of the labour contract, of a certificate of leaving.
    """

    kind: Kind
    language: Locale
    number: str
    company_name: str
    credit_code: str
    person_name: str
    id_number: str
    employee_no: str
    position: str
    employment_type: str
    hired_on: str
    separated_on: str | None
    issued_on: str
    purpose: str | None = None
    contract_kind: str | None = None
    contract_from: str | None = None
    contract_to: str | None = None
    months: tuple[MonthIncome, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return figures as they were kept."""
        said: dict[str, Any] = json.loads(text)
        months = tuple(MonthIncome(**month) for month in said.pop("months"))
        return cls(**{**said, "kind": Kind(said["kind"]), "months": months})

    def to_json(self) -> str:
        """Return them as text: equal figures give equal text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """Return their keyed digest: nobody without the key can find pay or ID number by trying."""
        return signature(b"certificate\0" + self.to_json().encode())

    @property
    def gross_pay(self) -> int:
        """Sum of the months."""
        return sum(month.gross_pay for month in self.months)

    @property
    def net_pay(self) -> int:
        """Sum of the months."""
        return sum(month.net_pay for month in self.months)

    @property
    def income_tax(self) -> int:
        """Sum of the months."""
        return sum(month.income_tax for month in self.months)

    @property
    def insurance_and_fund(self) -> int:
        """Sum of the months."""
        return sum(month.insurance_and_fund for month in self.months)

    @property
    def average_gross_pay(self) -> int:
        """A month's gross pay on average, rounded half up to the fen."""
        return round_half_up(self.gross_pay, len(self.months))

    @property
    def average_net_pay(self) -> int:
        """A month's net pay on average, rounded half up to the fen."""
        return round_half_up(self.net_pay, len(self.months))

    @property
    def first_month(self) -> PayPeriod:
        """The first month certified."""
        return PayPeriod.parse(self.months[0].month)

    @property
    def last_month(self) -> PayPeriod:
        """The last month certified."""
        return PayPeriod.parse(self.months[-1].month)

    @property
    def service(self) -> tuple[int, int]:
        """Full years and months of work up to the last day, or the day of issue."""
        last_on = dt.date.fromisoformat(self.separated_on or self.issued_on)
        years, months, _days = length_of_service(dt.date.fromisoformat(self.hired_on), last_on)
        return years, months

    def texts(self) -> tuple[str, ...]:
        """Return what people typed: the texts whose every character a font must have."""
        typed = (self.company_name, self.person_name, self.position, self.purpose or "")
        return (*typed, self.employee_no)


def fingerprint(digest: str) -> str:
    """Return the part of a digest that paper and check page show, in groups of four."""
    digits = digest[:_FINGERPRINT_DIGITS].upper()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
