"""Starting, holding and refusing: driven as a user drives it, with real processes."""
