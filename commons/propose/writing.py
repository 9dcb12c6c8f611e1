"""What the writing page shows of a draft, and how what comes back from it is read: from a form, or from a script."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.gather.kept import keep, kept
from commons.lifecycle import find_move
from commons.models import Call, Proposal
from commons.propose import drafts
from commons.propose.forms import DraftForm, initial_place
from commons.propose.parts import anchored, progress, wrong_in
from commons.propose.place import said
from commons.propose.resources import BaseResources, resource_rows
from commons.propose.similar import similar
from commons.refusals import Missing
from commons.views import around
from neighbourhoods.models import City

MOST_HELD = 50  # drafts in one browser


def held_keys(request: HttpRequest) -> dict[str, str]:
    """The secret keys of drafts that this browser holds."""
    keys = request.session.get("drafts", {})
    return keys if isinstance(keys, dict) else {}


def hold(request: HttpRequest, proposal: Proposal, key: str) -> None:
    keys = held_keys(request) | {proposal.uid: key}
    request.session["drafts"] = dict(list(keys.items())[-MOST_HELD:])


def opened(request: HttpRequest, city: str, uid: str, what: str = "read") -> tuple[Proposal, frozenset[str]]:
    """The proposal and what this person may do with it; Http404 for everybody who may not do `what`."""
    records = Proposal.objects.select_related("city", "building", "house", "call", "author")
    proposal = get_object_or_404(records, city__slug=city, uid=uid)
    able = drafts.abilities(proposal, request.user, held_keys(request).get(uid, ""))
    if what not in able:
        raise Http404
    return proposal, able


def call_is_open(call: Call) -> bool:
    """By the clock, as the requirement asks it."""
    return (
        call.state != Call.State.PREPARING and bool(call.opens_at) and call.opens_at <= timezone.now() < call.closes_at
    )


def missing_of(proposal: Proposal) -> list[tuple[str, Missing]]:
    """What is still missing before it can be sent: the place on the page to go to, and the words."""
    return anchored(proposal.missing_for(find_move("proposal", "submit")))


def context_of(
    request: HttpRequest, proposal: Proposal, able: frozenset[str], form: DraftForm, rows: BaseResources,
    refused: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Everything the writing page says; `refused`: it could not be sent, for what is missing."""
    key = held_keys(request).get(proposal.uid, "") if not proposal.author_id else ""
    path = reverse("draft", args=[proposal.city.slug, proposal.uid])
    missing = missing_of(proposal)
    return {
        "city": proposal.city,
        "proposal": proposal,
        "able": able,
        "form": form,
        "rows": rows,
        "missing": missing,
        "parts": progress(missing, wrong_in(form, rows), every=refused),
        "refused": refused,
        "key_url": f"{settings.SITE_URL}{path}?key={key}" if drafts.opens(proposal, key) else "",
        "question": question_of(proposal),
        "note": request.POST.get("note") or kept(request, answer_name(proposal)),
        "files_url": files_address(proposal),
        "config": map_config(proposal),
        "around": where_of(proposal),
        "similar": similar_to(proposal),
        "team": proposal.collaborators.select_related("house").exclude(state="revoked"),
    }


def answer_name(proposal: Proposal) -> str:
    """What an answer is kept under that was typed and not sent yet."""
    return f"answer:{proposal.uid}"


def keep_answer(request: HttpRequest, proposal: Proposal) -> None:
    """What was typed as an answer is in the form again when the page comes back without having sent it."""
    if note := request.POST.get("note", "").strip():
        keep(request, answer_name(proposal), note)


def reading_of(proposal: Proposal, able: frozenset[str]) -> dict[str, Any]:
    """What somebody reads who may not change it: the texts as they are now."""
    return {
        "city": proposal.city, "proposal": proposal, "able": able, "around": where_of(proposal),
        "proposers": list(proposal.proposers.all()), "resources": list(proposal.resources.all()),
        "files": proposal.attachments.filter(removed_at__isnull=True),
    }  # fmt: skip


def files_address(proposal: Proposal, page: str = "draft-files") -> str:
    """The page of the proposal's files; empty where files are not taken."""
    try:
        return reverse(page, args=[proposal.city.slug, proposal.uid])
    except NoReverseMatch:
        return ""


def question_of(proposal: Proposal) -> Any:
    """The step that asks for changes, while an answer is owed."""
    if proposal.state != Proposal.State.NEEDS_CHANGES:
        return None
    return proposal.steps.filter(move="ask_changes").order_by("-pk").first()


def where_of(proposal: Proposal) -> dict[str, Any]:
    """What the database found of the place: neighbourhood, district, and the nearest Casa."""
    point = proposal.label_point
    return {
        "words": said(proposal.place),
        "neighbourhood": territory(proposal.neighbourhood_id),
        "district": territory(proposal.district_id),
        "house": around.nearest_house(proposal.city, point),
        "building": proposal.building,
    }


