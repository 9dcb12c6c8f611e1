"""Every form that takes a file, sent what hurts: a sentence at the file's name, the words still there, and neither a
row nor a byte kept. And every drawing that is no place of the city, sent to the page where a proposal is written."""

import html
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from commons.files import MOST_BYTES, MOST_FILES, open_file
from commons.models import Attachment
from commons.papers import ODT
from tests.commons import hostile_pictures as pictures
from tests.commons.api.conftest import tables
from tests.commons.api.test_bad_bodies import NOT_A_PLACE
from tests.commons.propose import cast as writing
from tests.test_every_writing import files
from tests.test_hostile_forms import Page, cast, deed, of, send, today, words_of

assert cast  # the fixture of the forms is this one's too
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SCRIPT = b"<html><body onload=alert(1)><script>alert(document.cookie)</script></body></html>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
NAMES = {
    "a path": "../../../../etc/passwd",
    "a path of Windows": "..\\..\\boot.ini.pdf",
    "two endings": "foto.jpg.exe",
    "an override": "foto\u202egnp.exe",
    "three hundred letters": "a" * 300 + ".jpg",
    "emoji": "🏳️‍🌈.jpg",
    "a device": "con.jpg",
    "a command": "a;rm -rf $(HOME).jpg",
    "no name but an ending": ".jpg",
    "markup": '"><img src=x onerror=alert(1)>.jpg',
    "a format": "%s%(name)s{0}.jpg",
    "quotes and line ends": 'a"\r\nContent-Type: text/html\r\n\r\n<script>.jpg',
}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def docx(**also: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"} | also)


NO_PHOTOS = dict(pictures.REFUSED) | {
    "an SVG": lambda: SVG,
    "a page": lambda: SCRIPT,
    "a PDF": lambda: PDF,
    "a document": docx,
    "a GIF that is a script": lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "a BMP": lambda: pictures.picture("BMP"),
    "an ICO": lambda: pictures.picture("ICO"),
    "a JPEG 2000": lambda: pictures.picture("JPEG2000"),
}
NO_DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "an SVG": lambda: SVG,
    "a page": lambda: SCRIPT,
    "a program": lambda: b"MZ\x90\0" + b"\0" * 100,
    "a script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "a page before a PDF": lambda: SCRIPT + PDF,
    "macros": lambda: docx(**{"word/vbaProject.bin": b"x"}),
    "any archive": lambda: zipped({"a.exe": b"MZ"}),
    "a broken archive": lambda: docx()[:-30],
    "an archive of many": lambda: zipped({f"word/{n}": b"" for n in range(5_100)}),
    "an ODT by half": lambda: zipped({"mimetype": b"x" * len(ODT)}),
    "a GIF": lambda: b"GIF89a" + b"\0" * 50,
    "a damaged scan": lambda: pictures.picture(size=(900, 900))[:400],
    "a scan that explodes": pictures.png_bomb,
}
TWO_THINGS = {
    "a picture with a page behind": lambda: pictures.picture() + SCRIPT,
    "a picture with an archive behind": lambda: pictures.picture() + docx(),
    "a picture with a page in its comment": lambda: pictures.picture(comment=SCRIPT),
    "a PNG with a page behind": lambda: pictures.picture("PNG") + SCRIPT,
}
PAPER = {"body": "giunta", "number": "7/26", "date": today, "title": "Altro0"}
PAGES = {
    "a photo of a proposal": (of("draft-files"), {"kind": "photo", "title": "Altro0"}, NO_PHOTOS),
    "a document of a proposal": (of("draft-files"), {"kind": "document", "title": "Altro0"}, NO_DOCUMENTS),
    "a photo of a building": (of("building-files"), {"kind": "photo", "title": "Altro0"}, NO_PHOTOS),
    "a document of a building": (of("building-files"), {"kind": "document", "title": "Altro0"}, NO_DOCUMENTS),
    "the document of an act": (deed("act", "open", **PAPER), {}, NO_DOCUMENTS),
    "the signed pact": (deed("signed_pact", "active pact"), {}, NO_DOCUMENTS | {"a DOCX": docx}),
}


