"""What can be wrong with a file, each with its code and sentence."""
