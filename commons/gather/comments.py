"""Comments on a proposal: written while they are open, shown a page at a time, taken away with a trace."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.utils.translation import get_language

from commons.gather.limits import comments_closed
from commons.models import Contribution, Proposal
from commons.notifications import commented
from commons.refusals import NotPossible
from people.models import User

PAGE = 30
Moderation = Contribution.Moderation


@transaction.atomic
def write_comment(proposal: Proposal, by: User, text: str) -> Contribution:
    """Writes a comment, shown at once or after the office has read it as the city's profile says.

    The row is locked: a comment is either before the closing or refused. The same text twice in a row is one comment.
    Raises NotPossible with the reason when comments are not open.
    """
    locked = Proposal.objects.public().select_for_update(of=("self",), no_key=True).select_related("city")
    record = locked.get(pk=proposal.pk)
    if why := comments_closed(record):
        raise NotPossible(why)
    last = record.contributions.filter(author=by).last()
    if last and last.text == text and last.moderation != Moderation.HIDDEN:
        return last
    first_read = record.city.profile.get("procedure", {}).get("premoderation", False)
    written = record.contributions.create(
        author=by, text=text, language=(get_language() or "it")[:2],
        moderation=Moderation.WAITING if first_read else Moderation.SHOWN,
    )  # fmt: skip
    commented(written)
    return written


def comments_page(proposal: Proposal, number: str | None, alias: str) -> Page | None:
    """One page of what everybody sees, the newest first: comments, and the traces of those taken away.

    None while the texts of the proposal are not public. Two statements, however many comments there are.
    """
    if not proposal.text_public:
        return None
    seen = Contribution.objects.using(alias).filter(proposal=proposal.pk, moderation__in=SEEN).select_related("author")
    page = Paginator(seen.order_by("-pk"), PAGE).get_page(number)
    for comment in page.object_list:
        comment.removed = comment.moderation == Moderation.HIDDEN
        if comment.removed:
            comment.text = ""
    return page


SEEN = (Moderation.SHOWN, Moderation.HIDDEN)


def waiting_of(proposal: Proposal, user: Any) -> list[Contribution]:
    """A person's own comments that the office has not read yet: nobody else sees them."""
    mine = Contribution.objects.filter(proposal=proposal.pk, author=user.pk, moderation=Moderation.WAITING)
    return list(mine[:PAGE])
