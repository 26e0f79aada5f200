"""The application: the only package that knows all the others, and puts them to work."""
