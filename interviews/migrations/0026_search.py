"""What search compares, beside the rows that readers are shown, and the index of its tokens.

The rows follow from the editions: those that are there are written again by the code of today.
"""

from django.db import migrations, models

from interviews.text.folding import fold
from interviews.models import search_tokens

BATCH = 500


def install(apps, schema_editor):
    search_tokens.create(schema_editor.connection)
    _fill_features(apps.get_model("interviews", "PublishedFeature"))
    interviews = apps.get_model("interviews", "PublishedInterview")
    credits = apps.get_model("interviews", "PublishedCredit")
    for edition in interviews.objects.values_list("edition_id", flat=True).distinct().order_by("edition_id"):
        _fill_interviews(schema_editor.connection, interviews, credits, edition)


def _fill_features(features):
    lead = {}
    editions = features.objects.values_list("edition_id", "edition__revision__document")
    for edition, text in editions.iterator(chunk_size=100):
        document = _document(text)
        lead[edition] = fold("\n".join((document.kicker, document.headline, document.subtitle, *document.lead)))
    for edition, searched in lead.items():
        features.objects.filter(edition_id=edition).update(searched=searched)


def _document(text):
    from interviews.document import FeatureDocument

    return FeatureDocument.from_json(text)


def _fill_interviews(connection, interviews, credits, edition):
    bylines = {}
    named = credits.objects.filter(edition_id=edition, interview_id__isnull=False).order_by("position")
    for interview, name in named.values_list("interview_id", "contributor_name"):
        bylines.setdefault(interview, []).append(name)
    written = []
    for row in interviews.objects.filter(edition_id=edition):
        post = row.organisation + row.job_title + row.speaker_name
        head = fold("\n".join((row.topic_title, post, *bylines.get(row.interview_id, []))))
        searched = f"{head}\n{fold(row.text)}"
        key = search_tokens.key_of(edition, row.position)
        one = interviews.objects.filter(edition_id=edition, interview_id=row.interview_id)
        one.update(search_key=key, search_head=len(head), searched=searched)
        written.append((key, searched))
    search_tokens.write(written, connection)


def remove(apps, schema_editor):
    search_tokens.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("interviews", "0025_intake")]

    operations = [
        migrations.AddField("publishedfeature", "searched", models.TextField(default=""), preserve_default=False),
        migrations.AddField("publishedinterview", "searched", models.TextField(default=""), preserve_default=False),
        migrations.AddField(
            "publishedinterview", "search_head", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField("publishedinterview", "search_key", models.BigIntegerField(null=True)),
        migrations.RunPython(install, remove),
        migrations.AlterField("publishedinterview", "search_key", models.BigIntegerField(unique=True)),
    ]
