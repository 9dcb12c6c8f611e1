"""An edition holds all public data, is the same bytes for the same data, and gives the same layers elsewhere."""

import hashlib
import json
import sqlite3
import zipfile
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from commons.demo import load_demo
from commons.models import ManifestoSignature, MemberSite, Proposal
from mapping.edition.load import EditionRefused, load_edition
from mapping.edition.readme import changes, records_of
from mapping.edition.records import kinds
from mapping.edition.release import MANIFEST, manifest, pack, release
from mapping.layers import LAYERS
from neighbourhoods.models import City
from people.models import Organisation
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 31)


def layers() -> dict[str, bytes]:
    """The body of each public layer."""
    return {slug: b"".join(Client().get(f"/layers/{slug}.geojson")) for slug in LAYERS}


def written(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def small(tmp_path):
    """An archive with a city and nothing else, as `release` packs it; `files` may be changed before it is packed."""
    city = {
        "n": 1, "slug": "latina", "name": "Latina", "body": "", "national": True, "time_zone": "Europe/Rome", "crs": [],
        "envelope": bytes(make.box(12.7, 41.3, 13.1, 41.6).wkb).hex(),
    }  # fmt: skip

    def packed(rows=(city,), **files):
        body = b"".join(json.dumps(one).encode() + b"\n" for one in rows)
        held = {"records/neighbourhoods.city.jsonl": body} | files
        pack(tmp_path / "small.zip", held | {MANIFEST: manifest(DAY, held)}, DAY)
        return tmp_path / "small.zip"

    packed.city = city
    return packed


def refused(path) -> str:
    with pytest.raises(EditionRefused) as caught:
        load_edition(path)
    assert not City.objects.exists()
    return str(caught.value)


def test_an_edition_is_loaded_by_the_command_and_only_into_an_empty_database(small):
    out = StringIO()
    call_command("load_edition", small(), stdout=out)
    assert City.objects.get().name == "Latina" and "neighbourhoods.city 1" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("load_edition", small())


def test_a_file_cut_in_half_is_refused_and_nothing_is_loaded(small):
    path = small(more=b"x" * 5000)
    for size in (path.stat().st_size // 2, 10, 0):
        path.write_bytes(path.read_bytes()[:size])
        assert refused(path).endswith(".")
    assert refused(path.with_name("absent.zip"))


def test_a_file_that_was_changed_or_does_not_fit_together_is_refused(small):
    path = small()
    held = written(path)
    assert "records" in refused(other(path, held | {"records/neighbourhoods.city.jsonl": b"{}\n"}))
    assert refused(other(path, held | {"added": b""}))
    assert refused(other(path, {MANIFEST: b"[]"}))
    assert refused(other(path, held | {MANIFEST: held[MANIFEST].replace(b'"form": 1', b'"form": 99')}))
    for wrong in ({"envelope": "zz"}, {"name": None}, {"envelope": None}, {"slug": []}, {"slug": "not a slug"}):
        assert refused(small(rows=[small.city | wrong])), wrong
    assert refused(small(rows=[small.city, small.city | {"n": 2}])), "two of one name"
    lonely = json.dumps({"n": 1, "organisation": "nobody", "title": "x", "address": "https://e.org/"}).encode()
    assert "commons.membersite" in refused(small(**{"records/commons.membersite.jsonl": lonely}))


def other(path, held):
    pack(path, held, DAY)
    return path


def test_no_column_of_an_edition_is_one_that_only_the_office_may_see():
    for kind in kinds().values():
        office = {"visibility", "source_id", "created_at", "author", "answer", "sent_at", "contact_email", "person"}
        office -= {"answer"} if kind.name == "commons.need" else set()  # what a need is answered is told to all
        assert not office & set(kind.columns), kind.name
        for name in kind.columns:
            assert getattr(kind.field(name).related_model, "__name__", "") != "User", (kind.name, name)
    assert "aims" not in kinds()["commons.proposal"].columns


def test_the_readme_says_what_changed_since_the_edition_before(small):
    path = small()
    now = records_of({"records/neighbourhoods.city.jsonl": json.dumps(small.city | {"name": "Littoria"}).encode()})
    assert any("1 cambiate" in line for line in changes(now, path))
    assert "Nessun cambiamento." in changes(records_of(written(path)), path)


@pytest.mark.slow
def test_an_edition_of_the_demonstration_gives_the_same_layers_byte_for_byte(tmp_path):
    with transaction.atomic():
        load_demo("torino")
        city, group = City.objects.get(), Organisation.objects.public().first()
        ManifestoSignature.objects.create(organisation=group, signed_on=DAY)
        MemberSite.objects.create(organisation=group, title="Sito", address="https://example.org/")
        make.ProposalFactory(city=city, name="Orto", description="Xsegreto", state="under_review")
        Proposal.objects.filter(name="Orto").update(text_public=False)
        make.BuildingFactory(city=city, name="Xsegreto", visibility="hidden")
        before = layers()
        one = release(tmp_path / "one", DAY).read_bytes()
        assert release(tmp_path / "two", DAY).read_bytes() == one, "the same data are the same bytes"
        transaction.set_rollback(True)
    assert not City.objects.exists()
    path = tmp_path / "one" / "mappa-comune-2026-03-31.zip"
    held = written(path)
    assert not [name for name, body in held.items() if b"Xsegreto" in body]
    said = json.loads(held.pop(MANIFEST))
    assert {name: hashlib.sha256(body).hexdigest() for name, body in held.items()} == {
        name: one["sha256"] for name, one in said["files"].items()
    }
    for name, body in held.items():
        if name.endswith(".geojson"):
            licences = {one["properties"]["licence"] for one in json.loads(body)["features"]}
            assert (licences == {"ODbL-1.0"}) == name.startswith("odbl/"), name
    (tmp_path / "all.gpkg").write_bytes(held["mappa-comune.gpkg"])
    with sqlite3.connect(tmp_path / "all.gpkg") as database:
        assert database.execute("SELECT count(*) FROM events").fetchone()[0] == 4
    load_edition(path)
    after = layers()
    assert [slug for slug in LAYERS if after[slug] != before[slug]] == []
    assert release(tmp_path / "three", DAY).read_bytes() == one, "and the same edition"
    assert ManifestoSignature.objects.public().count() == MemberSite.objects.count() == 1
