"""Why is this not public? Every rule that decides it, one by one and in words, for any record of a city."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from commons.desk.door import Desk
from commons.models import Call, Pact, Proposal
from neighbourhoods.models import Neighbourhood
from neighbourhoods.records import Located, Published
from neighbourhoods.vocabulary import Visibility


@dataclass(frozen=True)
class Rule:
    """One rule: whether it lets the record be seen, and a sentence."""

    good: bool
    words: str


def find(desk: Desk, uid: str) -> Published | None:
    """The record with this identifier in the city of the desk, of whatever kind; None for what is not this person's."""
    for model in filter(lambda one: issubclass(one, Published), apps.get_models()):
        if record := model._default_manager.filter(uid=uid, city=desk.city).select_related("city").first():
            return record if seen_by(desk, record) else None
    return None


def seen_by(desk: Desk, record: Any) -> bool:
    """Somebody of a few areas asks only about these; a draft is said to be one and nothing more."""
    if desk.areas is None or not isinstance(record, Located):
        return desk.areas is None or type(record).objects.public().filter(pk=record.pk).exists()
    return desk.within(type(record).objects.filter(pk=record.pk)).exists()


def rules(record: Any) -> list[Rule]:
    """Every rule that holds for this kind of record, in the order in which it is asked."""
    found = [visibility(record)]
    if isinstance(record, Proposal):
        found += of_proposal(record)
    if isinstance(record, Pact):
        found.append(Rule(True, _("A pact is public from the moment it is ready to sign.")))
    if isinstance(record, Call):
        preparing = record.state == Call.State.PREPARING
        found.append(Rule(not preparing, _("The call is still in preparation: publish it on the page of the calls.")
                          if preparing else _("The call is published.")))  # fmt: skip
    if isinstance(record, Neighbourhood):
        found.append(boundary(record))
    if isinstance(record, Located):
        found += located(record)
    return found


def visibility(record: Any) -> Rule:
    words = {
        Visibility.PUBLIC: _("Nobody has hidden it."),
        Visibility.HIDDEN: _("The office has hidden it. Its page says that it is gone; it can be shown again."),
        Visibility.WITHDRAWN: _("It was withdrawn from publication. Its page says that it is gone."),
    }
    public = record.visibility == Visibility.PUBLIC
    return Rule(public, str(words.get(record.visibility, _("It is not set to be public."))))


def of_proposal(record: Proposal) -> list[Rule]:
    if record.state == Proposal.State.DRAFT:
        return [Rule(False, _("It is a draft: only those who write it see it, until they submit it."))]
    if record.public_since is None:
        words = _("Nobody has taken it up yet. Title, place and state are public when the office takes it up.")
        if record.state == Proposal.State.WITHDRAWN:
            words = _("It was withdrawn before the office took it up: it was never public.")
        return [Rule(False, words), text_rule(record)]
    return [Rule(True, _("The office has taken it up: title, place and state are public.")), text_rule(record)]


def text_rule(record: Proposal) -> Rule:
    if record.text_public:
        return Rule(True, _("Its texts are public."))
    return Rule(False, _("Its texts are not public yet: they are when it is opened to comments or to co-design."))


def boundary(record: Neighbourhood) -> Rule:
    if record.partition.current:
        return Rule(True, _("Its boundary is in force."))
    return Rule(False, _("Its boundary is not in force today: the map shows the one that is."))


def located(record: Any) -> list[Rule]:
    if not record.place:
        return [Rule(False, _("It has no place: it is in the lists, not on the map."))]
    inside = Rule(True, _("It has a place on the map."))
    if record.neighbourhood_id is None:
        return [inside, Rule(False, _("No neighbourhood in force holds it: filters by neighbourhood leave it out."))]
    return [inside, boundary(record.neighbourhood)]
