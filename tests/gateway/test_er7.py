"""The reader of ER7: what hospitals really send, and what nobody should."""
import pytest

from hospital.gateway.er7 import MOST_SEGMENTS, Er7, read_er7
from hospital.gateway.errors import Refused
from tests.gateway.messages import Adt

LINES = [line for line in Adt(control="C1", given="ÉLÉONORE").text().split("\r") if line]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\n\r\n", "\r  ", "\n\t"])
def test_any_end_of_line_is_one(end: str) -> None:
    read = read_er7(end.join(LINES).encode())
    assert read.names == ["MSH", "EVN", "PID", "PV1", "ZBE"]
    assert read.first("PID").text(5, 2) == "ÉLÉONORE"


def test_what_surrounds_a_message_is_nothing() -> None:
    assert read_er7(b"\xef\xbb\xbf\r\n  " + "\r".join(LINES).encode() + b"\r\n\x1c\r").control == "C1"


def test_control_bytes_are_dropped() -> None:
    raw = "\r".join(LINES).encode().replace(b"DURAND", b"DU\x00R\x0bA\x1cND")
    assert read_er7(raw).first("PID").text(5) == "DURAND"


def test_a_line_that_begins_no_segment_goes_on_with_the_one_before() -> None:
    read = read_er7(("\r".join(LINES) + "\rOBX|1|ED|||AAAA\nBBBB\nCCCC|x").encode())
    assert "".join(read.first("OBX").text(5).split()) == "AAAABBBBCCCC"
    assert read.first("OBX").text(6) == "x"


@pytest.mark.parametrize(
    ("named", "codec"),
    [("8859/15", "iso8859-15"), ("8859/1", "cp1252"), ("UNICODE UTF-8", "utf-8"), ("", "utf-8"), ("", "cp1252"), ("KLINGON", "utf-8")],
)
def test_the_character_set_is_the_one_that_is_named(named: str, codec: str) -> None:
    name = "LŒUVRE" if codec != "utf-8" else "LŒUVRE-Ж"
    read = read_er7(Adt(charset=named, birth_name=name).bytes(codec))
    assert read.first("PID").text(5) == name
    assert not read.doubtful_charset


def test_what_is_not_in_the_character_set_that_it_names_is_read_and_marked() -> None:
    read = read_er7(Adt(charset="UNICODE UTF-8", birth_name="LOUÉ").bytes("cp1252"))
    assert read.first("PID").text(5) == "LOUÉ"
    assert read.doubtful_charset


def _with_name(escaped: str) -> Er7:
    return read_er7(Adt(birth_name=escaped).bytes())


@pytest.mark.parametrize(
    ("written", "meant"),
    [(r"A\T\B", "A&B"), (r"A\F\B", "A|B"), (r"A\S\B", "A^B"), (r"A\R\B", "A~B"), (r"A\E\B", "A\\B"), (r"A\.br\B", "A\nB"),
     (r"A\X42\C", "ABC"), (r"A\X0b1c\B", "AB"), (r"A\Xzz\B", "AB"), (r"A\H\B\N\C", "ABC"), ("A\\B", "A\\B"), ('""', "")],
)  # fmt: skip
def test_escapes_are_read_after_splitting(written: str, meant: str) -> None:
    assert _with_name(written).first("PID").text(5) == meant


def test_an_erased_value_is_told_from_a_missing_one() -> None:
    name = _with_name('""').first("PID").all(5)[0]
    assert name.erased
    assert not _with_name("X").first("PID").all(5)[0].erased


def test_other_separators_are_those_of_the_message() -> None:
    read = read_er7(b"MSH#*$\\%#GAM#CH*9#C#C#2026##ADT*A01#7#P#2.5\rPID#1##12***A%B*PI$34***C*INS\r")
    assert (read.control, read.kind) == ("7", ("ADT", "A01"))
    assert [(each.part(), each.part(4, 2), each.part(5)) for each in read.first("PID").all(3)] == [("12", "B", "PI"), ("34", "", "INS")]


@pytest.mark.parametrize(
    ("raw", "answer", "code"),
    [(b"", "AR", "100"), (b"hello", "AR", "100"), (b"MSH", "AR", "100"), (b"MSHaaaaaaaaa", "AR", "100"),
     (b"<?xml version='1.0'?><ADT_A01/>", "AR", "199"), (b"MSH|^~\\&|A\r" + b"NTE|1\r" * (MOST_SEGMENTS + 1), "AE", "100"),
     (b"MSH|^~\\&|A\r" + b"\r" * 1_000_001 + b"x", "AE", "100")],
)  # fmt: skip
def test_what_is_no_message_is_refused(raw: bytes, answer: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_er7(raw)
    assert (refused.value.fault.answer, refused.value.fault.code) == (answer, code)


@pytest.mark.parametrize("sign", ["|", "~", "^", "&", "\\", "\\X41\\"])
def test_a_million_separators_are_read_within_bounds(sign: str) -> None:
    read = read_er7(f"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1||{sign * 1_000_000}".encode())
    assert len(read.first("PID").all(3)) <= 257
    assert len(read.first("PID").text(3, 1)) <= 5_000_000
