"""`python -m tests.bench`: how fast the live circle is, beside two references measured in the same run."""
