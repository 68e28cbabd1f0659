-- Whether the last label request of a transfer is unconfirmed: the carrier did not answer
-- and may have made a parcel.  It is a function because it runs before every label, and
-- planning the query takes longer than running it.
CREATE OR REPLACE FUNCTION reliability_label_unconfirmed(picking integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    last record;
BEGIN
    SELECT attempt.outcome, exchange.state, exchange.is_verified INTO last
      FROM reliability_attempt AS attempt
      JOIN reliability_exchange AS exchange ON exchange.id = attempt.exchange_id
     WHERE exchange.res_model = 'stock.picking' AND exchange.res_id = picking
       AND exchange.operation = 'label' AND attempt.outcome IS NOT NULL
     ORDER BY attempt.id DESC LIMIT 1;
    RETURN coalesce(last.outcome = 'unknown' AND last.state <> 'resolved'
                    AND NOT coalesce(last.is_verified, false), false);
END $$;
