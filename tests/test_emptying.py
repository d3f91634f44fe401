"""Ids begin with 1 in a transactional test, whatever ran before."""

import pytest

from interviews.models import Feature

from .builders import a_draft


@pytest.mark.django_db
def test_rolled_back_test_uses_ids(cast):
    a_draft(cast)
    a_draft(cast)


@pytest.mark.django_db(transaction=True)
def test_transactional_test_begins_with_1(cast):
    a_draft(cast)
    assert Feature.objects.get().pk == 1
