@0xde3f70a91b6c4825;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# What an app is connected with at this moment. Seen by the person's programs, never by apps.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";

struct Connection {
  id @0 :UInt64;            # Within its sandbox.
  destination @1 :Text;     # As it was asked for: "example.org:443/tcp". Of one from outside: who came, and to what.
  address @2 :Text;         # What it led to; empty before that is known.
  direction @3 :Direction;
  state @4 :State;
  since @5 :G.Time;
  used @6 :G.Time;
  ended @7 :G.Time;         # 0 while it lasts.
  bytesIn @8 :UInt64;       # To the app.
  bytesOut @9 :UInt64;
  program @10 :Text;        # Whose it is, for display; empty if unknown.
  pid @11 :Int32;
  instance @12 :Text;       # Set by the broker.
  grant @13 :Text;          # By which it is; empty while it is held.
  outcome @14 :Text;        # Of one that ended, in plain words: "ended by you", "refused by the other side".

  enum Direction {
    out @0;
    in @1;
  }

  enum State {
    held @0;                # Waits for the person.
    connecting @1;
    open @2;
    ended @3;
  }
}

struct Listener {
  # Something that listens inside.
  port @0 :UInt16;
  udp @1 :Bool;
  loopback @2 :Bool;        # On a loopback address alone.
  program @3 :Text;
  grant @4 :Text;           # By which it can be reached from outside; empty: not at all.
}
