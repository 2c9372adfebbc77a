"""How a control names what it compares."""

from __future__ import annotations

from typing import Any

from workforce.core.terms import term
from workforce.core.text import Text


def run_name(run: Any) -> Text:
    """Name a run by its period and, beside the regular one, its number."""
    period = str(run.period)
    if run.kind == "regular":
        return Text(period, period)
    kind = term("run_kind.off_cycle")
    return Text(f"{period} {kind.zh} {run.number}", f"{period} {kind.en} {run.number}")


def of_run(run: Any, figure: Text) -> Text:
    """Name a figure of a run."""
    name = run_name(run)
    return Text(f"{name.zh} · {figure.zh}", f"{name.en} · {figure.en}")
