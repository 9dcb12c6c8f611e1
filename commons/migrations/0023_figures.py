"""Figures: programmes, what was published, known totals, frozen editions; what the database itself refuses."""

import django.db.models.deletion
import neighbourhoods.records
from decimal import Decimal
from django.db import migrations, models


GUARD = """
CREATE FUNCTION mc_programme() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('commons_programme'));
  IF EXISTS (WITH RECURSIVE above(id, parent_id) AS (
      SELECT g.id, g.parent_id FROM commons_programme g WHERE g.id = NEW.parent_id
      UNION SELECT g.id, g.parent_id FROM above a JOIN commons_programme g ON g.id = a.parent_id)
    SELECT FROM above WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'A programme cannot be part of itself.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mc_programme BEFORE INSERT OR UPDATE OF parent_id ON commons_programme
  FOR EACH ROW EXECUTE FUNCTION mc_programme();

CREATE FUNCTION mc_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A published edition is not changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER mc_edition_stays BEFORE UPDATE OR DELETE ON commons_edition
  FOR EACH ROW EXECUTE FUNCTION mc_edition_stays();
"""

UNGUARD = """
DROP TRIGGER mc_edition_stays ON commons_edition; DROP TRIGGER mc_programme ON commons_programme;
DROP FUNCTION mc_edition_stays(), mc_programme();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commons", "0022_houses"),
        ("neighbourhoods", "0009_words_and_addresses"),
        ("people", "0008_stopping"),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, max_length=10000, verbose_name="description")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("locator", models.CharField(max_length=300, verbose_name="where in the source")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("visible", models.BooleanField(default=True, verbose_name="shown to everybody")),
                ("key", models.SlugField(blank=True, editable=False, max_length=100)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "organisations",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="people.organisation", verbose_name="organisations"
                    ),
                ),
                (
                    "pacts",
                    models.ManyToManyField(
                        blank=True, related_name="programmes", to="commons.pact", verbose_name="pacts"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="commons.programme",
                        verbose_name="part of",
                    ),
                ),
                (
                    "projects",
                    models.ManyToManyField(
                        blank=True, related_name="programmes", to="commons.project", verbose_name="projects"
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("community_enterprise", "Community enterprises"),
                            ("jobs", "Jobs"),
                            ("reopened_area", "Square metres open again"),
                        ],
                        max_length=30,
                        verbose_name="what came of it",
                    ),
                ),
                ("value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="how many")),
                ("on", models.DateField(verbose_name="known on")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("locator", models.CharField(max_length=300, verbose_name="where in the source")),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="commons.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="commons.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a programme",
                "verbose_name_plural": "outcomes of programmes",
                "ordering": ["kind", "on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="KnownTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=40, verbose_name="what it counts")),
                ("part", models.CharField(blank=True, max_length=40, verbose_name="which part of it")),
                ("first", models.DateField(blank=True, null=True, verbose_name="from")),
                ("last", models.DateField(verbose_name="until")),
                ("value", models.DecimalField(decimal_places=4, max_digits=18, verbose_name="value")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("locator", models.CharField(max_length=300, verbose_name="where in the source")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="address of the source")),
                ("key", models.SlugField(blank=True, editable=False, max_length=100)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "replaced",
                    models.BooleanField(
                        default=False,
                        help_text="Then it is not added any more.",
                        verbose_name="its records are on the map now",
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                        verbose_name="neighbourhood",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="commons.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "known total",
                "verbose_name_plural": "known totals",
                "ordering": ["indicator", "last", "part", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Funding",
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
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("locator", models.CharField(max_length=300, verbose_name="where in the source")),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding",
                        to="commons.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="funding", to="commons.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "money of a programme",
                "verbose_name_plural": "money of programmes",
                "ordering": ["kind", "period_start", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublishedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=40, verbose_name="what it counts")),
                ("part", models.CharField(blank=True, max_length=40, verbose_name="which part of it")),
                ("first", models.DateField(blank=True, null=True, verbose_name="from")),
                ("last", models.DateField(verbose_name="until")),
                ("value", models.DecimalField(decimal_places=4, max_digits=18, verbose_name="value")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("locator", models.CharField(max_length=300, verbose_name="where in the source")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="address of the source")),
                ("key", models.SlugField(blank=True, editable=False, max_length=100)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                ("as_of", models.DateField(verbose_name="it counts until")),
                ("dated", models.DateField(blank=True, null=True, verbose_name="the source is of")),
                ("unit", models.CharField(max_length=20, verbose_name="unit")),
                (
                    "last_digit",
                    models.DecimalField(decimal_places=4, default=Decimal("1"), editable=False, max_digits=18),
                ),
                (
                    "qualifier",
                    models.CharField(
                        choices=[("exact", "exactly"), ("over", "over"), ("about", "about"), ("rounded", "rounded")],
                        default="exact",
                        max_length=10,
                        verbose_name="how exact",
                    ),
                ),
                ("breakdown", models.JSONField(blank=True, default=list, verbose_name="breakdown")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="commons.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="neighbourhoods.neighbourhood",
                        verbose_name="neighbourhood",
                    ),
                ),
            ],
            options={
                "verbose_name": "published figure",
                "verbose_name_plural": "published figures",
                "ordering": ["indicator", "part", "as_of", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="number")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="why it was published")),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                ("data", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.city"
                    ),
                ),
            ],
            options={
                "verbose_name": "edition of the figures",
                "verbose_name_plural": "editions of the figures",
                "ordering": ["-year", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "year", "number"), name="commons_edition_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")), name="commons_programme_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator__regex", "\\S")), name="commons_programme_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")),
                    ("ends_on__isnull", True),
                    ("starts_on__isnull", True),
                    _connector="OR",
                ),
                name="commons_programme_ends_on_after_starts_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="commons_programme_not_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("city", "key"),
                name="commons_programme_one_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")), name="commons_outcome_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator__regex", "\\S")), name="commons_outcome_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", Decimal("0"))), name="commons_outcome_value"
            ),
        ),
        migrations.AddIndex(
            model_name="knowntotal",
            index=models.Index(fields=["city", "indicator"], name="commons_knowntotal_of"),
        ),
        migrations.AddConstraint(
            model_name="knowntotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")), name="commons_knowntotal_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowntotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator__regex", "\\S")), name="commons_knowntotal_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowntotal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last__gte", models.F("first")), ("last__isnull", True), ("first__isnull", True), _connector="OR"
                ),
                name="commons_knowntotal_last_after_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowntotal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("city", "key"),
                name="commons_knowntotal_one_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowntotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("territory__isnull", True), ("programme__isnull", True), _connector="OR"),
                name="commons_knowntotal_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="funding",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invested", "budget", "resources", "spent", "income"])),
                name="commons_funding_has_kind",
                violation_error_message="Say what kind of money it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="funding",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="commons_funding_not_negative",
                violation_error_message="An amount of money is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="funding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_end__gte", models.F("period_start")),
                    ("period_end__isnull", True),
                    ("period_start__isnull", True),
                    _connector="OR",
                ),
                name="commons_funding_period_end_after_period_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="funding",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")), name="commons_funding_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="funding",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator__regex", "\\S")), name="commons_funding_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__regex", "\\S")), name="commons_publishedfigure_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator__regex", "\\S")), name="commons_publishedfigure_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last__gte", models.F("first")), ("last__isnull", True), ("first__isnull", True), _connector="OR"
                ),
                name="commons_publishedfigure_last_after_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("city", "key"),
                name="commons_publishedfigure_one_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("territory__isnull", True), ("programme__isnull", True), _connector="OR"),
                name="commons_publishedfigure_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_digit__gt", 0)), name="commons_publishedfigure_last_digit"
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
