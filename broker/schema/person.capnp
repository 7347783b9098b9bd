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
using O = import "open-file.capnp";
using C = import "connection.capnp";
using M = import "machines.capnp";
using S = import "sharing.capnp";
using P = import "packages.capnp";

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
  listeners @6 (instance :Text, list :List(C.Listener));
  # All that listens inside this running app by now: what could be given to others. Told when it has changed.
}

struct JournalEntry {
  sequence @0 :UInt64;
  time @1 :G.Time;
  event @2 :Text;      # request, answer, grant, use, refuse, revoke, suspend, resume, expire, rest, wake, moved, start, end, broker,
                       # machine
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
  network @5 :Text;    # Empty when apps can be given the network, else one line: why they, or some of them, have none.
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
  gpu @9 :Bool;            # and of `desktop gpu`.
  off @10 :List(Text);     # Rights of the desktop that apps have unasked, and this one has not: `sound`, `tray`, ...
                           # Setting it adds or takes back a "never". What a ceiling forbids is among them, and stays.
  networkRate @11 :UInt64;     # Bytes a second of the network, all that it has together and both ways; 0: no limit.
  networkPerDay @12 :UInt64;   # Bytes a day, likewise: used up, it has no network until the person's next day begins.
  networkToday @13 :UInt64;    # What has passed today. Shown only.
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
            lifetime :G.Lifetime, origin :G.Origin, instance :Text, fast :Bool = false, limits :G.Limits,
            listener :UInt64 = 0) -> (id :Text);
  # `file` (O_PATH) names a file or folder; it wins over `object.path`. Of kind `desktop` the object's target is
  # `shared-x11`, `own-sandboxes` or `see-home-names`. Of the network alone: `limits` of bytes, together and a second and
  # a day. Of kind `listen`, `listener` is the one that was shown: it fails if by now something else listens there in
  # `instance`. Fails above a ceiling, and for what cannot be enforced.
  consequences @6 (grants :List(Text)) -> (ends :List(G.Grant), live :UInt32);
  # What `revoke` of these would end with them, and how many open handles it would cut.
  revoke @7 (grants :List(Text)) -> (ended :List(G.Grant), unanswered :Bool, unkept :Text);
  # Committed before it acts; returns when the portals have cut what was open, or after 2 s. `unanswered`: a portal did
  # not say by then that it has; until it does, or the app ends, the app may still hold what was open.
  # `unkept`: empty, or why it could not be recorded (a full disk). It is cut all the same, and recorded as soon as that is
  # possible; if Latchkey ends before, it is given again.
  suspend @8 (grants :List(Text)) -> (unanswered :Bool, unkept :Text);  # As for `revoke`.
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

  refusals @23 (app :Text) -> (list :List(Refusal));
  # The standing "never"s. `app` empty: all.
  refuse @24 (rule :Rule, file :I.Descriptor) -> (id :Text);
  # A "never" made by hand; `forget` takes it back. What is open and now forbidden is cut.
  edit @25 (grant :Text, rule :Rule, file :I.Descriptor) -> (id :Text, unanswered :Bool);
  # A new decision in the place of that grant, which ends with all that was derived from it. What is open and the new one
  # does not cover is cut as by `revoke`. Neither happens unless the new one is recorded. What a rule does not say stays as
  # it was; full speed only for the same place, and where it still may be.
  keep @26 (grants :List(Text), keep :Bool) -> ();
  # Whether these stay although nobody uses them.
  why @27 (app :Text, kind :G.Kind, object :G.Object, access :G.Access, sequence :UInt64) -> (reason :Reason);
  # What decides about this thing now; with `sequence`, what decided when that line of the journal was written.
  importRules @28 (rules :List(Rule), apply :Bool) -> (outcomes :List(ImportOutcome));
  # All of them or none: nothing is done if any cannot be. Those that are there already are not made again. Without
  # `apply` nothing is done in any case.

  openFiles @29 (grants :List(Text)) -> (list :List(O.OpenFile), more :UInt64, unanswered :Bool);
  # What is open under these at this moment, last used first, at most 200 for each grant and app that runs; `more`: so
  # many are not in the list. `unanswered`: a portal did not answer within a second, and there may be others.
  stopFile @30 (grant :Text, path :Data) -> (unanswered :Bool);
  # Takes back one file of what a grant gave: all that is open of it fails as after `revoke`, and it is refused without a
  # question, to every instance that runs now, until it is given again or the instance ends. What else the grant gave
  # goes on. Of a grant of that one file it is `revoke`.

  connections @31 (instance :Text) -> (list :List(C.Connection), more :UInt64, unanswered :Bool);
  # What apps are connected with, last used first, lately ended ones too; `instance` empty: all, at most 500 of each.
  endConnection @32 (instance :Text, id :UInt64) -> ();
  # Resets it on both sides. What allowed it stays.
  listeners @33 () -> (list :List(InstanceListener));
  # What listens inside running apps, so that it can be given to this computer or the network (`grant` of kind `listen`).

  machines @34 () -> (machines :M.Machines);
  # Other machines.
  sharing @35 () -> (sharing :S.Sharing);
  # What is shared with them, and what they offer.
  packages @36 () -> (packages :P.Packages);
  # What is installed from bundles.

  struct InstanceListener {
    instance @0 :Text;
    listener @1 :C.Listener;
  }

  struct JournalFilter {
    app @0 :Text;
    since @1 :G.Time;
    before @2 :UInt64;     # Sequence number; 0: the newest.
    limit @3 :UInt32 = 1000;
    text @4 :Text;
    kind @5 :Text;         # Empty: every kind.
  }
}

struct Refusal {
  id @0 :Text;           # Of the request that was answered so, or of its own.
  holder @1 :Text;
  holderName @2 :Text;
  kind @3 :G.Kind;
  object @4 :G.Object;
  access @5 :G.Access;   # Of `write`, reading is not refused.
  since @6 :G.Time;
}

struct Rule {
  # A decision as a person writes it down. Who made it and when is not theirs to say.
  holder @0 :Text;
  kind @1 :G.Kind;
  object @2 :G.Object;
  access @3 :G.Access;
  lifetime @4 :G.Lifetime;
  keep @5 :Bool;
  never @6 :Bool;        # A standing refusal: then it has no lifetime.
  limits @7 :G.Limits;   # Of the network. Null: none; of an edit: those that were.
}

struct ImportOutcome {
  state @0 :State;
  fault @1 :Text;        # One line: why it cannot be.

  enum State {
    added @0;            # Or would be.
    present @1;
    refused @2;
  }
}

struct Reason {
  verdict @0 :Verdict;
  grant @1 :G.Grant;     # `allowed`: the rule. Else null.
  refusal @2 :Refusal;   # `denied` by a standing "never".
  line @3 :Text;         # One line where there is more to say: a ceiling and its file, or that the rule is forgotten.
  entry @4 :JournalEntry;  # The line that was asked about.

  enum Verdict {
    allowed @0;
    denied @1;
    asked @2;            # Nothing decides: the person is asked.
  }
}
