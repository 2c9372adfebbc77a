"""The one wiring list: which slices this service is made of, and what its top bar offers.

To add a slice's pages: import its ``web`` module and add its ``ROUTES``; to offer a page in the top
bar: add a ``NavEntry``. Both lists are in the order in which they take effect.
"""

from __future__ import annotations

from typing import Final

from workforce.account_pages import web as account_pages_web
from workforce.accounts import web as accounts_web
from workforce.attendance import balances_web, requests_web, shift_types_web
from workforce.attendance import grid_forms_web as attendance_web
from workforce.audit_pack import jobs as audit_pack_jobs
from workforce.audit_pack import web as audit_pack_web
from workforce.board import jobs as board_jobs
from workforce.board import web as board_web
from workforce.book import web as book_web
from workforce.bureau import exhibits as bureau_exhibits
from workforce.bureau import jobs as bureau_jobs
from workforce.bureau import web as bureau_web
from workforce.bureau.explorer import web as explorer_web
from workforce.bureau.seats import exhibits as seat_exhibits
from workforce.bureau.seats import months as seat_months
from workforce.chain import business_exhibits
from workforce.chain import exhibits as chain_exhibits
from workforce.chain import published as chain_published
from workforce.chain import reminders as chain_reminders
from workforce.chain import web as chain_web
from workforce.control import web as control_web
from workforce.core.permissions import Permission
from workforce.declarations import web as declarations_web
from workforce.delivery import jobs as delivery_jobs
from workforce.delivery import month_check as delivery_check
from workforce.delivery import web as delivery_web
from workforce.disputes import month_check
from workforce.disputes import web as disputes_web
from workforce.documents import bulk_web as payslip_files_web
from workforce.documents import certificate_web as certificates_web
from workforce.documents import files_web
from workforce.documents import jobs as documents_jobs
from workforce.documents import web as documents_web
from workforce.earnings import jobs as earnings_jobs
from workforce.earnings import web as earnings_web
from workforce.filings import month_check as filings_check
from workforce.filings import web as filings_web
from workforce.home import companies_web
from workforce.home import web as home_web
from workforce.imports import jobs as imports_jobs
from workforce.imports import web as imports_web
from workforce.law_pages import jobs as law_jobs
from workforce.law_pages import web as law_web
from workforce.manual import web as manual_web
from workforce.operations import jobs as operations_jobs
from workforce.operations import web as operations_web
from workforce.payments import month_check as payments_check
from workforce.payments import web as payments_web
from workforce.payroll import jobs as payroll_jobs
from workforce.payroll import web as payroll_web
from workforce.payroll.stages.finders import Finder as MonthFinder
from workforce.people import register_web as staff_web
from workforce.people import teams_web
from workforce.platform import pages
from workforce.platform.exhibits import ExhibitSource
from workforce.platform.jobs import JobKind
from workforce.platform.month_keepers import Keeper
from workforce.platform.reminders import Finder
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.web import NavEntry, SliceRoutes
from workforce.policy_lab import web as policy_lab_web
from workforce.premises import exhibits as premises_exhibits
from workforce.premises import web as premises_web
from workforce.premises.users import SeatUser
from workforce.production import jobs as production_jobs
from workforce.production import today_web
from workforce.production import web as production_web
from workforce.projects import web as projects_web
from workforce.quality import web as quality_web
from workforce.returns import jobs as returns_jobs
from workforce.returns import web as returns_web
from workforce.seating import queries as seat_queries
from workforce.seating import web as seating_web
from workforce.settings import staff as staff_entry_web
from workforce.settings import web as settings_web
from workforce.subsidies import web as subsidies_web
from workforce.training import certificate_web as skill_certificates_web
from workforce.training import exhibits as training_exhibits
from workforce.training import web as training_web

