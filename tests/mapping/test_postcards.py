"""The picture in a mail: of what is public and has a place, and of nothing else."""

import pytest
from django.conf import settings

from mapping.postcards import postcard
from people.models import Message
from people.pictures import picture_of
from people.post import written
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_mail_about_a_public_place_shows_where_it_is(town, client):
    building = town.buildings[0]
    for path in (building.get_absolute_url(), f"/en{building.get_absolute_url()}#proposals"):
        picture = picture_of(path)
        assert picture.address == f"{settings.SITE_URL}/map.png?feature={building.uid}&width=560&height=280"
        assert building.name in picture.alt
    response = client.get(picture.address.removeprefix(settings.SITE_URL))
    assert response["Content-Type"] == "image/png"
    mail = written([Message(subject="Una notizia", text="Testo", path=building.get_absolute_url(), email="a@b.it")])
    (html, _kind) = mail.alternatives[0]
    assert f"/map.png?feature={building.uid}&amp;width=560" in html and "map.png" not in mail.body


def test_a_mail_about_anything_else_shows_no_picture(town):
    hidden = [f"/torino/{one.layer}/{one.uid}/" for one in town.hidden]
    draft = make.ProposalFactory(state="draft", x=7.67)
    paths = ["", "/", "/torino/", "/account/inbox/", "//evil.example/", "/torino/buildings/nobody/"]
    paths += [
        *hidden,
        draft.get_absolute_url(),
        f"/torino/propose/{draft.uid}/",
        f"/torino/buildings/{town.house.uid}/",
    ]
    assert [path for path in paths if postcard(path)] == []
    assert postcard(town.buildings[-1].get_absolute_url()) is None  # it has no place
