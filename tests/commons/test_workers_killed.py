"""The program as it is served, its workers killed again and again in the middle of writes: what was acknowledged is
there, whole and once; nothing is half there. Long."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from commons.files import open_file, shelf, sweep_files
from commons.models import Attachment, Contribution, Proposal, Step
from commons.models.offices import ReceiptCounter
from people.models import ApiToken, Message
from script import server
from script.checkout import ROOT
from tests import factories as make
from tests.commons.propose.cast import gather
from tests.commons.writers import Ledger, Writer
from tests.conftest import database_of_the_test

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = 30
WRITERS = 6
LONGEST = 900  # seconds


@contextlib.contextmanager
def served(media: Path) -> Iterator[tuple[int, int]]:
    """gunicorn with two workers as script/server starts it, on the test's database: its port and its process."""
    with contextlib.closing(server.claim(0)) as listener:
        port = listener.getsockname()[1]
        command = server.gunicorn_command(listener.fileno(), reload=False)
        command[0] = sys.executable
        process = subprocess.Popen(
            command, env=os.environ | {"DATABASE_URL": database_of_the_test(), "MEDIA_ROOT": str(media),
                                       "SECRET_KEY": configured.SECRET_KEY, "SITE_URL": f"http://127.0.0.1:{port}"},
            cwd=ROOT, pass_fds=(listener.fileno(),), start_new_session=True,
        )  # fmt: skip
        try:
            assert until(lambda: server.answers(port, f"http://127.0.0.1:{port}"), 60)
            yield port, process.pid
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def until(condition: Callable[[], Any], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.1)
    return False


def workers_of(master: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
    return []


def kill_again_and_again(master: int, ledger: Ledger) -> int:
    """Kills a worker whenever a few writes have been acknowledged since the last; how many were killed."""
    killed, ends, dice = 0, time.monotonic() + LONGEST, random.Random(5)
    while killed < KILLS and time.monotonic() < ends:
        before, patience = ledger.acknowledged, time.monotonic() + 30
        wanted = before + dice.randint(2, 9)
        while ledger.acknowledged < wanted and time.monotonic() < patience:
            time.sleep(dice.random() / 20)
        if there := workers_of(master):
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(there), signal.SIGKILL)
                killed += 1
    return killed


@pytest.fixture
def cast(transactional_db) -> SimpleNamespace:
    cast = gather()
    now = timezone.now()
    cast.open = make.ProposalFactory(
        city=cast.city, author=cast.alice, name="Aperta", state="in_consultation", comments_open_at=now,
        comments_close_at=now + timedelta(days=9),
    )  # fmt: skip
    return cast


def writer(cast: SimpleNamespace, number: int, port: int, ledger: Ledger, done: threading.Event) -> Writer:
    person, client = make.UserFactory(username=f"writer{number}"), Client()
    client.force_login(person)
    session = client.cookies[configured.SESSION_COOKIE_NAME].value
    key = ApiToken.issue(person, "drill", list(ApiToken.Scope.values))[1]
    return Writer(number, port, session, key, cast.open.uid, ledger, done)


def drill(cast: SimpleNamespace, media: Path) -> tuple[Ledger, int]:
    ledger, done = Ledger(), threading.Event()
    with served(media) as (port, master):
        writers = [writer(cast, number, port, ledger, done) for number in range(WRITERS)]
        threads = [threading.Thread(target=one.run) for one in writers]
        for thread in threads:
            thread.start()
        killed = kill_again_and_again(master, ledger)
        done.set()
        for thread in threads:
            thread.join(120)
    return ledger, killed


def test_workers_killed_in_the_middle_of_writes_lose_nothing_and_halve_nothing(cast, tmp_path, settings, capsys):
    settings.MEDIA_ROOT = tmp_path / "media"
    ledger, killed = drill(cast, tmp_path / "media")
    with capsys.disabled():
        print(f"\n{killed} workers killed, {ledger.acknowledged} writes acknowledged, answers {dict(ledger.answers)}")
    assert killed >= KILLS and ledger.acknowledged > 3 * KILLS
    assert not [status for status in ledger.answers if status >= 500], ledger.answers
    the_drafts_are_there(ledger)
    the_submissions_are_whole(ledger)
    the_comments_are_there_once(ledger)
    the_files_and_their_rows_agree(ledger, tmp_path / "media")


def the_drafts_are_there(ledger: Ledger) -> None:
    found = {one.uid: one for one in Proposal.objects.filter(uid__in=ledger.drafts)}
    assert {uid: found[uid].name for uid in ledger.drafts} == ledger.drafts
    for uid, number in ledger.saved.items():
        assert int(found[uid].description.removeprefix("testo ")) >= number
        assert found[uid].place and found[uid].consent_at and found[uid].aims == "Verde", "all of a save or none of it"


def the_submissions_are_whole(ledger: Ledger) -> None:
    """Each with its step, its receipt and its messages; those without an answer too, or nothing of them."""
    gone = Proposal.objects.exclude(state="draft").exclude(source="tests")
    assert set(ledger.sent) <= set(gone.values_list("uid", flat=True))
    steps = Counter(Step.objects.filter(move="submit").values_list("proposal__uid", flat=True))
    assert set(steps) == set(gone.values_list("uid", flat=True)) and set(steps.values()) <= {1}
    receipts = sorted(int(one.receipt.rsplit("-", 1)[-1]) for one in gone)
    assert receipts == list(range(1, len(receipts) + 1)) and ReceiptCounter.objects.get().last == len(receipts)
    told = Counter(Message.objects.filter(kind="proposal_submit").values_list("key", flat=True))
    office = Counter(Message.objects.filter(kind="proposal_submit_office").values_list("key", flat=True))
    assert len(told) == len(office) == len(receipts) and set((told | office).values()) <= {1}


def the_comments_are_there_once(ledger: Ledger) -> None:
    texts = Counter(Contribution.objects.values_list("text", flat=True))
    assert set(ledger.comments) <= set(texts) and set(texts.values()) <= {1}
    told = set(Message.objects.filter(kind="comment").values_list("key", flat=True))
    uids = set(Contribution.objects.values_list("uid", flat=True))
    assert {key.split(":")[1] for key in told} == uids and len(told) == len(uids)


def the_files_and_their_rows_agree(ledger: Ledger, media: Path) -> None:
    """Before the sweep no row points to nothing; after it every file is in its place and has a row."""
    rows = list(Attachment.objects.all())
    assert set(ledger.files) <= {row.title for row in rows}
    for row in rows:
        with open_file(row) as body, open_file(row, "small") as small:
            assert len(body.read()) == row.size and small.read()[-2:] == b"\xff\xd9"
    yesterday = time.time() - 2 * 86_400
    for path in media.rglob("*"):
        if path.is_file():
            os.utime(path, (yesterday, yesterday))
    sweep_files()
    names = {name for row in rows for name in (row.storage_key, f"{row.storage_key}.small")}
    assert {path.name for path in media.rglob("*") if path.is_file()} == names
    assert all(shelf(row.storage_key).is_file() for row in rows)
