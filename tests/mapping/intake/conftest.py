"""The stage of the import pages: a city, its office, and files that wait."""

from types import SimpleNamespace

import pytest

from people.models import Grant
from people.roles import Role
from tests.factories import CityFactory, UserFactory


@pytest.fixture
def office(db, client, settings, tmp_path):
    """Torino, Stefano of its office who has signed in, and a store of files of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    city = CityFactory()
    stefano = UserFactory(username="stefano")
    Grant.objects.create(user=stefano, role=Role.STAFF, city=city)
    client.force_login(stefano)
    return SimpleNamespace(city=city, staff=stefano, client=client, address="/en/torino/desk/import/")
