"""What survives: processes killed at any time while people write, and words that must be nowhere but sealed."""
