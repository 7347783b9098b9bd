// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/command.h"

#include <algorithm>

namespace latchkey::cli {
namespace {

constexpr Option JSON{"--json", "", "Print an array of objects, for scripts"};
constexpr Option YES{"--yes", "", "Ask nothing"};
constexpr Option APP{"--app", "APP-ID", "Of this app alone", "holders"};
constexpr Option FOR{"--for", "once|run|always|DURATION",
                     "How long: 30s, 15m, 8h, 7d, or a time such as 2026-01-31T12:00:00Z", "lifetimes"};
constexpr Option ACCESS{"--access", "read|write", "Read only, or read and change", "accesses"};
constexpr Option SCOPE{"--scope", "SCOPE",
                       "How far it reaches: file, siblings, folder, tree, pattern; host, domain, port, network",
                       "scopes"};

constexpr Option RATE{"--rate", "BYTES", "Of the network: so much a second at most, both ways together (500K, 2M)"};
constexpr Option BYTES{"--bytes", "BYTES", "Of the network: after so much (20M, 1G) it is asked about again"};
constexpr Option BYTES_A_DAY{"--bytes-a-day", "BYTES",
                             "Of the network: after so much it is asked about again, until the next day begins"};

constexpr std::string_view RUN_DETAILS =
    R"(Starts a program that holds nothing: no home, no network, no other program's window. What it touches is asked for.

APP-ID is an installed app (`latchkey apps` lists them; ID.NAME is another program of a bundle) or the path of an AppImage. With `--`, any command is started.
Options of latchkey stand before APP-ID or `--`; all that follows belongs to the program.

An argument that is the name of an existing file or folder of yours is given to the program, to read and change, without
a question: you named it. It is in `latchkey grants` like any other, and can be taken back while the program runs. A
relative name reaches the program as an absolute one. Options (-o), system files and the home itself are never given so.
With --words nothing is: so start the entries that an app had put into the menu or the session.

With --on an app that another machine shares is started over there, as its owner has it: nothing is passed to it, nothing of
what it says comes back. This waits for its end; ended itself (Ctrl+C) it stops the app. `latchkey offers` says how it is.

The status is the program's own; 128 + N if signal N ended it; 125 if Latchkey could not start it; 126 if the program
cannot be executed; 127 if there is none of that name.)";

constexpr std::string_view ASK_DETAILS =
    R"(For programs inside: asks the person for something more, and waits for the answer. Prints what was given. Status 0 if
it was given, 1 if not.

What is given for "this time" ends when this command does: put the command that needs it behind `--`, and it is held as
long as that runs.

  latchkey ask file ~/Documents/a.txt
  latchkey ask folder --write --claim "to unpack the archive" ~/Projects/site -- tar xf archive.tar)";

constexpr std::string_view GRANT_DETAILS =
    R"(HOLDER is APP-ID or APP-ID@PROFILE. KIND is one of file, folder, network, listen, service, desktop, device, app, window.
Without --for it holds until you revoke it; `--for run` and `--for once` need a running instance of HOLDER.

Of kind desktop there is: shared-x11 (the program can see and control everything on your screen, including these questions:
those that Latchkey asks) and own-sandboxes, both used when the program starts and kept until it ends; see-home-names (the names in your home, not what is in them), which
is cut at once when you take it back.

Of kind network TARGET is HOST[:PORT], *.DOMAIN with all below it, an address (IPv6 in brackets), a network such as
10.0.0.0/8, internet, local-network or everything; with /tcp or /udp behind it if only that is meant. A name stands for where
it leads into the Internet, with @local for where it leads into your own network. Of kind listen it is PORT, which this
computer can reach then, PORT@network for all who reach this computer, or PORT@ADDRESS; with +proxy behind it the
program is told who comes, by a first line of the PROXY protocol, which it has to understand. What is given of the network
may have limits, in bytes both ways together: a second, in all, a day. Used up, what is connected is cut, and asked about
again.

With --fast a folder is mounted as it is, and costs nothing. Latchkey then sees nothing of what is done in it, and taking
it back removes the place at once, but not what the program holds open of it: a file, or a folder it stands in. Sockets
in it can be used as well. Whatever is in it stays reachable until the app closes.

  latchkey grant featherpad file ~/notes.txt --access write
  latchkey grant org.gnome.TextEditor@work folder ~/Documents --for 8h
  latchkey grant thunderbird network imap.example.org:993
  latchkey grant game network '*.example.org' --rate 2M --bytes-a-day 500M
  latchkey grant devserver listen 8080 --for run)";

constexpr std::string_view SHARE_DETAILS =
    R"(MACHINE is the name you gave it (`latchkey peer list`). It is offered there at once if it is connected, else when it is; its
person decides whether, and for which app, they accept. Take it back as anything else: `latchkey revoke GRANT`.

