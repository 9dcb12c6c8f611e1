"""What is kept of persons, in the words of the privacy page: derived from every model's PERSONAL declaration.

`people/privacy.py` knows which fields there are and what erasure does with each; here stand the words for them. A test
fails when a model or a field is declared there and not said here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.privacy import Kept, declared

WHO = _("who it was")
# One word for a field of this name wherever it stands; a table may have another for its own.
WORDS: dict[str, Promise] = {
    "actions": _("what was done"), "actor": WHO, "aims": _("aims"), "answer": _("answer"), "architect": WHO,
    "asked_at": _("when"),
    "at": _("when"), "author": WHO, "called_by": WHO, "checked_by": _("who checked it"),
    "city": _("city"), "contact_email": _("e-mail to be reached at"), "contact_name": _("name of who can be asked"),
    "contact_phone": _("telephone"), "created_at": _("when"), "date_joined": _("when"), "description": _("text"),
    "display_name": _("the name you chose"), "email": _("e-mail address"), "entered_by": _("who typed it in"),
    "expires_at": _("until when it holds"), "first_name": _("first name"), "handled_by": _("who handled it"),
    "invited_at": _("when"), "invited_by": _("who invited"), "key": _("number of the request"), "kind": _("kind"),
    "language": _("language"), "last_login": _("last time you signed in"), "last_name": _("surname"),
    "last_used_at": _("last use"), "message": _("text"), "moderated_by": _("who moderated"), "move": _("step"),
    "muted": _("topics you do not want mail about"), "name": _("title"), "note": _("words"),
    "organisation": _("organisation"), "original_name": _("name of the file"), "pact": _("pact"), "part": _("part"),
    "paused_at": _("since when it is paused"), "due_at": _("when it is to be told"),
    "path": _("address that was asked"), "people_involved": _("who takes part"), "person": WHO,
    "person_key": _("key that stands for a person"), "person_name": _("name of who signs"),
    "made_by": WHO, "session": _("meeting"), "primary": _("whether it is the main one"), "proposal": _("proposal"),
    "provider": _("who vouches for you"), "read_at": _("when you read it"), "recorded_by": _("who wrote it down"),
    "reviewer": _("who reads it in the office"), "rhythm": _("how often you want mail"), "role": _("part"),
    "scopes": _("what it may do"), "sent_at": _("when it was sent"), "signed_on": _("day of the signature"),
    "since": _("since when"), "state": _("state"), "subject": _("subject"), "submitted_on": _("day it was sent"),
    "text": _("text"), "title": _("title"), "told_at": _("when"), "type": _("kind"), "uid": _("what it is about"),
    "undone_by": _("who undid it"), "until": _("until when"), "uploaded_at": _("when"), "uploaded_by": WHO,
    "user": WHO, "username": _("user name"), "verified": _("whether it is proved"), "written_at": _("when"),
    "written_by": WHO, "action_time": _("when"), "object_repr": _("name of the record"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One table of the database, said to people: what it is, and words for fields that mean another thing here."""

    title: Promise
    why: Promise
    words: dict[str, Promise] = field(default_factory=dict)


