"""What is not public is on no page, in no list, panel or drawing, and its own address says so and no more."""

import pytest
from django.urls import reverse

from commons.models import Building, Pact, Proposal
from mapping.layers import LAYERS
from people.models import Organisation
from tests.town import FAR_AWAY, SECRET

pytestmark = pytest.mark.django_db
AROUND = f"{FAR_AWAY[0] - 0.01},{FAR_AWAY[1] - 0.01},{FAR_AWAY[0] + 0.01},{FAR_AWAY[1] + 0.01}"
EVERYTHING = "layers=buildings,houses,proposals,pacts"


@pytest.fixture
def read(client):
    def fetch(path: str, status: int = 200) -> str:
        response = client.get(path, follow=True)
        assert response.status_code == status, path
        return response.getvalue().decode()

    return fetch


def addresses() -> list[str]:
    """Every page of the town: the map and its parts, the city, every record, the data page, the drawing."""
    found = ["/", "/torino/", f"/torino/?{EVERYTHING}", f"/torino/?{EVERYTHING}&fragment=list&bbox={AROUND}"]
    found += ["/torino/?q=xsegreto", "/torino/about/", "/data/", f"/map.svg?city=torino&{EVERYTHING}"]
    found += [f"/map.svg?city=torino&{EVERYTHING}&bbox={AROUND}"]
    for slug, layer in LAYERS.items():
        for record in layer.queryset():
            found.append(f"/torino/{slug}/{record.uid}/")
            found.append(f"/torino/?{EVERYTHING}&feature={record.uid}&fragment=panel")
            if record.label_point:
                found.append(f"/map.svg?city=torino&feature={record.uid}")
    found += [f"/torino/organisations/{one.uid}/" for one in Organisation.objects.public()]
    return found


def test_no_page_says_anything_of_a_hidden_record(read, town):
    Organisation.objects.filter(pk=town.operator.pk).update(website="https://example.org")
    hidden_group = Organisation.objects.exclude(visibility="public").get()
    Pact.objects.get(name="Cura").signatories.add(hidden_group, town.operator)
    town.proposals[0].proposers.add(hidden_group)
    Proposal.objects.filter(pk=town.proposals[0].pk).update(building=town.buildings[0])
    Proposal.objects.filter(name=f"{SECRET} draft").update(building=town.buildings[0], house=town.house)
    paths = addresses()
    assert len(paths) > 80
    for path in paths:
        text = read(path).replace("xsegreto", "")
        assert SECRET not in text, path
        assert not [one for one in (*town.hidden, hidden_group) if one.uid in text], path


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_of_a_hidden_record_says_gone_and_nothing_of_it(read, town, language):
    slugs = {"Building": "buildings", "House": "houses", "Pact": "pacts", "Proposal": "proposals"}
    slugs |= {"Need": "needs", "Project": "projects"}
    for record in town.hidden:
        slug = slugs.get(type(record).__name__)
        draft = isinstance(record, Proposal) and record.state in Proposal.NOT_PUBLIC
        for path in [f"{language}/id/{record.uid}", *([f"{language}/torino/{slug}/{record.uid}/"] if slug else [])]:
            text = read(path, 404 if draft else 410)
            assert SECRET not in text


def test_a_hidden_record_opens_no_panel_and_no_drawing(client, town):
    for record in town.hidden:
        assert client.get("/torino/", {"feature": record.uid, "fragment": "panel"}).status_code == 404
        page = client.get("/torino/", {"feature": record.uid}).content.decode()
        assert SECRET not in page
        assert client.get("/map.svg", {"city": "torino", "feature": record.uid}).status_code in {400, 404}


def test_hiding_a_record_takes_it_from_every_page(read, town):
    one = town.buildings[0]
    before = [path for path in addresses() if one.name in read(path)]
    assert len(before) > 5
    Building.objects.filter(pk=one.pk).update(visibility="hidden")
    assert not [path for path in addresses() if one.name in read(path)]


def test_the_administration_is_for_staff_alone(client, town):
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert "/admin/login/" in response.headers["Location"]
    for model in ("building", "house", "pact", "proposal"):
        assert client.get(reverse(f"admin:commons_{model}_changelist")).status_code == 302