Of kind service TARGET is what an app here listens on, APP-ID:PORT, or a program of this computer, @computer:PORT. Of kind
network it is one host and port that this computer can reach. Of kind folder or file it is its path: read only, unless --access
write says otherwise; what is in a folder later is shared, too. Of kind offer it is something that another machine shared with
you, and does not mind being passed on: all its bytes go through here then.

Of kind app TARGET is APP-ID, or APP-ID@PROFILE, of an installed app. It may be started and stopped from there, one at a
time, and it is seen whether it runs. It starts here in its sandbox with what you gave it; nothing is passed to it, and nothing
that it says is told. What it asks for while it runs so is refused. When you take it back, what was started by it ends.

What the other machine has already received cannot be called back. Without --may-pass-on its Latchkey does not pass it on;
its person might by other means.

  latchkey share annas-laptop service postgres:5432 --as orders
  latchkey share annas-laptop service @computer:631 --as printer --for 8h
  latchkey share annas-laptop network db.example.org:5432 --uses 20
  latchkey share annas-laptop folder ~/Pictures/Garden --for 7d
  latchkey share annas-laptop app printer-bridge --access start --for 8h)";

constexpr std::string_view ACCEPT_DETAILS =
    R"(With APP-ID that app finds it at NAME:PORT, by that name and at localhost, now and whenever it is started; without, it is
only taken, and can be given to apps later by the same command. It takes no password, and nothing else of this computer's
can connect there.

An app is started and stopped over there: see `latchkey help run`.

A folder or a file is found in $XDG_RUNTIME_DIR/latchkey-machines, below the name of its machine, while that is connected; with
APP-ID that app has it there, too, without --at being said.

  latchkey offers
  latchkey accept orders webshop --at db:5432
  latchkey accept Garden gthumb)";

constexpr std::string_view REQUEST_DETAILS =
    R"(The question appears on the screen of MACHINE. Its person picks which thing they give, how far and for how long; what you
say is a suggestion. What they give is yours at once, without being offered to you first, and they can take it back as anything
else. Without MACHINE what was asked for is listed.

Prints where a file or a folder is found, else the offer, which `latchkey accept` gives to an app. Status 0 if it was given; 1 if it was not, or could not be asked for. A machine that is not connected is asked when it is.

On the machine that is asked, `latchkey requests` lists the question, and `latchkey answer` answers it: allow PATH for a
folder or a file, allow APP-ID:PORT or @computer:PORT for a service, allow HOST:PORT for a host of its network.

  latchkey request annas-laptop folder --name Garden --reason "the pictures of May" --for 7d
  latchkey request db service --name orders --no-wait
  latchkey request)";

constexpr std::string_view RULES_DETAILS =
    R"(A rule is one sentence: who, what, how far, how long. Where several reach a thing the most specific decides: a file before
a pattern, before files of the same name (siblings), before a folder, before a tree; the deeper folder first; and a
"never" where they are equal. What nobody used for 60 days lapses and asks again, unless it is kept.

A pattern is about the names in one folder: *.pdf, scan-??.png, [a-m]*. It has no /, and never matches hidden files, links
or folders. `edit` puts a new rule in the place of an old one; what is open and not in the new one is cut at once.
`export` writes what stands to a file you can read; `import` shows what such a file would add, asks, and takes over all of
it or nothing.

  latchkey grant evince file ~/Documents/'*.pdf' --scope pattern
  latchkey rules preview ~/Documents/'*.pdf'
  latchkey rules never evince ~/Documents/tax --scope tree
  latchkey rules never evince network '*.example.org'
  latchkey rules edit GRANT --access read --for 7d
  latchkey rules export my-rules.toml)";

constexpr std::string_view BUNDLE_DETAILS =
    R"(A bundle is an app in one file, with what its author says of it, signed. It claims what the app will ask for, and gives
nothing. Keys and signatures are minisign's; where --key is not said, yours is bundle.key in Latchkey's configuration folder.

`build` packs a folder that holds manifest.toml and files/ (`init` makes one to begin with), a desktop entry with the folder
of its program (--files), an AppImage or a Debian package's file (of which nothing is run for that), or an installed Debian
package with what else it shall bring along, and says what the result still needs of the computer it will run on. The same
input gives the same bytes. With --runtime the folder is the root of another system, or its /usr, and the bundle a runtime: apps
whose manifest names it run on it instead of on this computer's programs and libraries. Without a key it is not signed, and
nobody will take it.

  latchkey bundle keygen
  latchkey bundle init hello && latchkey bundle build hello --output hello.latchkey
  latchkey bundle build --package ripgrep
  latchkey bundle build viewer.desktop --files viewer/ --id org.example.Viewer
  latchkey bundle build Viewer-2.1.AppImage --id org.example.Viewer --version 2.1
  latchkey bundle build trixie/ --runtime debian/13 --id org.example.Debian --version 13.2
  latchkey bundle verify --key author.pub hello.latchkey
  latchkey bundle inspect hello.latchkey)";

