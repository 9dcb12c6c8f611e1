"""The page of a proposal for whoever opens it: the public story, what is open to people now, and their own part."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from commons.gather import comments, joining, limits
from commons.gather.forms import CommentForm, JoinForm
from commons.gather.kept import kept
from commons.gather.story import story
from commons.models import Follow, JoinRequest, Proposal
from people.roles import may


def everybody(request: HttpRequest, record: Proposal, alias: str) -> dict[str, Any]:
    """What the page says to all: nothing here depends on who asks, but for the page of the comments."""
    now = timezone.now()
    closes = record.comments_close_at
    return story(record, alias) | {
        "comments": comments.comments_page(record, request.GET.get("comments"), alias),
        "comments_closed": limits.comments_closed(record, now),
        "comments_close": limits.moment_words(record.city, closes) if closes else "",
        "joining_closed": limits.joining_closed(record),
        "supporting_closed": limits.supporting_closed(record),
        "premoderated": record.city.profile.get("procedure", {}).get("premoderation", False),
        "office_address": record.city.profile.get("contact"),
    }


def own_part(request: HttpRequest, record: Proposal) -> dict[str, Any]:
    """What only this person sees: forms with what they had typed, their own support, request and waiting comments."""
    user = request.user
    texts = {name: kept(request, f"{name}:{record.uid}") for name in ("comment", "join")}
    part: dict[str, Any] = {
        "comment_form": CommentForm(initial={"text": texts["comment"]}),
        "join_form": JoinForm(user, initial={"message": texts["join"]}),
        "kept_comment": bool(texts["comment"]),
        "kept_join": bool(texts["join"]),
    }
    if not user.is_authenticated:
        return part
    live = Proposal.objects.select_related("city", "house").get(pk=record.pk)
    roles = live.roles_of(user)
    mine = JoinRequest.objects.filter(proposal=live, user=user).first()
    if mine and not texts["join"]:
        part["join_form"] = JoinForm(user, initial={"message": mine.message, "organisation": mine.organisation_id})
    return part | {
        "supported": live.supports.filter(user=user).exists(),
        "followed": Follow.objects.filter(uid=record.uid, user=user).exists(),
        "my_request": mine,
        "my_waiting": comments.waiting_of(live, user),
        "requests": joining.requests_of(live, roles),
        "answers_requests": may(roles, "moderate_joins"),
        "on_the_desk": may(roles, "desk"),
    }


def for_one_person(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page with somebody's own data is nobody else's; one with a form alone is not shared either."""
    patch_cache_control(response, private=True, **{"no_store" if request.user.is_authenticated else "no_cache": True})
    return response
