"""Fill the error class of exchanges on which somebody should act."""


def migrate(cr, version):
    """Take it from their last attempts, as ``reliability_refresh_exchange`` does."""
    cr.execute(
        """
        UPDATE reliability_exchange AS exchange
           SET error_class = (
               SELECT CASE WHEN status >= 400 THEN 'HTTP ' || status
                           ELSE attempt.error_class END
                 FROM reliability_attempt AS attempt
                WHERE exchange_id = exchange.id
                  AND (attempt.error_class <> '' OR status >= 400)
                ORDER BY started DESC, id DESC LIMIT 1)
         WHERE state IN ('failed', 'unknown', 'retrying')
        """
    )