ROUTES: Final[tuple[SliceRoutes, ...]] = (
    pages.ROUTES,
    account_pages_web.ROUTES,
    accounts_web.ROUTES,
    attendance_web.ROUTES,
    audit_pack_web.ROUTES,
    board_web.ROUTES,
    book_web.ROUTES,
    bureau_web.ROUTES,
    declarations_web.ROUTES,
    delivery_web.ROUTES,
    disputes_web.ROUTES,
    documents_web.ROUTES,
    files_web.ROUTES,
    payslip_files_web.ROUTES,
    certificates_web.ROUTES,
    earnings_web.ROUTES,
    explorer_web.ROUTES,
    filings_web.ROUTES,
    companies_web.ROUTES,
    chain_web.ROUTES,
    control_web.ROUTES,
    home_web.ROUTES,
    imports_web.ROUTES,
    law_web.ROUTES,
    manual_web.ROUTES,
    operations_web.ROUTES,
    payments_web.ROUTES,
    payroll_web.ROUTES,
    policy_lab_web.ROUTES,
    premises_web.ROUTES,
    production_web.ROUTES,
    projects_web.ROUTES,
    quality_web.ROUTES,
    returns_web.ROUTES,
    balances_web.ROUTES,
    requests_web.ROUTES,
    shift_types_web.ROUTES,
    skill_certificates_web.ROUTES,
    teams_web.ROUTES,
    today_web.ROUTES,
    staff_web.ROUTES,
    staff_entry_web.ROUTES,
    seating_web.ROUTES,
    settings_web.ROUTES,
    subsidies_web.ROUTES,
    training_web.ROUTES,
)

JOBS: Final[tuple[JobKind, ...]] = (
    *audit_pack_jobs.JOBS,
    *earnings_jobs.JOBS,
    *law_jobs.JOBS,
    *board_jobs.JOBS,
    *bureau_jobs.JOBS,
    *delivery_jobs.JOBS,
    *documents_jobs.JOBS,
    *imports_jobs.JOBS,
    *operations_jobs.JOBS,
    *payroll_jobs.JOBS,
    *production_jobs.JOBS,
    *returns_jobs.JOBS,
)
"""The long work of each slice: the ``JOBS`` of its ``jobs.py``."""

SCHEDULES: Final[tuple[DefaultSchedule, ...]] = (
    *audit_pack_jobs.SCHEDULES,
    *earnings_jobs.SCHEDULES,
    *board_jobs.SCHEDULES,
    *bureau_jobs.SCHEDULES,
    *delivery_jobs.SCHEDULES,
    *documents_jobs.SCHEDULES,
    *imports_jobs.SCHEDULES,
    *operations_jobs.SCHEDULES,
    *production_jobs.SCHEDULES,
    *returns_jobs.SCHEDULES,
)
"""What each slice wants done at set times: the ``SCHEDULES`` of its ``jobs.py``."""

MONTH_FINDERS: Final[dict[str, MonthFinder]] = {
    "filings_unreconciled": filings_check.unreconciled,
    "open_disputes": month_check.open_disputes,
    "unpublished": delivery_check.unpublished,
    "held": payments_check.held,
    "unpaid": payments_check.unpaid,
}
"""What slices above payroll look for in a month's pay, by the code of the check."""

EXHIBITS: Final[tuple[ExhibitSource, ...]] = (
    *bureau_exhibits.EXHIBITS,
    *chain_exhibits.EXHIBITS,
    *premises_exhibits.EXHIBITS,
    *business_exhibits.EXHIBITS,
    *seat_exhibits.EXHIBITS,
    *training_exhibits.EXHIBITS,
)
"""What each slice shows of the base: the ``EXHIBITS`` of its ``exhibits.py``."""

MONTH_KEEPERS: Final[tuple[Keeper, ...]] = (seat_months.keep, chain_published.keep)
"""What each slice keeps of a month when it is published, beside the issue."""

SEAT_USERS: Final[tuple[SeatUser, ...]] = (seat_queries.ever_held,)
"""Who knows which seats were ever used, and so have a history."""

REMINDERS: Final[tuple[Finder, ...]] = (chain_reminders.reminders,)
"""Who finds what an official's first page reminds of."""

