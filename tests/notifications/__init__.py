"""Tests of who is told outside the page."""
