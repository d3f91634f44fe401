import pytest

FOLDER_ONLY = pytest.mark.parametrize("media", ["folder"], indirect=True)
EITHER = pytest.mark.parametrize("media", ["folder", "bucket"], indirect=True)


@pytest.fixture(autouse=True, params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def media(request):
    """Run every test with photos in a folder, and thorough ones with photos in a bucket, too."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return request.param
