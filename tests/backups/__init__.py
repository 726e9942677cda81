"""Backups: made while people write, checked, restored elsewhere, killed in between, tampered with."""