constexpr std::string_view INSTALL_DETAILS =
    R"(FILE is a bundle; ID an app that a repository offers which you follow (`latchkey repo follow`).

Shows who signed it, what it says that it will ask for and why, and how large it is; then asks. What was shown is
what is installed. Installing gives it nothing: it is asked for when the app comes to it. Whoever signed an app first is the
only one whose versions of it are taken, also after a removal that kept its files.

A version that claims more than the installed one waits, unless you have read what it claims and said yes; the installed one
stays meanwhile (`latchkey update`). --allow gives single things that it claims beforehand, named as KIND:TARGET.

The app is started by its id, further programs of the bundle by ID.NAME (`latchkey apps` lists them). An id that an app of
this computer has already is refused.

Status 0 if it is installed or waits, 1 if it was refused or you said no, 125 if Latchkey could not.

  latchkey install viewer.latchkey
  latchkey install org.example.Player
  latchkey install --yes --key author.pub --allow folder:~/Music player.latchkey)";

constexpr std::string_view IMPORT_DETAILS =
    R"(A Flatpak: what APP-ID, or the metadata file of one, is allowed from the start, and beside each what Latchkey does instead:
nothing is needed; it is asked for when it comes to it; its manifest has to name it; or there is no way to it. It grants
nothing. With --output it also writes FOLDER/manifest.toml, which claims the same, for `latchkey bundle build`.

An AppImage or a Debian package's file: packed as a bundle, signed with your key (one is made if you have none), and installed
like any other, in one step: what it claims is shown, and you are asked. Nothing of it is run for that, its scripts never.
With --output the bundle is only written.

Settings and data: --data copies what an app has in your home - ~/.config/X, ~/.local/share/X, a Flatpak's ~/.var/app/ID - to
the same places of its private home; yours stays as it is. What is copied is shown first: how many files, how much. What is
there already stays, unless --replace is said. Sockets, pipes, devices and links that lead out are left out, by name. Each
of them is there whole or not at all, whatever happens on the way.

  latchkey import org.gimp.GIMP
  latchkey import org.gimp.GIMP --output gimp
  latchkey import viewer_2.1_amd64.deb
  latchkey import Viewer-2.1.AppImage --id org.example.Viewer --version 2.1
  latchkey import --data ~/.config/featherpad --to featherpad
  latchkey import --data ~/.var/app/org.gimp.GIMP --to gimp@work --dry-run)";

constexpr std::string_view UPDATE_DETAILS =
    R"(Asks the repositories that you follow, and installs what is newer and of the same signer. A version that claims more than the
installed one waits for you, and is listed; with ID it is shown, and accepted if you say so.
Programs that run go on with the version they began with.

While your session runs, this is done every six hours, for all but those with --automatic off, and not over a network that
is paid for by the amount.

  latchkey update --list
  latchkey update org.example.Player --automatic off)";

constexpr std::string_view REMOVE_DETAILS =
    R"(Says what ends, and asks: its running programs, and all that you gave it. Its own files stay for when it returns, and so
that nobody else comes into them, unless --data is said.)";

constexpr std::string_view VERIFY_DETAILS =
    R"(Compares every byte that is installed with what was signed. Status 1 if something is not as it was and could not be repaired.)";

constexpr std::string_view REPO_DETAILS =
    R"(A repository is a folder with apps in it that any web server, or a USB stick, can carry. What changed is all that travels.

For publishers: `create` makes one; `add` puts bundles in; `sign` says again that it is good (it is, for 30 days, unless --for
says else). Its secret key is --key as for bundles. The key that may follow it is announced when it is made: make that key first,
and keep its secret part somewhere else, for the day this one is stolen. `rotate` changes over to it.

For everybody: `follow` needs the repository's public key (--key), as its publisher told you; from then on what is older, out
of date or of anybody else is refused. Following installs nothing. `search` looks in what you follow.

  latchkey bundle keygen next.key
  latchkey repo create apps --id org.example.apps --next-key next.pub
  latchkey repo add apps hello.latchkey
  latchkey repo follow https://apps.example.org --key RWQ...
  latchkey repo refresh && latchkey search player)";

constexpr std::string_view PEER_DETAILS =
    R"(Two computers come to know each other in one of two ways; neither gives the other anything by itself.

In one room: `peer add` here and `peer add ADDRESS` there. Both screens show four words; say that they match only if they do.
From afar: `peer invite` here prints a link, good for one computer, once, for a day. Send it by a way you trust, and there
say `peer join LINK`, or `peer join -` and paste it: what stands on a command line every program can read.

