"""Pictures made to hurt, and pictures that are only unusual, for the tests of photos."""

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS = {1: "N", 2: (45.0, 4.0, 12.0), 3: "E", 4: (7.0, 41.0, 9.0)}
SECRET = "Fotocamera di Alice 5512"


def picture(kind="JPEG", mode="RGB", size=(300, 200), **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def with_camera_data(orientation=1, kind="JPEG") -> bytes:
    """A picture whose left half is red, with the place, the maker, a comment and a profile written into it."""
    image = Image.new("RGB", (300, 200), "blue")
    image.paste("red", (0, 0, 150, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, SECRET
    exif[0x8825] = GPS
    out = io.BytesIO()
    also = {"comment": SECRET.encode()} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, icc_profile=SECRET.encode() * 20, **also)
    return out.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(side=50_000) -> bytes:
    """A few bytes that say they are a picture of 50,000 by 50,000."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with a packed comment of a hundred million letters."""
    whole = picture("PNG")
    comment = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 100_000_000))
    return whole[:33] + comment + whole[33:]


def gif_of_many_frames(frames=10_000) -> bytes:
    out = io.BytesIO()
    images = [Image.new("L", (2, 2), n % 255) for n in range(100)]
    images[0].save(out, "GIF", save_all=True, append_images=images[1:])
    return out.getvalue() + b"\0" * frames


def tiff() -> bytes:
    return picture("TIFF")


def eps() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\nshowpage\n"


def fits() -> bytes:
    cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 99999", "NAXIS2  = 99999", "END"]
    return "".join(card.ljust(80) for card in cards).encode().ljust(2880)


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200


REFUSED = {
    "a PNG of 50,000 by 50,000": png_bomb,
    "a PNG just too large": lambda: png_bomb(6_400),
    "a packed comment of 100 MB": text_bomb,
    "a GIF of ten thousand frames": gif_of_many_frames,
    "a TIFF": tiff,
    "an EPS": eps,
    "a FITS": fits,
    "a HEIC": heic,
    "a JPEG cut short": lambda: picture(size=(900, 900))[:400],
    "a PNG cut short": lambda: picture("PNG", size=(900, 900))[:60],
    "a WEBP cut short": lambda: picture("WEBP", size=(900, 900))[:40],
    "words": lambda: b"not a picture at all",
    "a page that runs": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a JPEG head and nothing else": lambda: b"\xff\xd8\xff\xe0",
}
TAKEN = {
    "CMYK": lambda: picture(mode="CMYK"),
    "16-bit grey": lambda: picture("PNG", "I;16"),
    "grey": lambda: picture(mode="L"),
    "with holes": lambda: picture("PNG", "RGBA"),
    "grey with holes": lambda: picture("PNG", "LA"),
    "of few colours": lambda: picture("PNG", "P"),
    "black and white": lambda: picture("PNG", "1"),
    "WEBP": lambda: picture("WEBP"),
    "one pixel": lambda: picture(size=(1, 1)),
    "very long": lambda: picture(size=(9_000, 10)),
}


def upload(body: bytes, name="foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)
