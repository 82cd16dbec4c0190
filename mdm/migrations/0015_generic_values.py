"""Values that are generic by count stand beside the closed keys; below nought stand keys that find nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mdm", "0014_source_mappings")]

    operations = [
        # The table was written anew by 0007, without a check of the number: only the state differs.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("blockingkey", "rule", models.SmallIntegerField()),
            ]
        ),
        migrations.AddField(
            "closedkey",
            "closed",
            models.BooleanField(
                default=True, db_default=True, help_text="More records carry it than the cap."
            ),
        ),
        migrations.AddField(
            "closedkey",
            "generic",
            models.BooleanField(
                default=False, db_default=False, help_text="Records of too many names carry its value."
            ),
        ),
        migrations.AddField(
            "closedkey",
            "of_column",
            models.CharField(max_length=60, blank=True, default="", db_default=""),
        ),
        migrations.AddField(
            "closedkey",
            "value",
            models.TextField(
                blank=True,
                default="",
                db_default="",
                help_text="What is generic: a value of that column, as it is compared.",
            ),
        ),
        migrations.AlterField(
            "closedkey",
            "deepened",
            models.BooleanField(
                default=False,
                help_text="Whoever carried it when this changed has the keys that follow by now.",
            ),
        ),
        migrations.AddIndex(
            "closedkey",
            models.Index(
                fields=["domain"], name="generic_values", condition=models.Q(("generic", True))
            ),
        ),
    ]
