"""When somebody works, and when they are away."""
