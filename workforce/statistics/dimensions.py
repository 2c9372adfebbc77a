"""By what the figures are divided: place, company, sex, age and what else there is. One place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.cube import Group
from workforce.statistics.population import Codes, Groups, Population

AGE_BANDS: Final = ((25, 34), (35, 44), (45, 54))
"""Completed years, both ends included; younger and older are the first and the last band."""

SENIORITY_YEARS: Final = (1, 3, 5, 10)
"""Completed years with the company at which a band begins; the first band begins at 0."""

WAGE_EDGES: Final = (2_000_00, 3_000_00, 4_000_00, 5_000_00, 6_000_00, 8_000_00, 10_000_00)
"""Fen of the month's total wages at which a band begins; the first band is below them all."""

_FEN_IN_YUAN: Final = 100

_DISPATCHED: Final = "dispatched"
_NOT_SENT: Final = "none"

OTHER: Final = "other"
"""The code of the group of those whose own code has no name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the groups of some dimensions are called; it comes from tables, not from ``terms.toml``.

    ``companies`` in the order of ``Population.company``; ``task_types`` and ``senders`` (the units that
    send dispatched people) in the order of their codes.
    """

    companies: tuple[Group, ...]
    task_types: tuple[Group, ...] = ()
    senders: tuple[Group, ...] = ()
    lists_all: bool = False
    """Whether groups of a fixed list are there though nobody is in them: of published tables, where
    a line that comes and goes with one person would tell of him."""


@dataclass(frozen=True, slots=True)
class Division:
    """A population divided: its groups and their names.

    Where there are fewer names than groups, the rest of the people are in the last group, which is
    not shown: of those who may be in several groups, each group is divided from all the others.
    """

    groups: Groups
    names: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """What a dimension divides of another one: its ``group`` is made of all groups but ``outside``."""

    dimension: str
    group: str
    outside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to divide a population: one division, or one for each of groups that overlap.

    ``within``: the code of a dimension each of whose groups is made of whole groups of this one.
    ``splits``: the one group of another dimension that this one divides further.
    ``note``: where its edges or groups come from, for whoever reads a table.
    """

    code: str
    label: Text
    divide: Callable[[Population, Names], tuple[Division, ...]]
    within: str | None = None
    splits: Split | None = None
    note: Text | None = None


def _occupied(
    codes: Column, names: Sequence[Group], *, listed: int = 0, splits_persons: bool = False
) -> tuple[Division, ...]:
    """Leave out the groups that nobody is in, but for the first ones that are always listed."""
    found = np.union1d(np.arange(listed), codes)
    dense = np.searchsorted(found, codes)
    groups = Groups(dense.astype(np.int64), int(found.size), splits_persons=splits_persons)
    return (Division(groups, tuple(names[int(index)] for index in found)),)


def _by_terms(
    values: Codes, kind: str, other: Text, *, lists_all: bool = False
) -> tuple[Division, ...]:
    """Divide by the codes of a kind of ``terms.toml``, in its order; unknown codes come last."""
    names = [Group(*term) for term in terms_of(kind).items()]
    return _by_names(values, names, other, lists_all=lists_all)


def _by_names(
    values: Codes, names: Sequence[Group], other: Text, *, lists_all: bool = False
) -> tuple[Division, ...]:
    """Divide by the codes of groups, in their order; unknown codes come last."""
    index = {name.code: number for number, name in enumerate(names)}
    codes = np.fromiter((index.get(value, len(index)) for value in values), np.int64, values.size)
    listed = len(names) if lists_all else 0
    return _occupied(codes, [*names, Group(OTHER, other)], listed=listed)


def _by_company(population: Population, names: Names) -> tuple[Division, ...]:
    return _occupied(population.company, names.companies, splits_persons=True)


def _by_sex(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    return _by_terms(population.sex, "sex", Text("未知", "Unknown"))


def _by_age(population: Population, names: Names) -> tuple[Division, ...]:
    edges = [band[0] for band in AGE_BANDS] + [AGE_BANDS[-1][1] + 1]
    bands = [
        Group(f"0-{edges[0] - 1}", Text(f"{edges[0] - 1} 岁及以下", f"{edges[0] - 1} or younger")),
        *(
            Group(f"{low}-{high}", Text(f"{low}–{high} 岁", f"{low}–{high}"))
            for low, high in AGE_BANDS
        ),
        Group(f"{edges[-1]}-", Text(f"{edges[-1]} 岁及以上", f"{edges[-1]} or older")),
    ]
    listed = len(bands) if names.lists_all else 0
    codes = np.searchsorted(edges, population.age, side="right")
    return _occupied(codes, bands, listed=listed)


def _by_education(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide by the main groups of GB/T 4658: 11 (doctor) and 14 (master) belong to 10."""
    main = np.array([f"{code[:1]}0" for code in population.education], dtype=np.str_)
    return _by_terms(main, "education", Text("其他", "Other"), lists_all=names.lists_all)


