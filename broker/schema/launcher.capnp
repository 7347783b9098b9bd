@0xbdcc6d51b93622b1;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Launcher: between the broker and one `latchkey-launch`. NOT reachable from a sandbox.
#
# The broker starts one launcher per instance with one end of a socket pair (descriptor 3); its bootstrap, as the
# launcher sees it, is a `LaunchSession`. After a broker restart the launcher gets a new one from `Homecoming`.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";
using P = import "person.capnp";

struct LaunchOrder {
  instance @0 :Text;
  spec @1 :I.LaunchSpec;        # Without descriptors: stdio is the launcher's own 0, 1, 2.
  cookie @2 :Data;              # 32 random bytes. Shown to a later broker as proof; kept in memory only.
  profileDirectory @3 :Data;    # Not used: the holder is not known yet. See LaunchPermits.
  runtimeDirectory @4 :Data;    # $XDG_RUNTIME_DIR/latchkey/instances/ID. Exists, 0700. The launcher empties it at the end.
  home @5 :Data;                # The person's home path: where `home` appears inside.
  argumentPaths @6 :List(Data); # Of the designations, in order, as the app will see them.
  serve @7 :Serve;              # No app: `spec` is empty, and nothing is described.

  struct Serve {
    # A server of files for another machine, on 0 and 1, in a sandbox that holds nothing else.
    folder @0 :Data;            # Inside: where the portal mounts what is shared, or the folder that holds it.
    write @1 :Bool;
  }
}

struct LaunchPermits {
  # What the person's standing grants and settings give this app, answered after the launcher has said who it is.
  sharedX @0 :Bool;
  ownSandboxes @1 :Bool;
  gpu @2 :Bool;
  memoryLimit @3 :UInt64;
  processLimit @4 :UInt32;
  cpuPercent @5 :UInt32;
  mountLabels @6 :List(Data);   # Folders that get a mount of the file portal: the standard folders and every granted place outside them.
  profileDirectory @7 :Data;    # Holds `home` and whatever else belongs to the profile. Exists, 0700.
  sound @9 :Bool;               # It may be heard.
  clipboard @10 :Bool;          # An X server of its own shares the session's clipboard.
  trialDirectory @8 :Data;      # Where what it writes goes instead (broker/base/trial-places.h). Exists. Empty: no trial.
}

struct AppDescription {
  # Who the launcher found the program to be. From desktop files and manifests: text for people, deciding nothing but
  # the holder.
  app @0 :Text;
  name @1 :Text;
  icon @2 :Text;
  command @3 :List(Data);       # What will run, field codes resolved.
  ownSandboxes @4 :Bool;        # Claimed.
  gpu @5 :Bool;
  needsX @6 :Bool;
  standardFolders @7 :List(Data);  # Host paths of Documents, Downloads, ... as the person has them.
  claims @8 :List(Claim);

  struct Claim {
    # What the app's author says that it will ask for, and why, in the person's language. Shown with the question as
    # words of theirs; no decision is ever based on it.
    kind @0 :Text;              # As in `latchkey grants`.
    target @1 :Text;            # As the author wrote it: "~/Music", "example.org:443".
    access @2 :Text;            # "read" or "write".
    reason @3 :Text;
  }
}

struct SandboxFacts {
  child @0 :Int32;              # First process of the sandbox, host pid.
  pidfd @1 :I.Descriptor;
  mountNamespace @2 :I.Descriptor;
  userNamespace @3 :I.Descriptor;   # Owner of the mount namespace.
  pidNamespace @4 :I.Descriptor;
  limits @5 :Text;
  desktop @6 :Text;
  busUsed @7 :Bool;             # Somebody inside has connected to the instance's message bus. See LaunchSession.busUsed.
  networkNamespace @8 :I.Descriptor;
}

interface LaunchSession {
  begin @0 (control :LaunchControl) -> (order :LaunchOrder);
  described @1 (app :AppDescription) -> (permits :LaunchPermits);
  # Fails if the app may not be started (a ceiling).
  ready @2 (facts :SandboxFacts) -> ();
  # The sandbox stands and its program waits. Returns when the portals are attached; only then let it run.
  appConnected @3 (connection :I.Descriptor) -> ();
  # Somebody in the sandbox connected to $LATCHKEY_SOCKET.
  running @4 () -> ();
  # The program has been executed.
  ended @5 (status :I.ExitStatus) -> ();
  busUsed @6 () -> ();
  # Somebody inside connected to the instance's own message bus for the first time: portals are wanted from now on.
  records @7 (ear :Ear) -> (handle :P.Handle);
  # Somebody inside records from the app's microphone, which is silent until `ear` is opened. The person is asked, once.
  # It stands until the handle is dropped; then nobody records any more.
}

interface Ear {
  # What an app hears of the session's microphone.
  open @0 () -> ();
  close @1 () -> ();
  # Returns when nothing is heard any more.
}

interface LaunchControl {
  # What the broker may ask of a launcher.
  stop @0 (graceSeconds :UInt32, graceMilliseconds :UInt32) -> ();
  # TERM, the two together, then everything. Returns when nothing is left.
  signal @1 (number :Int32) -> ();
  processes @2 () -> (list :List(P.Instance.Process));
  connectBus @3 () -> (bus :I.Descriptor);
  # A new connection to the instance's message bus, made inside.
  accessibility @4 (bus :I.Descriptor) -> (address :Text, handle :P.Handle);
  # Opens a way for the app to be read: a filtered connection to the session's accessibility bus, of whose socket this is
  # the O_PATH. `address` is what programs inside connect to. Dropping the handle closes it.
}
