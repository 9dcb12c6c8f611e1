"""The addresses of the API. Each view reads the request, asks the rules elsewhere, and answers."""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.views import APIView

from commons.api import writing
from commons.api.authentication import AddressRate
from commons.api.idempotency import answered, etag, unchanged, written
from commons.api.permissions import discards, edits, own, seen_by
from commons.api.problems import Trouble
from commons.api.schema import described
from commons.api.serializers import Me, MessageWords, MoveWords, ProposalFeature
from commons.lifecycle import Move, find_move
from commons.models import Proposal
from commons.propose.drafts import discard
from people.models import ApiToken

DEFAULT, MOST = 20, 100
Answer = tuple[Any, ...]


class Acting(APIView):
    """What every address of the API does first: count, choose the language, ask for the scope."""

    scopes: dict[str, str] = {"GET": "read"}
    parameters: tuple[str, ...] = ()

    def scope_for(self, request: Request) -> str:
        return self.scopes.get(request.method, "read")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        translation.activate(language_of(request))
        address = AddressRate()
        if not address.allow_request(request, self):
            self.throttled(request, address.wait())
        super().initial(request, *args, **kwargs)
        known_only(request, set(self.parameters))
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            raise Trouble("invalid-input", _("Send Content-Length: a body in chunks is not read."))

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        if response.status_code < 400 and isinstance(getattr(request, "auth", None), ApiToken):
            request.auth.used()
        return super().finalize_response(request, response, *args, **kwargs)


def language_of(request: HttpRequest) -> str:
    """The language of the sentences: what the program asks for, English otherwise."""
    wanted = request.META.get("HTTP_ACCEPT_LANGUAGE", "").strip().lower()
    return "it" if wanted.startswith("it") else "en"


def feature(request: Request, proposal: Proposal, whole: bool = True) -> dict[str, Any]:
    return ProposalFeature(proposal, context={"request": request, "whole": whole}).data


def known_only(request: Request, known: set[str]) -> None:
    """Refuses parameters that are not known here, or that stand twice."""
    if strange := sorted(set(request.GET) - known):
        errors = [{"parameter": name[:100], "detail": _("This parameter is not known here.")} for name in strange]
        said = _("These are known here: %s.") % ", ".join(sorted(known)) if known else _("None is known here.")
        raise Trouble("unknown-parameter", said, errors)
    if twice := [name for name in request.GET if len(request.GET.getlist(name)) > 1]:
        raise bad(twice[0], _("This parameter stands twice."))


def page(request: Request, found: QuerySet) -> tuple[list, dict[str, str]]:
    """(The records of this page of a list, the newest first, and the link to the next page)."""
    limit, cursor = request.GET.get("limit", str(DEFAULT)), request.GET.get("cursor")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and int(limit) > 0):
        raise bad("limit", _("A whole number from 1 on is wanted."))
    if cursor:
        try:
            found = found.filter(pk__lt=signing.loads(cursor, salt="api"))
        except signing.BadSignature:
            raise bad("cursor", _("This is not a cursor that was given here.")) from None
    size = min(int(limit), MOST)
    records = list(found.order_by("-pk")[: size + 1])
    if len(records) <= size:
        return records, {}
    query = request.GET.copy()
    query["cursor"] = signing.dumps(records[size - 1].pk, salt="api")
    return records[:size], {"next": request.build_absolute_uri(f"{request.path}?{query.urlencode()}")}


def bad(parameter: str, detail: str) -> Trouble:
    return Trouble("bad-parameter", detail, [{"parameter": parameter, "detail": detail}])


@described
class Proposals(Acting):
    """One's own proposals: drafts and those that went on from there."""

    scopes = {"GET": "read", "POST": "draft"}
    parameters = ("limit", "cursor", "state", "city")

    def get(self, request: Request) -> HttpResponse:
        found = own(request.user).select_related("city", "building", "call", "pact", "neighbourhood", "district")
        found = found.defer("neighbourhood__boundary", "district__boundary", "building__place", "pact__place")
        if state := request.GET.get("state"):
            if state not in Proposal.State.values:
                raise bad("state", _("One of these is wanted: %s.") % ", ".join(Proposal.State.values))
            found = found.filter(state=state)
        if city := request.GET.get("city"):
            found = found.filter(city__slug=city)
        records, links = page(request, found.prefetch_related("proposers", "resources"))
        features = [feature(request, record) for record in records]
        links = [{"rel": rel, "href": href, "type": "application/geo+json"} for rel, href in links.items()]
        return answered({"type": "FeatureCollection", "features": features, "links": links})

    @written
    def post(self, request: Request) -> Answer:
        proposal = writing.begin(request.user, request.data)
        proposal.refresh_from_db()
        where = request.build_absolute_uri(f"{request.path}{proposal.uid}/")
        return feature(request, proposal), 201, {"Location": where, "ETag": etag(proposal)}


