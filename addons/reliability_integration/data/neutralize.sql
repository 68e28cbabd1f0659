-- A copy of the database must not retry any call.
UPDATE reliability_exchange SET next_attempt = NULL WHERE next_attempt IS NOT NULL;
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'reliability_integration' AND name = 'cron_retry');
