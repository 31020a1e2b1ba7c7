-- When a plan was written down by the store's own clock: a copy whose clock is wrong approves nothing whose time is over.
alter table plan add column kept_at timestamptz not null default clock_timestamp();
