"""Sites, floors, areas, seats and tenancies; files may be imported for the base, which is no company."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


_IMPORTS = ("import_batch", "import_preview")
_NEEDED = "company_id INTEGER NOT NULL"


def upgrade() -> None:
    """Add the tables."""
    _need_company(is_needed=False)
    op.create_table(
        "site",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    op.create_table(
        "floor",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("area", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("area > 0 AND width > 0 AND height > 0", name=op.f("ck_floor_size")),
        _refers("floor", "site"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_floor_site_id_code")),
    )
    op.create_table(
        "area",
        sa.Column("id", _ID, nullable=False),
        sa.Column("floor_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("area", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        *_range(),
        sa.CheckConstraint(
            "area > 0 AND x >= 0 AND y >= 0 AND width > 0 AND height > 0",
            name=op.f("ck_area_size"),
        ),
        _in_order("area"),
        _refers("area", "floor"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("floor_id", "code", name=op.f("uq_area_floor_id_code")),
    )
    op.create_table(
        "area_use",
        sa.Column("id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.Column("use", sa.String(length=40), nullable=False),
        *_range(),
        _in_order("area_use"),
        _refers("area_use", "area"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_use")),
        sa.UniqueConstraint("area_id", "valid_from", name=op.f("uq_area_use_area_id_valid_from")),
    )
    op.create_table(
        "seat",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("built_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "removed_on IS NULL OR removed_on >= built_on", name=op.f("ck_seat_range")
        ),
        _refers("seat", "site"),
        _refers("seat", "area"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_seat_site_id_code")),
    )
    op.create_index(op.f("ix_seat_area_id"), "seat", ["area_id"])
    op.create_table(
        "seat_state",
        sa.Column("id", _ID, nullable=False),
        sa.Column("seat_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        *_range(),
        sa.CheckConstraint(
            "state IN ('built', 'usable', 'out_of_use')", name=op.f("ck_seat_state_state")
        ),
        sa.CheckConstraint(
            "state <> 'out_of_use' OR reason IS NOT NULL", name=op.f("ck_seat_state_reason")
        ),
        _in_order("seat_state"),
        _refers("seat_state", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_state")),
        sa.UniqueConstraint("seat_id", "valid_from", name=op.f("uq_seat_state_seat_id_valid_from")),
    )
    op.create_table(
        "tenancy",
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        *_range(),
        sa.Column("rent_amount", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("rent_amount IS NULL OR rent_amount >= 0", name=op.f("ck_tenancy_rent")),
        _in_order("tenancy"),
        _refers("tenancy", "company"),
        _refers("tenancy", "area"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancy")),
    )
    op.create_index(op.f("ix_tenancy_area_id"), "tenancy", ["area_id"])
    op.create_index(op.f("ix_tenancy_company_id"), "tenancy", ["company_id"])


def _range() -> tuple[sa.Column[dt.date], sa.Column[dt.date | None]]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
    )


def _in_order(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        "valid_to IS NULL OR valid_to >= valid_from", name=op.f(f"ck_{table}_range")
    )


def _refers(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
    )


def _need_company(*, is_needed: bool) -> None:
    """Let imports be of a company only, or of the base, too; in place: other tables refer to them."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for table in _IMPORTS:
            op.alter_column(table, "company_id", nullable=not is_needed)
        return
    # The table's text is what SQLite keeps of NOT NULL (lang_altertable.html, section 7).
    before, after = _NEEDED, _NEEDED.removesuffix(" NOT NULL")
    if is_needed:
        before, after = f"{after},", f"{before},"
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _IMPORTS:
        mine = (schema.c.type == "table", schema.c.name == table)
        declared: str = connection.execute(sa.select(schema.c.sql).where(*mine)).scalar_one()
        if declared.count(before) != 1:
            raise RuntimeError(f"{table} does not say {before}")
        connection.execute(schema.update().where(*mine).values(sql=declared.replace(before, after)))
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def downgrade() -> None:
    """The base's rooms are lost, and so is what was imported of them."""
    for table in _IMPORTS:
        op.execute(sa.text(f"DELETE FROM {table} WHERE company_id IS NULL"))  # noqa: S608 - own names
    _need_company(is_needed=True)
    for table in ("tenancy", "seat_state", "seat", "area_use", "area", "floor", "site"):
        op.drop_table(table)
