"""One statement for one question: every kind by its indexes, each with its best few, in the order a person expects.

A name that is what was asked comes first, then one that begins so, then one that holds the words, then a record that
holds them anywhere. Only where nothing does, names that are alike are looked for.

A statement is compiled once for each set of kinds; what is asked is put into it as parameters.
"""

from functools import lru_cache

from django.db.models import BooleanField, CharField, F, FloatField, Func, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from mapping.finding.kinds import other_paths, own_paths, weight
from mapping.layers import ADDRESSES
from mapping.places import columns
from mapping.query import Query
from mapping.registry import Layer

CITY = 2**31 - 57  # stands in a compiled statement for the key of the city
FIRST = 60  # names of a kind that begin as asked, looked at to find the best
FURTHER = 120  # names and records of a kind that hold the words
ALIKE = 400
EXACT, BEGINS, PART, ENDS, HOLDS, ANYWHERE = 100, 80, 70, 62, 50, 20
HIT = ("layer", "uid", "city", "name", "number", "state", "address", "neighbourhood", "precision", "example",
       "x", "y", "west", "south", "east", "north")  # fmt: skip


class Asked(str):
    """A parameter of a compiled statement: the name of what is put in its place."""


ALL, STREET, NUMBER, DOOR, MOST = (Asked(name) for name in ("all", "street", "number", "door", "most"))


class Plain(Func):
    """A text as it is compared: small letters without accents and signs."""

    function, output_field = "mc_plain", TextField()


class Ordered(Func):
    """A plain text in the order of its bytes, which is the order of its beginnings."""

    template, output_field = '(mc_plain(%(expressions)s) COLLATE "C")', TextField()


class Words(Func):
    function, output_field = "mc_words", TextField()


class Together(Func):
    template, arg_joiner, output_field = "(%(expressions)s)", " || ' ' || ", TextField()


class Edge(Func):
    output_field = FloatField()


def name_path(layer: Layer) -> str:
    return layer.searched[0].path


def document(layer: Layer) -> Together:
    """All that is searched of a record's own, as one text."""
    return Together(*(Coalesce(F(path), Value(""), output_field=TextField()) for path in own_paths(layer)))


def compiled(rows: QuerySet) -> tuple[str, tuple]:
    return rows.query.get_compiler("public").as_sql()


@lru_cache(maxsize=200)
def of_kind(layer: Layer, words: Asked, one_city: bool, alike: bool) -> tuple[str, tuple]:
    """The best hits of one kind for the words that are asked of it."""
    rows = Query(layer).rows().order_by()
    if one_city:
        rows = rows.filter(city_id=CITY)
    if layer is ADDRESSES:
        rows = numbered(rows)
    keys, params = (keys_alike if alike else keys_of)(layer, rows, words)
    # The keys are of the city already. Asked again, it would be the way to the records, and all of it be read.
    every = Query(layer).rows().order_by()
    shown, shown_params = compiled(every.annotate(**told(layer)).values_list("pk", *told(layer)))
    name = "mc_plain(t.name)"
    if alike:
        score, scored = f"40 * word_similarity(mc_plain(%s), {name})", (words,)
    else:
        score = (
            f"CASE k.tier WHEN 1 THEN CASE WHEN {name} = mc_plain(%s) THEN {EXACT} "
            f"WHEN {name} LIKE mc_plain(%s) || ' %%' THEN {BEGINS} ELSE {PART} END "
            f"WHEN 2 THEN CASE WHEN {name} LIKE '%% ' || mc_plain(%s) THEN {ENDS} ELSE {HOLDS} END ELSE {ANYWHERE} END"
        )
        scored = (words, words, words)
    if layer is ADDRESSES:
        score, scored = f"{score} + CASE WHEN mc_plain(t.number) = mc_plain(%s) THEN 4 ELSE 0 END", (*scored, DOOR)
    listed = ", ".join(("pk", *HIT))
    sql = (
        f"WITH k(id, tier) AS MATERIALIZED ({keys}) "  # never asked again for each of the records
        f"SELECT {', '.join(f't.{column}' for column in HIT)}, "
        f"({score} + {weight(layer)} - 0.2 * least(length(t.name), 60))::float AS score, "
        f"k.tier FROM ({shown}) AS t({listed}) JOIN k ON k.id = t.pk "
        f"ORDER BY score DESC, t.name, t.number, t.uid LIMIT %s"
    )
    return sql, (*params, *scored, *shown_params, MOST)


