"""What an official is not told of computed returns; all of it is plain figures."""

from __future__ import annotations

from tests.factories.returns import FIGURES
from workforce.returns.protection import Told, withheld_of_company, withheld_of_month


def test_an_official_is_not_told_of_few() -> None:
    figures = {
        "jobs_start": 9,
        "joined": 1,
        "left": 0,
        "jobs_end": 10,
        "end_women": 7,  # leaves 3 men
        "end_rural_labour": 5,
        "insured": 10,
        "total_wages": 3_050_000,
        "time_wages": 2_000_000,
        "piece_wages": 1_000_000,
        "bonus_wages": 50_000,
        "worked_hours": 160_000,
        "overtime_hours": 300,
    }
    behind = {"total_wages": 10, "time_wages": 10, "piece_wages": 8, "bonus_wages": 1}
    assert withheld_of_company(figures, behind) == {
        "joined",
        "left",
        "end_women",
        # The bonus of one is the total less the other parts: the lesser of these goes with it.
        "piece_wages",
        "bonus_wages",
        # Nobody knows how many worked overtime.
        "overtime_hours",
    }
    assert withheld_of_company({**figures, "jobs_start": 4}, behind) == figures.keys()
    parts = {"time_wages", "piece_wages", "bonus_wages"}
    # A bonus of 500 000 is within a fifth of what is left beside a piece wage of 99 999, not of 100 000.
    wages = {**figures, "bonus_wages": 500_000, "piece_wages": 99_999}
    assert withheld_of_company(wages, behind) & parts == {"time_wages", "bonus_wages"}
    wages["piece_wages"] = 100_000
    assert withheld_of_company(wages, behind) & parts == {"piece_wages", "bonus_wages"}
    assert parts <= withheld_of_company({**wages, "time_wages": 9, "piece_wages": 9}, behind)


def test_what_one_company_withholds_is_not_what_all_others_leave() -> None:
    def told(women: int, insured: int, bonus: int, of_bonus: int = 20) -> Told:
        figures = {
            **FIGURES,
            "end_women": women,
            "insured": insured,
            "bonus_wages": bonus,
            "joined": 0,
            "left": 0,
        }
        parts = [code for code in figures if code.endswith("_wages")]
        return Told(figures, {**dict.fromkeys(parts, 40), "bonus_wages": of_bonus})

    # Of 41 people: two women; one bonus of two people, which the whole base's bonus would tell.
    small, large, middle = told(2, 30, 900_000, 2), told(25, 20, 800_000), told(20, 36, 100_000)
    found = withheld_of_month({1: small, 2: large, 3: middle}, ())
    assert found == {
        1: {"end_women", "bonus_wages", "overtime_wages"},
        # The third's bonus is less than a fifth of the first's. In each company another part goes with it.
        2: {"bonus_wages", "overtime_wages"},
        3: {"end_women"},
    }
    # Of four people nothing is told, nor what the base's wages less all others' would tell of them.
    tiny = Told({**FIGURES, "jobs_start": 4, "special_wages": 0}, small.behind)
    found = withheld_of_month({1: tiny, 2: large, 3: middle}, ())
    assert found[1] == FIGURES.keys()
    assert {"total_wages", "time_wages"} <= found[2] | found[3]
    assert "jobs_end" not in found[2] | found[3]
    assert withheld_of_month({2: large}, ()) == {2: frozenset()}


def test_what_one_company_withholds_is_not_what_all_others_of_its_place_leave() -> None:
    """Of 41 people each; women are published of everybody inside and outside: inside are 1 and 4, outside 2 and 3."""
    women = {1: 2, 2: 10, 3: 12, 4: 30}
    returns = {
        company: Told({"jobs_start": 41, "jobs_end": 41, "end_women": count}, {})
        for company, count in women.items()
    }

    found = withheld_of_month(returns, {1, 4})

    assert {company for company, codes in found.items() if "end_women" in codes} == {1, 4}


def test_what_a_number_leaves_of_the_whole_is_not_found_either() -> None:
    """Not women are 2 of 41, 0 of 30 and 9 of 41: 2 and 0 together would be 2. Tables tell other companies' coverage: none here."""
    people = {1: (41, 39), 2: (30, 30), 3: (41, 32)}

    def told(code: str) -> dict[int, Told]:
        return {
            company: Told({"jobs_start": jobs, "jobs_end": jobs, code: count}, {})
            for company, (jobs, count) in people.items()
        }

    women = withheld_of_month(told("end_women"), ())
    assert {company for company, codes in women.items() if codes} == {1, 3}
    assert all(codes == {"insured"} for codes in withheld_of_month(told("insured"), ()).values())
