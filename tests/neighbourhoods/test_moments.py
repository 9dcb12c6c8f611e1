"""A published moment is cut to the millisecond, however it is written."""

from datetime import UTC, datetime
from unittest import mock

import pytest
from django.db import connection

from commons.models import Building
from neighbourhoods.moments import cut
from tests import factories as make

LAST = datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)
KEPT = LAST.replace(microsecond=999_000)

pytestmark = pytest.mark.django_db


def test_a_record_that_is_saved_holds_what_the_database_holds():
    with mock.patch("django.utils.timezone.now", return_value=LAST):
        building = make.BuildingFactory()
    assert building.created_at == building.updated_at == KEPT
    assert Building.objects.values_list("created_at", "updated_at").get(pk=building.pk) == (KEPT, KEPT)


def test_records_that_are_changed_together_keep_no_more():
    building = make.BuildingFactory()
    Building.objects.update(updated_at=LAST)
    assert Building.objects.get(pk=building.pk).updated_at == KEPT


def test_the_database_keeps_no_more_of_what_others_write():
    building = make.BuildingFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE commons_building SET updated_at = '2026-03-31T12:00:00.123456Z'")
    assert Building.objects.get(pk=building.pk).updated_at.microsecond == 123_000


def test_what_is_no_moment_is_left_alone():
    assert cut(None) is None and cut("now") == "now" and cut(LAST) == KEPT
