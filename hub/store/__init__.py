"""The hub's tables: all SQL of the application. Rows come out as frozen dataclasses."""
