"""What an export says of itself wherever its format has room: what it is, of when, under which licence, whose work."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mapping.formats.rows import columns, compiled, srid
from mapping.query import Query
from neighbourhoods.vocabulary import Licence

LANGUAGE = "it"


@dataclass(frozen=True)
class Credit:
    """Records of one licence and one attribution, and how many they are."""

    licence: str
    attribution: str
    count: int

    @property
    def url(self) -> str:
        return Licence(self.licence).url


@dataclass
class Survey:
    """What is in an export: how many records of which type of geometry ("" for none), their box in degrees, whose."""

    count: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    box: list[float] = field(default_factory=list)
    credits: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, kind: str | None, licence: str, attribution: str, count: int, box: list[float | None]) -> None:
        self.count += count
        self.kinds[kind or ""] = self.kinds.get(kind or "", 0) + count
        key = (licence, attribution)
        self.credits[key] = self.credits.get(key, 0) + count
        if box[0] is not None:
            mine = self.box or box
            self.box = [min(mine[0], box[0]), min(mine[1], box[1]), max(mine[2], box[2]), max(mine[3], box[3])]


@dataclass(frozen=True)
class About:
    """The facts of one export, in words."""

    title: str
    description: str
    address: str
    crs: str
    made: str
    licence: str
    licence_url: str
    attribution: str
    reserved: bool
    credits: tuple[Credit, ...] = ()


def survey(cursor: CursorWrapper, query: Query) -> Survey:
    """Looks at all matching records once, in the snapshot of the cursor."""
    rows = query.page(columns(query.layer))
    try:
        source, params = compiled(query.layer, rows if query.limit is None else rows[: query.limit])
    except EmptyResultSet:  # a search in a layer without words, for example
        return Survey()
    names = [attribute.name for attribute in query.layer.published]
    licence, attribution = (f"t.c{names.index(name)}" for name in ("licence", "attribution"))
    cursor.execute(
        f"SELECT GeometryType(t.g), {licence}, {attribution}, count(*), ST_XMin(ST_Extent(t.g)), "
        "ST_YMin(ST_Extent(t.g)), ST_XMax(ST_Extent(t.g)), ST_YMax(ST_Extent(t.g)) "
        f"FROM {source} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        params,
    )
    found = Survey()
    for kind, licence, attribution, count, *box in cursor.fetchall():
        found.add(plain(kind), plain(licence), plain(attribution), count, box)
    return found


def plain(value: str | bytes | None) -> str:
    """A text that may have come as bytes."""
    return value.decode() if isinstance(value, bytes) else value or ""


def about(query: Query, seen: Survey | None = None) -> About:
    """The facts, in Italian as the data are. Without a survey, for a text that is streamed, they say neither whose the
    single records are, which stands in their rows, nor when it was made: the same data are the same bytes."""
    layer = query.layer
    with translation.override(LANGUAGE):
        title = " – ".join(filter(None, [str(layer.title), query.city]))
        if layer.reserved:
            title = f"{reserved_word()}: {title}"
        credits = tuple(Credit(*key, count) for key, count in seen.credits.items()) if seen else ()
        crs = "CRS84 (EPSG:4326)" if query.crs == "CRS84" else f"EPSG:{srid(query)}"
        made = timezone.now().isoformat(timespec="seconds") if seen else ""
        address = settings.SITE_URL + query.address("geojson", query.after)
        said = dict.fromkeys(credit.attribution for credit in credits if credit.attribution)
        licence = Licence(layer.licence)
        return About(
            title, str(layer.description), address, crs, made, licence.value, licence.url,
            "; ".join(said) or layer.attribution, layer.reserved, credits,
        )  # fmt: skip


def reserved_word() -> str:
    """What a file of what is not public says first."""
    return _("Reserved")


def facts(one: About) -> list[tuple[str, str]]:
    """Title and value of each fact, in Italian."""
    with translation.override(LANGUAGE):
        found = [(_("Title"), one.title), (_("What it is"), one.description)]
        if one.reserved:
            found.append((_("Reserved"), _("Not public: for the office only. Do not pass it on.")))
        found += [(_("Address"), one.address), (_("Coordinates"), one.crs)]
        if one.made:
            found.append((_("Made on"), one.made))
        found.append((_("Licence"), _("%(licence)s unless a record says otherwise") % {"licence": one.licence}))
        found.append((_("Text of the licence"), one.licence_url))
        for credit in one.credits:
            of = _("%(count)d records: %(licence)s") % {"count": credit.count, "licence": credit.licence}
            found.append((_("Of these"), " – ".join(filter(None, [of, credit.attribution, credit.url]))))
        return found


def sentences(one: About) -> str:
    """The same as text, one fact a line."""
    return "\n".join(f"{title}: {value}" for title, value in facts(one))
