import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from interviews.public.addresses import address
from interviews.public.urls import urlpatterns

# By converter, with characters that URLs quote.
VALUES = {
    "IntConverter": (),
    "Identifier": (1, 42, 2**63 - 1),
    "SlugConverter": ("topics", "a-b_9"),
    "StringConverter": (
        "a.jpg",
        "eyJ:x-Y_z",
        "空 格",
        "100%",
        "%2F",
        "{}",
        "{0}",
        "a?b#c",
        "~!$&'()*+,;=@:",
        "7340001",
    ),
}


def keys_of(pattern):
    """Return some keys for a URL, with every value at every place."""
    choices = [VALUES[type(converter).__name__] for converter in pattern.pattern.converters.values()]
    longest = max(map(len, choices), default=1)
    return [[values[turn % len(values)] for values in choices] for turn in range(longest)]


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_equals_reverse(pattern):
    for keys in keys_of(pattern):
        assert address(pattern.name, *keys) == reverse(f"public:{pattern.name}", args=keys)


def test_follows_script_prefix():
    assert address("feature", 1) == "/features/1/"
    set_script_prefix("/news/")
    try:
        assert address("feature", 1) == reverse("public:feature", args=[1]) == "/news/features/1/"
    finally:
        set_script_prefix("/")


def test_unknown_name_or_wrong_count_is_an_error():
    for arguments in (("no-such-page",), ("feature",), ("front", 1)):
        with pytest.raises(NoReverseMatch):
            address(*arguments)


def test_missing_key_is_an_error():
    with pytest.raises(TypeError):
        address("feature", None)
