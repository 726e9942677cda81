"""Channels the way its tutorial teaches it: a consumer per socket, JSON, the Redis layer, the ORM."""
