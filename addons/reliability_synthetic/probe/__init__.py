"""The probe: checks the public address from another host; plain Python."""
