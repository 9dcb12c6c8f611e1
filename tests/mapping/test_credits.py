"""What the licences ask to be said stands on the map itself."""

import pytest

from commons.models import Building
from mapping.credits import credits_of

pytestmark = pytest.mark.django_db(databases=["default", "public"])


def test_each_attribution_of_the_public_map_is_said_once(town, client):
    before = credits_of("torino")
    for record in Building.objects.public():
        record.attribution = "© OpenStreetMap contributors"
        record.save()
    assert set(credits_of("torino")) == {*before, "© OpenStreetMap contributors"}
    page = client.get("/torino/").content.decode()
    assert page.count("© OpenStreetMap contributors") == 2, "once on the map, once on its printed sheet"


def test_a_hidden_record_credits_nobody(town):
    record = Building.objects.public().first()
    record.attribution, record.visibility = "Nobody in public", "hidden"
    record.save()
    assert "Nobody in public" not in credits_of("torino")
