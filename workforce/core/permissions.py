"""Who may do what: the one page to read when the rights of this service are audited.

A *permission* is an act on a kind of thing. A *role* is a fixed set of permissions; an account has
one role. *Which* payslip or team a permission reaches is not said here but by the account's scope
(``platform/scope.py``), which every query takes: a supervisor's ``attendance.read`` reaches the own
team only. Line of command gives rights over attendance and output, never over pay.

*Segregation pairs* are two acts on the same thing that one person must not do both: the maker of a
payroll run never approves it, whoever the maker is and whatever role he has.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The six kinds of account, from the narrowest reach to the widest."""

    ANNOTATOR = "annotator"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    COMPANY_ADMIN = "company_admin"
    BASE_ADMIN = "base_admin"
    OFFICIAL = "official"


class Permission(StrEnum):
    """One act on one kind of thing, in alphabetical order. ``*_OWN`` reaches the account's person only."""

    ACCOUNT_MANAGE = "account.manage"
    ATTENDANCE_CONFIRM = "attendance.confirm"
    """Vouching for a team's day."""
    ATTENDANCE_IMPORT = "attendance.import"
    ATTENDANCE_READ = "attendance.read"
    ATTENDANCE_READ_OWN = "attendance.read_own"
    ATTENDANCE_RECORD = "attendance.record"
    """Entering and correcting days by hand."""
    ATTENDANCE_REQUEST_DECIDE = "attendance_request.decide"
    """Answering what others ask to be recorded, and asking for somebody else."""
    ATTENDANCE_REQUEST_OWN = "attendance_request.own"
    AUDIT_READ = "audit.read"
    BOARD_MANAGE = "board.manage"
    """Deciding what the public screen shows."""
    CERTIFICATE_ASK_OWN = "certificate.ask_own"
    CERTIFICATE_ISSUE = "certificate.issue"
    CHAIN_DEAL = "chain.deal"
    """Deals with other companies of the chain: telling the own sales, answering what others told."""
    CHAIN_KEEP = "chain.keep"
    """Recording companies of the chain, their stages and visits."""
    CHAIN_READ = "chain.read"
    """The chain's companies, and its figures; an official's are withheld where few companies make them."""
    CHAIN_SET = "chain.set"
    """The chain's targets, when the base was agreed upon, who sits in the task force."""
    COMPANY_MANAGE = "company.manage"
    """Making companies of the base and correcting what is known of them; what the base is called."""
    CONTACT_CHANGE_OWN = "contact.change_own"
    """Where the own mail goes."""
    DECLARATION_REVIEW = "declaration.review"
    DECLARATION_SUBMIT_OWN = "declaration.submit_own"
    DISPUTE_ANSWER = "dispute.answer"
    DISPUTE_RAISE_OWN = "dispute.raise_own"
    DOCUMENT_PRODUCE = "document.produce"
    EMPLOYEE_IMPORT = "employee.import"
    EMPLOYEE_READ = "employee.read"
    HOME_READ = "home.read"
    IDENTITY_READ_OWN = "identity.read_own"
    IDENTITY_UNMASK = "identity.unmask"
    IMPORT_USE = "import.use"
    """The pages of imports; which tables, the permission of each source says."""
    JOB_READ = "job.read"
    """How far long work of the own company is, and cancelling it; of the base, for its administrator."""
    LAW_APPROVE = "law.approve"
    LAW_PROPOSE = "law.propose"
    LAW_READ = "law.read"
    OUTPUT_ACCEPT = "output.accept"
    OUTPUT_IMPORT = "output.import"
    OUTPUT_READ = "output.read"
    OUTPUT_READ_OWN = "output.read_own"
    PAYROLL_RUN_APPROVE = "payroll_run.approve"
    PAYROLL_RUN_CLOSE = "payroll_run.close"
    PAYROLL_RUN_PAY = "payroll_run.pay"
    PAYROLL_RUN_PREPARE = "payroll_run.prepare"
    PAYROLL_RUN_PUBLISH = "payroll_run.publish"
    """Showing payslips to their people, sending them by mail, and who has read and signed for them."""
    PAYROLL_RUN_READ = "payroll_run.read"
    PAYROLL_RUN_REVIEW = "payroll_run.review"
    PAYSLIP_READ = "payslip.read"
    PAYSLIP_READ_OWN = "payslip.read_own"
    PREMISES_KEEP = "premises.keep"
    """The base's sites, floors, areas and seats, and who rents what: entering and correcting."""
    PREMISES_READ = "premises.read"
    """Rooms and plans: all of the base for its administrator, what the own company rents for it."""
    PROJECT_MANAGE = "project.manage"
    """Clients, contracts, the client's prices and acceptance, and margins of the own company."""
    PROJECT_OVERSEE = "project.oversee"
    """Contract amounts by company, and the base's target of a year."""
    PROJECT_READ = "project.read"
    """How far the own company's projects are and when they will be finished, without prices."""
    RETURN_DECIDE = "return.decide"
    """Accepting companies' monthly returns or giving them back, and by when they are due."""
    RETURN_FILE = "return.file"
    """Filing the own company's monthly return, or confirming the computed one."""
    RETURN_OVERSEE = "return.oversee"
    """Who of all companies has filed, and who is late."""
    RETURN_READ = "return.read"
    """Monthly returns of the own company, or of every company for the bureau and the base."""
    SCHEDULE_MANAGE = "schedule.manage"
    SEAT_ASSIGN = "seat.assign"
    """Who sits where: seats of the own team, or of the own company."""
    SEAT_READ = "seat.read"
    """How full seats are, by hour: those that the own company rents, or all of the base."""
    SEAT_READ_OWN = "seat.read_own"
    SETTINGS_CHANGE = "settings.change"
    """The own company's prices, pay policy and pay profiles: reading and changing them."""
    SKILL_CERTIFICATE_KEEP = "skill_certificate.keep"
    """Entering, issuing and withdrawing skill certificates: of the own company's people, or of the base."""
    SKILL_CERTIFICATE_READ = "skill_certificate.read"
    SKILL_CERTIFICATE_READ_OWN = "skill_certificate.read_own"
    SKILL_EXCEPTION_ASK = "skill_exception.ask"
    """Asking that somebody may work without a certificate for some days, and reading who may."""
    SKILL_EXCEPTION_DECIDE = "skill_exception.decide"
    SKILL_RULE_SET = "skill_rule.set"
    """Which work of the own company asks for a certificate."""
    STATISTICS_CONSENT = "statistics.consent"
    """Agreeing that the own company's wages stand in published tables."""
    STATISTICS_EXPLORE = "statistics.explore"
    """Asking the cubes, and opening a cell: published issues for an official, the own figures else."""
    STATISTICS_PUBLISH = "statistics.publish"
    """Publishing the issue of a closed month, and a revised one; reading all issues."""
    STATISTICS_READ = "statistics.read"
    """Aggregates of the own company or, for the base administrator, of every company."""
    STATISTICS_READ_PROTECTED = "statistics.read_protected"
    """Base totals only, small cells withheld: what an official sees."""
    STATISTICS_TARGET = "statistics.target"
    """What measures of the whole base are to reach: setting and withdrawing targets."""
    STUDY_MAKE = "study.make"
    """Trying another law on a decided month: of the own company, or of the base; an official withheld."""
    SUBSIDY_FREEZE = "subsidy.freeze"
    """Making a checked claim for a subsidy final, and withdrawing one."""
    SUBSIDY_PREPARE = "subsidy.prepare"
    """Evidence about people, who qualifies for support, and claims; named, for the company alone."""
    TASK_TYPE_DEFINE = "task_type.define"
    """Adding a kind of work, which all companies then see."""
    TASK_TYPE_RENAME = "task_type.rename"
    TEAM_MANAGE = "team.manage"
    """Who leads a team and who is in it."""
    TRAINING_MANAGE = "training.manage"
    """Keeping courses and classes: of the own company, or of the base."""
    TRAINING_OVERSEE = "training.oversee"
    """How many are trained, pass and find work in the whole base, protected as all statistics."""
    TRAINING_READ = "training.read"
    """Which classes there are: of the own company, with people of the own team, or of the base."""
    TRAINING_SIGN_UP_OWN = "training.sign_up_own"
    TRAINING_TEACH = "training.teach"
    """Lessons, register and scores of classes that one keeps or teaches; a leader: the own people's register."""


