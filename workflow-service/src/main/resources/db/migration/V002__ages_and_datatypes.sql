-- Keys are forgotten by age.
CREATE INDEX idempotency_age ON idempotency (created_at);

INSERT INTO datatype VALUES ('PNG', '.png', 'images'), ('LOG', '.log', 'logs')
ON CONFLICT (name) DO NOTHING;
