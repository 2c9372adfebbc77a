"""Who sits where: one person at one seat in one kind of shift, over dates."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, PrimaryKey


class SeatAssignment(Base):
    """A seat that somebody has in a kind of shift of the own company.

    What ends keeps its row; a range that ends on the day it began never held. An assignment holds only
    while the person is employed and the company rents the seat's area: that is asked
    (``seating.queries``), not written here.
    """

    __tablename__ = "seat_assignment"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="range"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    seat_id: Mapped[int] = mapped_column(Id, ForeignKey("seat.id"), index=True)
    shift_type_code: Mapped[Code]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
