-- Everything Gumshoe writes down. Times are timestamptz; what is only read back whole is jsonb.

create table incident (
  id bigint generated always as identity primary key,
  environment text not null,
  state text not null check (state in ('open', 'easing', 'recovered', 'lapsed')),
  severity text not null check (severity in ('critical', 'warning')),
  opened_by jsonb not null,
  opened_at timestamptz not null,
  last_heard_at timestamptz not null,
  alarms int not null default 0,
  last_alarm_at timestamptz,
  eased_at timestamptz,
  ended_at timestamptz,
  reopened int not null default 0,
  runbooks text[] not null default '{}',
  home jsonb not null,
  version int not null default 1,
  told_version int not null default 0,
  told_entry bigint not null default 0,
  posted_at timestamptz[] not null default '{}'
);
create index incident_open on incident (environment) where state in ('open', 'easing');
create index incident_ended on incident (environment, ended_at);
create index incident_untold on incident (id) where version > told_version;

create table alarm (
  key text primary key,
  name text not null,
  environment text not null,
  state text not null check (state in ('alarm', 'ok', 'no-data')),
  changed_at timestamptz not null,
  fired_at timestamptz,
  firings int not null default 0,
  changes timestamptz[] not null default '{}',
  last_told_at timestamptz,
  reason text not null,
  value double precision,
  threshold double precision,
  watches text[] not null default '{}',
  incident_id bigint references incident on delete set null
);
create index alarm_incident on alarm (incident_id);

create table delivery (id text primary key, source text not null, received_at timestamptz not null);
create index delivery_received on delivery (received_at);

create table timeline (
  id bigint generated always as identity primary key,
  incident_id bigint not null references incident on delete cascade,
  at timestamptz not null,
  heard_at timestamptz not null,
  what jsonb not null
);
create index timeline_incident on timeline (incident_id, id);

-- One environment is looked at by one diagnosis at a time.
create table diagnosis (
  id text primary key,
  incident_id bigint not null references incident on delete cascade,
  environment text not null,
  runbook text not null,
  why text not null,
  by text not null,
  due_at timestamptz not null,
  state text not null check (state in ('wanted', 'running', 'ended')),
  round int not null default 0,
  copy text,
  began_at timestamptz,
  ended_at timestamptz,
  ending jsonb
);
create unique index diagnosis_one_running on diagnosis (environment) where state = 'running';
create unique index diagnosis_one_wanted on diagnosis (incident_id, runbook, why) where state = 'wanted';
create index diagnosis_incident on diagnosis (incident_id, ended_at);
create index diagnosis_environment on diagnosis (environment, ended_at) where state = 'ended';

-- What a look brought back, gzipped; redacted before it came here.
create table evidence (
  diagnosis_id text primary key references diagnosis on delete cascade,
  taken_at timestamptz not null,
  packed bytea not null
);

create table mute (environment text primary key, until timestamptz not null, by text not null, at timestamptz not null);

-- Posts are sent in the order of `nth`. `sending_since` is set before each attempt: from then on it may stand.
create table post (
  key text primary key,
  nth bigint generated always as identity,
  channel text not null,
  body jsonb not null,
  owed_at timestamptz not null default now(),
  sending_since timestamptz,
  outcome jsonb,
  settled_at timestamptz
);
create unique index post_owed on post (nth) where outcome is null;
create index post_settled on post (settled_at);

-- Of each message only its newest edit is owed.
create table edit (
  key text primary key,
  channel text not null,
  message jsonb not null,
  version int not null default 1,
  sent_version int not null default 0,
  changed_at timestamptz not null default now()
);
create index edit_owed on edit (changed_at) where version > sent_version;

create table unmatched (day date not null, key text not null, name text not null, count int not null, last_at timestamptz not null, primary key (day, key));
create table refusal (day date not null, source text not null, because text not null, count int not null, primary key (day, source, because));

-- A scheduled moment belongs to the copy that writes it down first.
create table tick (name text not null, due_at timestamptz not null, primary key (name, due_at));

create table audit (id bigint generated always as identity primary key, at timestamptz not null, incident_id bigint, actor text not null, event text not null, detail jsonb not null);
create function audit_is_append_only() returns trigger language plpgsql as $$ begin raise exception 'the audit is only added to'; end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();
create trigger audit_not_emptied before truncate on audit for each statement execute function audit_is_append_only();
