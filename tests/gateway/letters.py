"""Documents and messages of our own, written the way hospitals' systems write them: a CDA builder, and the envelopes MDM and ORU."""
from base64 import b64encode
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

INS, OID = "241034008800138", "1.2.250.1.213.1.4.8"
ROOT = "1.2.250.1.999.40"
LETTER = ("11490-0", "Lettre de liaison à la sortie")
SECTIONS = (
    ("42349-1", "Motif de l'hospitalisation", "<paragraph>Décompensation cardiaque<br/>sur fibrillation</paragraph>"),
    ("18610-6", "Traitements arrêtés durant le séjour",
     "<table><thead><tr><th>Date de fin</th><th>Médicament</th><th>Commentaire</th></tr></thead>"
     "<tbody><tr><td>12/03/2026</td><td>NALDIPINE 5 mg</td><td>hypotension</td></tr></tbody></table>"),
    ("10183-2", "Traitements à la sortie",
     "<table><thead><tr><th>Médicament</th><th>Dose</th></tr></thead>"
     "<tbody><tr><td>FUROLIX 40 mg</td><td>1 le matin</td></tr></tbody></table>"),
    ("30954-2", "Examens attendus", "<list><item>Dosage du BNP, résultat attendu</item></list>"),
    ("18776-5", "Suites à donner",
     "<table><thead><tr><th colspan='2'>Consultations</th></tr></thead>"
     "<tbody><tr><td>Cardiologue</td><td>avant le 02/04/2026</td></tr><tr><td>Pesée</td><td>chaque matin</td></tr></tbody></table>"),
    ("48765-2", "Allergies", "Aucune allergie"),
)  # fmt: skip


@dataclass
class Letter:
    """A document; every part may be told otherwise. `root` is its id, `extension` beside it where there is one."""

    number: str = "1"
    set_number: str = "100"
    version: int = 1
    replaces: str = ""
    ins: str = INS
    oid: str = OID
    family: str = "PETIT"
    given: str = "JEANNE"
    born: str = "19410309"
    sex: str = "F"
    title: str = "Lettre de liaison de cardiologie"
    kind: tuple[str, str] = LETTER
    date: str = ""
    confidentiality: str = "N"
    sections: tuple[tuple[str, str, str], ...] = SECTIONS
    pdf: bytes = b""
    body: bytes | None = None  # of level 1, instead of sections
    body_type: str = "application/pdf"
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="http://styles.invalid/x.xsl"?>'

    @property
    def id(self) -> str:
        """Its id as `Document.id` has it."""
        return f"{ROOT}.{self.number}"

    def xml(self) -> str:
        """The document."""
        ins = f'<id root="{self.oid}" extension="{self.ins}"/>' if self.ins else ""
        related = f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{ROOT}.{self.replaces}"/></parentDocument></relatedDocument>'
        return f"""{self.prolog}<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="{ROOT}.{self.number}"/><code code="{self.kind[0]}" displayName="{escape(self.kind[1])}" codeSystem="2.16.840.1.113883.6.1"/>
<title>{escape(self.title)}</title><effectiveTime value="{self.date}"/><confidentialityCode code="{self.confidentiality}"/>
<setId root="{ROOT}.{self.set_number}"/><versionNumber value="{self.version}"/>
<recordTarget><patientRole>{ins}<id root="1.2.250.1.999.9" extension="IPP7"/><patient><name><family qualifier="BR">{self.family}</family>
<given>{self.given} MARIE</given><given qualifier="BR">{self.given}</given><family qualifier="CL">DURAND</family></name>
<administrativeGenderCode code="{self.sex}"/><birthTime value="{self.born}"/></patient></patientRole></recordTarget>
<author><time value="20260312"/><assignedAuthor><assignedPerson><name><prefix>MME</prefix><given>Ada</given><family>Vidal</family>
<suffix>DR</suffix></name></assignedPerson><representedOrganization><name>CH de Dax</name></representedOrganization>
</assignedAuthor></author>
{related if self.replaces else ""}<component>{self._body()}</component></ClinicalDocument>"""

    def _body(self) -> str:
        if self.body is not None:
            content = b64encode(self.body).decode()
            return f'<nonXMLBody><text mediaType="{self.body_type}" representation="B64">{content}</text></nonXMLBody>'
        sections = "".join(
            f'<component><section><code code="{code}"/><title>{escape(title)}</title><text>{text}</text></section></component>'
            for code, title, text in self.sections
        )
        value = f'<value mediaType="application/pdf" representation="B64">{b64encode(self.pdf).decode()}</value>'
        entry = f"<text><renderMultiMedia/></text><entry><observationMedia>{value}</observationMedia></entry>"
        copy = f'<component><section><code code="55108-5"/><title>Copie</title>{entry}</section></component>'
        return f"<structuredBody>{sections}{copy if self.pdf else ''}</structuredBody>"


