"""推送订阅 and 对外通知: whom the site tells of what readers see, and what became of each notice."""

from contextlib import suppress
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery

from interviews import outbox
from interviews.models import Delivery, PublicEvent, WebhookSubscription
from interviews.models.outbox import new_secret
from interviews.outbox.public_addresses import is_allowed

from .read_only import ReadOnlyAdmin


class SubscriptionForm(forms.ModelForm):
    url = forms.URLField(
        label="地址",
        max_length=500,
        assume_scheme="https",
        help_text="每件事用 POST 送到这里，最好是 https。内网地址要先设 DELIVERY_PRIVATE_ADDRESSES=1。",
    )
    events = forms.MultipleChoiceField(
        label="事件",
        choices=PublicEvent.choices,
        initial=PublicEvent.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一种事件。"},
    )

    def clean_url(self):
        parts = urlsplit(self.cleaned_data["url"])
        if parts.scheme not in {"http", "https"}:
            raise forms.ValidationError("地址以 https:// 或 http:// 开头。")
        if parts.username is not None or parts.password is not None:
            raise forms.ValidationError("地址里不要写账号和密码，对方可以核对签名。")
        # Names are looked up when they are called.
        with suppress(ValueError):
            if not is_allowed(parts.hostname or ""):
                raise forms.ValidationError("这是内网地址，要先设 DELIVERY_PRIVATE_ADDRESSES=1。")
        return parts._replace(fragment="").geturl()


@admin.register(WebhookSubscription)
class WebhookSubscriptionAdmin(admin.ModelAdmin):
    form = SubscriptionForm
    list_display = ["name", "url", "events_in_words", "active"]
    fields = ["name", "url", "secret", "events", "active"]

    @admin.display(description="事件")
    def events_in_words(self, subscription):
        return "、".join(PublicEvent(event).label for event in subscription.events)

    def get_changeform_initial_data(self, request):
        return {"secret": new_secret(), **super().get_changeform_initial_data(request)}


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["message", "to", "state", "attempts", "status", "tried_at", "next_at"]
    list_display_links = None
    list_filter = ["state", "channel", "message__event"]
    list_select_related = ["message"]
    search_fields = ["=message__feature"]
    search_help_text = "专题编号"
    ordering = ["-pk"]
    actions = ["retry", "drop"]

    def get_queryset(self, request):
        names = WebhookSubscription.objects.filter(pk=OuterRef("receiver")).values("name")
        return super().get_queryset(request).annotate(subscription=Subquery(names))

    @admin.display(description="给谁")
    def to(self, delivery):
        if delivery.channel != delivery.kind.WEBHOOK:
            return delivery.get_channel_display()
        return delivery.subscription or "（已删除的订阅）"

    def has_deliver_permission(self, request):
        return request.user.has_perm("interviews.change_delivery")

    @admin.action(description="现在再送", permissions=["deliver"])
    def retry(self, request, queryset):
        number = outbox.retry(deliveries=queryset.values_list("pk", flat=True), actor=request.user)
        self._report(request, number, "这就再送", queryset)

    @admin.action(description="不再送", permissions=["deliver"])
    def drop(self, request, queryset):
        number = outbox.drop(deliveries=queryset.values_list("pk", flat=True), actor=request.user)
        self._report(request, number, "不再送了", queryset)

    def _report(self, request, number, what, queryset):
        if number:
            messages.success(request, f"{number} 件{what}。")
        if left := queryset.count() - number:
            reason = "已经送到、不用送的，或者对方已经知道后来的事的，保持原样。"
            messages.warning(request, f"{left} 件没有动：{reason}")