def territory(pk: int | None) -> Any:
    from neighbourhoods.models import Neighbourhood

    return around.plain(Neighbourhood.objects.filter(pk=pk)).first() if pk else None


def similar_to(proposal: Proposal) -> Any:
    return similar(proposal.city, proposal.building, proposal.place, proposal.name, proposal.uid)


def map_config(proposal: Proposal) -> dict[str, Any]:
    """What the page of a draft needs to know: the map, and where it asks."""
    city = proposal.city
    return map_of(city) | {
        "save": reverse("draft-save", args=[city.slug, proposal.uid]),
        "find": reverse("propose-find", args=[city.slug]),
        "similar": reverse("draft-similar", args=[city.slug, proposal.uid]),
    }


def map_of(city: City) -> dict[str, Any]:
    """What a map to draw on needs to know; boxes are [west, south, east, north] in degrees."""
    return {
        "city": city.slug,
        "box": [float(number) for number in around.drawn_box(city).split(",")],
        "ground": {"water": True, "street": True},
        "tiles": {"url": settings.TILE_URL, "attribution": settings.TILE_ATTRIBUTION} if settings.TILE_URL else None,
        "words": words(),
    }


def words() -> dict[str, str]:
    """The sentences that the page's script says."""
    return {
        "map": _("Map to mark the place"),
        "keys": _("Arrows move the map, plus and minus change its scale."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "ownGround": _("The background map does not answer: streets and water are our own."),
        "saving": _("Saving…"),
        "saved": _("Saved at {time}"),
        "takenUp": _("What you wrote without network is back here, and is being saved."),
        "savedBut": _("Saved at {time}, but for: {fields}"),
        "notSaved": _("Not saved: the connection does not answer. What you wrote is here; we keep trying."),
        "conflict": _("Somebody else has changed this draft meanwhile. Nothing is lost: look at both texts."),
        "closed": _("This proposal is not open to writing any more. Copy what you need, then load the page again."),
        "signedOut": _(
            "This draft does not open any more in this browser. Copy what you need, then load the page again."
        ),
        "vertices": _("{count} points. Add at least {more} more."),
        "drawn": _("{count} points marked."),
        "point": _("Place marked."),
        "cleared": _("Nothing is marked."),
        "choose": _("Choose this place"),
        "nothing": _("No place here fits. Try the street alone, or mark it on the map."),
        "several": _("{count} places fit: choose one."),
        "swapped": _("Use this place instead"),
        "notYet": _("Not saved yet: {fields}. The rest is saved."),
        "bothTexts": _("Look at both texts"),
        "row": _("Row {number}"),
    }


def refuse(words_: str) -> NoReturn:
    raise BadRequest(words_)


def read_script(body: bytes) -> tuple[int, QueryDict, set[str], bool]:
    """Revision, fields as a form would send them, their names, and whether the resources came too.

    Raises BadRequest for what is no such document.
    """
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=lambda name: refuse(name))
        json.dumps(content, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text
        fields, resources = content.get("fields", {}), content.get("resources")
        revision = content.get("revision")
        if not isinstance(fields, dict) or isinstance(revision, bool) or not isinstance(revision, int):
            raise ValueError("shape")
        rows = isinstance(resources, list)
        if resources is not None and not (rows and all(isinstance(row, dict) for row in resources)):
            raise ValueError("resources")
        return revision, as_query(fields, resources), set(fields), rows
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadRequest(str(error)) from error


def read_form(
    request: HttpRequest, proposal: Proposal, data: Mapping, only: set[str] | None = None, with_rows: bool = True
) -> tuple[DraftForm, BaseResources | None]:
    """The form and its rows filled with what came; `only` are the fields that came from a script."""
    wanted = only
    if only is not None and {"where", "chosen", "place", "building"} & only:
        wanted = only | {"where", "chosen", "place", "building"}
        data = data.copy()
        for name in ("place", "building", "where"):
            if name not in data:
                data[name] = initial_place(proposal)[name]
    form = DraftForm(proposal, data, user=request.user, only=wanted)
    rows = resource_rows(proposal, data) if with_rows and "resource-TOTAL_FORMS" in data else None
    return form, rows


def as_query(fields: dict[str, Any], resources: list[Any] | None) -> QueryDict:
    """What a script sent, as a form sends it. Raises ValueError for what no form could send."""
    query = QueryDict(mutable=True)
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | bool) for one in values):
            raise ValueError(name)
        query.setlist(name, ["on" if one is True else one for one in values if one is not False])
    if resources is not None:
        query["resource-TOTAL_FORMS"], query["resource-INITIAL_FORMS"] = str(len(resources)), "0"
        for number, row in enumerate(resources):
            for name, value in row.items():
                if not isinstance(value, str):
                    raise ValueError("resources")
                query[f"resource-{number}-{name}"] = value
    return query
