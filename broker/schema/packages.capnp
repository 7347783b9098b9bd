@0x8fd3a5c70be16249;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Packages: the person's side of the store - what is installed from bundles. NOT reachable from a sandbox, nor from
# another machine.
#
# Installing grants nothing: what an app claims is compared and shown here, and given by `Person.grant` if at all.
# `latchkey-packages` serves this, the one program that writes to the store; the broker starts it on demand and hands out
# what it offers, without looking into it. All text of an author is bounded and clean of control characters, and nobody
# is to believe it. Saying no is a result; failing is an exception whose text is one plain sentence: what is wrong, and
# what to do.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";
using B = import "bundle.capnp";

struct Signer {
  key @0 :Text;              # As in a .pub file: "RWQ...". Who has this key is the signer; there is no other name.
  id @1 :Text;               # Sixteen hexadecimal digits, for people to compare.
  signs @2 :List(Text);      # Other apps in the store that this key signed.
}

enum Trust {
  firstSeen @0;              # Nobody has signed an app of this id here yet.
  known @1;                  # The same key as before.
  changed @2;                # Another one. It is refused as long as the app, its data or its record are here.
}

struct ClaimChange {
  # One thing that the app says it will ask for, beside what the installed version said. Claims are compared as sets of
  # what they reach, not as texts: "~/Music/" is "/home/me/Music". Whatever cannot be compared is `new` and `gone`.
  state @0 :State;
  claim @1 :B.BundleReport.Claim;
  # Also of the kinds `ability` (own-sandboxes, gpu, needs-x11), `limit` (memory, processes, cpu: the target is
  # "cpu=150") and `slot` ("NAME:KIND", which another app has to fill). `gone`: as it was.
  before @2 :B.BundleReport.Claim;   # `wider` and `narrower`: what it was.

  enum State {
    same @0;
    new @1;                  # More than before,
    wider @2;                # likewise.
    narrower @3;
    gone @4;
  }
}

struct Sheet {
  # All there is to be shown before the person decides. Nothing of it is installed or granted.
  report @0 :B.BundleReport;
  signer @1 :Signer;
  trust @2 :Trust;
  before @3 :Signer;         # `changed`: whose it was until now. Else null.
  step @4 :Step;
  installed @5 :Text;        # The version that is installed. Empty: none.
  claims @6 :List(ClaimChange);   # Of an app that is not installed all are `new`.
  asksMore @7 :Bool;         # Some of them are `new` or `wider`: an update waits until the person accepts it.
  bytes @8 :UInt64;          # Of all files, unpacked.
  newBytes @9 :UInt64;       # Of those that are not in the store yet: what installing takes of the disk.
  free @10 :UInt64;          # What there is.
  refusal @11 :Text;         # Why it will not be installed, whatever the options: one sentence. Empty: it can be.
  digest @12 :Text;          # Of its digest list: equal for the same content alone.
  travels @13 :UInt64;       # Bytes that a repository is asked for yet. Of a file: 0.
  runtime @14 :Sheet;        # What it runs on (`report.runtime`), where that is not here yet and is installed together
                             # with it: whoever agrees to the one agrees to the other. Null: nothing. It has none itself.

  enum Step {
    install @0;              # Not there.
    update @1;               # A newer version.
    same @2;                 # This very one is installed.
    older @3;                # An older one is brought back, or another of the same version: only if `older` is said.
  }
}

struct InstallOptions {
  older @0 :Bool;            # Also what is not newer.
  wider @1 :Bool;            # The person has seen what it claims beyond the installed version, and accepts it.
  automatic @2 :Automatic;
  origin @3 :Text;           # Where it comes from, for show: a path, a repository. Empty: as it was.

  runtime @4 :Bool;          # The person has seen what comes with it to run on (`Sheet.runtime`), and who signed that.
                             # Else it comes only if its key has signed something that is installed here.

  enum Automatic {
    keep @0;                 # As it was; of a new app: yes.
    yes @1;
    no @2;
  }
}

struct InstallOutcome {
  result @0 :Result;
  version @1 :Text;
  folder @2 :Text;           # Of the deploy.
  claims @3 :List(ClaimChange);   # `pending`: what it waits for.

