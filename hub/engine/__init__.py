"""The durable engine. Knows batches, handlers and child processes; never a room or a document."""
