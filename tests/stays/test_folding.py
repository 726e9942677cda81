"""The movement machine: the same movements in any order, with repetitions and cancels, are one state. After PAM.fr 2.11, section 7."""
import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

from hospital.stays.enums import Action, Event, StayState
from hospital.stays.folding import Folded, Version, fold, merged
from hospital.stays.telling import Place, Rules, wanted

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


def said(event: Event, hour: float, *, action: Action = Action.INSERT, wrote: float | None = None, **more: object) -> Version:
    """A word about a movement that happened so many hours after the start, written down `wrote` hours after it."""
    at = START + dt.timedelta(hours=hour)
    wrote_at = START + dt.timedelta(hours=hour if wrote is None else wrote)
    return Version(action, event, at, at, 0, wrote_at, unit=str(more.pop("unit", "")), **more)  # type: ignore[arg-type]


def state_of(words: Iterable[tuple[str, Version]]) -> Folded:
    """The fold of (movement number, word) in the order of arrival."""
    by_movement: dict[str, list[Version]] = {}
    for arrival, (number, word) in enumerate(words):
        by_movement.setdefault(number, []).append(replace(word, arrival=arrival))
    return fold(merged(number, versions) for number, versions in by_movement.items())


def test_a_stay_from_the_emergency_room_to_the_discharge() -> None:
    words = [
        ("1", said(Event.EMERGENCY, 0, unit="er")), ("2", said(Event.ADMITTED, 2, unit="cardio")),
        ("3", said(Event.TRANSFERRED, 30, unit="rehab")), ("4", said(Event.LEFT, 50)), ("5", said(Event.RETURNED, 60)),
    ]  # fmt: skip
    states = [state_of(words[: count + 1]) for count in range(len(words))]
    assert [each.unit for each in states] == ["er", "cardio", "rehab", "rehab", "rehab"]
    assert [each.state for each in states][2:] == [StayState.IN_HOSPITAL, StayState.ON_LEAVE, StayState.IN_HOSPITAL]
    assert states[-1].admitted_at == START
    ended = state_of([*words, ("6", said(Event.DISCHARGED, 80))])
    assert (ended.state, ended.discharged_at) == (StayState.ENDED, START + dt.timedelta(hours=80))


def test_a_discharge_before_its_admission_stays_a_discharge() -> None:
    for words in permutations([("1", said(Event.ADMITTED, 0)), ("2", said(Event.DISCHARGED, 5)), ("3", said(Event.TRANSFERRED, 3))]):
        assert state_of(words).state == StayState.ENDED


def test_on_one_time_the_rank_of_the_event_decides() -> None:
    """A template sends the discharge with the admission's time."""
    assert state_of([("2", said(Event.DISCHARGED, 0)), ("1", said(Event.ADMITTED, 0))]).state == StayState.ENDED


def test_the_conversions_are_each_other_s_cancel() -> None:
    """A07 with ZBE-4 = CANCEL takes back an A06: what is left is the passage through the emergency room."""
    words = [
        ("1", said(Event.EMERGENCY, 0, unit="er")), ("2", said(Event.ADMITTED, 2, unit="cardio")),
        ("2", said(Event.ADMITTED, 2, action=Action.CANCEL)),
    ]  # fmt: skip
    for order in permutations(words):
        folded = state_of(order)
        assert (folded.state, folded.unit) == (StayState.IN_HOSPITAL, "er")


def test_a_cancel_before_its_insert_leaves_it_born_cancelled() -> None:
    cancel = said(Event.ADMITTED, 0, action=Action.CANCEL)
    assert state_of([("1", cancel)]).state == StayState.NONE
    assert state_of([("1", cancel), ("1", said(Event.ADMITTED, 0))]).state == StayState.CANCELLED


def test_a_cancelled_admission_takes_what_hangs_on_it_with_it() -> None:
    cancel = said(Event.ADMITTED, 1, action=Action.CANCEL)
    words = [("1", said(Event.ADMITTED, 1)), ("2", said(Event.TRANSFERRED, 2, unit="x")), ("1", cancel)]
    assert {state_of(order).state for order in permutations(words)} == {StayState.CANCELLED}
    planned = ("0", said(Event.PLANNED, 0, unit="p"))
    assert {state_of(order).state for order in permutations([planned, *words])} == {StayState.PLANNED}


