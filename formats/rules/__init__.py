"""What a document must obey: rule tables over the model, one entry a rule, all findings at once."""
