"""`manage.py demo`: the main job end to end on this machine, with real services and two sandbox platforms."""
