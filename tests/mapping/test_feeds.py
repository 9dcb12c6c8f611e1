"""The feed of a layer: new, changed and gone, in pages, under identifiers that stay."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from commons.models import Building, Proposal
from mapping.feeds import PAGE, clean, make_cursor, older, read_cursor
from mapping.gone import Gone, gone_from, guard, install_gone_triggers
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.templatetags.following import feed_url
from neighbourhoods.models import Neighbourhood, Partition
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
TOMB = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def read(client, slug: str = "buildings", **asked: str) -> ElementTree.Element:
    response = client.get(f"/data/{slug}/changes.atom", asked)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def ids(feed: ElementTree.Element) -> list[str]:
    return [one.findtext(f"{ATOM}id").removeprefix("urn:uuid:") for one in feed.iter(f"{ATOM}entry")]


def gone(feed: ElementTree.Element) -> list[str]:
    return [one.get("ref").removeprefix("urn:uuid:") for one in feed.iter(TOMB)]


def links(feed: ElementTree.Element) -> dict[str, str]:
    return {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}


@pytest.mark.parametrize("slug", LAYERS)
def test_it_has_every_public_record_and_what_the_standard_asks_for(client, town, slug):
    feed = read(client, slug)
    layer = LAYERS[slug]
    wanted = set(layer.queryset().values_list("uid", flat=True))
    assert set(ids(feed)) == wanted
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert part.findtext(f"{ATOM}{name}"), name
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    times = [one.findtext(f"{ATOM}updated") for one in feed.iter(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]


def test_what_changed_last_comes_first_and_keeps_its_identifier(client, town):
    one = town.buildings[2]
    before = ids(read(client))
    Building.objects.filter(pk=one.pk).update(name="Nome nuovo", updated_at=timezone.now() + timedelta(minutes=1))
    after = ids(read(client))
    assert after[0] == one.uid
    assert sorted(after) == sorted(before)


def test_an_entry_says_what_the_layer_publishes_and_leads_to_its_page(client, town):
    entry = next(one for one in read(client).iter(f"{ATOM}entry") if "disused" in one.findtext(f"{ATOM}title"))
    assert entry.find(f"{ATOM}link").get("href").endswith(f"/torino/buildings/{town.buildings[0].uid}/")
    assert "San Salvario" in entry.findtext(f"{ATOM}summary")
    assert "Città di Torino" in entry.findtext(f"{ATOM}rights")
    assert entry.findtext("{http://www.georss.org/georss}point").startswith("45.")
    english = ElementTree.fromstring(client.get("/en/data/buildings/changes.atom").content)
    assert english.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert "/en/torino/buildings/" in next(english.iter(f"{ATOM}entry")).find(f"{ATOM}link").get("href")


def test_what_is_hidden_or_not_public_yet_is_not_in_it(client, town):
    for slug in ("buildings", "houses", "pacts", "proposals"):
        text = client.get(f"/data/{slug}/changes.atom").content.decode()
        assert "Xsegreto" not in text
        assert not [one for one in town.hidden if one.uid in text]


def test_what_is_gone_is_a_deleted_entry_and_comes_back_as_an_entry(client, town):
    one = town.buildings[0]
    Building.objects.filter(pk=one.pk).update(visibility="hidden")
    feed = read(client)
    assert gone(feed) == [one.uid]
    assert one.uid not in ids(feed)
    assert next(feed.iter(TOMB)).get("when").startswith(str(timezone.now().year))
    assert one.name not in ElementTree.tostring(feed, encoding="unicode")
    assert gone(read(client, city="torino")) == [one.uid]
    assert client.get(f"/id/{one.uid}").status_code == 410
    Building.objects.filter(pk=one.pk).update(visibility="public")
    feed = read(client)
    assert gone(feed) == []
    assert one.uid in ids(feed)


def test_hiding_what_nobody_saw_leaves_no_trace(client, town):
    draft = Proposal.objects.create(city=town.city, name="Bozza", author=make.UserFactory())
    Proposal.objects.filter(pk=draft.pk).update(visibility="hidden")
    Building.objects.filter(visibility="hidden").update(visibility="withdrawn")
    assert not Gone.objects.exists()
    shown = town.proposals[0]
    Proposal.objects.filter(pk=shown.pk).update(visibility="hidden")
    assert gone(read(client, "proposals")) == [shown.uid]


def test_a_territory_goes_from_its_own_layer_only(client, town):
    Neighbourhood.objects.filter(pk=town.upper.pk).update(visibility="withdrawn")
    assert gone(read(client, "districts")) == [town.upper.uid]
    assert gone(read(client, "neighbourhoods")) == []
    assert list(gone_from(LAYERS["districts"], "torino").values_list("uid", flat=True)) == [town.upper.uid]
    assert guard(Proposal) and not guard(Building)
    assert Partition.objects.count() == 2


def test_the_triggers_can_be_made_again(town):
    install_gone_triggers(LAYERS.values())
    Building.objects.filter(pk=town.buildings[0].pk).update(visibility="hidden")
    assert Gone.objects.count() == 1


def test_pages_follow_each_other_without_losing_or_repeating_while_records_change(client, town):
    made = [make.BuildingFactory(name=f"Numero {number}") for number in range(2 * PAGE)]
    start = datetime(2026, 5, 1, tzinfo=UTC)
    for number, one in enumerate(made):
        # Half of them at the same moment, so that the identifier decides.
        Building.objects.filter(pk=one.pk).update(updated_at=start + timedelta(seconds=number // 2))
    for one in made[10:13]:
        Building.objects.filter(pk=one.pk).update(visibility="hidden")
    Gone.objects.update(at=start + timedelta(seconds=6))
    wanted = set(Building.objects.public().values_list("uid", flat=True))
    first = read(client, city="torino")
    Building.objects.filter(pk=made[3].pk).update(updated_at=timezone.now())  # moves to the front meanwhile
    found, dead, page, steps = ids(first), gone(first), first, 0
    while "next" in links(page):
        page = ElementTree.fromstring(client.get(links(page)["next"].replace("http://127.0.0.1:8000", "")).content)
        assert links(page)["self"] != links(page)["first"] == links(first)["self"]
        found, dead, steps = found + ids(page), dead + gone(page), steps + 1
    assert steps == 2
    assert len(found) == len(set(found))
    assert wanted - set(found) <= {made[3].uid}
    assert sorted(dead) == sorted(one.uid for one in made[10:13])


def test_a_question_is_a_feed(client, town):
    assert ids(read(client, use_status="reused")) == [
        one.uid for one in town.buildings if getattr(one, "use_status", "") == "reused"
    ]
    assert len(ids(read(client, q="Area verde"))) == 1
    assert client.get("/data/buildings/changes.atom?colour=red").status_code == 400
    assert client.get("/data/buildings/changes.atom?before=x").status_code == 400
    answer = client.get("/data/buildings/changes.atom?before=a&before=b")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert client.get("/data/nothing/changes.atom").status_code == 404
    assert ids(read(client, city="nowhere")) == []


def test_the_cursor_is_ours_or_refused():
    end = (datetime(2026, 5, 1, tzinfo=UTC), "a-b")
    asked = {"before": make_cursor("buildings", end)}
    assert read_cursor("buildings", make_query(asked)) == end
    assert older(Building.objects.all(), "updated_at", None).query.order_by == ("-updated_at", "-uid")
    with pytest.raises(Exception, match="next"):
        read_cursor("pacts", make_query(asked))


def make_query(asked: dict[str, str]):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(asked)
    return query


def test_it_is_sent_again_only_when_something_changed_and_costs_three_statements(client, town):
    with counted() as statements:
        first = client.get("/data/buildings/changes.atom?city=torino")
    assert len(statements) == 4  # the version, then records, what is gone, the city
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/data/buildings/changes.atom?city=torino", headers=again).status_code == 304
    Building.objects.filter(pk=town.buildings[1].pk).update(visibility="hidden")
    assert client.get("/data/buildings/changes.atom?city=torino", headers=again).status_code == 200
    for number in range(30):
        make.BuildingFactory(name=f"Numero {number}")
    with counted() as statements:
        client.get("/data/buildings/changes.atom?city=torino")
    assert len(statements) == 4


def test_characters_that_xml_cannot_hold_are_left_out(client, town):
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Ex \x0bscuola\x1f <b>&", address="]]>\ufffe")
    titles = [one.findtext(f"{ATOM}title") for one in read(client).iter(f"{ATOM}entry")]
    assert "Ex scuola <b>&" in titles
    assert clean("a\x00b\ud7ff") == "ab\ud7ff"


def test_pages_tell_feed_readers_where_it_is(client, town):
    page = client.get("/data/buildings/torino/").content.decode()
    assert 'type="application/atom+xml"' in page
    assert 'href="/data/buildings/changes.atom?city=torino"' in page
    assert 'href="/data/buildings/changes.atom"' in client.get("/data/").content.decode()


def test_what_the_map_shows_can_be_followed(client, town):
    page = client.get("/torino/?layers=buildings&buildings.use_status=reused").content.decode()
    wanted = "/data/buildings/changes.atom?city=torino&amp;use_status=reused"
    assert page.count(f'href="{wanted}"') == 2
    feed = ElementTree.fromstring(client.get(wanted.replace("&amp;", "&")).content)
    assert len(ids(feed)) == 1
    assert feed_url(Query(LAYERS["pacts"])) == "/data/pacts/changes.atom"
