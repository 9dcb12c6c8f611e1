"""The eight qualities of the manifesto as pages show them, each with the goals that follow from it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.qualities import GOALS, Quality

# The names of the goals of the 2030 Agenda that the manifesto serves, as the United Nations say them in short.
GOAL_NAMES: dict[int, Promise] = {
    3: _("Good health and well-being"),
    4: _("Quality education"),
    5: _("Gender equality"),
    10: _("Reduced inequalities"),
    11: _("Sustainable cities and communities"),
    13: _("Climate action"),
}


@dataclass(frozen=True)
class Goal:
    """One goal: its number, its name, and how many of the eight qualities serve it."""

    number: int
    name: Promise
    qualities: int


@dataclass(frozen=True)
class Said:
    """One quality in words, with its goals."""

    value: str
    label: Promise
    goals: tuple[Goal, ...]


def all_goals() -> dict[int, Goal]:
    """The goals that the qualities serve, by number."""
    served = Counter(number for goals in GOALS.values() for number in goals)
    return {number: Goal(number, GOAL_NAMES[number], served[number]) for number in sorted(served)}


def in_words(qualities: Iterable[str]) -> list[Said]:
    """These qualities, in the order given."""
    goals = all_goals()
    return [
        Said(Quality(one).value, Quality(one).label, tuple(goals[number] for number in GOALS[Quality(one)]))
        for one in qualities
    ]


def goals_in_words(numbers: Iterable[int]) -> list[Goal]:
    """These goals."""
    goals = all_goals()
    return [goals[number] for number in numbers]
