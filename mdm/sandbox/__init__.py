"""Sample records and platform simulators; imports nothing else of mdm."""
