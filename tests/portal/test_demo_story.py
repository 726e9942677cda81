"""The fictive region before it is stored: always the same, as large as promised, and true to the contract's rules."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from django.conf import settings

from people.circles.enums import FITTING, Audience, Role
from people.circles.policy import widens
from portal.demo.alerts import may_take
from portal.demo.cast import Cast, read_cast
from portal.demo.region import build_region
from portal.demo.story import Journal
from portal.demo.team import Team

NOW = datetime(2026, 11, 24, 8, 47, tzinfo=UTC)
PHONE = re.compile(r"\b0\d(?:[ .]?\d\d){4}\b")
FICTION = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")


@pytest.fixture(scope="module")
def cast() -> Cast:
    return read_cast()


@pytest.fixture(scope="module")
def journals() -> list[Journal]:
    return list(build_region(NOW).journals())


def test_it_is_always_the_same(journals: list[Journal]) -> None:
    small = [journal for journal in journals if len(journal.posts) < 150]
    again = build_region(NOW)
    for journal in small:
        twin = again.journal(journal.patient)
        assert [(post.at, post.author, post.text) for post in twin.posts] == [(post.at, post.author, post.text) for post in journal.posts]
        assert twin.readings == journal.readings


def test_it_is_as_large_as_promised(cast: Cast, journals: list[Journal]) -> None:
    assert (len(cast.people), len(cast.patients)) == (40, 25)
    sizes = sorted(len(journal.posts) for journal in journals)
    assert (sizes[0], sizes[-2], sizes[-1]) == (5, 400, 5000)
    assert sizes == sorted(patient.posts for patient in cast.patients.values())


def test_telephones_are_from_the_ranges_for_fiction(cast: Cast, journals: list[Journal]) -> None:
    numbers = [person.phone for person in cast.people.values()] + [structure.phone for structure in cast.structures.values()]
    texts = (post.text for journal in journals for post in journal.posts)
    numbers += [number for text in texts for number in PHONE.findall(text)]
    assert len(numbers) >= 47
    assert [number for number in numbers if not number.startswith(FICTION)] == []


def test_everybody_reads_what_they_write(journals: list[Journal]) -> None:
    for journal in journals:
        for post in journal.posts:
            assert Role(post.role).standing in Audience(post.audience).readers, post


def test_answers_are_never_wider_than_what_they_answer(journals: list[Journal]) -> None:
    answers = [post for journal in journals for post in journal.posts if post.reply_to]
    assert len(answers) > 1000
    for post in answers:
        assert post.reply_to
        assert not widens(Audience(post.audience), Audience(post.reply_to.audience)), post
        assert Role(post.role).standing in Audience(post.reply_to.audience).readers, post
        assert post.reply_to.at < post.at


def test_everybody_is_there_when_they_write_and_take(cast: Cast, journals: list[Journal]) -> None:
    for journal in journals:
        team = Team(cast, journal.patient, NOW)
        for post in journal.posts:
            assert (post.author, post.role) in {(seat.person, seat.role) for seat in team.present(post.at)}, post
            for step in post.steps:
                taker = next(seat for seat in team.present(step.at) if seat.person == step.by)
                assert may_take(taker, post), post


def test_alerts_go_their_way(journals: list[Journal]) -> None:
    ends: Counter[str] = Counter()
    for journal in journals:
        for post in journal.posts:
            kinds = [step.kind for step in post.steps]
            assert re.fullmatch(r"(taken (reopened taken )*(done )?)?", "".join(f"{kind} " for kind in kinds)), post
            assert [step.at for step in post.steps] == sorted(step.at for step in post.steps)
            assert all(post.at < step.at < NOW for step in post.steps)
            if post.urgency != "info":
                ends[kinds[-1] if kinds else "open"] += 1
    assert set(ends) == {"open", "taken", "done"}


def test_nothing_happens_after_now_or_at_the_same_moment(journals: list[Journal]) -> None:
    for journal in journals:
        times = [post.at for post in journal.posts]
        assert times == sorted(set(times))
        changes = [change.at for post in journal.posts for change in (post.corrected, post.retracted) if change]
        assert all(moment <= NOW for moment in [*times, *changes])
        assert NOW - times[0] <= timedelta(days=journal.patient.days + 1)


def test_nobody_seems_to_repeat_themselves(journals: list[Journal]) -> None:
    longest = max(journals, key=lambda journal: len(journal.posts))
    texts = Counter(post.text for post in longest.posts)
    assert len(texts) > 0.85 * len(longest.posts)
    assert texts.most_common(1)[0][1] <= 0.005 * len(longest.posts)


def test_no_template_is_left_unfilled(journals: list[Journal]) -> None:
    texts = [post.text for journal in journals for post in journal.posts]
    assert [text for text in texts if re.search(r"[\[\]{}<>|]|  | ,|\.\.|’’", text) or text != text.strip()] == []


def test_roles_fit_professions(cast: Cast) -> None:
    for patient in cast.patients.values():
        for seat in patient.seats:
            fitting = FITTING.get(Role(seat.role))
            profession = cast.people[seat.person].profession
            assert fitting is None or profession in fitting or (seat.role, profession) == ("other_health", "other"), (patient.key, seat)


def test_there_is_a_pair_of_homonyms_and_somebody_overseas(cast: Cast) -> None:
    names = Counter((patient.family, patient.given[0]) for patient in cast.patients.values())
    assert names["Durand", "Jeanne"] == 2
    assert "Indian/Reunion" in {patient.zone for patient in cast.patients.values()}


def test_the_hosts_are_those_that_the_socket_knows(cast: Cast) -> None:
    hosts = {person.host for person in cast.people.values() if person.host}
    source = resources.files("config").joinpath("settings.py").read_text()
    listed = re.search(r"DEMO_HOSTS = \[(.*?)\]", source)
    assert listed
    assert hosts == set(re.findall(r'"(\w+)"', listed.group(1)))
    assert settings.DEMO_HOSTS == []  # left out with CERCLE_DEMO=0


def test_who_has_never_connected_wrote_and_read_nothing(cast: Cast, journals: list[Journal]) -> None:
    silent = {person.key for person in cast.people.values() if person.silent}
    assert silent
    wrote = {post.author for journal in journals for post in journal.posts}
    read = {reading.person for journal in journals for reading in journal.readings}
    assert not silent & (wrote | read)
