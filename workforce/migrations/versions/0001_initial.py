"""The first shape of the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER tr_audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
        "CREATE TRIGGER tr_audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
        "CREATE TRIGGER tr_audit_seal_no_update BEFORE UPDATE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END",
        "CREATE TRIGGER tr_audit_seal_no_delete BEFORE DELETE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END",
        "CREATE TRIGGER tr_payroll_run_decided_results BEFORE UPDATE OF company_id, period, kind, number, pay_on, payslip_count, fault_count, gross_pay_amount, net_pay_amount, employer_cost_amount, input_hash, law_hash, result_hash, code_version, prepared_by_id, prepared_at ON payroll_run WHEN OLD.approved_by_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'payroll_run: the run is decided'); END",
        "CREATE TRIGGER tr_payroll_run_decided_closed BEFORE UPDATE ON payroll_run WHEN OLD.state = 'closed' BEGIN SELECT RAISE(ABORT, 'payroll_run: the run is decided'); END",
        "CREATE TRIGGER tr_payroll_run_decided_delete BEFORE DELETE ON payroll_run WHEN OLD.approved_by_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'payroll_run: the run is decided'); END",
        "CREATE TRIGGER tr_payslip_decided_update BEFORE UPDATE ON payslip WHEN EXISTS (SELECT 1 FROM payroll_run WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'payslip: the run is decided'); END",
        "CREATE TRIGGER tr_payslip_decided_delete BEFORE DELETE ON payslip WHEN EXISTS (SELECT 1 FROM payroll_run WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'payslip: the run is decided'); END",
        "CREATE TRIGGER tr_payslip_line_decided_update BEFORE UPDATE ON payslip_line WHEN EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'payslip_line: the run is decided'); END",
        "CREATE TRIGGER tr_payslip_line_decided_delete BEFORE DELETE ON payslip_line WHEN EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'payslip_line: the run is decided'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION fn_audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$",
        "CREATE TRIGGER tr_audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION fn_audit_entry_append_only()",
        "CREATE FUNCTION fn_audit_seal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_seal is append-only'; END $$",
        "CREATE TRIGGER tr_audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION fn_audit_seal_append_only()",
        "CREATE FUNCTION fn_payroll_run_decided_results() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.approved_by_id IS NOT NULL THEN RAISE EXCEPTION 'payroll_run: the run is decided'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER tr_payroll_run_decided_results BEFORE UPDATE OF company_id, period, kind, number, pay_on, payslip_count, fault_count, gross_pay_amount, net_pay_amount, employer_cost_amount, input_hash, law_hash, result_hash, code_version, prepared_by_id, prepared_at ON payroll_run FOR EACH ROW EXECUTE FUNCTION fn_payroll_run_decided_results()",
        "CREATE FUNCTION fn_payroll_run_decided_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'closed' THEN RAISE EXCEPTION 'payroll_run: the run is decided'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER tr_payroll_run_decided_closed BEFORE UPDATE ON payroll_run FOR EACH ROW EXECUTE FUNCTION fn_payroll_run_decided_closed()",
        "CREATE FUNCTION fn_payroll_run_decided_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.approved_by_id IS NOT NULL THEN RAISE EXCEPTION 'payroll_run: the run is decided'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER tr_payroll_run_decided_delete BEFORE DELETE ON payroll_run FOR EACH ROW EXECUTE FUNCTION fn_payroll_run_decided_delete()",
        "CREATE FUNCTION fn_payslip_decided_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM payroll_run WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL) THEN RAISE EXCEPTION 'payslip: the run is decided'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER tr_payslip_decided_update BEFORE UPDATE ON payslip FOR EACH ROW EXECUTE FUNCTION fn_payslip_decided_update()",
        "CREATE FUNCTION fn_payslip_decided_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM payroll_run WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL) THEN RAISE EXCEPTION 'payslip: the run is decided'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER tr_payslip_decided_delete BEFORE DELETE ON payslip FOR EACH ROW EXECUTE FUNCTION fn_payslip_decided_delete()",
        "CREATE FUNCTION fn_payslip_line_decided_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL) THEN RAISE EXCEPTION 'payslip_line: the run is decided'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER tr_payslip_line_decided_update BEFORE UPDATE ON payslip_line FOR EACH ROW EXECUTE FUNCTION fn_payslip_line_decided_update()",
        "CREATE FUNCTION fn_payslip_line_decided_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL) THEN RAISE EXCEPTION 'payslip_line: the run is decided'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER tr_payslip_line_decided_delete BEFORE DELETE ON payslip_line FOR EACH ROW EXECUTE FUNCTION fn_payslip_line_decided_delete()",
    ),
}
"""Rows that the database itself keeps from being changed."""


def upgrade() -> None:
    _create_tables()
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_tables() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("is_inside", sa.Boolean(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("contact_name", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("code", name=op.f("uq_company_code")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_company_credit_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id_number_hash", sa.String(length=64), nullable=False),
        sa.Column("id_number", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("education", sa.String(length=2), nullable=False),
        sa.Column("township", sa.String(length=9), nullable=False),
        sa.Column("household_category", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=255), nullable=True),
        sa.CheckConstraint("sex IN ('0', '1', '2', '9')", name=op.f("ck_person_sex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id_number_hash", name=op.f("uq_person_id_number_hash")),
    )
    op.create_table(
        "task_type",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("unit_zh", sa.String(length=20), nullable=False),
        sa.Column("unit_en", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_type")),
        sa.UniqueConstraint("code", name=op.f("uq_task_type_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login_name", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "company_id IS NOT NULL OR role IN ('base_admin', 'official', 'annotator')",
            name=op.f("ck_account_company_required"),
        ),
        sa.CheckConstraint(
            "role <> 'annotator' OR person_id IS NOT NULL", name=op.f("ck_account_person_required")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_account_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login_name", name=op.f("uq_account_login_name")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "task_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_batch_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["task_type_id"], ["task_type.id"], name=op.f("fk_batch_task_type_id_task_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_batch_company_id_code")),
    )
    op.create_table(
        "company_pay_policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("quality_basis", sa.String(length=40), nullable=False),
        sa.Column("quality_tiers", sa.JSON(), nullable=False),
        sa.Column("night_allowance_amount", sa.BigInteger(), nullable=False),
        sa.Column("attendance_bonus_amount", sa.BigInteger(), nullable=False),
        sa.Column("holiday_day_wage_amount", sa.BigInteger(), nullable=False),
        sa.Column("has_irregular_holiday_pay", sa.Boolean(), nullable=False),
        sa.Column("work_injury_rate", sa.BigInteger(), nullable=False),
        sa.Column("acceptance", sa.String(length=40), nullable=False),
        sa.Column("late_grace_minutes", sa.Integer(), nullable=False),
        sa.Column("pay_day", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "acceptance IN ('at_once', 'by_inspection', 'by_person')",
            name=op.f("ck_company_pay_policy_acceptance"),
        ),
        sa.CheckConstraint(
            "quality_basis IN ('price', 'deduction')",
            name=op.f("ck_company_pay_policy_quality_basis"),
        ),
        sa.CheckConstraint("pay_day BETWEEN 1 AND 28", name=op.f("ck_company_pay_policy_pay_day")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_company_pay_policy_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_pay_policy_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_pay_policy")),
        sa.UniqueConstraint(
            "company_id", "valid_from", name=op.f("uq_company_pay_policy_company_id_valid_from")
        ),
    )
    op.create_table(
        "employment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("employee_no", sa.String(length=40), nullable=False),
        sa.Column("position", sa.String(length=60), nullable=True),
        sa.Column("employment_type", sa.String(length=40), nullable=False),
        sa.Column("hours_system", sa.String(length=40), nullable=False),
        sa.Column("rest_weekdays", sa.String(length=7), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("separated_on", sa.Date(), nullable=True),
        sa.Column("separation_reason", sa.String(length=40), nullable=True),
        sa.Column("bank_name", sa.String(length=60), nullable=True),
        sa.Column("bank_account", sa.String(length=255), nullable=True),
        sa.CheckConstraint(
            "employment_type IN ('full_time', 'part_time', 'dispatched', 'intern', 'rehired_retiree', 'trainee', 'labor_service')",
            name=op.f("ck_employment_employment_type"),
        ),
        sa.CheckConstraint(
            "hours_system IN ('standard', 'comprehensive', 'irregular')",
            name=op.f("ck_employment_hours_system"),
        ),
        sa.CheckConstraint(
            "separated_on IS NULL OR separated_on >= hired_on", name=op.f("ck_employment_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_employment_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_employment_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
        sa.UniqueConstraint(
            "company_id", "employee_no", name=op.f("uq_employment_company_id_employee_no")
        ),
    )
    with op.batch_alter_table("employment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_employment_company_dates", ["company_id", "hired_on", "separated_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_employment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_key_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key_group", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_key_group_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key_group")),
        sa.UniqueConstraint(
            "person_id", "key_group", name=op.f("uq_person_key_group_person_id_key_group")
        ),
    )
    op.create_table(
        "piece_price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "task_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_piece_price_unit_price")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_piece_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_piece_price_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["task_type_id"], ["task_type.id"], name=op.f("fk_piece_price_task_type_id_task_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece_price")),
        sa.UniqueConstraint(
            "company_id",
            "task_type_id",
            "valid_from",
            name=op.f("uq_piece_price_company_id_task_type_id_valid_from"),
        ),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_team_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_team_company_id_code")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_company_id"), ["company_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_audit_entry_actor_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_audit_entry_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_company", ["company_id", "at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject", ["subject_type", "subject_id"], unique=False
        )

    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "applied_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["account.id"], name=op.f("fk_import_batch_applied_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_import_batch_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index("ix_import_batch_company", ["company_id", "applied_at"], unique=False)

    op.create_table(
        "month_lock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "locked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_month_lock_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["locked_by_id"], ["account.id"], name=op.f("fk_month_lock_locked_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_lock")),
        sa.UniqueConstraint("company_id", "period", name=op.f("uq_month_lock_company_id_period")),
    )
    op.create_table(
        "pay_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("period_from", sa.String(length=7), nullable=False),
        sa.Column("period_to", sa.String(length=7), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_pay_entry_amount")),
        sa.CheckConstraint(
            "period_to IS NULL OR period_to > period_from", name=op.f("ck_pay_entry_range")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_pay_entry_employment_id_employment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_entry")),
        sa.UniqueConstraint(
            "employment_id",
            "kind",
            "code",
            "period_from",
            name=op.f("uq_pay_entry_employment_id_kind_code_period_from"),
        ),
    )
    op.create_table(
        "pay_profile",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("base_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("overtime_base_amount", sa.BigInteger(), nullable=True),
        sa.Column("contribution_base_amount", sa.BigInteger(), nullable=True),
        sa.Column("fund_base_amount", sa.BigInteger(), nullable=True),
        sa.Column("fund_employee_rate", sa.BigInteger(), nullable=True),
        sa.Column("fund_employer_rate", sa.BigInteger(), nullable=True),
        sa.Column("average_monthly_wage_amount", sa.BigInteger(), nullable=True),
        sa.Column("tax_method", sa.String(length=40), nullable=False),
        sa.Column("is_deduct_60000", sa.Boolean(), nullable=False),
        sa.Column("is_first_wage_of_year", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT (is_deduct_60000 AND is_first_wage_of_year)",
            name=op.f("ck_pay_profile_one_tax_rule"),
        ),
        sa.CheckConstraint("base_pay_amount >= 0", name=op.f("ck_pay_profile_base_pay")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_pay_profile_range")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_pay_profile_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_profile")),
        sa.UniqueConstraint(
            "employment_id", "valid_from", name=op.f("uq_pay_profile_employment_id_valid_from")
        ),
    )
    op.create_table(
        "payroll_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("payslip_count", sa.Integer(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("gross_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("net_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("employer_cost_amount", sa.BigInteger(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("law_hash", sa.String(length=64), nullable=False),
        sa.Column("result_hash", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column(
            "prepared_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reviewed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('approved', 'closed')) = (approved_by_id IS NOT NULL)",
            name=op.f("ck_payroll_run_approved"),
        ),
        sa.CheckConstraint(
            "(state IN ('reviewed', 'approved', 'closed')) = (reviewed_by_id IS NOT NULL)",
            name=op.f("ck_payroll_run_reviewed"),
        ),
        sa.CheckConstraint(
            "kind <> 'regular' OR number = 1", name=op.f("ck_payroll_run_one_regular")
        ),
        sa.CheckConstraint("kind IN ('regular', 'off_cycle')", name=op.f("ck_payroll_run_kind")),
        sa.CheckConstraint(
            "state = 'draft' OR fault_count = 0", name=op.f("ck_payroll_run_faults")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> COALESCE(prepared_by_id, reviewed_by_id)",
            name=op.f("ck_payroll_run_two_people"),
        ),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR prepared_by_id IS NULL OR reviewed_by_id <> prepared_by_id",
            name=op.f("ck_payroll_run_reviewer"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_payroll_run_approved_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_payroll_run_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["account.id"], name=op.f("fk_payroll_run_prepared_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["account.id"], name=op.f("fk_payroll_run_reviewed_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_run")),
        sa.UniqueConstraint(
            "company_id",
            "period",
            "kind",
            "number",
            name=op.f("uq_payroll_run_company_id_period_kind_number"),
        ),
    )
    op.create_table(
        "source_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_user", sa.String(length=120), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_source_user_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_source_user_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_user")),
        sa.UniqueConstraint(
            "company_id",
            "source",
            "source_user",
            name=op.f("uq_source_user_company_id_source_source_user"),
        ),
    )
    op.create_table(
        "tax_opening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("through_period", sa.String(length=7), nullable=False),
        sa.Column("income_amount", sa.BigInteger(), nullable=False),
        sa.Column("insurance_and_fund_amount", sa.BigInteger(), nullable=False),
        sa.Column("special_amount", sa.BigInteger(), nullable=False),
        sa.Column("other_amount", sa.BigInteger(), nullable=False),
        sa.Column("personal_pension_amount", sa.BigInteger(), nullable=False),
        sa.Column("withheld_amount", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("is_separate_bonus_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_tax_opening_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_opening")),
        sa.UniqueConstraint(
            "employment_id", "year", name=op.f("uq_tax_opening_employment_id_year")
        ),
    )
    op.create_table(
        "team_leadership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_team_leadership_range")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_team_leadership_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_leadership_team_id_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_leadership")),
        sa.UniqueConstraint(
            "team_id",
            "account_id",
            "valid_from",
            name=op.f("uq_team_leadership_team_id_account_id_valid_from"),
        ),
    )
    with op.batch_alter_table("team_leadership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_team_leadership_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_team_leadership_team_id"), ["team_id"], unique=False)

    op.create_table(
        "team_membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_team_membership_range")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_team_membership_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_membership_team_id_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_membership")),
        sa.UniqueConstraint(
            "employment_id", "valid_from", name=op.f("uq_team_membership_employment_id_valid_from")
        ),
    )
    with op.batch_alter_table("team_membership", schema=None) as batch_op:
        batch_op.create_index(
            "ix_team_membership_team", ["team_id", "valid_from", "valid_to"], unique=False
        )

    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("absent_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column(
            "import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_absence_employment_id_employment")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_absence_import_batch_id_import_batch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint(
            "employment_id", "absent_on", name=op.f("uq_absence_employment_id_absent_on")
        ),
    )
    op.create_table(
        "audit_seal",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_seal_entry_id_audit_entry")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "task_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("pay_period", sa.String(length=7), nullable=False),
        sa.Column("sampled_qty", sa.BigInteger(), nullable=False),
        sa.Column("error_qty", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("inspector", sa.String(length=60), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column(
            "import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "result IN ('pass', 'rework', 'reject')", name=op.f("ck_inspection_result")
        ),
        sa.CheckConstraint(
            "severity IS NULL OR severity IN ('minor', 'major', 'critical')",
            name=op.f("ck_inspection_severity"),
        ),
        sa.CheckConstraint(
            "error_qty >= 0 AND error_qty <= sampled_qty", name=op.f("ck_inspection_errors")
        ),
        sa.CheckConstraint("sampled_qty > 0", name=op.f("ck_inspection_sampled")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_inspection_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_inspection_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_inspection_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_inspection_import_batch_id_import_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["task_type_id"], ["task_type.id"], name=op.f("fk_inspection_task_type_id_task_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint(
            "company_id",
            "source",
            "source_key",
            name=op.f("uq_inspection_company_id_source_source_key"),
        ),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_pay", ["company_id", "pay_period"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column(
            "import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_leave_range")),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_leave_employment_id_employment")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_leave_import_batch_id_import_batch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
        sa.UniqueConstraint(
            "employment_id", "first_on", "kind", name=op.f("uq_leave_employment_id_first_on_kind")
        ),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(
            "ix_leave_employment_days", ["employment_id", "first_on", "last_on"], unique=False
        )

    op.create_table(
        "output_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "task_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("pay_period", sa.String(length=7), nullable=True),
        sa.Column("hours_class", sa.String(length=20), nullable=True),
        sa.Column("submitted_qty", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_qty", sa.BigInteger(), nullable=False),
        sa.Column("accepted_qty", sa.BigInteger(), nullable=False),
        sa.Column("rejected_qty", sa.BigInteger(), nullable=False),
        sa.Column("reworked_qty", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("source_version", sa.String(length=80), nullable=True),
        sa.Column(
            "import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (pay_period IS NOT NULL)",
            name=op.f("ck_output_record_pay_period"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'accepted', 'rejected')", name=op.f("ck_output_record_state")
        ),
        sa.CheckConstraint("accepted_qty <= submitted_qty", name=op.f("ck_output_record_accepted")),
        sa.CheckConstraint(
            "submitted_qty >= 0 AND reviewed_qty >= 0 AND accepted_qty >= 0 AND rejected_qty >= 0 AND reworked_qty >= 0",
            name=op.f("ck_output_record_quantities"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_output_record_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_output_record_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_output_record_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_output_record_import_batch_id_import_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["task_type_id"], ["task_type.id"], name=op.f("fk_output_record_task_type_id_task_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_output_record")),
        sa.UniqueConstraint(
            "company_id",
            "source",
            "source_key",
            name=op.f("uq_output_record_company_id_source_source_key"),
        ),
    )
    with op.batch_alter_table("output_record", schema=None) as batch_op:
        batch_op.create_index("ix_output_record_batch", ["batch_id"], unique=False)
        batch_op.create_index("ix_output_record_day", ["employment_id", "work_on"], unique=False)
        batch_op.create_index(
            "ix_output_record_pay",
            [
                "pay_period",
                "employment_id",
                "task_type_id",
                "work_on",
                "batch_id",
                "hours_class",
                "accepted_qty",
            ],
            unique=False,
        )

    op.create_table(
        "payroll_fault",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_payroll_fault_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["payroll_run.id"], name=op.f("fk_payroll_fault_run_id_payroll_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "employment_id", "seq", name=op.f("pk_payroll_fault")),
    )
    op.create_table(
        "payslip",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("gross_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("net_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("employer_cost_amount", sa.BigInteger(), nullable=False),
        sa.Column("scheduled_days", sa.Integer(), nullable=False),
        sa.Column("attended_days", sa.Integer(), nullable=False),
        sa.Column("paid_leave_days", sa.Integer(), nullable=False),
        sa.Column("unpaid_days", sa.Integer(), nullable=False),
        sa.Column("holiday_days", sa.Integer(), nullable=False),
        sa.Column("normal_minutes", sa.Integer(), nullable=False),
        sa.Column("weekday_overtime_minutes", sa.Integer(), nullable=False),
        sa.Column("rest_day_overtime_minutes", sa.Integer(), nullable=False),
        sa.Column("holiday_overtime_minutes", sa.Integer(), nullable=False),
        sa.Column("night_shift_count", sa.Integer(), nullable=False),
        sa.Column("late_count", sa.Integer(), nullable=False),
        sa.Column("counted_wage_amount", sa.BigInteger(), nullable=False),
        sa.Column("floor_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_income_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_insurance_and_fund_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_special_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_other_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_personal_pension_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_certificate_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_basic_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_taxable_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), nullable=False),
        sa.Column("tax_quick_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_withheld_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_months", sa.Integer(), nullable=False),
        sa.Column("is_separate_bonus_used", sa.Boolean(), nullable=False),
        sa.Column("has_rent", sa.Boolean(), nullable=False),
        sa.Column("has_housing_loan", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_payslip_employment_id_employment")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["payroll_run.id"], name=op.f("fk_payslip_run_id_payroll_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payslip")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payslip_public_id")),
        sa.UniqueConstraint(
            "run_id", "employment_id", name=op.f("uq_payslip_run_id_employment_id")
        ),
    )
    with op.batch_alter_table("payslip", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payslip_employment_id"), ["employment_id"], unique=False
        )

    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("is_in_lieu", sa.Boolean(), nullable=False),
        sa.Column("shift_type", sa.String(length=40), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("early_minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column(
            "import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("break_minutes >= 0", name=op.f("ck_shift_break")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_range")),
        sa.CheckConstraint(
            "late_minutes >= 0 AND early_minutes >= 0", name=op.f("ck_shift_late_early")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_shift_employment_id_employment")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_shift_import_batch_id_import_batch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint(
            "employment_id", "starts_at", name=op.f("uq_shift_employment_id_starts_at")
        ),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index("ix_shift_day", ["work_on", "employment_id"], unique=False)
        batch_op.create_index("ix_shift_employment_day", ["employment_id", "work_on"], unique=False)

    op.create_table(
        "adjustment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "employment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("pay_period", sa.String(length=7), nullable=False),
        sa.Column("for_period", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "corrected_payslip_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("for_period < pay_period", name=op.f("ck_adjustment_later")),
        sa.ForeignKeyConstraint(
            ["corrected_payslip_id"],
            ["payslip.id"],
            name=op.f("fk_adjustment_corrected_payslip_id_payslip"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_adjustment_created_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_adjustment_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adjustment_employment_id"), ["employment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adjustment_pay_period"), ["pay_period"], unique=False)

    op.create_table(
        "payslip_line",
        sa.Column(
            "payslip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("wage_part", sa.String(length=10), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("operands", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind = 'earning' OR kind = 'reduction' OR kind = 'deduction' OR kind = 'employer'",
            name=op.f("ck_payslip_line_kind"),
        ),
        sa.CheckConstraint(
            "wage_part = 'time' OR wage_part = 'piece' OR wage_part = 'bonus' "
            "OR wage_part = 'allowance' OR wage_part = 'overtime' OR wage_part = 'special'",
            name=op.f("ck_payslip_line_wage_part"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payslip_line_amount")),
        sa.ForeignKeyConstraint(
            ["payslip_id"], ["payslip.id"], name=op.f("fk_payslip_line_payslip_id_payslip")
        ),
        sa.PrimaryKeyConstraint("payslip_id", "seq", name=op.f("pk_payslip_line")),
    )


def downgrade() -> None:
    op.drop_table("payslip_line")
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjustment_pay_period"))
        batch_op.drop_index(batch_op.f("ix_adjustment_employment_id"))

    op.drop_table("adjustment")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_employment_day")
        batch_op.drop_index("ix_shift_day")

    op.drop_table("shift")
    with op.batch_alter_table("payslip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payslip_employment_id"))

    op.drop_table("payslip")
    op.drop_table("payroll_fault")
    with op.batch_alter_table("output_record", schema=None) as batch_op:
        batch_op.drop_index("ix_output_record_pay")
        batch_op.drop_index("ix_output_record_day")
        batch_op.drop_index("ix_output_record_batch")

    op.drop_table("output_record")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index("ix_leave_employment_days")

    op.drop_table("leave")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index("ix_inspection_pay")

    op.drop_table("inspection")
    op.drop_table("audit_seal")
    op.drop_table("absence")
    with op.batch_alter_table("team_membership", schema=None) as batch_op:
        batch_op.drop_index("ix_team_membership_team")

    op.drop_table("team_membership")
    with op.batch_alter_table("team_leadership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_leadership_team_id"))
        batch_op.drop_index(batch_op.f("ix_team_leadership_account_id"))

    op.drop_table("team_leadership")
    op.drop_table("tax_opening")
    op.drop_table("source_user")
    op.drop_table("payroll_run")
    op.drop_table("pay_profile")
    op.drop_table("pay_entry")
    op.drop_table("month_lock")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_import_batch_company")

    op.drop_table("import_batch")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_company")

    op.drop_table("audit_entry")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_company_id"))

    op.drop_table("team")
    op.drop_table("piece_price")
    op.drop_table("person_key_group")
    with op.batch_alter_table("employment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employment_person_id"))
        batch_op.drop_index("ix_employment_company_dates")

    op.drop_table("employment")
    op.drop_table("company_pay_policy")
    op.drop_table("batch")
    op.drop_table("account")
    op.drop_table("task_type")
    op.drop_table("person")
    op.drop_table("company")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION fn_audit_entry_append_only")
        op.execute("DROP FUNCTION fn_audit_seal_append_only")
        op.execute("DROP FUNCTION fn_payroll_run_decided_results")
        op.execute("DROP FUNCTION fn_payroll_run_decided_closed")
        op.execute("DROP FUNCTION fn_payroll_run_decided_delete")
        op.execute("DROP FUNCTION fn_payslip_decided_update")
        op.execute("DROP FUNCTION fn_payslip_decided_delete")
        op.execute("DROP FUNCTION fn_payslip_line_decided_update")
        op.execute("DROP FUNCTION fn_payslip_line_decided_delete")
