-- The world that the tools act on: made afresh for every trial.

create table bookings (
  id text primary key,
  customer text not null,
  bicycle text not null,
  day text not null,
  status text not null check (status in ('confirmed', 'waiting', 'cancelled'))
);

insert into bookings values
  ('B-2041', 'Ida Brandt', 'city bicycle', '2026-05-09', 'confirmed'),
  ('B-2042', 'Tom Okafor', 'electric bicycle', '2026-05-10', 'confirmed'),
  ('B-2043', 'Ana Reis', 'city bicycle', '2026-05-16', 'waiting'),
  ('B-2044', 'Lev Stein', 'electric bicycle', '2026-05-17', 'cancelled');
