"""Starts what the Procfile names, keeps it running, and ends it: what `make run` hands over to."""
