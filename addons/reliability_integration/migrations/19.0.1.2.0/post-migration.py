"""Fill the error class of exchanges on which somebody should act, and drop a column."""


def migrate(cr, version):
    # From their last attempts, as ``reliability_refresh_exchange`` does.
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
    # The window *Resolve* of 19.0.1.1.0 had an answer that was chosen already.
    cr.execute("ALTER TABLE reliability_resolve DROP COLUMN IF EXISTS was_done")
