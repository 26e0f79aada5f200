"""What waits for a person: by cause, with the fix, who must act and what can be done at once."""
