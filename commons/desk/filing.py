"""The office's papers: the document of an act, the signed pact. Kept in the private store like every other file; who
may open them follows what they belong to."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.files import attach, remove
from commons.models import Attachment, FormalAct, Pact
from commons.papers import PDF, NotADocument, media_type
from commons.refusals import Missing, Refused
from neighbourhoods.plain_text import PlainTexts

Kind = Attachment.Kind
OFFICE = (Kind.ACT, Kind.PACT_TEXT)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TAKEN = "application/pdf,.pdf,.odt,.docx,image/jpeg,image/png"
READ_BY = _("Without this mark only the office and the parties open it. Names and signatures of single persons are "
            "not for everybody.")  # fmt: skip


class PaperField(forms.FileField):
    """A file of the office; what is in it is looked at when it is kept."""

    def __init__(self, accept: str, **options: Any) -> None:
        options["widget"] = forms.FileInput(attrs={"accept": accept})
        super().__init__(max_length=200, allow_empty_file=True, **options)


def open_to_all() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Everybody who sees the record may open it"), required=False, initial=True, help_text=READ_BY
    )


class ActForm(PlainTexts, forms.ModelForm):
    """An act: who decided, its number and day; with its document if it is at hand."""

    file = PaperField(TAKEN, label=_("Document of the act"), required=False,
                      help_text=_("PDF, ODT, DOCX or a scan, 20 MB at most. It can be added later."))  # fmt: skip
    public = open_to_all()

    class Meta:
        model = FormalAct
        fields = ["body", "number", "date", "title"]
        widgets = {"date": DAY}

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ActPaperForm(forms.Form):
    """The document of an act that is recorded already; a newer one takes the place of the one before."""

    act = forms.ModelChoiceField(FormalAct.objects.none(), label=_("Which act"))
    file = PaperField(TAKEN, label=_("Document of the act"), help_text=_("PDF, ODT, DOCX or a scan, 20 MB at most."))
    public = open_to_all()

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].queryset = record.acts.all()


class SignedPactForm(forms.Form):
    """The pact on paper: its text before the signing, the signed one afterwards."""

    file = PaperField("application/pdf,.pdf", label=_("The paper"), help_text=_("A PDF of 20 MB at most."))
    public = open_to_all()

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class TakeAwayForm(forms.Form):
    """Which paper of the office leaves every page."""

    which = forms.ModelChoiceField(Attachment.objects.none(), label=_("Which file"), to_field_name="uid")

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["which"].queryset = papers_of(record)
        self.fields["which"].label_from_instance = paper_words


def paper_words(paper: Attachment) -> str:
    return f"{paper.get_kind_display()}: {paper}"


def papers_of(record: Any) -> Any:
    """The papers that the office has put to a record and not taken away."""
    return record.attachments.filter(kind__in=OFFICE, removed_at__isnull=True)


def record_act(record: Any, by: Any, form: Any) -> FormalAct:
    """The act, once: the same body, number and day is the same act. Its document goes with it if one was chosen."""
    said = {name: form.cleaned_data[name] for name in ("body", "number", "date")}
    which = {record.machine: record}
    title = {"title": form.cleaned_data["title"], "recorded_by": by}
    act = FormalAct.objects.get_or_create(city=record.city, **which, **said, defaults=title)[0]
    if form.cleaned_data["file"]:
        keep_document(record, by, act, form.cleaned_data["file"], form.cleaned_data["public"])
    return act


def file_act(record: Any, by: Any, form: Any) -> FormalAct:
    data = form.cleaned_data
    return keep_document(record, by, data["act"], data["file"], data["public"])


def keep_document(record: Any, by: Any, act: FormalAct, upload: UploadedFile, public: bool) -> FormalAct:
    """The document of an act; the one before leaves every page. The same file again is the same document."""
    before, title = act.document, f"{act.get_body_display()} {act.number}"
    made = attach(record, upload, Kind.ACT, by, title, public)
    if before and not before.removed_at:
        remove(before, by)
    act.document = made
    act.save(update_fields=["document"])
    return act


def file_pact(record: Any, by: Any, form: Any) -> Attachment:
    """The pact on paper, the newest one alone. Only a PDF: nothing that can still be written in."""
    upload = form.cleaned_data["file"]
    if upload.size and not is_pdf(upload):
        raise Refused([Missing("file", gettext("It is kept as a PDF. Save it as PDF and try again."))])
    title = gettext("The text to sign") if record.state == Pact.State.TO_SIGN else gettext("The signed text")
    made = attach(record, upload, Kind.PACT_TEXT, by, title, form.cleaned_data["public"])
    for before in papers_of(record).filter(kind=Kind.PACT_TEXT).exclude(pk=made.pk):
        remove(before, by)
    return made


def is_pdf(upload: UploadedFile) -> bool:
    try:
        return media_type(upload.file) == PDF
    except NotADocument:
        return False


def take_away(record: Any, by: Any, form: Any) -> Attachment:
    paper = form.cleaned_data["which"]
    remove(paper, by)
    return paper
