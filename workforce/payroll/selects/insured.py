"""Which insurance was charged for whom in which month, by the decided payslips that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Select, case, cast, func, select

from workforce.core.lifecycle import FINAL
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.payroll.selects.reach import counts, run_in_scope

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod
    from workforce.platform.scope import Scope

EMPLOYER_LINES: Final[Mapping[str, str]] = {
    "pension": "employer_pension_insurance",
    "medical": "employer_medical_insurance",
    "unemployment": "employer_unemployment_insurance",
    "work_injury": "employer_work_injury_insurance",
}
"""The employer's line of each scheme: where it is charged, the person is insured in it."""
_OWN_UNEMPLOYMENT: Final = "unemployment_insurance"
_MONTH_LENGTH: Final = 7
_FINAL: Final = [state.value for state in FINAL]


def insured_months(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[*tuple[Any, ...]]:
    """What each scheme was charged for each person and month; a person without any has no row.

    Columns: employment_id, month, pension, medical, unemployment, work_injury (the employer's part,
    fen), own_unemployment (the person's part, fen).
    """
    month = func.substr(Payslip.period, 1, _MONTH_LENGTH).label("month")
    codes = {**EMPLOYER_LINES, "own_unemployment": _OWN_UNEMPLOYMENT}
    return (
        select(
            Payslip.employment_id,
            month,
            *(
                cast(
                    func.sum(case((PayslipLine.code == code, PayslipLine.amount), else_=0)),
                    BigInteger,
                ).label(name)
                for name, code in codes.items()
            ),
        )
        .join(PayslipLine, PayslipLine.payslip_id == Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.state.in_(_FINAL),
            run_in_scope(scope),
            counts(),
            month.between(str(first), str(last)),
            PayslipLine.code.in_(codes.values()),
        )
        .group_by(Payslip.employment_id, month)
    )


def decided_months(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[str]:
    """Months of which a company's regular pay is decided: those paid by halves count with the second."""
    return (
        select(func.substr(PayrollRun.period, 1, _MONTH_LENGTH))
        .where(
            run_in_scope(scope),
            PayrollRun.kind == "regular",
            PayrollRun.state.in_(_FINAL),
            PayrollRun.period.between(str(first), str(last.halves[1])),
            PayrollRun.period.not_like("%-H1"),
        )
        .distinct()
    )


def total_wages(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int, int]:
    """Total wages (the six parts) by decided payslips that count: employment_id, amount (fen)."""
    signed = case((PayslipLine.kind == "reduction", -PayslipLine.amount), else_=PayslipLine.amount)
    return (
        select(Payslip.employment_id, cast(func.sum(signed), BigInteger).label("amount"))
        .join(PayslipLine, PayslipLine.payslip_id == Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.state.in_(_FINAL),
            run_in_scope(scope),
            counts(),
            func.substr(Payslip.period, 1, _MONTH_LENGTH).between(str(first), str(last)),
            PayslipLine.wage_part.is_not(None),
        )
        .group_by(Payslip.employment_id)
    )
