"""The self-assessment against WCAG 2.2 AA and EN 301 549: every criterion, its verdict, and how it was reached.

It says what was checked and how, not what would be nice. AUTOMATIC names tests of this repository that fail when it is
no longer so; BY_HAND was looked at by people who made it; nobody who uses a screen reader every day has judged it yet.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ASSESSED_ON = date(2026, 11, 22)


class Verdict(TextChoices):
    MET = "met", _("Met")
    PARTLY = "partly", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NONE = "none", _("Not applicable")


AXE = _("Automatic: axe finds nothing on any kind of page, in both languages, light and dark, wide and narrow.")
BROWSER = _("Automatic: a test in a browser does it on every kind of page.")
KEYS = _("Automatic: a test does it with the keyboard alone, from the map to the proposal.")
BY_HAND = _("By hand: looked at on one page of each kind.")
NO_MEDIA = _("There is no sound and no video.")
ABSENT = _("Nothing of the kind is on the site.")
ONLY_IN_22 = "–"  # EN 301 549 v3.2.1 takes over WCAG 2.1 and does not know it


@dataclass(frozen=True)
class Criterion:
    """One success criterion. `clause` is where EN 301 549 asks for it."""

    number: str
    name: Promise
    level: str
    verdict: Verdict
    how: Promise
    new: bool = False

    @property
    def clause(self) -> str:
        return ONLY_IN_22 if self.new else f"9.{self.number}"


MET, PARTLY, NONE = Verdict.MET, Verdict.PARTLY, Verdict.NONE
_criteria = (
    ("1.1.1", _("Non-text content"), "A", PARTLY, _(
        "Marks and drawings have a text beside them. Photos have their title only: what they show is not described "
        "unless whoever adds them writes it."
    )),
    ("1.2.1", _("Audio-only and video-only (prerecorded)"), "A", NONE, NO_MEDIA),
    ("1.2.2", _("Captions (prerecorded)"), "A", NONE, NO_MEDIA),
    ("1.2.3", _("Audio description or media alternative (prerecorded)"), "A", NONE, NO_MEDIA),
    ("1.2.4", _("Captions (live)"), "AA", NONE, NO_MEDIA),
    ("1.2.5", _("Audio description (prerecorded)"), "AA", NONE, NO_MEDIA),
    ("1.3.1", _("Info and relationships"), "A", MET, AXE),
    ("1.3.2", _("Meaningful sequence"), "A", MET, BY_HAND),
    ("1.3.3", _("Sensory characteristics"), "A", MET, _(
        "By hand: kind is a shape and a word, state is a fill and a word."
    )),
    ("1.3.4", _("Orientation"), "AA", MET, _("By hand: pages turn with the screen.")),
    ("1.3.5", _("Identify input purpose"), "AA", MET, AXE),
    ("1.4.1", _("Use of color"), "A", MET, _("By hand: kind is a shape and a word, state is a fill and a word.")),
    ("1.4.2", _("Audio control"), "A", NONE, NO_MEDIA),
    ("1.4.3", _("Contrast (minimum)"), "AA", MET, AXE),
    ("1.4.4", _("Resize text"), "AA", MET, BROWSER),
    ("1.4.5", _("Images of text"), "AA", PARTLY, _(
        "The drawing that stands in for the map without a script holds names of streets and places as a picture. The "
        "list beside it says the same in text."
    )),
    ("1.4.10", _("Reflow"), "AA", MET, BROWSER),
    ("1.4.11", _("Non-text contrast"), "AA", MET, _("By hand: every mark and border of a control was measured.")),
    ("1.4.12", _("Text spacing"), "AA", MET, BROWSER),
    ("1.4.13", _("Content on hover or focus"), "AA", MET, BY_HAND),
    ("2.1.1", _("Keyboard"), "A", PARTLY, _(
        "The whole way from a place to a proposal is tested by keyboard alone. Drawing an area on the map needs a "
        "pointer; the same filter can be chosen by neighbourhood."
    )),
    ("2.1.2", _("No keyboard trap"), "A", MET, KEYS),
    ("2.1.4", _("Character key shortcuts"), "A", MET, _("By hand: single keys act only while the map has the focus.")),
    ("2.2.1", _("Timing adjustable"), "A", MET, _("Drafts are kept and can be gone on with later.")),
    ("2.2.2", _("Pause, stop, hide"), "A", MET, _("Nothing moves by itself.")),
    ("2.3.1", _("Three flashes or below threshold"), "A", MET, _("Nothing flashes.")),
    ("2.4.1", _("Bypass blocks"), "A", MET, BROWSER),
    ("2.4.2", _("Page titled"), "A", MET, AXE),
    ("2.4.3", _("Focus order"), "A", MET, KEYS),
    ("2.4.4", _("Link purpose (in context)"), "A", MET, AXE),
    ("2.4.5", _("Multiple ways"), "AA", MET, _(
        "By hand: map, list, search, and the pages of the city lead to every place."
    )),
    ("2.4.6", _("Headings and labels"), "AA", MET, BY_HAND),
    ("2.4.7", _("Focus visible"), "AA", MET, BROWSER),
    ("2.4.11", _("Focus not obscured (minimum)"), "AA", MET, BY_HAND, True),
    ("2.5.1", _("Pointer gestures"), "A", MET, _("By hand: buttons do what two fingers do.")),
    ("2.5.2", _("Pointer cancellation"), "A", MET, BY_HAND),
    ("2.5.3", _("Label in name"), "A", MET, AXE),
    ("2.5.4", _("Motion actuation"), "A", NONE, ABSENT),
    ("2.5.7", _("Dragging movements"), "AA", MET, _(
        "By hand: the map also moves by arrow keys and follows the list."
    ), True),
    ("2.5.8", _("Target size (minimum)"), "AA", PARTLY, _(
        "Automatic for buttons and links. Marks of places that lie close together on the map may overlap; the list has "
        "each of them at full size."
    ), True),
    ("3.1.1", _("Language of page"), "A", MET, AXE),
    ("3.1.2", _("Language of parts"), "AA", PARTLY, _(
        "Every text that people write carries its language. A word of another language inside it is not marked."
    )),
    ("3.2.1", _("On focus"), "A", MET, KEYS),
    ("3.2.2", _("On input"), "A", MET, BY_HAND),
    ("3.2.3", _("Consistent navigation"), "AA", MET, _("Every page has the same header and footer.")),
    ("3.2.4", _("Consistent identification"), "AA", MET, BY_HAND),
    ("3.2.6", _("Consistent help"), "A", MET, _("The way to write to us stands in the footer of every page."), True),
    ("3.3.1", _("Error identification"), "A", MET, _(
        "Automatic: forms say what is wrong, in words, with a link to the field."
    )),
    ("3.3.2", _("Labels or instructions"), "A", MET, AXE),
    ("3.3.3", _("Error suggestion"), "AA", MET, BY_HAND),
    ("3.3.4", _("Error prevention (legal, financial, data)"), "AA", MET, _(
        "A proposal is read through before it is sent, and can be withdrawn."
    )),
    ("3.3.7", _("Redundant entry"), "A", MET, BY_HAND, True),
    ("3.3.8", _("Accessible authentication (minimum)"), "AA", MET, _(
        "Passwords can be pasted; there is no riddle to solve."
    ), True),
    ("4.1.1", _("Parsing"), "A", MET, _("WCAG 2.2 has dropped it; EN 301 549 counts it as met.")),
    ("4.1.2", _("Name, role, value"), "A", MET, AXE),
    ("4.1.3", _("Status messages"), "AA", MET, BROWSER),
)  # fmt: skip


def criteria() -> list[Criterion]:
    """Every success criterion of WCAG 2.2, levels A and AA, in order."""
    return [Criterion(*entry) for entry in _criteria]


def not_met() -> list[Criterion]:
    """What is not met, or not everywhere: the part to read first."""
    return [one for one in criteria() if one.verdict in {Verdict.PARTLY, Verdict.NOT_MET}]


def counted() -> Counter[str]:
    """How many criteria have each verdict."""
    return Counter(one.verdict for one in criteria())


# The chapters of EN 301 549 beside the ninth, which is WCAG.
CHAPTERS = (
    ("5", _("Generic requirements"), MET, _(
        "No closed functions, no biometrics; settings of the browser and the system are kept."
    )),
    ("6", _("Two-way voice communication"), NONE, ABSENT),
    ("7", _("Video capabilities"), NONE, ABSENT),
    ("8", _("Hardware"), NONE, ABSENT),
    ("10", _("Non-web documents"), PARTLY, _(
        "The PDF files made here hold real text in reading order; they are not tagged. The page they are made from "
        "says the same. Documents that offices and groups add were made by them."
    )),
    ("11", _("Software"), PARTLY, _(
        "The site can be installed as an app and behaves as in the browser. The administration for staff was not "
        "judged as a whole."
    )),
    ("12", _("Documentation and support services"), MET, _(
        "This page, the feedback page and the glossary; the office answers by the ways that the city names."
    )),
)  # fmt: skip
