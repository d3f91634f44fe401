from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from interviews.models import Edition, Feature, Revision, SignOff, append_only
from tests.builders import signed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("seeds")
class TestDemo:
    def test_demo_publishes_sample(self):
        run("demo")
        edition = Edition.objects.public().get()
        assert edition.publisher.username == "chief"
        assert edition.revision.author.username == "reporter"
        assert [each.signer.username for each in SignOff.objects.order_by("pk")] == ["editor", "head", "chief"]

    def test_demo_is_idempotent(self):
        run("demo")
        before = [model.objects.count() for model in (User, Feature, Revision, Edition)]
        run("demo")
        assert [model.objects.count() for model in (User, Feature, Revision, Edition)] == before

    def test_demo_refused_with_real_accounts(self, cast, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="真实账号"):
            run("demo")


class TestPublish:
    def test_scheduled(self, cast):
        feature = signed(cast)
        at = timezone.now() + timedelta(days=1)
        run("publish", str(feature.pk), "--as", "chief", "--at", at.isoformat())
        assert not Edition.objects.public().exists()
        assert Edition.objects.public(at).exists()

    def test_naive_time_is_beijing_time(self, cast):
        run("publish", str(signed(cast).pk), "--as", "chief", "--at", "2099-01-01T08:00")
        assert Edition.objects.get().published_from.isoformat() == "2099-01-01T00:00:00+00:00"

    def test_refusal_is_one_line(self, cast):
        feature = submitted(cast)
        cases = [("chief", "初审还没有签发"), ("reporter", "不能发布"), ("nobody", "没有账号")]
        for who, sentence in cases:
            with pytest.raises(CommandError, match=sentence):
                run("publish", str(feature.pk), "--as", who)
        with pytest.raises(CommandError, match="没有专题"):
            run("publish", "999999", "--as", "chief")


def test_verify_editions(edition):
    assert "4 条记录全部相符" in run("verify_editions")
    with append_only.lifted(connection):
        Edition.objects.filter(pk=edition.pk).update(note="改写")
    with pytest.raises(CommandError, match="第 4 条记录"):
        run("verify_editions")


def test_rebuild_published(edition):
    assert "1 个发布版本" in run("rebuild_published")
