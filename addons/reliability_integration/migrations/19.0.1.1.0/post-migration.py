"""What the ledger of 19.0.1.0.0 has that this one does not."""


def migrate(cr, version):
    """Mark what was presumed, and drop what told whether a worker lives."""
    cr.execute(
        """
        UPDATE reliability_attempt SET is_state_presumed = true WHERE presumed;
        ALTER TABLE reliability_attempt DROP COLUMN IF EXISTS backend;
        DROP FUNCTION IF EXISTS reliability_utc_timestamp(text);
        """
    )
