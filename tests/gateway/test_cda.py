"""Documents opened as a stranger's files: what comes out is plain, and nothing that a document holds takes much time or memory."""
import resource
import tracemalloc
from base64 import b64encode
from pathlib import Path

import pytest

from hospital.gateway.cda import NotADocument, base64_bytes, read_document, time_of
from hospital.gateway.suggestions import suggestions_of
from tests.gateway.letters import INS, OID, ROOT, Letter
from tests.media.papers import paper

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "interop-data" / "cda"


def section(text: str, **more: str) -> str:
    """A document whose one section says this."""
    return Letter(sections=(("1-1", "Section", text),), **more).xml()  # type: ignore[arg-type]


def blocks(text: str) -> list[dict[str, object]]:
    """What is shown of a section."""
    [read] = read_document(section(text).encode()).sections
    return read.blocks


def test_a_discharge_letter_is_read_with_its_sections_and_its_copy() -> None:
    letter = read_document(Letter(date="20260312101500+0100", pdf=paper(), version=2, replaces="7").xml().encode())
    assert (letter.id, letter.set_id, letter.version, letter.replaces) == (f"{ROOT}.1", f"{ROOT}.100", 2, (f"{ROOT}.7",))
    assert (letter.code, letter.title, letter.author) == ("11490-0", "Lettre de liaison de cardiologie", "Dr Ada VIDAL")
    assert (letter.organisation, str(letter.date)) == ("CH de Dax", "2026-03-12 09:15:00+00:00")
    traits = letter.traits
    assert (traits.birth_name, traits.family_name, traits.given_names[0], traits.birth_date) == ("PETIT", "DURAND", "JEANNE", "1941-03-09")
    assert (letter.ins, traits.ins_oid, letter.pdf) == ((INS,), OID, paper())
    assert [one.code for one in letter.sections] == ["42349-1", "18610-6", "10183-2", "30954-2", "18776-5", "48765-2"]
    assert letter.sections[0].blocks == [{"kind": "paragraph", "text": "Décompensation cardiaque\nsur fibrillation"}]
    assert letter.sections[4].blocks[0] == {
        "kind": "table", "caption": "Consultations", "head": [],
        "rows": [["Cardiologue", "avant le 02/04/2026"], ["Pesée", "chaque matin"]],
    }  # fmt: skip


def test_it_suggests_what_is_to_be_done() -> None:
    suggested = [(one["kind"], one["text"], one["on"]) for one in suggestions_of(read_document(Letter().xml().encode()))]
    assert suggested == [
        ("treatment_stopped", "Traitement arrêté\u202f: NALDIPINE 5 mg · 12/03/2026 · hypotension", None),
        ("treatment_at_discharge", "Traitement à la sortie\u202f: FUROLIX 40 mg · 1 le matin", None),
        ("expected_result", "Résultat attendu\u202f: Dosage du BNP, résultat attendu", None),
        ("follow_up", "Consultations : Cardiologue · avant le 02/04/2026", "2026-04-02"),
        ("follow_up", "Consultations : Pesée · chaque matin", None),
    ]
    assert suggestions_of(read_document(Letter(kind=("11502-2", "CR")).xml().encode())) == []


def test_a_body_of_another_format_is_kept_as_it_is_or_shown_as_words() -> None:
    assert read_document(Letter(body=paper()).xml().encode()).pdf == paper()
    plain = read_document(Letter(body="Bonjour\nà tous\n\n<b>Merci</b>".encode(), body_type="text/plain").xml().encode())
    assert [one["text"] for one in plain.sections[0].blocks] == ["Bonjour\nà tous", "<b>Merci</b>"]
    assert read_document(Letter(body=b"MZ no paper").xml().encode()).pdf is None


@pytest.mark.parametrize(("text", "shown"), [
    ("<script>alert(1)</script>", [{"kind": "paragraph", "text": "alert(1)"}]),
    ("a <content revised='delete'>not this</content>b", [{"kind": "paragraph", "text": "a b"}]),
    ("a<!-- not this --><?nor this?> b", [{"kind": "paragraph", "text": "a b"}]),
    ("<list listType='ordered'><item>a<list><item>b</item></list></item></list>", [{"kind": "list", "ordered": True, "items": ["a\nb"]}]),
    ("<table><tr><td rowspan='2'>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
     [{"kind": "table", "caption": "", "head": [], "rows": [["a", "b"], ["", "c"]]}]),
    ("x<paragraph>y</paragraph>z", [{"kind": "paragraph", "text": word} for word in "xyz"]),
])  # fmt: skip
def test_words_come_without_their_mark_up(text: str, shown: list[dict[str, object]]) -> None:
    assert blocks(text) == shown


