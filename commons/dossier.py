"""The dossier of a proposal: one PDF that can be printed, signed and brought to the protocol office.

It is written in Italian, the language of the register it enters. It holds contacts and so is for its writers and the
office only. The same record gives the same bytes: nothing in it comes from the clock.
"""

import io
import unicodedata
from datetime import date
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from commons.extract import Extract
from commons.functions import in_words
from commons.models import Proposal
from commons.qualities import Quality
from commons.refusals import Missing, Refused
from commons.traces import leave_trace
from neighbourhoods.days import day_words

PLAIN, BOLD = "Vera", "VeraBd"
MARGIN = 20 * mm
PADDING = 6  # what the page keeps free inside its frame
INK, SOFT = HexColor("#1B2A33"), HexColor("#4C5B64")
LINES_TO_SIGN = 2


def style(name: str, face: str = PLAIN, size: float = 9.5, **also: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=face, fontSize=size, leading=size * 1.45, textColor=also.pop("colour", INK), alignment=TA_LEFT,
        **also,
    )  # fmt: skip


STYLES = {
    "title": style("title", BOLD, 18, spaceAfter=6),
    "lead": style("lead", PLAIN, 10.5, colour=SOFT, spaceAfter=4),
    "heading": style("heading", BOLD, 12, spaceBefore=12, spaceAfter=3, keepWithNext=1),
    "text": style("text", spaceAfter=4),
    "item": style("item", leftIndent=10, bulletIndent=0, spaceAfter=2),
    "small": style("small", size=8, colour=SOFT),
}


def register_faces() -> None:
    """Makes the typeface known, once in a process."""
    for face in (PLAIN, BOLD):
        if face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(face, f"{face}.ttf"))


def dossier_of(proposal: Proposal) -> bytes:
    """The PDF of a proposal as it stands."""
    register_faces()
    with translation.override("it"):
        pages, _first = printed(proposal, 0)
        return printed(proposal, pages)[1]


def printed(proposal: Proposal, pages: int) -> tuple[int, bytes]:
    """How many pages there are, and the PDF that says at the foot of each that there are `pages`."""
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN - PADDING, rightMargin=MARGIN - PADDING, topMargin=MARGIN,
        bottomMargin=24 * mm, title=proposal.name, subject=proposal.receipt or "",
        author=proposal.city.body or proposal.city.name, lang="it", invariant=1,
    )  # fmt: skip
    below = partial(foot, f"{readable(proposal.name)[:60]} · {proposal.receipt or proposal.uid}", pages)
    paper.build(story(proposal, paper.width - 2 * PADDING), onFirstPage=below, onLaterPages=below)
    return paper.page, out.getvalue()


def foot(words: str, pages: int, paper: Canvas, template: SimpleDocTemplate) -> None:
    """The foot of a page: what it is, and which page of how many."""
    paper.saveState()
    paper.setFont(PLAIN, 8)
    paper.setFillColor(SOFT)
    paper.drawString(MARGIN, 12 * mm, words)
    said = _("Page %(page)s of %(pages)s") % {"page": template.page, "pages": pages}
    paper.drawRightString(A4[0] - MARGIN, 12 * mm, said)
    paper.restoreState()


def story(proposal: Proposal, width: float) -> list[Flowable]:
    """The parts of the document, in the order in which an office reads them."""
    parts = [say(proposal.city.body or proposal.city.name, "lead"), say(proposal.name, "title")]
    parts += [say(line, "text") for line in receipt_lines(proposal)]
    parts += [HRFlowable(width="100%", color=SOFT, thickness=0.5)]
    parts += section(_("Who proposes it"), proposer_lines(proposal))
    parts += section(_("Where"), place_lines(proposal))
    if proposal.place:
        caption = _("Extract of the city's map. The place is marked in red; north is up.")
        drawn = Extract(proposal.city, proposal.place, width, 90 * mm, (PLAIN, BOLD))
        parts.append(KeepTogether([Spacer(0, 4), drawn, Spacer(0, 2), say(caption, "small")]))
    written = {
        _("What"): proposal.description, _("Why"): proposal.aims, _("With whom"): proposal.people_involved,
        _("When"): when(proposal), _("Final text"): proposal.final_text, _("Budget"): proposal.budget,
        _("How we shall know that it works"): proposal.indicators, _("Risks and insurance"): proposal.risks,
    }  # fmt: skip
    for heading, text in written.items():
        parts += section(heading, text.split("\n"))
    parts += section(_("What we have"), resource_lines(proposal, "held"), "item")
    parts += section(_("What we ask for"), resource_lines(proposal, "asked"), "item")
    parts += section(_("What it needs a place for"), [str(one) for one in in_words(proposal.needed_functions)], "item")
    parts += section(_("Qualities"), [str(Quality(one).label) for one in proposal.qualities], "item")
    there = proposal.attachments.filter(removed_at__isnull=True)
    parts += section(_("Attached files"), [f"{one} ({one.get_kind_display()})" for one in there], "item")
    return parts + signatures(proposal)


def section(heading: str, lines: list[str], kind: str = "text") -> list[Flowable]:
    """A heading and its lines; nothing at all where no line says anything."""
    said = [line for line in lines if line.strip()]
    return (
        [say(heading, "heading"), *(say(line, kind, "•" if kind == "item" else None) for line in said)] if said else []
    )


