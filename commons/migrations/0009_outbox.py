"""Reminders that were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commons", "0008_guard")]
    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=150, unique=True)),
                ("told_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
