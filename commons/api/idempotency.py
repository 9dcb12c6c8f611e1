"""The same request twice is done once: `Idempotency-Key`, and `If-Match` against writing over somebody's change."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from commons.api.problems import Trouble
from commons.models import KeptAnswer, Proposal
from commons.models.answers import KEPT

KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")
WAITS = "5s"  # how long a repetition waits for the first to finish
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def written(handler: Callable) -> Callable:
    """A handler that writes: all or nothing, and once only for one Idempotency-Key.

    The key is written in the transaction of what it guards. A repetition that comes meanwhile waits at the unique
    index; when the first ends well it gets the kept answer, when the first is refused it takes its turn. A refusal
    is not kept: it has done nothing.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        request.data  # noqa: B018  reads the body, before anything is locked
        with transaction.atomic():
            key = request.headers.get("Idempotency-Key")
            if key is None or request.method != "POST":
                return answered(*handler(view, request, *args, **kwargs))
            kept, first = claim(request, key)
            if not first:
                return repeated(kept, fingerprint(request))
            answer = answered(*handler(view, request, *args, **kwargs))
            kept.status, kept.body = answer.status_code, answer.content.decode()
            kept.headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
            kept.save(update_fields=["status", "body", "headers"])
            return answer

    return once


def answered(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """The answer in bytes; GeoJSON by its own name. Nobody else's cache may keep it."""
    geojson = isinstance(data, dict) and data.get("type") in {"Feature", "FeatureCollection"}
    body = b"" if status == 204 else JSONRenderer().render(data)
    response = HttpResponse(body, status=status, headers=headers or {})
    response["Content-Type"] = "application/geo+json" if geojson else "application/json"
    response["Cache-Control"] = "private, no-store"
    return response


def fingerprint(request: Request) -> str:
    """Which request this is: the same key with another one is a mistake of the program that sends it."""
    parts = (request.method, request.get_full_path(), getattr(request, "body_digest", ""))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def claim(request: Request, key: str) -> tuple[KeptAnswer, bool]:
    """(The row of this key, whether it is ours to fill), waiting for whoever is filling it."""
    if not KEY.match(key):
        raise Trouble("invalid-input", _("Idempotency-Key is 1 to 255 visible ASCII characters."))
    mine = KeptAnswer.objects.filter(user=request.user)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true), current_setting('lock_timeout')", [WAITS])
            mine.filter(at__lt=timezone.now() - KEPT).delete()
            asked = {"fingerprint": fingerprint(request), "path": request.path[:300]}
            KeptAnswer.objects.bulk_create([KeptAnswer(user=request.user, key=key, **asked)], ignore_conflicts=True)
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            row = mine.get(key=key)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise Trouble("conflict", _("A request with this Idempotency-Key is still under way.")) from error
    return row, row.status == 0


def repeated(kept: KeptAnswer, asked: str) -> HttpResponse:
    """The kept answer, word for word."""
    if kept.fingerprint != asked:
        raise Trouble("conflict", _("This Idempotency-Key was used for another request."))
    response = HttpResponse(kept.body.encode(), status=kept.status, headers=kept.headers)
    response["Cache-Control"] = "private, no-store"
    response["Idempotency-Replayed"] = "true"
    return response


def etag(proposal: Proposal) -> str:
    """Changes with every change of the text (`revision`) and with every step (`state_since`)."""
    since = f"{proposal.state_since.timestamp():.6f}" if proposal.state_since else "0"
    return f'"{proposal.revision}-{since}"'


def unchanged(request: Request, proposal: Proposal) -> Proposal:
    """The proposal, locked, when it is still the one that the program has read; needs a transaction."""
    wanted = request.headers.get("If-Match")
    if not wanted:
        raise Trouble("invalid-input", _("Send If-Match with the ETag of what you have read."))
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("city").get(pk=proposal.pk)
    if wanted.strip() != "*" and etag(proposal) not in [one.strip() for one in wanted.split(",")]:
        raise Trouble("changed-meanwhile", _("It has changed since you read it: read it again, then decide."))
    return proposal
