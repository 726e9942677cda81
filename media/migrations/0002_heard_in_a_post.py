import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('circles', '0008_unions'),
        ('media', '0001_files_around_a_patient'),
    ]

    operations = [
        migrations.DeleteModel(name='Listening'),
        migrations.CreateModel(
            name='Listening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('carry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listenings', to='media.carry')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='circles.membership')),
            ],
        ),
        migrations.AddConstraint(
            model_name='listening',
            constraint=models.UniqueConstraint(models.F('carry'), models.F('member'), name='heard_once_per_post_and_member'),
        ),
    ]
