"""Names of proposals are found by likeness through an index."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("commons", "0015_register"),
        ("neighbourhoods", "0006_doors"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="commons_proposal_name_words"),
        ),
    ]
