"""What a sender is told of his documents: notices, and the forms in which his system reads them."""
