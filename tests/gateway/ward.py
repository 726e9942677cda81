"""Jeanne Durand's circle with her INS, a hospital that sends documents about her, and what everybody then sees."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from foundation import clock
from hospital.gateway.documents import DocumentNews, check_version, note, translate_document
from hospital.gateway.er7 import read_er7
from hospital.gateway.errors import Fault, Refused
from hospital.gateway.filing import Filed, file_document
from hospital.stays.matching import match
from people.accounts.models import Structure
from people.circles.access import System
from people.circles.models import Circle
from tests.circles.home import Home, load_home
from tests.gateway.letters import INS, Envelope

SENDER = System("hospital")
READERS = ("nurse", "gp", "coordinator", "home_help", "patient", "relative")


@dataclass(frozen=True)
class Judged:
    """`fault`: what the sender is answered instead of AA; then there is no `news`."""

    fault: Fault | None
    news: DocumentNews | None
    circles: list[Circle] = field(default_factory=list)  # of whom it is about


def judge_document(raw: bytes, structure: UUID) -> Judged:
    """A message as reception judges it."""
    try:
        news = translate_document(read_er7(raw))
        circles = match(structure, news.identity).circles
        check_version(news, structure, circles)
    except Refused as refused:
        return Judged(refused.fault, None)
    return Judged(None, news, circles)


@dataclass
class Ward:
    """A circle and a hospital. Messages go the whole way of a document: judged, noted, filed."""

    home: Home
    hospital: Structure
    filed: list[Filed] = field(default_factory=list)

    def judge(self, envelope: Envelope | bytes) -> Judged:
        """What a message is found to be."""
        raw = envelope if isinstance(envelope, bytes) else envelope.raw()
        return judge_document(raw, self.hospital.pk)

    def send(self, envelope: Envelope | bytes, *, times: int = 1) -> str:
        """The answer: "AA", or ERR-3 and ERR-5 with a slash between. What was accepted is filed, `times` times."""
        judged = self.judge(envelope)
        if judged.fault or judged.news is None:
            assert judged.fault
            return "/".join(filter(None, (judged.fault.code, judged.fault.own)))
        now = clock.now()
        self.note(judged)
        for _ in range(times):
            self.filed.append(file_document(SENDER, structure=self.hospital, news=judged.news, known_at=now))
        return "AA"

    def take(self, envelope: Envelope) -> Judged:
        """Judged and noted, as at reception; not filed yet."""
        judged = self.judge(envelope)
        assert judged.fault is None
        self.note(judged)
        return judged

    def note(self, judged: Judged) -> None:
        """As in the transaction that stores the message."""
        assert judged.news is not None
        for circle in judged.circles:
            note(judged.news, self.hospital.pk, circle.pk, clock.now())

    def file(self, judged: Judged) -> None:
        """What was taken, worked out."""
        assert judged.news is not None
        self.filed.append(file_document(SENDER, structure=self.hospital, news=judged.news, known_at=clock.now()))

    def posts(self, who: str) -> list[dict[str, Any]]:
        """The posts that somebody sees, oldest first."""
        items: list[dict[str, Any]] = self.home.call(who, "GET", "/posts")[1]["items"]
        return items[::-1]

    def seen_by(self, post: str) -> set[str]:
        """Who is shown this post."""
        return {who for who in READERS if self.home.client(who).get(f"/api/v1/posts/{post}").status_code == 200}

    def document(self, who: str, post: str) -> tuple[int, dict[str, Any]]:
        """(status, JSON) of the sections in place."""
        answer = self.home.client(who).get(f"/api/v1/posts/{post}/document")
        return answer.status_code, answer.json()

    @property
    def circle(self) -> UUID:
        """Its id."""
        return self.home.circle


def open_ward(folder: Path, ins: str = INS) -> Ward:
    """A ward of its own."""
    home = load_home(folder, ins=ins)
    return Ward(home, Structure.objects.create(name="CH de Dax", finess="400000001", kind="hospital"))