def told(layer: Layer) -> dict[str, object]:
    """The columns of a hit, by the names of HIT after the identifier."""
    known = columns(layer)
    published = {attribute.name for attribute in layer.published}
    nothing = RawSQL("NULL::float", (), output_field=FloatField())
    box = {edge: Edge(F(layer.geometry), function=f"ST_{edge}") for edge in ("XMin", "YMin", "XMax", "YMax")}
    edges = box if layer.geometry else dict.fromkeys(box, nothing)
    number = F("number") if "number" in published else Value("", output_field=CharField())
    return {
        "h_layer": known["p_layer"],
        "h_uid": F("uid"),
        "h_city": F("city__slug"),
        "h_name": known["p_name"],
        "h_number": number,
        "h_state": known["p_state"],
        "h_address": known["p_address"],
        "h_neighbourhood": known["p_neighbourhood"],
        "h_precision": known["p_precision"],
        "h_example": known["p_example"],
        "h_x": known["p_lon"] if layer.label else nothing,
        "h_y": known["p_lat"] if layer.label else nothing,
    } | {f"h_{name}": edge for name, edge in edges.items()}


def keys_of(layer: Layer, rows: QuerySet, words: Asked) -> tuple[str, tuple]:
    """Which records of a kind hold the words, and how: 1 where the name begins so, 2 in the name, 3 anywhere."""
    if words is STREET:  # a number follows: the words before it are whole
        begins = only(rows, Ordered(F(name_path(layer))), "= mc_plain(%s)", (words,))
    else:
        # Not LIKE: the statement is planned before its words are known, and must find the way to the index then.
        condition = "BETWEEN mc_plain(%s) AND mc_plain(%s) || chr(1114111) AND mc_plain(%s) <> ''"
        begins = only(rows, Ordered(F(name_path(layer))), condition, (words, words, words))
    begins = begins.order_by(Ordered(F(name_path(layer))), "pk")
    ways = [(1, begins, FIRST), (2, holding(rows, F(name_path(layer)), words), FURTHER)]
    if len(own_paths(layer)) > 1:
        ways.append((3, holding(rows, document(layer), words), FURTHER))
    for path in other_paths(layer):
        ways.append((3, only(rows, Plain(F(path)), "LIKE '%%' || mc_plain(%s) || '%%'", (words,)), FURTHER))
    texts, params = [], ()
    for tier, found, most in ways:
        sql, given = compiled(found.values_list("pk")[:most])
        texts.append(f"SELECT {tier} AS tier, f.id FROM ({sql}) AS f(id)")
        params += given
    return f"SELECT id, min(tier) FROM ({' UNION ALL '.join(texts)}) AS u GROUP BY id", params


def keys_alike(layer: Layer, rows: QuerySet, words: Asked) -> tuple[str, tuple]:
    """Records of a kind whose name is like the words; the threshold is set beside the statement."""
    found = only(rows, Plain(F(name_path(layer))), "%%> mc_plain(%s)", (words,))
    sql, params = compiled(found.values_list("pk")[:ALIKE])
    return f"SELECT id, 3 FROM ({sql}) AS f(id)", params


def holding(rows: QuerySet, text: object, words: Asked) -> QuerySet:
    return only(rows, Words(text), f"@@ mc_asked(%s, {words is not STREET})", (words,))


def numbered(rows: QuerySet) -> QuerySet:
    """The doors with the number that is asked, its letters or not: "12" finds "12/A" too."""
    return only(rows, F("number"), "~* ('^' || %s || '([^0-9]|$)')", (NUMBER,))


def only(rows: QuerySet, value: object, condition: str, params: tuple) -> QuerySet:
    """The rows where a value fulfils a condition written in SQL."""
    return rows.filter(Holds(value, RawSQL(condition, params)))


class Holds(Func):
    """A value, then the operator and the other side."""

    output_field = BooleanField()

    def as_sql(self, compiler: object, connection: object, **extra: object) -> tuple[str, tuple]:
        value, condition = self.get_source_expressions()
        sql, params = compiler.compile(value)
        return f"({sql} {condition.sql})", (*params, *condition.params)


def whole(parts: list[tuple[Layer, Asked]], one_city: bool, alike: bool) -> tuple[str, tuple]:
    """The statement over several kinds."""
    texts, params = [], ()
    for layer, words in parts:
        sql, given = of_kind(layer, words, one_city, alike)
        texts.append(f"({sql})")
        params += given
    return " UNION ALL ".join(texts), params
