"""Which figures are withheld so that nobody is found in what is published, and the proof of it.

``rules`` says which figures are sensitive and how closely nobody may bound them; ``problem`` states a
month as variables and equations; ``witnesses`` chooses what is withheld. The package knows no word
of the trade: figures are numbers that add up. How a month's cubes become a problem is
``statistics/protection.py``.
"""

from workforce.statistics.disclosure.problem import Need, Problem, State
from workforce.statistics.disclosure.rules import RULES, Rules
from workforce.statistics.disclosure.witnesses import DisclosureError, Protected, protect

__all__ = [
    "RULES",
    "DisclosureError",
    "Need",
    "Problem",
    "Protected",
    "Rules",
    "State",
    "protect",
]