_EVERYONE: Final = frozenset({Permission.HOME_READ, Permission.LAW_READ})

_OWN: Final = frozenset(
    {
        Permission.ATTENDANCE_READ_OWN,
        Permission.ATTENDANCE_REQUEST_OWN,
        Permission.CONTACT_CHANGE_OWN,
        Permission.CERTIFICATE_ASK_OWN,
        Permission.DECLARATION_SUBMIT_OWN,
        Permission.DISPUTE_RAISE_OWN,
        Permission.IDENTITY_READ_OWN,
        Permission.OUTPUT_READ_OWN,
        Permission.PAYSLIP_READ_OWN,
        Permission.SEAT_READ_OWN,
        Permission.SKILL_CERTIFICATE_READ_OWN,
        Permission.TRAINING_SIGN_UP_OWN,
    },
)

_PAY: Final = frozenset(
    {
        Permission.ATTENDANCE_IMPORT,
        Permission.ATTENDANCE_READ,
        Permission.ATTENDANCE_RECORD,
        Permission.ATTENDANCE_REQUEST_DECIDE,
        Permission.CERTIFICATE_ISSUE,
        Permission.CHAIN_DEAL,
        Permission.DECLARATION_REVIEW,
        Permission.DISPUTE_ANSWER,
        Permission.DOCUMENT_PRODUCE,
        Permission.EMPLOYEE_IMPORT,
        Permission.EMPLOYEE_READ,
        Permission.IMPORT_USE,
        Permission.JOB_READ,
        Permission.OUTPUT_ACCEPT,
        Permission.OUTPUT_IMPORT,
        Permission.OUTPUT_READ,
        Permission.PAYROLL_RUN_APPROVE,
        Permission.PAYROLL_RUN_CLOSE,
        Permission.PAYROLL_RUN_PAY,
        Permission.PAYROLL_RUN_PREPARE,
        Permission.PAYROLL_RUN_PUBLISH,
        Permission.PAYROLL_RUN_READ,
        Permission.PAYROLL_RUN_REVIEW,
        Permission.PAYSLIP_READ,
        Permission.PROJECT_MANAGE,
        Permission.PROJECT_READ,
        Permission.RETURN_FILE,
        Permission.RETURN_READ,
        Permission.SETTINGS_CHANGE,
        Permission.SKILL_CERTIFICATE_READ,
        Permission.SKILL_EXCEPTION_ASK,
        Permission.SKILL_EXCEPTION_DECIDE,
        Permission.STATISTICS_EXPLORE,
        Permission.STATISTICS_READ,
        Permission.STUDY_MAKE,
        Permission.SUBSIDY_PREPARE,
        Permission.TASK_TYPE_DEFINE,
    },
)

