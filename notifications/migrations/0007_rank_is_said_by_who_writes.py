"""How soon a line is heard is said by who writes it; what an earlier version had not looked at yet is heard first."""
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def hear_first(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """No line without a rank is left."""
    apps.get_model("notifications", "Unheard").objects.using(schema.connection.alias).filter(rank=None).update(rank=0)


class Migration(migrations.Migration):
    """The rank is never empty."""

    dependencies = [("notifications", "0001_squashed_0006_reminders_of_what_is_due")]

    operations = [
        migrations.RunPython(hear_first, migrations.RunPython.noop),
        migrations.AlterField("unheard", "rank", models.SmallIntegerField(choices=[(0, "Alert"), (1, "Hospital"), (2, "Ordinary"), (3, "Least")])),
    ]
