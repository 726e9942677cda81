"""Files in the posts of the crowd: laid down fit to be seen, so that a thousand questions about who sees them cost no processing."""
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.contract.running import Server

if TYPE_CHECKING:
    from tests.contract.crowd import Relation, Written

SAID = "garonne"  # a word of every transcript
NAMED = "dordogne"  # and of every file's name
CONTENT = b"the bytes of a file " * 40
PREVIEW = b"its preview"


@dataclass(frozen=True)
class File:
    """A file of the general practitioner's. `post` is None where none carries it; `asked`: the secretary is to write it down."""

    id: str
    kind: str
    post: "Written | None"
    asked: bool = False

    def seen_by(self, who: "Relation") -> bool:
        """Its uploader until it is posted, then whoever sees the post that carries it, not retracted; who is asked hears this one."""
        if self.post is None:
            return who.name == "gp"
        if self.asked and who.name == "secretary":
            return True
        return self.post.kind != "retracted" and self.post.seen_by(who)


_LAY_DOWN = """
import json
from django.utils import timezone
from media import files
from media.enums import Part
from media.models import Medium
from people.circles.models import Membership
made = {}
for circle, kinds in json.loads(ASKED).items():
    gp = Membership.objects.select_related("circle__patient").get(circle=circle, role="gp", ended_at=None)
    for kind in kinds:
        medium = Medium(circle=gp.circle, uploader=gp, kind=kind, state="ready", created_at=timezone.now())
        media_type = {"photo": "image/webp", "voice": "audio/mp4"}[kind]
        medium.set_facts({"name": f"{NAMED} {kind}", "media_type": media_type, "bytes": len(CONTENT)})
        medium.set_transcript(SAID if kind == "voice" else "")
        medium.save(force_insert=True)
        for part, content in ((Part.CONTENT, CONTENT), (Part.THUMBNAIL, PREVIEW)):
            files.write(medium.vault, part, [content], medium=medium.pk).save(force_insert=True)
        made.setdefault(circle, []).append(str(medium.pk))
print(json.dumps(made))
"""
ANNOUNCE = """
from django.db import transaction
from media.carrying import announce_media
from media.models import Medium
from messaging.feed.enums import Kind
from messaging.feed.services import opened
for medium in Medium.objects.order_by("pk"):
    with transaction.atomic(), opened(medium.circle_id) as feed:
        announce_media(feed, medium, Kind.MEDIA_READY)
"""


def lay_down(server: Server, kinds: dict[str, list[str]]) -> dict[str, list[str]]:
    """Circle → the ids of the files of these kinds that its general practitioner has there now."""
    constants = {"ASKED": json.dumps(kinds), "CONTENT": CONTENT, "PREVIEW": PREVIEW, "SAID": SAID, "NAMED": NAMED}
    said = "".join(f"{name} = {value!r}\n" for name, value in constants.items())
    made: dict[str, list[str]] = json.loads(server.manage("shell", "-v", "0", "-c", said + _LAY_DOWN))
    return made
