"""Small pictures of large ones."""
import io

from PIL import Image

from media.sandbox import bounds

_LOWEST_QUALITY = 10


def preview(image: Image.Image, edge: int, quality: int) -> bytes:
    """A WebP of at most `edge` pixels on its longer side; of less quality where the picture is all grain and would become too large."""
    scale = min(1.0, edge / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0).convert("RGB")
    while True:
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality, method=2)
        if out.tell() <= bounds.THUMBNAIL_BYTES or quality <= _LOWEST_QUALITY:
            return out.getvalue()
        quality //= 2
