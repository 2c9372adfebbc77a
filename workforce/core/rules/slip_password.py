"""What opens a payslip that leaves the house as a locked PDF: a password that its person knows.

Each company chooses one of the rules; the words by which people learn it are the terms
``slip_password.*``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.core.terms import term

if TYPE_CHECKING:
    from workforce.core.text import Text

_SIX: Final = 6
_FOUR: Final = 4


class PasswordRule(StrEnum):
    """How the password is made; ``label`` says it to people."""

    ID_LAST_SIX = "id_last_six"
    NUMBER_AND_LAST_FOUR = "number_and_last_four"

    @property
    def label(self) -> Text:
        """Return the rule in words."""
        return term(f"slip_password.{self}")


def slip_password(rule: PasswordRule, id_number: str, employee_no: str) -> str:
    """Return the password of a person's payslips; an X in the ID number is upper-case.

    Args:
        rule: the company's.
        id_number: of 18 characters.
        employee_no: as it stands on the payslip.

    """
    end = id_number.upper()
    match rule:
        case PasswordRule.ID_LAST_SIX:
            return end[-_SIX:]
        case PasswordRule.NUMBER_AND_LAST_FOUR:
            return employee_no + end[-_FOUR:]
