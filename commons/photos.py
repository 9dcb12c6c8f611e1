"""Photos and scans: opened with care, turned upright, made smaller, and written anew without anything a camera adds.

What is written is always a JPEG of pixels alone: no EXIF, no place, no colour profile, no comment. Only JPEG, PNG and
WEBP are read; the size is looked at before a pixel is decoded, so that a small file cannot become a large picture.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LARGE, SMALL = 2560, 640
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

# What Pillow's readers raise on files that are broken, cut short or made to hurt.
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError, OverflowError, struct.error,
    zlib.error, Image.DecompressionBombError,
)  # fmt: skip


class NotAPhoto(Exception):
    """The picture cannot be taken; its words say why and what to do."""


@dataclass(frozen=True)
class Photo:
    """A picture written anew: the JPEG of at most 2,560 pixels a side, the one of at most 640, and its size."""

    large: bytes
    small: bytes
    width: int
    height: int


def develop(source: IO[bytes]) -> Photo:
    """The picture in a file, as two clean JPEGs. Raises NotAPhoto."""
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPhoto(_("This picture is too large: at most 40 million pixels. Save it smaller."))
            opened.draft("RGB", (LARGE, LARGE))
            opened.load()
            picture = upright(opened)
    except Image.UnidentifiedImageError as error:
        raise NotAPhoto(_("Only photos in JPEG, PNG or WEBP can be read. Save it as JPEG and try again.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPhoto(_("This picture is too large: at most 40 million pixels. Save it smaller.")) from error
    except BROKEN as error:
        raise NotAPhoto(
            _("This picture is damaged or was cut short. Open it, save it again as JPEG, retry.")
        ) from error
    large = written(picture, LARGE, 85)
    return Photo(large, written(picture, SMALL, 80), picture.width, picture.height)


def upright(opened: Image.Image) -> Image.Image:
    """The pixels alone, small enough, the way up that the camera says, in RGB on white."""
    if opened.mode.startswith("I"):
        levels = np.asarray(opened)
        opened = Image.fromarray((levels >> 8 if levels.max(initial=0) > 255 else levels).astype("uint8"), "L")
    elif opened.mode not in {"RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"} or "transparency" in opened.info:
        opened = opened.convert("RGBA")
    opened.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(opened)
    clean = Image.new("RGB", turned.size, "white")
    if turned.mode in {"RGBA", "LA"}:
        clean.paste(turned.convert("RGB"), mask=turned.getchannel("A"))
    else:
        clean.paste(turned.convert("RGB"))
    return clean


def written(picture: Image.Image, side: int, quality: int) -> bytes:
    """A JPEG that fits in a square of `side` pixels."""
    if max(picture.size) > side:
        picture = picture.copy()
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
