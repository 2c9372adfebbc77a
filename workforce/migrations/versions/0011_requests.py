"""Requests about attendance, uploads, balances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=180), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", _Id, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_upload_size")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_upload_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_upload_uploaded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_upload_token")),
    )
    op.create_index(op.f("ix_upload_company_id"), "upload", ["company_id"])
    _make_requests()
    _make_balances()


def _make_requests() -> None:
    op.create_table(
        "attendance_request",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("person_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("leave_kind", sa.String(length=40), nullable=True),
        sa.Column("corrects_starts_at", sa.DateTime(), nullable=True),
        sa.Column("starts_at", sa.DateTime(), nullable=True),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("break_minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("upload_id", _Id, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", _Id, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decided_by_person_id", _Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=True),
        sa.Column("pay_period", sa.String(length=10), nullable=True),
        sa.Column("queued_first_on", sa.Date(), nullable=True),
        sa.Column("queued_last_on", sa.Date(), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_attendance_request_range")),
        sa.CheckConstraint(
            "(kind = 'leave' AND leave_kind IS NOT NULL AND starts_at IS NULL AND ends_at IS NULL "
            "AND break_minutes IS NULL AND corrects_starts_at IS NULL) OR (kind = 'shift' "
            "AND leave_kind IS NULL AND starts_at IS NOT NULL AND ends_at > starts_at "
            "AND break_minutes >= 0 AND first_on = last_on)",
            name=op.f("ck_attendance_request_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_attendance_request_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'rejected')) = (decided_by_id IS NOT NULL)",
            name=op.f("ck_attendance_request_decided"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> asked_by_id", name=op.f("ck_attendance_request_two_accounts")
        ),
        sa.CheckConstraint(
            "decided_by_person_id <> person_id", name=op.f("ck_attendance_request_not_own")
        ),
        sa.CheckConstraint(
            "(pay_period IS NULL) = (queued_first_on IS NULL) "
            "AND (pay_period IS NULL) = (queued_last_on IS NULL)",
            name=op.f("ck_attendance_request_queued"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_attendance_request_{column}_{table}"),
            )
            for column, table in (
                ("employment_id", "employment"),
                ("person_id", "person"),
                ("upload_id", "upload"),
                ("asked_by_id", "account"),
                ("decided_by_id", "account"),
                ("decided_by_person_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_request")),
    )
    for name, columns in (
        ("ix_attendance_request_employment", ["employment_id", "first_on"]),
        ("ix_attendance_request_state", ["state", "due_on"]),
        ("ix_attendance_request_person_id", ["person_id"]),
    ):
        op.create_index(op.f(name), "attendance_request", columns)
    op.create_table(
        "attendance_policy",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("absence_after_days", sa.Integer(), nullable=True),
        sa.Column("absence_from", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "answer_days BETWEEN 1 AND 30", name=op.f("ck_attendance_policy_answer_days")
        ),
        sa.CheckConstraint(
            "absence_after_days BETWEEN 1 AND 60",
            name=op.f("ck_attendance_policy_absence_after_days"),
        ),
        sa.CheckConstraint(
            "(absence_after_days IS NULL) = (absence_from IS NULL)",
            name=op.f("ck_attendance_policy_absence_from"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_attendance_policy_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_policy")),
        sa.UniqueConstraint("company_id", name=op.f("uq_attendance_policy_company_id")),
    )


def _make_balances() -> None:
    op.create_table(
        "service_start",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_service_start_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_start")),
        sa.UniqueConstraint("employment_id", name=op.f("uq_service_start_employment_id")),
    )
    op.create_table(
        "leave_entry",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_id", _Id, nullable=True),
        sa.CheckConstraint(
            "kind IN ('annual_leave', 'in_lieu_off')", name=op.f("ck_leave_entry_kind")
        ),
        sa.CheckConstraint(
            "act IN ('opening', 'granted', 'lapsed', 'correction')",
            name=op.f("ck_leave_entry_act"),
        ),
        sa.CheckConstraint(
            "quantity <> 0 AND (act <> 'lapsed' OR quantity < 0) "
            "AND (act <> 'granted' OR quantity > 0)",
            name=op.f("ck_leave_entry_quantity"),
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_leave_entry_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_leave_entry_entered_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_entry")),
    )
    op.create_index("ix_leave_entry_employment", "leave_entry", ["employment_id", "kind", "year"])


def downgrade() -> None:
    for table in (
        "leave_entry",
        "service_start",
        "attendance_policy",
        "attendance_request",
        "upload",
    ):
        op.drop_table(table)
