"""The poster of a building, to hang on its door: what it is, room to write what it could be, and how to begin.

One page, drawn for A4; A3 is the same, larger. The same record gives the same bytes: nothing comes from the clock.
"""

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from commons.dossier import BOLD, INK, PLAIN, SOFT, readable, register_faces
from commons.extract import Extract
from commons.models import Building
from commons.tagged import Tags

PAPERS = {"a4": A4, "a3": A3}
MARGIN = 42.0
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
ACCENT, LINE = HexColor("#0B5F6B"), HexColor("#A89F8C")
MAP_HEIGHT, CODE = 196.0, 128.0
ROOM = 212.0  # for what people write by hand
LINES = 4


def poster_of(building: Building, size: str = "a4") -> bytes:
    """The PDF in the language that is active; `size` is a key of PAPERS."""
    register_faces()
    out, paper = io.BytesIO(), PAPERS[size]
    canvas = Canvas(out, pagesize=paper, invariant=1, lang=get_language(), pageCompression=1)
    canvas.setTitle(readable(f"{_('This place could be …')} {building.name}"))
    canvas.setAuthor(readable(building.city.body or building.city.name))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.scale(paper[0] / A4[0], paper[0] / A4[0])
    Poster(canvas, building).draw()
    canvas.save()
    return out.getvalue()


class Poster:
    """The drawing of one poster, from above. `y` is how far down it is, in points from the foot of an A4."""

    def __init__(self, canvas: Canvas, building: Building) -> None:
        self.canvas, self.building, self.tags, self.y = canvas, building, Tags(canvas), A4[1] - MARGIN

    def draw(self) -> None:
        city = self.building.city
        with self.tags.decoration():
            self.canvas.setFillColor(ACCENT)
            self.canvas.rect(0, A4[1] - 14, A4[0], 14, stroke=0, fill=1)
        self.write("P", city.body or city.name, PLAIN, 11, SOFT, most=1)
        self.write("H1", _("This place could be …"), BOLD, 40, INK, most=2, gap=6)
        self.room()
        self.write("H2", self.building.name, BOLD, 20, INK, most=2, gap=16)
        for line in facts(self.building):
            self.write("P", line, PLAIN, 11, INK, most=2, gap=3)
        self.y -= 12
        top = self.y
        self.map(top)
        self.how(top)
        self.foot()
        self.tags.close()

    def write(
        self, role: str, words: str, face: str, size: float, colour: HexColor, most: int = 3, gap: float = 0,
        x: float = MARGIN, width: float = WIDTH,
    ) -> None:  # fmt: skip
        """Words in as many lines as they take; what does not fit into `most` of them ends in dots."""
        lines = simpleSplit(readable(words), face, size, width)
        if len(lines) > most:
            lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), self.canvas, face, size, width)]
        self.y -= gap
        with self.tags.part(role):
            self.canvas.setFillColor(colour)
            self.canvas.setFont(face, size)
            for line in lines:
                self.y -= size * 1.25
                self.canvas.drawString(x, self.y + size * 0.2, line)

    def room(self) -> None:
        """Lines to write on."""
        self.y -= 8
        with self.tags.part("Figure", _("Room to write by hand what this place could be.")):
            self.canvas.setStrokeColor(LINE)
            self.canvas.setLineWidth(1)
            self.canvas.setDash(2, 3)
            for number in range(1, LINES + 1):
                y = self.y - ROOM / LINES * number
                self.canvas.line(MARGIN, y, A4[0] - MARGIN, y)
            self.canvas.setDash()
        self.y -= ROOM

    def map(self, top: float) -> None:
        """Where it is; nothing where nobody knows."""
        if not self.building.place:
            return
        width = WIDTH - CODE - 24
        drawn = Extract(self.building.city, self.building.place, width, MAP_HEIGHT, (PLAIN, BOLD), "public")
        with self.tags.part("Figure", _("Map of the streets around it. The place is marked in red; north is up.")):
            drawn.drawOn(self.canvas, MARGIN, top - MAP_HEIGHT)

    def how(self, top: float) -> None:
        """The square of dots that leads to the page, and what to do there."""
        x, address = A4[0] - MARGIN - CODE, address_of(self.building)
        with self.tags.part("Figure", _("QR code: it opens %(address)s") % {"address": address}):
            self.canvas.setFillColor(INK)
            code = squares(address)
            side = CODE / len(code)
            for row, cells in enumerate(code):
                for column, dark in enumerate(cells):
                    if dark:
                        self.canvas.rect(x + column * side, top - (row + 1) * side, side, side, stroke=0, fill=1)
            self.canvas.linkURL(address, (x, top - CODE, x + CODE, top), relative=1)
        self.y = top - CODE
        shown = urlsplit(settings.SITE_URL).netloc
        words = _("Point your phone here, or go to %(site)s and look for its name.") % {"site": shown}
        self.write("P", words, PLAIN, 9, INK, most=5, gap=4, x=x, width=CODE)
        self.y = min(self.y, top - MAP_HEIGHT) - 6
        self.write("H2", _("Do you have an idea?"), BOLD, 15, ACCENT, most=1, gap=4)
        for number, line in enumerate(steps(), 1):
            self.write("P", f"{number}. {line}", PLAIN, 10.5, INK, most=2, gap=3)

    def foot(self) -> None:
        """Whose map this is and whose the facts are."""
        self.y = MARGIN + 12
        credit = self.building.attribution or self.building.source
        said = [_("From Mappa Comune, the shared map of %(city)s.") % {"city": self.building.city.name}]
        said += [_("Data: %(credit)s.") % {"credit": credit}] if credit else []
        said += [_("This is an example, not a fact.")] if self.building.example else []
        self.write("P", " ".join(said), PLAIN, 8, SOFT, most=2)


def facts(building: Building) -> Iterator[str]:
    """Where it is, since when it is empty, how large it is."""
    near = building.neighbourhood
    yield from filter(None, [", ".join(filter(None, [building.address, near.name if near else ""]))])
    area = f"{number_format(building.floor_area, use_l10n=True, force_grouping=True)} m²" if building.floor_area else ""
    yield " · ".join(filter(None, [building.state_words(), area]))


def steps() -> list[str]:
    return [
        _("Talk about it with two or three people who live near."),
        _("Write what you would do here, on the page of this place. Nobody sees it until you send it."),
        _("The city's office answers, and helps you to find the rest."),
    ]


def address_of(building: Building) -> str:
    """The permanent address of its page: it holds for as long as the poster hangs."""
    return settings.SITE_URL + reverse("record", args=[building.uid])


def squares(address: str) -> list[list[bool]]:
    """The QR code of an address, dark or not by row; a quarter of it may be torn or wet."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    code.add_data(address)
    return code.get_matrix()


def shortened(words: str, canvas: Canvas, face: str, size: float, width: float) -> str:
    while words and canvas.stringWidth(words + " …", face, size) > width:
        words = words[:-1]
    return words + " …"
