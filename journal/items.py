"""How a post is written for the API and the socket: the post as it is now, for one reader."""
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.clock import rfc3339
from foundation.prepared import Prepared
from foundation.vault.seal import unseal, warm
from journal.cards import Kept
from journal.enums import PostKind, Urgency
from journal.fresh import take
from journal.models import Post, PostVersion, StepReason
from journal.queries import full
from media.items import media_of
from messaging.feed.calls import Step, steps_of
from messaging.feed.enums import Kind, Standing
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from messaging.feed.queries import lines_about
from messaging.live.queries import Glance, passed, passed_by
from people.circles.enums import CircleState, Role
from people.circles.items import replaced_item, structure_item
from people.circles.models import Membership
from people.circles.replacements import name_replaced

_EXCERPT = 140
_STEPS = {Kind.ALERT_TAKEN: "taken", Kind.ALERT_REOPENED: "reopened", Kind.ALERT_DONE: "done", Kind.POST_RETRACTED: "withdrawn"}
_OVER = {"done", "withdrawn"}


@dataclass
class Told:
    """Posts loaded together: the members of their items that are the same for every reader, made once."""

    posts: dict[UUID, Post]
    steps: dict[UUID, list[Item]] = field(default_factory=dict)
    media: dict[UUID, list[Item]] = field(default_factory=dict)
    made: dict[tuple[UUID, bool], Item] = field(default_factory=dict)

    def item(self, post: Post, reader: Reader) -> Item:
        """The post for one reader: its number, and the quote that the reader may see; of a hospital event the reader's card."""
        whole = post.is_whole_for(reader.standing)
        shared = self.made.get((post.pk, whole))
        if shared is None:
            made = _shared(post, self.steps.get(post.pk, []), self.media.get(post.pk, [])) if whole else _others_card(post, reader)
            shared = self.made[post.pk, whole] = made
        return {**shared, "seq": post.seq(reader.standing), "reply_to": _quote(post, reader)}


def told(posts: Iterable[Post]) -> Told:
    """Posts (as `full` fetches them) with their alert's steps and their files, in a few statements whatever their number."""
    by_id = {post.pk: post for post in posts}
    warm({post.vault for post in by_id.values()})
    name_replaced(author for post in by_id.values() for author in _authors(post))
    carrying = [post.pk for post in by_id.values() if post.media_kinds and not post.retracted_at]
    media = media_of(carrying) if carrying else {}
    return Told(by_id, _steps([post for post in by_id.values() if post.alert_state]), media)


def _authors(post: Post) -> list[Membership]:
    return [author for author in (post.author, post.reply_to.author if post.reply_to else None) if author]


def post_item(post: Post, reader: Reader) -> Item:
    """One post for one reader."""
    return told([post]).item(post, reader)


def author_item(member: Membership) -> Item:
    """An author as posts name one; for whom somebody writes who stands in for them is put at hand by `told`."""
    person = member.person
    item: Item = {
        "member": str(member.pk), "name": person.name, "profession": person.profession or None, "gender": person.gender or None,
        "role": member.role,
    }
    if member.stands_in_for:
        item["on_behalf_of"] = replaced_item(member.stands_in_for)
    return {**item, "via": structure_item(member.via)} if member.via else item


def _author(post: Post, standing: Standing) -> Item:
    """Who wrote; where that is a hospital's system: which hospital, for those alone who read the post itself."""
    if post.author:
        return author_item(post.author)
    item: Item = {"member": None, "name": source_named(post, standing), "profession": None}
    return {**item, "source": structure_item(post.source)} if post.source and post.is_whole_for(standing) else item


def source_named(post: Post, standing: Standing) -> str:
    """What the author of a post without one is called: the hospital's name, or no more than that it is one."""
    with override(settings.LANGUAGE_CODE):  # the same words to everybody, by API and socket
        return post.source.name if post.source and post.is_whole_for(standing) else _("Hospital")


def _others_card(post: Post, reader: Reader) -> Item:
    """A hospital event as those see it who don't read the post itself: a card of their own, which asks nothing and carries nothing."""
    kept = None if post.retracted_at else post.kept()
    card = kept.card(whole=False) if kept else None
    item: Item = {
        "id": str(post.pk), "seq": None, "circle": str(post.circle_id), "author": _author(post, reader.standing), "kind": post.kind,
        "text": card.text if card else "", "event": card.data if card else None, "media": [],
        "audience": post.audience_for(reader.standing), "urgency": Urgency.INFO, "to": [], "reply_to": None,
        "written_at": rfc3339(post.received_at), "received_at": rfc3339(post.received_at),
        "corrected_at": kept.others_at if kept else None, "retracted_at": rfc3339(post.retracted_at),
    }
    return {**item, "retraction": _retraction(post, reason="", code="")} if post.retracted_at else item


