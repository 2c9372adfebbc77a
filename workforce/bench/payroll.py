"""Measures pay runs of the bench's company, as the program makes them, beside their floor."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, text

from workforce.bench import data, floor
from workforce.core.law import LawBook
from workforce.payroll import service
from workforce.platform import audit
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.platform.stopwatch import stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workforce.bench.store import Store
    from workforce.core.period import PayPeriod

KIBIBYTES_A_MEBIBYTE: Final = 1024
_SECONDS: Final = ("raw_scan_s", "raw_insert_s", "read_s", "compute_s", "write_s", "total_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One pay month, in wall-clock seconds; ``cpu_s`` is the processor time of this process.

    ``total_s`` is the whole run, from the company's key to the commit: reading (``read_s``, to the
    engine's columns), the engine (``compute_s``), the transaction that writes (``write_s``), and
    fingerprints and rows between them.
    """

    raw_scan_s: float
    raw_insert_s: float
    read_s: float
    compute_s: float
    write_s: float
    total_s: float
    cpu_s: float
    scanned_rows: int
    payslips: int
    written_rows: int

    @property
    def ratio_to_floor(self) -> float:
        """The whole run over what the driver alone needs for the same rows."""
        return self.total_s / (self.raw_scan_s + self.raw_insert_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What was found: the first month, and the last where there are several.

    ``peak_rss_mb`` is the most memory that the process held before it measured any floor.
    """

    first: Measured
    last: Measured | None
    peak_rss_mb: int

    def figures(self, store: Store) -> dict[str, Any]:
        """Return everything as plain values, seconds to a tenth of a millisecond."""
        first = self.first
        found: dict[str, Any] = {
            "employees": store.size.people,
            "records": store.size.records,
            "months": store.months,
            **{name: round(getattr(first, name), 4) for name in (*_SECONDS, "cpu_s")},
            "ratio_to_floor": round(first.ratio_to_floor, 2),
            "peak_rss_mb": self.peak_rss_mb,
            "rows": {
                "scanned": first.scanned_rows,
                "payslips": first.payslips,
                "written": first.written_rows,
            },
            "machine": machine(),
        }
        if self.last is not None:
            found["last_month_total_s"] = round(self.last.total_s, 4)
            found["last_to_first_month"] = round(self.last.total_s / first.total_s, 2)
        return found


def measure(store: Store, rounds: int, advance: Callable[[], object]) -> Bench:
    """Run every month of an opened store in order; the first and the last ``rounds`` times.

    Each figure is the median of its rounds. ``advance`` is called after each run.
    """
    book = LawBook.load()
    for period in reversed(store.periods):
        _forget(period)
    # The first run warms every cache, and its memory is not yet mixed with that of the floor.
    _run(store.periods[0], book)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBIBYTES_A_MEBIBYTE
    advance()
    first = _median(_rounds(store.periods[0], book, rounds, advance))
    for period in store.periods[1:]:
        _run(period, book)
        advance()
    last = None
    if store.months > 1:
        last = _median(_rounds(store.periods[-1], book, rounds, advance))
    return Bench(first=first, last=last, peak_rss_mb=peak)


def _rounds(
    period: PayPeriod, book: LawBook, rounds: int, advance: Callable[[], object]
) -> list[Measured]:
    found = []
    for _round in range(rounds):
        _forget(period)
        scanned = floor.scan(period)
        run = _run(period, book)
        inserted = floor.insert_again(_run_id(period) or 0)
        found.append(
            replace(
                run,
                raw_scan_s=scanned.seconds,
                raw_insert_s=inserted.seconds,
                scanned_rows=scanned.rows,
                written_rows=inserted.rows,
            )
        )
        advance()
    return found


def _run(period: PayPeriod, book: LawBook) -> Measured:
    cpu, started = time.process_time(), time.perf_counter()
    with stopwatch() as laps:
        outcome = service.run_payroll(Scope.base(), data.COMPANY_ID, period, audit.CLI, book)
    total, cpu = time.perf_counter() - started, time.process_time() - cpu
    if outcome.computed.faults:
        raise outcome.computed.faults[0].error
    return Measured(
        raw_scan_s=0.0,
        raw_insert_s=0.0,
        read_s=laps["read"],
        compute_s=laps["compute"],
        write_s=laps["write"],
        total_s=total,
        cpu_s=cpu,
        scanned_rows=0,
        payslips=outcome.payslip_count,
        written_rows=0,
    )


def _median(rounds: Sequence[Measured]) -> Measured:
    """Return the medians of the times; the rows are the same in every round."""
    names = (*_SECONDS, "cpu_s")
    return replace(
        rounds[0],
        **{name: statistics.median(getattr(each, name) for each in rounds) for name in names},
    )


def _run_id(period: PayPeriod) -> int | None:
    runs = data.table("payroll_run")
    key: int | None = db.session.scalar(select(runs.c.id).where(runs.c.period == str(period)))
    return key


def _forget(period: PayPeriod) -> None:
    """Remove a month's run, so that the next one writes into clean tables."""
    run_id = _run_id(period)
    if run_id is None:
        return
    runs = data.table("payroll_run")
    with unit_of_work() as session:
        floor.remove(session.connection(), run_id)
        for name in ("payroll_fault", "run_calculation", "former_slip", "variance"):
            table = data.table(name)
            session.execute(delete(table).where(table.c.run_id == run_id))
        session.execute(delete(runs).where(runs.c.id == run_id))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM payslip, payslip_line"))


def machine() -> dict[str, Any]:
    """Name what was measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "database": _database(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    names = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.split(":", 1)[1].strip() for line in names if line.startswith("model name")]
    return models[0] if models else platform.processor()


def _database() -> str:
    name = db.engine.dialect.name
    asked = "SELECT sqlite_version()" if name == "sqlite" else "SHOW server_version"
    return f"{name} {db.session.scalar(text(asked))}"