def say(words: str, kind: str, bullet: str | None = None) -> Paragraph:
    return Paragraph(escape(readable(words)), STYLES[kind], bulletText=bullet)


def readable(words: str) -> str:
    """Words in letters that the typeface has; others by their nearest letter, else a question mark."""
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph
    kept = []
    for letter in unicodedata.normalize("NFC", str(words)):
        bare = [one for one in unicodedata.normalize("NFKD", letter) if ord(one) in known]
        spoken = letter.isspace() or unicodedata.category(letter)[0] == "C"
        kept.append(" " if spoken else letter if ord(letter) in known else "".join(bare) or "?")
    return "".join(kept)


def receipt_lines(proposal: Proposal) -> list[str]:
    day, first = proposal.submitted_on, _("It has no receipt number: it was recorded from a register.")
    if proposal.receipt and day:
        first = _("Receipt %(receipt)s, handed in on %(day)s.") % {"receipt": proposal.receipt, "day": day_words(day)}
    elif proposal.state == Proposal.State.DRAFT:
        first = _("Draft: not handed in yet, so it has no receipt number.")
    protocol = {"number": proposal.protocol_number, "day": words_of(proposal.protocol_date)}
    second = _("Protocol %(number)s of %(day)s.") % protocol if proposal.protocol_number else ""
    blank = _("Protocol number: ____________________    date: ____________________")
    address = settings.SITE_URL + reverse("record", args=[proposal.uid])
    forms = " · ".join(filter(None, [proposal.get_legal_form_display(), proposal.get_complexity_display()]))
    return [first, second or blank, forms, _("Permanent address: %(address)s") % {"address": address}]


def words_of(day: date | None) -> str:
    return day_words(day) if day else "—"


def proposer_lines(proposal: Proposal) -> list[str]:
    groups = [f"{one.name} ({one.get_kind_display()})" if one.kind else one.name for one in proposal.proposers.all()]
    contact = ", ".join(filter(None, [proposal.contact_name, proposal.contact_email, proposal.contact_phone]))
    with_house = _("Accompanied by %(house)s.") % {"house": proposal.house} if proposal.house else ""
    asked = _("To contact: %(contact)s") % {"contact": contact} if contact else ""
    return [*groups, asked, with_house]


def place_lines(proposal: Proposal) -> list[str]:
    if proposal.no_place or not (proposal.place or proposal.building or proposal.typed_area or proposal.address):
        return [_("It has no place.")]
    building = f"{proposal.building}, {proposal.building.address}".strip(", ") if proposal.building else ""
    point = proposal.label_point
    where = (
        _("Latitude %(y)s, longitude %(x)s (WGS 84).") % {"y": f"{point.y:.5f}", "x": f"{point.x:.5f}"} if point else ""
    )
    areas = ", ".join(one.name for one in (proposal.neighbourhood, proposal.district) if one)
    return [building, proposal.address, proposal.typed_area, areas, where]


def when(proposal: Proposal) -> str:
    start = _("From %(day)s.") % {"day": day_words(proposal.wanted_from)} if proposal.wanted_from else ""
    months = _("For %(n)s months.") % {"n": proposal.duration_months} if proposal.duration_months else ""
    return f"{start} {months}".strip()


def resource_lines(proposal: Proposal, side: str) -> list[str]:
    lines = []
    for one in proposal.resources.filter(side=side):
        amount = "" if one.quantity is None else number_format(one.quantity.normalize(), use_l10n=True)
        lines.append(f"{one.get_kind_display()}: " + " · ".join(filter(None, [amount, one.words])))
    if proposal.no_resources and not lines and side == "held":
        return [_("Nothing is held or asked for.")]
    return lines


def signatures(proposal: Proposal) -> list[Flowable]:
    """A line for each group that proposes, or for whoever is asked for, and spare ones."""
    names = [one.name for one in proposal.proposers.all()] or [proposal.contact_name]
    rule = "_" * 44
    rows = [say(heading_of(name) + rule, "text") for name in [*names, *[""] * LINES_TO_SIGN]]
    spaced = [part for row in rows for part in (Spacer(0, 8 * mm), row)]
    place_and_day = say(_("Place and date: ______________________________"), "text")
    head = [say(_("Signatures"), "heading"), place_and_day, *spaced[:4]]
    return [KeepTogether(head), *spaced[4:]]


def heading_of(name: str) -> str:
    return f"{name}: " if name else ""


def set_protocol(proposal: Proposal, number: str, day: date, by: Any) -> None:
    """Writes the number and the day that the protocol office gave the dossier. Raises Refused."""
    missing = []
    if not number.strip():
        missing.append(Missing("number", _("Write the protocol number.")))
    if day > proposal.city.today():
        missing.append(Missing("date", _("This day has not come yet.")))
    if not proposal.receipt:
        missing.append(Missing("", _("It has not been handed in yet: there is nothing to register.")))
    if missing:
        raise Refused(missing)
    proposal.protocol_number, proposal.protocol_date = number.strip()[:50], day
    proposal.save(update_fields=["protocol_number", "protocol_date", "updated_at"])
    leave_trace(proposal, by, f"protocol {proposal.protocol_number}")
