"""The private store: who may open what, what is refused, and what is left when the machine stops in between."""

import io
import os
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commons import filing_urls
from commons.files import MOST_FILES, aside, attach, open_file, parent_of, promote, remove, shelf, sweep_files
from commons.files_access import is_open, may_edit, shown_files
from commons.models import Attachment, Building, Collaborator, Proposal
from commons.papers import DOCX, ODT, PDF, NotADocument, is_picture, media_type
from commons.propose.drafts import hashed
from commons.refusals import Refused
from commons.texts import clean_text
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make
from tests.commons import hostile_pictures as pictures

pytestmark = pytest.mark.django_db
PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def cast(db):
    city = make.CityFactory()
    names = ("alice", "bob", "carlo", "sara", "olga", "rep")
    people = {name: make.UserFactory(username=name) for name in names}
    house = make.HouseFactory()
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    Grant.objects.create(user=people["olga"], role=Role.HOUSE_OPERATOR, city=city, house_uid=house.uid)
    return type("Cast", (), people | {"city": city, "house": house})


def draft(cast, **also) -> Proposal:
    values = {"author": cast.alice, "name": "Orto", "place": make.point(), "house": cast.house}
    proposal = Proposal.objects.create(city=cast.city, **values | also)
    for part, values in {"coauthor": {"user": cast.bob}, "house": {"house": cast.house}}.items():
        Collaborator.objects.create(proposal=proposal, part=part, state="accepted", key=part, **values)
    return proposal


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def docx(**also: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"} | also)


def kept(parent, body=None, kind="photo", **also) -> Attachment:
    body = pictures.picture() if body is None else body
    return attach(parent, pictures.upload(body, also.pop("name", "foto.jpg")), kind, None, **also)


def address(attachment: Attachment, variant="original") -> str:
    return reverse("file", args=[attachment.uid, variant])


def everything(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_a_photo_is_kept_under_a_random_name_in_two_sizes_with_nothing_of_the_senders(cast, store):
    photo = kept(
        make.BuildingFactory(), pictures.with_camera_data(), name="../../etc/Alice's house.JPG", title=" La\u202e casa "
    )
    assert photo.original_name == "Alice's house.JPG" and photo.title == "La casa"
    assert everything(store) == [photo.storage_key, f"{photo.storage_key}.small"]
    assert pictures.SECRET.encode() not in open_file(photo).read()
    assert (photo.media_type, photo.width, photo.height, photo.size) == (
        "image/jpeg",
        300,
        200,
        len(open_file(photo).read()),
    )


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_what_is_refused_leaves_no_row_and_no_file(name, cast, store):
    with pytest.raises(Refused) as refusal:
        kept(make.BuildingFactory(), pictures.REFUSED[name](), name="brutta.jpg")
    assert refusal.value.missing[0].field == "file" and "brutta.jpg" in refusal.value.missing[0].words
    assert not Attachment.objects.exists() and everything(store) == []


@pytest.mark.parametrize(
    "body,found",
    [(PDF_BYTES, PDF), (docx(), DOCX), (zipped(mimetype=ODT.encode(), **{"content.xml": b"<o/>"}), ODT)],
    ids=["pdf", "docx", "odt"],
)  # fmt: skip
def test_a_document_is_what_is_in_it_whatever_its_name(body, found, cast):
    assert media_type(io.BytesIO(body)) == found
    kept_one = kept(make.BuildingFactory(), body, "document", name="x.exe")
    assert kept_one.media_type == found and open_file(kept_one).read() == body


@pytest.mark.parametrize(
    "body",
    [b"MZ\x90", b"<html><script>", b"", docx(**{"word/vbaProject.bin": b"x"}), zipped(a=b"b"), b"PK\x03\x04broken",
     zipped(mimetype=b"x" * len(ODT)), b"GIF89a" + b"\0" * 50, zipped(**{f"p{n}": b"" for n in range(5_100)})],
)  # fmt: skip
def test_what_is_no_document_is_refused(body, cast):
    with pytest.raises(NotADocument):
        media_type(io.BytesIO(body))
    with pytest.raises(Refused):
        kept(make.BuildingFactory(), body, "document", name="atto.pdf")


def test_a_scan_is_written_anew_like_a_photo(cast):
    assert is_picture(io.BytesIO(pictures.picture("WEBP"))) and not is_picture(io.BytesIO(PDF_BYTES))
    scan = kept(make.BuildingFactory(), pictures.with_camera_data(), "act")
    assert scan.media_type == "image/jpeg" and pictures.SECRET.encode() not in open_file(scan).read()


def test_a_file_above_twenty_megabytes_and_the_eleventh_are_refused(cast, monkeypatch):
    building = make.BuildingFactory()
    with pytest.raises(Refused):
        kept(building, PDF_BYTES + b"\0" * 20 * 1024 * 1024, "document")
    for _ in range(MOST_FILES):
        kept(building, PDF_BYTES, "document")
    with pytest.raises(Refused):
        kept(building, PDF_BYTES, "document")
    remove(building.attachments.first(), None)
    assert kept(building, PDF_BYTES, "document").pk


# Who may open a file: by the state of what it belongs to, and whether it is meant for all.
ROLES = ("visitor", "carlo", "alice", "bob", "olga", "sara")
WRITERS, OFFICE = {"alice", "bob", "olga"}, {"sara"}
CASES = {
    "a draft": (lambda cast: draft(cast), {}, WRITERS),
    "a proposal whose text is not public": (lambda cast: moved(cast, "under_review"), {}, WRITERS | OFFICE),
    "a proposal whose text is public": (lambda cast: moved(cast, "in_consultation"), {}, set(ROLES)),
    "a file of a public proposal for the office only": (
        lambda cast: moved(cast, "in_consultation"), {"public": False}, WRITERS | OFFICE,
    ),
    "a hidden proposal": (lambda cast: moved(cast, "in_consultation", visibility="hidden"), {}, WRITERS | OFFICE),
    "a building": (lambda cast: make.BuildingFactory(), {}, set(ROLES)),
    "a file of a building for the office only": (lambda cast: make.BuildingFactory(), {"public": False}, OFFICE),
    "a hidden building": (lambda cast: make.BuildingFactory(visibility="hidden"), {}, OFFICE),
    "a pact": (lambda cast: make.PactFactory(), {}, set(ROLES)),
    "a hidden pact": (lambda cast: make.PactFactory(visibility="withdrawn"), {}, OFFICE),
}  # fmt: skip


def moved(cast, state, **also) -> Proposal:
    proposal = make.ProposalFactory(state=state, author=cast.alice, house=cast.house, **also)
    Proposal.objects.filter(pk=proposal.pk).update(text_public=state in Proposal.TEXT_OPEN)
    Collaborator.objects.create(
        proposal=proposal, part="coauthor", state="accepted", key=proposal.uid + "b", user=cast.bob
    )
    Collaborator.objects.create(
        proposal=proposal, part="house", state="accepted", key=proposal.uid + "h", house=cast.house
    )
    Collaborator.objects.create(
        proposal=proposal, part="coauthor", state="revoked", key=proposal.uid + "c", user=cast.carlo
    )
    return proposal


def as_(client, cast, role):
    client.logout()
    if role != "visitor":
        client.force_login(getattr(cast, role))


@pytest.mark.parametrize("variant", ["original", "small"])
@pytest.mark.parametrize("case", CASES)
def test_a_file_opens_for_exactly_those_who_may_see_it(case, variant, client, cast):
    make_it, also, allowed = CASES[case]
    photo = kept(make_it(cast), **also)
    for role in ROLES:
        as_(client, cast, role)
        answer = client.get(address(photo, variant))
        assert answer.status_code == (200 if role in allowed else 404), role
        if answer.status_code == 200:
            assert answer["Cache-Control"] == ("public, no-cache" if len(allowed) == 6 else "private, no-store")
        assert ("ETag" in answer) == (len(allowed) == len(ROLES))
        assert client.head(address(photo, variant)).status_code == answer.status_code


def test_a_file_says_to_browsers_not_to_guess_nor_to_run_it(client, cast):
    photo = kept(make.BuildingFactory(), title='Il cortile\r\nSet-Cookie: a=b; è "qui"')
    answer = client.get(address(photo))
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "image/jpeg" and "Set-Cookie" not in answer
    assert answer["Content-Disposition"] == 'inline; filename="Il-cortile-Set-Cookie-a-b-e-qui.jpg"'
    assert "Content-Encoding" not in client.get(address(photo), headers={"Accept-Encoding": "gzip"})
    paper = kept(make.BuildingFactory(), PDF_BYTES, "document", name="x.html")
    assert client.get(address(paper))["Content-Disposition"].startswith("attachment; filename=")
    assert client.get(address(paper))["Content-Disposition"].endswith('.pdf"')


def test_the_same_public_file_is_not_sent_twice_and_unpublishing_makes_it_go_away(client, cast):
    building = make.BuildingFactory()
    photo = kept(building)
    etag = client.get(address(photo))["ETag"]
    again = client.get(address(photo), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Building.objects.filter(pk=building.pk).update(visibility="hidden")
    for variant in ("original", "small"):
        assert client.get(address(photo, variant), headers={"If-None-Match": etag}).status_code == 404
    Building.objects.filter(pk=building.pk).update(visibility="public")
    remove(photo, cast.sara)
    assert client.get(address(photo), headers={"If-None-Match": etag}).status_code == 404
    client.force_login(cast.sara)
    assert client.get(address(photo)).status_code == 410
    assert LogEntry.objects.filter(user=cast.sara, object_id=building.pk).count() == 1


@pytest.mark.parametrize("variant", ["large", "..", "small.jpg", "0", "%2e%2e%2fsettings"])
def test_guessed_names_of_other_sizes_are_not_found(variant, client, cast):
    photo = kept(make.BuildingFactory())
    assert client.get(f"/files/{photo.uid}/{variant}").status_code == 404
    assert client.get("/files/nothing/original").status_code == 404
    assert client.get(reverse("file", args=[photo.uid])).status_code == 200
    paper = kept(make.BuildingFactory(), PDF_BYTES, "document")
    assert client.get(address(paper, "small")).status_code == 404
    assert client.post(address(photo)).status_code == 405


def test_pages_show_the_photos_that_everybody_may_see(client, cast):
    building, proposal = make.BuildingFactory(), moved(cast, "under_review")
    shown, hidden = kept(building, title="Il cortile"), kept(building, public=False)
    text = client.get(building.get_absolute_url()).content.decode()
    assert shown.uid in text and 'alt="Il cortile"' in text and hidden.uid not in text
    secret = kept(proposal)
    assert secret.uid not in client.get(proposal.get_absolute_url()).content.decode()
    open_one = moved(cast, "in_consultation")
    photo, paper = kept(open_one), kept(open_one, PDF_BYTES, "document", title="Il progetto")
    text = client.get(open_one.get_absolute_url()).content.decode()
    assert photo.uid in text and "Il progetto" in text
    assert shown_files(open_one) == {"photos": [photo], "documents": [paper], "signed_pact": []}


# Adding and removing.
def test_who_may_add_files_to_a_proposal(rf, cast):
    def allowed(proposal, user=None, keys=()):
        request = rf.get("/")
        request.user, request.session = user or AnonymousUser(), {"drafts": dict(keys)}
        return may_edit(request, proposal)

    mine = draft(cast, edit_key=hashed("k"))
    assert [name for name in ROLES[1:] if allowed(mine, getattr(cast, name))] == ["alice", "bob", "olga"]
    assert not allowed(mine, keys=[(mine.uid, "k")]), "a draft that has an author is no longer the browser's"
    loose = Proposal.objects.create(city=cast.city, name="Senza conto", edit_key=hashed("k"))
    assert allowed(loose, keys=[(loose.uid, "k")]) and not allowed(loose, keys=[(loose.uid, "x"), ("other", "k")])
    assert not allowed(loose) and not allowed(loose, cast.sara)
    paper = Proposal.objects.create(city=cast.city, name="Dalla carta", entered_by=cast.sara)
    assert allowed(paper, cast.sara)
    reviewed = moved(cast, "under_review")
    assert [name for name in ROLES[1:] if allowed(reviewed, getattr(cast, name))] == ["sara"]
    group = make.OrganisationFactory()
    mine.proposers.add(group)
    assert not allowed(mine, cast.rep)
    Membership.objects.create(user=cast.rep, organisation=group, role="representative")
    assert allowed(mine, cast.rep)


def test_the_page_of_files_takes_several_says_what_is_wrong_and_keeps_the_words(client, cast, store):
    proposal = draft(cast)
    page = reverse("draft-files", args=["torino", proposal.uid])
    assert client.get(page).status_code == 404
    client.force_login(cast.alice)
    assert client.get(page).status_code == 200
    files = [pictures.upload(pictures.picture()), pictures.upload(b"no", "no.heic")]
    answer = client.post(page, {"kind": "photo", "title": "Il muro", "public": "yes", "file": files})
    text = answer.content.decode()
    assert answer.status_code == 400 and "no.heic" in text and "Il muro" in text
    assert proposal.attachments.get().title == "Il muro" and proposal.attachments.get().uploaded_by == cast.alice
    assert client.post(page, {"kind": "photo"}).status_code == 400
    assert client.post(page, {"kind": "act", "file": pictures.upload(PDF_BYTES)}).status_code == 400
    again = client.post(page, {"kind": "document", "file": pictures.upload(PDF_BYTES, "a.pdf")})
    assert again.status_code == 302 and not proposal.attachments.get(kind="document").public


def test_thirty_photos_at_once_keep_ten_and_name_the_others(client, cast):
    proposal = draft(cast)
    client.force_login(cast.alice)
    files = [pictures.upload(pictures.picture(size=(9, 9)), f"f{n}.jpg") for n in range(30)]
    answer = client.post(reverse("draft-files", args=["torino", proposal.uid]), {"kind": "photo", "file": files})
    text = answer.content.decode()
    assert answer.status_code == 400 and proposal.attachments.count() == MOST_FILES
    assert "f9.jpg” " not in text and all(f"f{n}.jpg” " in text for n in range(10, 30))


def test_files_are_removed_by_those_who_may_add_them(client, cast):
    photo = kept(draft(cast))
    drop = reverse("remove-file", args=[photo.uid])
    for role in ("visitor", "carlo", "sara"):
        as_(client, cast, role)
        assert client.post(drop).status_code == 404
    as_(client, cast, "bob")
    assert client.get(drop).status_code == 405
    assert client.post(drop).status_code == 302
    assert client.post(drop).status_code == 404
    assert client.get(address(photo)).status_code == 410
    act = kept(moved(cast, "approved"), PDF_BYTES, "act")
    as_(client, cast, "sara")
    assert client.post(reverse("remove-file", args=[act.uid])).status_code == 404, "acts are not for this page"


def test_the_photos_of_a_building_are_kept_by_those_who_look_after_places(client, cast):
    building = make.BuildingFactory()
    page = reverse("building-files", args=["torino", building.uid])
    for role in ("visitor", "carlo"):
        as_(client, cast, role)
        assert client.get(page).status_code == 403
    as_(client, cast, "sara")
    sent = {"kind": "photo", "public": "yes", "file": pictures.upload(pictures.picture())}
    assert client.get(page).status_code == 200 and client.post(page, sent).status_code == 302
    photo = building.attachments.get()
    assert is_open(photo) and parent_of(photo) == building
    assert client.post(reverse("remove-file", args=[photo.uid]))["Location"] == page
    assert not is_open(Attachment.objects.get(pk=photo.pk))


# When the machine stops in between.
@pytest.mark.django_db(transaction=True)
def test_a_file_is_moved_to_its_place_after_commit_and_not_before(cast):
    building = make.BuildingFactory()
    with transaction.atomic():
        photo = kept(building)
        assert aside(photo.storage_key).exists() and not shelf(photo.storage_key).exists()
    assert shelf(photo.storage_key).exists() and shelf(f"{photo.storage_key}.small").exists()
    promote(photo.storage_key)
    assert open_file(photo, "small").read()


@pytest.mark.django_db(transaction=True)
def test_a_stop_before_commit_leaves_no_row_and_the_sweep_removes_the_file(cast, store):
    building = make.BuildingFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        kept(building)
        raise RuntimeError("stopped")
    assert not Attachment.objects.exists() and len(everything(store)) == 2
    assert sweep_files() == {"moved": 0, "deleted": 0}, "what is young may belong to a request that still runs"
    older(store)
    assert sweep_files() == {"moved": 0, "deleted": 2} and everything(store) == []


@pytest.mark.django_db(transaction=True)
def test_a_stop_between_commit_and_move_leaves_a_file_that_opens_and_that_the_sweep_moves(
    cast, store, monkeypatch, client
):
    monkeypatch.setattr("commons.files.promote", lambda key: None)
    photo = kept(make.BuildingFactory())
    assert not shelf(photo.storage_key).exists() and client.get(address(photo)).status_code == 200
    monkeypatch.undo()
    older(store)
    assert sweep_files()["moved"] >= 1 and sweep_files() == {"moved": 0, "deleted": 0}
    assert shelf(photo.storage_key).exists() and shelf(f"{photo.storage_key}.small").exists()


def test_a_failing_row_leaves_no_file(cast, store, monkeypatch):
    monkeypatch.setattr("commons.files.leave_trace", lambda *_: (_ for _ in ()).throw(RuntimeError("no")))
    with pytest.raises(RuntimeError):
        kept(make.BuildingFactory())
    assert everything(store) == [] and not Attachment.objects.exists()


def test_bytes_of_a_removed_file_go_after_thirty_days(cast, store):
    photo = kept(make.BuildingFactory())
    promote(photo.storage_key)
    remove(photo, None)
    older(store)
    assert sweep_files()["deleted"] == 0
    Attachment.objects.update(removed_at=timezone.now() - timedelta(days=31))
    assert sweep_files()["deleted"] == 2 and everything(store) == []


def older(root: Path) -> None:
    before = time.time() - 2 * 86_400
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (before, before))


def test_words_are_kept_as_people_see_them():
    assert clean_text("  a\u0000b\u202e \n c\u0301e\u0301 ") == "ab ćé"


def test_every_address_of_files_and_dossiers_is_closed_or_empty_to_a_visitor_who_guesses(client, cast):
    open_to_all = {"tell-us", "told-us", "feedback"}
    for route in filing_urls.urlpatterns:
        names = {
            name: "torino" if name == "city" else 1 if name == "entry" else "nothing"
            for name in route.pattern.converters
        }
        status = client.get(reverse(route.name, kwargs=names)).status_code
        assert status in ({200} if route.name in open_to_all else {403, 404, 405}), route.name


def test_the_page_of_a_draft_lists_its_files_and_leads_to_where_they_are_added(client, cast):
    mine = draft(cast)
    photo, gone = kept(mine, title="Il muro"), kept(mine, title="Sparita")
    remove(gone, cast.alice)
    client.force_login(cast.alice)
    text = client.get(reverse("draft", args=["torino", mine.uid])).content.decode()
    assert "Il muro" in text and photo.uid in text and "Sparita" not in text
    assert reverse("draft-files", args=["torino", mine.uid]) in text
