"""Law data as columns: one value an employee, by the region of the employee's company."""

from datetime import date

import numpy as np

from workforce.core.errors import LawMissingError
from workforce.core.facts import Facts, Mask
from workforce.core.fault_log import FaultLog, NoteLog
from workforce.core.law import NATIONAL, LawBook, ParameterValue, Table
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.results import NoteBlock


class LawColumns:
    """Looks up the month's values and remembers who used an unverified one.

    The value in force on the last day of the month counts for the month.
    """

    def __init__(self, facts: Facts, book: LawBook, faults: FaultLog) -> None:
        """Prepare for the regions of the facts."""
        self._book = book
        self._on = facts.period.last_on
        self._faults = faults
        regions = sorted({policy.region for policy in facts.policies})
        position = {region: index for index, region in enumerate(regions)}
        by_policy = np.array([position[policy.region] for policy in facts.policies], np.int64)
        self._regions = regions
        region_of: Column = by_policy[facts.employments.policy]
        self._people_of: list[Mask] = [region_of == index for index in range(len(regions))]
        self._estimates: dict[str, Mask] = {}

    def column(
        self, code: str, asked_by: str, needed: Mask, month: PayPeriod | None = None
    ) -> Column:
        """Return a parameter's value for each employee who needs it, 0 for the others.

        It is that of the pay month, or of another `month`. Where a region has no value, each employee
        who needs it gets a fault that says so.
        """
        on = self._on if month is None else month.last_on
        return self._fill(code, asked_by, needed, on)

    def national(self, code: str, asked_by: str, used_by: Mask) -> int:
        """Return a value that is the same for the whole country.

        Args:
            code: the parameter.
            asked_by: the rule that asks.
            used_by: whose pay it enters; they are told of an unverified one.

        Raises:
            LawMissingError: nobody can be paid for this month.

        """
        value = self._book.value(code, NATIONAL, self._on, asked_by)
        self._remember(value, used_by)
        return value.integer

    def table(self, code: str, asked_by: str, needed: Mask) -> Table:
        """Return a national table; empty where nobody needs it or it is missing (a fault then)."""
        if not needed.any():
            return ()
        try:
            value = self._book.value(code, NATIONAL, self._on, asked_by)
        except LawMissingError as error:
            self._faults.add_error(np.flatnonzero(needed), error)
            return ()
        self._remember(value, needed)
        return value.table

    def _fill(self, code: str, asked_by: str, needed: Mask, on: date) -> Column:
        column = np.zeros(needed.size, dtype=np.int64)
        for region, people in zip(self._regions, self._people_of, strict=True):
            mine = needed & people
            if not mine.any():
                continue
            try:
                value = self._book.value(code, region, on, asked_by)
            except LawMissingError as error:
                self._faults.add_error(np.flatnonzero(mine), error)
                continue
            column[mine] = value.integer
            self._remember(value, mine)
        return column

    def _remember(self, value: ParameterValue, who: Mask) -> None:
        if value.is_estimate and who.any():
            known = self._estimates.get(value.code)
            self._estimates[value.code] = who if known is None else known | who

    def note_estimates(self, notes: NoteLog) -> None:
        """Tell everybody whose pay used an unverified value which one it was."""
        details = tuple(sorted(self._estimates))
        rows = [np.flatnonzero(self._estimates[code]) for code in details]
        if rows:
            index = np.repeat(np.arange(len(rows)), [row.size for row in rows])
            employee = np.concatenate(rows)
            order = np.lexsort((index, employee))
            notes.add(
                NoteBlock(
                    code="law_estimate",
                    employee=employee[order],
                    detail=index[order],
                    details=details,
                )
            )
