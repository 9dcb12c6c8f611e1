"""Events, ideas, news, and who signed the manifesto; a file may belong to an event and says who made it.

Events and ideas ask the database for their neighbourhood like every located table.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.lookups
import neighbourhoods.constraints
import neighbourhoods.moments
import neighbourhoods.records
from django.conf import settings
from django.db import migrations, models

TABLES = ("commons_event", "commons_idea")
FORWARD = "".join(
    f"""CREATE TRIGGER mc_locate BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mc_locate();
        CREATE TRIGGER mc_orient BEFORE INSERT OR UPDATE OF place ON {table}
        FOR EACH ROW EXECUTE FUNCTION mc_orient_place();"""
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER mc_locate ON {table}; DROP TRIGGER mc_orient ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("commons", "0019_feedback"),
        ("neighbourhoods", "0009_words_and_addresses"),
        ("people", "0008_stopping"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="made_by",
            field=models.CharField(blank=True, max_length=200, verbose_name="author of the image"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="rights",
            field=models.CharField(blank=True, max_length=200, verbose_name="rights"),
        ),
        migrations.CreateModel(
            name="Event",
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
                ("public_since", neighbourhoods.moments.Moment(blank=True, editable=False, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent to the office"),
                ),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="what the office answered")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("seminar", "Seminar or conference"),
                            ("course", "Course"),
                            ("meeting", "Meeting"),
                            ("exhibition", "Exhibition"),
                            ("activity", "Activity"),
                        ],
                        default="meeting",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("scheduled", "It takes place"), ("cancelled", "Called off")],
                        default="scheduled",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("starts_at", neighbourhoods.moments.Moment(verbose_name="begins")),
                ("ends_at", neighbourhoods.moments.Moment(blank=True, null=True, verbose_name="ends")),
                (
                    "over_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce("ends_at", "starts_at"),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "author",
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
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="commons.building",
                        verbose_name="in the building",
                    ),
                ),
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
                    "house",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="commons.house",
                        verbose_name="at the house",
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
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="attachment",
            name="event",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="commons.event"
            ),
        ),
        migrations.CreateModel(
            name="Idea",
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
                ("public_since", neighbourhoods.moments.Moment(blank=True, editable=False, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent to the office"),
                ),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="what the office answered")),
                (
                    "qualities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("healthy", "Healthier"),
                                ("green", "Green"),
                                ("attentive", "Attentive to everybody's rights and needs"),
                                ("participated", "Made together"),
                                ("accessible", "Within reach, first on foot and by bicycle"),
                                ("nearby_services", "With services close to home"),
                                ("commons", "Taking care of what belongs to all"),
                                ("lived_in", "Lived in and welcoming"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="qualities",
                    ),
                ),
                (
                    "found_in",
                    models.CharField(
                        blank=True, help_text="A book, a site, a person.", max_length=300, verbose_name="source"
                    ),
                ),
                ("found_at", models.URLField(blank=True, max_length=500, verbose_name="address of the source")),
                ("tried_in", models.CharField(blank=True, max_length=300, verbose_name="where it was tried")),
                ("needs", models.TextField(blank=True, max_length=5000, verbose_name="what it needs")),
                (
                    "author",
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
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "idea",
                "verbose_name_plural": "ideas",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="proposal",
            name="idea",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="proposals",
                to="commons.idea",
            ),
        ),
        migrations.CreateModel(
            name="ManifestoSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="taken back on")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "signed_by",
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
                "verbose_name": "signature of the manifesto",
                "verbose_name_plural": "signatures of the manifesto",
                "ordering": ["signed_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MemberSite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("address", models.URLField(max_length=500, verbose_name="address")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "site of an organisation",
                "verbose_name_plural": "sites of organisations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NewsItem",
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
                ("name", models.CharField(max_length=200, verbose_name="title")),
                ("sentence", models.CharField(max_length=500, verbose_name="one sentence")),
                ("address", models.URLField(max_length=500, verbose_name="address")),
                ("publisher", models.CharField(blank=True, max_length=200, verbose_name="who published it")),
                ("published_on", models.DateField(verbose_name="day")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
            ],
            options={
                "verbose_name": "news",
                "verbose_name_plural": "news",
                "ordering": ["-published_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.URLField(max_length=500, verbose_name="address")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("it", "Italian"),
                            ("en", "English"),
                            ("fr", "French"),
                            ("es", "Spanish"),
                            ("ar", "Arabic"),
                            ("ro", "Romanian"),
                            ("zh", "Chinese"),
                            ("ise", "Italian sign language"),
                        ],
                        default="it",
                        max_length=3,
                        verbose_name="language",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="For example: YouTube", max_length=100, verbose_name="where"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="streams", to="commons.event"
                    ),
                ),
            ],
            options={
                "verbose_name": "stream",
                "verbose_name_plural": "streams",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.GistIndex(fields=["label_point"], name="commons_event_label"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["city", "over_at"], name="commons_event_over"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_event_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(neighbourhoods.constraints.IsValid(models.F("place"))),
                name="commons_event_place_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(neighbourhoods.constraints.IsEmpty(models.F("place")), False)
                ),
                name="commons_event_place_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
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
                name="commons_event_place_on_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        neighbourhoods.constraints.NPoints(models.F("place")), 100000
                    )
                ),
                name="commons_event_place_vertices",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.In(
                        neighbourhoods.constraints.GeometryType(models.F("place")),
                        ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"],
                    )
                ),
                name="commons_event_place_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__isnull", True), ("ends_at__gte", models.F("starts_at")), _connector="OR"),
                name="commons_event_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=django.contrib.postgres.indexes.GistIndex(fields=["label_point"], name="commons_idea_label"),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_idea_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(neighbourhoods.constraints.IsValid(models.F("place"))),
                name="commons_idea_place_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(neighbourhoods.constraints.IsEmpty(models.F("place")), False)
                ),
                name="commons_idea_place_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
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
                name="commons_idea_place_on_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        neighbourhoods.constraints.NPoints(models.F("place")), 100000
                    )
                ),
                name="commons_idea_place_vertices",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.In(
                        neighbourhoods.constraints.GeometryType(models.F("place")),
                        ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"],
                    )
                ),
                name="commons_idea_place_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="membersite",
            constraint=models.UniqueConstraint(
                fields=("organisation", "address"),
                name="commons_membersite_once",
                violation_error_message="This site is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="newsitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("city", "source", "source_id"),
                name="commons_newsitem_source_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="stream",
            constraint=models.UniqueConstraint(fields=("event", "address"), name="commons_stream_once"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
