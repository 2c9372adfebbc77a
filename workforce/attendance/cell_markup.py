"""One person's day in a team's month as HTML, drawn the same by the page and after saving.

``data-t`` is all that is recorded, which a change must have seen; ``data-m`` minutes worked; ``data-l``
why the day is not simply typed over; ``data-v`` half days on leave. Drawn here and not in a template because a page has thousands,
most of them alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from workforce.attendance.team_month import Cell, CellKind
from workforce.platform.formatting import hours

if TYPE_CHECKING:
    from workforce.core.text import Locale

_ALIKE: Final = 50_000
_MARKS: Final = {
    CellKind.LATE: "late",
    CellKind.EARLY: "late",
    CellKind.LEAVE: "leave",
    CellKind.ABSENT: "absent",
}
_SHIFTS: Final = {"zh": "{}班", "en": "{} shifts"}


def hours_of(minutes: int) -> str:
    """Return minutes as a cell shows them: ``480`` → ``8``, ``450`` → ``7:30``."""
    return hours(minutes).removesuffix(":00")


@lru_cache(maxsize=_ALIKE)
def inner(cell: Cell, locale: Locale) -> Markup:
    """Return what stands in a cell."""
    letter = cell.letter.in_locale(locale) if cell.letter else ""
    shown = Markup()
    if cell.kind in _MARKS:
        shown = Markup('<span class="mark mark-{}">{}</span>').format(_MARKS[cell.kind], letter)
        if cell.minutes:
            shown += Markup("<small>{}</small>").format(hours_of(cell.minutes))
    elif cell.kind is CellKind.OVERTIME:
        shown = Markup('<span class="mark mark-overtime">{}</span>').format(hours_of(cell.minutes))
    elif cell.kind is CellKind.WORKED:
        shown = escape(hours_of(cell.minutes))
    else:
        shown = escape(letter)
    if cell.is_half_leave and cell.leave_letter:
        # Before the hours or the sign of the other half.
        off = Markup('<span class="mark mark-leave mark-half">{}</span> ')
        shown = off.format(cell.leave_letter.in_locale(locale)) + shown
    if cell.shift_count > 1:
        count = _SHIFTS[locale].format(cell.shift_count)
        shown += Markup('<small class="shifts">{}</small>').format(count)
    return shown


@lru_cache(maxsize=_ALIKE)
def _parts(cell: Cell, is_today: bool, locale: Locale) -> tuple[Markup, Markup]:  # noqa: FBT001 - private
    """Return a cell's opening tag, and what stands in it."""
    classes = ["cell", f"cell-{cell.kind}"]
    if cell.kind is not CellKind.OUT and (cell.is_holiday or cell.is_rest_day):
        classes.append("day-holiday" if cell.is_holiday else "day-rest")
    if is_today:
        classes.append("is-today")
    said = {
        "class": " ".join(classes),
        "data-t": cell.text,
        "data-m": str(cell.minutes or ""),
        "data-l": str(cell.lock or ""),
        "data-v": str(cell.leave_half_days or ""),
        "title": cell.note.in_locale(locale),
    }
    attributes = Markup("").join(
        Markup(' {}="{}"').format(name, value) for name, value in said.items() if value
    )
    return Markup("<td{}>").format(attributes), inner(cell, locale)


def draw(cell: Cell, locale: Locale, *, is_today: bool = False, url: str = "") -> Markup:
    """Return a cell; with ``url`` a link to the day's details, for browsers without script."""
    opening, shown = _parts(cell, is_today, locale)
    if url and cell.kind is not CellKind.OUT:
        name = cell.note.in_locale(locale)
        shown = Markup('<a href="{}" title="{}">{}</a>').format(url, name, shown or "·")
    # Both parts are escaped already: formatting thousands of them again would take most of the time.
    return Markup(f"{opening}{shown}</td>")  # noqa: S704
