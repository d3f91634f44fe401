"""The newsroom as it is by default: groups with their permissions, review steps, credit roles, subjects."""

from django.apps import apps as installed_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations

WRITING = ["add_feature", "change_feature", "import_feature"]
PEOPLE = ["view_speaker", "add_speaker", "change_speaker", "view_contributor", "add_contributor"]
LISTS = ["view_creditrole", "view_subject"]
# Photos came later: 0024_photos gives these to the groups of a site that was set up before.
PHOTO_DESK = ["view_photo", "add_photo", "change_photo", "delete_photo"]
REVIEWING = ["view_feature", "view_revision", "view_signoff", "view_edition"]

GROUPS = {
    "记者": [*WRITING, *PEOPLE, *LISTS, "view_photo", "add_photo"],
    "摄影": ["view_contributor", *PHOTO_DESK],
    "编辑": [
        *WRITING,
        "change_any_feature",
        *PEOPLE,
        "change_contributor",
        *LISTS,
        "add_creditrole",
        "change_creditrole",
        "add_subject",
        "change_subject",
        *REVIEWING,
        "merge_people",
        "view_workload",
        *PHOTO_DESK,
    ],
    "部主任": [*PEOPLE, *LISTS, *REVIEWING, "return_feature", "view_workload", "view_photo"],
    "总编辑": [
        "change_feature",
        "correct_feature",
        "return_feature",
        "publish_feature",
        "withdraw_feature",
        *PEOPLE,
        "change_contributor",
        *LISTS,
        "add_creditrole",
        "change_creditrole",
        "add_subject",
        "change_subject",
        *REVIEWING,
        "view_reviewstep",
        "view_withdrawal",
        "view_ledgerentry",
        "merge_people",
        "view_workload",
        *PHOTO_DESK,
        "withdraw_photo",
    ],
}
ROLES = ["策划", "统筹", "记者", "通讯员", "摄影", "责任编辑", "美编", "校对"]
SUBJECTS = [("大气", "#3a6ea5"), ("水", "#1f7a8c"), ("低碳", "#8a5a2b"), ("林草", "#3f7d4e")]


def install(apps, schema_editor=None):
    """Adds what is missing; what the newsroom changed since stays."""
    # Permissions are otherwise made after the last migration, too late for the groups.
    config = installed_apps.get_app_config("interviews")
    create_permissions(config, apps=apps, verbosity=0, interactive=False)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, made = Group.objects.get_or_create(name=name)
        if made:
            permissions = Permission.objects.filter(content_type__app_label="interviews", codename__in=codenames)
            group.permissions.set(permissions)
    Step = apps.get_model("interviews", "ReviewStep")
    if not Step.objects.exists():
        for position, (name, group) in enumerate(settings.REVIEW_STEPS, start=1):
            Step.objects.create(name=name, position=position, group=Group.objects.get(name=group))
    for position, name in enumerate(ROLES, start=1):
        apps.get_model("interviews", "CreditRole").objects.get_or_create(name=name, defaults={"position": position})
    for name, colour in SUBJECTS:
        apps.get_model("interviews", "Subject").objects.get_or_create(name=name, defaults={"colour": colour})


class Migration(migrations.Migration):
    dependencies = [("interviews", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
