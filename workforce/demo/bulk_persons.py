"""The persons behind the employments of a large demo: names, ID numbers, where they come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from faker import Faker

from workforce.core.identity import id_check_character
from workforce.core.terms import terms_of
from workforce.demo.bulk_world import Ints
from workforce.demo.world import REGION, SEED

_NAME_POOL: Final = 600
"""Names are combined from so many surnames and given names: Faker makes one in 20 µs, not 15 000."""
_FIRST_BIRTHDAY: Final = dt.date(1980, 1, 1)
_BIRTHDAYS: Final = (dt.date(2004, 6, 30) - _FIRST_BIRTHDAY).days
_YOUNG_FROM: Final = dt.date(2001, 1, 1)
_EDUCATION: Final = ("60", "40", "30", "20", "70")
_EDUCATION_SHARES: Final = (0.46, 0.20, 0.20, 0.08, 0.06)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """One row a person. ``key_groups`` are pairs of a person's row and a group."""

    names: Sequence[str]
    id_numbers: Sequence[str]
    sexes: Sequence[str]
    born_on: Sequence[dt.date]
    educations: Sequence[str]
    townships: Sequence[str]
    categories: Sequence[str]
    phones: Sequence[str]
    key_groups: Sequence[tuple[int, str]]


def persons(count: int) -> Persons:
    """Return so many persons, always the same."""
    rng = np.random.default_rng([SEED, 4])
    is_man = rng.random(count) < 0.42  # noqa: PLR2004 - two in five
    offset = rng.integers(0, _BIRTHDAYS, count)
    born_on = [_FIRST_BIRTHDAY + dt.timedelta(days=days) for days in offset.tolist()]
    is_rural = rng.random(count) < 0.8  # noqa: PLR2004 - four in five
    return Persons(
        names=_names(is_man.tolist(), rng),
        id_numbers=_id_numbers(born_on, offset * 2 + is_man, is_man.tolist()),
        sexes=np.where(is_man, "1", "2").tolist(),
        born_on=born_on,
        educations=rng.choice(_EDUCATION, count, p=_EDUCATION_SHARES).tolist(),
        townships=rng.choice(tuple(terms_of("township")), count).tolist(),
        categories=np.where(is_rural, "rural", "urban").tolist(),
        phones=[f"13{number:09d}" for number in rng.integers(0, 10**9, count).tolist()],
        key_groups=_key_groups(is_rural.tolist(), born_on, rng),
    )


def _names(is_man: Sequence[bool], rng: np.random.Generator) -> list[str]:
    faker = Faker("zh_CN")
    faker.seed_instance(SEED)
    surnames = [faker.last_name() for _ in range(_NAME_POOL)]
    given = {
        True: [faker.first_name_male() for _ in range(_NAME_POOL)],
        False: [faker.first_name_female() for _ in range(_NAME_POOL)],
    }
    picks = rng.integers(0, _NAME_POOL, (len(is_man), 2)).tolist()
    return [
        surnames[first] + given[man][second]
        for man, (first, second) in zip(is_man, picks, strict=True)
    ]


def _id_numbers(born_on: Sequence[dt.date], twin_key: Ints, is_man: Sequence[bool]) -> list[str]:
    """Number those born on one day in turn, men oddly, women evenly: no number occurs twice."""
    order = np.argsort(twin_key, kind="stable")
    _, first, size = np.unique(twin_key[order], return_index=True, return_counts=True)
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size) - np.repeat(first, size)
    numbers = []
    for day, nth, man in zip(born_on, rank.tolist(), is_man, strict=True):
        first17 = f"{REGION}{day:%Y%m%d}{nth * 2 + (1 if man else 2):03d}"
        numbers.append(first17 + id_check_character(first17))
    return numbers


def _key_groups(
    is_rural: Sequence[bool], born_on: Sequence[dt.date], rng: np.random.Generator
) -> list[tuple[int, str]]:
    chances = rng.random((len(born_on), 4)).tolist()
    found = []
    for row, (poor, graduate, returnee, disabled) in enumerate(chances):
        if is_rural[row]:
            found.append((row, "rural_labour"))
            if poor < 0.3:  # noqa: PLR2004 - three in ten
                found.append((row, "formerly_poor"))
        if born_on[row] >= _YOUNG_FROM and graduate < 0.5:  # noqa: PLR2004 - half of the young
            found.append((row, "graduate"))
        if returnee < 0.2:  # noqa: PLR2004 - one in five worked elsewhere before
            found.append((row, "returnee"))
        if disabled < 0.04:  # noqa: PLR2004 - one in twenty-five
            found.append((row, "disabled"))
    return found


def bank_accounts(count: int) -> list[str]:
    """Return made-up account numbers of the county's rural commercial bank."""
    random = Random(SEED)  # noqa: S311 - made-up numbers, not secrets
    return [f"6213{random.randrange(10**14, 10**15)}" for _ in range(count)]
