"""Initial data: groups with permissions, review steps, credit roles, subjects, terms, weights, an empty audit chain.

A migration installs it, so this module gets historical models from `apps` and imports no others of `interviews`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions

Model = Any  # a historical model, which has no static type

WRITING = ["add_feature", "change_feature", "import_feature"]
PEOPLE = ["view_speaker", "add_speaker", "change_speaker", "view_contributor", "add_contributor"]
LISTS = ["view_creditrole", "view_subject"]
KEEPING_LISTS = ["add_creditrole", "change_creditrole", "add_subject", "change_subject"]
PHOTO_DESK = ["view_photo", "add_photo", "change_photo", "delete_photo"]
REVIEWING = ["view_feature", "view_revision", "view_signoff", "view_edition"]
HOUSE_LISTS = ["view_term", "view_official", "view_grammarword", "view_scoreweight"]
KEEPING_HOUSE_LISTS = [
    *HOUSE_LISTS,
    *(f"{verb}_{name}" for verb in ("add", "change", "delete") for name in ("term", "official", "grammarword")),
]
ERROR_REPORT = ["change_scoreweight", "view_proofcheck"]

GROUPS = {
    "记者": [*WRITING, *PEOPLE, *LISTS, "view_photo", "add_photo", *HOUSE_LISTS],
    "摄影": ["view_contributor", *PHOTO_DESK],
    "编辑": [
        *WRITING,
        "change_any_feature",
        *PEOPLE,
        "change_contributor",
        *LISTS,
        *KEEPING_LISTS,
        *REVIEWING,
        "merge_people",
        "view_workload",
        *PHOTO_DESK,
        *KEEPING_HOUSE_LISTS,
    ],
    "部主任": [
        *PEOPLE,
        *LISTS,
        *REVIEWING,
        "return_feature",
        "view_workload",
        "view_photo",
        *KEEPING_HOUSE_LISTS,
        *ERROR_REPORT,
    ],
    "总编辑": [
        "change_feature",
        "correct_feature",
        "return_feature",
        "publish_feature",
        "withdraw_feature",
        *PEOPLE,
        "change_contributor",
        *LISTS,
        *KEEPING_LISTS,
        *REVIEWING,
        "view_reviewstep",
        "view_withdrawal",
        "view_ledgerentry",
        "merge_people",
        "view_workload",
        *PHOTO_DESK,
        "withdraw_photo",
        *KEEPING_HOUSE_LISTS,
        *ERROR_REPORT,
    ],
}
# Three people's: `interviews.accounts.roles`.
DUTIES = {
    "系统管理": [
        "view_observation",
        *LISTS,
        *KEEPING_LISTS,
        *KEEPING_HOUSE_LISTS,
        *(f"{verb}_reviewstep" for verb in ("view", "add", "change", "delete")),
        "change_scoreweight",
        *(f"{verb}_webhooksubscription" for verb in ("view", "add", "change", "delete")),
        "view_delivery",
        "change_delivery",
    ],
    "账号管理": ["view_user", "add_user", "change_user"],
    "审计": ["view_securityevent", "view_ledgerentry"],
}
ROLES = ["策划", "统筹", "记者", "通讯员", "摄影", "责任编辑", "美编", "校对"]
SUBJECTS = [("大气", "#3a6ea5"), ("水", "#1f7a8c"), ("低碳", "#8a5a2b"), ("林草", "#3f7d4e")]
# Factors of the error score, by category and place of a finding.
FACTORS = {
    "mark": 1,
    "numeral": 1,
    "word": 1,
    "name": 2,
    "time": 2,
    "photo": 2,
    "fact": 1,
    "in-title": 2,
    "in-name": 2,
}
TERM_KINDS = {"禁用": "forbidden", "慎用": "careful", "推荐": "preferred"}
SEVERITIES = {"差错": "error", "警告": "warning", "提示": "hint"}


def install(apps: Apps, schema_editor: object = None) -> None:
    """Add missing rows; keep the newsroom's changes."""
    _groups(apps.get_model("auth", "Group"), _permissions(apps), GROUPS)
    _steps(apps.get_model("interviews", "ReviewStep"), apps.get_model("auth", "Group"))
    for position, name in enumerate(ROLES, start=1):
        apps.get_model("interviews", "CreditRole").objects.get_or_create(name=name, defaults={"position": position})
    for name, colour in SUBJECTS:
        apps.get_model("interviews", "Subject").objects.get_or_create(name=name, defaults={"colour": colour})
    _terms(apps.get_model("interviews", "Term"))
    _weights(apps.get_model("interviews", "ScoreWeight"))
    apps.get_model("interviews", "LedgerHead").objects.get_or_create(pk=1)


def install_duties(apps: Apps, schema_editor: object = None) -> None:
    """Add the groups of administrators, account managers and auditors, which are younger than the others."""
    for label in ("auth", "interviews"):
        create_permissions(installed_apps.get_app_config(label), apps=apps, verbosity=0, interactive=False)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=["auth", "interviews"]
    )
    _groups(apps.get_model("auth", "Group"), permissions, DUTIES)


def _permissions(apps: Apps) -> Any:
    """Create the permissions now: Django does it after the last migration, too late for the groups."""
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="interviews")
    if not permissions.exists():
        config = installed_apps.get_app_config("interviews")
        create_permissions(config, apps=apps, verbosity=0, interactive=False)
    return permissions


def _groups(model: Model, permissions: Any, groups: dict[str, list[str]]) -> None:
    for name, codenames in groups.items():
        group, created = model.objects.get_or_create(name=name)
        if created:
            group.permissions.set(permissions.filter(codename__in=codenames))


def _steps(model: Model, groups: Model) -> None:
    if not model.objects.exists():
        for position, (name, group) in enumerate(settings.REVIEW_STEPS, start=1):
            model.objects.create(name=name, position=position, group=groups.objects.get(name=group))


def _terms(model: Model) -> None:
    if not model.objects.exists():
        text = files("interviews").joinpath("proofreading/terms.csv").read_text(encoding="utf-8")
        model.objects.bulk_create(model(**_columns(line)) for line in csv.DictReader(io.StringIO(text, newline="")))


def _columns(line: Mapping[str, str]) -> dict[str, object]:
    return {
        "word": line["词语"],
        "kind": TERM_KINDS[line["类别"]],
        "severity": SEVERITIES[line["级别"]],
        "replacement": line["改为"],
        "reason": line["理由"],
        "source": line["出处"],
        "owner": line["负责人"],
        "expires": line["有效期至"] or None,
        "skip_quotations": "引语" in line["不查"],
        "skip_titles": "书名" in line["不查"],
        "unless": line["例外"],
    }


def _weights(model: Model) -> None:
    if not model.objects.exists():
        model.objects.bulk_create(model(subject=subject, factor=factor) for subject, factor in FACTORS.items())
