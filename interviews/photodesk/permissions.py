"""Permissions of the photo desk, for verbs and screens alike."""

from django.contrib.auth.models import User

from interviews.models import Photo


def may_see(user: User) -> bool:
    return user.is_active and user.has_perm("interviews.view_photo")


def may_upload(user: User) -> bool:
    return user.is_active and user.has_perm("interviews.add_photo")


def may_edit(user: User, photo: Photo) -> bool:
    """Photographers and editors may edit any photo, others those they uploaded."""
    return user.has_perm("interviews.change_photo") or (may_upload(user) and photo.uploaded_by_id == user.pk)


def may_delete(user: User, photo: Photo) -> bool:
    """Like `may_edit`, for photos without uses."""
    return user.has_perm("interviews.delete_photo") or (may_upload(user) and photo.uploaded_by_id == user.pk)


def may_withdraw(user: User) -> bool:
    return user.has_perm("interviews.withdraw_photo")
