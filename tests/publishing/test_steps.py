import json
import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from interviews import publishing, workflow
from interviews.models import LedgerEntry, ReviewStep, SignOff, append_only
from interviews.publishing import audit_chain, sign, verify_editions
from tests.builders import signed, submitted

pytestmark = pytest.mark.django_db


def steps(revision):
    return [each.step_name for each in workflow.current_sign_offs(revision)]


def test_sign_off_keeps_step_name(cast):
    feature = submitted(cast)
    sign(feature=feature, actor=cast.editor)
    ReviewStep.objects.filter(name="初审").update(name="编辑初审")
    assert steps(workflow.latest_revision(feature)) == ["初审"]
    assert json.loads(LedgerEntry.objects.get().payload)["step_name"] == "初审"


def test_tampered_step_name_is_detected(cast):
    sign(feature=submitted(cast), actor=cast.editor)
    with append_only.lifted(connection):
        SignOff.objects.update(step_name="终审")
    assert verify_editions()


def test_payload_without_step_name(cast):
    sign_off = sign(feature=submitted(cast), actor=cast.editor)
    sign_off.step_name = ""
    assert "step_name" not in audit_chain.payload_of(sign_off, "editor")


def test_retired_step(cast):
    feature = submitted(cast)
    sign(feature=feature, actor=cast.editor)
    ReviewStep.objects.filter(name__in=["初审", "复审"]).update(active=False)
    revision = workflow.latest_revision(feature)
    assert steps(revision) == ["初审"]
    assert workflow.next_step(revision).name == "终审"
    sign(feature=feature, actor=cast.chief)
    assert publishing.publish(feature=feature, actor=cast.chief).number == 1


def test_step_added_during_review(cast):
    feature = signed(cast)
    ReviewStep.objects.create(name="法务", position=3, group=Group.objects.get(name="部主任"))
    assert workflow.next_step(workflow.latest_revision(feature)).name == "法务"


def test_equal_positions_keep_creation_order(cast):
    ReviewStep.objects.update(position=1)
    assert [step.name for step in workflow.review_steps()] == ["初审", "复审", "终审"]


CODE = "from django.conf import settings; print(settings.REVIEW_STEPS)"


def start(tmp_path, value):
    environment = {**os.environ, "REVIEW_STEPS": value, "DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "jinzhong_eco.settings"
    return subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False)


def test_initial_steps_from_settings(tmp_path):
    assert start(tmp_path, "审核=编辑, 签发=总编辑").stdout.strip() == "[('审核', '编辑'), ('签发', '总编辑')]"


@pytest.mark.parametrize(
    "value", ["初审", "初审=", "=编辑", "初审=门卫", "初审=编辑,初审=总编辑", "审" * 21 + "=编辑", ","]
)
def test_invalid_review_steps(tmp_path, value):
    answer = start(tmp_path, value)
    assert answer.returncode == 1
    assert "REVIEW_STEPS" in answer.stderr.splitlines()[-1]
