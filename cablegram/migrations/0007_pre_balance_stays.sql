-- TRUNCATE calls no row trigger: without this one, it would be a way to lose a balance that its postings still tell.
CREATE FUNCTION balance_is_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a balance stays: it moves only by postings';
END $$;
CREATE TRIGGER balance_is_not_truncated BEFORE TRUNCATE ON balance
    FOR EACH STATEMENT EXECUTE FUNCTION balance_is_not_truncated();
