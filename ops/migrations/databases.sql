-- Once, as superuser and behind roles.sql, in a PostgreSQL that is not our child: the two databases, and who may enter.
create database strongroom owner ledger_owner template template0;
create database strongroom_views owner project template template0;
revoke all on database strongroom, strongroom_views from public;
grant connect on database strongroom to append, project, sign, migrate;
grant connect on database strongroom_views to append, project, sign, migrate;
