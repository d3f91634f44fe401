"""The sample page, with the printed page as the oracle."""

from interviews.pagetext import parse

from .readings import as_read, expected, sample


def test_reads_the_sample_as_a_person_does():
    assert as_read(parse(sample()).document) == expected()


def test_places_every_letter_of_the_sample():
    reading = parse(sample())
    assert (reading.balance.source, reading.balance.placed, reading.balance.unplaced) == (2064, 2064, 0)
    assert reading.unplaced == ()


def test_leaves_unprinted_fields_empty():
    document = parse(sample()).document
    assert document.kicker == ""
    assert document.issue.date is None
    assert all(photo.id is None for photo in document.photos)
    assert all(interview.portrait is None for topic in document.topics for interview in topic.interviews)


def test_bodies_are_paragraphs_with_full_width_punctuation():
    body = parse(sample()).document.topics[0].interviews[0].body
    assert body.startswith("<p>清新的空气、如洗的蓝天，令人心旷神怡。2024年，市委、市政府")
    assert "</p><p>今年的政府工作报告提出，要“统筹" in body
    assert body.endswith("共同守护蓝天白云。</p>")


def test_notes_guesses_with_reasons():
    notes = parse(sample()).notes
    assert [note.kind for note in notes].count("column-break") == 2
    assert [note.kind for note in notes].count("caption") == 4
    assert next(note for note in notes if note.kind == "lead").line == 31
    assert all(note.reason for note in notes)
