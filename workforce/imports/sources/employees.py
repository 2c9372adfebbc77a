"""The employee register as a table: identity, employment, team, bank account and pay profile.

A row is known by its employee number. A column that the file does not have keeps what is stored; a
blank cell clears it. Nobody is removed because a file does not name them.

Several rows of one number are its history: they agree in all but the team and its day, and the pay facts
and their month. Who was hired again has a number for each time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.addresses import MOST_CHARACTERS, is_address
from workforce.core.errors import InputError
from workforce.core.identity import check_credit_code, parse_id_number
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.imports.exports import fen, first_names, rate, yes_or_no
from workforce.imports.planning import (
    PlanError,
    refuse_faults,
    to_facts,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Placed, Reading, Row, read_table
from workforce.imports.source import (
    TABLE_SUFFIXES,
    Context,
    Extent,
    Options,
    Part,
    Proposal,
    Source,
    SourceFile,
)
from workforce.imports.sources._employee_columns import COLUMNS, KEY_GROUPS
from workforce.people import queries
from workforce.people import service as people
from workforce.people.service import EmployeeFact
from workforce.platform.sheets import Cell

CODE: Final = "employees"

TAX_METHODS: Final = {
    "累计预扣": "cumulative",
    "实习": "intern",
    "劳务报酬": "labor_service",
    "平台": "platform",
    **{code: code for code in ("cumulative", "intern", "labor_service", "platform")},
}
PAY_CYCLES: Final = {
    "按月": "month",
    "月": "month",
    "半月": "half_month",
    "按半月": "half_month",
    "month": "month",
    "half_month": "half_month",
}
_HOUSEHOLDS: Final = {"农业": "rural", "非农业": "urban", "城市": "urban"}


def _terms(kind: str, also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map what may be written, the Chinese word or the code, to the code."""
    labels = terms_of(kind)
    return (
        {label.zh: code for code, label in labels.items()}
        | {c: c for c in labels}
        | dict(also or {})
    )


