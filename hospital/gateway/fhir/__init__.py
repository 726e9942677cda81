"""FHIR R4 (4.0.1) as the guides of the ANS shape it: what comes in, what goes out. JSON only."""
