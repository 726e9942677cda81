"""A photo: upright, in sRGB, written anew as JPEG without a word about its making; a preview, a placeholder, the time of capture."""
import base64
import io
import re
import warnings
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageCms

from media.sandbox import bounds
from media.sandbox.previews import preview
from media.sandbox.refusal import Refusal
from media.sandbox.result import Checked, Result

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_TAKEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

warnings.simplefilter("error")
Image.MAX_IMAGE_PIXELS = bounds.PIXELS
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=0)


def read_photo(data: bytes, media_type: str, checked: Checked) -> Result:
    """Raises Refusal, and whatever a decoder raises over a broken file."""
    image = _opened(data, _FORMATS[media_type])
    checked()
    exif = _exif(image)
    profile, lossless = image.info.get("icc_profile"), media_type == "image/png"
    image.load()
    if image.width * image.height > bounds.PIXELS:  # HEIC may turn out larger than its header said
        raise Refusal("media.too_many_pixels")
    image = _plain(_upright(image, exif.get(ExifTags.Base.Orientation)), profile)
    facts = {"width": image.width, "height": image.height, "placeholder": _placeholder(image), **_time(exif)}
    return Result("image/jpeg", facts, _jpeg(image, sharp=lossless), preview(image, bounds.THUMBNAIL_EDGE, 80))


def _opened(data: bytes, wanted: str) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=[wanted])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal("media.too_many_pixels") from None
    if image.width * image.height > bounds.PIXELS:
        raise Refusal("media.too_many_pixels")
    if wanted in {"PNG", "WEBP"} and getattr(image, "n_frames", 1) > 1:
        raise Refusal("media.animated")
    return image


def _exif(image: Image.Image) -> dict[int, Any]:
    """What the camera noted that is of use here; a broken note is none."""
    try:
        exif = image.getexif()
        return {ExifTags.Base.Orientation: exif.get(ExifTags.Base.Orientation), **exif.get_ifd(ExifTags.IFD.Exif)}
    except Exception:  # whatever a stranger's EXIF provokes: the picture may still be good
        return {}


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Eight bits of grey or of sRGB, on white, with nothing beside the picture."""
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif image.mode in {"P", "PA", "LA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        image = _on_white(image.convert("RGBA"))
    elif image.mode not in {"L", "RGB", "CMYK"}:
        image = image.convert("RGB")
    if profile and image.mode != "L":
        image = _in_srgb(image, profile)
    if image.mode == "CMYK":
        image = image.convert("RGB")
    image.info = {}
    return image


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode == "CMYK":
            return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB") or image
        ImageCms.profileToProfile(image, source, _SRGB, inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass  # a profile that can't be used: the numbers are taken as sRGB
    return image


def _jpeg(image: Image.Image, *, sharp: bool) -> bytes:
    """Screenshots come as PNG: their letters keep their colours' edges."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92 if sharp else 88, subsampling=0 if sharp else 2)
    return out.getvalue()


def _placeholder(image: Image.Image) -> str:
    return "data:image/webp;base64," + base64.b64encode(preview(image, bounds.PLACEHOLDER_EDGE, 40)).decode()


def _time(exif: dict[int, Any]) -> dict[str, str]:
    """`taken` as the camera's clock had it, `offset` where it knew its zone."""
    taken = _TAKEN.fullmatch(str(exif.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 "))
    if taken is None:
        return {}
    year, month, day, hour, minute, second = taken.groups()
    offset = str(exif.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    facts = {"taken": f"{year}-{month}-{day}T{hour}:{minute}:{second}"}
    return {**facts, "offset": offset} if _OFFSET.fullmatch(offset) else facts
