"""Measures all payslips of a month drawn as one file, as the program makes them in the background."""

from __future__ import annotations

import resource
import shutil
import time
from typing import TYPE_CHECKING, Any, Final

from workforce.bench import data
from workforce.bench.payroll import KIBIBYTES_A_MEBIBYTE, machine
from workforce.bench.store import FIRST_MONTH
from workforce.core.law import LawBook
from workforce.documents import bulk
from workforce.documents.bulk_parts import Form, draw_part
from workforce.documents.run_reading import RunReader
from workforce.payroll import queries as payroll
from workforce.payroll import service
from workforce.platform import audit
from workforce.platform.db import db
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS_EACH: Final = 110
"""Output records of a person in the month."""


def measure(form: str, advance: Callable[[int], object]) -> dict[str, Any]:
    """Draw everybody's payslip from nothing; the month is paid first, if it is not yet.

    Returns plain values: wall-clock seconds of the whole, milliseconds of one core to draw a payslip
    (of the first part, drawn once more here), and the most memory of this process: after it has read
    all and put it together, and after it has drawn as well.
    """
    run_id = _run_id()
    wanted = bulk.Wanted(run_id, Form(form), "zh")
    shutil.rmtree(wanted.folder, ignore_errors=True)
    started = time.perf_counter()
    made = bulk.make(db.session(), Scope.company(data.COMPANY_ID), wanted, advance=advance)
    seconds, reading_mb = time.perf_counter() - started, _peak_mb()
    drawing_ms = _drawing_ms(wanted)
    found = {
        "payslips": made.count,
        "form": form,
        "total_s": round(seconds, 1),
        "payslips_a_second": round(made.count / seconds, 1),
        "drawing_ms": round(drawing_ms, 1),
        "file_mb": round(made.size / KIBIBYTES_A_MEBIBYTE**2, 1),
        "peak_rss_mb": {"reading": reading_mb, "drawing": _peak_mb()},
        "machine": machine(),
    }
    shutil.rmtree(wanted.folder)
    return found


def _run_id() -> int:
    session, company = db.session(), Scope.company(data.COMPANY_ID)
    stored = payroll.regular_run(company, data.COMPANY_ID, FIRST_MONTH)
    if session.scalars(stored).one_or_none() is None:
        service.run_payroll(company, data.COMPANY_ID, FIRST_MONTH, audit.CLI, LawBook.load())
    session.rollback()
    return session.scalars(stored).one().id


def _drawing_ms(wanted: bulk.Wanted) -> float:
    """Draw the first part in this process, and return what one payslip takes of a core."""
    session = db.session()
    reader = RunReader.open(session, Scope.company(data.COMPANY_ID), wanted.run_id)
    part = next(bulk.parts_of(session, reader, wanted, wanted.folder / "parts"))
    draw_part(part)
    started = time.process_time()
    drawn = draw_part(part)
    return (time.process_time() - started) * 1000 / drawn.count


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBIBYTES_A_MEBIBYTE
