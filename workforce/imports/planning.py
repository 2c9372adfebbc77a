"""What plans of several sources share: naming rows, refusing them, finding repeated ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError, StateError
from workforce.core.text import Text
from workforce.imports.directory import Directory, Employee
from workforce.imports.reading.tables import Placed
from workforce.imports.refusals import Place, Refusal
from workforce.imports.source import Context, Part
from workforce.platform.changes import Plan
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.production import service as production_service

Row = TypeVar("Row")
Fact = TypeVar("Fact")


def refusal(place: Place, error: DomainError, column: str = "", value: object = "") -> Refusal:
    """Refuse a row that was readable, naming the column at fault if there is one."""
    return Refusal(replace(place, column=column or place.column), str(value), error)


class PlanError(Exception):
    """A row cannot be planned, because of one column."""

    def __init__(self, error: DomainError, column: str, value: object) -> None:
        """Keep what the refusal will say."""
        super().__init__(str(error))
        self.error = error
        self.column = column
        self.value = value


def to_facts(
    rows: Iterable[Placed[Row]],
    make: Callable[[Row], Fact],
    key: Callable[[Fact], Hashable],
) -> tuple[dict[Hashable, tuple[Place, Fact]], list[Refusal]]:
    """Turn rows into facts by key; rows that name something unknown, or repeat a key, are refused."""
    facts: dict[Hashable, tuple[Place, Fact]] = {}
    refusals: list[Refusal] = []
    for placed in rows:
        try:
            fact = make(placed.row)
        except PlanError as fault:
            refusals.append(refusal(placed.place, fault.error, fault.column, fault.value))
            continue
        except DomainError as error:
            refusals.append(refusal(placed.place, error))
            continue
        first = facts.setdefault(key(fact), (placed.place, fact))
        if first[1] is not fact:
            where = first[0].row or first[0].text()
            refusals.append(refusal(placed.place, InputError("row.duplicate", row=where)))
    return facts, refusals


def refuse_own(
    facts: Mapping[Hashable, tuple[Place, Any]], keys: Iterable[str], code: str = "output.own"
) -> list[Refusal]:
    """Refuse rows by which somebody would decide on the own output."""
    return [refusal(facts[key][0], StateError(code)) for key in keys]


def refuse_faults(
    facts: Mapping[Hashable, tuple[Place, Any]], faults: Mapping[Any, DomainError]
) -> list[Refusal]:
    """Give faults that a slice found their places in the file."""
    return [refusal(facts[key][0], error) for key, error in faults.items()]


def take_own_acceptance(context: Context, plan: Plan) -> list[str]:
    """Take out of a plan what would accept the importing person's own output; return its keys.

    Where the company's policy accepts output at once nobody decides, and it stays.
    """
    own = context.directory.own
    taken: list[str] = []

    def is_taken(row: Mapping[str, Any], told: Iterable[str]) -> bool:
        payees = {row["employment_id"], *(share[0] for share in row["shares"])}
        if (
            row["state"] != "accepted"
            or not own & payees
            or not {"state", "accepted_qty"} & {*told}
        ):
            return False
        if context.directory.acceptance(row["work_on"]) == "at_once":
            return False
        taken.append(row["source_key"])
        return True

    if own:
        plan.added[:] = [row for row in plan.added if not is_taken(row, row)]
        plan.changed[:] = [
            change for change in plan.changed if not is_taken(change.row, change.after)
        ]
    return taken


def find_employee(
    directory: Directory, employee_no: str, name: str | None, on: Any = None
) -> Employee:
    """Return a row's employee; a name that is given must be theirs.

    Raises:
        PlanError: unknown, not employed on that day, or of another name.

    """
    try:
        employee = directory.employee(employee_no, on)
    except DomainError as error:
        raise PlanError(error, "工号", employee_no) from error
    if name is not None and name != employee.name:
        other = InputError(
            "row.other_name", employee_no=employee_no, known=employee.name, given=name
        )
        raise PlanError(other, "姓名", name)
    return employee


def find_task_type(directory: Directory, name: str) -> int:
    """Return a row's task type id.

    Raises:
        PlanError: unknown.

    """
    try:
        return directory.task_type(name)
    except DomainError as error:
        raise PlanError(error, "任务类型", name) from error


def map_users(
    session: Session, context: Context, source: str
) -> tuple[Plan, dict[str, int], list[Refusal]]:
    """Say which employment each user of a tool or device is: as stored, then as the mapping says.

    Returns what would change of the stored map, the whole map, and the mapping's unknown numbers.
    """
    scope = Scope.company(context.company_id)
    stored = dict(session.execute(production.source_users(scope, source)).all())
    given: dict[str, int] = {}
    refusals: list[Refusal] = []
    for user, employee_no in context.options.mapping.items():
        try:
            given[user] = context.directory.employee(employee_no).employment_id
        except DomainError as error:
            refusals.append(Refusal(Place(path=user), employee_no, error))
    plan = production_service.plan_source_users(session, context.company_id, source, given)
    return plan, stored | given, refusals


def refuse_future(on: Any, today: Any, column: str) -> None:
    """Refuse a day after today.

    Raises:
        PlanError: so it is.

    """
    if on > today:
        raise PlanError(InputError("cell.future", on=on), column, on)


def naming(directory: Directory, *columns: str) -> Callable[[Mapping[str, Any]], str]:
    """Name a row by its employee and some columns, for the list of changes."""

    def name(row: Mapping[str, Any]) -> str:
        employee = directory.names.get(row.get("employment_id", 0))
        who = [f"{employee.employee_no} {employee.name}"] if employee else []
        return " · ".join(
            [*who, *(str(row[column]) for column in columns if row.get(column) is not None)]
        )

    return name


def users_part(directory: Directory, plan: Plan) -> Part:
    """Tell what changes in the map of a tool's or device's users."""
    name = naming(directory, "source_user")
    return Part(Text("用户对照", "User map"), plan, name, words=directory.words)
