"""Small makers of rows for tests: ``create_company(session, code="A")`` and its brothers.

Each adds a plain, valid row to the session, flushes and returns it; keyword arguments change columns.
Names and numbers that must be unique count up by themselves.
"""

from tests.factories.accounts import PASSWORD, create_account
from tests.factories.companies import (
    create_company,
    create_leadership,
    create_pay_policy,
    create_team,
    credit_code,
)
from tests.factories.imports import create_import_batch, create_import_preview
from tests.factories.jobs import create_firing, create_job, create_schedule, do_now
from tests.factories.pay import create_payslip, create_run
from tests.factories.people import (
    create_employment,
    create_key_group,
    create_membership,
    create_pay_profile,
    create_person,
    create_tax_opening,
    id_number,
)
from tests.factories.work import (
    create_absence,
    create_adjustment,
    create_batch,
    create_group_output,
    create_inspection,
    create_leave,
    create_output,
    create_pay_entry,
    create_piece_price,
    create_shift,
    create_source_user,
    create_task_type,
)

__all__ = [
    "PASSWORD",
    "create_absence",
    "create_account",
    "create_adjustment",
    "create_batch",
    "create_company",
    "create_employment",
    "create_firing",
    "create_group_output",
    "create_import_batch",
    "create_import_preview",
    "create_inspection",
    "create_job",
    "create_key_group",
    "create_leadership",
    "create_leave",
    "create_membership",
    "create_output",
    "create_pay_entry",
    "create_pay_policy",
    "create_pay_profile",
    "create_payslip",
    "create_person",
    "create_piece_price",
    "create_run",
    "create_schedule",
    "create_shift",
    "create_source_user",
    "create_task_type",
    "create_tax_opening",
    "create_team",
    "credit_code",
    "do_now",
    "id_number",
]
