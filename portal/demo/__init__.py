"""The fictive region: people, patients and journals that a developer or a visitor meets at the first start."""
