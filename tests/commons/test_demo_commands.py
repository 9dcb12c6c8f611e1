import json
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from commons import demo
from commons.models import Building
from neighbourhoods.models import Partition
from people.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_official_boundaries_that_are_there_already_keep_their_role():
    official = make.DistrictFactory(partition__name="Circoscrizioni 2016").partition
    demo.load_demo("torino")
    assert list(Partition.objects.filter(role="district")) == [official]
    assert Partition.objects.get(role="primary").schematic


def test_a_new_city_needs_only_its_files(tmp_path, monkeypatch):
    (tmp_path / "cities").mkdir()
    profile = {"slug": "latina", "name": "Latina", "envelope": [12.8, 41.3, 13.1, 41.6], "profile": {}}
    (tmp_path / "cities" / "latina.json").write_text(json.dumps(profile))
    (tmp_path / "latina").mkdir()
    records = [{"source_id": "a", "name": "Ex asilo", "use_since": "2014-09-01"}]
    content = {"model": "commons.building", "defaults": {"source": "prova"}, "records": records}
    (tmp_path / "latina" / "buildings.json").write_text(json.dumps(content))
    monkeypatch.setattr(demo, "FIXTURES", tmp_path)
    assert demo.known_cities() == ["latina"]
    assert demo.load_demo("latina") == {"city": 1, "building": 1}
    assert Building.objects.get().use_since == date(2014, 9, 1)


def run(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_the_demo_command_prints_two_accounts_that_can_enter(client, settings):
    settings.LOOPBACK, settings.SITE_URL = True, "http://127.0.0.1:8000"
    first = run("demo")
    assert "http://127.0.0.1:8000/admin/" in first
    passwords = {words[0]: words[1] for line in first.splitlines()[-2:] if (words := line.split())}
    for username, password in passwords.items():
        assert len(password) == 20
        assert client.login(username=username, password=password)
    assert User.objects.get(username="admin").is_superuser
    assert run("demo_accounts").splitlines()[-2:] == first.splitlines()[-2:]


def test_the_staff_account_edits_what_is_published_and_deletes_nothing():
    run("demo_accounts")
    office = User.objects.get(username="ufficio")
    assert office.is_staff and not office.is_superuser
    assert office.has_perms(["commons.change_building", "commons.add_pact", "people.change_organisation"])
    assert office.has_perm("neighbourhoods.view_neighbourhood")
    held = office.get_all_permissions()
    assert not [
        name for name in held if ".delete_" in name or name.endswith("_user") or "neighbourhoods.change" in name
    ]


def test_a_password_that_somebody_changed_is_neither_shown_nor_reset_unless_asked():
    run("demo_accounts")
    user = User.objects.get(username="admin")
    user.set_password("a password of my own")
    user.save()
    assert "--reset" in run("demo_accounts")
    user.refresh_from_db()
    assert user.check_password("a password of my own")
    assert "--reset" not in run("demo_accounts", reset=True)


def test_demo_accounts_are_refused_on_a_public_address(settings):
    settings.LOOPBACK, settings.SITE_URL = False, "https://mappa.example.it"
    with pytest.raises(CommandError, match=r"https://mappa\.example\.it"):
        run("demo_accounts")
    assert not User.objects.exists()
    run("demo")
    assert not User.objects.exists()


def test_the_order_of_the_fixtures_names_every_model_they_use():
    assert all(apps.get_model(name) for name in demo.ORDER)
