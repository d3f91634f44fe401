"""推送订阅 and 对外通知: who may see and set them, and what the buttons do."""

import pytest
from django.urls import reverse

from interviews.errors import RefusedError
from interviews.models import Delivery, DeliveryState, PublicEvent, SecurityEvent, Task, WebhookSubscription
from interviews.models.outbox import new_secret
from interviews.outbox import drop, retry
from tests.builders import published

pytestmark = pytest.mark.django_db
LIST, ADD = (reverse(f"admin:interviews_webhooksubscription_{name}") for name in ("changelist", "add"))
DELIVERIES = reverse("admin:interviews_delivery_changelist")
OTHERS = ["reporter", "photographer", "editor", "head", "chief", "manager", "auditor"]
TYPED = {"name": "省报集团", "url": "https://hooks.example.cn/in", "events": PublicEvent.values, "active": "on"}


@pytest.fixture
def administrator(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def given_up(cast):
    """A delivery that was tried for a day."""
    WebhookSubscription.objects.create(
        name="省报集团", url=TYPED["url"], secret=new_secret(), events=PublicEvent.values
    )
    published(cast)
    delivery = Delivery.objects.get()
    delivery.attempts = 9
    delivery.end(DeliveryState.GIVEN_UP, "对方答复 HTTP 500。")
    delivery.save()
    Task.objects.all().delete()
    return delivery


def act(client, name, *deliveries):
    data = {"action": name, "_selected_action": [each.pk for each in deliveries]}
    return client.post(DELIVERIES, data, follow=True).content.decode()


@pytest.mark.parametrize("who", [*OTHERS, "outsider"])
def test_only_administrators_see_and_set_them(client, cast, given_up, who):
    client.force_login(getattr(cast, who))
    statuses = {client.get(address).status_code for address in (LIST, ADD, DELIVERIES)}
    assert statuses == ({302} if who == "outsider" else {403})
    client.post(ADD, {**TYPED, "name": "另一家", "secret": new_secret()})
    act(client, "retry", given_up)
    assert WebhookSubscription.objects.count() == 1
    assert not Task.objects.exists()
    for verb in (retry, drop):
        with pytest.raises(RefusedError, match="你不能处理"):
            verb(deliveries=[given_up.pk], actor=getattr(cast, who))


def test_subscription_is_added_and_recorded_without_its_secret(administrator, cast):
    page = administrator.get(ADD)
    secret = page.context["adminform"].form.initial["secret"]
    assert secret.startswith("whsec_")
    administrator.post(ADD, {**TYPED, "secret": secret})
    subscription = WebhookSubscription.objects.get()
    assert (subscription.events, subscription.secret) == (PublicEvent.values, secret)
    event = SecurityEvent.objects.first()
    assert (event.kind, event.subject, event.actor) == ("settings_changed", "推送订阅：省报集团", cast.administrator)
    assert secret not in event.details
    assert secret not in administrator.get(LIST).content.decode()


def test_changes_and_deletion_are_recorded(administrator, given_up):
    subscription = WebhookSubscription.objects.get()
    change = reverse("admin:interviews_webhooksubscription_change", args=[subscription.pk])
    administrator.post(change, {**TYPED, "secret": subscription.secret, "active": ""})
    administrator.post(reverse("admin:interviews_webhooksubscription_delete", args=[subscription.pk]), {"post": "yes"})
    verbs = SecurityEvent.objects.filter(kind="settings_changed").values_list("details", flat=True)
    assert list(verbs)[:2] == ['{"verb":"deleted"}', '{"verb":"changed"}']
    assert "（已删除的订阅）" in administrator.get(DELIVERIES).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"secret": "geheim"}, "密钥以 whsec_ 开头"),
        ({"secret": "whsec_AAAA"}, "密钥要有 24 到 64 个字节。"),
        ({"events": []}, "至少选一种事件。"),
        ({"url": "ftp://hooks.example.cn/"}, "地址以 https:// 或 http:// 开头。"),
        ({"url": "https://a:b@hooks.example.cn/"}, "不要写账号和密码"),
        ({"url": "http://10.0.0.8/hook"}, "这是内网地址"),
        ({"url": "http://[::ffff:10.0.0.8]/hook"}, "这是内网地址"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_kept(administrator, typed, sentence):
    page = administrator.post(ADD, {**TYPED, "secret": new_secret(), **typed}).content.decode()
    assert sentence in page
    assert "省报集团" in page
    assert not WebhookSubscription.objects.exists()


def test_list_says_what_became_of_each(administrator, given_up):
    page = administrator.get(DELIVERIES).content.decode()
    event = f"专题 {given_up.message.feature_id} 发布"
    for words in (
        "省报集团",
        "没有送到",
        "对方答复 HTTP 500。",
        event,
        "现在再送",
    ):
        assert words in page


def test_retry_starts_over(administrator, given_up):
    assert "1 件这就再送。" in act(administrator, "retry", given_up)
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == (DeliveryState.WAITING, 0)
    assert Task.objects.get().subject == given_up.receiver


def test_retry_leaves_what_was_overtaken(administrator, cast, given_up):
    """A receiver that knows of the withdrawal must not be told of the publication after it."""
    from interviews.publishing import withdraw

    withdraw(feature=given_up.message.feature, actor=cast.chief, reason="有误。")
    later = Delivery.objects.waiting().get()
    later.end(DeliveryState.DELIVERED, "对方答复 HTTP 200。")
    later.save()
    assert "2 件没有动" in act(administrator, "retry", given_up, later)
    given_up.refresh_from_db()
    assert given_up.state == DeliveryState.GIVEN_UP


def test_dropped_is_not_sent(administrator, given_up):
    assert "1 件不再送了。" in act(administrator, "drop", given_up)
    given_up.refresh_from_db()
    assert given_up.state == DeliveryState.DROPPED
