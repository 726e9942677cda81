"""Backups of the whole service and what is restored from them: databases, files and keys that agree (docs/adr/0032)."""
