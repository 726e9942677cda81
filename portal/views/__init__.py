"""Pages: enter, ask one query, answer."""
