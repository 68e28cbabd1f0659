"""The records and accounts of the synthetic company, and how its orders are removed."""
