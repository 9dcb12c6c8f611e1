"""The eight qualities of the manifesto and the goals that each serves."""

from collections import Counter

from commons.qualities import GOALS, Quality, goals_of


def test_the_goals_are_those_of_the_manifesto():
    """Thirteen pairs, six goals: 11 in five qualities, 4 in three, 5 in two, 3, 10 and 13 in one."""
    assert set(GOALS) == set(Quality)
    assert Counter(goal for goals in GOALS.values() for goal in goals) == {11: 5, 4: 3, 5: 2, 3: 1, 10: 1, 13: 1}


def test_goals_follow_from_qualities_each_once_in_order():
    assert goals_of(["accessible", "attentive", "green"]) == [5, 10, 11, 13]
    assert goals_of([]) == []
