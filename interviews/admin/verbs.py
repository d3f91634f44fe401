"""The review screen's verbs: from the posted form to the message."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from interviews import publishing
from interviews.errors import RefusedError
from interviews.models import Comment, Feature, PreviewLink

KEY = {"required": False, "min_value": 1, "max_value": 2**63 - 1}
# These do not leave the screen: a script may request the list of comments alone.
REMARKS = {"comment", "resolve", "reopen"}
VERBS = [
    "submit",
    "recall",
    "sign",
    "send_back",
    "publish",
    "withdraw",
    "hand_back",
    "share",
    "revoke",
    *sorted(REMARKS),
]


class VerbForm(forms.Form):
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])
    revision = forms.IntegerField()
    text = forms.CharField(required=False, strip=False)
    at = forms.DateTimeField(required=False, error_messages={"invalid": "发布时间写作 2025-03-12 08:00。"})
    kind = forms.CharField(required=False)
    wrong = forms.CharField(required=False)
    right = forms.CharField(required=False)
    place = forms.CharField(required=False)
    path = forms.CharField(required=False, max_length=60)
    quote = forms.CharField(required=False, strip=False)
    start = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    comment = forms.IntegerField(**KEY)
    link = forms.IntegerField(**KEY)
    days = forms.IntegerField(required=False)


def carry_out(user, feature: Feature, data: dict) -> str:
    """Carry out the verb and return its success message. Raises RefusedError."""
    return _ACTS[data["verb"]](user, feature, data)


def _submit(user, feature, data):
    publishing.submit(feature=feature, actor=user)
    return "已送审。"


def _recall(user, feature, data):
    publishing.recall(feature=feature, actor=user)
    return "已撤回，可以接着写；改好再送审。"


def _sign(user, feature, data):
    sign_off = publishing.sign(feature=feature, actor=user, comment=data["text"], seen=data["revision"])
    return f"{sign_off.step_name}已签发。"


def _send_back(user, feature, data):
    publishing.send_back(feature=feature, actor=user, comment=data["text"], seen=data["revision"])
    return "已退回。"


def _publish(user, feature, data):
    words = {name: data[name] for name in ("at", "kind", "wrong", "right", "place")}
    edition = publishing.publish(feature=feature, actor=user, note=data["text"], seen=data["revision"], **words)
    start = timezone.localtime(edition.published_from)
    return f"第 {edition.number} 版自 {start:%Y-%m-%d %H:%M} 起公开（北京时间）。"


def _withdraw(user, feature, data):
    publishing.withdraw(feature=feature, actor=user, reason=data["text"])
    return "已撤下。"


def _hand_back(user, feature, data):
    publishing.reopen(feature=feature, actor=user)
    return "已交回编辑部更正：撰稿人和编辑可以修改，读者看到的不变。"


def _comment(user, feature, data):
    where = {name: data[name] for name in ("path", "quote", "start")}
    publishing.comment(feature=feature, actor=user, text=data["text"], **where)
    return "批注已保存。"


def _resolve(user, feature, data):
    publishing.resolve_comment(comment=_of(Comment.objects.filter(feature=feature), data["comment"]), actor=user)
    return "批注已标为处理完。"


def _reopen(user, feature, data):
    publishing.reopen_comment(comment=_of(Comment.objects.filter(feature=feature), data["comment"]), actor=user)
    return "批注已重开。"


def _share(user, feature, data):
    link = publishing.share_preview(feature=feature, actor=user, days=data["days"] or 0)
    until = timezone.localtime(link.expires_at)
    return f"第 {link.revision.number} 稿的预览链接已建好，有效期至 {until:%Y-%m-%d %H:%M}（北京时间）。"


def _revoke(user, feature, data):
    links = PreviewLink.objects.filter(revision__feature=feature)
    publishing.revoke_preview(link=_of(links, data["link"]), actor=user)
    return "预览链接已撤销。"


def _of(rows, key):
    row = rows.filter(pk=key).first() if key else None
    if row is None:
        raise RefusedError("没有找到，可能已经不在了：请刷新页面。")
    return row


_ACTS = {
    "submit": _submit,
    "recall": _recall,
    "sign": _sign,
    "send_back": _send_back,
    "publish": _publish,
    "withdraw": _withdraw,
    "hand_back": _hand_back,
    "comment": _comment,
    "resolve": _resolve,
    "reopen": _reopen,
    "share": _share,
    "revoke": _revoke,
}
