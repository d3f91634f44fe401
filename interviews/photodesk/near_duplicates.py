from __future__ import annotations

from interviews.imaging import distance
from interviews.models import Photo

# Of 64 bits. Resized or recompressed copies differ in at most 4 bits, other pictures in 20 or more.
NEAR = 6
MOST = 5


def near_duplicates(photo: Photo) -> list[Photo]:
    """Find photos that look like this one, nearest first. Two queries; reads one number per photo."""
    hashes = Photo.objects.current().exclude(pk=photo.pk).values_list("pk", "perceptual_hash")
    apart = {key: distance(photo.perceptual_hash, other) for key, other in hashes.iterator(chunk_size=5000)}
    near = sorted((far, -key) for key, far in apart.items() if far <= NEAR)[:MOST]
    found = Photo.objects.in_bulk([-key for _, key in near])
    return [found[-key] for _, key in near if -key in found]


def signed(hash: int) -> int:
    """Convert an unsigned 64-bit number to the signed one that databases store."""
    return hash - 2**64 if hash >= 2**63 else hash
