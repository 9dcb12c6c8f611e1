"""The changes of a layer as an Atom feed: what is new, what changed, what is gone, the latest first.

Any question that the map can be asked is a feed: the same parameters narrow it. An entry's identifier is that of its
record and never changes. Pages follow each other by `next` (RFC 5005) and stay right while records change; what is no
longer public is a deleted entry (RFC 6721): whoever keeps a copy can take it away.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.signing import BadSignature, Signer
from django.db.models import DateTimeField, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from mapping.conditional import etag, fresh, not_modified, whole
from mapping.formats.rows import snapshot
from mapping.gone import Gone, gone_from
from mapping.lists import in_words
from mapping.pages import SAID_ELSEWHERE
from mapping.query import Query, bad
from mapping.registry import Layer
from mapping.templatetags.face import fact
from mapping.versions import version
from mapping.views import find_layer
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence

PAGE = 50
PARAMETERS = ("city", "bbox", "near", "area", "datetime", "q")
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Moment = tuple[datetime, str]


class ChangeFeed(Atom1Feed):
    """Atom with tombstones, pages, and points."""

    def root_attributes(self) -> dict[str, str]:
        spaces = {"xmlns:at": "http://purl.org/atompub/tombstones/1.0", "xmlns:georss": "http://www.georss.org/georss"}
        return super().root_attributes() | spaces

    def latest_post_date(self) -> datetime:
        return self.feed["newest"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for rel, href in self.feed["pages"].items():
            handler.addQuickElement("link", "", {"rel": rel, "href": href, "type": "application/atom+xml"})
        for gone in self.feed["gone"]:
            said = {"ref": f"urn:uuid:{gone.uid}", "when": rfc3339_date(gone.at)}
            handler.addQuickElement("at:deleted-entry", None, said)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["point"]:
            handler.addQuickElement("georss:point", f"{item['point'].y:.6f} {item['point'].x:.6f}")


@dataclass(frozen=True)
class Source:
    """The public records of one layer that a feed tells of, and what is no longer among them."""

    layer: Layer
    rows: QuerySet
    gone: QuerySet[Gone]


@dataclass(frozen=True)
class Told:
    """A feed: what it is called, the page it belongs to, its own address, and what it tells of."""

    name: str
    title: str
    subtitle: str
    page: str
    path: str
    params: dict[str, Any]
    author: str
    sources: tuple[Source, ...]

    @property
    def tables(self) -> list[str]:
        """The tables whose change is a change of the feed."""
        return sorted({table for one in self.sources for table in one.layer.tables})

    def address(self, before: Moment | None = None) -> str:
        """The address of one page of it."""
        said = self.params | ({"before": make_cursor(self.name, before)} if before else {})
        return settings.SITE_URL + with_query(self.path, said)


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The feed of a layer, of one city or of any question; 304 when the reader has it."""
    layer, given = find_layer(slug), request.GET.copy()
    query, before = Query.parse(layer, without_cursor(given), PARAMETERS), read_cursor(slug, given)
    return answer(request, lambda: of_layer(query), before)


def answer(request: HttpRequest, make: Callable[[], Told], before: Moment | None) -> HttpResponseBase:
    """One page of a feed, or 304 when the reader has it. Version and body are read in one snapshot."""
    with snapshot():
        told = make()
        tag = etag(version(told.tables), told.address(before), get_language(), settings.SITE_URL, settings.RELEASE)
        if fresh(request, tag):
            return not_modified(tag)
        body = written(told, before).encode()
    return whole(request, body, ChangeFeed.content_type, tag)


def of_layer(query: Query) -> Told:
    """The feed of a layer's own question."""
    city = City.objects.using("public").defer("envelope").filter(slug=query.city).first() if query.city else None
    return Told(
        name=query.layer.slug,
        title=_("%(layer)s: what changed") % {"layer": title_of(query.layer, city)},
        subtitle=str(query.layer.description),
        page=page_address(query),
        path=reverse("changes", args=[query.layer.slug]),
        params=query.params(),
        author=body_of(city),
        sources=(Source(query.layer, query.rows(), gone_from(query.layer, query.city)),),
    )


def body_of(city: City | None) -> str:
    """Who speaks: the public body of the city, or the program."""
    return city.body or city.name if city else "Mappa Comune"


def without_cursor(given: QueryDict) -> QueryDict:
    kept = given.copy()
    kept.pop("before", None)
    return kept


def read_cursor(slug: str, given: QueryDict) -> Moment | None:
    """Where the page before ended; None for the first page."""
    said = given.getlist("before")
    if len(said) > 1:
        raise bad("before", "may be given once only")
    if not said:
        return None
    try:
        moment, _space, uid = Signer(salt=f"feed:{slug}").unsign(said[0]).partition(" ")
        return datetime.fromisoformat(moment), uid
    except (BadSignature, ValueError):
        raise bad("before", "is not one of ours; follow the `next` link") from None


