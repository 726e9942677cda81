"""What the {slots} of a text stand for: measures of that hour, days ahead, names of the people around the patient."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.demo.body import Body
from portal.demo.cast import Patient, Persona

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
WORDS: dict[str, tuple[str, ...]] = {
    "plat": ("gratin", "hachis", "velouté", "poisson", "poulet", "riz au lait", "potage", "omelette", "purée", "blanquette", "confit",
             "garbure", "plateau", "salade de tomates", "lentilles", "jambon-coquillettes", "piperade", "œufs durs", "soupe à l'oignon"),
    "dessert": ("une compote", "un yaourt", "une crème", "une clémentine", "du pastis landais", "une banane",
               "un flan", "des fraises", "une part de tourtière", "du fromage blanc"),
    "boisson": ("café au lait", "chicorée", "thé", "chocolat", "café"),
    "verres": ("trois", "quatre", "cinq", "six", "deux"),
    "medic": ("furosémide", "bisoprolol", "ramipril", "apixaban", "atorvastatine", "metformine", "paracétamol", "pantoprazole",
              "lévothyroxine", "amlodipine", "spironolactone", "tramadol", "sertraline", "allopurinol",
              "vitamine D", "potassium", "fluindione", "gabapentine", "zopiclone", "oméprazole"),
    "couleur": ("bleue", "verte", "blanche et rouge", "orange", "violette"),
    "exercice": ("pointes de pieds", "lever de chaise", "marche sur place", "talons-fesses", "équilibre à l'évier", "ballon",
                 "élastique", "respiration"),
    "cote": ("droit", "gauche"),
    "orteil": ("gros orteil", "deuxième orteil", "petit orteil"),
    "pauses": ("sans pause", "une pause", "deux pauses", "pause à mi-chemin"),
    "hypo": ("0,48", "0,52", "0,55", "0,58", "0,61"),
    "prof": ("peu profonde", "superficielle", "2 mm de profondeur", "4 mm de profondeur", "sans décollement"),
    "livraison": (" à partir de 17 h", ", livré demain", ", à prendre au comptoir", ", livraison en fin de matinée", ""),
    "hier_rel": ("hier",),
}  # fmt: skip
NUMBERS: dict[str, tuple[int, int]] = {
    "minutes": (5, 25), "minutes45": (30, 60), "njours": (2, 4), "nmois": (2, 6), "petit": (2, 9), "nmedic": (6, 14),
    "pauses_n": (1, 3), "marches": (3, 14), "tinetti": (13, 24), "seance": (2, 30), "mms": (14, 25), "gir": (2, 4),
    "fevg": (28, 48), "pct": (20, 80), "pct_apports": (60, 90), "mg": (5, 15), "eva_haut": (6, 8), "chiffre": (0, 9), "sat_bas": (86, 90),
    "fc_haut": (98, 118), "ui_rapide": (4, 9),
}  # fmt: skip
HOURS: dict[str, tuple[int, int]] = {"heure": (9, 18), "hmatin": (7, 9), "hfin": (10, 12), "hsoir": (18, 20), "hnuit": (1, 5)}


def comma(value: float, digits: int = 1) -> str:
    """A figure as the French write it."""
    return f"{value:.{digits}f}".replace(".", ",")


@dataclass(slots=True)
class Scene:
    """One post about to be written: where and when, by whom, to whom. `named` gives the slots that are people's names."""

    rng: random.Random
    body: Body
    patient: Patient
    author: Persona
    at: datetime
    named: Callable[[str], str | None]
    said: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """The slot's words; the same slot says the same twice in one text. KeyError if there is no such slot."""
        if name not in self.said or name == "exercice":
            self.said[name] = self._fill(name)
        return self.said[name]

    def _fill(self, name: str) -> str:
        if (person := self.named(name)) is not None:
            return person
        if name in WORDS:
            return self.rng.choice(WORDS[name])
        if name.endswith("_cap"):
            return self(name.removesuffix("_cap")).capitalize()
        if name in NUMBERS:
            return str(self.rng.randint(*NUMBERS[name]))
        if name in HOURS:
            return f"{self.rng.randint(*HOURS[name])} h{self.rng.choice(('', '', ' 15', ' 30', ' 45'))}"
        return WORKED_OUT[name](self)

    def read(self, name: str, days_ago: float = 0) -> float:
        return self.body.read(name, self.at, days_ago)

    def day(self, low: int, high: int) -> datetime:
        return self.at + timedelta(days=self.rng.randint(low, high))

    def pressure(self, drop: float = 0) -> str:
        high, low = (self.read("systolic") - drop) / 10, (self.read("diastolic") - drop / 2) / 10
        return f"{comma(high)}/{comma(low)}" if self.rng.random() < 0.3 else f"{high:.0f}/{low:.0f}"

    def saturation(self) -> str:
        return str(min(round(self.read("saturation")), 99))


