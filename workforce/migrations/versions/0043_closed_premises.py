"""Sites and floors that were closed or entered in error, and who teaches a class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLACES = ("site", "floor")
_ENDS = ("closed_on", "withdrawn_on")
_TEACHER = "training_teacher"


def upgrade() -> None:
    """Add columns and table: every place stands, and classes are kept by their administrators alone."""
    for place in _PLACES:
        for name in _ENDS:
            op.add_column(place, sa.Column(name, sa.Date(), nullable=True))
    op.create_table(
        _TEACHER,
        sa.Column("id", _ID, nullable=False),
        sa.Column("class_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_teacher")),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
            name=op.f("fk_training_teacher_class_id_training_class"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_teacher_person_id_person")
        ),
        sa.UniqueConstraint(
            "class_id", "person_id", name=op.f("uq_training_teacher_class_id_person_id")
        ),
    )
    op.create_index("ix_training_teacher_person_id", _TEACHER, ["person_id"])


def downgrade() -> None:
    """Forget what was closed or withdrawn, and who teaches."""
    op.drop_table(_TEACHER)
    for place in _PLACES:
        for name in _ENDS:
            op.drop_column(place, name)
