"""Where files come in: watched folder and SFTP server. The HTTP door is `hub.api`."""
