"""How the hub speaks with each platform: what it reads from there, and what it writes back."""
