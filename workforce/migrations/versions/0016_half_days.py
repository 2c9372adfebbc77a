"""Half days: of leave, asked for and granted, of what annual leave is left, and on payslips."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_HALF: Final = "half IS NULL OR (half IN ('morning', 'afternoon') AND first_on = last_on)"
_ASKED: Final = (
    "half IS NULL OR (half IN ('morning', 'afternoon') AND first_on = last_on AND kind = 'leave')"
)
_ON_PAYSLIPS: Final = ("has_attended_half", "has_paid_leave_half", "has_unpaid_half")


def upgrade() -> None:
    """Add the columns. What people entered of annual leave was in days and is now in half days.

    Payslips get theirs in place: making the table anew would lose the triggers that protect it.
    """
    for name, text in (("leave", _HALF), ("attendance_request", _ASKED)):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("half", sa.String(length=10), nullable=True))
            table.create_check_constraint(op.f(f"ck_{name}_half"), text)
    for name in _ON_PAYSLIPS:
        op.add_column(
            "payslip", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute("UPDATE leave_entry SET quantity = quantity * 2 WHERE kind = 'annual_leave'")


def downgrade() -> None:
    """Go back to whole days.

    Raises:
        RuntimeError: there are halves; the older shape has no place for them.

    """
    halves = {
        "leave": "half IS NOT NULL",
        "attendance_request": "half IS NOT NULL",
        "payslip": " OR ".join(_ON_PAYSLIPS),
        "leave_entry": "kind = 'annual_leave' AND quantity % 2 <> 0",
    }
    for name, text in halves.items():
        found = sa.select(sa.func.count()).select_from(sa.table(name)).where(sa.text(text))
        if op.get_bind().scalar(found):
            raise RuntimeError(f"{name} has half days")
    op.execute("UPDATE leave_entry SET quantity = quantity / 2 WHERE kind = 'annual_leave'")
    for name in _ON_PAYSLIPS:
        op.execute(f"ALTER TABLE payslip DROP COLUMN {name}")
    for name in ("attendance_request", "leave"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_half"), type_="check")
            table.drop_column("half")