def _weight_change(scene: Scene) -> str:
    change = scene.read("weight") - scene.read("weight", 5)
    return f"{'+' if change >= 0 else '−'}{comma(abs(change))}"


def _agree(word_m: str, word_f: str) -> Callable[[Scene], str]:
    return lambda scene: word_f if scene.patient.sex == "F" else word_m


WORKED_OUT: dict[str, Callable[[Scene], str]] = {
    "ta": lambda s: s.pressure(),
    "ta_debout": lambda s: s.pressure(14),
    "fc": lambda s: str(round(s.read("pulse"))),
    "sat": lambda s: s.saturation(),
    "temp": lambda s: comma(s.read("temperature")),
    "poids": lambda s: comma(s.read("weight")),
    "poids_avant": lambda s: comma(s.read("weight", 7)),
    "poids_cible": lambda s: comma(s.body.curves["weight"].base, 0),
    "poids_delta": _weight_change,
    "kg": lambda s: comma(s.rng.uniform(1.5, 3.2)),
    "gly": lambda s: comma(s.read("glucose"), 2),
    "gly_midi": lambda s: comma(s.read("glucose") + 0.4, 2),
    "gly_soir": lambda s: comma(s.read("glucose") + 0.55, 2),
    "gly_haut": lambda s: comma(s.rng.uniform(2.5, 3.4), 2),
    "ui": lambda s: str(round(s.read("insulin"))),
    "ui_plus": lambda s: str(round(s.read("insulin")) + 2),
    "hba1c": lambda s: comma(s.rng.uniform(6.9, 8.7)),
    "inr": lambda s: comma(s.rng.uniform(1.7, 3.6)),
    "k": lambda s: comma(s.rng.uniform(3.5, 5.1)),
    "creat": lambda s: str(round(s.read("creatinine"))),
    "bnp": lambda s: str(s.rng.randint(60, 320) * 10),
    "eva": lambda s: str(min(max(round(s.read("pain")), 0), 6)),
    "mollet_d": lambda s: comma(s.read("calf")),
    "mollet_g": lambda s: comma(s.read("calf") + 0.4),
    "metres": lambda s: str(max(round(s.read("walk") / 5) * 5, 5)),
    "long": lambda s: comma(s.body.wound(s.at)[0]),
    "larg": lambda s: comma(s.body.wound(s.at)[1]),
    "long_avant": lambda s: comma(s.body.wound(s.at, 8)[0]),
    "larg_avant": lambda s: comma(s.body.wound(s.at, 8)[1]),
    "lieu": lambda s: s.patient.wound,
    "lieu_de": lambda s: s.patient.wound,
    "zone": lambda s: _zone(s.patient.wound),
    "jour": lambda s: DAYS[s.day(1, 5).weekday()],
    "jour_passe": lambda s: DAYS[s.day(-5, -2).weekday()],
    "date": lambda s: f"{s.day(6, 24):%d/%m}",
    "date_passee": lambda s: f"{s.day(-12, -1):%d/%m}",
    "il": _agree("il", "elle"),
    "Il": _agree("Il", "Elle"),
    "e": _agree("", "e"),
    "lui_tonic": _agree("lui", "elle"),
    "ae": lambda s: "e" if s.author.sex == "F" else "",
}


def _zone(wound: str) -> str:
    """The sore place itself: du talon → le talon, de la jambe → la jambe."""
    return wound.removeprefix("de ") if wound.startswith("de ") else "le " + wound.removeprefix("du ")
