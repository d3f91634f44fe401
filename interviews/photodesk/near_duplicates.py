from __future__ import annotations

from interviews.imaging import distance
from interviews.models import Photo

# Of 64 bits. The same picture made smaller or compressed again differs in four at most, another one in twenty or more.
NEAR = 6
MOST = 5


def near_duplicates(photo: Photo) -> list[Photo]:
    """Photos that look like this one, nearest first: two queries. Reads one number a photo."""
    hashes = Photo.objects.current().exclude(pk=photo.pk).values_list("pk", "perceptual_hash")
    apart = {key: distance(photo.perceptual_hash, other) for key, other in hashes.iterator(chunk_size=5000)}
    near = sorted((far, -key) for key, far in apart.items() if far <= NEAR)[:MOST]
    found = Photo.objects.in_bulk([-key for _, key in near])
    return [found[-key] for _, key in near if -key in found]


def signed(hash: int) -> int:
    """64 bits as a database keeps them."""
    return hash - 2**64 if hash >= 2**63 else hash
