import pytest


@pytest.fixture
def required(settings):
    """The shipped rule: who may publish, sign or manage accounts needs a second factor."""
    settings.REQUIRE_OTP = "roles"
