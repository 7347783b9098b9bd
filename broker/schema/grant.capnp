@0xb19783e360f2d42d;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Grants: the recorded decisions.
#
# Seen by the person's programs (window, command line) and by the portals that enforce them.
# Apps never see these structures: an app holds the live thing, not the record behind it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using Time = Int64;
# Nanoseconds since 1970-01-01 UTC. 0 means "never" or "not yet", as the field says.

enum Kind {
  # What a grant is about. Numbers and names are a public contract: add, never rename or reuse.
  file @0;
  folder @1;
  network @2;
  listen @3;
  service @4;
  desktop @5;
  device @6;
  app @7;
  window @8;
}

enum Access {
  read @0;
  write @1;      # Read and change. There is no write-only access.
}

enum Scope {
  # How far an answer about one named thing reaches.
  file @0;       # This file alone, and its being saved by rename.
  siblings @1;   # Files of the same name with another ending, beside it. Never hidden ones.
  folder @2;     # Everything directly in its folder, nothing below that.
  tree @3;       # Its folder and all that lies below.
  host @4;
  domain @5;
  port @6;
  network @7;
  pattern @8;    # Files in one folder whose names match the last part of `path`, as `*.pdf`. See broker/base/where.h.
}

enum State {
  active @0;
  suspended @1;  # Refuses like a revoked one, but comes back by resume.
  expired @2;
  revoked @3;
}

enum Origin {
  # How the person designated the thing. Shown in the panel and the journal.
  prompt @0;     # Answered a question.
  typed @1;      # Named it on a command line they typed.
  dropped @2;    # Dropped it on the app, or chose "Open with".
  picked @3;     # Picked it in a chooser.
  added @4;      # Added by hand: `latchkey grant`, or the panel.
  workdir @5;    # --here
}

struct Lifetime {
  union {
    once @0 :Void;     # Until the asking program lets go of it, at the latest until the instance ends.
    run @1 :Void;      # While the instance runs.
    until @2 :Time;
    always @3 :Void;
  }
}

struct Limits {
  # 0 means unlimited. A child's limit is never above its parent's.
  uses @0 :UInt64;
  bytes @1 :UInt64;
  bytesPerSecond @2 :UInt64;
  bytesPerDay @3 :UInt64;   # Used up, it is asked about again, and is back when the person's next day begins.
}

struct Object {
  # The thing itself. `target` is what a person reads and types; it decides nothing where a more exact field is set.
  target @0 :Text;
  path @1 :Data;       # Host path, absolute, without symbolic links, any bytes but NUL. Files and folders only. With
                       # scope `pattern` its last part is the pattern.
  device @2 :UInt64;   # st_dev and st_ino at the moment of the decision; 0, 0 when not known.
  inode @3 :UInt64;
  scope @4 :Scope;
  see @5 :Bool;        # Names may be listed, nothing opened ("may see the names in your home").
}

struct Grant {
  id @0 :Text;
  holder @1 :Text;         # APP-ID, or APP-ID@PROFILE.
  kind @2 :Kind;
  object @3 :Object;
  access @4 :Access;
  lifetime @5 :Lifetime;
  limits @6 :Limits;
  parent @7 :Text;         # Grant it was derived from; empty means "you".
  state @8 :State;
  origin @9 :Origin;
  instance @10 :Text;      # The running instance that `once` and `run` are bound to; empty for the others.
  created @11 :Time;
  used @12 :Time;          # Last use; 0 if never.
  ended @13 :Time;         # When it was revoked or expired; 0 while it lives.
  uses @14 :UInt64;
  bytesRead @15 :UInt64;
  bytesWritten @16 :UInt64;
  live @17 :UInt32;        # Open handles at this moment. Not stored.
  holderName @18 :Text;    # Petname. Not stored with the grant.
  keep @19 :Bool;          # Stays even when unused; else an "always" that nobody used for 60 days lapses.
  lapsed @20 :Bool;        # It has: `state` is expired, and what it gave is asked for again.
  fast @21 :Bool;          # A folder mounted as it is: full speed, and what is open of it outlives the grant until the app ends.
  resting @22 :Bool;       # Its bytes, or those it was derived from, are used up for today.
  bytesOfDay @23 :UInt64;  # Of a limit per day: what passed today.
}
