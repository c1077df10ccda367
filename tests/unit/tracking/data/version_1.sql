-- A tracking database of schema 1, as sqlite3's .dump writes it.
PRAGMA application_id = 1634169970;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE checkpoint (
  run INTEGER NOT NULL REFERENCES run (key),
  path TEXT NOT NULL,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  time REAL NOT NULL,
  PRIMARY KEY (run, path)
) WITHOUT ROWID;
INSERT INTO "checkpoint" VALUES(1,'/runs/7f3a/best.safetensors',20,'best',1764000050.0);
CREATE TABLE event (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run (key),
  time REAL NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
);
INSERT INTO "event" VALUES(1,1,1764000000.5,'started','2 ranks on alpha, agtrain 0.1.0');
INSERT INTO "event" VALUES(2,1,1764000060.25,'finished','');
INSERT INTO "event" VALUES(3,2,1764000100.5,'started','2 ranks on alpha, agtrain 0.1.0');
INSERT INTO "event" VALUES(4,2,1764000130.0,'stopped','SIGUSR1');
CREATE TABLE metric (
  run INTEGER NOT NULL REFERENCES run (key),
  name INTEGER NOT NULL REFERENCES metric_name (key),
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  value REAL,
  time REAL NOT NULL,
  PRIMARY KEY (run, name, step)
) WITHOUT ROWID;
INSERT INTO "metric" VALUES(1,1,10,1,5.1,1764000010.5);
INSERT INTO "metric" VALUES(1,1,20,2,4.2,1764000020.5);
INSERT INTO "metric" VALUES(1,2,10,1,4.9,1764000010.5);
INSERT INTO "metric" VALUES(1,2,20,2,4.4,1764000020.5);
INSERT INTO "metric" VALUES(1,3,10,1,9.25,1764000010.5);
INSERT INTO "metric" VALUES(1,3,20,2,7.5,1764000020.5);
INSERT INTO "metric" VALUES(1,4,10,1,0.6,1764000010.5);
INSERT INTO "metric" VALUES(1,4,20,2,0.75,1764000020.5);
INSERT INTO "metric" VALUES(2,1,10,1,5.3,1764000010.5);
INSERT INTO "metric" VALUES(2,2,10,1,NULL,1764000010.5);
INSERT INTO "metric" VALUES(2,3,10,1,9.75,1764000010.5);
INSERT INTO "metric" VALUES(2,4,10,1,0.58,1764000010.5);
CREATE TABLE metric_name (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
INSERT INTO "metric_name" VALUES(1,'train/loss');
INSERT INTO "metric_name" VALUES(2,'val/loss');
INSERT INTO "metric_name" VALUES(3,'val/age_mae');
INSERT INTO "metric_name" VALUES(4,'val/gender_accuracy');
CREATE TABLE param (
  run INTEGER NOT NULL REFERENCES run (key),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
INSERT INTO "param" VALUES(1,'model.width','1.0',1);
INSERT INTO "param" VALUES(1,'optimizer.lr','0.1',0);
INSERT INTO "param" VALUES(1,'seed','1',2);
INSERT INTO "param" VALUES(2,'model.width','0.5',1);
INSERT INTO "param" VALUES(2,'optimizer.lr','0.1',0);
INSERT INTO "param" VALUES(2,'seed','1',2);
CREATE TABLE pending (
  file TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE run (
  key INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  experiment TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  created REAL NOT NULL,
  ended REAL,
  heartbeat REAL NOT NULL,
  host TEXT NOT NULL,
  process TEXT NOT NULL,
  ranks INTEGER NOT NULL,
  program_version TEXT NOT NULL,
  dataset_hash TEXT NOT NULL,
  config TEXT NOT NULL,
  total_epochs INTEGER NOT NULL,
  steps_per_epoch INTEGER NOT NULL,
  resumed_from TEXT NOT NULL DEFAULT ''
);
INSERT INTO "run" VALUES(1,'7f3a5d41402abc4b2a76b9719d911017','7f3a','mobilenet_64','faces','finished','',1764000000.5,1764000060.25,1764000060.25,'alpha','5f1c02aa pid:[4026531836] 4711 99',2,'0.1.0','cafe','name: mobilenet_64
model: {width: 1.0}
',2,10,'');
INSERT INTO "run" VALUES(2,'91bc5d41402abc4b2a76b9719d911017','91bc','mobilenet_64_half','faces','stopped','SIGUSR1',1764000100.5,1764000130.0,1764000130.0,'alpha','5f1c02aa pid:[4026531836] 4711 99',2,'0.1.0','cafe','name: mobilenet_64_half
model: {width: 0.5}
',2,10,'');
CREATE TABLE step (
  run INTEGER NOT NULL REFERENCES run (key),
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  loss REAL,
  lr REAL,
  seconds REAL,
  data_wait REAL,
  comm_wait REAL,
  PRIMARY KEY (run, step)
) WITHOUT ROWID;
INSERT INTO "step" VALUES(1,1,1,5.25,0.1,0.5,0.0,0.01);
INSERT INTO "step" VALUES(1,2,1,NULL,0.1,0.5,0.0,0.01);
CREATE INDEX run_by_experiment ON run (experiment, created);
CREATE INDEX event_by_run ON event (run, time);
COMMIT;