NAVIGATION: Final[tuple[NavEntry, ...]] = (
    NavEntry("home.show_home", "nav.home", Permission.HOME_READ, "home"),
    NavEntry(
        "earnings.so_far",
        "nav.earnings",
        Permission.PAYSLIP_READ_OWN,
        "money",
        is_tab=True,
        group="own",
    ),
    NavEntry(
        "earnings.my_month",
        "nav.my_month",
        Permission.ATTENDANCE_READ_OWN,
        "calendar",
        is_tab=True,
        group="own",
    ),
    NavEntry(
        "documents.own_payslips",
        "nav.payslips",
        Permission.PAYSLIP_READ_OWN,
        "wallet",
        is_tab=True,
        group="own",
    ),
    NavEntry(
        "requests.mine",
        "nav.own_requests",
        Permission.ATTENDANCE_REQUEST_OWN,
        "send",
        is_tab=True,
        group="own",
    ),
    NavEntry(
        "certificates.mine",
        "nav.own_certificates",
        Permission.CERTIFICATE_ASK_OWN,
        "file",
        group="own",
    ),
    NavEntry(
        "skill_certificates.mine",
        "nav.own_skill_certificates",
        Permission.SKILL_CERTIFICATE_READ_OWN,
        "check",
        group="own",
    ),
    NavEntry(
        "training.mine",
        "nav.own_training",
        Permission.TRAINING_SIGN_UP_OWN,
        "book",
        group="own",
    ),
    NavEntry("account_pages.me", "nav.me", Permission.HOME_READ, "user", is_tab=True, group="own"),
    NavEntry("seating.mine", "nav.own_seat", Permission.SEAT_READ_OWN, "building", group="own"),
    NavEntry("today.board", "nav.today", Permission.ATTENDANCE_READ, "clock", group="attendance"),
    NavEntry(
        "attendance.team_month",
        "nav.team_month",
        Permission.ATTENDANCE_READ,
        "calendar",
        group="attendance",
    ),
    NavEntry(
        "requests.listing",
        "nav.requests",
        Permission.ATTENDANCE_REQUEST_DECIDE,
        "inbox",
        group="attendance",
    ),
    NavEntry("seating.plan", "nav.seats", Permission.SEAT_ASSIGN, "building", group="attendance"),
    NavEntry("seating.use", "nav.seat_use", Permission.SEAT_READ, "chart", group="base"),
    NavEntry(
        "balances.listing",
        "nav.balances",
        Permission.ATTENDANCE_READ,
        "hourglass",
        group="attendance",
    ),
    NavEntry("staff.people", "nav.employees", Permission.EMPLOYEE_READ, "people", group="people"),
    NavEntry(
        "skill_certificates.listing",
        "nav.skill_certificates",
        Permission.SKILL_CERTIFICATE_READ,
        "check",
        group="people",
    ),
    NavEntry("staff.teams", "nav.teams", Permission.TEAM_MANAGE, "flag", group="people"),
    NavEntry("production.output", "nav.output", Permission.OUTPUT_READ, "box", group="production"),
    NavEntry(
        "projects.listing", "nav.projects", Permission.PROJECT_READ, "flag", group="production"
    ),
    NavEntry("imports.sources", "nav.imports", Permission.IMPORT_USE, "import", group="production"),
    NavEntry(
        "payroll.this_month", "nav.payroll_month", Permission.PAYROLL_RUN_READ, "flag", group="pay"
    ),
    NavEntry("payroll.runs", "nav.payroll_runs", Permission.PAYROLL_RUN_READ, "money", group="pay"),
    NavEntry("payments.listing", "nav.payments", Permission.PAYSLIP_READ, "wallet", group="pay"),
    NavEntry(
        "payroll.orders_list",
        "nav.payroll_orders",
        Permission.PAYROLL_RUN_PREPARE,
        "flag",
        group="pay",
    ),
    NavEntry(
        "payroll.entries_list",
        "nav.pay_entries",
        Permission.PAYROLL_RUN_PREPARE,
        "edit",
        group="pay",
    ),
    NavEntry(
        "training.trainee_allowances",
        "nav.trainee_allowances",
        Permission.PAYROLL_RUN_PREPARE,
        "book",
        group="pay",
    ),
    NavEntry("filings.overview", "nav.filings", Permission.PAYSLIP_READ, "check", group="pay"),
    NavEntry("payroll.late_list", "nav.late_facts", Permission.PAYSLIP_READ, "clock", group="pay"),
    NavEntry("payroll.floor_list", "nav.floor", Permission.PAYSLIP_READ, "check", group="pay"),
    NavEntry(
        "disputes.company_disputes",
        "nav.disputes",
        Permission.DISPUTE_ANSWER,
        "question",
        group="pay",
    ),
    NavEntry(
        "declarations.company_declarations",
        "nav.declarations",
        Permission.DECLARATION_REVIEW,
        "file",
        group="pay",
    ),
    NavEntry(
        "certificates.listing",
        "nav.certificates",
        Permission.CERTIFICATE_ISSUE,
        "file",
        group="pay",
    ),
    NavEntry("training.classes", "nav.training", Permission.TRAINING_READ, "book", group="base"),
    NavEntry(
        "premises.listing", "nav.premises", Permission.PREMISES_READ, "building", group="base"
    ),
    NavEntry(
        "bureau.overview",
        "nav.overview",
        Permission.STATISTICS_READ_PROTECTED,
        "chart",
        group="statistics",
    ),
    NavEntry(
        "bureau.public_forms",
        "nav.reports",
        Permission.STATISTICS_READ_PROTECTED,
        "file",
        group="statistics",
    ),
    NavEntry(
        "bureau.own_forms", "nav.reports", Permission.STATISTICS_READ, "chart", group="statistics"
    ),
    NavEntry(
        "explorer.explore",
        "nav.explorer",
        Permission.STATISTICS_EXPLORE,
        "search",
        group="statistics",
    ),
    NavEntry(
        "policy_lab.overview",
        "nav.policy_lab",
        Permission.STUDY_MAKE,
        "settings",
        group="statistics",
    ),
    NavEntry("returns.mine", "nav.returns", Permission.RETURN_FILE, "send", group="statistics"),
    NavEntry(
        "returns.listing",
        "nav.company_returns",
        Permission.RETURN_OVERSEE,
        "inbox",
        group="statistics",
    ),
    NavEntry(
        "bureau.seat_use",
        "nav.seat_figures",
        Permission.STATISTICS_PUBLISH,
        "building",
        group="statistics",
    ),
    NavEntry(
        "bureau.targets_list",
        "nav.targets",
        Permission.STATISTICS_TARGET,
        "flag",
        group="statistics",
    ),
    NavEntry(
        "book.quarters", "nav.book", Permission.STATISTICS_PUBLISH, "book", group="statistics"
    ),
    NavEntry(
        "bureau.issues_list",
        "nav.issues",
        Permission.STATISTICS_PUBLISH,
        "send",
        group="statistics",
    ),
    NavEntry(
        "board.exhibits",
        "nav.board_exhibits",
        Permission.BOARD_MANAGE,
        "chart",
        group="statistics",
    ),
    NavEntry(
        "projects.volume", "nav.volume", Permission.PROJECT_OVERSEE, "chart", group="statistics"
    ),
    NavEntry("chain.board", "nav.chain", Permission.CHAIN_READ, "building", group="base"),
    NavEntry("chain.figures", "nav.chain_output", Permission.CHAIN_READ, "chart", group="base"),
    NavEntry("chain.own_deals", "nav.chain_deals", Permission.CHAIN_DEAL, "send", group="base"),
    NavEntry(
        "chain.settings", "nav.chain_settings", Permission.CHAIN_SET, "settings", group="base"
    ),
    NavEntry(
        "subsidies.overview",
        "nav.subsidies",
        Permission.SUBSIDY_PREPARE,
        "people",
        group="statistics",
    ),
    NavEntry(
        "bureau.training",
        "nav.training_figures",
        Permission.TRAINING_OVERSEE,
        "book",
        group="statistics",
    ),
    NavEntry(
        "subsidies.counts",
        "nav.subsidy_counts",
        Permission.STATISTICS_READ_PROTECTED,
        "people",
        group="statistics",
    ),
    NavEntry(
        "settings.overview",
        "nav.settings",
        Permission.SETTINGS_CHANGE,
        "settings",
        group="settings",
    ),
    NavEntry(
        "settings.task_types",
        "nav.task_types",
        Permission.TASK_TYPE_DEFINE,
        "box",
        group="settings",
    ),
    NavEntry(
        "shift_types.listing",
        "nav.shift_types",
        Permission.SETTINGS_CHANGE,
        "clock",
        group="settings",
    ),
    NavEntry(
        "settings.name_of_base",
        "nav.base_name",
        Permission.COMPANY_MANAGE,
        "flag",
        group="settings",
    ),
    NavEntry(
        "companies.companies_list",
        "nav.companies",
        Permission.COMPANY_MANAGE,
        "building",
        group="settings",
    ),
    NavEntry(
        "account_pages.listing", "nav.accounts", Permission.ACCOUNT_MANAGE, "user", group="settings"
    ),
    NavEntry(
        "account_pages.record", "nav.audit", Permission.AUDIT_READ, "search", group="settings"
    ),
    NavEntry(
        "operations.all_schedules",
        "nav.schedules",
        Permission.SCHEDULE_MANAGE,
        "clock",
        group="settings",
    ),
    NavEntry("operations.all_jobs", "nav.jobs", Permission.JOB_READ, "hourglass", group="settings"),
    NavEntry("home.start", "nav.start", Permission.ACCOUNT_MANAGE, "flag", group="help"),
    NavEntry("manual.contents", "nav.manual", None, "book", group="help"),
    NavEntry("law_pages.values", "nav.law", None, "law", group="help"),
)