@described
class OneProposal(Acting):
    """A proposal; PATCH and DELETE need the ETag of what was read."""

    scopes = {"GET": "read", "PATCH": "draft", "DELETE": "draft"}

    def get(self, request: Request, uid: str) -> HttpResponse:
        proposal, whole = seen_by(request.user, uid)
        return answered(feature(request, proposal, whole), 200, {"ETag": etag(proposal)})

    @written
    def patch(self, request: Request, uid: str) -> Answer:
        proposal = unchanged(request, seen_by(request.user, uid)[0])
        edits(request.user, proposal)
        writing.change(request.user, proposal, request.data)
        proposal.refresh_from_db()
        return feature(request, proposal), 200, {"ETag": etag(proposal)}

    @written
    def delete(self, request: Request, uid: str) -> Answer:
        proposal = unchanged(request, seen_by(request.user, uid)[0])
        discards(request.user, proposal)
        discard(proposal)
        return None, 204


def said(proposal: Proposal, move: Move) -> dict[str, Any]:
    """An open step and what it still needs."""
    missing = [{"field": one.field, "detail": str(one.words)} for one in proposal.missing_for(move)]
    return {
        "name": move.name, "label": str(move.label), "target": move.target, "fields": list(move.fields),
        "note": move.note, "public": str(move.public), "missing": missing,
    }  # fmt: skip


@described
class Moves(Acting):
    """The steps that this person may take now, and what each still needs."""

    def get(self, request: Request, uid: str) -> HttpResponse:
        proposal, whole = seen_by(request.user, uid)
        found = proposal.open_to(request.user) if whole else []
        return answered({"state": proposal.state, "moves": [said(proposal, move) for move in found]}, 200,
                        {"ETag": etag(proposal)})  # fmt: skip


@described
class OneMove(Acting):
    """Takes a step: `submit` needs the scope of that name, the others `move`."""

    scopes = {"POST": "move"}

    def scope_for(self, request: Request) -> str:
        return "submit" if self.kwargs["name"] == "submit" else "move"

    @written
    def post(self, request: Request, uid: str, name: str) -> Answer:
        move = known(name)
        proposal = unchanged(request, seen_by(request.user, uid)[0])
        words = writing.checked(MoveWords, "", request.data)
        given = writing.move_fields(proposal, move, words.get("fields", {}))
        proposal.advance(name, by=request.user, note=words.get("note", ""), **given)
        shown, whole = seen_by(request.user, uid)
        return feature(request, shown, whole), 200, {"ETag": etag(shown)}


def known(name: str) -> Move:
    try:
        return find_move("proposal", name)
    except KeyError:
        raise Http404 from None


@described
class Comments(Acting):
    """A comment, while the proposal is open to comments. What moderation hides is not shown."""

    scopes = {"POST": "comment"}

    @written
    def post(self, request: Request, uid: str) -> Answer:
        made = writing.comment(request.user, seen_by(request.user, uid)[0], request.data)
        shown = {"id": made.uid, "text": made.text, "language": made.language, "written_at": made.written_at}
        return shown | {"moderation": made.moderation}, 201


@described
class Join(Acting):
    """“I want in”: reaches the proposers and the office, is never public."""

    scopes = {"POST": "comment"}

    @written
    def post(self, request: Request, uid: str) -> Answer:
        made, new = writing.join(request.user, seen_by(request.user, uid)[0], request.data)
        return {"state": made.state, "message": made.message, "asked_at": made.asked_at}, 201 if new else 200


def switch(act: Callable[[Request, str, bool], Any], wanted: bool) -> Callable[..., HttpResponse]:
    """A handler that puts something on or takes it off; doing it twice is the same as once."""

    @written
    def handler(self: Acting, request: Request, uid: str) -> Answer:
        return act(request, uid, wanted), 200

    return handler


def supporting(request: Request, uid: str, wanted: bool) -> dict[str, Any]:
    proposal, _whole = seen_by(request.user, uid)
    return {"supported": wanted, "supports": writing.support(request.user, proposal, wanted)}


def following(request: Request, uid: str, wanted: bool) -> dict[str, Any]:
    writing.follow(request.user, uid, wanted)
    return {"followed": wanted}


@described
class Supporting(Acting):
    """One person's support of a public proposal; only the number is public."""

    scopes = {"PUT": "comment", "DELETE": "comment"}
    put, delete = switch(supporting, True), switch(supporting, False)


@described
class Following(Acting):
    """Hear of a proposal, a pact or a building when something happens."""

    scopes = {"PUT": "comment", "DELETE": "comment"}
    put, delete = switch(following, True), switch(following, False)


@described
class Myself(Acting):
    """Whose key this is, what it may do, and the person's roles and organisations."""

    def get(self, request: Request) -> HttpResponse:
        return answered(Me(request.user, context={"request": request}).data)


@described
class Messages(Acting):
    """What the person was told, the newest first."""

    parameters = ("limit", "cursor")

    def get(self, request: Request) -> HttpResponse:
        records, links = page(request, request.user.messages.all())
        return answered({"messages": MessageWords(records, many=True).data, "next": links.get("next")})


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The documentation page: reads the schema and tries it, with the program's own copy of Swagger UI."""
    page = render(request, "commons/api.html", {"city": None})
    page["Cache-Control"] = "private, no-store"
    return page
