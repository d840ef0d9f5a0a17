-- Statements about plans and who is on which. Private to the room.

-- name: plans
SELECT code, name, about, fee, is_offered FROM plan WHERE %(hidden)s OR is_offered ORDER BY fee, code;

-- name: plan
SELECT code, name, about, fee, is_offered FROM plan WHERE code = %(code)s;

-- name: put_plan
INSERT INTO plan (code, name, about, fee, is_offered, changed_at)
VALUES (%(code)s, %(name)s, %(about)s, %(fee)s, %(is_offered)s, %(now)s)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, about = excluded.about, fee = excluded.fee,
    is_offered = excluded.is_offered, changed_at = excluded.changed_at;

-- name: drop_plan
-- all accounts: a plan that somebody is on, or will be, stays.
DELETE FROM plan WHERE code = %(code)s AND NOT EXISTS (
    SELECT FROM account_plan WHERE plan_code = %(code)s OR next_code = %(code)s
) RETURNING code;

-- name: count_members
-- all accounts: how many are on each plan; those without a row are on the free one.
SELECT coalesce(plan_code, 'free'), count(*) FROM account LEFT JOIN account_plan ON account_id = account.id GROUP BY 1;

-- name: ensure_membership
INSERT INTO account_plan (account_id, plan_code, began_at, period, changed_at, changed_by)
VALUES (%(account_id)s, 'free', %(now)s, 0, %(now)s, '')
ON CONFLICT (account_id) DO NOTHING;

-- name: membership
SELECT account_id, plan.code, plan.name, plan.about, plan.fee, plan.is_offered, began_at, period, paid, next_at, grace_until,
    later.code, later.name, later.about, later.fee, later.is_offered
FROM account_plan JOIN plan ON plan.code = plan_code LEFT JOIN plan AS later ON later.code = next_code
WHERE account_id = %(account_id)s;

-- name: hold_membership
SELECT account_id, plan.code, plan.name, plan.about, plan.fee, plan.is_offered, began_at, period, paid, next_at, grace_until,
    later.code, later.name, later.about, later.fee, later.is_offered
FROM account_plan JOIN plan ON plan.code = plan_code LEFT JOIN plan AS later ON later.code = next_code
WHERE account_id = %(account_id)s FOR UPDATE OF account_plan;

-- name: hold_due
-- all accounts: fees that are due, and those unpaid whose account has the credit by now; not what another worker is at.
SELECT account_id, plan.code, plan.name, plan.about, plan.fee, plan.is_offered, began_at, period, paid, next_at, grace_until,
    later.code, later.name, later.about, later.fee, later.is_offered
FROM account_plan JOIN plan ON plan.code = plan_code LEFT JOIN plan AS later ON later.code = next_code
WHERE next_at IS NOT NULL AND (next_at <= %(now)s OR grace_until IS NOT NULL AND EXISTS (
    SELECT FROM balance WHERE balance.account_id = account_plan.account_id AND balance.amount >= plan.fee))
ORDER BY next_at, account_id LIMIT %(limit)s FOR UPDATE OF account_plan SKIP LOCKED;

-- name: put_membership
UPDATE account_plan SET plan_code = %(code)s, next_code = %(then)s, began_at = %(began_at)s, period = %(period)s,
    paid = %(paid)s, next_at = %(next_at)s, grace_until = %(grace_until)s, changed_at = %(now)s, changed_by = %(by)s
WHERE account_id = %(account_id)s;
