"""From files and messages to accepted source records: read, map, normalise, validate, accept or
quarantine.
"""
