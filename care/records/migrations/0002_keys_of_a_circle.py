"""Keys are found by their circle. Those kept before had a plain hash of what was said, which must not stay; none of them can be made anew."""
import django.db.models.deletion
from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("records", "RecordKey").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('circles', '0011_quiet_terms'),
        ('records', '0001_versions_and_keys'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddField(
            model_name='recordkey',
            name='circle',
            field=models.ForeignKey(default=None, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='circles.circle'),
            preserve_default=False,
        ),
    ]
