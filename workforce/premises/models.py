"""What the base is made of: sites, floors, areas, seats, and who rents which area.

Lengths are whole decimetres on the floor, counted from its upper left corner, x to the right and y
downwards; sizes whole hundredths of a square metre, which are square decimetres. What ends keeps its
row; a range that ends on the day it began never held (it was entered in error).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Name, PrimaryKey


class Site(Base):
    """A place of the base, with its address; ``code`` names it in files.

    ``closed_on``: the first day on which nothing is there any more; ``withdrawn_on``: the day on which it
    was said to have been entered in error.
    """

    __tablename__ = "site"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    address: Mapped[str] = mapped_column(String(200))
    closed_on: Mapped[dt.date | None]
    withdrawn_on: Mapped[dt.date | None]


class Floor(Base):
    """A floor of a site: its stated size, and the rectangle that its plan is drawn in; it ends as a site does."""

    __tablename__ = "floor"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint("area > 0 AND width > 0 AND height > 0", name="size"),
    )

    id: Mapped[PrimaryKey]
    site_id: Mapped[int] = mapped_column(Id, ForeignKey("site.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    area: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    closed_on: Mapped[dt.date | None]
    withdrawn_on: Mapped[dt.date | None]


class Area(Base):
    """A rectangle of a floor with one use at a time; its stated size may differ from the rectangle's."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("floor_id", "code"),
        CheckConstraint("area > 0 AND x >= 0 AND y >= 0 AND width > 0 AND height > 0", name="size"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    floor_id: Mapped[int] = mapped_column(Id, ForeignKey("floor.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    area: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class AreaUse(Base):
    """What an area is for, from a day on: a term of the family ``area_use``."""

    __tablename__ = "area_use"
    __table_args__ = (
        UniqueConstraint("area_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    area_id: Mapped[int] = mapped_column(Id, ForeignKey("area.id"))
    use: Mapped[Code]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class Seat(Base):
    """A place to work at; ``code`` is what its sticker says, unique in its site.

    ``x`` and ``y`` are its middle. ``removed_on``: the first day on which it is no more.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint("removed_on IS NULL OR removed_on >= built_on", name="range"),
    )

    id: Mapped[PrimaryKey]
    site_id: Mapped[int] = mapped_column(Id, ForeignKey("site.id"))
    area_id: Mapped[int] = mapped_column(Id, ForeignKey("area.id"), index=True)
    code: Mapped[Code]
    x: Mapped[int]
    y: Mapped[int]
    built_on: Mapped[dt.date]
    removed_on: Mapped[dt.date | None]


class SeatState(Base):
    """Whether a seat can be worked at, from a day on, without a gap from the day it was built.

    ``built``: stands, but is not equipped yet; ``usable``; ``out_of_use``, which has a reason.
    """

    __tablename__ = "seat_state"
    __table_args__ = (
        UniqueConstraint("seat_id", "valid_from"),
        CheckConstraint("state IN ('built', 'usable', 'out_of_use')", name="state"),
        CheckConstraint("state <> 'out_of_use' OR reason IS NOT NULL", name="reason"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    seat_id: Mapped[int] = mapped_column(Id, ForeignKey("seat.id"))
    state: Mapped[Code]
    reason: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class Tenancy(Base):
    """A company rents an area; ``rent_amount`` is fen a month, NULL where it is not told here."""

    __tablename__ = "tenancy"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="range"),
        CheckConstraint("rent_amount IS NULL OR rent_amount >= 0", name="rent"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), index=True)
    area_id: Mapped[int] = mapped_column(Id, ForeignKey("area.id"), index=True)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    rent_amount: Mapped[Fen | None]
