"""Recount a reading independently: no letter is lost, invented or duplicated."""

import html
import re
import unicodedata
from collections import Counter

from interviews.document import FeatureDocument
from interviews.pagetext import Bucket, parse


def letters(text):
    return Counter(character for character in text if character.isalnum())


def texts(document):
    """Yield every text of a document."""
    yield from (document.kicker, document.headline, document.subtitle, *document.lead)
    yield from _names(document.credits)
    for topic in document.topics:
        yield topic.title
        for interview in topic.interviews:
            speaker = interview.speaker
            yield from (speaker.name, speaker.organisation, speaker.job_title)
            yield html.unescape(re.sub("</?p>", " ", interview.body))
            yield from _names(interview.credits)
    for photo in document.photos:
        yield from (photo.caption, photo.credit_line)


def _names(credits):
    for credit in credits:
        yield credit.role
        yield from (person.name for person in credit.contributors)


def assert_accounted_for(text):
    reading = parse(text)
    source = letters(unicodedata.normalize("NFC", text))
    balance = reading.balance
    assert balance.source == source.total() == balance.placed + balance.unplaced
    assert balance.unplaced == letters("".join(reading.unplaced)).total()
    marks = "".join(span.text for span in reading.spans if span.bucket is Bucket.MARK)
    found = letters("".join(texts(reading.document))) + letters("".join(reading.unplaced)) + letters(marks)
    assert found == source + letters("".join(reading.supplied))
    assert letters("".join(span.text for span in reading.spans)) == source
    assert FeatureDocument.from_json(reading.document.to_json()) == reading.document
    return reading
