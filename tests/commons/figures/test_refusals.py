"""What is refused, with a sentence: numbers without source, programmes in themselves, money without kind or period."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, transaction
from django.utils import translation

from commons.figures.editions import publish_edition
from commons.figures.facts import add
from commons.models import Edition, Funding, Programme, PublishedFigure
from commons.refusals import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db
SOURCE = {"source": "Bilancio sociale", "locator": "pagina 3"}


def figure(**more) -> PublishedFigure:
    values = {
        "city": make.CityFactory(), "indicator": "signings", "last": date(2024, 12, 31), "as_of": date(2024, 12, 31),
        "value": Decimal(3), "unit": "count",
    }  # fmt: skip
    return PublishedFigure(**values | SOURCE | more)


@pytest.mark.parametrize("missing", ["source", "locator"])
def test_a_published_figure_says_where_it_comes_from(missing):
    one = figure(**{missing: " "})
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        one.full_clean()
    assert "source" in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_a_fact_of_a_file_without_a_source_loads_nothing():
    with pytest.raises(ValidationError):
        add(PublishedFigure, make.CityFactory(), {
            "key": "x", "indicator": "signings", "last": "2024-12-31", "as_of": "2024-12-31", "value": "3",
            "unit": "count", "source": "none", "locator": "p. 1",
        }, {"none": {"source": ""}})  # fmt: skip
    assert not PublishedFigure.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"indicator": "happiness"}, {"indicator": "jobs"}, {"first": date(2025, 1, 1)}], ids=str
)
def test_a_figure_is_about_something_that_the_map_knows(wrong):
    with pytest.raises(ValidationError):
        figure(**wrong).full_clean()


def test_a_programme_is_never_part_of_itself_at_any_depth():
    city = make.CityFactory()
    plan = Programme.objects.create(city=city, name="Piano", **SOURCE)
    part = Programme.objects.create(city=city, name="Parte", parent=plan, **SOURCE)
    leaf = Programme.objects.create(city=city, name="Foglia", parent=part, **SOURCE)
    for inside in (plan, part, leaf):
        plan.parent = inside
        with pytest.raises(ValidationError):
            plan.full_clean()
        with pytest.raises(Error), transaction.atomic():
            Programme.objects.filter(pk=plan.pk).update(parent=inside)


@pytest.mark.parametrize("missing", ["kind", "period_start", "period_end"])
def test_money_has_a_kind_and_a_period(missing):
    programme = Programme.objects.create(city=make.CityFactory(), name="Piano", **SOURCE)
    values = {"kind": "budget", "period_start": date(2020, 1, 1), "period_end": date(2020, 12, 31)}
    money = Funding(programme=programme, amount=10, **SOURCE, **values | {missing: "" if missing == "kind" else None})
    with pytest.raises(ValidationError) as refused:
        money.full_clean()
    assert missing in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        money.save()


def test_an_edition_is_never_changed_and_a_year_that_is_not_over_is_not_published():
    city = make.CityFactory()
    edition = publish_edition(city, 2024)
    for change in (lambda: Edition.objects.update(note="no"), lambda: Edition.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()
    with pytest.raises(Refused):
        publish_edition(city, city.today().year)
    with pytest.raises(Refused):
        publish_edition(city, 2024)
    again = publish_edition(city, 2024, "Mancava un patto")
    assert (again.number, Edition.objects.get(pk=edition.pk).number) == (2, 1)