  enum Result {
    installed @0;
    updated @1;
    pending @2;              # It claims more than the installed version, which stays. See `accept`.
    present @3;              # This very content is what is installed. Nothing was done.
  }
}

struct Package {
  id @0 :Text;
  version @1 :Text;          # Empty: not installed; its record is kept, since its data is.
  folder @2 :Text;           # Of the deploy: list, signature, key, report, manifest.toml, files/. Empty: none.
  report @3 :B.BundleReport; # Null: none, or it cannot be read.
  signer @4 :Signer;
  since @5 :G.Time;          # When it was installed first, and
  changed @6 :G.Time;        # when this version was.
  origin @7 :Text;
  automatic @8 :Bool;
  bytes @9 :UInt64;          # Of all files; those it shares with others are counted for each.
  previous @10 :Text;        # The version `rollback` goes back to. Empty: none.
  pending @11 :Pending;      # Null: nothing waits.
  running @12 :Bool;         # An instance of any of its versions runs.
  trouble @13 :Text;         # One sentence: why it cannot be started. Empty: all is well.

  struct Pending {
    version @0 :Text;
    report @1 :B.BundleReport;
    claims @2 :List(ClaimChange);
  }
}

struct Finding {
  # Something that is not as it was signed.
  id @0 :Text;
  version @1 :Text;
  path @2 :Text;             # Below the deploy.
  problem @3 :Text;          # "is missing", "was changed", ...
  repaired @4 :Bool;
}

struct PackageOffer {
  # A version of an app as the catalog of a followed repository has it, when the repository was asked last. Names and
  # summaries are the author's words, for searches; what is decided is decided by `Sheet`.
  followed @0 :Text;         # Name of its folder.
  repository @1 :Text;       # Its id.
  id @2 :Text;
  channel @3 :Text;
  version @4 :Text;
  bytes @5 :UInt64;          # Of all files, unpacked.
  signer @6 :Signer;
  name @7 :Text;             # These may be empty.
  summary @8 :Text;
  translations @9 :List(B.BundleReport.Translation);
}

struct PackageUpdate {
  # A newer version of an installed app, by the same signer.
  offer @0 :PackageOffer;
  installed @1 :Text;
  waits @2 :Bool;            # It is here already and claims more: see `Package.pending`.
}

struct Repository {
  # What is followed.
  followed @0 :Text;         # Name of its folder.
  id @1 :Text;               # Empty where what is known of it is damaged, and so are the next four.
  location @2 :Text;
  key @3 :Signer;            # Whose signature counts.
  apps @4 :UInt32;
  expires @5 :G.Time;        # Until when what is known of it is good.
  reached @6 :G.Time;        # When it answered last, and
  asked @7 :G.Time;          # when it was asked last. Zero: not known.
  problem @8 :Text;          # What was wrong then. Empty: nothing.
  trouble @9 :Text;          # Why nothing of it can be installed now. Empty: it can.
}

interface Packages {
  look @0 (file :I.Descriptor, expected :Text) -> (bundle :FoundBundle, sheet :Sheet) $Cxx.allowCancellation;
  # `file`: of a bundle, open for reading. Fails for what is not signed, or not by the key it names, or damaged.
  # `expected`: a key, as in a .pub file, that it has to be signed with; empty: any.

  installed @1 () -> (list :List(Package));
  # Also those that are not installed any more and whose record is kept.
  find @2 (id :Text) -> (package :Package);
  # Null if the store knows nothing of it.

  accept @3 (id :Text, version :Text) -> (outcome :InstallOutcome);
  # The version that waits becomes the installed one. `version`: the one that was shown. Fails if another waits by now.
  refuse @4 (id :Text, version :Text) -> ();
  # It is thrown away. It will wait again if somebody installs it again.

  rollback @5 (id :Text) -> (version :Text);
  # To the version before; the other one is what the next rollback goes back to. Instances go on with what they started with.
  remove @6 (id :Text, withData :Bool) -> (kept :Bool);
  # Fails for a runtime that an installed app needs, or that somebody runs on; of others nothing is kept.
  # `withData`: also the app's private home with all in it, in every profile; it fails while an instance runs. Else its
  # record stays (`kept`), so that nobody else comes into that home. Grants are the broker's: `Person.revoke`.
  setAutomatic @7 (id :Text, automatic :Bool) -> ();

