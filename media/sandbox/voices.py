"""A voice note: one stream of sound out of a few containers, written anew as AAC in MP4 that every browser plays, with its waveform."""
import io
import struct
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from media.sandbox import bounds
from media.sandbox.containers import check_container
from media.sandbox.refusal import Refusal
from media.sandbox.result import Checked, Result

SPEECH = "audio/mp4+speech"  # not a type of file: a note of ours, for a speech engine
_DEMUXERS = {"audio/webm": "matroska", "audio/ogg": "ogg", "audio/mp4": "mov", "audio/mpeg": "mp3", "audio/wav": "wav"}
_CODECS = {"opus", "aac", "mp3", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8"}
_RATE = 48_000  # samples a second of what is written
_SPEECH_RATE = 16_000
_BIT_RATE = 48_000
_STEP = _RATE // 100  # samples whose loudest is kept: a hundredth of a second
_SLACK_S = 5.0  # that a recorder's header may be wrong by
_AAC_FRAME = 1024
_ATTACHED_PICTURE = 0x400

av.logging.set_level(None)


def read_voice(data: bytes, media_type: str, checked: Checked) -> Result:
    """Raises Refusal, and whatever FFmpeg raises over a broken file."""
    check_container(data, media_type)
    with _opened(data, media_type) as source:
        claimed = _claimed(source)
    checked()
    with _opened(data, media_type) as source:
        content, loudest, samples = _rewritten(source, claimed * 1.05 + _SLACK_S)
    if not samples:
        raise Refusal("media.no_sound")
    return Result("audio/mp4", {"duration": round(samples / _RATE, 3), "waveform": bars(loudest)}, content)


def read_speech(data: bytes, media_type: str, checked: Checked) -> Result:
    """A voice note as speech engines want it: WAV, 16 kHz, mono, 16 bits."""
    checked()
    sound = bytearray()
    with _opened(data, "audio/mp4") as source:
        for frame in _frames(source, _SPEECH_RATE):
            sound += bytes(frame.planes[0])[: frame.samples * 2]
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _SPEECH_RATE, 2 * _SPEECH_RATE, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", 36 + len(sound), b"WAVE") + form + struct.pack("<4sI", b"data", len(sound))
    return Result("audio/wav", content=head + bytes(sound))


def _opened(data: bytes, media_type: str) -> InputContainer:
    """The demuxer is named, so nothing is guessed; whatever it would open besides is refused."""
    return av.open(
        io.BytesIO(data), "r", format=_DEMUXERS[media_type], options={"protocol_whitelist": "none", "enable_drefs": "0"}, io_open=_no_other
    )


def _no_other(url: str, flags: int, options: dict[str, str]) -> Any:
    raise OSError("nothing else is opened")


def _claimed(source: InputContainer) -> float:
    """Seconds of sound by the headers of file and packets, without decoding. Raises Refusal."""
    if any(not stream.disposition & _ATTACHED_PICTURE for stream in source.streams.video):
        raise Refusal("media.has_video")
    if not source.streams.audio:
        raise Refusal("media.no_sound")
    sound = source.streams.audio[0]
    if sound.codec_context.codec.canonical_name not in _CODECS or not 8_000 <= sound.codec_context.sample_rate <= 96_000:
        raise Refusal("media.unreadable")
    claims = [(source.duration or 0) / 1_000_000, float((sound.duration or 0) * (sound.time_base or 0))]
    if max(claims) > bounds.VOICE_S:
        raise Refusal("media.too_long")
    first, last, total = None, 0.0, 0.0
    for packet in source.demux(sound):
        if packet.pts is None or packet.time_base is None:
            continue
        at, takes = float(packet.pts * packet.time_base), float((packet.duration or 0) * packet.time_base)
        first, last, total = at if first is None else first, max(last, at + takes), total + takes
        if max(total, last - first) > bounds.VOICE_S + _SLACK_S:
            raise Refusal("media.too_long")
    return max(total, last - (first or 0.0), max(claims))


def _rewritten(source: InputContainer, most_s: float) -> tuple[bytes, "array[int]", int]:
    """The new file, the loudest sample of each hundredth of a second, and how many samples there are."""
    out = io.BytesIO()
    # The index comes first, so that playing begins with the first bytes: its place is left free, four bytes for each frame of AAC.
    index = 4096 + 4 * int(most_s * _RATE / _AAC_FRAME + 2)
    loudest, samples, rest = array("H"), 0, array("h")
    options = {"moov_size": str(index), "fflags": "+bitexact"}
    with av.open(out, "w", format="mp4", options=options) as target:
        voice = target.add_stream("aac", rate=_RATE, layout="mono", options={"aac_coder": "fast", "flags": "+bitexact"})
        voice.bit_rate = _BIT_RATE
        for frame in _frames(source):
            samples += frame.samples
            if samples > most_s * _RATE or samples > bounds.VOICE_S * _RATE:
                raise Refusal("media.too_long")
            rest.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
            rest = _heard(rest, loudest)
            target.mux(voice.encode(frame))
        target.mux(voice.encode(None))
    if rest:
        loudest.append(_peak(rest))
    return out.getvalue(), loudest, samples


def _frames(source: InputContainer, rate: int = _RATE) -> Iterator[AudioFrame]:
    """Mono, sixteen bits, one rate; numbered anew, since pauses and cuts leave holes in a recorder's times."""
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    place = 0
    sound = source.streams.audio[0]
    for decoded in _decoded(source, sound):
        for frame in resampler.resample(decoded):
            frame.pts = place
            place += frame.samples
            yield frame


def _decoded(source: InputContainer, sound: Any) -> Iterator[AudioFrame | None]:
    for frame in source.decode(sound):
        frame.pts = None
        yield frame
    yield None  # what the resampler still holds


def _heard(rest: "array[int]", loudest: "array[int]") -> "array[int]":
    """Notes the peaks of whole steps; what is left of `rest`, which goes before the next frame."""
    whole = len(rest) - len(rest) % _STEP
    for start in range(0, whole, _STEP):
        loudest.append(_peak(rest[start : start + _STEP]))
    return rest[whole:]


def _peak(samples: "array[int]") -> int:
    return max(max(samples), -min(samples))


def bars(loudest: "array[int]") -> list[int]:
    """The course of loudness as `BARS` figures, 100 the loudest; still where there is only silence."""
    top = max(max(loudest), 328)  # one hundredth of the full scale: noise is not blown up to a voice
    edges = [round(place * len(loudest) / bounds.BARS) for place in range(bounds.BARS + 1)]
    last = len(loudest) - 1
    return [round(100 * max(loudest[min(start, last) : max(end, start + 1)]) / top) for start, end in pairwise(edges)]