PERMISSIONS_BY_ROLE: Final[dict[Role, frozenset[Permission]]] = {
    Role.ANNOTATOR: _EVERYONE | _OWN | {Permission.TRAINING_TEACH},
    Role.SUPERVISOR: _EVERYONE
    | _OWN
    | {
        Permission.ATTENDANCE_CONFIRM,
        Permission.ATTENDANCE_IMPORT,
        Permission.ATTENDANCE_READ,
        Permission.ATTENDANCE_RECORD,
        Permission.ATTENDANCE_REQUEST_DECIDE,
        Permission.EMPLOYEE_READ,
        Permission.IMPORT_USE,
        Permission.JOB_READ,
        Permission.OUTPUT_ACCEPT,
        Permission.OUTPUT_IMPORT,
        Permission.OUTPUT_READ,
        Permission.PROJECT_READ,
        Permission.SEAT_ASSIGN,
        Permission.SEAT_READ,
        Permission.SKILL_CERTIFICATE_READ,
        Permission.SKILL_EXCEPTION_ASK,
        Permission.TRAINING_READ,
        Permission.TRAINING_TEACH,
    },
    Role.FINANCE: _EVERYONE | _OWN | _PAY | {Permission.IDENTITY_UNMASK},
    Role.COMPANY_ADMIN: _EVERYONE
    | _OWN
    | _PAY
    | {
        Permission.ACCOUNT_MANAGE,
        Permission.ATTENDANCE_CONFIRM,
        Permission.AUDIT_READ,
        Permission.IDENTITY_UNMASK,
        Permission.PREMISES_READ,
        Permission.SKILL_CERTIFICATE_KEEP,
        Permission.SKILL_RULE_SET,
        Permission.SEAT_ASSIGN,
        Permission.SEAT_READ,
        Permission.STATISTICS_CONSENT,
        Permission.SUBSIDY_FREEZE,
        Permission.TEAM_MANAGE,
        Permission.TRAINING_MANAGE,
        Permission.TRAINING_READ,
        Permission.TRAINING_TEACH,
    },
    Role.BASE_ADMIN: _EVERYONE
    | {
        Permission.ACCOUNT_MANAGE,
        Permission.AUDIT_READ,
        Permission.BOARD_MANAGE,
        Permission.CHAIN_DEAL,
        Permission.CHAIN_KEEP,
        Permission.CHAIN_READ,
        Permission.CHAIN_SET,
        Permission.COMPANY_MANAGE,
        Permission.IMPORT_USE,
        Permission.JOB_READ,
        Permission.LAW_APPROVE,
        Permission.LAW_PROPOSE,
        Permission.PAYROLL_RUN_READ,
        Permission.PROJECT_OVERSEE,
        Permission.PREMISES_KEEP,
        Permission.PREMISES_READ,
        Permission.RETURN_OVERSEE,
        Permission.RETURN_READ,
        Permission.SCHEDULE_MANAGE,
        Permission.SEAT_READ,
        Permission.SKILL_CERTIFICATE_KEEP,
        Permission.SKILL_CERTIFICATE_READ,
        Permission.STATISTICS_EXPLORE,
        Permission.STATISTICS_PUBLISH,
        Permission.STATISTICS_READ,
        Permission.STATISTICS_TARGET,
        Permission.STUDY_MAKE,
        Permission.TASK_TYPE_DEFINE,
        Permission.TASK_TYPE_RENAME,
        Permission.TRAINING_MANAGE,
        Permission.TRAINING_OVERSEE,
        Permission.TRAINING_READ,
        Permission.TRAINING_TEACH,
    },
    Role.OFFICIAL: _EVERYONE
    | {
        Permission.CHAIN_KEEP,
        Permission.CHAIN_READ,
        Permission.RETURN_DECIDE,
        Permission.RETURN_OVERSEE,
        Permission.RETURN_READ,
        Permission.STATISTICS_EXPLORE,
        Permission.STATISTICS_PUBLISH,
        Permission.STATISTICS_READ_PROTECTED,
        Permission.STATISTICS_TARGET,
        Permission.STUDY_MAKE,
        Permission.TRAINING_OVERSEE,
    },
}
"""The role table. A role that is missing here cannot sign in."""

SEGREGATED: Final[frozenset[frozenset[Permission]]] = frozenset(
    {
        frozenset({Permission.LAW_APPROVE, Permission.LAW_PROPOSE}),
        frozenset({Permission.PAYROLL_RUN_APPROVE, Permission.PAYROLL_RUN_PREPARE}),
        frozenset({Permission.PAYROLL_RUN_PREPARE, Permission.PAYROLL_RUN_REVIEW}),
        frozenset({Permission.SKILL_EXCEPTION_ASK, Permission.SKILL_EXCEPTION_DECIDE}),
        frozenset({Permission.SUBSIDY_FREEZE, Permission.SUBSIDY_PREPARE}),
    },
)
"""Pairs of acts that one person never does both on the same thing."""


def is_allowed(role: Role, permission: Permission) -> bool:
    """Tell whether an account of this role may do this act within its scope."""
    return permission in PERMISSIONS_BY_ROLE[role]


def is_segregated(done: Permission, wanted: Permission) -> bool:
    """Tell whether the person who did ``done`` on a thing must not do ``wanted`` on it."""
    return frozenset({done, wanted}) in SEGREGATED
