"""The office's desk on 20,000 proposals and 5,000 pacts, and fifty people who write at once."""

import http.client
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from statistics import median, quantiles

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.test import Client as Inside
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench.cases import DRAFTS, EMPTY, OFFICE, QUIET, WRITERS, discussed
from bench.measures import once, verdict
from bench.server import Client
from commons.models import Proposal
from people.models import User

GOAL = 3.0  # times an empty page of the same template
SAVES = 20  # of each writer
CSRF = "b" * 32
ROUNDS, REPEATS = 7, 5


def session_of(user: User) -> str:
    """The Cookie header of somebody who is signed in, made without the sign-in page."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def address(name: str, *arguments: str) -> str:
    """The path of a page, or nothing when this installation has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def pages() -> dict[str, tuple[str, str, str]]:
    """What is measured: the page in the large city, in the small one, and the emptiest of the same template."""
    first = Proposal.objects.filter(city__slug=QUIET, state="submitted").order_by("pk").first()
    small = Proposal.objects.filter(city__slug=QUIET, state="codesign").order_by("pk").first() or first
    queue = [address("desk", city) for city in (OFFICE, QUIET, EMPTY)]
    one = [address("desk-proposal", p.city.slug, p.uid) for p in (discussed(), small, first)]
    plan = [address("desk-map", city) for city in (OFFICE, QUIET, EMPTY)]
    return {"desk": tuple(queue), "desk-map": tuple(plan), "desk-proposal": tuple(one)}


def statements(path: str, user: User) -> int:
    """How many statements a page takes, counted in this process, on both roads to the database."""
    client = Inside(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get(path)
    with CaptureQueriesContext(connections["default"]) as one, CaptureQueriesContext(connections["public"]) as other:
        response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return len(one) + len(other)


def desk(port: int) -> bool:
    """The queue with its map and a proposal's page against the emptiest of the same template; then the writers."""
    user, good = User.objects.get(username="office"), True
    cookie = f"Cookie: {session_of(user)}\r\n"
    for name, (large, small, empty) in pages().items():
        if not large:
            print(f"{name}: this installation has no such page, skipped")
            continue
        numbers = [statements(path, user) for path in (large, small)]
        clients = {path: Client(port, path, headers=cookie) for path in (large, empty)}
        ratio, times = against(clients[large].body, clients[empty].body)
        met = ratio <= GOAL and numbers[0] <= numbers[1]
        good &= met
        print(
            f"{name}: {times[0]:.1f} ms against {times[1]:.1f} ms of an empty page, {ratio:.2f} x, {numbers[0]} "
            f"statements, {numbers[1]} in a small city ({verdict(met)}: goal {GOAL} x, the same statements)"
        )
    return write_at_once(port) and good


def against(mine: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, tuple[float, float]]:
    """The median of the rounds' ratios of medians, and both medians, in milliseconds."""
    for _ in range(10):
        mine(), theirs()
    rounds = [[median(once(one) for _ in range(REPEATS)) for one in (mine, theirs)] for _ in range(ROUNDS)]
    return median(a / b for a, b in rounds), (median(a for a, _ in rounds), median(b for _, b in rounds))


def write_at_once(port: int) -> bool:
    """Everybody saves their own draft again and again; every save is there at the end."""
    drafts = list(
        Proposal.objects.filter(name__startswith=DRAFTS, author__isnull=False).select_related("author", "city")
    )
    if not address("draft-save", QUIET, "x"):
        print("writers: this installation has no page that saves drafts, skipped")
        return True
    jobs = [(draft, session_of(draft.author), address("draft-save", QUIET, draft.uid)) for draft in drafts[:WRITERS]]
    start = time.perf_counter()
    with ThreadPoolExecutor(len(jobs)) as pool:
        found = list(pool.map(lambda job: save_often(port, *job), jobs))
    took = time.perf_counter() - start
    times = [one for writer in found for one in writer[0]]
    errors = [one for writer in found for one in writer[1]]
    texts = dict(Proposal.objects.filter(pk__in=[job[0].pk for job in jobs]).values_list("pk", "description"))
    lost = [job[0].pk for job, writer in zip(jobs, found, strict=True) if texts[job[0].pk] != writer[2]]
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else 0
    met = not errors and not lost
    print(
        f"{len(jobs)} writers at once: {len(times)} saves in {took:.1f} s, p95 {p95:.0f} ms, median "
        f"{median(times) if times else 0:.0f} ms, {len(errors)} errors, {len(lost)} lost ({verdict(met)}: none)"
    )
    for error in errors[:3]:
        print(f"  {error}")
    return met


def save_often(port: int, draft: Proposal, cookie: str, path: str) -> tuple[list[float], list[str], str]:
    """The milliseconds of each save of one writer, what went wrong, and the last text that was acknowledged."""
    asked, times, errors, last, revision = http.client.HTTPConnection("127.0.0.1", port), [], [], "", draft.revision
    headers = {"Cookie": cookie, "X-CSRFToken": CSRF, "Content-Type": "application/json"}
    headers["Origin"] = settings.SITE_URL
    for turn in range(SAVES):
        text = f"Un orto nel cortile, pensato per la volta numero {turn}."
        start = time.perf_counter()
        try:
            body = json.dumps({"revision": revision, "fields": {"description": text}})
            asked.request("POST", path, body, headers)
            answer = asked.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            errors.append(repr(error))
            asked.close()
            continue
        if answer.status != 200:
            errors.append(f"{answer.status} {said[:200]!r}")
            continue
        times.append((time.perf_counter() - start) * 1000)
        revision, last = json.loads(said)["revision"], text
    asked.close()
    return times, errors, last
