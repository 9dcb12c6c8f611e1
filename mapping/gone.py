"""What was public and is no more: the database itself notes it, so that whoever keeps a copy can be told.

Kept is what the address of a record says already (it answers 410): the identifier and when. What was never public
leaves no trace here. A record that comes back is noted no longer.
"""

from collections.abc import Iterable

from django.db import connections, models
from django.db.models import Exists, OuterRef, QuerySet

from mapping.registry import Layer

TRIGGER_FUNCTION = """
CREATE OR REPLACE FUNCTION mc_gone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.visibility = 'public' THEN
    DELETE FROM mapping_gone WHERE uid = NEW.uid;
  ELSE
    INSERT INTO mapping_gone (relation, uid, city_id, at) VALUES (TG_TABLE_NAME, NEW.uid, NEW.city_id, now())
    ON CONFLICT (uid) DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER mc_gone AFTER UPDATE OF visibility ON {table} FOR EACH ROW
WHEN ((OLD.visibility = 'public') IS DISTINCT FROM (NEW.visibility = 'public'){guard})
EXECUTE FUNCTION mc_gone()
"""


class Gone(models.Model):
    """One record of a table that everybody could see, and since when nobody can."""

    relation = models.CharField(max_length=63)
    uid = models.CharField(max_length=36, unique=True)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "mapping"
        indexes = [models.Index(fields=["relation", "at", "uid"], name="mapping_gone_newest")]


def gone_from(layer: Layer, city: str = "") -> QuerySet[Gone]:
    """What is no longer in a layer, of one city when it is named."""
    model = layer.queryset().model
    found = Gone.objects.filter(relation=model._meta.db_table)
    if layer.role:
        found = found.filter(Exists(model.objects.filter(uid=OuterRef("uid"), partition__role=layer.role)))
    return found.filter(city__slug=city) if city else found


def install_gone_triggers(layers: Iterable[Layer], using: str = "default") -> None:
    """Makes every layer's own table note what goes. Safe to repeat."""
    tables = {layer.queryset().model for layer in layers}
    with connections[using].cursor() as cursor:
        cursor.execute(TRIGGER_FUNCTION)
        for model in sorted(tables, key=lambda one: one._meta.db_table):
            cursor.execute(TRIGGER.format(table=model._meta.db_table, guard=guard(model)))


def guard(model: type[models.Model]) -> str:
    """What else must hold for a record of this model to have been public: proposals are once they were taken up."""
    public = str(model.objects.public().order_by().values("pk").query)
    return " AND OLD.public_since IS NOT NULL" if '"public_since" IS NOT NULL' in public else ""
