"""Uploaded files, and the content of the storage folders."""

from io import BytesIO

from interviews.models import Photo
from interviews.photodesk import describe, intake, make, storage
from interviews.storage import Folder
from tests.imaging import pictures as p


def a_file(name="IMG_0231.JPG", data: bytes | None = None, seed=3, size=(640, 480)) -> BytesIO:
    file = BytesIO(p.saved(p.scenery(*size, seed=seed)) if data is None else data)
    file.name = name
    return file


def taken(actor, **fields) -> Photo:
    result = intake(file=a_file(**fields), actor=actor)
    assert result.photo is not None, result.refusal
    return result.photo


def a_made_photo(actor, **fields) -> Photo:
    """Upload and describe a photo and make its renditions: ready to publish."""
    photo = taken(actor, **fields)
    changes = {"caption": "干部群众在乌金山植树", "alt_text": "植树的人", "credit_line": "程婧 摄"}
    photo = describe(photo=photo, actor=actor, changes=changes)
    make(photo)
    return photo


def kept() -> list[str]:
    """List all stored files, including partial ones."""
    return sorted(name for kind in storage.Kind for name in _kept(storage.files(kind, storage.place())))


def _kept(files) -> list[str]:
    if isinstance(files, Folder):
        return [str(path.relative_to(files.root)) for path in files.root.rglob("*") if path.is_file()]
    return list(files.names())
