"""The shape of signatures; the keys belong to the application and come in as a Signer."""
