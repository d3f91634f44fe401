"""Convert to sRGB. Renditions embed no ICC profile: browsers treat untagged images as sRGB (CSS Color 4, 10.1)."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# Bytes; no camera or printing press embeds more.
MAX_PROFILE_BYTES = 4 * 1024 * 1024


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB, mode RGB. A profile that is broken or of another colour space is ignored."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                _SRGB,
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")
