"""``workforce certificate``: a certificate of income, of employment or of leaving, numbered and as PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Locale

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


@click.command(
    "certificate",
    epilog="Example: workforce certificate income --company QZ --employee A007 --from 2026-05 --to 2026-10",
)
@click.argument("kind", type=click.Choice(["income", "employment", "separation"]))
@click.option("--company", metavar="CODE", required=True, help="The company's code.")
@click.option("--employee", metavar="NO", required=True, help="The person's employee number.")
@click.option("--from", "first", metavar="MONTH", help="Income: the first month (2026-05).")
@click.option("--to", "last", metavar="MONTH", help="Income: the last month (2026-10).")
@click.option("--purpose", metavar="TEXT", default="", help="What it is for; printed on it.")
@click.option(
    "--contract",
    type=click.Choice(["fixed_term", "open_ended", "task"]),
    help="Leaving: the kind of contract; default: as in the person's record.",
)
@click.option(
    "--contract-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Leaving: the contract's first day; default: the day of hiring.",
)
@click.option(
    "--contract-to",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Leaving: the last day of a fixed-term contract given with --contract.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the certificate.",
)
@click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; default: produced/certificates/CODE in the instance folder.",
)
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for, the options of a paper
    state: State,
    kind: str,
    company: str,
    employee: str,
    first: str | None,
    last: str | None,
    purpose: str,
    contract: str | None,
    contract_from: dt.datetime | None,
    contract_to: dt.datetime | None,
    lang: Locale,
    by: str | None,
    out: Path | None,
) -> None:
    """Issue a certificate about one person and write it as PDF.

    KIND is income, employment or separation (of leaving). The certificate gets the company's next
    number and is kept: the page behind its QR code says whether it is valid.
    """
    with state.app():
        from workforce.cli.acting import acting  # noqa: PLC0415 - loads the database
        from workforce.companies.service import company_named  # noqa: PLC0415
        from workforce.documents import certificates  # noqa: PLC0415
        from workforce.documents.certificate_facts import Kind  # noqa: PLC0415
        from workforce.platform.db import db, unit_of_work  # noqa: PLC0415
        from workforce.platform.files import PRIVATE, safe_name, write_bytes  # noqa: PLC0415
        from workforce.platform.scope import Scope  # noqa: PLC0415

        actor, scope = acting(db.session(), by, Permission.CERTIFICATE_ISSUE)
        reach = Scope.company(company_named(db.session(), scope, company).id)
        wish = certificates.Wish(
            employment_id=_employment_id(db.session(), reach, employee),
            kind=Kind(kind),
            language=lang,
            first=PayPeriod.parse_month(first) if first else None,
            last=PayPeriod.parse_month(last) if last else None,
            purpose=purpose,
            contract_kind=contract,
            contract_from=contract_from.date() if contract_from else None,
            contract_to=contract_to.date() if contract_to else None,
        )
        db.session.rollback()
        with unit_of_work() as session:
            issued_id = certificates.issue(session, actor, reach, wish)
        document = certificates.document(db.session(), reach, issued_id)
        folder = out or state.instance / "produced" / "certificates" / safe_name(company)
        path = folder / document.name
        write_bytes(path, document.content, mode=PRIVATE)
    state.say(str(path))


def _employment_id(session: Session, reach: Scope, employee_no: str) -> int:
    from sqlalchemy import select  # noqa: PLC0415 - loads the database

    from workforce.people import queries as people  # noqa: PLC0415

    everybody = people.all_employments(reach).subquery()
    found = session.scalars(
        select(everybody.c.employment_id).where(everybody.c.employee_no == employee_no)
    ).one_or_none()
    if found is None:
        raise InputError("certificate.no_such_employee", employee_no=employee_no)
    return int(found)