def _retraction(post: Post, *, reason: str, code: str) -> Item:
    by = {"member": str(post.retracted_by.pk), "name": post.retracted_by.person.name} if post.retracted_by else None
    return {"by": by, "reason": reason, "reason_code": code or None}


def _shared(post: Post, steps: list[Item], media: list[Item]) -> Item:
    item: Item = {
        "id": str(post.pk), "seq": None, "circle": str(post.circle_id), "author": _author(post, Standing.CARE_TEAM), "kind": post.kind,
        "text": post.text(), "media": media, "audience": post.audience, "urgency": post.urgency, "to": post.addressees, "reply_to": None,
        "written_at": rfc3339(post.written_at), "received_at": rfc3339(post.received_at),
        "corrected_at": rfc3339(post.corrected_at), "retracted_at": rfc3339(post.retracted_at),
    }
    if post.kind == PostKind.HOSPITAL_EVENT:
        item["event"] = None if post.retracted_at else post.kept().card(whole=True).data
    if post.urgency != Urgency.INFO:
        owner = {"member": str(post.owner.pk), "name": post.owner.person.name} if post.owner else None
        item["alert"] = {"state": post.alert_state, "owner": owner, "steps": steps}
    if post.retracted_at and (post.retracted_by or post.sealed_reason):  # without a member: the hospital itself
        reason = unseal(post.vault, f"journal.post.reason:{post.pk}", post.sealed_reason)
        item["retraction"] = _retraction(post, reason=reason, code=post.retraction_code)
    return item


def _quote(post: Post, reader: Reader) -> Item | None:
    answered = post.reply_to
    if answered is None or not answered.seen_by(reader):
        return None
    answered.circle = post.circle  # always the same circle: spares a query for the patient's vault
    text = " ".join(answered.text_for(reader.standing).split())
    excerpt = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    kinds = answered.media_kinds if answered.is_whole_for(reader.standing) and not answered.retracted_at else []
    return {"id": str(answered.pk), "author": _author(answered, reader.standing), "excerpt": excerpt, "media": kinds}


def _steps(posts: Sequence[Post]) -> dict[UUID, list[Item]]:
    """An alert's steps: what people did, which are the feed lines about its post, and whom whoever alerts has told, in order of time."""
    if not posts:
        return {}
    by_id = {post.pk: post for post in posts}
    lines, climbed = lines_about(by_id, _STEPS), steps_of(by_id)
    told = [member for steps in climbed.values() for step in steps for member, _state in step.members]
    names = _named([*(line.actor for line in lines), *told])
    reasons = _reasons(by_id)
    found = {post.pk: [(post.received_at, _opened(post))] for post in posts}
    for line in lines:
        steps = found[line.subject]
        over = line.kind == Kind.POST_RETRACTED and steps[-1][1]["step"] in _OVER  # withdrawn after it was done
        if not over and not (line.actor is None and _taken_up(climbed.get(line.subject, ()), line)):
            step: Item = {"step": _step(line), "at": rfc3339(line.at), "member": names.get(line.actor)}
            reason = reasons.get((line.subject, line.care))
            steps.append((line.at, {**step, "reason": reason} if reason else step))
    for post, climb in climbed.items():
        found[post].extend((step.at, _climbed(step, names)) for step in climb)
    return {post: _in_order(steps, climbed.get(post, ())) for post, steps in found.items()}


def _step(line: FeedLine) -> str:
    """What a line did. Done by nobody: the hospital took back what it had told."""
    return "withdrawn" if line.kind == Kind.ALERT_DONE and line.actor is None else _STEPS[Kind(line.kind)]


def _in_order(steps: Iterable[tuple[dt.datetime, Item]], climbed: Sequence[Step]) -> list[Item]:
    """By time; the last one says when the next is due, where one is planned."""
    items = [item for _at, item in sorted(steps, key=lambda one: one[0])]
    planned = climbed[-1].next_at if climbed else None
    return [*items[:-1], {**items[-1], "next_at": rfc3339(planned)}] if planned else items


def _taken_up(climbed: Iterable[Step], line: FeedLine) -> bool:
    """Whether a line that opens an alert again says what a step of its climb says better: somebody has come on duty."""
    return line.kind == Kind.ALERT_REOPENED and any(step.what == "resumed" and step.at == line.at for step in climbed)


def _climbed(step: Step, names: Mapping[UUID | None, Item]) -> Item:
    members = [{**names[member], "state": state} for member, state in step.members if member in names]
    item: Item = {"step": step.what, "at": rfc3339(step.at), "member": None, "rung": step.rung, "members": members}
    return {**item, "until": rfc3339(step.until)} if step.until else item


def _opened(post: Post) -> Item:
    name = post.author.person.name if post.author else source_named(post, Standing.CARE_TEAM)
    author = {"member": str(post.author_id) if post.author_id else None, "name": name}
    return {"step": "opened", "at": rfc3339(post.received_at), "member": author}


