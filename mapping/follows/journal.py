"""What has happened in public, layer by layer: `note()` compares what LAYERS shows now with what was last seen of it.

Nothing else is read, so a thing that no layer publishes happens nowhere, and whoever writes a record (a form, an
import, a statement typed by hand) is noted all the same. What was written between two rounds counts as one.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, DateTimeField, Exists, F, Func, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from commons.models import CoDesignSession, Proposal, Step
from mapping.layers import LAYERS
from mapping.registry import Layer

MEETINGS = "sessions"
OFF = "off "  # before the moment of a meeting that was called off
ENDED = "ended"  # the state of a territory that is no longer in force; in force, it is a digest of its boundary

# %s: a SELECT of uid, city, state, moment. A layer that was never seen is old: its records happened when they say.
NOTE = """
WITH shown (uid, city_id, state, at) AS ({shown}),
     seen AS (SELECT DISTINCT ON (uid) uid, number, state FROM commons_happening WHERE layer = %s
              ORDER BY uid, number DESC),
     known AS (SELECT EXISTS (SELECT FROM seen) AS before)
INSERT INTO commons_happening (uid, number, layer, city_id, state, before, at, told_as, spread)
SELECT shown.uid, coalesce(seen.number, 0) + 1, %s, shown.city_id, shown.state, coalesce(seen.state, ''),
       CASE WHEN known.before THEN clock_timestamp() ELSE shown.at END, '', false
FROM shown CROSS JOIN known LEFT JOIN seen USING (uid)
WHERE seen.state IS DISTINCT FROM shown.state
ON CONFLICT ON CONSTRAINT commons_happening_once DO NOTHING
"""
# The last step of a record: its message has told the same to those who take part, and whoever made it knows.
STEPS = """
UPDATE commons_happening h SET told_as = 'step:' || last.id || ':', actor_id = last.actor_id
FROM {table} r CROSS JOIN LATERAL (SELECT id, actor_id FROM commons_step WHERE {owner}_id = r.id
                                   ORDER BY id DESC LIMIT 1) last
WHERE r.uid = h.uid AND h.layer = %s AND NOT h.spread
"""

CALLED = """
UPDATE commons_happening h SET told_as = 'session_invitation:' || s.uid || ':', actor_id = s.called_by_id
FROM commons_codesignsession s WHERE s.uid = h.uid AND h.layer = %s AND NOT h.spread
"""


def followed_layers() -> list[Layer]:
    """The layers in which things happen: those that show a state, and the territories."""
    return [layer for layer in LAYERS.values() if layer.role or (layer.legend.attribute and not layer.background)]


@dataclass(frozen=True)
class Beat:
    """One kind of thing that happens: records of a layer, or what hangs on them. `uid` is its path from the layer."""

    slug: str
    layer: Layer
    uid: str = "uid"


def beats() -> list[Beat]:
    """Everything that happens: to the records of the layers, and the meetings of proposals."""
    meetings = Beat(MEETINGS, LAYERS["proposals"], "sessions__uid")
    return [*(Beat(layer.slug, layer) for layer in followed_layers()), meetings]


def note() -> int:
    """Writes down what happened since the last time; how many things. Two statements a layer, however many."""
    noted = 0
    for layer in followed_layers():
        new = write_down(layer.slug, shown_now(layer))
        model: Any = layer.queryset().model
        if new and (owner := getattr(model, "machine", "")):
            link(STEPS.format(table=model._meta.db_table, owner=owner), layer.slug)
        noted += new
    if new := write_down(MEETINGS, meetings_now()):
        link(CALLED, MEETINGS)
    return noted + new


def write_down(slug: str, shown: QuerySet) -> int:
    try:
        statement, given = shown.query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(NOTE.format(shown=statement), [*given, slug, slug])
        return cursor.rowcount


def link(statement: str, slug: str) -> None:
    """Says of what is new who did it, and which messages have told the same."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [slug])


def meetings_now() -> QuerySet:
    """The meetings to come that everybody may know of, each with its moment; one that was called off says so."""
    begun = Step.objects.filter(proposal=OuterRef("proposal"), target_state=Proposal.State.CODESIGN)
    ahead = CoDesignSession.objects.filter(Exists(begun), proposal__in=Proposal.objects.public())
    moment = Stamp("starts_at")
    state = Case(When(cancelled_at__isnull=True, then=moment), default=Concat(Value(OFF), moment))
    rows = ahead.filter(starts_at__gte=timezone.now()).order_by().annotate(_state=state)
    return rows.values_list("uid", "proposal__city_id", "_state", "updated_at")


def shown_now(layer: Layer) -> QuerySet:
    """What a layer shows: identifier, city, state, and since when it is public."""
    rows = layer.queryset().order_by()
    if layer.role:
        state: Any = Case(When(partition__current=True, then=Digest("boundary")), default=Value(ENDED))
    else:
        state = Cast(F(layer.legend.attribute), CharField())
    fields = {field.name for field in rows.model._meta.get_fields()}
    opened = Coalesce("public_since", "created_at", output_field=DateTimeField())
    since = opened if "public_since" in fields else F("created_at")
    return rows.annotate(_state=state, _since=since).values_list("uid", "city_id", "_state", "_since")


class Digest(Func):
    """A short name of a geometry: another one for any other."""

    template = "md5(ST_AsBinary(%(expressions)s))"
    output_field = CharField()


class Stamp(Func):
    """A moment as RFC 3339 writes it, in UTC and to the minute."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')"""
    output_field = CharField()
