"""What recipients wish and agree to, with its history, and which better roads they could take."""
