"""WebSub, IndexNow and 百度: what each is told, and that nobody is while its setting is empty."""

import pytest
from lxml import etree

from interviews import publishing
from interviews.models import Delivery, DeliveryState
from tests.builders import published
from tests.public.register import INDEXNOW_KEY

from .receiver import status
from .working import work

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"
FEEDS = [f"{SITE}/feeds/features.atom", f"{SITE}/feeds/topics.atom"]


class TestWebSub:
    def test_hub_is_told_of_both_feeds(self, cast, receiver, settings):
        settings.WEBSUB_HUB = receiver.url
        feature = published(cast).feature
        publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
        work()
        assert [each.form["hub.mode"] for each in receiver.sent] == [["publish"], ["publish"]]
        assert receiver.sent[0].form["hub.url"] == receiver.sent[0].form["hub.topic"] == FEEDS
        assert receiver.sent[0].headers["content-type"] == "application/x-www-form-urlencoded"

    def test_feeds_name_the_hub(self, client, edition, settings):
        settings.WEBSUB_HUB = "https://hub.example.cn/?a=1&b=中"
        for feed in FEEDS:
            response = client.get(feed.removeprefix(SITE))
            links = etree.fromstring(response.content).findall(f"{ATOM}link")
            assert {link.get("rel"): link.get("href") for link in links}["hub"] == settings.WEBSUB_HUB
            hub = "https://hub.example.cn/?a=1&b=%E4%B8%AD"
            assert response["Link"] == f'<{hub}>; rel="hub", <{feed}>; rel="self"'

    def test_feeds_name_none_by_default(self, client, edition):
        response = client.get("/feeds/features.atom")
        assert "Link" not in response
        assert b'rel="hub"' not in response.content


class TestIndexNow:
    @pytest.fixture(autouse=True)
    def key(self, settings, receiver):
        settings.INDEXNOW_KEY, settings.INDEXNOW_URL = INDEXNOW_KEY, receiver.url

    def test_page_is_announced_with_the_key(self, cast, receiver):
        feature = published(cast).feature
        publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
        work()
        assert receiver.sent[0].json == {
            "host": "127.0.0.1:8000",
            "key": INDEXNOW_KEY,
            "keyLocation": f"{SITE}/{INDEXNOW_KEY}.txt",
            "urlList": [f"{SITE}/features/{feature.pk}/"],
        }
        assert len(receiver.sent) == 2, "engines shall see that it is gone"

    def test_key_is_served_at_its_address_only(self, client, settings):
        response = client.get(f"/{INDEXNOW_KEY}.txt")
        assert (response.content.decode(), response["Content-Type"]) == (INDEXNOW_KEY, "text/plain; charset=utf-8")
        assert client.get("/8a5c2e0f4b7d4f0e.txt").status_code == 404
        assert client.get("/robots.txt").status_code == 200
        settings.INDEXNOW_KEY = ""
        assert client.get(f"/{INDEXNOW_KEY}.txt").status_code == 404
        assert client.get("/.txt").status_code == 404


class TestBaidu:
    @pytest.fixture(autouse=True)
    def token(self, settings, receiver):
        settings.BAIDU_PUSH_URL = f"http://127.0.0.1:{receiver.port}/urls?site=127.0.0.1&token=geheim"

    def test_page_is_pushed(self, cast, receiver):
        receiver.answer = lambda handler: status(handler, 200, b'{"remain":99,"success":1}')
        feature = published(cast).feature
        publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
        work()
        (sent,) = receiver.sent
        assert (sent.path, sent.body.decode()) == (
            "/urls?site=127.0.0.1&token=geheim",
            f"{SITE}/features/{feature.pk}/",
        )
        assert Delivery.objects.get().state == DeliveryState.DELIVERED

    @pytest.mark.parametrize("body", [b'{"remain":99,"success":0,"not_same_site":["x"]}', b"[]", b"<html>"])
    def test_page_that_it_does_not_count_is_not_delivered(self, cast, receiver, body):
        receiver.answer = lambda handler: status(handler, 200, body)
        published(cast)
        work()
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
        assert "百度没有收下" in delivery.status

    def test_token_is_in_no_sentence(self, cast, receiver, settings):
        settings.BAIDU_PUSH_URL = "http://127.0.0.1:1/urls?token=geheim"
        published(cast)
        (outcome,) = work()
        assert "geheim" not in f"{outcome}{Delivery.objects.get().status}"

    def test_switched_off_meanwhile(self, cast, receiver, settings):
        published(cast)
        settings.BAIDU_PUSH_URL = ""
        work()
        assert receiver.sent == []
        assert Delivery.objects.get().state == DeliveryState.DROPPED
