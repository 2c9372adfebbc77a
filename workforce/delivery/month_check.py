"""What a month's pay still lacks once it is decided: payslips that nobody has been shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.core.lifecycle import FINAL
from workforce.payroll import receipts
from workforce.payroll.stages.finders import NOTHING, Found, Place

if TYPE_CHECKING:
    from workforce.payroll.stages.finders import Asked


def unpublished(asked: Asked) -> Found:
    """A decided run whose payslips are not published; counts its payslips."""
    run = asked.run
    if run is None or run.state not in FINAL or not run.payslip_count:
        return NOTHING
    if receipts.publication_of(asked.session, run.id) is not None:
        return NOTHING
    return Found(run.payslip_count, (), Place("delivery.of_run", {"run_id": run.id}))
