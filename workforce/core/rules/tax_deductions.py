"""What may be taken off income for the month: special additional and other lawful deductions.

What is over a limit of the law data is cut to it and noted. 国发〔2018〕41号, 国发〔2023〕13号;
个人所得税法 arts 6 and 11: the employer may not refuse what the person declared.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.facts import AmountKind, Facts, Mask, TaxMethod, YearToDate
from workforce.core.fault_log import FaultLog, NoteLog
from workforce.core.law_columns import LawColumns
from workforce.core.money import MICRO, Column, round_half_up
from workforce.core.results import NoteBlock

ASKED_BY: Final = "income_tax"
RENT: Final = "rent"
HOUSING_LOAN: Final = "housing_loan_interest"
PERSONAL_PENSION: Final = "personal_pension"
CERTIFICATE: Final = "professional_certificate"
ANNUITY: Final = "annuity"
HEALTH: Final = "commercial_health"

SPECIAL_LIMITS: Final[Mapping[str, str | None]] = {
    "infant_care": None,
    "child_education": None,
    "elderly_support": "deduction_limit_elderly_support",
    "continuing_education": "deduction_limit_continuing_education",
    CERTIFICATE: "deduction_limit_professional_certificate",
    HOUSING_LOAN: "deduction_limit_housing_loan_interest",
    RENT: "deduction_limit_rent",
}
"""Special additional deductions and the parameter of their limit: a month's, or a year's for a
professional certificate.

Children are counted one by one (2000 each), and the facts do not know how many: no limit there.
Major medical cost is not among them: it belongs to the yearly settlement, never to payroll.
"""

OTHER_LIMITS: Final[Mapping[str, str]] = {
    PERSONAL_PENSION: "deduction_limit_personal_pension",
    HEALTH: "deduction_limit_commercial_health",
    ANNUITY: "deduction_limit_annuity_rate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDeductions:
    """The month's deductions after the limits, one row an employee, in fen."""

    special_fen: Column
    other_fen: Column
    personal_pension_fen: Column
    certificate_fen: Column
    has_rent: Mask
    has_housing_loan: Mask


def month_deductions(
    facts: Facts, before: YearToDate, law: LawColumns, faults: FaultLog, notes: NoteLog
) -> TaxDeductions:
    """Sum the month's deductions by code, each cut to its limit."""
    _check_codes(facts, faults)
    _check_method(facts, faults)
    cut = _Cutter(facts, law, notes)
    kind = AmountKind.SPECIAL_ADDITIONAL_DEDUCTION
    used = {CERTIFICATE: before.certificate_fen}
    special = {
        code: cut.to_limit(kind, code, parameter, used_fen=used.get(code, 0))
        for code, parameter in SPECIAL_LIMITS.items()
    }
    has_rent = before.has_rent | (cut.claimed(kind, RENT) > 0)
    has_loan = before.has_housing_loan | (cut.claimed(kind, HOUSING_LOAN) > 0)
    claims = np.flatnonzero(cut.is_claim(kind, RENT) | cut.is_claim(kind, HOUSING_LOAN))
    wrong = claims[(has_rent & has_loan)[facts.amounts.employee[claims]]]
    faults.add("pay.rent_and_housing_loan", "amounts", facts.amounts.employee[wrong], row=wrong)
    kind = AmountKind.OTHER_TAX_DEDUCTION
    base = np.where(facts.contributions.is_insured, facts.contributions.contribution_base_fen, 0)
    other = {
        PERSONAL_PENSION: cut.to_limit(
            kind,
            PERSONAL_PENSION,
            OTHER_LIMITS[PERSONAL_PENSION],
            used_fen=before.personal_pension_fen,
        ),
        ANNUITY: cut.to_limit(kind, ANNUITY, OTHER_LIMITS[ANNUITY], base_fen=base),
        HEALTH: cut.to_limit(kind, HEALTH, OTHER_LIMITS[HEALTH]),
    }
    nothing = np.zeros(facts.size, dtype=np.int64)
    return TaxDeductions(
        special_fen=sum(special.values(), start=nothing),
        other_fen=sum(other.values(), start=nothing),
        personal_pension_fen=other[PERSONAL_PENSION],
        certificate_fen=special[CERTIFICATE],
        has_rent=has_rent,
        has_housing_loan=has_loan,
    )


