"""How the screens write moments and numbers in English."""
