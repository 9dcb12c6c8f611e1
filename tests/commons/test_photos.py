"""Photos: what hurts is refused, what is unusual is taken, and nothing a camera writes is left."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from commons.photos import LARGE, MOST_PIXELS, SMALL, NotAPhoto, develop, upright, written
from tests.commons import hostile_pictures as pictures


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_a_picture_that_hurts_or_is_broken_is_refused_in_words(name):
    with pytest.raises(NotAPhoto) as refusal:
        develop(io.BytesIO(pictures.REFUSED[name]()))
    assert len(str(refusal.value)) > 20


@pytest.mark.parametrize("name", pictures.TAKEN)
def test_an_unusual_picture_becomes_a_plain_jpeg(name):
    photo = develop(io.BytesIO(pictures.TAKEN[name]()))
    for body in (photo.large, photo.small):
        assert (opened(body).format, opened(body).mode) == ("JPEG", "RGB")
    assert opened(photo.large).size == (photo.width, photo.height)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_a_camera_wrote_is_left(kind):
    body = pictures.with_camera_data(kind=kind)
    assert pictures.SECRET.encode() in body and opened(body).getexif().get_ifd(0x8825)
    photo = develop(io.BytesIO(body))
    for clean in (photo.large, photo.small):
        assert pictures.SECRET.encode() not in clean and b"Exif" not in clean and b"ICC_PROFILE" not in clean
        assert not opened(clean).getexif() and not opened(clean).getexif().get_ifd(0x8825)
        assert set(opened(clean).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_taken_sideways_stands_upright():
    photo = develop(io.BytesIO(pictures.with_camera_data(orientation=6)))
    assert (photo.width, photo.height) == (200, 300)
    red, blue = opened(photo.large).getpixel((100, 20)), opened(photo.large).getpixel((100, 280))
    assert red[0] > 200 > 60 > red[2] and blue[2] > 200 > 60 > blue[0]


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    photo = develop(io.BytesIO(pictures.picture(size=(6_000, 4_000))))
    assert (photo.width, photo.height) == (LARGE, 1_707)
    assert max(opened(photo.small).size) == SMALL


def test_holes_become_white_and_sixteen_bits_keep_their_light():
    assert develop_corner(pictures.picture("PNG", "RGBA")) == (255, 255, 255)
    out = io.BytesIO()
    Image.new("I;16", (20, 20), 40_000).save(out, "PNG")
    assert develop_corner(out.getvalue())[0] == pytest.approx(40_000 >> 8, abs=3)


def develop_corner(body: bytes) -> tuple[int, ...]:
    return opened(develop(io.BytesIO(body)).large).getpixel((5, 5))


def test_the_pieces_do_what_they_say():
    image = upright(Image.new("L", (4_000, 10)))
    assert image.mode == "RGB" and opened(written(image, 100, 80)).size[0] == 100


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process had at most")
def test_the_largest_picture_that_is_taken_needs_a_bounded_memory():
    code = (
        "import io; from PIL import Image; import commons.photos as p\n"
        "b = io.BytesIO(); Image.new('RGB', (8000, 5000), 'red').save(b, 'PNG', compress_level=1); b.seek(0)\n"
        "Image.core.clear_cache() if hasattr(Image.core, 'clear_cache') else None\n"
        # what the process itself had at most; what rusage says begins with the size of the one that started it
        "p.develop(b); print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert MOST_PIXELS == 8_000 * 5_000
    assert int(run.stdout) < 700_000, f"{run.stdout} kB"