def _by_township(population: Population, names: Names) -> tuple[Division, ...]:
    return _by_terms(
        population.township, "township", Text("县外", "Other counties"), lists_all=names.lists_all
    )


def _by_household(population: Population, names: Names) -> tuple[Division, ...]:
    return _by_terms(
        population.household, "household_category", Text("其他", "Other"), lists_all=names.lists_all
    )


def _by_place(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    places = (
        Group("inside", Text("基地内企业", "Companies in the base")),
        Group("outside", Text("基地外企业", "Companies outside")),
    )
    return _occupied(np.where(population.is_inside, 0, 1).astype(np.int64), places)


def _by_task_type(population: Population, names: Names) -> tuple[Division, ...]:
    without = Text("没有计件工资", "Without piece wages")
    return _by_names(population.task_type, names.task_types, without)


def _by_key_group(population: Population, names: Names) -> tuple[Division, ...]:
    found = []
    for number, (code, label) in enumerate(terms_of("key_group").items()):
        is_in = (population.key_groups >> number) & 1
        if names.lists_all or is_in.any():
            found.append(Division(Groups(1 - is_in, 2), (Group(code, label),)))
    return tuple(found)


def _by_staff_kind(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide as the wage statistics do: on the post, dispatched, all others."""
    types = population.employment_type
    posted_or_other = np.where(types == "full_time", "regular", "other")
    kinds = np.where(types == _DISPATCHED, _DISPATCHED, posted_or_other)
    return _by_terms(kinds, "staff_kind", Text("未知", "Unknown"), lists_all=names.lists_all)


def _by_contract(population: Population, names: Names) -> tuple[Division, ...]:
    return _by_terms(
        population.contract_kind,
        "contract_kind",
        Text("未登记", "Not recorded"),
        lists_all=names.lists_all,
    )


def _by_occupation(population: Population, names: Names) -> tuple[Division, ...]:
    return _by_terms(
        population.occupation, "occupation", Text("未知", "Unknown"), lists_all=names.lists_all
    )


def _by_skill_level(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide by the highest valid level, the highest first; who has none comes last."""
    without = Text("没有等级证书", "Without a level")
    return _by_terms(population.skill_level, "skill_level", without, lists_all=names.lists_all)


def _bands(values: Column, edges: Sequence[int], unit: Text) -> tuple[Column, list[Group]]:
    """Return the band of each value, and the bands: from each edge to under the next one."""
    first, last = edges[0], edges[-1]
    bands = [
        Group(
            f"0-{first}",
            Text(
                f"不满 {first} {unit.zh}",
                f"under {first} {unit.en if first > 1 else unit.en.removesuffix('s')}",
            ),
        ),
        *(
            Group(f"{low}-{high}", Text(f"{low} 至不满 {high} {unit.zh}", f"{low} to under {high}"))
            for low, high in pairwise(edges)
        ),
        Group(f"{last}-", Text(f"{last} {unit.zh}及以上", f"{last} {unit.en} or more")),
    ]
    return np.searchsorted(edges, values, side="right").astype(np.int64), bands


def _by_seniority(population: Population, names: Names) -> tuple[Division, ...]:
    codes, bands = _bands(population.service_years, SENIORITY_YEARS, Text("年", "years"))
    return _occupied(codes, bands, listed=len(bands) if names.lists_all else 0)


def _by_wage_band(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide by the month's total wages; who has no payslip of the month comes last."""
    yuan = [edge // _FEN_IN_YUAN for edge in WAGE_EDGES]
    codes, bands = _bands(population.total_wages // _FEN_IN_YUAN, yuan, Text("元", "yuan"))
    bands.append(Group("unpaid", Text("本月没有工资条", "No payslip of the month")))
    listed = len(bands) if names.lists_all else 0
    return _occupied(np.where(population.is_paid, codes, len(bands) - 1), bands, listed=listed)


def _by_sender(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide dispatched people by who sends them; who is not dispatched comes first."""
    here = Group(_NOT_SENT, Text("不是派遣", "Not dispatched"))
    is_sent = population.employment_type == _DISPATCHED
    return _by_names(
        np.where(is_sent, population.sender, here.code),
        [here, *names.senders],
        Text("派遣单位没有登记", "Sending unit not recorded"),
    )


def _by_leaving_cause(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide who left in the month by why; whoever did not is with those without a recorded reason.

    So every group has people who may have left: a group of none would betray what is withheld beside it.
    """
    causes = np.where(population.has_left, population.leaving_cause, "unrecorded")
    return _by_terms(causes, "leaving_cause", Text("其他", "Other"), lists_all=names.lists_all)


COMPANY: Final = Dimension(
    code="company", label=Text("企业", "Company"), divide=_by_company, within="place"
)
SEX: Final = Dimension(code="sex", label=Text("性别", "Sex"), divide=_by_sex)
AGE: Final = Dimension(code="age", label=Text("年龄", "Age"), divide=_by_age)
EDUCATION: Final = Dimension(
    code="education", label=Text("文化程度", "Education"), divide=_by_education
)
TOWNSHIP: Final = Dimension(
    code="township", label=Text("户籍乡镇（街道）", "Township of household"), divide=_by_township
)
HOUSEHOLD: Final = Dimension(
    code="household", label=Text("户籍类别", "Household category"), divide=_by_household
)
PLACE: Final = Dimension(code="place", label=Text("企业所在", "Place of company"), divide=_by_place)
TASK_TYPE: Final = Dimension(
    code="task_type", label=Text("主要任务类型", "Main task type"), divide=_by_task_type
)
KEY_GROUP: Final = Dimension(
    code="key_group", label=Text("重点群体", "Key group"), divide=_by_key_group
)
STAFF_KIND: Final = Dimension(
    code="staff_kind",
    label=Text("人员类别", "Kind of staff"),
    divide=_by_staff_kind,
    note=Text(
        "在岗职工：全日制；劳务派遣人员：计入实际用工的企业；其他从业人员：非全日制、退休返聘。",
        "On the post: full time; dispatched: counted where they work; others: part-time people and "
        "rehired retirees.",
    ),
)
CONTRACT: Final = Dimension(
    code="contract", label=Text("劳动合同类型", "Kind of contract"), divide=_by_contract
)
OCCUPATION: Final = Dimension(
    code="occupation",
    label=Text("职业类别", "Occupation"),
    divide=_by_occupation,
    note=Text(
        "GB/T 6565 的大类按劳动工资统计归并为五类；标注员属于社会生产服务和生活服务人员，没有另行登记的都归入这一类。",
        "The major groups of GB/T 6565 as the five of the wage statistics; annotators belong to "
        "services, and so does whoever has nothing else on record.",
    ),
)
SKILL_LEVEL: Final = Dimension(
    code="skill_level",
    label=Text("职业技能等级", "Level of the occupation"),
    divide=_by_skill_level,
    note=Text(
        "月末最后一日有效的“人工智能训练师”（4-04-05-05）技能证书中最高的等级；过期、撤销和没有登记的不算。",
        "The highest level of a certificate of the occupation “artificial intelligence trainer” (4-04-05-05) that "
        "is valid on the last day of the month; what has run out, is withdrawn or not entered does not count.",
    ),
)
SENIORITY: Final = Dimension(
    code="seniority",
    label=Text("本企业工龄", "Years with the company"),
    divide=_by_seniority,
    note=Text(
        "月末最后一日已满的整年数，从入职日算起；离职后再入职的从最近一次入职算起。",
        "Completed years on the last day of the month, from the hiring; of who came back, from the "
        "last hiring.",
    ),
)
WAGE_BAND: Final = Dimension(
    code="wage_band",
    label=Text("月工资分段", "Band of monthly wages"),
    divide=_by_wage_band,
    note=Text(
        "按本月工资总额（税前，六部分之和）分段；月中入职、离职的按实际数，不折算。",
        "By total wages of the month (gross, six parts); of who joined or left in the month as paid, not "
        "converted.",
    ),
)
SENDER: Final = Dimension(
    code="sender",
    label=Text("派遣单位", "Sending unit"),
    divide=_by_sender,
    splits=Split("staff_kind", _DISPATCHED, _NOT_SENT),
    note=Text(
        "派遣单位是与劳动者订立劳动合同、把人派到用工企业的单位；同一信用代码算一个单位。",
        "The unit that has the labour contract and sends the person to the company where the work is "
        "done; one credit code is one unit.",
    ),
)

LEAVING_CAUSE: Final = Dimension(
    code="leaving_cause",
    label=Text("离职原因", "Reason of leaving"),
    divide=_by_leaving_cause,
    note=Text(
        "按登记的离职原因的字词归类；没有离职的岗位不影响离职数。",
        "By the words of the recorded reason; jobs that go on do not count among those left.",
    ),
)

BY_CODE: Final[Mapping[str, Dimension]] = {
    dimension.code: dimension
    for dimension in (
        COMPANY,
        SEX,
        AGE,
        EDUCATION,
        TOWNSHIP,
        HOUSEHOLD,
        PLACE,
        TASK_TYPE,
        KEY_GROUP,
        STAFF_KIND,
        CONTRACT,
        OCCUPATION,
        SKILL_LEVEL,
        SENIORITY,
        WAGE_BAND,
        SENDER,
        LEAVING_CAUSE,
    )
}
"""Every dimension that a cube may name."""
