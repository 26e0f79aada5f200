"""Where messages that came back wait: a maildir, or a folder on an IMAP server."""
