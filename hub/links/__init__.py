"""Documents that recipients fetch by a link: the page they see, and what the fetching proves."""
