"""Reading clients, projects, what was delivered of them and booked; the scope is a company's or the base's.

*Delivered* of a batch is what the client accepted of it, once the client has said so, else the own
accepted output: progress, income and what is left are all counted by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, cast, func, select

from workforce.core.period import PayPeriod
from workforce.platform.scope import ScopeKind
from workforce.production import queries as production
from workforce.production.batch_work import work_by_batch
from workforce.projects.models import (
    Client,
    ClientAcceptance,
    Project,
    ProjectBatch,
    ProjectTask,
    VolumeTarget,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


def _in(scope: Scope, company_id: Any) -> ColumnElement[bool]:
    """Limit to the company in reach; the base's administrator reads sums, no single projects."""
    if scope.kind is ScopeKind.BASE or scope.company_id is None:
        return company_id.is_(None)  # type: ignore[no-any-return]
    return company_id == scope.company_id  # type: ignore[no-any-return]


def clients(scope: Scope) -> Select[Client]:
    """Clients of the company, in order of code."""
    return select(Client).where(_in(scope, Client.company_id)).order_by(Client.code)


def client_sums(scope: Scope) -> Select[int, int, int]:
    """What each client has given the company: client_id, projects, contract_amount (fen)."""
    return (
        select(
            Project.client_id,
            func.count().label("projects"),
            cast(func.sum(Project.contract_amount), BigInteger).label("contract_amount"),
        )
        .where(_in(scope, Project.company_id))
        .group_by(Project.client_id)
    )


def projects(scope: Scope, *, is_finished: bool | None = None) -> Select[*tuple[Any, ...]]:
    """Projects of the company with their client, what is due first before others.

    ``is_finished``: only those in hand or only those that are over. Columns: project_id, company_id, code,
    name, contract_amount (fen), signed_on, starts_on, due_on, finished_on, client_id, client_name.
    """
    chosen = (
        select(
            Project.id.label("project_id"),
            Project.company_id,
            Project.code,
            Project.name,
            Project.contract_amount,
            Project.signed_on,
            Project.starts_on,
            Project.due_on,
            Project.finished_on,
            Project.client_id,
            Client.name.label("client_name"),
        )
        .join(Client, Client.id == Project.client_id)
        .where(_in(scope, Project.company_id))
    )
    if is_finished is None:
        return chosen.order_by(Project.due_on.desc(), Project.code)
    if is_finished:
        return chosen.where(Project.finished_on.is_not(None)).order_by(
            Project.finished_on.desc(), Project.code
        )
    return chosen.where(Project.finished_on.is_(None)).order_by(Project.due_on, Project.code)


def project(scope: Scope, project_id: int) -> Select[*tuple[Any, ...]]:
    """One project of the company, as in ``projects``: one row or none."""
    return projects(scope).where(Project.id == project_id)


