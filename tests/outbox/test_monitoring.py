from datetime import timedelta

import pytest
from django.utils import timezone

from interviews.models import Delivery, DeliveryState
from interviews.monitoring import metrics
from interviews.monitoring.health import checks
from tests.builders import published

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def deliveries():
    return next(check for check in checks() if check.name == "deliveries")


def test_operators_see_what_waits_and_what_was_given_up(cast, receiver, subscribe):
    subscribe(receiver)
    published(cast)
    assert deliveries().well
    assert deliveries().found == "1 件等着送，0 件到时候没送，0 件试过几次没有送到。"
    Delivery.objects.update(next_at=timezone.now() - timedelta(hours=1))
    assert not deliveries().well, "nobody works"
    delivery = Delivery.objects.get()
    delivery.end(DeliveryState.GIVEN_UP, "对方拒绝连接。")
    delivery.save()
    assert "1 件试过几次没有送到" in deliveries().found
    assert not deliveries().well


def test_metrics_count_deliveries_and_events(cast, receiver, subscribe):
    subscribe(receiver)
    published(cast)
    text = metrics.exposition().decode()
    assert 'jinzhong_deliveries{channel="webhook",state="waiting"} 1.0' in text
    assert 'jinzhong_public_events{event="feature.published"} 1.0' in text