MACHINE is your own name for it, or its id. A ROUTE is 192.168.1.7, desk.example.org:7357, or "ssh anna@desk" where you can
use ssh without being asked; `route` without one lists what was tried and how it went. `forget` ends all that you shared with
it and all that came from it; `block` does so too, and never lets it in again. `self` shows or sets what this computer is
called and whether it can be connected with (name=NAME, listen=on|off, port=NUMBER).

  latchkey peer add 192.168.1.7
  latchkey peer invite --for 1h
  latchkey peer route desk 192.168.1.7 "ssh anna@desk.example.org")";

constexpr std::string_view TRY_DETAILS =
    R"(A program that is only tried (see `latchkey help run`) writes aside: it sees its home and what it was given, and changes
neither. Nothing reaches your files until you keep it, file by file, each at once and whole.

`keep` without PATH keeps all and forgets the trial; with PATH, what is at or below it. What you changed yourself
meanwhile needs --replace to be overwritten. What a program did elsewhere, on the network for one, is not undone.)";

const std::vector<Command>& table() {
  static const std::vector<Command> all = {
      {"run",
       "[OPTION...] APP-ID [ARG...]\n  latchkey run [OPTION...] -- COMMAND [ARG...]\n  latchkey run --on MACHINE "
       "[--no-wait] APP",
       "Start a program that holds nothing",
       RUN_DETAILS,
       {{"--profile", "NAME", "Another private home and other permissions of the same app", "profiles"},
        {"--ask", "ui|tty|no", "Who is asked: the window (default), this terminal, or nobody: all is refused", "asks"},
        {"--here", "[ro|fast]",
         "Give the working directory, to change or (=ro) to read, and start there; =fast: see grant"},
        {"--try", "", "What it writes goes aside; at the end you say what of it to keep"},
        {"--words", "", "ARGs are words: no file is given by being named in them"},
        {"--action", "ACTION", "Start this action of the app's desktop entry, such as a new window"},
        {"--as", "APP-ID", "Let COMMAND use the home and the permissions of that app", "apps"},
        {"--on", "MACHINE", "Start what that machine shares with this one, over there", "machines"},
        {"--no-wait", "", "With --on MACHINE: go on as soon as it runs"}},
       {"apps"},
       Order::BeforeWords,
       runApp},
      {"apps", "[--json]", "List the apps that can be started", "", {JSON}, {}, Order::Anywhere, listApps},
      {"ps", "[--json]", "List what is running", "", {JSON}, {}, Order::Anywhere, listInstances},
      {"requests",
       "[--recent] [--json]",
       "List the questions that wait for an answer",
       "",
       {JSON, {"--recent", "", "Also those that were lately decided"}},
       {},
       Order::Anywhere,
       listRequests},
      {"answer",
       "REQUEST allow|deny|never [PATH...|APP-ID|TARGET] [OPTION...]",
       "Answer a question",
       "`deny` holds while the program runs; `never` until `latchkey forget REQUEST`; `dismiss` is a no for this "
       "once.\n"
       "Without options an `allow` is the narrowest: this time, this file, the access that was asked for.\n"
       "Where a program wants you to pick files, say which: `allow PATH...`; where another app is to open something, "
       "`allow APP-ID`.\n"
       "Where another machine asks, say what it gets: `allow PATH`, or TARGET as for `latchkey share`. It is for as "
       "long as "
       "was\nasked, but for no more than 8 hours, unless --for says so.",
       {FOR,
        SCOPE,
        ACCESS,
        {"--fast", "", "With --scope tree: at full speed, see `latchkey help grant`"},
        RATE,
        BYTES,
        BYTES_A_DAY,
        {"--as", "NAME", "To a machine: what to call it there"},
        {"--uses", "NUMBER", "To a machine: so many connections, or opened files, and no more"},
        {"--may-pass-on", "", "To a machine: its person may share it with others"}},
       {"requests", "verdicts"},
       Order::Anywhere,
       answerRequest},
      {"grants",
       "[show GRANT...] [--app APP-ID] [--ended] [--json]",
       "List what programs may use, and since when",
       "`show` lists what is open of it right now: by whom, how much was read and written, and who has it mapped.\n"
       "A program that has a file mapped may stop at once when that is taken back.",
       {APP, {"--ended", "", "Also what ended in the last 30 days"}, JSON},
       {},
       Order::Anywhere,
       listGrants},
      {"grant",
       "HOLDER KIND TARGET [OPTION...]",
       "Give a program something",
       GRANT_DETAILS,
       {ACCESS,
        FOR,
        SCOPE,
        {"--fast", "", "A folder at full speed: what is open of it stays reachable until the app closes"},
        RATE,
        BYTES,
        BYTES_A_DAY,
        {"--keep", "", "It stays although nobody uses it for 60 days"},
        {"--instance", "INSTANCE", "The running one that `once` and `run` are bound to", "instances"}},
       {"holders", "kinds", "files"},
       Order::Anywhere,
       addGrant},
      {"connections",
       "[--instance INSTANCE] [end CONNECTION...] [--json]",
       "List what programs are connected with, and end some of it",
       "What lately ended is listed too, and what waits for your answer. `end` cuts a connection on both sides at "
       "once; what\n"
       "allowed it stays: `latchkey revoke GRANT` takes that back. The name is what the program asked for, never one "
       "that the\n"
       "other side gives itself.",
       {{"--instance", "INSTANCE", "Of this running program alone", "instances"}, JSON},
       {"connection-acts"},
       Order::Anywhere,
       listConnections},
      {"listeners",
       "[--json]",
       "List what listens inside running programs, and whether it can be reached from outside",
       "Nothing can before you give it: `latchkey grant APP-ID listen PORT`.",
       {JSON},
       {},
       Order::Anywhere,
       listListeners},
      {"revoke",
       "GRANT... | --app APP-ID",
       "Take back what was given, also where it is open right now",
       "Prints what ended: whatever was derived from it ends with it.",
       {{"--app", "APP-ID", "All that this app holds", "holders"}, {"--dry-run", "", "Only say what would end"}, JSON},
       {"grants"},
       Order::Anywhere,
       revokeGrants},
      {"rules",
       "[list | never HOLDER PLACE | never HOLDER network TARGET | edit GRANT | keep GRANT... | may-lapse GRANT... |\n"
       "                  preview PLACE | export [FILE] | import FILE] [OPTION...]",
       "Read, make, change, keep and carry what you decided",
       RULES_DETAILS,
       {{"--app", "APP-ID", "Of this app alone; of edit: another holder", "holders"},
        {"--place", "PLACE", "Of edit: another place", "files"},
        ACCESS,
        FOR,
        SCOPE,
        RATE,
        BYTES,
        BYTES_A_DAY,
        {"--keep", "", "Of edit: it stays although nobody uses it"},
        {"--may-lapse", "", "Of edit: unused for 60 days it asks again"},
        {"--limit", "N", "Of preview: at most so many names (default 20)"},
        {"--yes", "", "Of import: without being asked"},
        {"--dry-run", "", "Of import: only say what it would do"},
        JSON},
       {"rule-acts", "grants", "files"},
       Order::Anywhere,
       ruleOver},
      {"why",
       "APP-ID PATH | APP-ID network TARGET | --journal N",
       "Say which rule of yours lets a program have something, or forbids it",
       "Of several that reach it the most specific decides, and of equally specific ones a \"never\". With\n"
       "--journal about a line of `latchkey log`, by the number at its end.",
       {ACCESS, {"--journal", "N", "What decided when this line was written"}, JSON},
       {"holders", "files"},
       Order::Anywhere,
       explainWhy},
      {"stop-file",
       "GRANT PATH",
       "Take back one file of what was given, also where it is open right now",
       "The rest of what GRANT gives goes on. The file stays refused, without a question, until you give it again or "
       "the\nprogram ends.",
       {},
       {"grants", "files"},
       Order::Anywhere,
       stopFile},
      {"suspend", "GRANT...", "Refuse for a while what was given", "", {}, {"grants"}, Order::Anywhere, suspendGrants},
      {"resume", "GRANT...", "End the suspension", "", {}, {"grants"}, Order::Anywhere, resumeGrants},
      {"restore", "GRANT...", "Give again what has ended", "", {}, {"ended-grants"}, Order::Anywhere, restoreGrants},
      {"forget",
       "REQUEST",
       "Take back a \"never\": it is asked again",
       "",
       {},
       {"refusals"},
       Order::Anywhere,
       forgetRefusal},
      {"share",
       "MACHINE service|network|folder|file|app|offer TARGET [OPTION...]",
       "Let another machine use something of this one",
       SHARE_DETAILS,
       {FOR,
        ACCESS,
        {"--as", "NAME", "What to call it there"},
        {"--uses", "NUMBER", "So many connections, opened files or starts, and no more"},
        {"--bytes", "SIZE", "So much, both ways together: 500M, 2G"},
        {"--may-pass-on", "", "Its person may share it with others"}},
       {"machines", "share-kinds", "none"},
       Order::Anywhere,
       shareWith},
      {"offers",
       "[--over] [--json]",
       "List what other machines share with this one",
       "",
       {JSON, {"--over", "", "Also what ended or was declined in the last 30 days"}},
       {},
       Order::Anywhere,
       listOffers},
      {"accept",
       "OFFER [APP-ID [--at NAME:PORT]]",
       "Use what another machine shares",
       ACCEPT_DETAILS,
       {{"--at", "NAME:PORT", "Where the app finds it, such as db:5432"}},
       {"offers", "holders"},
       Order::Anywhere,
       acceptOffer},
      {"request",
       "[MACHINE folder|file|service|network [OPTION...]]",
       "Ask another machine's person for something of theirs",
       REQUEST_DETAILS,
       {{"--name", "WORDS", "What it may be called there, as far as you know"},
        ACCESS,
        {"--for", "always|DURATION", "For how long you would like it: 15m, 8h, 7d, or a time", "durations"},
        {"--reason", "TEXT", "Why, for them to read: a line of up to 200 letters"},
        {"--wait", "", "Until it is answered; ended before, it is withdrawn (this is usual)"},
        {"--no-wait", "", "Go on at once: it is asked until it is answered, withdrawn, or a day has passed"},
        {"--withdraw", "REQUEST", "Take back what nobody has answered yet", "wishes"},
        JSON},
       {"machines", "request-kinds", "none"},
       Order::Anywhere,
       requestFrom},
      {"decline", "OFFER", "Do without it, or give it back", "", {}, {"offers"}, Order::Anywhere, declineOffer},
      {"stop",
       "INSTANCE... | --all\n  latchkey stop --on MACHINE APP...",
       "End running programs",
       "They are asked to end, and ended five seconds later. --all is the panic button.\n"
       "With --on MACHINE, what you have started there; what others have started goes on.",
       {{"--all", "", "Every program that Latchkey runs"},
        {"--on", "MACHINE", "Apps that you have started on that machine", "machines"},
        {"--grace", "SECONDS", "How long they may take (default 5)"}},
       {"instances"},
       Order::Anywhere,
       stopInstances},
      {"network",
       "off|on",
       "Cut every program off the network, or end that",
       "Cuts what is connected at once, and refuses what is tried. Kept until it is switched back; what was given is "
       "then\n"
       "there again.",
       {},
       {"switches"},
       Order::Anywhere,
       switchNetwork},
      {"confine",
       "[APP-ID [on|off]]",
       "Always start an app with Latchkey, also from the desktop's own menu",
       "Puts a desktop file of the same name into your own applications folder, which the desktop prefers. `off` takes "
       "it\n"
       "away again. Without APP-ID: lists the apps that are confined so.",
       {JSON},
       {"apps", "switches"},
       Order::Anywhere,
       confineApp},
      {"name",
       "APP-ID [NAME]",
       "Give an app a name of your own; without NAME: take it back",
       "",
       {},
       {"apps"},
       Order::Anywhere,
       nameApp},
      {"settings",
       "APP-ID [SETTING=VALUE...] [--json]",
       "Show or change what an app is allowed to be",
       "Settings: gpu, own-sandboxes, shared-x, see-home-names, and what apps have unasked: sound, notifications, "
       "tray,\n"
       "media-keys, accessibility, print, open-with, x-clipboard, input-methods (on, off); memory (bytes, or 512M,\n"
       "2G), processes, cpu (percent of one core): 0 for no limit. They hold from the next start on. At once hold, of "
       "all\n"
       "that it has of the network together and both ways: network-rate (bytes a second) and network-a-day (used up, "
       "it\n"
       "has no network until the next day begins).\n"
       "gpu, own-sandboxes, shared-x and see-home-names are also in `latchkey grants`, as kind desktop.",
       {JSON},
       {"apps", "settings"},
       Order::Anywhere,
       setApp},
      {"try",
       "[list | show TRIAL | keep TRIAL [PATH...] | discard TRIAL]",
       "See, keep or discard what programs did that were only tried",
       TRY_DETAILS,
       {{"--replace", "", "Also where you changed it yourself meanwhile"}, JSON},
       {"trial-acts", "trials", "files"},
       Order::Anywhere,
       tryOut},
      {"log",
       "[--app APP-ID] [--since DURATION] [--limit N] [--follow] [--json]",
       "What was asked, answered, used, refused",
       "",
       {APP,
        {"--since", "DURATION", "Only the last 30s, 15m, 8h, 7d, or since a time", "durations"},
        {"--limit", "N", "At most so many, the newest (default 1000)"},
        {"--follow", "", "Go on with what happens from now on"},
        JSON},
       {},
       Order::Anywhere,
       listJournal},
      {"doctor",
       "[--json]",
       "Say what is missing on this machine, and what to do about it",
       "",
       {JSON},
       {},
       Order::Anywhere,
       examine},
      {"status", "[--json]", "How Latchkey itself is", "", {JSON}, {}, Order::Anywhere, showStatus},
      {"quit", "", "End Latchkey's own service; programs run on", "", {}, {}, Order::Anywhere, quitBroker},
      {"peer",
       "[list | invite | invitations [cancel ID...] | join LINK | add [ADDRESS] | name MACHINE NAME | forget MACHINE "
       "|\n"
       "                 block MACHINE | unblock MACHINE | route MACHINE [ROUTE...] | connect MACHINE | self "
       "[SETTING=VALUE...] |\n"
       "                 serve --stdio] [OPTION...]",
       "Know other computers, connect with them, and forget them",
       PEER_DETAILS,
       {{"--for", "DURATION", "Of invite: how long it is good (default 24h)", "durations"},
        {"--stdio", "", "Of serve: speak with another computer by standard input and output, for ssh"},
        JSON},
       {"peer-acts", "machines"},
       Order::Anywhere,
       managePeers},
      {"bundle",
       "keygen [FILE] | init FOLDER | build FOLDER|ENTRY|APPIMAGE|DEBIAN-PACKAGE | build --package NAME[,NAME...] |\n"
       "                  sign FILE | verify FILE | inspect FILE   [OPTION...]",
       "Make, sign and look into apps in one file",
       BUNDLE_DETAILS,
       {{"--key", "FILE", "Of build and sign: the secret key; of verify: the public one it has to be", "files"},
        {"--output", "FILE", "Of build and sign: where to write (default: ID-VERSION.latchkey, or over the old)",
         "files"},
        {"--package", "NAMES", "Of build: installed Debian packages, the app first"},
        {"--files", "FOLDER", "Of build from a desktop entry: what becomes files/", "files"},
        {"--runtime", "NAME", "Of build from a system's folder: what apps are told that it is, as debian/13"},
        {"--id", "ID", "Of init and build: what it is called; of verify: what it has to be"},
        {"--name", "NAME", "Of init and build: its name for people"},
        {"--version", "VERSION", "Of init and build"},
        {"--password", "", "Of keygen: protect the key by a password"},
        {"--unsigned", "", "Of inspect: also if it is not signed"},
        {"--digests", "", "Of inspect: print the list that is signed"},
        {"--signature", "", "Of inspect: print the signature of that list"},
        JSON},
       {"bundle-acts", "files"},
       Order::Anywhere,
       manageBundles},
      {"install",
       "[OPTION...] FILE|ID",
       "Install an app from a bundle or a repository",
       INSTALL_DETAILS,
       {YES,
        {"--allow", "CLAIM...", "Give it this that it claims, as KIND:TARGET; may be said again"},
        {"--replace-older", "", "Also if it is not newer than what is installed"},
        {"--key", "KEY", "Whose it has to be: a public key or a file with one", "files"},
        {"--repository", "REPOSITORY", "Of ID: whose, if several offer it"},
        {"--channel", "CHANNEL", "Of ID: not the stable one"}},
       {"offered-apps", "files"},
       Order::Anywhere,
       installBundle},
      {"import",
       "APP-ID|METADATA-FILE [--output FOLDER] [--json]\n  latchkey import APPIMAGE|DEBIAN-PACKAGE [OPTION...]\n"
       "  latchkey import --data PATH --to APP-ID[@PROFILE] [OPTION...]",
       "Bring Flatpaks, AppImages, Debian packages, and an app's settings and data along",
       IMPORT_DETAILS,
       {{"--data", "PATH...", "Copy this of your home into the app's private one; may be said again", "files"},
        {"--to", "APP-ID[@PROFILE]", "Of data: whose private home", "holders"},
        {"--replace", "", "Of data: also where it has something, which is deleted then"},
        {"--dry-run", "", "Of data: only say what would be copied"},
        {"--output", "PATH",
         "Of Flatpaks: a folder for a manifest; of packages: the bundle, which is not installed then", "files"},
        {"--key", "FILE", "Of packages: the secret key to sign with, instead of yours", "files"},
        {"--id", "ID", "Of packages: what it is called"},
        {"--name", "NAME", "Of packages: its name for people"},
        {"--version", "VERSION", "Of packages"},
        {"--allow", "CLAIM...", "Of packages: give it this that it claims, as KIND:TARGET; may be said again"},
        {"--replace-older", "", "Of packages: also if it is not newer than what is installed"},
        YES,
        JSON},
       {"flatpaks", "none"},
       Order::Anywhere,
       importApp},
      {"update",
       "[ID] [OPTION...]",
       "Install what is newer, and accept what waits",
       UPDATE_DETAILS,
       {YES,
        {"--refuse", "", "Throw away the version that waits"},
        {"--automatic", "on|off", "Whether newer versions that claim no more come by themselves", "switches"},
        {"--list", "", "List what is installed, what is newer by what is known, and what comes by itself; asks nobody"},
        JSON},
       {"bundles"},
       Order::Anywhere,
       updatePackage},
      {"remove",
       "ID [--data] [--yes]",
       "Remove an app that came from a bundle",
       REMOVE_DETAILS,
       {{"--data", "", "With its own files, in every profile"}, YES},
       {"bundles"},
       Order::Anywhere,
       removePackage},
      {"rollback",
       "ID",
       "Return to the version before",
       "Once more returns to the newer one. Programs that run go on with the version they began with.",
       {},
       {"bundles"},
       Order::Anywhere,
       rollbackPackage},
      {"verify",
       "[ID] [OPTION...]",
       "Compare what is installed with what was signed",
       VERIFY_DETAILS,
       {{"--repair", "", "Mend what can be had from other versions"},
        {"--from", "FILE", "Mend from this bundle of the same version", "files"},
        JSON},
       {"bundles"},
       Order::Anywhere,
       verifyPackages},
      {"repo",
       "create|list|sign|rotate|prune FOLDER | add FOLDER BUNDLE... | remove FOLDER ID | mirror FOLDER URL... |\n"
       "                revoke FOLDER KEY | follow URL --key KEY | unfollow REPOSITORY | followed | refresh   "
       "[OPTION...]",
       "Publish apps, and follow who does",
       REPO_DETAILS,
       {{"--key", "FILE", "Of publishing: the secret key; of follow: the public one, or the key itself", "files"},
        {"--id", "ID", "Of create: what it is called"},
        {"--next-key", "FILE", "Of create and rotate: the public key that will come next", "files"},
        {"--new-key", "FILE", "Of rotate: the secret key that was announced", "files"},
        {"--channel", "CHANNEL", "Of add and remove (default: stable)"},
        {"--for", "DURATION", "Of publishing: how long what is published is good (default: 30d)", "durations"},
        {"--older", "DURATION", "Of prune: what is younger stays (default: 7d)", "durations"},
        JSON},
       {"repo-acts", "files"},
       Order::Anywhere,
       manageRepositories},
      {"search",
       "[WORD...]",
       "Find apps in the repositories you follow",
       "Each word has to be somewhere in an app's id, name or summary, in any language. Nothing is sent to anybody.",
       {JSON},
       {},
       Order::Anywhere,
       searchRepositories},
      {"ask",
       "file|folder PATH | network HOST:PORT | service NAME [OPTION...] [-- COMMAND...]",
       "From inside: ask the person for more",
       ASK_DETAILS,
       {{"--write", "", "To read and change, not only to read"},
        {"--claim", "TEXT", "What it is for; shown as your words"},
        JSON},
       {"ask-kinds", "files"},
       Order::Anywhere,
       askPerson},
      {"help", "[COMMAND]", "Explain", "", {}, {"commands"}, Order::Anywhere, showHelp},
      {"__complete", "", "", "", {}, {}, Order::BeforeWords, completeWord},
  };
  return all;
}

