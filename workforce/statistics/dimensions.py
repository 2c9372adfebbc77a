"""By what the figures are divided: place, company, sex, age and what else there is. One place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.cube import Group
from workforce.statistics.population import Codes, Groups, Population

AGE_BANDS: Final = ((25, 34), (35, 44), (45, 54))
"""Completed years, both ends included; younger and older are the first and the last band."""

OTHER: Final = "other"
"""The code of the group of those whose own code has no name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the groups of some dimensions are called; it comes from tables, not from ``terms.toml``.

    ``companies`` in the order of ``Population.company``; ``task_types`` in the order of their codes.
    """

    companies: tuple[Group, ...]
    task_types: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """A population divided: its groups and their names. Groups with nobody in them are left out.

    Where there are fewer names than groups, the rest of the people are in the last group, which is
    not shown: of those who may be in several groups, each group is divided from all the others.
    """

    groups: Groups
    names: tuple[Group, ...]

    @property
    def labels(self) -> tuple[Text, ...]:
        """What the groups are called."""
        return tuple(name.label for name in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to divide a population: one division, or one for each of groups that overlap.

    ``within``: the code of a dimension each of whose groups is made of whole groups of this one.
    """

    code: str
    label: Text
    divide: Callable[[Population, Names], tuple[Division, ...]]
    within: str | None = None


def _occupied(
    codes: Column, names: Sequence[Group], *, splits_persons: bool = False
) -> tuple[Division, ...]:
    """Leave out the groups that nobody is in."""
    found, dense = np.unique(codes, return_inverse=True)
    groups = Groups(dense.astype(np.int64), int(found.size), splits_persons=splits_persons)
    return (Division(groups, tuple(names[int(index)] for index in found)),)


def _by_terms(values: Codes, kind: str, other: Text) -> tuple[Division, ...]:
    """Divide by the codes of a kind of ``terms.toml``, in its order; unknown codes come last."""
    return _by_names(values, [Group(*term) for term in terms_of(kind).items()], other)


def _by_names(values: Codes, names: Sequence[Group], other: Text) -> tuple[Division, ...]:
    """Divide by the codes of groups, in their order; unknown codes come last."""
    index = {name.code: number for number, name in enumerate(names)}
    codes = np.fromiter((index.get(value, len(index)) for value in values), np.int64, values.size)
    return _occupied(codes, [*names, Group(OTHER, other)])


def _by_company(population: Population, names: Names) -> tuple[Division, ...]:
    return _occupied(population.company, names.companies, splits_persons=True)


def _by_sex(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    return _by_terms(population.sex, "sex", Text("未知", "Unknown"))


def _by_age(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    edges = [band[0] for band in AGE_BANDS] + [AGE_BANDS[-1][1] + 1]
    bands = [
        Group(f"0-{edges[0] - 1}", Text(f"{edges[0] - 1} 岁及以下", f"{edges[0] - 1} or younger")),
        *(
            Group(f"{low}-{high}", Text(f"{low}–{high} 岁", f"{low}–{high}"))
            for low, high in AGE_BANDS
        ),
        Group(f"{edges[-1]}-", Text(f"{edges[-1]} 岁及以上", f"{edges[-1]} or older")),
    ]
    return _occupied(np.searchsorted(edges, population.age, side="right"), bands)


def _by_education(population: Population, names: Names) -> tuple[Division, ...]:
    """Divide by the main groups of GB/T 4658: 11 (doctor) and 14 (master) belong to 10."""
    del names
    main = np.array([f"{code[:1]}0" for code in population.education], dtype=np.str_)
    return _by_terms(main, "education", Text("其他", "Other"))


def _by_township(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    return _by_terms(population.township, "township", Text("县外", "Other counties"))


def _by_household(population: Population, names: Names) -> tuple[Division, ...]:
    del names
    return _by_terms(population.household, "household_category", Text("其他", "Other"))


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
    del names
    found = []
    for number, (code, label) in enumerate(terms_of("key_group").items()):
        is_in = (population.key_groups >> number) & 1
        if is_in.any():
            found.append(Division(Groups(1 - is_in, 2), (Group(code, label),)))
    return tuple(found)


def by_task_type(names: Mapping[str, Text]) -> Dimension:
    """Return the division by main task type; ``names`` are their names by code."""
    groups = tuple(Group(*name) for name in names.items())

    def divide(population: Population, given: Names) -> tuple[Division, ...]:
        return _by_task_type(population, Names(given.companies, groups))

    return Dimension(code="task_type", label=Text("主要任务类型", "Main task type"), divide=divide)


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

DIMENSIONS: Final = (COMPANY, SEX, AGE, EDUCATION, TOWNSHIP, HOUSEHOLD)

BY_CODE: Final[Mapping[str, Dimension]] = {
    dimension.code: dimension for dimension in (*DIMENSIONS, PLACE, TASK_TYPE, KEY_GROUP)
}
"""Every dimension that a cube may name."""
