"""What happens beside the transaction: notes of what was asked of counterparts."""
