"""Small pictures of large ones."""
import io

from PIL import Image


def preview(image: Image.Image, edge: int, quality: int) -> bytes:
    """A WebP of at most `edge` pixels on its longer side."""
    scale = min(1.0, edge / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    out = io.BytesIO()
    small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    small.convert("RGB").save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
