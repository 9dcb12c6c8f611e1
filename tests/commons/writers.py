"""People and programs that write over HTTP without pause, and a ledger of what was acknowledged to them."""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings as configured

from tests.commons.hostile_pictures import picture

TOKEN = "a" * 32
BOUNDARY = "part-of-the-drill"
WHOLE = {
    "description": "Un orto", "aims": "Verde", "contact_name": "Alice", "contact_email": "alice@example.org",
    "no_resources": True, "duration_months": "24", "consent": True, "place": json.dumps(
        {"type": "Point", "coordinates": [7.68, 45.07]}
    ),
}  # fmt: skip


@dataclass
class Ledger:
    """What was acknowledged, and how the server answered."""

    drafts: dict[str, str] = field(default_factory=dict)  # uid → name
    saved: dict[str, int] = field(default_factory=dict)  # uid → the number of the last text acknowledged
    files: list[str] = field(default_factory=list)  # titles
    sent: list[str] = field(default_factory=list)  # uids
    comments: list[str] = field(default_factory=list)  # texts
    answers: Counter = field(default_factory=Counter)

    @property
    def acknowledged(self) -> int:
        return sum(map(len, (self.drafts, self.files, self.sent, self.comments))) + sum(self.saved.values())


@dataclass
class Writer:
    """One person before a browser that knows the port, and a program with that person's key."""

    number: int
    port: int
    session: str
    key: str
    open_uid: str
    ledger: Ledger
    done: threading.Event
    count: int = 0

    def ask(self, path: str, body: bytes, kind: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status 0 when nothing came back: the worker died, or none was there."""
        given = {"Content-Type": kind, "Content-Length": str(len(body)), "X-CSRFToken": TOKEN}
        given["Cookie"] = f"{configured.SESSION_COOKIE_NAME}={self.session}; {configured.CSRF_COOKIE_NAME}={TOKEN}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("POST", path, body, given | {name.replace("_", "-"): text for name, text in headers.items()})
            answer = line.getresponse()
            found = answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            found = 0, {}, b""
        finally:
            line.close()
        self.ledger.answers[found[0]] += 1
        return found

    def form(self, path: str, **words: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask(path, urlencode(words).encode(), "application/x-www-form-urlencoded")

    def run(self) -> None:
        while not self.done.is_set():
            self.count += 1
            self.a_comment()
            if uid := self.a_draft():
                revision = 1
                for number in range(1, 4):
                    revision = self.a_text(uid, number, revision)
                self.a_photo(uid)
                self.a_submission(uid)

    def a_draft(self) -> str:
        name = f"Orto {self.number}.{self.count}"
        status, headers, _body = self.form("/torino/propose/", name=name)
        if status != 302:
            return ""
        uid = headers["location"].rstrip("/").rsplit("/", 1)[-1]
        self.ledger.drafts[uid] = name
        return uid

    def a_text(self, uid: str, number: int, revision: int) -> int:
        """Saves a text until the server has it; from whichever revision the server says. The revision afterwards."""
        for _ in range(20):
            fields = WHOLE | {"description": f"testo {number}"}
            body = json.dumps({"revision": revision, "fields": fields}).encode()
            status, _headers, said = self.ask(f"/torino/propose/{uid}/save/", body, "application/json")
            if status in {200, 409}:
                revision = json.loads(said).get("revision", revision)
            if status == 200:
                self.ledger.saved[uid] = number
            if status in {200, 400}:
                break
            time.sleep(0.2)
        return revision

    def a_photo(self, uid: str) -> None:
        title = f"foto {self.number}.{self.count}"
        parts = [("kind", "photo"), ("title", title), ("public", "yes")]
        body = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in parts
        )
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.jpg"\r\n'.encode()
        body += b"Content-Type: image/jpeg\r\n\r\n" + picture(size=(900, 700)) + f"\r\n--{BOUNDARY}--\r\n".encode()
        path = f"/torino/proposals/{uid}/files/"
        if self.ask(path, body, f"multipart/form-data; boundary={BOUNDARY}")[0] == 302:
            self.ledger.files.append(title)

    def a_submission(self, uid: str) -> None:
        """Sent again until it is answered, as people do: it is one submission all the same."""
        for _ in range(20):
            status, headers, _body = self.form(f"/torino/propose/{uid}/submit/")
            if status == 302 and headers["location"].endswith("/receipt/"):
                self.ledger.sent.append(uid)
            if status:
                return
            time.sleep(0.2)

    def a_comment(self) -> None:
        """A program repeats itself with the same Idempotency-Key until it is answered."""
        text = f"detto {self.number}.{self.count}"
        for _ in range(20):
            given = {"Authorization": f"Bearer {self.key}", "Idempotency_Key": text.replace(" ", "-")}
            body = json.dumps({"text": text}).encode()
            status, _headers, _body = self.ask(
                f"/api/v1/proposals/{self.open_uid}/comments/", body, "application/json", **given
            )
            if status in {200, 201}:
                self.ledger.comments.append(text)
            if status and status not in {409, 503}:
                return
            time.sleep(0.2)
