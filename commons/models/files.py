"""Files: one private store. Who may open a file is decided by what it belongs to."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.records import new_uid


class Attachment(models.Model):
    """A photo or document. Photos are re-encoded without what a camera writes into them; documents are kept as sent.

    `public` says that whoever may see its parent may open it; otherwise only authors and the office may. `storage_key`
    is where it lies in the private store, never derived from the name somebody gave it.
    """

    PERSONAL = {"uploaded_by": "blank", "title": "export", "original_name": "blank", "uploaded_at": "export"}

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        DOCUMENT = "document", _("Document")
        MINUTES = "minutes", _("Minutes")
        ACT = "act", _("Act")
        PACT_TEXT = "pact_text", _("Text of the pact")
        DOSSIER = "dossier", _("Dossier")

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, null=True, related_name="attachments")
    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, null=True, related_name="attachments")
    building = models.ForeignKey("commons.Building", on_delete=models.PROTECT, null=True, related_name="attachments")
    event = models.ForeignKey("commons.Event", on_delete=models.PROTECT, null=True, related_name="attachments")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    made_by = models.CharField(_("author of the image"), max_length=200, blank=True)
    rights = models.CharField(_("rights"), max_length=200, blank=True)
    original_name = models.CharField(max_length=200, blank=True)
    storage_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    public = models.BooleanField(_("open to all who see the record"), default=True)
    uploaded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.title or self.original_name or self.uid