def tasks(project_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """What some projects are to deliver, by project and code of the task type.

    Columns: project_id, task_type_id, task_type_code, name_zh, name_en, unit_zh, unit_en, unit_price
    (millionths of a yuan), contracted_qty.
    """
    named = production.task_type_names().subquery()
    return (
        select(ProjectTask.project_id, named, ProjectTask.unit_price, ProjectTask.contracted_qty)
        .join(named, named.c.task_type_id == ProjectTask.task_type_id)
        .where(ProjectTask.project_id.in_(project_ids))
        .order_by(ProjectTask.project_id, named.c.task_type_code)
    )


def batch_ids(project_ids: Collection[int]) -> Select[int]:
    """The batches of some projects."""
    return select(ProjectBatch.batch_id).where(ProjectBatch.project_id.in_(project_ids))


def _newest_acceptance() -> Select[*tuple[Any, ...]]:
    newest = select(func.max(ClientAcceptance.id)).group_by(ClientAcceptance.batch_id)
    return select(
        ClientAcceptance.batch_id,
        ClientAcceptance.accepted_on.label("client_on"),
        ClientAcceptance.accepted_qty.label("client_qty"),
        ClientAcceptance.reason.label("client_reason"),
    ).where(ClientAcceptance.id.in_(newest))


def batches(scope: Scope, project_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """The batches of some projects with their quantities, the newest batch first.

    Columns: project_id, batch_id, batch_code, task_type_id, submitted_qty, accepted_qty, waiting_qty (0
    without output), first_on, last_on (NULL without), client_on, client_qty, client_reason (NULL: the
    client has not said), delivered_qty.
    """
    known = production.batches(scope).subquery()
    work = work_by_batch(batch_ids(project_ids)).subquery()
    said = _newest_acceptance().subquery()
    accepted = func.coalesce(work.c.accepted_qty, 0)
    return (
        select(
            ProjectBatch.project_id,
            known.c.batch_id,
            known.c.batch_code,
            known.c.task_type_id,
            func.coalesce(work.c.submitted_qty, 0).label("submitted_qty"),
            accepted.label("accepted_qty"),
            func.coalesce(work.c.waiting_qty, 0).label("waiting_qty"),
            work.c.first_on,
            work.c.last_on,
            said.c.client_on,
            said.c.client_qty,
            said.c.client_reason,
            func.coalesce(said.c.client_qty, accepted).label("delivered_qty"),
        )
        .join(known, known.c.batch_id == ProjectBatch.batch_id)
        .outerjoin(work, work.c.batch_id == ProjectBatch.batch_id)
        .outerjoin(said, said.c.batch_id == ProjectBatch.batch_id)
        .where(ProjectBatch.project_id.in_(project_ids))
        .order_by(known.c.batch_id.desc())
    )


def delivered(scope: Scope, project_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """The same summed: project_id, task_type_id, batches, accepted_qty, waiting_qty, client_qty, delivered_qty.

    ``client_qty``: what the client accepted so far, 0 without a word of it.
    """
    batch = batches(scope, project_ids).order_by(None).subquery()
    return select(
        batch.c.project_id,
        batch.c.task_type_id,
        func.count().label("batches"),
        *(
            cast(func.sum(func.coalesce(column, 0)), BigInteger).label(column.name)
            for column in (
                batch.c.accepted_qty,
                batch.c.waiting_qty,
                batch.c.client_qty,
                batch.c.delivered_qty,
            )
        ),
    ).group_by(batch.c.project_id, batch.c.task_type_id)


def free_batches(scope: Scope, task_type_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Batches of some task types that belong to no project, the newest first: batch_id, batch_code, task_type_id."""
    known = production.batches(scope).subquery()
    return (
        select(known.c.batch_id, known.c.batch_code, known.c.task_type_id)
        .where(
            known.c.task_type_id.in_(task_type_ids),
            known.c.batch_id.not_in(select(ProjectBatch.batch_id)),
        )
        .order_by(known.c.batch_id.desc())
    )


def acceptances(batch_ids_of: Select[int]) -> Select[*tuple[Any, ...]]:
    """All that a client said of some batches, the newest first: batch_id, accepted_on, accepted_qty, reason, recorded_at."""
    return (
        select(
            ClientAcceptance.batch_id,
            ClientAcceptance.accepted_on,
            ClientAcceptance.accepted_qty,
            ClientAcceptance.reason,
            ClientAcceptance.recorded_at,
        )
        .where(ClientAcceptance.batch_id.in_(batch_ids_of))
        .order_by(ClientAcceptance.id.desc())
    )


@dataclass(frozen=True, slots=True)
class ContractSum:
    """What one company booked in a month with clients of one county.

    ``region``: GB/T 2260 code of the county; ``amount``: fen; ``projects``: how many contracts.
    """

    company_id: int
    period: PayPeriod
    region: str
    amount: int
    projects: int


def contract_sums(
    session: Session, periods: Sequence[PayPeriod], *, company_id: int | None = None
) -> list[ContractSum]:
    """Return the contract amounts of all companies, or of one, by month of signing and the client's county.

    Whole figures, a company's secrets: whoever shows them protects them. Nothing where nothing was signed.
    """
    if not periods:
        return []
    first, last = min(periods), max(periods)
    chosen = (
        select(
            Project.company_id,
            Project.signed_on,
            Client.region,
            func.sum(Project.contract_amount),
            func.count(),
        )
        .join(Client, Client.id == Project.client_id)
        .where(Project.signed_on.between(first.first_on, last.last_on))
        .group_by(Project.company_id, Project.signed_on, Client.region)
        .order_by(Project.company_id, Project.signed_on, Client.region)
    )
    if company_id is not None:
        chosen = chosen.where(Project.company_id == company_id)
    sums: dict[tuple[int, PayPeriod, str], list[int]] = {}
    for owner_id, signed_on, region, amount, count in session.execute(chosen):
        found = sums.setdefault((owner_id, PayPeriod.of(signed_on), region), [0, 0])
        found[0] += int(amount)
        found[1] += count
    wanted = set(periods)
    return [
        ContractSum(owner_id, period, region, amount, count)
        for (owner_id, period, region), (amount, count) in sums.items()
        if period in wanted
    ]


def volume_targets(session: Session) -> dict[int, VolumeTarget]:
    """Return by year what the base's business is to come to; a target that was withdrawn is not there."""
    newest = select(func.max(VolumeTarget.id)).group_by(VolumeTarget.year)
    chosen = (
        select(VolumeTarget)
        .where(VolumeTarget.id.in_(newest), VolumeTarget.amount.is_not(None))
        .order_by(VolumeTarget.year)
    )
    return {row.year: row for row in session.scalars(chosen)}
