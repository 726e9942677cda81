"""The second count: what the database holds for a reader, asked anew and in another way than the copy was written."""
import datetime as dt
from collections import Counter
from uuid import UUID

from care.records.items import counts_of
from journal.models import Post, PostVersion
from media.enums import MediaState
from media.models import Carry
from messaging.feed.items import Reader
from people.circles.enums import Audience
from people.circles.models import Membership


def held(member: Membership, reader: Reader, up_to: int, until: dt.datetime) -> Counter[str]:
    """How many posts, versions, files, people and records of each room there are for a reader, posts up to a number of theirs, records up
    to a moment.
    """
    column = f"{reader.standing.column}_seq"
    posts = Post.objects.filter(circle=member.circle_id, **{f"{column}__range": (reader.first, up_to)})
    whole = posts.filter(audience__in=[audience for audience in Audience if reader.standing in audience.readers], retracted_at=None)
    ids: set[UUID] = set(whole.values_list("pk", flat=True))
    carried = Carry.objects.filter(medium__circle=member.circle_id, withdrawn_at=None, medium__state=MediaState.READY)
    media = {medium for post, medium in carried.values_list("post", "medium") if post in ids}
    versions = PostVersion.objects.filter(post__in=whole.values("pk")).count()
    people = Membership.objects.filter(circle=member.circle_id).count()
    counted = Counter(posts=posts.count(), versions=versions, media=len(media), people=people)
    counted.update(counts_of(member, until=until))
    return counted
