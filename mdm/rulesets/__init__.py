"""Rule sets: drafted, activated, and read as one frozen value."""