@dataclass
class Envelope:
    """A message around a document. `action`: "new", "replace", "delete"; `marks`: names of `MetaDMPMSS` that are Y."""

    letter: Letter = field(default_factory=Letter)
    action: str = "new"
    form: str = "MDM"
    marks: tuple[str, ...] = ()
    ins: str = INS
    oid: str = OID
    status: str = "VALI"
    born: str = "19410309"
    family: str = "PETIT"
    control: str = "015"
    msh4: str = "CHD"
    stay: str = "V77"
    unit: str = "4420"
    vip: str = ""
    content: str | None = None  # instead of the document in base64
    version: str = "2.1^CISIS_CDA_HL7_V2"

    def text(self) -> str:
        """The message in ER7."""
        event = {"new": "T02", "replace": "T10", "delete": "T04"}[self.action]
        order = {"new": "NW", "replace": "RO", "delete": "CA"}[self.action]
        kind, version = (f"MDM^{event}^MDM_T02", "2.6") if self.form == "MDM" else ("ORU^R01^ORU_R01", "2.5")
        content = b64encode(self.letter.xml().encode()).decode().rstrip("=") if self.content is None else self.content
        ins = f"{self.ins}^^^ASIP-SANTE-INS-NIR&{self.oid}&ISO^INS~" if self.ins else ""
        parent = f"{ROOT}.{self.letter.replaces}" if self.letter.replaces else ""
        txa = f"TXA|1|{self.letter.kind[0]}|TEXT|202603121000||||||||{self.letter.id}^CHD|{parent}||||AU"
        names = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE", "MODIF_CONF_CODE", "DESTDMP")
        coded = "CWE" if self.form == "MDM" else "CE"
        return "\r".join([
            f"MSH|^~\\&|DPI|{self.msh4}|CERCLE|CERCLE|20260312100000||{kind}|{self.control}|P|{version}"
            f"|||||FRA|UNICODE UTF-8|||{self.version}",
            *(["EVN||20260312100000"] if self.form == "MDM" else []),
            f"PID|||{ins}IPP7^^^CHD&1.2.250.1.999.9&ISO^PI||{self.family}^JEANNE^JEANNE MARIE^^^^L~DURAND^JEANNE^^^^^D||{self.born}|F"
            + "|" * 24 + self.status,
            f"PV1|1|I|{self.unit}^^^CHD" + "|" * 13 + self.vip + f"|||{self.stay}^^^CHD&1.2.250.1.999.9&ISO^VN",
            f"ORC|{order}|", f"OBR|1|||{self.letter.kind[0]}^{self.letter.kind[1]}^LN", *([txa] if self.form == "MDM" else []),
            f"OBX|1|ED|{self.letter.kind[0]}^x^LN||^text^XML^Base64^{content}||||||F|",
            "PRT||UC||SB^^participation|801234564895^Vidal^Ada",
            *(f"OBX|{place}|{coded}|{name}^x^MetaDMPMSS||{'Y' if name in self.marks else 'N'}^^expandedYes-NoIndicator||||||F|"
              for place, name in enumerate(names, 2)),
        ]) + "\r"  # fmt: skip

    def raw(self) -> bytes:
        """Its bytes."""
        return self.text().encode()