bool hidden(const Command& command) { return command.name.starts_with("__"); }

std::string padded(std::string_view text, size_t width) {
  std::string out(text);
  out.append(out.size() < width ? width - out.size() : 1, ' ');
  return out;
}

std::string shownOption(const Option& option) {
  std::string out(option.name);
  if (option.value.starts_with('[')) return out + "[=" + std::string(option.value.substr(1));
  return option.value.empty() ? out : out + " " + std::string(option.value);
}

}  // namespace

const std::vector<Command>& commands() { return table(); }

const Command* findCommand(std::string_view name) {
  auto at = std::find_if(table().begin(), table().end(), [&](auto& command) { return command.name == name; });
  return at == table().end() ? nullptr : &*at;
}

std::string helpText(const Console& console) {
  std::string out =
      "Apps start with no keys. You hand them the ones they ask for, and take any of them back while they run.\n\n"
      "usage: latchkey COMMAND [OPTION...] [WORD...]\n\n";
  for (auto& command : table()) {
    if (!hidden(command))
      out += "  " + console.toned(padded(command.name, 11), Tone::Strong) + std::string(command.summary) + "\n";
  }
  return out + "\nlatchkey COMMAND --help says more of each; man latchkey all of it.\n";
}

std::string helpText(const Command& command, const Console& console) {
  std::string out = std::string(command.summary) + ".\n\nusage:\n  latchkey " + std::string(command.name) + " " +
                    std::string(command.synopsis) + "\n";
  if (!command.options.empty()) out += "\n";
  for (auto& option : command.options) {
    out += "  " + console.toned(padded(shownOption(option), 34), Tone::Strong) + std::string(option.text) + "\n";
  }
  if (!command.details.empty()) out += "\n" + std::string(command.details) + "\n";
  return out;
}

int showHelp(Call& call) {
  call.atMost(1);
  if (call.typed.words().empty()) {
    call.console.print(helpText(call.console));
    return DONE;
  }
  auto command = findCommand(call.typed.words()[0]);
  if (command == nullptr) throw UsageError("there is no command " + call.typed.words()[0]);
  call.console.print(helpText(*command, call.console));
  return DONE;
}

}  // namespace latchkey::cli
