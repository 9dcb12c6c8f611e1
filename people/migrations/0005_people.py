"""Invitations into an organisation, and the table in which all workers count attempts together."""

import django.db.models.deletion
import people.models.organisations
from django.conf import settings
from django.db import migrations, models


CACHE = """
CREATE TABLE people_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX people_cache_expires ON people_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_outbox"),
    ]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE people_cache"),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "Member"), ("representative", "Representative")],
                        default="member",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=people.models.organisations.new_key, editable=False, max_length=40, unique=True
                    ),
                ),
                ("invited_at", models.DateTimeField(auto_now_add=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "Accepted"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-invited_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("organisation", "email"),
                        name="people_invitation_one_open",
                        violation_error_message="This address has been invited already.",
                    )
                ],
            },
        ),
    ]
