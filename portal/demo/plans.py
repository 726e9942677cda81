"""The demo's care plan, written as members would: two editions, agreements, a change since, and a stay asked of cardiology."""
import datetime as dt
from collections.abc import Mapping
from typing import Any

from care.plan.asking import ask_stay
from care.plan.bodies import PlanBody, PlanChange, StayBody
from care.plan.editions import editions_for
from care.plan.models import Planned
from care.plan.planning import change_entry, plan_entry
from care.plan.publishing import agree_plan, publish_plan
from foundation import clock
from people.accounts.models import Unit
from people.circles.access import enter
from people.circles.models import Membership

_PLANNED = "p-durand"
# (key, by, part, audience, words); `objective` and `problem` name another entry's key, `member` a person of the cast.
_FIRST: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("refers", "bordenave", "referent", "circle", {"member": "alice", "due": 24}),
    ("home", "alice", "priority", "circle", {"text": "Je veux rester chez moi, avec mon chat, et descendre au marché le samedi."}),
    ("fear", "alice", "priority", "patient", {"text": "Je ne veux plus retourner aux urgences pour attendre la nuit sur un brancard."}),
    ("wound", "alice", "problem", "circle", {"text": "Plaie du talon gauche, qui ferme lentement."}),
    ("heart", "castets", "problem", "patient", {"text": "Insuffisance cardiaque : essoufflement et poids qui monte par périodes."}),
    ("alone", "castets", "problem", "care_team", {"text": "Épuisement de la fille, qu’elle ne dit pas devant sa mère."}),
    ("walk", "dubos", "objective", "circle", {"text": "Marcher jusqu’à la place, 200 m, avec le déambulateur.", "due": 60}),
    ("close", "alice", "objective", "circle", {"text": "Une plaie fermée avant l’été.", "problem": "wound", "due": 90}),
    ("dress", "alice", "action", "circle", {"text": "Pansement et photo un jour sur deux.", "member": "alice", "objective": "close"}),
    ("kine", "dubos", "action", "circle", {"text": "Deux séances de marche par semaine.", "member": "dubos", "objective": "walk"}),
    ("echo", "castets", "action", "patient", {"text": "Écho-Doppler artériel.", "role": "specialist", "due": 18, "problem": "wound"}),
    ("weigh", "castets", "procedure", "circle", {
        "text": "Plus 2 kg en trois jours, ou jambes qui gonflent",
        "act": "Se peser de nouveau le lendemain matin, à jeun.\nUrgent dans Cercle, ou un appel, si c’est confirmé.",
        "call": "Alice Martin, infirmière, puis Dr Castets. La nuit : 116 117."}),
    ("fever", "alice", "procedure", "circle", {
        "text": "Talon rouge, chaud, ou fièvre au-dessus de 38,5", "act": "Ne pas attendre le prochain pansement : appeler.",
        "call": "Cabinet infirmier du Marensin. Si frissons ou confusion : 15."}),
)  # fmt: skip


def store_plan(patient: str, seated: Mapping[str, Membership], units: Mapping[str, Unit]) -> None:
    """The plan of the one patient who has one, each step by its own service, inside the transaction that stores the region."""
    if patient != _PLANNED:
        return
    made: dict[str, Planned] = {}
    for key, by, part, audience, words in _FIRST:
        body = {"part": part, "audience": audience, **_worded(words, seated, made)}
        made[key], _new = plan_entry(_inside(seated[by]), key=None, body=PlanBody.model_validate(body))
    publish_plan(_inside(seated["alice"]))
    for who in ("jeanne", "castets", "claire"):
        _agree(seated[who])
    change_entry(_inside(seated["dubos"]), entry=made["walk"].pk, body=PlanChange(text="Marcher jusqu’au banc de la place, 120 m."))
    publish_plan(_inside(seated["alice"]))
    _agree(seated["alice"])
    _agree(seated["castets"])
    step: dict[str, Any] = {"part": "action", "audience": "circle", "text": "Tapis antidérapant dans la douche.", "due_on": _day(9)}
    step["member"] = seated["claire"].pk
    plan_entry(_inside(seated["alice"]), key=None, body=PlanBody.model_validate(step))
    reason = "Bilan d’insuffisance cardiaque, trois jours, avec adaptation du traitement. Marche avec un déambulateur."
    wish = {"unit": units["cardio"].pk, "reason": reason, "wished_from": _day(16), "wished_until": _day(30), "audience": "patient"}
    ask_stay(_inside(seated["castets"]), key=None, body=StayBody.model_validate(wish))


def _worded(words: Mapping[str, Any], seated: Mapping[str, Membership], made: Mapping[str, Planned]) -> dict[str, Any]:
    said = {name: value for name, value in words.items() if name != "due"}
    if "due" in words:
        said["due_on"] = _day(words["due"])
    if "member" in words:
        said["member"] = seated[words["member"]].pk
    return {name: made[value].pk if name in {"objective", "problem"} else value for name, value in said.items()}


def _agree(member: Membership) -> None:
    inside = _inside(member)
    agree_plan(inside, number=editions_for(inside)[0].number)


def _day(days: int) -> dt.date:
    return clock.now().date() + dt.timedelta(days=days)


def _inside(member: Membership) -> Membership:
    return enter(member.person, member.circle_id)
