"""By what the figures are divided: company, sex, age, education, township, household. One place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.population import Codes, Groups, Population

AGE_BANDS: Final = ((25, 34), (35, 44), (45, 54))
"""Completed years, both ends included; younger and older are the first and the last band."""


@dataclass(frozen=True, slots=True)
class Division:
    """A population divided: its groups and their labels. Groups with nobody in them are left out."""

    groups: Groups
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to divide a population; ``companies`` are the names behind ``Population.company``."""

    code: str
    label: Text
    divide: Callable[[Population, Sequence[Text]], Division]


def _occupied(codes: Column, labels: Sequence[Text], *, splits_persons: bool = False) -> Division:
    """Leave out the labels that nobody has."""
    found, dense = np.unique(codes, return_inverse=True)
    groups = Groups(dense.astype(np.int64), int(found.size), splits_persons=splits_persons)
    return Division(groups, tuple(labels[int(index)] for index in found))


def _by_terms(values: Codes, kind: str, other: Text) -> Division:
    """Divide by the codes of a kind of ``terms.toml``, in its order; unknown codes come last."""
    labels = terms_of(kind)
    index = {code: number for number, code in enumerate(labels)}
    codes = np.fromiter((index.get(value, len(index)) for value in values), np.int64, values.size)
    return _occupied(codes, [*labels.values(), other])


def _by_company(population: Population, companies: Sequence[Text]) -> Division:
    return _occupied(population.company, companies, splits_persons=True)


def _by_sex(population: Population, companies: Sequence[Text]) -> Division:
    del companies
    return _by_terms(population.sex, "sex", Text("未知", "Unknown"))


def _by_age(population: Population, companies: Sequence[Text]) -> Division:
    del companies
    edges = [band[0] for band in AGE_BANDS] + [AGE_BANDS[-1][1] + 1]
    labels = [
        Text(f"{edges[0] - 1} 岁及以下", f"{edges[0] - 1} or younger"),
        *(Text(f"{low}–{high} 岁", f"{low}–{high}") for low, high in AGE_BANDS),
        Text(f"{edges[-1]} 岁及以上", f"{edges[-1]} or older"),
    ]
    return _occupied(np.searchsorted(edges, population.age, side="right"), labels)


def _by_education(population: Population, companies: Sequence[Text]) -> Division:
    """Divide by the main groups of GB/T 4658: 11 (doctor) and 14 (master) belong to 10."""
    del companies
    main = np.array([f"{code[:1]}0" for code in population.education], dtype=np.str_)
    return _by_terms(main, "education", Text("其他", "Other"))


def _by_township(population: Population, companies: Sequence[Text]) -> Division:
    del companies
    return _by_terms(population.township, "township", Text("县外", "Other counties"))


def _by_household(population: Population, companies: Sequence[Text]) -> Division:
    del companies
    return _by_terms(population.household, "household_category", Text("其他", "Other"))


def _by_place(population: Population, companies: Sequence[Text]) -> Division:
    del companies
    labels = (Text("基地内企业", "Companies in the base"), Text("基地外企业", "Companies outside"))
    return _occupied(np.where(population.is_inside, 0, 1).astype(np.int64), labels)


def by_task_type(names: Mapping[str, Text]) -> Dimension:
    """Return the division by main task type; ``names`` are their names by code."""

    def divide(population: Population, companies: Sequence[Text]) -> Division:
        del companies
        index = {code: number for number, code in enumerate(names)}
        codes = np.fromiter(
            (index.get(code, len(index)) for code in population.task_type),
            np.int64,
            population.size,
        )
        without = Text("没有计件工资", "Without piece wages")
        return _occupied(codes, [*names.values(), without])

    return Dimension(code="task_type", label=Text("主要任务类型", "Main task type"), divide=divide)


COMPANY: Final = Dimension(code="company", label=Text("企业", "Company"), divide=_by_company)
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

DIMENSIONS: Final = (COMPANY, SEX, AGE, EDUCATION, TOWNSHIP, HOUSEHOLD)
