"""Named files in a folder or in an S3-compatible bucket. A file exists completely or not at all."""

from .bucket import Bucket
from .errors import LocationError, StorageError
from .files import Files
from .folder import Folder, write_new
from .location import Location, parse

__all__ = ["Bucket", "Files", "Folder", "Location", "LocationError", "StorageError", "parse", "write_new"]
