"""Exports that are made in the background, and `mc_xml`: a text as XML may hold it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import neighbourhoods.records

FORWARD = r"""
CREATE OR REPLACE FUNCTION mc_xml(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT replace(replace(replace(replace(replace(
    regexp_replace(said, '[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', '', 'g'),
    '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), chr(13), '&#13;')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0004_csv_blanks"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION mc_xml(text)"),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                ("visitor", models.CharField(blank=True, max_length=64)),
                ("layer", models.CharField(max_length=50)),
                ("suffix", models.CharField(max_length=10)),
                ("query", models.TextField()),
                ("version", models.CharField(max_length=40)),
                ("reserved", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("working", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Not made"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("size", models.BigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("why", models.CharField(blank=True, max_length=300)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("touched_at", models.DateTimeField(auto_now=True)),
                ("expires_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "asked_at"], name="mapping_export_turn"),
                    models.Index(fields=["layer", "suffix", "version"], name="mapping_export_same"),
                ],
            },
        ),
    ]
