"""The shipped forms say what their sources say: scores against hand-worked examples, rules at their thresholds."""
from decimal import Decimal
from typing import Any

import pytest

from care.sheets.questionnaire import Questionnaire
from care.sheets.rules import following
from care.sheets.scoring import Outcome, work_out
from care.sheets.shipped import shipped_forms
from people.circles.enums import Audience

ACTIVITIES = ("coherence", "orientation", "washing", "dressing", "eating", "elimination", "transfers", "indoors", "outdoors", "calling")


def worked(key: str, earlier: Any = None, **answers: Any) -> Outcome:
    """What comes of answers to a shipped form; `earlier` is what was answered before, by linkId (hyphens as underscores)."""
    before: dict[str, float] = earlier or {}
    given = {link.replace("__", "-"): value for link, value in answers.items()}
    return work_out(_form(key), given, lambda link, _hours, _about: [Decimal(str(before[link]))] if link in before else [])


def _form(key: str) -> Questionnaire:
    return shipped_forms()[key]


def scores(outcome: Outcome) -> dict[str, int]:
    """The scores that are shown."""
    assert outcome.errors == {}
    return {score.item.link_id: int(score.value) for score in outcome.scores}


def acts(outcome: Outcome) -> list[str]:
    """What the rules do."""
    assert outcome.errors == {}
    return [rule.act.value for rule in outcome.rules]


# Profiles in the order of ACTIVITIES, with the GIR that annex 2-2 CASF gives them, added up by hand.
PROFILES = [
    ("AAAAAAAAAA", 6),  # H: 0
    ("AAAAAAAACC", 6),  # outdoors and calling have no effect
    ("CCCCCCCCCC", 1),  # A: 2000+1200+40+40+60+100+800+200 = 4440
    ("CCCCCCBBAA", 2),  # A: 3592 → rank 3
    ("CCBBBBAAAA", 2),  # A: 3268 < 3390; B: 2748 → rank 4
    ("AACCCCCCAA", 2),  # B: 960; C: 1700 → rank 5
    ("AABBCAAAAA", 4),  # D: 2000; E: 600; F: 700; G: 900 → rank 10
    ("AACCAAAAAA", 3),  # E: 800; F: 1000 → rank 9
    ("AABAAAAAAA", 5),  # H: 2000 → rank 12
    ("AABBAAAAAA", 4),  # G: 400; H: 4000 → rank 11
    ("BAAAAAAAAA", 6),
    ("AAAAAAABAA", 6),  # H: 1000 → rank 13
]  # fmt: skip


@pytest.mark.parametrize(("profile", "gir"), PROFILES)
def test_the_gir_follows_the_annex(profile: str, gir: int) -> None:
    assert scores(worked("autonomy", **dict(zip(ACTIVITIES, profile, strict=True)))) == {"gir": gir}


def test_more_help_never_means_a_higher_gir_from_alone_to_wholly() -> None:
    for place in range(8):
        profiles = ["A" * place + one + "A" * (9 - place) for one in "AC"]
        alone, helped = (scores(worked("autonomy", **dict(zip(ACTIVITIES, profile, strict=True))))["gir"] for profile in profiles)
        assert alone >= helped, ACTIVITIES[place]


NUTRITION = {"a": "2", "b": "3", "c": "2", "d": "2", "e": "2"}


@pytest.mark.parametrize(("more", "total", "band"), [
    ({"weight": 70, "height": 170}, 14, "calm"),  # BMI 24.2: 3 points
    ({"weight": 64, "height": 170}, 13, "calm"),  # 22.1: 2
    ({"weight": 58, "height": 170}, 12, "calm"),  # 20.1: 1
    ({"weight": 50, "height": 170}, 11, "watch"),  # 17.3: 0
    ({"calf": 31}, 14, "calm"),
    ({"calf": 30.9}, 11, "watch"),
    ({"calf": 30, "a": "0", "c": "0"}, 7, "worry"),
])  # fmt: skip
def test_the_nutrition_score_takes_the_calf_where_there_is_no_bmi(more: dict[str, Any], total: int, band: str) -> None:
    outcome = worked("nutrition", **{**NUTRITION, **more})
    assert scores(outcome)["mna"] == total
    tone = next(score.band for score in outcome.scores if score.item.link_id == "mna")
    assert tone is not None
    assert tone.tone == band


