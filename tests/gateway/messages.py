"""HL7 v2 messages as a hospital sends them, of people who do not exist."""
import itertools
from dataclasses import dataclass, replace

_numbers = itertools.count(1)
OID = "1.2.250.1.213.1.4.8"


@dataclass(frozen=True)
class Adt:
    """One ADT message. `zbe4`, `zbe6`: what is done, and to which event; `more`: further segments, in their place after PID."""

    trigger: str = "A01"
    facility: str = "CH-DAX"
    control: str = ""
    ins: str = ""
    ins_oid: str = OID
    ipp: str = ""
    birth_name: str = "DURAND"
    used_name: str = ""
    given: str = "JEANNE"
    born: str = "19410309"
    sex: str = "F"
    status: str = "VALI"
    stay: str = "V1"
    movement: str = "1"
    at: str = "20260301080000"
    sent: str = "20260301080100"
    klass: str = "I"
    unit: str = "4420"
    unit_name: str = "Cardiologie"
    zbe4: str = "INSERT"
    zbe6: str = ""
    nature: str = "HMS"
    historic: str = "N"
    priority: str = "R"
    charset: str = "UNICODE UTF-8"
    version: str = "2.5^FRA^2.11"
    processing: str = "P"
    after_pid: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "control", self.control or f"M{next(_numbers)}")

    def text(self) -> str:
        """The message, its segments ended by CR."""
        ids = [f"{self.ipp}^^^CHD&1.2.3&ISO^PI"] if self.ipp else []
        ids += [f"{self.ins}^^^ASIP-SANTE-INS-NIR&{self.ins_oid}&ISO^INS"] if self.ins else []
        names = [f"{self.birth_name}^{self.given}^{self.given}^^^^L"] + ([f"{self.used_name}^{self.given}^^^^^D"] if self.used_name else [])
        pid = [""] * 33
        pid[1], pid[3], pid[5], pid[7], pid[8], pid[32] = "1", "~".join(ids), "~".join(names), self.born, self.sex, self.status
        lines = [
            f"MSH|^~\\&|GAM|{self.facility}|CERCLE|CERCLE|{self.sent}||ADT^{self.trigger}^ADT_A01|{self.control}|{self.processing}"
            f"|{self.version}|||||FRA|{self.charset}",
            f"EVN||{self.sent}||||{self.at}",
            "PID|" + "|".join(pid[1:]),
            *self.after_pid,
        ]
        if self.stay:
            pv1 = [""] * 20
            pv1[1], pv1[2], pv1[3], pv1[4], pv1[19] = "1", self.klass, self.unit, self.priority, f"{self.stay}^^^CHD&1.2.3&ISO^VN"
            lines.append("PV1|" + "|".join(pv1[1:]))
        if self.movement:
            unit = f"{self.unit_name}^^^^^CHD&1.2.3&ISO^UF^^^{self.unit}"
            lines.append(
                f"ZBE|{self.movement}^CHD^1.2.3^ISO|{self.at}||{self.zbe4}|{self.historic}|{self.zbe6}|{unit}|{unit}|{self.nature}"
            )
        return "\r".join([*lines, *self.after]) + "\r"

    def bytes(self, encoding: str = "utf-8") -> bytes:
        """As it goes over the wire, without MLLP's marks."""
        return self.text().encode(encoding)

    def but(self, **changes: object) -> "Adt":
        """The same with other fields."""
        return replace(self, **changes)  # type: ignore[arg-type]