TOLD: dict[str, Told] = {
    "people.user": Told(_("Your account"), _("So that you can sign in, and be written to.")),
    "account.emailaddress": Told(_("Your e-mail addresses"), _("So that only you can enter your account.")),
    "mfa.authenticator": Told(_("Your second step"), _("So that a stolen password is not enough.")),
    "socialaccount.socialaccount": Told(
        _("Entry with SPID or CIE"), _("So that your digital identity opens your account."),
        {"uid": _("identifier of your digital identity")},
    ),
    "people.apitoken": Told(
        _("Access keys for programs"), _("So that a program of yours can act for you."), {"name": _("name of the key")}
    ),
    "people.message": Told(_("Messages to you"), _("So that you learn what happens with what you care for.")),
    "people.membership": Told(_("Groups you belong to"), _("So that you can act for them.")),
    "people.invitation": Told(_("Invitations to a group"), _("So that you can answer them.")),
    "people.grant": Told(_("Parts you play in the city's offices"), _("So that you may do your work here.")),
    "commons.proposal": Told(
        _("Proposals you write"),
        _("So that the office can answer. The contact is never published. A draft that is yours alone is deleted."),
    ),
    "commons.collaborator": Told(_("Invitations to write together"), _("So that several people can write one draft.")),
    "commons.attachment": Told(_("Files you add"), _("Photos lose the place and time that cameras write into them.")),
    "commons.step": Told(_("Steps of proposals and pacts"), _("So that it stays known how a decision was reached.")),
    "commons.signature": Told(_("Signatures of pacts"), _("Names of persons are for the office only.")),
    "commons.report": Told(_("Reports of pacts"), _("So that everybody can read what a pact has done.")),
    "commons.contribution": Told(_("Comments"), _("So that people can discuss a proposal.")),
    "commons.joinrequest": Told(_("Requests to join"), _("So that a group can welcome you.")),
    "commons.support": Told(_("What you support"), _("Only the number of people is shown.")),
    "commons.follow": Told(
        _("What you follow"),
        _("So that you get news of it. Nobody else sees it."),
        {"name": _("name you gave it"), "question": _("what you asked of the map")},
    ),
    "commons.happening": Told(
        _("What has happened in public"), _("So that who did something is not told of it as of news.")
    ),
    "commons.notice": Told(_("News for you"), _("So that what you follow reaches you together, and once.")),
    "commons.correction": Told(
        _("What you tell us of the map"), _("So that the office can put it right and answer you.")
    ),
    "commons.feedback": Told(
        _("Messages about the site"), _("So that somebody can answer you. They are deleted after one year.")
    ),
    "commons.keptanswer": Told(_("Requests of programs"), _("So that one that is sent twice acts once. One day.")),
    "commons.codesignsession": Told(_("Meetings"), _("Who in the office called them.")),
    "commons.need": Told(
        _("Needs you report"), _("So that the office can answer. Who reported a need is never shown."),
        {"read_by": _("who in the office read it"), "reporter": WHO, "reported_at": _("when")},
    ),
    "commons.laboratory": Told(_("Laboratories"), _("Which architect of the city leads them.")),
    "commons.attendance": Told(
        _("Who came to a laboratory"),
        _("So that different people and visits can be counted. Names are not kept: a key stands for each person."),
    ),
    "commons.evidence": Told(
        _("What the parties of a pact show"), _("So that everybody can see how a pact is going.")
    ),
    "commons.visit": Told(_("Monitoring visits"), _("Who in the office made them.")),
    "commons.evaluation": Told(_("Final evaluations of pacts"), _("Who in the office wrote them.")),
    "commons.buildingentry": Told(_("History of buildings"), _("Who in the office wrote it down.")),
    "commons.formalact": Told(_("Acts of the city"), _("Who in the office wrote them down.")),
    "mapping.upload": Told(_("Files of data"), _("Who in the office brought them in.")),
    "mapping.savedsource": Told(_("Sources of data"), _("Who in the office set them up.")),
    "mapping.importrun": Told(_("Imports"), _("Who in the office ran or undid them.")),
    "mapping.export": Told(_("Files made on request"), _("So that whoever asked for a file finds it. One day.")),
    "admin.logentry": Told(_("Work in the administration"), _("Who changed what, for those who check.")),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One line of the page. Erasure deletes the row (`goes`), or takes away what is in `emptied` and leaves `stays`."""

    title: Promise
    why: Promise
    fields: tuple[Promise, ...]
    goes: bool
    emptied: tuple[Promise, ...]
    stays: tuple[Promise, ...]


def word(label: str, name: str) -> Promise:
    """The word for a field. Raises KeyError where there is none."""
    return TOLD[label].words.get(name) or WORDS[name]


def goes(kept: Kept) -> bool:
    """Whether erasure deletes a person's rows of this table, by its own declaration."""
    named = {kept.policy[name] for name in (*kept.pointers, *kept.addresses)}
    return "delete" in named


def line(label: str, kept: Kept) -> Said:
    """What the page says of one table."""

    def words(*policies: str) -> tuple[Promise, ...]:
        return tuple(dict.fromkeys(word(label, name) for name, policy in kept.policy.items() if policy in policies))

    told = TOLD[label]
    every = words("export", "blank", "delete", "unlink")
    return Said(told.title, told.why, every, goes(kept), words("blank", "unlink"), words("export"))


def every_table() -> Iterator[tuple[str, Kept]]:
    """Every table that keeps something of persons, the account first."""
    yield "people.user", Kept(User, User.PERSONAL)
    for kept in declared():
        yield kept.model._meta.label_lower, kept


def said() -> list[Said]:
    """The whole page: the tables in the order of TOLD."""
    found = {label: line(label, kept) for label, kept in every_table()}
    return [found[label] for label in TOLD if label in found]