def make_cursor(slug: str, end: Moment) -> str:
    return Signer(salt=f"feed:{slug}").sign(f"{end[0].isoformat()} {end[1]}")


def path_of(query: Query) -> str:
    """The path of this feed, in the language in use."""
    return with_query(reverse("changes", args=[query.layer.slug]), query.params())


def with_query(path: str, said: dict[str, Any]) -> str:
    return path + (f"?{urlencode(said, doseq=True, safe=',/:')}" if said else "")


def page_address(query: Query) -> str:
    """The page that explains the data of this feed."""
    place = ("dataset-city", [query.layer.slug, query.city]) if query.city else ("dataset", [query.layer.slug])
    return settings.SITE_URL + reverse(place[0], args=place[1])


def written(told: Told, before: Moment | None) -> str:
    """One page of the feed. Two statements a layer: the records, and what is gone."""
    records, gone = [], []
    for source in told.sources:
        newest = older(source.rows, "updated_at", before).values("pk")[: PAGE + 1]
        records += [one | {"layer": source.layer} for one in entries(source.layer).filter(pk__in=newest)]
        gone += list(older(source.gone.using("public"), "at", before)[: PAGE + 1])
    both = sorted([*map(moment_of, records), *map(moment_of, gone)], reverse=True)
    shown, rest = set(both[:PAGE]), both[PAGE:]
    pages = {"first": told.address()} | ({"next": told.address(both[PAGE - 1])} if rest else {})
    feed = ChangeFeed(
        title=clean(told.title),
        link=told.page,
        description=None,
        subtitle=clean(told.subtitle),
        language=get_language(),
        author_name=told.author,
        feed_url=told.address(before),
        feed_guid=told.address(),
        newest=max((moment for moment, _uid in both), default=NOTHING_YET),
        pages=pages,
        gone=[one for one in gone if moment_of(one) in shown],
    )
    for record in sorted(records, key=moment_of, reverse=True):
        if moment_of(record) in shown:
            add_entry(feed, record["layer"], record)
    return feed.writeString("utf-8")


def title_of(layer: Layer, city: City | None) -> str:
    return f"{layer.title}, {city.name}" if city else str(layer.title)


def moment_of(one: dict[str, Any] | Gone) -> Moment:
    return (one.at, one.uid) if isinstance(one, Gone) else (one["updated_at"], one["uid"])


def older(rows: QuerySet, moment: str, before: Moment | None) -> QuerySet:
    """These rows, the latest first, from where the page before ended."""
    rows = rows.order_by(f"-{moment}", "-uid")
    if before is None:
        return rows
    return rows.filter(Q(**{f"{moment}__lt": before[0]}) | Q(**{moment: before[0], "uid__lt": before[1]}))


def entries(layer: Layer) -> QuerySet:
    """What an entry says of each record: only what the layer publishes, and when it became public."""
    fields = {field.name for field in layer.queryset().model._meta.get_fields()}
    opened = Coalesce("public_since", "created_at", output_field=DateTimeField())
    since = opened if "public_since" in fields else F("created_at")
    paths = {f"_{attribute.name}": F(attribute.path) for attribute in layer.published}
    rows = layer.queryset().using("public").annotate(_since=since, _point=F(layer.label), **paths)
    return rows.values("uid", "updated_at", "language", "_since", "_point", *paths)


def add_entry(feed: ChangeFeed, layer: Layer, record: dict[str, Any]) -> None:
    link = settings.SITE_URL + reverse("feature", args=[record["_city"], layer.slug, record["uid"]])
    point: Point | None = record["_point"]
    rights = ". ".join(filter(None, [str(Licence(record["_licence"]).label), record["_attribution"]]))
    feed.add_item(
        title=clean(record["_name"]),
        link=link,
        description=clean(summary(layer, record)),
        unique_id=f"urn:uuid:{record['uid']}",
        pubdate=min(record["_since"], record["updated_at"]),
        updateddate=record["updated_at"],
        item_copyright=clean(rights),
        point=point,
    )


def summary(layer: Layer, record: dict[str, Any]) -> str:
    """The published facts of a record, as the paragraphs of a page."""
    facts = []
    for attribute in layer.published:
        value = record[f"_{attribute.name}"]
        if attribute.name not in SAID_ELSEWHERE and value not in (None, "", []):
            facts.append((attribute.title, fact(in_words(attribute, value), attribute)))
    return format_html_join("\n", "<p>{}: {}</p>", facts)


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)
