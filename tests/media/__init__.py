"""Files around a patient: what is taken in, how it is sealed and made fit to be seen, and in which posts it is."""
