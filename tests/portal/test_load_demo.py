"""The region in the database: gapless numbers for each standing, marks that tell no more than they may, a whole trail."""

import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from pytest_django import Settings

from hospital.stays.models import Stay
from journal.models import Post, PostVersion
from media.items import media_of
from media.models import Medium
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedHead, FeedLine
from messaging.live.models import ReadMark
from notifications.models import Ladder
from people.audit.models import TrailLine
from people.audit.queries import broken_chains
from people.circles.models import Circle, Membership
from people.duty.queries import duty_of
from portal.demo.cast import read_cast
from portal.demo.region import Region
from portal.demo.storing import load_region

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def told() -> list[int]:
    """Three of the patients, loaded; the steps of progress that were told."""
    cast = read_cast()
    few = {key: cast.patients[key] for key in ("p-durand", "p-mendiboure", "p-hoareau")}
    steps: list[int] = []
    load_region(Region(replace(cast, patients=few), NOW), steps.append)
    return steps


def test_progress_goes_up_to_the_end(told: list[int]) -> None:
    assert told == sorted(told)
    assert told[-1] == 2 * Post.objects.exclude(author=None).count() == 2 * (260 + 18 + 120)


def test_by_day_the_practice_is_on_duty_and_at_night_the_coordination(told: list[int]) -> None:
    circle = Circle.objects.get(ladders__isnull=False)
    assert [rung.role for rung in Ladder.objects.get(circle=circle).rungs.order_by("place")] == ["nurse", "gp", "coordinator"]
    members = {member.role: member for member in Membership.objects.filter(circle=circle, role__in=["nurse", "gp", "coordinator"])}
    places = {role: (member.person_id, member.via_id) for role, member in members.items()}
    by_day, at_night = (duty_of(list(places.values()), NOW + later) for later in (timedelta(), timedelta(hours=13)))
    assert all(by_day[place].on for place in places.values())
    assert [role for role in places if at_night[places[role]].on] == ["coordinator"]


def test_numbers_are_gapless_for_each_standing(told: list[int]) -> None:
    for head in FeedHead.objects.filter(lines__isnull=False).distinct():
        lines = list(FeedLine.objects.filter(feed=head).order_by("care"))
        assert [line.at for line in lines] == sorted(line.at for line in lines)
        for standing in Standing:
            numbers = [line.number(standing) for line in lines if line.visible(standing)]
            assert numbers == list(range(1, len(numbers) + 1))
            assert head.number(standing) == len(numbers)


def test_posts_have_the_numbers_of_their_lines(told: list[int]) -> None:
    written = {line.subject: line for line in FeedLine.objects.filter(kind=Kind.POST_WRITTEN)}
    for post in Post.objects.all():
        line = written.pop(post.pk)
        assert line.seen_by == post.readers
        assert [post.seq(standing) for standing in Standing] == [line.number(s) if line.visible(s) else None for s in Standing]
    assert written == {}


def test_texts_are_sealed_and_open(told: list[int]) -> None:
    posts = Post.objects.select_related("circle__patient").filter(retracted_at=None)
    texts = {post.text() for post in posts}
    assert "Paracétamol 1 g matin et soir, trois jours. Je passe jeudi." in texts
    assert not any("Paracétamol".encode() in bytes(post.sealed_text) for post in posts)
    assert PostVersion.objects.filter(written_at__lt=F("post__corrected_at")).count() == PostVersion.objects.count() > 0


def test_the_hospital_told_of_a_stay_that_is_over(told: list[int]) -> None:
    stay = Stay.objects.get()
    assert (stay.state, stay.unit and stay.unit.code, stay.movements.count()) == ("ended", "4420", 2)
    cards = [post.text_for(Standing.RELATIVES) for post in Post.objects.filter(kind="hospital_event").order_by("care_seq")]
    assert ["hôpital" in cards[0], cards[1].startswith("De retour"), any("Cardiologie" in text for text in cards)] == [True, True, False]


def test_who_left_has_left_and_who_came_sees_from_then_on(told: list[int]) -> None:
    gone = Membership.objects.get(role="hospital_staff", ended_at__isnull=False)
    assert FeedLine.objects.get(kind=Kind.MEMBER_LEFT).subject == gone.pk
    assert not gone.grants.filter(ended_at=None).exists()
    late = Membership.objects.get(history="from_now")
    assert late.first == FeedLine.objects.get(kind=Kind.MEMBER_JOINED, subject=late.pk).care > 1


def test_marks_tell_another_standing_only_of_lines_that_both_see(told: list[int]) -> None:
    marks = list(ReadMark.objects.select_related("membership"))
    assert len(marks) > 20
    for mark in marks:
        lines = FeedLine.objects.filter(feed=mark.membership.circle_id, care__lte=mark.position).order_by("care")
        own = mark.membership.stands
        for standing in Standing:
            common = [line for line in lines if line.visible(own) and line.visible(standing)]
            assert mark.told(standing)[0] == (common[-1].number(standing) if common else 0)


def test_files_are_carried_by_their_posts_and_wait_for_the_worker(told: list[int]) -> None:
    posts = Post.objects.select_related("circle__patient")
    post = next(post for post in posts if post.text().startswith("Pansement refait. La plaie du talon"))
    photos = media_of([post.pk])[post.pk]
    assert post.media_kinds == ["photo", "photo"]
    assert [(photo["state"], photo["site"], photo["caption"]) for photo in photos] == [
        ("processing", "heel_left", "4,2 × 3,1 cm"), ("processing", "heel_left", "3,1 × 2,2 cm"),
    ]  # fmt: skip
    assert Counter(Medium.objects.values_list("kind", flat=True)) == {"photo": 3, "document": 1, "voice": 1}
    assert not Medium.objects.filter(due_at=None).exists()


def test_the_trail_is_whole(told: list[int]) -> None:
    assert TrailLine.objects.count() > 50
    assert list(broken_chains()) == []


def test_the_clock_of_overseas_is_kept(told: list[int]) -> None:
    assert set(Circle.objects.values_list("time_zone", flat=True)) == {"Europe/Paris", "Indian/Reunion"}


def test_nothing_is_loaded_beside_circles(told: list[int]) -> None:
    before, out = Post.objects.count(), io.StringIO()
    call_command("load_demo", stdout=out)
    assert Post.objects.count() == before
    assert "already" in out.getvalue()


def test_production_refuses(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo", stdout=io.StringIO())
    assert not Circle.objects.exists()
