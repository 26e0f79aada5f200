"""The nine rooms a document walks through, in one direction. Rooms do not visit each other."""
