-- Plans of repairs, what people say to them, the steps they are carried out by; and the audit as a chain.

-- What is asked in statements stands in columns; the rest of a plan is read back whole. `missing`: how many yeses it takes still.
create table plan (
  id text primary key,
  incident_id bigint not null references incident on delete cascade,
  environment text not null,
  action text not null,
  digest text not null,
  requested_by text not null,
  solo boolean not null,
  planned_at timestamptz not null,
  expires_at timestamptz not null,
  content jsonb not null,
  missing int not null check (missing >= 0),
  state text not null check (state in ('proposed', 'approved', 'running', 'asking', 'ended')),
  approved_at timestamptz,
  began_at timestamptz,
  ended_at timestamptz,
  copy text,
  round int not null default 0,
  question jsonb,
  progress jsonb,
  ending jsonb,
  proof jsonb,
  proof_state text check (proof_state in ('under-way', 'proven', 'not-proven')),
  version int not null default 1,
  told_version int not null default 0
);
-- While one runs, or people must say what it did, nothing else changes anything in its environment.
create unique index plan_one_under_way on plan (environment) where state in ('running', 'asking');
create index plan_incident on plan (incident_id, planned_at);
create index plan_proposed on plan (expires_at) where state = 'proposed';
create index plan_untold on plan (planned_at) where version > told_version;
-- Of one incident one change at a time is proven: a later one takes its place.
create unique index plan_one_proving on plan (incident_id) where proof_state = 'under-way';
create index plan_approved on plan (approved_at) where state = 'approved';

create table plan_approval (
  plan_id text not null references plan on delete cascade,
  user_id text not null,
  name text not null,
  at timestamptz not null,
  primary key (plan_id, user_id)
);

create table plan_step (
  plan_id text not null references plan on delete cascade,
  name text not null,
  kind text not null check (kind in ('change', 'wait')),
  intent jsonb not null,
  begun_at timestamptz not null,
  result jsonb,
  done_at timestamptz,
  answer jsonb,
  primary key (plan_id, name)
);
create index plan_step_begun on plan_step (begun_at) where kind = 'change';

create table halt (environment text primary key, user_id text not null, name text not null, at timestamptz not null);

-- How many lines the audit has, and the hash of the last one. Its row is the lock by which lines come one after the other.
create table audit_head (single boolean primary key default true check (single), lines bigint not null, hash text not null);

alter table audit
  add column nth bigint,
  add column plan_id text,
  add column environment text,
  add column previous text,
  add column hash text;

-- What a line's hash is taken of. src/store/audit/lines.ts writes the same text, so that a line is not held against what it says of itself.
create function audit_text(line audit) returns text language sql stable as $$
  select '{"nth":' || line.nth::text
    || ',"at":' || to_json(to_char(line.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
    || ',"incident":' || coalesce(line.incident_id::text, 'null')
    || ',"plan":' || coalesce(to_json(line.plan_id)::text, 'null')
    || ',"environment":' || coalesce(to_json(line.environment)::text, 'null')
    || ',"actor":' || to_json(line.actor)::text
    || ',"event":' || to_json(line.event)::text
    || ',"detail":' || line.detail::text
    || ',"previous":' || to_json(line.previous)::text
    || '}'
$$;

create function audit_is_chained() returns trigger language plpgsql set search_path from current as $$
declare head audit_head;
begin
  -- A restore brings lines back as they were, and then the head.
  if new.hash is not null then return new; end if;
  insert into audit_head (lines, hash) values (0, repeat('0', 64)) on conflict do nothing;
  select * into strict head from audit_head for update;
  new.nth := head.lines + 1;
  new.previous := head.hash;
  new.hash := encode(sha256(convert_to(audit_text(new), 'UTF8')), 'hex');
  update audit_head set lines = new.nth, hash = new.hash;
  return new;
end $$;

drop trigger audit_append_only on audit;
do $$
declare
  line audit;
  lines bigint := 0;
  last text := repeat('0', 64);
begin
  for line in select * from audit order by id loop
    line.nth := lines + 1;
    line.previous := last;
    line.hash := encode(sha256(convert_to(audit_text(line), 'UTF8')), 'hex');
    update audit set nth = line.nth, previous = line.previous, hash = line.hash where id = line.id;
    lines := line.nth;
    last := line.hash;
  end loop;
  if lines > 0 then insert into audit_head (lines, hash) values (lines, last); end if;
end $$;
alter table audit
  drop column id,
  add primary key (nth),
  alter column previous set not null,
  alter column hash set not null;
create index audit_incident on audit (incident_id, nth);
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();
create trigger audit_chained before insert on audit for each row execute function audit_is_chained();
create trigger audit_head_grows before update on audit_head for each row when (new.lines <> old.lines + 1) execute function audit_is_append_only();
create trigger audit_head_stays before delete on audit_head for each row execute function audit_is_append_only();
create trigger audit_head_not_emptied before truncate on audit_head for each statement execute function audit_is_append_only();
