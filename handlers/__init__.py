"""Plain synchronous functions from a message to outgoing messages."""