def upload(body: bytes, name: str = "Prova 1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def try_it(cast: SimpleNamespace, page: Page, words: dict) -> tuple[int, str, list]:
    """Status, page, and what was kept of it; all taken back again."""
    with transaction.atomic():
        answer = send(cast, page, words_of(cast, page) | words)
        new = list(Attachment.objects.exclude(pk__in=[one.pk for one in cast.photos.values()]))
        transaction.set_rollback(True)
    return answer.status_code, html.unescape(answer.getvalue().decode("utf-8", "replace")), new


@pytest.mark.parametrize("name", PAGES)
def test_a_file_that_hurts_leaves_nothing_and_its_words_stay(cast, name, settings):
    page, words, hostile = PAGES[name]
    there, before = files(Path(settings.MEDIA_ROOT)), tables()
    for kind, body in (hostile | {"nothing": lambda: b""}).items():
        status, text, new = try_it(cast, page, words | {"file": upload(body())})
        assert status == 400 and 'role="alert"' in text, (name, kind, status)
        assert "Altro0" in text or (page.route == "desk-act" and "title" not in page.writing.words(cast, None)), (
            name,
            kind,
        )
        assert not new and files(Path(settings.MEDIA_ROOT)) == there, (name, kind)
    assert tables() == before


@pytest.mark.parametrize("name", ["a photo of a proposal", "a document of a proposal", "a document of a building"])
def test_a_picture_that_is_something_else_too_is_a_picture_only(cast, name):
    page, words, _hostile = PAGES[name]
    for kind, body in TWO_THINGS.items():
        with transaction.atomic():
            answer = send(cast, page, words_of(cast, page) | words | {"file": upload(body())})
            assert answer.status_code == 302, (kind, answer.status_code)
            made = Attachment.objects.latest("pk")
            kept = open_file(made).read() + open_file(made, "small").read()
            transaction.set_rollback(True)
        assert made.media_type == "image/jpeg" and b"script" not in kept and b"PK\x03\x04" not in kept, kind


@pytest.mark.parametrize("kind", NAMES)
def test_no_name_of_a_file_leads_anywhere(cast, kind, settings):
    root = Path(settings.MEDIA_ROOT)
    page, words, _hostile = PAGES["a photo of a proposal"]
    status, text, new = try_it(cast, page, words | {"file": upload(pictures.picture(), NAMES[kind])})
    assert status in {302, 400} and "<img src=x" not in text
    assert len(new) == (1 if status == 302 else 0)
    for one in new:
        assert one.storage_key.isalnum() and len(one.original_name) <= 200
        assert not set(one.original_name) & set("/\\\r\n\u202e\0") or kind == "a path of Windows"
    assert all(path.startswith(f"{root}/") for path, _size in files(root))
    status, text, new = try_it(cast, page, words | {"file": upload(b"no picture", NAMES[kind])})
    assert status == 400 and not new and "<img src=x onerror" not in text.replace("&lt;", "<").split("<main")[0]


def test_what_is_too_large_or_too_many_is_said_and_the_rest_is_kept(cast, settings):
    page, words, _hostile = PAGES["a document of a proposal"]
    status, text, new = try_it(cast, page, words | {"file": upload(PDF + b"\0" * MOST_BYTES, "grande.pdf")})
    assert status == 400 and "grande.pdf" in text and "20 MB" in text and "Altro0" in text and not new
    room = MOST_FILES - cast.records["draft"].attachments.count()
    status, text, new = try_it(cast, page, words | {"file": [upload(PDF, f"n{n}.pdf") for n in range(30)]})
    assert status == 400 and len(new) == room and "n29.pdf" in text
    status, _text, new = try_it(cast, page, words | {"file": [upload(PDF, f"n{n}.pdf") for n in range(101)]})
    assert status == 400 and not new


def test_a_body_that_is_cut_or_is_no_form_leaves_nothing(cast, settings):
    client = writing.signed_in(cast.alice)
    before = tables()
    address = f"/en/torino/proposals/{cast.records['draft'].uid}/files/"
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    of_parts, plain = "multipart/form-data; boundary=", "application/x-www-form-urlencoded"
    for body, kind in (
        (part, f"{of_parts}x"), (part + b"\r\n--x", f"{of_parts}x"), (part, "multipart/form-data"),
        (b"", f"{of_parts}x"), (part, of_parts + "y" * 300), (b"kind=photo&file=a.jpg", plain), (b"{}", plain),
        (PDF, "application/pdf"), (b"{}", "application/json"), (b"\xff" * 1000, f"{of_parts}\xff"),
    ):  # fmt: skip
        answer = client.post(address, body, content_type=kind)
        assert answer.status_code in {400, 413, 415}, (kind, answer.status_code)
    assert tables() == before


def drawing_of(body: bytes) -> str:
    """The geometry of a body of the API as the page's script would send it; what is no JSON as it is."""
    try:
        return json.dumps(json.loads(body)["geometry"])
    except (ValueError, KeyError):
        return body.decode()


def test_a_drawing_that_is_no_place_is_refused_with_everything_typed_still_there(cast):
    draft, client = cast.records["draft"], writing.signed_in(cast.alice)
    before = tables()
    for kind, body in NOT_A_PLACE.items():
        if kind == "null":
            continue  # no drawing at all, which a draft may have
        given = {"revision": draft.revision, "name": "Nome nuovo", "description": "Parole nuove"}
        given["place"] = drawing_of(body)
        answer = client.post(f"/en/torino/propose/{draft.uid}/", given)
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 400 and 'role="alert"' in text, kind
        assert "Nome nuovo" in text and "Parole nuove" in text, kind
        saved = writing.autosave(client, draft, place=given["place"], name="Nome nuovo")
        assert saved.status_code == 400 and saved.json()["errors"], kind
    assert tables() == before
