"""Each measure knows the line by which it was noted, the first about it: withdrawn or restored later, it stays of its moment."""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def find_first_lines(apps, schema_editor):
    lines = apps.get_model("feed", "FeedLine").objects.filter(subject=OuterRef("pk"), feed=OuterRef("circle")).order_by("care")
    apps.get_model("measures", "Measure").objects.update(noted=Subquery(lines.values("pk")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0011_rooms_around'),
        ('measures', '0001_measures'),
    ]
    atomic = False  # PostgreSQL changes no table in the transaction that has just filled its references

    operations = [
        migrations.AddField(
            model_name='measure',
            name='noted',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feed.feedline'),
        ),
        migrations.RunPython(find_first_lines, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='measure',
            name='noted',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feed.feedline'),
        ),
    ]
