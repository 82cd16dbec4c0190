"""Holds of a canary: what the rules in force may not change yet."""

from django.db import migrations, models

GATES = [
    ("confirmed_merge", "two confirmed golden records would merge"),
    ("confirmed_split", "a confirmed golden record would split"),
    ("budget", "the day's merges are spent"),
    ("canary", "the rules in force may not change this yet"),
]


class Migration(migrations.Migration):
    dependencies = [("mdm", "0015_generic_values")]

    operations = [
        migrations.AlterField(model, "gate", models.CharField(choices=GATES, max_length=40))
        for model in ("hold", "historicalhold")
    ]
