"""Files that come back, read as a user's, and what is known of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from tests.factories.web import FormClient
from tests.imports.sheets import one_sheet
from tests.payroll.world import OCTOBER, World, actor
from workforce.accounts.models import Account
from workforce.filings import queries
from workforce.filings.models import FilingDifference
from workforce.filings.queries import KindState
from workforce.imports import service as imports
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.people.models import Employment, Person

ClientAs = Callable[[Account], FormClient]

TAX_TITLES = (
    "姓名",
    "证件号码",
    "所得项目",
    "本期收入",
    "累计应纳税所得额",
    "税率",
    "累计应纳税额",
    "累计已缴税额",
    "应补（退）税额",
)
STRANGER = "500236199001011231"

# Income of the month, taxable so far, rate, tax due so far, paid before, tax of the month.
A1 = ("正常工资薪金", "10,000.00", "1565.00", "3%", "46.95", "0.00", "46.95")
A2 = ("其他连续劳务报酬", "8000.00", "1400.00", "3%", "42.00", "0.00", "42.00")
A3 = ("一般劳务报酬所得", "3000.00", "2200.00", "20%", "440.01", "0.00", "440.01")
A5 = ("正常工资薪金", "6500.00", "1500.00", "0.03", "45.00", "0.00", "45.00")
A5_BONUS = ("全年一次性奖金", "24000.00", "", "", "", "", "720.00")
UNKNOWN = ("正常工资薪金", "5000.00", "0.00", "", "0.00", "0.00", "0.00")


def identity(world: World, number: str) -> tuple[str, str]:
    person = world.session.scalars(
        select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.employee_no == number)
    ).one()
    return person.name, person.id_number


def tax_rows(world: World) -> list[tuple[str, ...]]:
    """A3 differs by a fen, A4 is missing, A5 earned 500 more there, somebody is only there."""
    said = (("A1", A1), ("A2", A2), ("A3", A3), ("A5", A5), ("A5", A5_BONUS))
    return [
        *((*identity(world, number), *figures) for number, figures in said),
        ("外人", STRANGER, *UNKNOWN),
        ("合计", "", "", "56500.00", "", "", "", "", "1293.96"),
    ]


def imported(
    world: World,
    source: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    **options: object,
) -> Preview:
    world.session.commit()
    return imports.apply(
        imports.source_named(source),
        SourceFile("结果.xlsx", one_sheet(titles, *rows)),
        company_id=world.company.id,
        actor=actor(world.maker),
        options=Options(**{"period": OCTOBER} | options),  # type: ignore[arg-type]
    )


def state(world: World, kind: str = "tax") -> KindState:
    world.session.commit()
    states = queries.month_states(world.session, world.scope, OCTOBER)
    return next(one for one in states if one.kind == kind)


def found(world: World, kind: str = "tax") -> dict[str, FilingDifference]:
    """Return the differences that count by name."""
    result = state(world, kind).result
    assert result is not None
    rows = queries.difference_rows(world.session, world.scope, result.id)
    return {row.one.name: row.one for row in rows}
