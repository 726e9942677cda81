"""A wound that heals, as a phone photographs it: skin, edges, bed and a ruler, drawn."""
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (1600, 1200)
_CM = 190  # pixels to a centimetre
_SKIN, _EDGE, _RIM, _BED = (222, 180, 150), (214, 158, 136), (190, 92, 80), (150, 48, 44)
_PAPER, _INK = (246, 243, 236), (40, 40, 40)


@cache
def wound(scale: float) -> bytes:
    """A JPEG of the heel; `scale` 1 is 4.2 by 3.1 cm, less is further healed."""
    picture = Image.new("RGB", _SIZE, _SKIN)
    pen = ImageDraw.Draw(picture)
    for grown, colour in ((1.35, _EDGE), (1.0, _RIM), (0.82, _BED)):
        _oval(pen, scale * grown, colour)
    random = Random(7)  # noqa: S311 -- a drawing, no secret
    for _ in range(5):
        x, y = 800 + random.randint(-160, 160) * scale, 480 + random.randint(-110, 110) * scale
        pen.ellipse((x - 46 * scale, y - 22 * scale, x + 46 * scale, y + 22 * scale), fill=(196, 104, 88))
    picture = picture.filter(ImageFilter.GaussianBlur(9))
    grain = Image.effect_noise(_SIZE, 14).convert("RGB")
    picture = Image.blend(picture, grain, 0.06)
    _ruler(ImageDraw.Draw(picture))
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _oval(pen: ImageDraw.ImageDraw, scale: float, colour: tuple[int, int, int]) -> None:
    across, down = 4.2 * _CM * scale / 2, 3.1 * _CM * scale / 2
    pen.ellipse((800 - across, 480 - down, 800 + across, 480 + down), fill=colour)


def _ruler(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((130, 1010, 1480, 1130), fill=_PAPER)
    for half in range(14):
        left = 170 + half * _CM // 2
        pen.line((left, 1010, left, 1050 if half % 2 else 1080), fill=_INK, width=5)
    pen.text((1420, 1090), "cm", fill=_INK, font_size=30)
