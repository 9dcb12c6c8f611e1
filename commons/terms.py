"""TERMS: the words that not everybody knows, explained where they first stand on a page and all on one page.

A test holds that each stands in `docs/glossary.md` too, and that every term that a template explains is here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    """One word: its `slug` is its place on the page, `label` the city's own word for it where a profile has one."""

    slug: str
    word: Promise
    meaning: Promise
    label: str = ""


_entries = (
    Term("commons", _("Commons"), _(
        "Places and things that belong to everybody, and that people and the city look after together: a square, "
        "a garden, an empty school."
    )),
    Term("pact", _("Collaboration pact"), _(
        "An agreement that a group of people signs with the city to look after a place or a service together. It says "
        "who does what, for how long, and with what help."
    ), "pact"),
    Term("proposal", _("Proposal"), _(
        "What somebody offers to do for a place or a neighbourhood: where, with whom, what for. The office reads it "
        "and answers. If the city says yes, it becomes a pact."
    )),
    Term("house", _("Casa del Quartiere"), _(
        "A house open to all, with activities, meetings and help. People there can listen to an idea and help to "
        "write it down."
    ), "house"),
    Term("disused", _("Disused public building"), _(
        "A building or a space of the city that nobody uses now. It can be given back to use with a pact."
    )),
    Term("underused", _("Underused"), _(
        "Used only in part, or only at times: the rest could be shared."
    )),
    Term("neighbourhood", _("Neighbourhood"), _(
        "The part of the city in which people feel they live. The map says where every place belongs."
    )),
    Term("district", _("District"), _(
        "A legal part of the city, with a council of its own. It is larger than a neighbourhood."
    ), "district"),
    Term("schematic", _("Schematic boundaries"), _(
        "Boundaries drawn by hand. They give an idea and are not exact: official ones take their place when the city "
        "publishes them."
    )),
    Term("approximate", _("Approximate place"), _(
        "We know about where it is, not exactly. The mark on the map may be some streets away."
    )),
    Term("crow", _("As the crow flies"), _(
        "The distance in a straight line. On foot or by bus it is longer."
    )),
    Term("review", _("Under review"), _(
        "The office reads the proposal with the services concerned, and may ask the group for more."
    )),
    Term("consultation", _("Open to comments"), _(
        "Anybody can read the proposal, comment on it or ask to join, until the day that is written there."
    )),
    Term("codesign", _("Co-design"), _(
        "Meetings in which the group and the office write the text of the pact together."
    ), "laboratory"),
    Term("call", _("Public call"), _(
        "The city names places and rules, and invites proposals until a day and an hour."
    )),
    Term("proposer", _("Proposers"), _(
        "The groups that make a proposal. Single people are not named on the map."
    )),
    Term("signatory", _("Signatories"), _(
        "The groups that signed a pact with the city."
    )),
    Term("complex", _("Ordinary, complex"), _(
        "Ordinary: small, simple care of a place. Complex: it changes a place for long, or costs much; more offices "
        "have to agree."
    )),
    Term("protocol", _("Protocol number"), _(
        "The number and day that the city's register gives to a document. It proves when it arrived."
    )),
    Term("reporting", _("Report of a pact"), _(
        "What the group of a pact tells the city every so often: what was done, with whom, what was spent."
    )),
    Term("civic-use", _("Civic and collective use"), _(
        "A place that anybody may use, by rules that its community wrote and the city recognised."
    )),
    Term("architect", _("Neighbourhood architect"), _(
        "Somebody of the city who knows one neighbourhood, walks it and helps its groups."
    )),
    Term("licence", _("Licence"), _(
        "What you may do with the data. Most may be copied, changed and sold: you only say where they come from."
    )),
)  # fmt: skip
TERMS: dict[str, Term] = {term.slug: term for term in _entries}
