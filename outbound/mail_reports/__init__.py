"""What comes back on a message: reports, complaints, receipts and replies of machines."""
