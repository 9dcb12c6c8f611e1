"""Files on their way in, remembered sources, and what each import changed, so that it can be undone."""

import django.db.models.deletion
import neighbourhoods.records
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mapping', '0005_export'),
        ('neighbourhoods', '0006_doors'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='uid',
            field=models.CharField(default='', editable=False, max_length=36),
        ),
        migrations.RunSQL("UPDATE mapping_importrun SET uid = gen_random_uuid()::text", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='importrun',
            name='uid',
            field=models.CharField(default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='SavedSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(max_length=100)),
                ('title', models.CharField(max_length=200, verbose_name='name')),
                ('layer', models.CharField(max_length=50)),
                ('choices', models.JSONField(default=dict)),
                ('licence', models.CharField(blank=True, max_length=20)),
                ('attribution', models.CharField(blank=True, max_length=300)),
                ('url', models.URLField(blank=True, max_length=1000, verbose_name='address of the file')),
                ('every', models.PositiveIntegerField(default=0, verbose_name='asked every so many hours')),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.JSONField(default=dict)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='neighbourhoods.city')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=neighbourhoods.records.new_uid, editable=False, max_length=36, unique=True)),
                ('known', models.CharField(blank=True, max_length=100)),
                ('layer', models.CharField(max_length=50)),
                ('file_name', models.CharField(max_length=300)),
                ('size', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('to_look', 'waiting to be read'), ('looking', 'being read'), ('ready', 'ready to be looked at'), ('to_apply', 'waiting to be brought in'), ('applying', 'being brought in'), ('applied', 'brought in'), ('failed', 'stopped, nothing was changed'), ('discarded', 'put aside')], default='to_look', max_length=10)),
                ('choices', models.JSONField(default=dict)),
                ('look', models.JSONField(default=dict)),
                ('problem', models.JSONField(default=dict)),
                ('step', models.CharField(blank=True, max_length=20)),
                ('done', models.IntegerField(default=0)),
                ('total', models.IntegerField(default=0)),
                ('stop_asked', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='neighbourhoods.city')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mapping.importrun')),
                ('saved', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mapping.savedsource')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(max_length=63)),
                ('record', models.BigIntegerField()),
                ('before', models.JSONField(null=True)),
                ('digest', models.CharField(max_length=32)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='mapping.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'relation', 'record'], name='mapping_importchange_record')],
            },
        ),
        migrations.AddConstraint(
            model_name='savedsource',
            constraint=models.UniqueConstraint(fields=('city', 'name'), name='mapping_savedsource_name'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['city', 'state'], name='mapping_upload_city'),
        ),
    ]
