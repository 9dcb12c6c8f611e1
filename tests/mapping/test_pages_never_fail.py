"""No address of a page makes the server fail, whatever stands in it."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mapping.test_refusals import BAD

pytestmark = pytest.mark.django_db
NAMES = st.sampled_from(
    ["layers", "q", "bbox", "feature", "fragment", "page", "neighbourhood", "district", "buildings.use_status",
     "pacts.state", "houses.nothing", "trees.height", "utm_source", "city", "width", "height", "buildings.", ".x"]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([value for values in BAD.values() for value in values if len(value) < 200]),
    st.text(max_size=30),
    st.sampled_from(
        ["buildings", "buildings,houses", "streets", "list", "panel", "1", "2", "99999999", "-1", "0", "disused",
         "San Salvario", "7.6,45,7.8,45.2", "180,0,-180,1", "active", "800", "torino", "7.68,45.05,7.68,45.05"]
    ),
)  # fmt: skip
PATHS = st.sampled_from(
    ["/", "/torino/", "/en/torino/", "/nowhere/", "/map.svg", "/data/", "/torino/about/", "/id/x", "/torino//",
     "/torino/buildings/x/", "/torino/streets/x/", "/torino/nothing/x/", "/torino/organisations/x/", "/en/",
     "/en/id/%00", "/città/"]
)  # fmt: skip


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=4), st.binary(max_size=4))
def test_no_address_of_a_page_makes_the_server_fail(client, town, path, pairs, noise):
    query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    response = client.get(path, QUERY_STRING=f"{query}&{quote(noise)}" if noise else query)
    assert response.status_code in {200, 204, 301, 302, 400, 404, 410}, query
    body = response.getvalue()
    assert b"Traceback" not in body and b"SELECT " not in body


@pytest.mark.parametrize("path", ["/torino/", "/torino/about/", "/data/", "/map.svg?city=torino"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_read_only(client, town, path, method):
    assert getattr(client, method)(path).status_code in {403, 405}


@pytest.mark.parametrize(
    ("bbox", "status"), [("-180,-90,180,90", 200), ("7.68,45.05,7.68,45.05", 200), ("170,-10,-170,10", 200)]
)
def test_the_map_and_its_drawing_stand_boxes_as_wide_as_the_world_and_as_small_as_a_point(client, town, bbox, status):
    assert client.get("/torino/", {"bbox": bbox}).status_code == status
    assert client.get("/map.svg", {"city": "torino", "layers": "buildings", "bbox": bbox}).status_code == status