class _Cutter:
    """Sums claims by code and cuts them to the limits in force."""

    def __init__(self, facts: Facts, law: LawColumns, notes: NoteLog) -> None:
        self._facts = facts
        self._law = law
        self._notes = notes

    def is_claim(self, kind: AmountKind, code: str) -> Mask:
        """Tell which rows of the amounts claim something under the code."""
        rows = self._facts.amounts
        if code not in self._facts.codes:
            return np.zeros(rows.employee.size, dtype=np.bool_)
        is_named = rows.code == self._facts.codes.index(code)
        mine: Mask = is_named & (rows.kind == kind) & (rows.amount_fen > 0)
        return mine

    def claimed(self, kind: AmountKind, code: str) -> Column:
        """Return each employee's claim."""
        total = np.zeros(self._facts.size, dtype=np.int64)
        mine = np.flatnonzero(self.is_claim(kind, code))
        np.add.at(total, self._facts.amounts.employee[mine], self._facts.amounts.amount_fen[mine])
        return total

    def to_limit(
        self,
        kind: AmountKind,
        code: str,
        parameter: str | None,
        *,
        used_fen: Column | int = 0,
        base_fen: Column | None = None,
    ) -> Column:
        """Return each employee's claim, cut to its limit; a cut leaves a note.

        Args:
            kind: kind of the amounts.
            code: code of the deduction.
            parameter: law parameter of the limit: an amount or, with `base_fen`, a rate of it.
            used_fen: what earlier months of the year have used of a yearly limit.
            base_fen: what the rate is of.

        """
        claimed = self.claimed(kind, code)
        wanted = claimed > 0
        if parameter is None or not wanted.any():
            return claimed
        limit = self._law.column(parameter, ASKED_BY, wanted)
        if base_fen is not None:
            limit = round_half_up(base_fen * limit, MICRO)
        allowed: Column = np.minimum(claimed, np.maximum(limit - used_fen, 0))
        who = np.flatnonzero(allowed < claimed)
        self._notes.add(
            NoteBlock(
                code="tax_deduction_cut",
                employee=who,
                detail=np.zeros_like(who),
                details=(code,),
                params={"claimed_fen": claimed[who], "allowed_fen": allowed[who]},
            )
        )
        return allowed


def _check_codes(facts: Facts, faults: FaultLog) -> None:
    """Refuse deductions that the law does not know."""
    rows = facts.amounts
    for kind, known in (
        (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, SPECIAL_LIMITS),
        (AmountKind.OTHER_TAX_DEDUCTION, OTHER_LIMITS),
    ):
        is_known = np.array([code in known for code in facts.codes] or [False], dtype=np.bool_)
        wrong = np.flatnonzero((rows.kind == kind) & ((rows.code < 0) | ~is_known[rows.code]))
        given = [facts.codes[index] if index >= 0 else "" for index in rows.code[wrong].tolist()]
        nearest = [difflib.get_close_matches(code, known, 1, 0)[0] for code in given]
        faults.add(
            "pay.tax_deduction_unknown",
            "amounts",
            rows.employee[wrong],
            {"given": given, "nearest": nearest},
            row=wrong,
        )


def _check_method(facts: Facts, faults: FaultLog) -> None:
    """Special additional deductions belong to wages, and to a month's first payment."""
    rows = facts.amounts
    is_deduction = np.isin(
        rows.kind, (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, AmountKind.OTHER_TAX_DEDUCTION)
    )
    is_wage = facts.tax.method[rows.employee] == TaxMethod.CUMULATIVE
    wrong = np.flatnonzero(is_deduction & ~is_wage & (rows.amount_fen > 0))
    faults.add("pay.tax_deduction_for_wages_only", "amounts", rows.employee[wrong], row=wrong)
    is_again = is_deduction & facts.tax.is_month_counted[rows.employee]
    wrong = np.flatnonzero(is_again & (rows.amount_fen > 0))
    faults.add("pay.tax_deduction_taken", "amounts", rows.employee[wrong], row=wrong)
