"""A climb keeps the time of the level that it told last in the place of an index, which means another level once a ladder is changed."""
from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0003_urgent_lines_are_known")]
    operations: ClassVar = [
        migrations.RenameField("climb", "rung", "told_s"),
        migrations.AlterField("climb", "told_s", models.IntegerField(default=-1)),
    ]
