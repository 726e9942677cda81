from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0001_circles_and_grants")]

    operations = [
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(models.F("until"), condition=models.Q(("until__isnull", False)), name="grant_by_term"),
        ),
    ]
