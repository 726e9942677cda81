"""The ways out of the service, each one module: what goes out says nothing, and what came of it is an `Outcome`."""
