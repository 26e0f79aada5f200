"""Exports for auditors: what to export, the bag and what goes into it, and how it is handed out."""