def _named(ids: Iterable[UUID | None]) -> dict[UUID | None, Item]:
    members = Membership.objects.filter(pk__in={member for member in ids if member}).select_related("person")
    return {member.pk: {"member": str(member.pk), "name": member.person.name} for member in members}


def _reasons(posts: dict[UUID, Post]) -> dict[tuple[UUID, int], str]:
    said = StepReason.objects.filter(post__in=[pk for pk, post in posts.items() if not post.retracted_at])
    return {
        (row.post_id, row.place): unseal(posts[row.post_id].vault, f"journal.step.reason:{row.post_id}", row.sealed_reason) for row in said
    }


def versions_of(post: Post, standing: Standing) -> list[Item]:
    """Every text that the post has had for a standing, oldest first, the present one last; [] once retracted.

    Of a hospital event with its `event`; a correction that left a reader's card as it was is no version of it.
    """
    if post.retracted_at:
        return []
    whole, kept = post.is_whole_for(standing), list(post.versions.order_by("number"))
    shown = [_version(post, version, whole=whole) for version in kept]
    shown.append({"text": post.text_for(standing), **({"event": post.kept().card(whole=whole).data} if post.sealed_event else {})})
    reasons = [unseal(post.vault, f"journal.version.reason:{post.pk}:{version.number}", version.sealed_reason) for version in kept]
    times = [version.written_at for version in kept] + [post.corrected_at or post.written_at]
    found: list[Item] = []
    for card, at, reason in zip(shown, times, ["", *reasons], strict=True):
        if whole or not found or any(found[-1][key] != value for key, value in card.items()):
            found.append({**card, "at": rfc3339(at if whole or found else post.received_at), "reason": reason if whole else ""})
    return found


def _version(post: Post, version: PostVersion, *, whole: bool) -> Item:
    place = f"{post.pk}:{version.number}"
    if version.sealed_event:
        card = Kept.unpacked(unseal(post.vault, f"journal.version.event:{place}", version.sealed_event)).card(whole=whole)
        return {"text": card.text, "event": card.data}
    return {"text": unseal(post.vault, f"journal.version.text:{place}", version.sealed_text)}


def receipts_of(post: Post) -> list[Item]:
    """Who has read it and when: members whose standing reads it, by the first move of their mark that passed it.

    Who passed a retracted post afterwards has not seen its words.
    """
    moves = passed(post.circle_id, post.care_seq, _numbers(post))
    return [{"member": str(member), "at": rfc3339(at)} for member, at in moves if not post.retracted_at or at <= post.retracted_at]


def _numbers(post: Post) -> dict[Standing, int]:
    return {standing: number for standing in Standing if (number := post.seq(standing)) is not None}


def with_readers(items: Sequence[Item], posts: Iterable[Post], member: Membership) -> list[Item]:
    """Items with how many had read what was retracted, for its author and for coordinators; one statement for all."""
    wanted = {str(post.pk): post for post in posts if post.retracted_at and _answers_for(post, member)}
    counts = passed_by(member.circle_id, {key: _glance(post) for key, post in wanted.items()})
    return [
        {**item, "retraction": {**item["retraction"], "read_by": counts[item["id"]]}} if item["id"] in counts else item for item in items
    ]


def _answers_for(post: Post, member: Membership) -> bool:
    return member.role == Role.COORDINATOR or (post.author is not None and post.author.person_id == member.person_id)


def _glance(post: Post) -> Glance:
    return Glance(post.care_seq, _numbers(post), post.retracted_at or post.received_at, post.author_id)


def _load_complete(lines: Sequence[FeedLine]) -> Told:
    """As `_load`, of lines beside which there are none: a post of which this process alone has written is then as it wrote it."""
    about = Counter(line.subject for line in lines)
    feeds = {line.feed_id for line in lines if line.kind != Kind.POST_WRITTEN or about[line.subject] > 1}
    fresh = take(line.subject for line in lines if line.feed_id not in feeds)
    if len(fresh) == len(lines):
        return told(fresh)
    return _load(lines)


def _load(lines: Sequence[FeedLine]) -> Told:
    """Posts of an erased circle open for nobody: their lines are void."""
    posts = {line.subject for line in lines}
    found = _one.all(post=posts.pop()) if len(posts) == 1 else full(Post.objects.filter(pk__in=posts))
    return told(post for post in found if post.circle.state != CircleState.ERASED)


_one = Prepared(lambda post: full(Post.objects.filter(pk=post)), post=UUID)


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    post = content.posts.get(line.subject)
    if post is None or not post.seen_by(reader):
        return None
    if line.kind == Kind.INCIDENT_NOTED:
        return {"incident": {"post": str(post.pk), "reason_code": post.retraction_code}}
    return {"post": content.item(post, reader)}


def tell() -> None:
    """Registers the journal's lines."""
    register(["post", "alert", "incident"], Teller(_load, _render, _load_complete))