def test_a_correction_alone_inserts_nothing_and_beats_what_it_corrects() -> None:
    correction = ("2", said(Event.TRANSFERRED, 4, action=Action.UPDATE, unit="right"))
    admission, wrong = ("1", said(Event.ADMITTED, 0, unit="er")), ("2", said(Event.TRANSFERRED, 3, unit="wrong"))
    assert state_of([admission, correction]).unit == "er"
    assert {state_of(order).unit for order in permutations([admission, wrong, correction])} == {"right"}


def test_a_cancelled_discharge_opens_the_stay_again_and_a_late_transfer_does_not() -> None:
    words = [("1", said(Event.ADMITTED, 0)), ("2", said(Event.DISCHARGED, 9)), ("3", said(Event.TRANSFERRED, 10, unit="x"))]
    assert state_of(words).state == StayState.ENDED
    assert state_of([*words[:2], ("2", said(Event.DISCHARGED, 9, action=Action.CANCEL))]).state == StayState.IN_HOSPITAL


def test_a_sender_without_numbers_may_say_again_what_it_took_back() -> None:
    first, cancel, again = (
        said(Event.DISCHARGED, 5, action=action, wrote=wrote, numbered=False)
        for action, wrote in ((Action.INSERT, 5), (Action.CANCEL, 6), (Action.INSERT, 7))
    )
    admitted = ("1", said(Event.ADMITTED, 0))
    assert state_of([admitted, ("d", cancel), ("d", first)]).state == StayState.IN_HOSPITAL
    assert {state_of([admitted, *order]).state for order in permutations([("d", first), ("d", cancel), ("d", again)])} == {StayState.ENDED}


def words_of(draw: random.Random) -> list[tuple[str, Version]]:
    """Random movements of a stay, some on one time, some corrected, some cancelled, some of them twice."""
    words: list[tuple[str, Version]] = []
    for number in range(draw.randint(1, 7)):
        hour = draw.choice([0, 1, 1, 2, 5, 24, 48])
        first = said(draw.choice(list(Event)), hour, wrote=hour + draw.random(), unit=draw.choice(["", "a", "b", "c"]))
        words.append((str(number), first))
        for later in range(draw.choice([0, 0, 1, 2])):
            at, wrote = first.at + dt.timedelta(hours=draw.choice([0, 1, 3])), first.at + dt.timedelta(hours=10 + later + draw.random())
            unit = draw.choice(["", "d"])
            words.append((str(number), replace(first, action=Action.UPDATE, at=at, recorded_at=wrote, unit=unit)))
        if draw.random() < 0.3:
            words.append((str(number), replace(first, action=Action.CANCEL)))
    return words + draw.sample(words, len(words) // 3)


def test_the_order_of_arrival_changes_nothing() -> None:
    draw = random.Random(6)
    for _case in range(600):
        words = words_of(draw)
        orders = [draw.sample(words, len(words)) for _ in range(4)]
        assert all(state_of(order) == state_of(words) for order in orders), words


def cards_of(words: Iterable[tuple[str, Version]]) -> list[str]:
    """What holds in the thread, and for whom, once all of it has been heard."""
    by_movement: dict[str, list[Version]] = {}
    for arrival, (number, word) in enumerate(words):
        by_movement.setdefault(number, []).append(replace(word, arrival=arrival))
    moved = [merged(number, versions) for number, versions in by_movement.items()]
    folded = fold(moved)
    cards = []
    for one in moved:
        if one.key in folded.units:
            unit = folded.units[one.key]
            told = wanted(one, Place("Europe/Paris", "stay", "hospital", unit, unit), Rules(discreet=unit == "c"))
            cards.append(f"{one.key} {told}")
    return sorted(cards)


def test_the_cards_that_hold_do_not_depend_on_the_order_either() -> None:
    draw = random.Random(7)
    for _case in range(300):
        words = words_of(draw)
        assert cards_of(draw.sample(words, len(words))) == cards_of(words), words
