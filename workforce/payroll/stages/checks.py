"""The checks of a month: which there are, to which stage each belongs, and whether it blocks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.core.terms import term

if TYPE_CHECKING:
    from workforce.core.text import Text
    from workforce.payroll.review.rules import Rule

_FILE: Final = Path(__file__).parent / "month_checks.toml"


class Stage(StrEnum):
    """The stages of a month's pay, in their order; labels are the terms ``month_stage.*``."""

    ATTENDANCE = "attendance"
    QUALITY = "quality"
    COMPUTE = "compute"
    REVIEW = "review"
    APPROVE = "approve"
    PAY = "pay"
    CLOSE = "close"

    @property
    def label(self) -> Text:
        """Return what it is called."""
        return term(f"month_stage.{self}")


class Severity(StrEnum):
    """What a finding does; labels are the terms ``check_severity.*``."""

    BLOCKING = "blocking"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> Text:
        """Return what it is called."""
        return term(f"check_severity.{self}")


@dataclass(frozen=True, slots=True)
class Check:
    """One check; ``is_fixed``: no company can switch its severity."""

    code: str
    stage: Stage
    severity: Severity
    is_fixed: bool

    @property
    def label(self) -> Text:
        """Return what it looks for."""
        return term(f"month_check.{self.code}")

    def severity_for(self, rule: Rule) -> Severity:
        """Return the severity for a company."""
        own = rule.severities.get(self.code)
        return self.severity if own is None or self.is_fixed else Severity(own)


@cache
def checks() -> Mapping[str, Check]:
    """Return every check by code, in the order of the file."""
    found = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        code: Check(code, Stage(said["stage"]), Severity(said["severity"]), bool(said.get("fixed")))
        for code, said in found.items()
    }


def checked_severities(given: Mapping[str, str]) -> dict[str, str]:
    """Return what a company chose, without what is the default anyway.

    Raises:
        InputError: a check is unknown or fixed, or the severity is none.
    """
    chosen: dict[str, str] = {}
    for code, said in given.items():
        check = checks().get(code)
        if check is None or check.is_fixed or said not in set(Severity):
            raise InputError("payroll.severity_unknown", place=code)
        if said != check.severity:
            chosen[code] = said
    return chosen