  verify @8 (id :Text, repair :Bool, file :I.Descriptor) -> (findings :List(Finding)) $Cxx.allowCancellation;
  # Every byte of the installed, earlier and waiting versions against what was signed; `id` empty: of all. `repair`:
  # from what else is in the store, and from `file`, a bundle of that version, if it is not null. What is not repaired
  # is missing: install it again.
  collect @9 () -> (bytes :UInt64, versions :UInt32, running :UInt32);
  # Removes versions that nothing needs any more, and contents that no version has. `running`: so many versions stay
  # because instances of them run. Done after each change as well; no version that runs is ever removed.

  watch @10 (observer :PackageObserver) -> (handle :PackageHandle);

  lookOffer @11 (followed :Text, id :Text, channel :Text) -> (bundle :FoundBundle, sheet :Sheet) $Cxx.allowCancellation;
  # As `look`, of what a repository offers that the person follows: what of it is shown is fetched, and the rest by
  # `install`. `followed`: the name of its folder. What the repository was when it was asked last counts, as long as
  # that is not out of date.

  search @12 (words :List(Text), most :UInt32) -> (offers :List(PackageOffer), whole :UInt32);
  # What is offered and not installed, and has each word in its id, name or summary in any language; names that begin
  # with the first word before others. At most `most` of `whole`. Nobody is asked: what repositories said last counts.
  updates @13 () -> (list :List(PackageUpdate));
  # Likewise.
  update @14 (id :Text, progress :InstallProgress) -> (outcome :InstallOutcome) $Cxx.allowCancellation;
  # To the newest version that is offered; it waits if it claims more. `progress` may be null. Fails where it needs a
  # runtime that is not here and that nobody signed whose key is known: that has to be shown first, by `lookOffer`.

  repositories @15 () -> (list :List(Repository));
  refresh @16 (followed :Text) -> ();
  # Asks that one, or all if it is empty, one after the other. How it went stands in `repositories`.
  follow @17 (location :Text, key :Text) -> (repository :Repository);
  # Asks it at once; fails where it does not answer or is not of this key, which is as in a .pub file.
  unfollow @18 (followed :Text) -> ();
  # What is installed from it stays.

  round @19 () -> ();
  # What is due: repositories that have not been asked for six hours are asked, and what is newer then of apps that are
  # updated by themselves is installed. Not over a network that is paid for by the amount. What claims more waits.
}

interface FoundBundle {
  # A bundle that was looked at. What was shown is what is installed, whatever happens to the file: its signed list is
  # held, and a file that says anything else by then is refused.

  install @0 (options :InstallOptions, progress :InstallProgress) -> (outcome :InstallOutcome) $Cxx.allowCancellation;
  # All or nothing, also if the computer is switched off. `progress` may be null. Giving up the call gives up the
  # installing, unless it has happened already. Fails where the sheet, made anew, has a refusal; for what is not newer
  # unless `older`; and where the disk has not enough room, before anything is written.
}

interface InstallProgress {
  at @0 (stage :Stage, done :UInt64, whole :UInt64) -> ();
  # Bytes. Not every step is told; `done` never falls within a stage.

  enum Stage {
    unpacking @0;
    storing @1;
    switching @2;            # From here on it cannot be given up.
    fetching @3;             # From a repository: before the others.
  }
}

interface PackageObserver {
  changed @0 () -> ();
  # `installed`, `updates` or `repositories` would answer something else than before. Gathered; the first comes at once.
}

interface PackageHandle {
  # Dropping it ends the watching.
}

interface PackagesHost {
  # What the broker holds of `latchkey-packages`, which ends when nobody has had anything of it for a while.
  open @0 () -> (packages :Packages);
}

interface PackagesStart {
  # Bootstrap that it finds on descriptor 3 when the broker starts it.
  begin @0 (host :PackagesHost) -> ();
}
