"""A newsroom in a process of its own: migrates the database, then publishes the text of each line that it reads."""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 (after setup, as the imports below)
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from interviews import publishing  # noqa: E402
from interviews.models import PublishedInterview, SearchTally  # noqa: E402
from interviews.public.replica import reading_from  # noqa: E402
from interviews.search import broad  # noqa: E402
from interviews.search.tally import Tally  # noqa: E402
from tests.builders import published  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.publishing.test_editions import next_version  # noqa: E402

if __name__ == "__main__":
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    cast, client = make_cast(), Client()
    feature = published(cast).feature
    client.force_login(cast.superuser)
    print(feature.pk, client.cookies[settings.SESSION_COOKIE_NAME].value, flush=True)
    for line in sys.stdin:
        if line == "store a tally\n":
            with reading_from(replica=True):
                broad.store("name", PublishedInterview.objects.all, Tally())
            print(SearchTally.objects.count(), flush=True)
            continue
        publishing.publish(feature=next_version(cast, feature, f"<p>{line.strip()}</p>"), actor=cast.chief, note="更新")
        print("published", flush=True)
