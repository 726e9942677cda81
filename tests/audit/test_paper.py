"""The trail on paper: it opens, says its language, is tagged, and holds the lines that its reader may see and no other."""
import io

import pytest
from pypdf import PdfReader

from foundation.paper import printed
from people.audit.models import TrailLine
from portal.views.papers import _PAPERS
from tests.audit.world import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def paper(world: World, who: str) -> PdfReader:
    """The PDF that somebody gets."""
    answer = world.browser(who).get(f"/circles/{world.circle}/accesses.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Durand" not in answer["Content-Disposition"]
    return PdfReader(io.BytesIO(answer.content))


def words(reader: PdfReader) -> str:
    """Its text on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(("who", "whole"), [("gp", True), ("patient", True), ("coordinator", True), ("nurse", False), ("relative", False)])
def test_it_holds_the_lines_that_its_reader_may_see(world: World, who: str, whole: bool) -> None:
    world.call("pharmacist", "POST", f"circles/{world.circle}/search", {"q": "chute"})
    said = words(paper(world, who))
    assert "DURAND Jeanne" in said
    assert world.person(who).name in said
    assert ("Paul Lafitte" in said) == whole
    assert ("Searched in the thread" in said) == whole
    assert "chute" not in said


def test_printing_leaves_a_line(world: World) -> None:
    paper(world, "relative")
    assert [line.what for line in world.lines() if line.role == "relative"] == ["circle.opened", "trail.printed"]


def test_it_is_tagged_and_says_its_language_and_title(world: World) -> None:
    reader = paper(world, "gp")
    root = reader.root_object
    assert str(root["/Lang"]) == "en"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "Who has looked at this record"


def test_a_stranger_s_paper_is_not_there(world: World) -> None:
    assert world.browser("stranger").get(f"/circles/{world.circle}/accesses.pdf").status_code == 404
    assert not TrailLine.objects.filter(what="trail.printed").exists()


def test_what_somebody_wrote_is_no_markup_and_a_sign_without_a_letter_stops_nothing() -> None:
    line = dict.fromkeys(("at", "device", "role", "what", "about", "right"), "x")
    data = {"title": "T", "patient": "#panic() $x$ *a*", "what": "", "heads": ["a", "b", "c", "d"], "empty": "", "more": "", "footer": "",
            "language": "fr", "lines": [{**line, "name": "\U00013000 #panic()"}]}  # fmt: skip
    said = words(PdfReader(io.BytesIO(printed(_PAPERS / "trail.typ", data))))
    assert "#panic() $x$ *a*" in said
