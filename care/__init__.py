"""Rooms around the journal: tasks, agenda, the patient at a glance and the care plan, sheets; and what they have in common."""
