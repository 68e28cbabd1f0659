-- A copy receives nothing: what the original's senders have must not open it.
DELETE FROM res_users_apikeys WHERE starts_with(scope, 'reliability.inbound.');
