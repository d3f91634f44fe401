import pytest
from django.contrib.auth.models import User
from django.template import Context, Template

from interviews import editing
from interviews.models.display_name import display_name


@pytest.mark.parametrize(
    ("family", "given", "shown"),
    [
        ("裴", "国欣", "裴国欣"),
        ("欧阳", "修", "欧阳修"),
        ("", "王晓红", "王晓红"),
        ("王晓红", "", "王晓红"),
        ("Hart", "Robert", "Robert Hart"),
        (" ", "", "reporter"),
    ],
)
def test_family_name_first_in_han(family, given, shown):
    assert display_name(User(username="reporter", last_name=family, first_name=given)) == shown


@pytest.mark.parametrize("user", [None, ""])
def test_fallback_for_deleted_account(user):
    assert display_name(user, "命令行") == "命令行"
    template = Template("{% load accounts %}{{ each.author|display_name:'已注销的账号' }}")
    assert template.render(Context({"each": {"author": user}})) == "已注销的账号"


def test_writers_sorted_by_display_name(cast):
    User.objects.filter(pk=cast.reporter.pk).update(last_name="乙", first_name="一")
    User.objects.filter(pk=cast.colleague.pk).update(last_name="", first_name="丙")
    User.objects.filter(pk=cast.editor.pk).update(last_name="乙", first_name="丁")
    shown = [display_name(user) for user in editing.writers()]
    assert [name for name in shown if name in {"乙一", "乙丁", "丙"}] == sorted(["乙一", "乙丁", "丙"])


def test_admin_greeting(client, cast):
    User.objects.filter(pk=cast.editor.pk).update(last_name="裴", first_name="国欣")
    client.force_login(cast.editor)
    assert "<strong>裴国欣</strong>" in client.get("/admin/").content.decode()
