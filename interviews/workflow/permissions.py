"""Permission checks, for use cases and screens alike."""

from collections.abc import Iterable

from django.contrib.auth.models import User

from interviews.models import Feature, ReviewStep, Revision, SignOff, Stage

from .state import is_published


def may_edit(user: User, feature: Feature) -> bool:
    """Writers may edit their own and shared features until submitted, editors unpublished ones, chiefs all.

    A feature reopened for correction counts as unpublished, so that its writer isn't the chief who signs it.
    """
    if not user.is_active:
        return False
    if user.has_perm("interviews.correct_feature"):
        return True
    if feature.reopened_at is None and is_published(feature):
        return False
    if user.has_perm("interviews.change_any_feature"):
        return True
    return feature.stage == Stage.DRAFT and may_submit(user, feature)


def may_submit(user: User, feature: Feature) -> bool:
    """The feature's writers, and users who may change any feature."""
    if not user.has_perm("interviews.change_feature"):
        return False
    if user.has_perm("interviews.change_any_feature") or user.has_perm("interviews.correct_feature"):
        return True
    return _is_writer(user, feature)


def may_recall(user: User, feature: Feature) -> bool:
    """Only the feature's writers may recall it from review. Others send it back, with a reason."""
    return user.has_perm("interviews.change_feature") and _is_writer(user, feature)


def _is_writer(user: User, feature: Feature) -> bool:
    return feature.owner_id == user.pk or feature.shared_with.filter(pk=user.pk).exists()


def may_view(user: User, feature: Feature) -> bool:
    """Writers may view their own features, reviewers and publishers all."""
    return user.has_perm("interviews.view_feature") or (user.is_active and may_submit(user, feature))


def may_send_back(user: User, step: ReviewStep | None) -> bool:
    return user.has_perm("interviews.return_feature") or (step is not None and holds(user, step))


def may_resolve(user: User, feature: Feature) -> bool:
    """Editors and reviewers of the feature may resolve comments and findings."""
    if not may_view(user, feature):
        return False
    if may_edit(user, feature) or user.has_perm("interviews.return_feature"):
        return True
    return ReviewStep.objects.filter(active=True, group__user=user).exists()


def holds(user: User, step: ReviewStep) -> bool:
    """Return whether the user is in the step's group."""
    return user.is_active and user.groups.filter(pk=step.group_id).exists()


def objections_to_signing(user: User, revision: Revision, step: ReviewStep, signed: Iterable[SignOff]) -> list[str]:
    """List the rules this user would break by signing: group members only, not one's own revision, one step each.

    `signed` are the revision's current sign-offs.
    """
    objections = []
    if not holds(user, step):
        objections.append(f"{step.name}由{step.group.name}签发，你不在其中。")
    if revision.author_id == user.pk:
        objections.append("这一稿是你改定的，不能由你签发。")
    if any(sign_off.signer_id == user.pk for sign_off in signed):
        objections.append("你已签过这一稿的另一个环节，一人不能签两次。")
    return objections
