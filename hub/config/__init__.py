"""The settings: one TOML file, parsed into frozen structures; all faults said at once."""
