"""The structure of a page on paper, for who hears it: what is a heading, a paragraph, a picture, and in which order.

ReportLab draws and does not tag; this writes the marks (ISO 32000-1, 14.7 and 14.8) around what it draws. One page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas


class Tags:
    """The tags of the one page of a canvas; `close` comes after its last mark and shows the page."""

    def __init__(self, paper: Canvas) -> None:
        self.paper = paper
        self.parts: list[tuple[str, str]] = []

    @contextmanager
    def part(self, role: str, instead: str = "") -> Iterator[None]:
        """What is drawn inside is a part of the text: `H1`, `P`, or a `Figure` with words instead of it."""
        self.paper._code.append(f"/{role} <</MCID {len(self.parts)}>> BDC")
        self.parts.append((role, instead))
        yield
        self.paper._code.append("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside says nothing."""
        self.paper._code.append("/Artifact BMC")
        yield
        self.paper._code.append("EMC")

    def close(self) -> None:
        """Ends the page and writes its structure into the document."""
        document = self.paper._doc
        page = document.thisPageRef()
        self.paper.showPage()
        root, whole = PDFDictionary({"Type": PDFName("StructTreeRoot")}), PDFDictionary({"S": PDFName("Document")})
        whole["P"] = document.Reference(root)
        children = [document.Reference(self.element(number, whole, page)) for number in range(len(self.parts))]
        whole["K"] = PDFArray(children)
        root["K"] = document.Reference(whole)
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray([0, PDFArray(children)])})
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        (drawn,) = document.Pages.pages
        drawn.StructParents, drawn.Tabs = 0, PDFName("S")
        drawn.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]

    def element(self, number: int, whole: PDFDictionary, page: object) -> PDFDictionary:
        role, instead = self.parts[number]
        said = {"S": PDFName(role), "P": self.paper._doc.Reference(whole), "Pg": page, "K": number}
        return PDFDictionary(said | ({"Alt": PDFString(instead)} if instead else {}))