@pytest.mark.parametrize("raw", [
    b"", b"Document medical", b"<a/>", b"<ClinicalDocument/>", b"\x00\x01\x02", "<ClinicalDocument/>".encode("utf-16"),
    section("a\x01b").encode(), section("a &nbsp; b").encode(), section("<b>").encode(), b"<?xml version='1.0' encoding='x-y'?><a/>",
    section("&x;", prolog='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode(),
    section("x", prolog='<!DOCTYPE ClinicalDocument SYSTEM "http://127.0.0.1:1/x.dtd">').encode(),
    section("x", prolog="<!-- <ClinicalDocument --><!DOCTYPE a [<!ENTITY b 'c'>]>").encode(),
])  # fmt: skip
def test_what_is_no_document_is_none(raw: bytes) -> None:
    with pytest.raises(NotADocument):
        read_document(raw)


def laughs() -> str:
    """Ten entities of ten entities, nine times: a billion."""
    lines = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    return section("&l9;", prolog=f"<!DOCTYPE a [<!ENTITY l0 'ha'>{lines}]>")


@pytest.mark.parametrize("text", [
    laughs(), section("<content>" * 100_000 + "</content>" * 100_000), section("<content/>" * 300_000), section("x" * 33_600_000),
    section("a b " * 4_000_000),
], ids=["laughs", "deep", "tags", "too large", "one long text"])  # fmt: skip
def test_what_would_be_too_much_is_refused_for_little(text: str) -> None:
    raw = text.encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NotADocument):
        read_document(raw)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB, of up to 33 MB of text


def test_a_table_of_ten_thousand_rows_is_cut_and_says_so() -> None:
    rows = "".join(f"<tr><td>{row}</td><td>valeur</td><td>{'x' * 40}</td></tr>" for row in range(10_000))
    [read] = read_document(section(f"<table><tbody>{rows}</tbody></table>").encode()).sections
    assert read.cut
    assert 1_000 < len(read.blocks[0]["rows"]) < 10_000


def test_cells_over_many_places_take_no_more_than_is_shown() -> None:
    cells = "<td colspan='999' rowspan='999'>x</td>" * 2_000
    [table] = blocks(f"<table><tr>{cells}</tr></table>")
    assert len(table["rows"][0]) <= 120  # type: ignore[index]


def test_a_document_in_another_charset_than_it_says_is_read() -> None:
    assert "fatiguée œ €" in str(read_document(section("fatiguée œ €").encode("cp1252")).sections[0].blocks)
    latin = section("fatiguée", prolog='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1")
    assert "fatiguée" in str(read_document(latin).sections[0].blocks)


def test_a_large_copy_passes_beside_the_parser() -> None:
    large = b"%PDF-1.7\n" + bytes(9_000_000)
    assert read_document(Letter(pdf=large).xml().encode()).pdf == large


@pytest.mark.parametrize("said", [b"aGVsbG8", b"aGVs bG8=", b"aGVs\r\nbG8=", b"aGVsbG8="])
def test_base64_comes_with_blanks_and_without_padding(said: bytes) -> None:
    assert base64_bytes(said) == b"hello"


@pytest.mark.parametrize("said", [b"a", b"%%%%", b"aGVs=bG8=", b"A" * 2_000, b64encode(b"x" * 1_001)])
def test_what_is_no_base64_or_too_much_of_it_is_refused(said: bytes) -> None:
    with pytest.raises(NotADocument):
        base64_bytes(said, 1_000)


def test_base64_of_blanks_takes_no_more_than_it_is_long() -> None:
    tracemalloc.start()
    assert base64_bytes(b"AAAA   " * 300_000, 2 * 10**6) == bytes(900_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(("said", "is_at"), [
    ("20191203133000+0100", "2019-12-03 12:30:00+00:00"), ("20050411103328", "2005-04-11 08:33:28+00:00"),
    ("20260101", "2025-12-31 23:00:00+00:00"), ("2026", "2025-12-31 23:00:00+00:00"), ("20261399", "None"), ("", "None"), ("soon", "None"),
    ("00010101", "None"),
])  # fmt: skip
def test_times_are_read_as_the_sender_means_them(said: str, is_at: str) -> None:
    assert str(time_of(said)) == is_at


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the official sample documents are not beside this repository")
@pytest.mark.parametrize(("name", "sections", "code", "has_file"), [
    ("LDL-SES_2022.01.xml", 9, "11490-0", False), ("VSM_1.4_2022.01.xml", 13, "SYNTH", False),
    ("DOC_NON_STRUCTURE_CDA-R2-N1.xml", 0, "11502-2", True), ("PPS-PAERPA_2021.01.xml", 5, "18776-5", False),
    ("DLU-EHPAD-FLUDT_2022.01.xml", 7, "74207-2", False), ("CANCER-PPS_2022.01_feuille-de-style-externe.xml", 10, "18776-5", False),
])  # fmt: skip
def test_the_official_documents_are_read(name: str, sections: int, code: str, has_file: bool) -> None:
    document = read_document((SAMPLES / name).read_bytes())
    assert (len(document.sections), document.code, document.pdf is not None) == (sections, code, has_file)
    assert document.traits.birth_date
    assert document.author.startswith("Dr ")
    kinds = {one["kind"] for one in suggestions_of(document)}
    assert kinds == ({"follow_up", "expected_result", "treatment_stopped", "treatment_at_discharge"} if code == "11490-0" else set())
