@0xb3f6aa093910c28d;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Person: everything the person's own programs (window, command line) may do. NOT reachable from a sandbox.
#
# Bootstrap of `$XDG_RUNTIME_DIR/latchkey/person` (0600 in a 0700 directory; the kernel's peer credentials must show the
# broker's own user). Saying no is a result; failing is an exception whose text is one line for the person.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using R = import "request.capnp";
using I = import "instance.capnp";

interface Handle {
  # Dropping it ends the thing it stands for.
}

interface Instance {
  info @0 () -> (info :I.InstanceInfo);
  wait @1 () -> (status :I.ExitStatus) $Cxx.allowCancellation;
  # Returns when the last process of the sandbox has ended.
  stop @2 (graceSeconds :UInt32 = 5) -> ();
  # TERM, the grace period, then the whole pid namespace. Returns when nothing is left.
  processes @3 () -> (list :List(Process));
  signal @4 (number :Int32) -> ();
  # To the program's process group. For the terminal's own keys: INT, TSTP, CONT, WINCH, HUP.

  struct Process {
    pid @0 :Int32;
    parent @1 :Int32;
    name @2 :Text;
    cpuSeconds @3 :Float64;
    memory @4 :UInt64;      # Pss in bytes where readable, else Rss.
    openFiles @5 :UInt32;   # Open handles through the file portal.
  }
}

interface Presenter {
  # A program that shows questions. Implemented by the window and by `--ask tty`.
  present @0 (request :R.Request) -> (answer :R.Answer) $Cxx.allowCancellation;
  # Returns the person's answer. The broker drops the call when the request is withdrawn or answered elsewhere:
  # then take the question down. Failing or disconnecting declines once.
}

interface Observer {
  # Told what changed, never asked for anything. Each list holds whole records, newest state.
  grants @0 (changed :List(G.Grant));
  requests @1 (changed :List(R.Request));
  instances @2 (changed :List(I.InstanceInfo));
  journal @3 (added :List(JournalEntry));
  status @4 (status :Status);
  settings @5 (changed :List(AppSettings));
}

struct JournalEntry {
  sequence @0 :UInt64;
  time @1 :G.Time;
  event @2 :Text;      # request, answer, grant, use, refuse, revoke, suspend, resume, expire, start, end, broker
  app @3 :Text;
  instance @4 :Text;
  kind @5 :G.Kind;
  target @6 :Text;     # Escaped.
  grant @7 :Text;
  outcome @8 :Text;    # allowed, denied, never, dismissed, timed-out, withdrawn, ended ...
}

struct Status {
  version @0 :Text;
  pid @1 :Int32;
  store @2 :Text;      # Empty when healthy, else one line: "the disk is full: decisions cannot be kept".
  networkOff @3 :Bool;
  presenters @4 :UInt32;
}

struct AppSettings {
  app @0 :Text;            # Holder.
  petname @1 :Text;        # The person's own name for it; empty: none given.
  alwaysConfined @2 :Bool; # Shown only; the .desktop override itself is made by the person's program.
  sharedX @3 :Bool;        # Whether `desktop shared-x11` is granted. Setting it adds or revokes such a grant.
  ownSandboxes @4 :Bool;   # The same of `desktop own-sandboxes`,
  memoryLimit @5 :UInt64;  # Bytes; 0: none.
  processLimit @6 :UInt32;
  cpuPercent @7 :UInt32;   # Of one core; 0: none.
  seeHomeNames @8 :Bool;   # and of `desktop see-home-names`.
  gpu @9 :Bool;
}

interface Person {
  status @0 () -> (status :Status);

  launch @1 (spec :I.LaunchSpec) -> (id :Text, instance :Instance);
  # Returns as soon as the launcher is under way. A failure to start is the instance's exit status.

  instances @2 () -> (list :List(I.InstanceInfo));
  findInstance @3 (id :Text) -> (instance :Instance);   # Null if there is none of that id, also not lately ended.

  grants @4 (app :Text, ended :Bool = true) -> (list :List(G.Grant));
  # `app` empty: all. `ended`: with those that ended in the last 30 days.
  grant @5 (holder :Text, kind :G.Kind, object :G.Object, file :I.Descriptor, access :G.Access,
            lifetime :G.Lifetime, origin :G.Origin, instance :Text) -> (id :Text);
  # `file` (O_PATH) names a file or folder; it wins over `object.path`. Of kind `desktop` the object's target is
  # `shared-x11`, `own-sandboxes` or `see-home-names`. Fails above a ceiling, and for what cannot be enforced.
  consequences @6 (grants :List(Text)) -> (ends :List(G.Grant), live :UInt32);
  # What `revoke` of these would end with them, and how many open handles it would cut.
  revoke @7 (grants :List(Text)) -> (ended :List(G.Grant), unanswered :Bool);
  # Committed before it acts; returns when the portals have cut what was open, or after 2 s. `unanswered`: a portal did
  # not say by then that it has; until it does, or the app ends, the app may still hold what was open.
  suspend @8 (grants :List(Text)) -> ();
  resume @9 (grants :List(Text)) -> ();
  restore @10 (grants :List(Text)) -> (made :List(Text));
  # "Give again": a new grant like the ended one.

  requests @11 (recent :Bool) -> (list :List(R.Request));
  answer @12 (request :Text, answer :R.Answer) -> (grant :Text);

  journal @13 (filter :JournalFilter) -> (list :List(JournalEntry));

  settings @14 (app :Text) -> (settings :AppSettings);
  setSettings @15 (settings :AppSettings) -> ();
  allSettings @16 () -> (list :List(AppSettings));

  stopAll @17 () -> ();
  networkOff @18 (off :Bool) -> ();

  watch @19 (observer :Observer) -> (handle :Handle);
  present @20 (presenter :Presenter, instance :Text) -> (handle :Handle);
  # `instance` empty: for all requests with ask mode `ui`. Else for that instance alone (`--ask tty`).

  forget @21 (refusal :Text) -> ();
  # Takes back a "never": the id of the request that was answered so.
  shutdown @22 () -> ();
  # Ends the broker in order. Apps live on; what waits is declined once.

  struct JournalFilter {
    app @0 :Text;
    since @1 :G.Time;
    before @2 :UInt64;     # Sequence number; 0: the newest.
    limit @3 :UInt32 = 1000;
    text @4 :Text;
    kind @5 :Text;         # Empty: every kind.
  }
}
