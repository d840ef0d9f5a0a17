-- The money of payments stands in the journal, as their credits stand in postings. In the books what others have of us is
-- positive and what we have is negative: so a payment of 25 EUR is -25 of the processor, or of the bank, and +25 of the
-- clearing, where the credits it bought are on the other side.
ALTER TABLE journal_leg
    DROP CONSTRAINT journal_leg_ledger_check,
    ADD CONSTRAINT journal_leg_ledger CHECK (ledger IN ('revenue', 'in_question', 'carrier_cost', 'carrier_payable',
        'payment_clearing', 'processor', 'processor_fee', 'bank'));

-- How many millionths of a currency its smallest unit is (ISO 4217, table A.1), as kit/currency.py knows them.
CREATE FUNCTION minor_unit(currency text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND', 'VUV',
            'XAF', 'XOF', 'XPF') THEN 1000000
        WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 1000
        ELSE 10000
    END::bigint
$$;

-- What was paid, and what is back with its payers, before the books knew of money: entered today, since days are closed.
INSERT INTO journal_entry (id, at, kind, reference, note)
SELECT gen_random_uuid(), now(), 'payment', id::text, 'entered with the books of money'
FROM recharge WHERE state IN ('paid', 'refunded', 'disputed') AND amount > 0
UNION ALL
SELECT gen_random_uuid(), now(), 'payment_return', id::text, 'entered with the books of money'
FROM payment_return WHERE state = 'taken';
INSERT INTO journal_leg (entry_id, place, ledger, account_id, unit, amount)
SELECT entry.id, leg.place, leg.ledger, recharge.account_id, recharge.currency,
    leg.sign * minor_unit(recharge.currency) * coalesce(back.amount, recharge.amount)
FROM journal_entry AS entry
LEFT JOIN payment_return AS back ON entry.kind = 'payment_return' AND back.id::text = entry.reference
JOIN recharge ON recharge.id::text = CASE WHEN entry.kind = 'payment' THEN entry.reference ELSE back.recharge_id::text END
CROSS JOIN LATERAL (VALUES
    (1, CASE recharge.processor WHEN 'stripe' THEN 'processor' ELSE 'bank' END,
        CASE entry.kind WHEN 'payment' THEN -1 ELSE 1 END),
    (2, 'payment_clearing', CASE entry.kind WHEN 'payment' THEN 1 ELSE -1 END)
) AS leg (place, ledger, sign)
WHERE entry.kind IN ('payment', 'payment_return');

-- Numbers that stay with their telephone company and get texts here (R96): asked for with an authorization and a bill, which
-- are files of a ticket.
CREATE TABLE hosted_number (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL,
    number_type text NOT NULL CHECK (number_type IN ('local', 'national', 'toll_free')),
    company text NOT NULL, -- as it stands on the bill
    signer text NOT NULL, -- who signed the authorization
    ticket_id uuid NOT NULL REFERENCES ticket,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn')),
    word text NOT NULL DEFAULT '', -- the operator's, about the decision
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by text NOT NULL DEFAULT '',
    decided_at timestamptz,
    sender_id uuid, -- the sender that it became
    CHECK ((state = 'requested') = (decided_at IS NULL)),
    CHECK (state <> 'approved' OR sender_id IS NOT NULL)
);
CREATE INDEX hosted_number_account ON hosted_number (account_id, id);
CREATE INDEX hosted_number_waiting ON hosted_number (id) WHERE state = 'requested';
CREATE UNIQUE INDEX hosted_number_once ON hosted_number (account_id, number) WHERE state = 'requested';

-- How often an account had providers asked for numbers to rent, within the minute it did so last.
CREATE TABLE number_search (
    account_id uuid PRIMARY KEY REFERENCES account,
    minute timestamptz NOT NULL,
    asked integer NOT NULL
);
