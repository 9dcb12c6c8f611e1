"""The records of a query asked for by key: what it names is looked up first."""

from dataclasses import replace

from django.db.models import QuerySet

from mapping.query import Query
from neighbourhoods.models import City


def by_keys(query: Query) -> QuerySet:
    """The records of `query.rows()`, with the city and the territories that are named looked up first (a statement
    each): then one table is enough, and PostgreSQL knows how many records a key has. Holds as long as the version of
    the layer."""
    city = City.objects.using("public").filter(slug=query.city).first() if query.city else None
    paths = {name: query.layer.attribute(name).path.partition("__") for name in query.filters}
    own = {name: values for name, values in query.filters.items() if not paths[name][2]}
    rows = replace(query, filters=own).rows(city=city)
    for name in query.filters.keys() - own.keys():
        key, _, path = paths[name]
        model = rows.model._meta.get_field(key).related_model
        found = model._default_manager.using("public").filter(**{f"{path}__in": query.filters[name]})
        if city and hasattr(model, "city"):
            found = found.filter(city=city)
        rows = rows.filter(**{f"{key}__in": list(found.order_by("pk").values_list("pk", flat=True))})
    return rows
