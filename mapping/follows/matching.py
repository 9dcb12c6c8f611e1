"""Which followers a happening is for: one statement for all who follow a record or a territory, and one for each
hundred different questions to the map, however many people ask them.

A question is asked as the map asks it (`Query.rows`), of the new happenings only: what is told is what is shown.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value
from django.utils import timezone

from commons.models import Follow, Happening
from mapping.errors import Problem
from mapping.follows.boundaries import move_followers
from mapping.follows.journal import Beat, beats
from mapping.follows.question import Question
from mapping.follows.subject import roads_of
from neighbourhoods.models import City
from people.models import User
from people.outbox import due, zone_of

log = logging.getLogger(__name__)
TOGETHER = 100
MOST_NEWS = 1_000  # of a kind in a city and round: an import of a whole register is not a hundred thousand news

SPREAD = """
INSERT INTO commons_notice (user_id, follow_id, happening_id, due_at)
SELECT DISTINCT ON (f.user_id, h.id) f.user_id, f.id, h.id,
       CASE f.rhythm WHEN 'daily' THEN %s WHEN 'weekly' THEN %s ELSE %s END AS due
FROM ({matched}) AS m (uid, road)
JOIN commons_happening h ON h.uid = m.uid AND h.layer = %s AND NOT h.spread AND h.city_id = %s
JOIN commons_follow f ON f.uid = m.road AND f.paused_at IS NULL AND f.since < h.at
JOIN people_user u ON u.id = f.user_id AND u.is_active
WHERE h.actor_id IS DISTINCT FROM f.user_id
  AND NOT (h.told_as <> '' AND EXISTS (
        SELECT FROM people_message t WHERE t.user_id = f.user_id AND t.created_at > h.at - interval '7 days'
        AND t.key LIKE h.told_as || '%%'))
ORDER BY f.user_id, h.id, due, f.id
ON CONFLICT ON CONSTRAINT commons_notice_once DO UPDATE
SET due_at = excluded.due_at, follow_id = excluded.follow_id
WHERE commons_notice.told_at IS NULL AND excluded.due_at < commons_notice.due_at
"""

# What somebody follows by itself is always told.
LEAVE_OUT = """
UPDATE commons_happening SET spread = true WHERE id IN (
    SELECT id FROM (SELECT h.id, row_number() OVER (PARTITION BY h.layer, h.city_id ORDER BY NOT EXISTS (
                        SELECT FROM commons_follow f WHERE f.uid = h.uid), h.id) AS place
                    FROM commons_happening h WHERE NOT h.spread) ranked WHERE place > %s)
"""


def spread(now: datetime | None = None) -> int:
    """Finds the followers of what is new; how many notices were written. Inside the caller's transaction."""
    now, written = now or timezone.now(), 0
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_OUT, [MOST_NEWS])
    waiting = Happening.objects.filter(spread=False)
    for beat in beats():
        new = waiting.filter(layer=beat.slug)
        for city in City.objects.filter(pk__in=new.values("city")):
            written += sum(give(beat, city, matched, now) for matched in roads(beat, city))
    move_followers()
    waiting.update(spread=True)
    return written


def give(beat: Beat, city: City, matched: tuple[str, list[Any]], now: datetime) -> int:
    """Writes the notices of those who follow by these roads: pairs of a record and what somebody may follow."""
    zone = zone_of({"city": city})
    moments = [due(User.Rhythm.DAILY, now, zone), due(User.Rhythm.WEEKLY, now, zone), now]
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(matched=matched[0]), [*moments, *matched[1], beat.slug, city.pk])
        return cursor.rowcount


def roads(beat: Beat, city: City) -> Iterator[tuple[str, list[Any]]]:
    """Statements of (identifier of a new happening's record, identifier of what a follower may follow)."""
    new = Happening.objects.filter(spread=False, layer=beat.slug, city=city).values("uid")
    rows = beat.layer.queryset().order_by().filter(**{"city": city, f"{beat.uid}__in": new})
    yield union([rows.values_list(beat.uid, path) for path in ["uid", *roads_of(rows.model)]])
    if not beat.layer.role:
        asked = [found for text in questions(city) if (found := asking(city, text, beat, new)) is not None]
        for first in range(0, len(asked), TOGETHER):
            yield union(asked[first : first + TOGETHER])


def questions(city: City) -> list[str]:
    """The different questions that somebody asks of a city's map."""
    asked = Follow.objects.heard().filter(city=city).order_by("question")
    return list(asked.values_list("question", flat=True).distinct())


def asking(city: City, text: str, beat: Beat, new: QuerySet) -> QuerySet | None:
    """What a question finds among what is new of a kind; None where it does not ask for its layer, or asks what the
    map no longer knows."""
    try:
        question = Question.read(city, text)
    except Problem as problem:
        log.warning("A question that is followed cannot be asked any more: %s", problem)
        return None
    if beat.layer not in question.selection.visible:
        return None
    rows = question.rows(question.selection.queries[beat.layer.slug]).order_by()
    return rows.filter(**{f"{beat.uid}__in": new}).values_list(beat.uid, Value(question.uid))


def union(parts: list[QuerySet]) -> tuple[str, list[Any]]:
    """One statement of several; those that can find nothing are left out."""
    statements, given = ["SELECT NULL::text, NULL::text WHERE false"], []
    for part in parts:
        try:
            statement, values = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(f"({statement})")
        given += values
    return " UNION ALL ".join(statements), given
