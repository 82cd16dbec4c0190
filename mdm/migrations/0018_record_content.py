"""Records are found by what they say: a batch of new keys asks who of the known ones says the same."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mdm", "0017_undo_of_loads")]

    operations = [
        migrations.AddIndex(
            model_name="sourcerecord",
            index=django.contrib.postgres.indexes.HashIndex(fields=["content_hash"], name="record_content"),
        ),
    ]