def _choice(names: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: values.choice(value, names)


def _township(value: Any) -> str:
    """Read one of the county's townships by name, or any code of 6 to 9 digits."""
    written = values.plain(value)
    return (
        written
        if re.fullmatch(r"\d{6}(\d{3})?", written)
        else values.choice(value, _terms("township"))
    )


def _digits(value: Any) -> str:
    """Read a phone or account number: digits, with blanks and hyphens between them forgiven."""
    number = re.sub(r"[\s-]", "", values.text(value))
    if not re.fullmatch(r"\+?\d{5,30}", number):
        raise InputError("cell.not_digits")
    return number


def _email(value: Any) -> str:
    address = values.text(value, MOST_CHARACTERS)
    if not is_address(address):
        raise InputError("cell.not_email")
    return address


def _key_groups(value: Any) -> frozenset[str]:
    names = KEY_GROUPS | {code: code for code in KEY_GROUPS.values()}
    words = [word for word in re.split(r"[、,,;;\s]+", values.text(value)) if word]
    return frozenset(values.choice(word, names) for word in words)


def _rest_weekdays(value: Any) -> str:
    """Read digits 1–7, or words such as 周六周日."""
    written = values.plain(value)
    for day, sign in enumerate("一二三四五六日", start=1):
        written = written.replace(f"周{sign}", str(day)).replace(f"星期{sign}", str(day))
    return "".join(sorted(re.sub(r"[、,;\s]", "", written)))


def _short(value: Any) -> str:
    return values.text(value, 60)


def _printed(value: Any) -> str:
    return values.printed_text(value, 60)


def _number(value: Any) -> str:
    return values.text(value, 40)


_PERSON: Final[dict[str, Callable[[Any], Any]]] = {
    "education": _choice(
        _terms(
            "education",
            {
                "研究生": "10",
                "硕士": "10",
                "博士": "10",
                "本科": "20",
                "大专": "30",
                "专科": "30",
                "中专": "40",
                "中职": "40",
                "高中": "60",
                "初中": "70",
            },
        )
    ),
    "township": _township,
    "household_category": _choice(_terms("household_category", _HOUSEHOLDS)),
    "phone": _digits,
    "email": _email,
}
_EMPLOYMENT: Final[dict[str, Callable[[Any], Any]]] = {
    "position": _printed,
    "hours_system": _choice(
        _terms("hours_system", {"标准": "standard", "综合": "comprehensive", "不定时": "irregular"})
    ),
    "rest_weekdays": _rest_weekdays,
    "separated_on": values.near_date,
    "separation_reason": _number,
    "bank_name": _short,
    "bank_account": _digits,
    "contract_kind": _choice(
        _terms("contract_kind", {"固定": "fixed_term", "无固定": "open_ended", "任务": "task"})
    ),
    # A contract may run for many years.
    "contract_until": values.date,
    "occupation": _choice(
        _terms(
            "occupation",
            {
                "管理人员": "manager",
                "专业技术": "professional",
                "办事人员": "clerical",
                "社会生产服务": "service",
                "生产制造": "production",
            },
        )
    ),
    "dispatched_by": values.printed_text,
    "dispatched_by_code": lambda value: check_credit_code(values.text(value)),
}
_PROFILE: Final[dict[str, Callable[[Any], Any]]] = {
    "base_pay_amount": values.amount,
    "overtime_base_amount": values.amount,
    "contribution_base_amount": values.amount,
    "fund_base_amount": values.amount,
    "fund_employee_rate": values.rate,
    "fund_employer_rate": values.rate,
    "average_monthly_wage_amount": values.amount,
    "tax_method": _choice(TAX_METHODS),
    "is_deduct_60000": values.boolean,
    "is_first_wage_of_year": values.boolean,
    "pay_cycle": _choice(PAY_CYCLES),
}
_NOT_NULL: Final[Mapping[str, Any]] = {
    "education": "90",
    "township": "",
    "household_category": "rural",
    "hours_system": "standard",
    "rest_weekdays": "67",
    "occupation": "service",
    "base_pay_amount": 0,
    "tax_method": "cumulative",
    "is_deduct_60000": False,
    "is_first_wage_of_year": False,
    "pay_cycle": "month",
}
"""What a blank cell means in columns that always have a value."""


_UNDATED: Final = (
    "employee_no",
    "name",
    "id_number",
    "hired_on",
    "separated_on",
    "separation_reason",
    "position",
    "rest_weekdays",
    "phone",
    "email",
    "bank_name",
    "bank_account",
    "contract_until",
    "dispatched_by",
    "dispatched_by_code",
)
"""Columns that are written as they are stored."""


def _read(file: SourceFile, options: Options) -> Reading[EmployeeFact]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _given(row: Row, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Read the columns that the file has; a blank cell becomes None, or what blank means there."""
    found: dict[str, Any] = {}
    for name, read in readers.items():
        if row.has_column(name):
            value = row.get(name, read)
            found[name] = _NOT_NULL.get(name) if value is None else value
    return found


def _parse(row: Row) -> EmployeeFact:
    profile_from = row.get("profile_from", values.near_month)
    groups = row.get("key_groups", _key_groups)
    return EmployeeFact(
        employee_no=row.need("employee_no", _number),
        identity=row.need("id_number", lambda value: parse_id_number(values.text(value))),
        name=row.need("name", _printed),
        person=_given(row, _PERSON),
        employment={
            "employment_type": row.need("employment_type", _choice(_terms("employment_type"))),
            "hired_on": row.need("hired_on", values.near_date),
            **_given(row, _EMPLOYMENT),
        },
        key_groups=(groups or frozenset()) if row.has_column("key_groups") else None,
        team=row.get("team", _short),
        team_from=row.get("team_from", values.near_date),
        # A row without any pay fact says nothing of pay: it may tell of a change of team only.
        profile={} if all(row.is_blank(name) for name in _PROFILE) else _given(row, _PROFILE),
        profile_from=profile_from.first_on if profile_from else None,
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[EmployeeFact]]) -> Proposal:
    agreed = _Agreement()
    facts, refusals = to_facts(rows, agreed.checked, lambda fact: fact.key)
    plan = people.plan_register(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    # A history is stored whole or not at all.
    faulty = {employee_no for employee_no, _, _ in plan.faults}

    def of_employment(row: Mapping[str, Any]) -> str:
        employee = context.directory.names.get(row.get("employment_id", 0))
        return str(row.get("employee_no") or (employee.employee_no if employee else ""))

    return Proposal(
        parts=[
            Part(
                Text("人员", "Persons"),
                plan.persons,
                lambda row: row["name"],
                frozenset({"phone", "email", "id_number"}),
            ),
            Part(Text("重点群体", "Key groups"), plan.key_groups, lambda row: row["key_group"]),
            Part(
                Text("用工", "Employments"),
                plan.employments,
                of_employment,
                frozenset({"bank_account"}),
            ),
            Part(
                Text("班组", "Teams"),
                plan.memberships,
                of_employment,
                words=context.directory.words,
            ),
            Part(Text("薪资档案", "Pay profiles"), plan.profiles, of_employment),
        ],
        refusals=refusals,
        good_count=sum(fact.employee_no not in faulty for _, fact in facts.values()),
        store=lambda session, _batch_id: people.store_register(session, context.company_id, plan),
    )


class _Agreement:
    """Sees to it that the rows of one employee number tell of one employment."""

    def __init__(self) -> None:
        self._first: dict[str, dict[str, Any]] = {}

    def checked(self, fact: EmployeeFact) -> EmployeeFact:
        """Return a row that agrees with the first one of its number.

        Raises:
            PlanError: it does not; names the column.

        """
        told = {
            "name": fact.name,
            "id_number": fact.identity.text,
            "key_groups": fact.key_groups,
            **fact.person,
            **fact.employment,
        }
        first = self._first.setdefault(fact.employee_no, told)
        for name, value in told.items():
            if value != first[name]:
                column = next(column for column in COLUMNS if column.name == name)
                error = InputError("register.rows_differ", employee_no=fact.employee_no)
                raise PlanError(error, column.titles[0], "" if column.is_secret else value)
        return fact


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write each employment's history: as many rows as its team or its pay facts have changed."""
    words = {
        kind: {code: label.zh for code, label in terms_of(kind).items()}
        for kind in (
            *("employment_type", "hours_system", "contract_kind", "occupation"),
            *("education", "township"),
        )
    } | {"household_category": first_names(_terms("household_category"))}
    groups = _grouped(session.execute(queries.key_groups(extent.scope)), "person_id")
    teams = _grouped(session.execute(queries.all_memberships(extent.scope)), "employment_id")
    profiles = _grouped(session.scalars(queries.all_pay_profiles(extent.scope)), "employment_id")
    group_names = first_names(KEY_GROUPS)
    for row in session.execute(queries.register(extent.scope)):
        if extent.period is not None and not (
            row.hired_on <= extent.period.last_on
            and (row.separated_on is None or row.separated_on >= extent.period.first_on)
        ):
            continue
        undated = {
            **{name: getattr(row, name) for name in _UNDATED},
            **{
                name: known.get(getattr(row, name), getattr(row, name))
                for name, known in words.items()
            },
            "key_groups": "、".join(
                sorted(group_names[each.key_group] for each in groups[row.person_id])
            ),
        }
        for team, profile in _steps(teams[row.employment_id], profiles[row.employment_id]):
            yield undated | _team_cells(team) | _profile_cells(profile)


def _grouped(rows: Iterable[Any], name: str) -> defaultdict[int, list[Any]]:
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _steps(teams: Sequence[Any], profiles: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair the teams and the profiles of an employment; the shorter list repeats its last one."""
    for n in range(max(len(teams), len(profiles), 1)):
        yield (
            teams[min(n, len(teams) - 1)] if teams else None,
            profiles[min(n, len(profiles) - 1)] if profiles else None,
        )


def _team_cells(team: Any) -> dict[str, Cell]:
    return {"team": team.team_code, "team_from": team.valid_from} if team else {}


def _profile_cells(profile: Any) -> dict[str, Cell]:
    if profile is None:
        return {}
    words = first_names(TAX_METHODS | PAY_CYCLES)
    cells: dict[str, Cell] = {"profile_from": str(PayPeriod.of(profile.valid_from))}
    for name in _PROFILE:
        value = getattr(profile, name)
        if name.endswith("_amount"):
            cells[name] = fen(value)
        elif name.endswith("_rate"):
            cells[name] = rate(value)
        elif isinstance(value, bool):
            cells[name] = yes_or_no(value)
        else:
            cells[name] = words.get(value, value)
    return cells


SOURCE: Final = Source(
    code=CODE,
    label=Text("员工名册", "Employee register"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.EMPLOYEE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)
