"""Scenarios: people, structures, patients and memberships out of a file, for checks from outside (contract, load_scenario)."""
