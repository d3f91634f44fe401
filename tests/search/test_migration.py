"""What is public before the migration is found after it."""

import pytest
from django.core.management import call_command

from interviews.search import search
from tests.builders import published


@pytest.mark.django_db(transaction=True)
def test_what_was_there_is_found(cast):
    published(cast)
    call_command("migrate", "interviews", "0025", verbosity=0)
    try:
        call_command("migrate", "interviews", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    results = search("蓝天 武玲芳")
    assert results.total == 1
    assert search("擦亮").features
