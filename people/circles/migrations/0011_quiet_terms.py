"""A grant's term may follow a stay of which only the care team hears."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0010_grants_for_stays")]

    operations = [
        migrations.AddField("grant", "quiet", models.BooleanField(default=False)),
    ]
