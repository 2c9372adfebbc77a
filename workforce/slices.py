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
from workforce.bureau import web as bureau_web
from workforce.core.permissions import Permission
from workforce.declarations import web as declarations_web
from workforce.disputes import web as disputes_web
from workforce.documents import web as documents_web
from workforce.earnings import jobs as earnings_jobs
from workforce.earnings import web as earnings_web
from workforce.home import companies_web
from workforce.home import web as home_web
from workforce.imports import jobs as imports_jobs
from workforce.imports import web as imports_web
from workforce.law_pages import jobs as law_jobs
from workforce.law_pages import web as law_web
from workforce.manual import web as manual_web
from workforce.operations import jobs as operations_jobs
from workforce.operations import web as operations_web
from workforce.payroll import jobs as payroll_jobs
from workforce.payroll import web as payroll_web
from workforce.people import register_web as staff_web
from workforce.people import teams_web
from workforce.platform import pages
from workforce.platform.jobs import JobKind
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.web import NavEntry, SliceRoutes
from workforce.production import jobs as production_jobs
from workforce.production import today_web
from workforce.production import web as production_web
from workforce.quality import web as quality_web
from workforce.settings import web as settings_web

ROUTES: Final[tuple[SliceRoutes, ...]] = (
    pages.ROUTES,
    account_pages_web.ROUTES,
    accounts_web.ROUTES,
    attendance_web.ROUTES,
    bureau_web.ROUTES,
    declarations_web.ROUTES,
    disputes_web.ROUTES,
    documents_web.ROUTES,
    earnings_web.ROUTES,
    companies_web.ROUTES,
    home_web.ROUTES,
    imports_web.ROUTES,
    law_web.ROUTES,
    manual_web.ROUTES,
    operations_web.ROUTES,
    payroll_web.ROUTES,
    production_web.ROUTES,
    quality_web.ROUTES,
    balances_web.ROUTES,
    requests_web.ROUTES,
    shift_types_web.ROUTES,
    teams_web.ROUTES,
    today_web.ROUTES,
    staff_web.ROUTES,
    settings_web.ROUTES,
)

JOBS: Final[tuple[JobKind, ...]] = (
    *earnings_jobs.JOBS,
    *law_jobs.JOBS,
    *imports_jobs.JOBS,
    *operations_jobs.JOBS,
    *payroll_jobs.JOBS,
    *production_jobs.JOBS,
)
"""The long work of each slice: the ``JOBS`` of its ``jobs.py``."""

SCHEDULES: Final[tuple[DefaultSchedule, ...]] = (
    *earnings_jobs.SCHEDULES,
    *imports_jobs.SCHEDULES,
    *operations_jobs.SCHEDULES,
    *production_jobs.SCHEDULES,
)
"""What each slice wants done at set times: the ``SCHEDULES`` of its ``jobs.py``."""

NAVIGATION: Final[tuple[NavEntry, ...]] = (
    NavEntry("home.show_home", "nav.home", Permission.HOME_READ, "home", is_tab=True),
    NavEntry(
        "documents.own_payslips",
        "nav.payslips",
        Permission.PAYSLIP_READ_OWN,
        "wallet",
        is_tab=True,
    ),
    NavEntry("payroll.runs", "nav.payroll_runs", Permission.PAYROLL_RUN_READ, "money", group="pay"),
    NavEntry(
        "today.board",
        "nav.today",
        Permission.ATTENDANCE_READ,
        "people",
        group="attendance",
    ),
    NavEntry(
        "attendance.team_month",
        "nav.team_month",
        Permission.ATTENDANCE_READ,
        "calendar",
        group="attendance",
    ),
    NavEntry("production.output", "nav.output", Permission.OUTPUT_READ, "file", group="attendance"),
    NavEntry("imports.sources", "nav.imports", Permission.IMPORT_USE, "import", group="attendance"),
    NavEntry("staff.people", "nav.employees", Permission.EMPLOYEE_READ, "people", group="people"),
    NavEntry(
        "requests.listing",
        "nav.requests",
        Permission.ATTENDANCE_REQUEST_DECIDE,
        "inbox",
        group="attendance",
    ),
    NavEntry(
        "balances.listing",
        "nav.balances",
        Permission.ATTENDANCE_READ,
        "hourglass",
        group="attendance",
    ),
    NavEntry(
        "requests.mine",
        "nav.own_requests",
        Permission.ATTENDANCE_REQUEST_OWN,
        "question",
        group="attendance",
    ),
    NavEntry(
        "bureau.employment",
        "nav.reports",
        Permission.STATISTICS_READ,
        "chart",
        group="statistics",
    ),
    NavEntry(
        "bureau.public_employment",
        "nav.reports",
        Permission.STATISTICS_READ_PROTECTED,
        "chart",
        group="statistics",
    ),
    NavEntry(
        "settings.overview",
        "nav.settings",
        Permission.SETTINGS_CHANGE,
        "file",
        group="settings",
    ),
    NavEntry(
        "settings.task_types",
        "nav.task_types",
        Permission.TASK_TYPE_DEFINE,
        "file",
        group="settings",
    ),
    NavEntry("home.start", "nav.start", Permission.ACCOUNT_MANAGE, "flag", group="settings"),
    NavEntry(
        "companies.companies_list",
        "nav.companies",
        Permission.COMPANY_MANAGE,
        "building",
        group="settings",
    ),
    NavEntry("operations.all_jobs", "nav.jobs", Permission.JOB_READ, "hourglass", group="settings"),
    NavEntry(
        "operations.all_schedules",
        "nav.schedules",
        Permission.SCHEDULE_MANAGE,
        "clock",
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
        "account_pages.listing",
        "nav.accounts",
        Permission.ACCOUNT_MANAGE,
        "user",
        group="settings",
    ),
    NavEntry(
        "account_pages.record", "nav.audit", Permission.AUDIT_READ, "search", group="settings"
    ),
    NavEntry("law_pages.values", "nav.law", None, "law", group="settings"),
    NavEntry("manual.contents", "nav.manual", None, "book"),
)
