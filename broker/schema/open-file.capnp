@0xd2a1c7b35e90f468;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# What an app has open at this moment by way of a grant. Seen by the person's programs, never by apps.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";

struct OpenFile {
  # One open handle.
  path @0 :Data;            # Host path.
  program @1 :Program;      # Who used it last: a descriptor may have been passed on. pid 0: it has ended since.
  access @2 :G.Access;      # What it was opened for.
  directory @3 :Bool;
  bytesRead @4 :UInt64;     # By way of this handle. What the kernel had kept is not read again, and not counted again.
  bytesWritten @5 :UInt64;
  used @6 :G.Time;          # Last opened, read or written.
  opened @7 :G.Time;
  mapped @8 :Mapped;
  mappers @9 :List(Program);  # Who has it mapped: a process that touches the mapping of a file taken back dies (SIGBUS).
  instance @10 :Text;       # Set by the broker.
  grant @11 :Text;          # Set by the broker.

  enum Mapped {
    no @0;
    yes @1;
    unknown @2;             # It could not be looked up: it may be.
  }
}

struct Program {
  pid @0 :Int32;            # In the host's pid namespace, as the person's `ps` has it.
  name @1 :Text;            # As `ps` has it; the program's own choice. Escaped where the person's programs see it.
}
