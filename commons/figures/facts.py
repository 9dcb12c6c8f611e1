"""Loads the facts of `fixtures/facts/`: programmes, totals that are known without records, and published figures.

A fact is known by its city and key. What is missing is added; what is there is left as the office left it.
"""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from commons.demo import FIXTURES, load_known
from commons.models import KnownTotal, Programme, PublishedFigure
from neighbourhoods.models import City

FACTS = FIXTURES / "facts"
DAYS = ("first", "last", "as_of", "dated", "starts_on", "ends_on")
NUMBERS = ("value", "last_digit")


def cities_with_facts() -> list[str]:
    """The slugs of the cities that facts are known of."""
    return sorted(path.stem for path in FACTS.glob("*.json"))


@transaction.atomic
def load_facts(slug: str) -> Counter[str]:
    """Add the facts that a city lacks, and the city itself if it is not there; returns how many, by model name."""
    city = City.objects.filter(slug=slug).first() or load_known(slug)
    content = json.loads((FACTS / f"{slug}.json").read_text(encoding="utf-8"))
    added: Counter[str] = Counter()
    for model, entries in (
        (Programme, content["programmes"]),
        (KnownTotal, content["totals"]),
        (PublishedFigure, content["figures"]),
    ):
        known = set(model.objects.filter(city=city).values_list("key", flat=True))
        for entry in entries:
            if entry["key"] not in known:
                add(model, city, entry, content["sources"])
                added[model._meta.model_name] += 1
    return added


def add(model: type, city: City, entry: dict[str, Any], sources: dict[str, dict[str, str]]) -> None:
    """One fact; its source is named by a key of the file. Raises ValidationError for one that says no source."""
    said = sources[entry["source"]]
    fields = {field.name for field in model._meta.get_fields()}
    values = {**{name: value for name, value in said.items() if name in fields}, **entry, "source": said["source"]}
    for name, value in values.items():
        if name in DAYS:
            values[name] = date.fromisoformat(value)
        elif name in NUMBERS:
            values[name] = Decimal(value)
        elif name in ("parent", "programme"):
            values[name] = Programme.objects.get(city=city, key=value)
    record = model(city=city, **values)
    record.full_clean()
    record.save(force_insert=True)
