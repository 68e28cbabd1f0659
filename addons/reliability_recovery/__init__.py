"""Recovery: backups that were seen, and what can be restored from them."""
