"""All formats, an example of each, and what the database then holds."""

from __future__ import annotations

from typing import Any

from tests.imports.conftest import World
from workforce.attendance.models import Absence, Leave, Shift
from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.exports import export
from workforce.imports.service import Preview
from workforce.imports.stated_shift import planned_shift
from workforce.imports.templates import template
from workforce.platform.audit import CLI
from workforce.production.models import OutputRecord

SOURCES = {code: source for code, source in service.all_sources().items() if not source.is_of_base}
"""Those of companies; tables of the base are tested with what they tell of."""
TABLES = [code for code, source in SOURCES.items() if source.columns]
TOOLS = ("cvat_events", "cvat_xml", "label_studio")
PUNCHES = ("dingtalk", "wecom", "zkteco")
USERS = {
    **{str(number): f"A000{number}" for number in range(1, 6)},
    "lichen01": "A0001",
    "wangxinyi": "A0002",
    "zhanghong3": "A0003",
    "ouyangjie": "A0004",
    "ayguli": "A0005",
    "annotator5": "A0005",
    "annotator01": "A0001",
    "reviewer01": "A0002",
}
OPTIONS: dict[str, Any] = {
    "task_type": "bbox_2d",
    "mapping": USERS,
    "planned": (planned_shift("09:00-18:00/60"), planned_shift("22:00-06:00")),
    "longest_minutes": 17 * 60,
    "break_minutes": 60,
}


def example(code: str) -> tuple[str, bytes]:
    """Return name and content of a source's own example."""
    source = SOURCES[code]
    return f"样例{source.suffixes[0]}", template(source)


def stored(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Say what is known of work and attendance, whoever told it."""
    told = {
        Shift: ("work_on", "starts_at", "ends_at", "break_minutes", "shift_type", "late_minutes"),
        Leave: ("kind", "first_on", "last_on"),
        Absence: ("absent_on",),
        OutputRecord: ("work_on", "accepted_qty", "pay_period", "source_key", "source_version"),
    }
    return {
        model.__name__: sorted(
            tuple(str(getattr(row, name)) for name in ("employment_id", *names))
            for row in world.rows(model)
        )
        for model, names in told.items()
    }


def exported(world: World, code: str, suffix: str = ".xlsx", month: str | None = None) -> bytes:
    """Export a table of the world's company."""
    return export(
        world.session,
        SOURCES[code],
        suffix,
        company_id=world.company.id,
        period=PayPeriod.parse(month) if month else None,
        actor=CLI,
    )


def assert_unchanged(seen: Preview) -> None:
    """Assert that an import has found nothing to do."""
    counts = seen.counts
    assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)


def assert_told(error: DomainError) -> None:
    """Assert that an error says what is wrong, and the remedy, in both languages."""
    for locale in ("zh", "en"):
        assert error.message(locale)
        assert error.hint(locale)
