"""Addresses of the extensions that are understood: FHIR's own where there is one, else ours."""

_FHIR = "http://hl7.org/fhir/StructureDefinition"
_OURS = "urn:cercle:sheets"

TRANSLATION = f"{_FHIR}/translation"
MIN_VALUE, MAX_VALUE = f"{_FHIR}/minValue", f"{_FHIR}/maxValue"
MOST_PLACES = f"{_FHIR}/maxDecimalPlaces"
UNIT = f"{_FHIR}/questionnaire-unit"
HIDDEN = f"{_FHIR}/questionnaire-hidden"
ORDINAL = f"{_FHIR}/ordinalValue"
MIN_OCCURS, MAX_OCCURS = f"{_FHIR}/questionnaire-minOccurs", f"{_FHIR}/questionnaire-maxOccurs"

CALCULATED = f"{_OURS}:calculated"  # valueString: a formula, whose value is the item's
BAND = f"{_OURS}:band"  # of a calculated item: from, to, label, tone
MEASURE = f"{_OURS}:measure"  # of an item: its answer is also a measure: kind, part
RULE = f"{_OURS}:rule"  # of the form: condition, alert or task, to, due
FILLED_BY = f"{_OURS}:filled-by"  # of the form, valueCode: patient or relatives fill it too
SERIES_BY = f"{_OURS}:series-by"  # of the form, valueString: the choice by whose answer sheets belong together (this wound, that one)
UCUM = "http://unitsofmeasure.org"
