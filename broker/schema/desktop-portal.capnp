@0xe1f0a6c2b8d34975;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Desktop portal: between the broker and `latchkey-desktop`. NOT reachable from a sandbox.
#
# The portal speaks `org.freedesktop.portal.*` with unmodified apps, each on a bus of its own; it knows their words and
# the desktop's backends. The broker knows who may. An app is the bus it speaks on, never what it says.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";
using P = import "person.capnp";
using R = import "request.capnp";

interface DesktopPortal {
  attach @0 (app :App, bus :I.Descriptor, desk :Desk) -> (session :DesktopSession);
  # `bus`: a connected socket of the instance's own bus, not spoken on yet.

  struct App {
    instance @0 :Text;
    app @1 :Text;            # APP-ID.
    holder @2 :Text;
    name @3 :Text;           # Petname, or what it is called otherwise.
    icon @4 :Text;
    home @5 :Data;
    absent @6 :List(Text);   # Portals that a ceiling takes away: interface names without "org.freedesktop.portal.".
  }
}

interface DesktopSession {
  # One instance's portals. Dropping it closes its requests and leaves the bus.
  revoked @0 (grant :Text) -> ();
  # A grant that something in use stands on has ended: returns when that has ended too.
}

interface DesktopStart {
  # Bootstrap that `latchkey-desktop` finds on descriptor 3. It ends with the broker: the next one starts another.
  begin @0 (portal :DesktopPortal) -> ();
}

interface Desk {
  # What the portal may ask of the broker for one instance. Saying no is a result. Dropping a call withdraws what it asked.

  choose @0 (chooser :R.Chooser) -> (picked :Picked) $Cxx.allowCancellation;
  # The person picks in Latchkey's own chooser. What was picked is granted, at its own path, before this returns.

  grantPicked @1 (paths :List(Data), access :G.Access) -> (grants :List(Text)) $Cxx.allowCancellation;
  # What the person picked in the desktop's own chooser: the same, without a window of ours. Empty: a ceiling forbids it.

  permit @2 (right :Text, claim :Text) -> (granted :Bool, grant :Text) $Cxx.allowCancellation;
  # May it use this of the desktop: `notifications`, `screenshot`, ... (broker/desktop-rights.h)? Asks where no grant says.

  open @3 (uri :Text, file :I.Descriptor, write :Bool, ask :Bool) -> (opened :Bool) $Cxx.allowCancellation;
  # Opens an address, or a file of which the app holds this descriptor, with another app: the person says which, the first
  # time. That app gets the file as a grant of its own. The descriptor must be one the app may have.

  secret @4 () -> (secret :Data);
  # 64 random bytes of this app and profile, the same each time.

  trash @5 (file :I.Descriptor) -> (trashed :Bool);
  # Moves what the app may change to the person's trash.

  pathOf @6 (file :I.Descriptor) -> (path :Data, access :G.Access);
  # Host path of a file the app has open through the file portal or was granted. Empty: it has no such right.

  used @7 (right :Text, outcome :Text) -> ();
  # For the journal: something of the desktop was used or refused. Rate-limited by the portal.

  accessibility @8 (bus :I.Descriptor) -> (address :Text, handle :P.Handle);
  # The app may be read by a screen reader: see LaunchControl.accessibility. Asks nobody; `permit` does.

  inUse @9 (right :Text, grant :Text) -> (handle :P.Handle);
  # The app uses this right now, by this grant, until the handle is dropped: its `live` counts it, so that it is shown.
  # Fails if the instance holds no such grant.

  startWithSession @10 (starts :Bool, words :List(Data)) -> (starts :Bool);
  # The one entry that starts this app and profile with the session, or none. Only on a grant of `background` that outlives
  # the instance; it goes with that grant. `words` are what the program is told: none of them is an option of ours, and
  # naming a file in them gives none.

  putLauncher @11 (grant :Text, id :Text, launcher :Launcher) -> (put :Bool);
  # An entry in the person's menu, by this grant of `launchers`; one that was given once is used up by it. It stays when the
  # app ends, and goes when such a grant is taken back.

  removeLauncher @12 (id :Text) -> (removed :Bool);
  launcher @13 (id :Text) -> (text :Data);
  # As it was written. Empty: this app has none of that name.

  startLauncher @14 (id :Text) -> (started :Bool);
  # Starts what the entry starts: another instance of the app.

  struct Launcher {
    name @0 :Text;
    words @1 :List(Data);
    details @2 :List(R.Choice);  # Keys and values of a desktop entry. What starts something or claims files is left out.
  }

  struct Picked {
    union {
      declined @0 :Void;
      files @1 :Files;
    }
  }

  struct Files {
    paths @0 :List(Data);     # As the app sees them: at their own places.
    access @1 :G.Access;
    grants @2 :List(Text);
    filter @3 :UInt32;
    choices @4 :List(R.Choice);
  }
}
