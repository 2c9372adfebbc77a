"""Certificates, the rules that ask for them, exceptions, and the gate: the slice's face."""

from __future__ import annotations

from workforce.certification.gate import Work, refused
from workforce.certification.paper_lists import PaperFact, PaperPlan, plan_papers, store_papers
from workforce.certification.papers import LEVELS, Award, enter, issue, withdraw
from workforce.certification.rules import (
    EFFECTS,
    MOST_DAYS,
    ask_exception,
    decide_exception,
    end_exception,
    set_requirement,
)

__all__ = [
    "EFFECTS",
    "LEVELS",
    "MOST_DAYS",
    "Award",
    "PaperFact",
    "PaperPlan",
    "Work",
    "ask_exception",
    "decide_exception",
    "end_exception",
    "enter",
    "issue",
    "plan_papers",
    "refused",
    "set_requirement",
    "store_papers",
    "withdraw",
]