def test_without_calf_and_bmi_the_calf_is_asked_for() -> None:
    assert list(worked("nutrition", **NUTRITION).errors) == ["calf"]
    assert list(worked("nutrition", **NUTRITION, weight=70).errors) == ["calf"]


ALGOPLUS = ("face", "gaze", "voice", "body", "manner")


@pytest.mark.parametrize(("signs", "acting"), [(0, []), (1, []), (2, ["task"]), (3, ["task"]), (4, ["alert"]), (5, ["alert"])])
def test_two_signs_of_pain_of_five_are_acted_on(signs: int, acting: list[str]) -> None:
    outcome = worked("pain", scale="behaviour", **{name: at < signs for at, name in enumerate(ALGOPLUS)})
    assert scores(outcome) == {"algoplus-score": signs}
    assert acts(outcome) == acting


@pytest.mark.parametrize(("eva", "acting"), [(3, []), (4, ["task"]), (6, ["task"]), (7, ["alert"])])
def test_a_pain_that_is_said_is_a_measure_and_acts_by_its_height(eva: int, acting: list[str]) -> None:
    outcome = worked("pain", scale="self", eva=eva)
    assert acts(outcome) == acting
    assert following(outcome, Audience.PATIENT, "fr").measures == (("pain", {"value": Decimal(eva)}),)


def test_the_heart_watch_compares_with_what_was_before() -> None:
    assert acts(worked("heart-failure", weight=72, breath="effort")) == []
    assert acts(worked("heart-failure", {"weight": 70}, weight=71.9, breath="none")) == []
    assert acts(worked("heart-failure", {"weight": 70}, weight=72, breath="none")) == ["alert"]
    assert acts(worked("heart-failure", {"breath": 1}, weight=70, breath="effort")) == []
    assert acts(worked("heart-failure", {"breath": 1}, weight=70, breath="walking")) == ["alert"]
    assert acts(worked("heart-failure", weight=70, breath="rest")) == ["alert"]
    assert acts(worked("heart-failure", weight=70, breath="none", swelling=True, cough=True)) == ["task"]


@pytest.mark.parametrize(("glucose", "acting"), [(0.59, ["alert"]), (0.6, []), (3, []), (3.01, ["alert"])])
def test_the_diabetes_watch_alerts_below_and_above(glucose: float, acting: list[str]) -> None:
    assert acts(worked("diabetes", glucose=glucose)) == acting


def test_a_wound_is_compared_with_itself_and_two_signs_are_an_alert() -> None:
    wound = {"site": "sacrum", "length": 4, "width": 2, "tissue": "granulation", "exudate": "light"}
    assert scores(worked("wound", **wound)) == {"area": 8, "sign-count": 0}
    assert acts(worked("wound", {"area": 6}, **wound)) == ["task"]
    assert acts(worked("wound", **wound, signs=["pus", "warm"])) == ["alert"]
    assert acts(worked("wound", **wound, fever=True)) == ["alert"]
    assert list(worked("wound", **{**wound, "site": "other"}).errors) == ["site-other"]


def test_falls_and_home_entry_ask_for_what_follows() -> None:
    assert acts(worked("falls", count=0)) == []
    assert acts(worked("falls", count=2)) == ["task"]
    assert acts(worked("falls", count=1, recent=True, injury=True)) == ["alert"]
    assert acts(worked("home-entry", lives="alone")) == []
    assert acts(worked("home-entry", lives="alone", alarm=False)) == ["task"]
