from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before: PostgreSQL alters no table to which the same transaction has added references."""

    dependencies = [("circles", "0005_consents_oppositions_guardians")]

    operations = [migrations.RemoveField(model_name="circle", name="consent")]
