"""Followers of a territory whose boundary ends: they go on with the territory that covers most of it, and are told."""

import shapely
from django.db import connection

from commons.models import Follow, Happening
from mapping.follows.journal import ENDED
from neighbourhoods.geometry import cover
from neighbourhoods.models import Neighbourhood

LEAST = 0.05  # less of the old territory than this, and another only touches it

# Who follows the new one already stops following the old one; for the others one becomes the other.
MOVE = """
UPDATE commons_follow f SET uid = %(new)s, since = now() WHERE f.uid = %(old)s
AND NOT EXISTS (SELECT FROM commons_follow g WHERE g.user_id = f.user_id AND g.uid = %(new)s)
"""


def successors(uid: str) -> list[Neighbourhood]:
    """The territories in force that cover a territory which is not any more, the one that covers most of it first."""
    old = Neighbourhood.objects.select_related("partition").filter(uid=uid).first()
    if old is None:
        return []
    same = Neighbourhood.objects.public().current().in_role(old.partition.role).filter(city=old.city_id)
    touching = {
        one.uid: one for one in same.select_related("partition", "city").filter(boundary__intersects=old.boundary)
    }
    shapes = {key: shapely.from_wkb(bytes(one.boundary.wkb)) for key, one in touching.items()}
    shares = cover(shapely.from_wkb(bytes(old.boundary.wkb)), shapes)
    return [touching[key] for key, share in shares if share >= LEAST]


def move_followers() -> int:
    """Leads the followers of territories that have just ended on to what covers most of each; how many.

    Asked after the notices of the ends were written, which still name the old territory.
    """
    ended = Happening.objects.filter(spread=False, state=ENDED).exclude(before="").values_list("uid", flat=True)
    followed = Follow.objects.filter(uid__in=ended).values_list("uid", flat=True).distinct()
    moved = 0
    for uid in list(followed):
        if after := successors(uid):
            with connection.cursor() as cursor:
                cursor.execute(MOVE, {"new": after[0].uid, "old": uid})
                moved += cursor.rowcount
    return moved
