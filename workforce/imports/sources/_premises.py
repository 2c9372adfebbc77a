"""What tables of premises share: lengths and sizes as people write them, and places named by codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workforce.core.errors import InputError
from workforce.imports.planning import PlanError
from workforce.imports.reading import values
from workforce.platform.sheets import Cell
from workforce.premises import queries
from workforce.premises.geometry import metres, read_metres, read_square_metres, square_metres
from workforce.premises.service import check_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

LENGTH_WORDS: Final = {
    **dict.fromkeys(("x", "y", "width", "height"), lambda value, _row: metres(value)),
    "area": lambda value, _row: square_metres(value),
}
"""How a preview tells the columns of lengths and sizes."""


def code(value: Any) -> str:
    """Read a code of a site, floor, area or seat."""
    return check_code(values.text(value))


def length(value: Any) -> int:
    """Read metres as decimetres."""
    return read_metres(values.plain(value))


def positive_length(value: Any) -> int:
    """Read metres as decimetres, more than none."""
    return read_metres(values.plain(value), least=1)


def size(value: Any) -> int:
    """Read square metres as hundredths."""
    return read_square_metres(values.plain(value))


def length_cell(decimetres: int) -> Cell:
    """Return a length as a cell that reads back."""
    return metres(decimetres)


def size_cell(hundredths: int) -> Cell:
    """Return a size as a cell that reads back."""
    return square_metres(hundredths)


class Floors:
    """Sites and floors of the base by the codes that rows name them by."""

    def __init__(self, session: Session) -> None:
        """Read all of them."""
        rows = session.execute(queries.floors()).all()
        self._sites = {row.code: row.id for row in session.scalars(queries.sites())}
        self._floors = {(row.site_code, row.floor_code): row.floor_id for row in rows}
        self.names = {row.floor_id: f"{row.site_code} {row.floor_code}" for row in rows}

    def site(self, code: str) -> int:
        """Return a site's key.

        Raises:
            PlanError: there is none of this code.
        """
        return _looked_up(self._sites, code, "场地", "premises.unknown_site", code=code)

    def floor(self, site: str, code: str) -> int:
        """Return a floor's key.

        Raises:
            PlanError: the site is unknown, or has no such floor.
        """
        self.site(site)
        mine = {floor: key for (of_site, floor), key in self._floors.items() if of_site == site}
        return _looked_up(mine, code, "楼层", "premises.unknown_floor", site=site, code=code)


def _looked_up(
    known: Mapping[str, int], wanted: str, column: str, error: str, **params: Any
) -> int:
    found = known.get(wanted)
    if found is None:
        names = "、".join(known) or "—"
        raise PlanError(InputError(error, **params, known=names), column, wanted)
    return found
