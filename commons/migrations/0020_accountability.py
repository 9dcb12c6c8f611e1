"""Needs, laboratories, projects, plans and monitoring: tables, and the place of needs and projects."""

import commons.codes
import commons.models.laboratories
import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.lookups
import neighbourhoods.constraints
import neighbourhoods.moments
import neighbourhoods.records
from django.conf import settings
from django.db import migrations, models


TABLES = ("commons_need", "commons_project")
FORWARD = "".join(
    f"""CREATE TRIGGER mc_locate BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mc_locate();
    CREATE TRIGGER mc_orient BEFORE INSERT OR UPDATE OF place ON {table}
        FOR EACH ROW EXECUTE FUNCTION mc_orient_place();"""
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER mc_orient ON {table}; DROP TRIGGER mc_locate ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("commons", "0019_feedback"),
        ("neighbourhoods", "0009_words_and_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "The goals were reached"),
                            ("partly", "The goals were reached in part"),
                            ("not_reached", "The goals were not reached"),
                        ],
                        max_length=15,
                        verbose_name="outcome",
                    ),
                ),
                ("text", models.TextField(max_length=20000, verbose_name="what we learned")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                (
                    "pact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluation", to="commons.pact"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "final evaluation",
                "verbose_name_plural": "final evaluations",
            },
        ),
        migrations.CreateModel(
            name="Laboratory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example, not a fact")),
                ("language", models.CharField(default="it", max_length=2)),
                ("created_at", neighbourhoods.moments.Moment(auto_now_add=True)),
                ("updated_at", neighbourhoods.moments.Moment(auto_now=True)),
                ("source", models.SlugField(blank=True, db_index=False, max_length=100, verbose_name="source")),
                ("source_id", models.CharField(blank=True, max_length=200)),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the facts come from"),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("CC0-1.0", "Public domain (CC0 1.0)"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
                            ("CC-BY-3.0-IT", "Creative Commons Attribution 3.0 Italy"),
                            ("ODbL-1.0", "Open Database Licence 1.0"),
                        ],
                        default="CC-BY-4.0",
                        max_length=20,
                    ),
                ),
                ("attribution", models.CharField(blank=True, max_length=300)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact place"),
                            ("address", "at the street number"),
                            ("street", "somewhere along the street"),
                            ("approximate", "approximate place"),
                            ("schematic", "schematic drawing"),
                            ("none", "no place"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, max_length=10000, verbose_name="description")),
                (
                    "urban",
                    models.BooleanField(
                        default=False,
                        help_text="For several areas together, or for the whole city.",
                        verbose_name="urban laboratory",
                    ),
                ),
                (
                    "season",
                    models.CharField(
                        blank=True, help_text="For example: 2014–2019", max_length=20, verbose_name="season"
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "salt",
                    models.CharField(
                        blank=True, default=commons.models.laboratories.new_salt, editable=False, max_length=32
                    ),
                ),
                (
                    "architect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="architect",
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "neighbourhoods",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="neighbourhoods.neighbourhood", verbose_name="neighbourhoods"
                    ),
                ),
            ],
            options={
                "verbose_name": "laboratory",
                "verbose_name_plural": "laboratories",
                "ordering": ["-opened_on", "name"],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example, not a fact")),
                ("language", models.CharField(default="it", max_length=2)),
                ("created_at", neighbourhoods.moments.Moment(auto_now_add=True)),
                ("updated_at", neighbourhoods.moments.Moment(auto_now=True)),
                ("source", models.SlugField(blank=True, db_index=False, max_length=100, verbose_name="source")),
                ("source_id", models.CharField(blank=True, max_length=200)),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the facts come from"),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("CC0-1.0", "Public domain (CC0 1.0)"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
                            ("CC-BY-3.0-IT", "Creative Commons Attribution 3.0 Italy"),
                            ("ODbL-1.0", "Open Database Licence 1.0"),
                        ],
                        default="CC-BY-4.0",
                        max_length=20,
                    ),
                ),
                ("attribution", models.CharField(blank=True, max_length=300)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact place"),
                            ("address", "at the street number"),
                            ("street", "somewhere along the street"),
                            ("approximate", "approximate place"),
                            ("schematic", "schematic drawing"),
                            ("none", "no place"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                (
                    "place",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, srid=4326, verbose_name="place"
                    ),
                ),
                (
                    "label_point",
                    models.GeneratedField(
                        db_persist=True,
                        expression=neighbourhoods.constraints.PointOnSurface("place"),
                        output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=4326),
                    ),
                ),
                (
                    "placement",
                    models.CharField(
                        choices=[
                            ("inside", "inside one neighbourhood"),
                            ("border", "on the border between neighbourhoods"),
                            ("overlap", "where neighbourhoods overlap"),
                            ("partly_outside", "partly outside the neighbourhoods"),
                            ("outside", "outside every neighbourhood"),
                            ("unlocated", "without a place on the map"),
                            ("no_boundaries", "no boundary loaded"),
                        ],
                        default="unlocated",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("shares", models.JSONField(default=dict, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("description", models.TextField(blank=True, max_length=10000, verbose_name="description")),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "Something is wrong"), ("wish", "Something is missing")],
                        default="problem",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received, not read yet"),
                            ("open", "Read, no answer yet"),
                            ("discussed", "Taken to a laboratory"),
                            ("taken_up", "A project answers it"),
                            ("answered", "Answered"),
                            ("duplicate", "Reported already"),
                            ("dismissed", "Not a need of the neighbourhood"),
                        ],
                        db_index=True,
                        default="received",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=commons.codes.new_code,
                        editable=False,
                        max_length=14,
                        unique=True,
                        verbose_name="tracking code",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=5000, verbose_name="answer")),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail, if you want news of it"),
                ),
                ("public_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reported_at", models.DateTimeField(auto_now_add=True, verbose_name="reported on")),
                ("read_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="commons.need",
                        verbose_name="same as",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="commons.laboratory",
                        verbose_name="laboratory",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "need",
                "verbose_name_plural": "needs",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NeighbourhoodPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example, not a fact")),
                ("language", models.CharField(default="it", max_length=2)),
                ("created_at", neighbourhoods.moments.Moment(auto_now_add=True)),
                ("updated_at", neighbourhoods.moments.Moment(auto_now=True)),
                ("source", models.SlugField(blank=True, db_index=False, max_length=100, verbose_name="source")),
                ("source_id", models.CharField(blank=True, max_length=200)),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the facts come from"),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("CC0-1.0", "Public domain (CC0 1.0)"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
                            ("CC-BY-3.0-IT", "Creative Commons Attribution 3.0 Italy"),
                            ("ODbL-1.0", "Open Database Licence 1.0"),
                        ],
                        default="CC-BY-4.0",
                        max_length=20,
                    ),
                ),
                ("attribution", models.CharField(blank=True, max_length=300)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact place"),
                            ("address", "at the street number"),
                            ("street", "somewhere along the street"),
                            ("approximate", "approximate place"),
                            ("schematic", "schematic drawing"),
                            ("none", "no place"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, max_length=10000, verbose_name="description")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                        verbose_name="neighbourhood",
                    ),
                ),
            ],
            options={
                "verbose_name": "neighbourhood plan",
                "verbose_name_plural": "neighbourhood plans",
                "ordering": ["-starts_on", "name"],
            },
        ),
        migrations.CreateModel(
            name="PactIndicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="what is measured")),
                ("unit", models.CharField(max_length=50, verbose_name="unit")),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="goal"),
                ),
                (
                    "pact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="indicators", to="commons.pact"
                    ),
                ),
            ],
            options={
                "verbose_name": "agreed indicator",
                "verbose_name_plural": "agreed indicators",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "party",
                    models.CharField(
                        choices=[("civic", "Civic subject"), ("city", "Municipality")],
                        max_length=10,
                        verbose_name="shown by",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="value"),
                ),
                ("text", models.TextField(blank=True, max_length=5000, verbose_name="what was seen or done")),
                ("shown", models.BooleanField(default=True, verbose_name="shown to all")),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "pact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="commons.pact"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="commons.pactindicator",
                        verbose_name="agreed indicator",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Priority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, max_length=5000, verbose_name="description")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="commons.neighbourhoodplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "priority",
                "verbose_name_plural": "priorities",
                "ordering": ["plan", "number"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("hidden", "Hidden"), ("withdrawn", "Withdrawn")],
                        default="public",
                        max_length=10,
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example, not a fact")),
                ("language", models.CharField(default="it", max_length=2)),
                ("created_at", neighbourhoods.moments.Moment(auto_now_add=True)),
                ("updated_at", neighbourhoods.moments.Moment(auto_now=True)),
                ("source", models.SlugField(blank=True, db_index=False, max_length=100, verbose_name="source")),
                ("source_id", models.CharField(blank=True, max_length=200)),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the facts come from"),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("CC0-1.0", "Public domain (CC0 1.0)"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
                            ("CC-BY-3.0-IT", "Creative Commons Attribution 3.0 Italy"),
                            ("ODbL-1.0", "Open Database Licence 1.0"),
                        ],
                        default="CC-BY-4.0",
                        max_length=20,
                    ),
                ),
                ("attribution", models.CharField(blank=True, max_length=300)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact place"),
                            ("address", "at the street number"),
                            ("street", "somewhere along the street"),
                            ("approximate", "approximate place"),
                            ("schematic", "schematic drawing"),
                            ("none", "no place"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                (
                    "place",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, srid=4326, verbose_name="place"
                    ),
                ),
                (
                    "label_point",
                    models.GeneratedField(
                        db_persist=True,
                        expression=neighbourhoods.constraints.PointOnSurface("place"),
                        output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=4326),
                    ),
                ),
                (
                    "placement",
                    models.CharField(
                        choices=[
                            ("inside", "inside one neighbourhood"),
                            ("border", "on the border between neighbourhoods"),
                            ("overlap", "where neighbourhoods overlap"),
                            ("partly_outside", "partly outside the neighbourhoods"),
                            ("outside", "outside every neighbourhood"),
                            ("unlocated", "without a place on the map"),
                            ("no_boundaries", "no boundary loaded"),
                        ],
                        default="unlocated",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("shares", models.JSONField(default=dict, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("description", models.TextField(blank=True, max_length=10000, verbose_name="description")),
                (
                    "kind",
                    models.CharField(
                        choices=[("community_care", "Care of the community"), ("city_care", "Care of the city")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                        ],
                        db_index=True,
                        default="planned",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="commons.laboratory",
                        verbose_name="laboratory",
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="projects", to="commons.need", verbose_name="needs it answers"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                    ),
                ),
                (
                    "pact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="commons.pact",
                        verbose_name="pact",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commons.project",
                        verbose_name="goes on from",
                    ),
                ),
                (
                    "priority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="commons.priority",
                        verbose_name="priority it serves",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Money",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount (€)")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invested", "Invested"),
                            ("budget", "Budget"),
                            ("resources", "Resources"),
                            ("spent", "Spent"),
                            ("income", "Income"),
                        ],
                        max_length=10,
                        verbose_name="kind of money",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="from")),
                ("period_end", models.DateField(verbose_name="until")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "source_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="where the figure comes from"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="money",
                        to="commons.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "money",
                "verbose_name_plural": "money",
                "ordering": ["kind", "period_start", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="when")),
                ("where", models.CharField(blank=True, max_length=200, verbose_name="where")),
                ("minutes", models.TextField(blank=True, max_length=20000, verbose_name="minutes")),
                (
                    "house",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commons.house",
                        verbose_name="in",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="commons.laboratory"
                    ),
                ),
            ],
            options={
                "verbose_name": "session of a laboratory",
                "verbose_name_plural": "sessions of laboratories",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_key", models.CharField(max_length=64, verbose_name="key of the person")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="commons.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "verbose_name_plural": "attendances",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("planned_on", models.DateField(verbose_name="planned for")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="made on")),
                ("finding", models.TextField(blank=True, max_length=10000, verbose_name="what was found")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="commons.pact"
                    ),
                ),
            ],
            options={
                "verbose_name": "monitoring visit",
                "verbose_name_plural": "monitoring visits",
                "ordering": ["-planned_on", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="laboratory",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_laboratory_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="laboratory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__gte", models.F("opened_on")),
                    ("closed_on__isnull", True),
                    ("opened_on__isnull", True),
                    _connector="OR",
                ),
                name="commons_laboratory_closed_on_after_opened_on",
            ),
        ),
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GistIndex(fields=["label_point"], name="commons_need_label"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="commons_need_name_words", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_need_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(neighbourhoods.constraints.IsValid(models.F("place"))),
                name="commons_need_place_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(neighbourhoods.constraints.IsEmpty(models.F("place")), False)
                ),
                name="commons_need_place_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.XMin(models.F("place")), -180.0
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.XMax(models.F("place")), -180.0
                    ),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.XMin(models.F("place")), 180.0),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.XMax(models.F("place")), 180.0),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.YMin(models.F("place")), -90.0
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.YMax(models.F("place")), -90.0
                    ),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.YMin(models.F("place")), 90.0),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.YMax(models.F("place")), 90.0),
                ),
                name="commons_need_place_on_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        neighbourhoods.constraints.NPoints(models.F("place")), 100000
                    )
                ),
                name="commons_need_place_vertices",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.In(
                        neighbourhoods.constraints.GeometryType(models.F("place")),
                        ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"],
                    )
                ),
                name="commons_need_place_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "duplicate"), _negated=True), ("duplicate_of__isnull", False), _connector="OR"
                ),
                name="commons_need_duplicate_of_one",
                violation_error_message="Say which need it is the same as.",
            ),
        ),
        migrations.AddConstraint(
            model_name="neighbourhoodplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_neighbourhoodplan_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="neighbourhoodplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")),
                    ("ends_on__isnull", True),
                    ("starts_on__isnull", True),
                    _connector="OR",
                ),
                name="commons_neighbourhoodplan_ends_on_after_starts_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="pactindicator",
            constraint=models.UniqueConstraint(fields=("pact", "name"), name="commons_pact_indicator_once"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", True), ("indicator__isnull", False), _connector="OR"),
                name="commons_evidence_value_of_indicator",
                violation_error_message="Say which indicator the value is of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", False), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="commons_evidence_says_something",
                violation_error_message="Write a value or what was seen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="commons_priority_number_once"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=django.contrib.postgres.indexes.GistIndex(fields=["label_point"], name="commons_project_label"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_project_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(neighbourhoods.constraints.IsValid(models.F("place"))),
                name="commons_project_place_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(neighbourhoods.constraints.IsEmpty(models.F("place")), False)
                ),
                name="commons_project_place_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.XMin(models.F("place")), -180.0
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.XMax(models.F("place")), -180.0
                    ),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.XMin(models.F("place")), 180.0),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.XMax(models.F("place")), 180.0),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.YMin(models.F("place")), -90.0
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        neighbourhoods.constraints.YMax(models.F("place")), -90.0
                    ),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.YMin(models.F("place")), 90.0),
                    django.db.models.lookups.LessThanOrEqual(neighbourhoods.constraints.YMax(models.F("place")), 90.0),
                ),
                name="commons_project_place_on_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        neighbourhoods.constraints.NPoints(models.F("place")), 100000
                    )
                ),
                name="commons_project_place_vertices",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.In(
                        neighbourhoods.constraints.GeometryType(models.F("place")),
                        ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"],
                    )
                ),
                name="commons_project_place_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")),
                    ("ends_on__isnull", True),
                    ("starts_on__isnull", True),
                    _connector="OR",
                ),
                name="commons_project_ends_on_after_starts_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="money",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invested", "budget", "resources", "spent", "income"])),
                name="commons_money_has_kind",
                violation_error_message="Say what kind of money it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="money",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="commons_money_not_negative",
                violation_error_message="An amount of money is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="money",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_end__gte", models.F("period_start")),
                    ("period_end__isnull", True),
                    ("period_start__isnull", True),
                    _connector="OR",
                ),
                name="commons_money_period_end_after_period_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("session", "person_key"), name="commons_attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("made_on__isnull", True), models.Q(("finding", ""), _negated=True), _connector="OR"
                ),
                name="commons_visit_tells",
                violation_error_message="Write what was found.",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
