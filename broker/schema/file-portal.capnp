@0xbd590eef8c0163e7;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# File portal: between the broker and `latchkey-files`. NOT reachable from a sandbox.
#
# The portal knows paths, inodes and open handles; the broker knows who may. The portal never decides to allow: it
# enforces the grants it was given, asks when there is none, and refuses when nobody answers.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";
using L = import "launcher.capnp";
using O = import "open-file.capnp";

interface FilePortal {
  attach @0 (instance :Text, facts :L.SandboxFacts, layout :Layout, asker :FileAsker) -> (sandbox :SandboxFiles);
  # Mounts into the sandbox. `asker` is called for whatever no grant covers.
  # Fails, mounting nothing, if any of it cannot be done.

  statistics @1 () -> (sandboxes :UInt32, inodes :UInt64, descriptors :UInt32, heldRequests :UInt32,
                     forgetting :UInt64);
  # `forgetting`: things of ended grants that the kernel has not been made to forget yet.

  reconnected @2 (sandboxes :List(Reattached)) -> ();
  # After a broker restart: askers for the sandboxes the portal came home with. Held requests are asked again.

  struct Reattached {
    instance @0 :Text;
    asker @1 :FileAsker;
  }
}

struct Layout {
  home @0 :Data;              # The person's home path.
  folders @1 :List(Data);     # Host paths that are there by name without a grant; mounted at the same path inside.
  seeHomeNames @2 :Bool;      # A grant to see the names in the home is held at this moment. It is also added, and
                              # revoked, like the others: `path` is the home, `see` is set, `scope` is `tree`.
  hidden @3 :List(Data);      # Places below which no grant ever reaches: Latchkey's own state, policy and sockets.
  changes @4 :Data;           # A trial: what the app writes goes below this directory of ours, and nowhere else. Empty: none.
  fast @5 :List(Fast);        # What a portal before this one may have mounted as it is. Mounts outlive their portal.

  mostNames @6 :UInt32;       # Beyond so many the kernel is asked to forget the oldest. 0: as many as the portal thinks fit.

  again @7 :Bool;             # A portal before this one may have served it. What that mounted goes first, and whoever
                              # still waits for it gets an error.

  struct Fast {
    path @0 :Data;
    device @1 :UInt64;
    inode @2 :UInt64;
    access @3 :G.Access;
    ended @4 :Bool;           # No grant holds it any more: it is unmounted before anything else.
  }
}

struct FileGrant {
  id @0 :Text;
  path @1 :Data;              # Host path, resolved.
  object @2 :I.Descriptor;    # O_PATH of the very thing that was shown. Null: resolve `path` now.
  directory @3 :Bool;
  scope @4 :G.Scope;
  access @5 :G.Access;
  expires @6 :G.Time;         # 0: not by time. The portal enforces it also while no broker is there.
  once @7 :Bool;              # Ends when the last handle opened under it is closed.
  see @8 :Bool;               # Names only: what is in them is still asked for.
  limits @9 :G.Limits;
  suspended @10 :Bool;
  deny @11 :Bool;             # A standing refusal, not a grant: where no more specific grant reaches, `access` (and more) is
                              # refused without a question. `object` is not looked at. `revoke` lifts it.
  fast @12 :Bool;             # Mounted as it is. Refused for anything but a whole tree without hidden places in it.
  device @13 :UInt64;         # Of a refusal: this very thing is refused too, whatever its name. 0: by name alone.
  inode @14 :UInt64;
  thing @15 :Thing;           # What it was when it was last looked at: the file of a grant of one file, else the folder it
                              # reaches into. Another one is refused (`replaced`); none of that name is not.
}

struct Thing {
  # st_dev and st_ino; 0, 0: not known.
  device @0 :UInt64;
  inode @1 :UInt64;
}

interface SandboxFiles {
  # One sandbox's view. Dropping it does not unmount: `detach` does, or the end of the sandbox.
  add @0 (grant :FileGrant) -> (handle :LiveGrant, replaced :Bool, thing :Thing);
  # Returns when the thing can be reached inside, at its own host path. With `replaced` nothing was added.
  detach @1 () -> ();
  grants @2 () -> (list :List(Live));

  struct Live {
    id @0 :Text;
    handle @1 :LiveGrant;
    deny @2 :Bool;
    thing @3 :Thing;
  }
}

interface LiveGrant {
  # Enforcement of one grant in one sandbox.
  revoke @0 () -> ();
  # Flushes dirty mappings, refuses from then on, invalidates. Returns when old descriptors and mappings fail.
  suspend @1 () -> ();
  resume @2 () -> ();
  lapse @4 () -> ();
  # Like `revoke`, but what it gave is asked for again.
  counters @3 () -> (live :UInt32, uses :UInt64, bytesRead :UInt64, bytesWritten :UInt64, used :G.Time);
  openFiles @5 (most :UInt32) -> (list :List(O.OpenFile), more :UInt64);
  # What is open under it at this moment, last used first: at most so many, and how many more there are. Looked up now;
  # nothing is told while nobody asks.
}

interface FileAsker {
  # Implemented by the broker, one per sandbox.
  ask @0 (wanted :Wanted) -> (outcome :Outcome) $Cxx.allowCancellation;
  # Waits until decided. On `granted` the broker has already added the grant to the sandbox: look again.
  # Dropping the call withdraws the question.
  used @1 (grant :Text, live :UInt32, uses :UInt64, bytesRead :UInt64, bytesWritten :UInt64, used :G.Time) -> ();
  # Told at most once a second per grant, and at once when `live` goes to or from 0.
  refused @2 (path :Data, access :G.Access) -> ();
  # For the journal: something was refused without a question. Rate-limited by the portal.
  ended @3 (grant :Text) -> ();
  # The portal ended it by itself: it expired, or `once` was closed.
  moved @4 (grant :Text, object :I.Descriptor, own :Bool) -> ();
  # The folder that holds what was granted, or is it, is found elsewhere now: `object` is the file of a grant of one file,
  # else the folder the grant reaches into. With `own` it is another file in the same place, which the app put there by way
  # of this grant (saving by rename). Told again to the next broker.

  struct Wanted {
    path @0 :Data;
    object @1 :I.Descriptor;   # O_PATH of what is there now; null when it does not exist yet.
    directory @2 :Bool;
    access @3 :G.Access;
    create @4 :Bool;
    pid @5 :Int32;             # Asking process in the host's pid namespace; display and withdrawal only.
    program @6 :Text;
    size @7 :UInt64;
    modified @8 :G.Time;
  }

  enum Outcome {
    granted @0;
    declined @1;       # This once.
    deniedForRun @2;   # The portal may refuse equal operations by itself until told otherwise (`forgetDenials` by re-adding).
    unavailable @3;    # No broker to ask.
  }
}
