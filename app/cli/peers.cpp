// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey peer`: other computers - how they come to be known, what connects with them, and how they are forgotten.

#include <kj/debug.h>
#include <unistd.h>

#include <algorithm>

#include "app/cli/choose.h"
#include "app/cli/command.h"
#include "app/cli/names.h"
#include "app/cli/stdio-pipe.h"
#include "app/cli/table.h"
#include "app/cli/tty-presenter.h"
#include "app/cli/tty-words.h"
#include "broker/base/descriptor.h"
#include "broker/base/json.h"
#include "broker/base/numbers.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

using State = schema::MachineInfo::State;

schema::Machines::Client machinesOf(Call& call) {
  return call.link.person().machinesRequest().send().wait(call.link.waits()).getMachines();
}

auto listed(Call& call) { return machinesOf(call).listRequest().send().wait(call.link.waits()); }

std::string nameOfMachine(Call& call, const std::string& id) {
  auto answer = listed(call);
  for (auto machine : answer.getList()) {
    if (text(machine.getId()) == id) return escaped(text(machine.getPetname()));
  }
  return id;
}

std::string stateWords(schema::MachineInfo::Reader machine) {
  switch (machine.getState()) {
    case State::OFFLINE: return "offline";
    case State::CONNECTING: return "connecting";
    case State::CONNECTED: return "connected";
    case State::REFUSED: return "does not know this computer any more";
    case State::KEY_CHANGED: return "another machine answers in its place";
    case State::TOO_OLD: return "speaks another version";
    case State::BLOCKED: return "blocked";
  }
  return "offline";
}

void say(Call& call, const std::string& line) { call.console.print(line + "\n"); }

// --- seeing

int listMachines(Call& call) {
  call.atMost(1);
  auto answer = listed(call);
  if (call.json()) {
    JsonArray json;
    for (auto machine : answer.getList()) {
      json.object()
          .field("id", text(machine.getId()))
          .field("name", text(machine.getPetname()))
          .field("state", nameOf(machine.getState()))
          .field("paired", timeText(machine.getPaired()))
          .field("seen", timeText(machine.getSeen()))
          .field("route", text(machine.getRoute()))
          .field("shared", static_cast<int64_t>(machine.getShared()))
          .field("offered", static_cast<int64_t>(machine.getOffered()));
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"MACHINE", "STATE", "SEEN", "BY", "ID"});
  for (auto machine : answer.getList()) {
    bool up = machine.getState() == State::CONNECTED;
    table.row({{text(machine.getPetname()), Tone::Strong},
               {stateWords(machine), up ? Tone::Good : Tone::Plain},
               {machine.getSeen() == 0 ? "never" : agoText(machine.getSeen(), call.clock)},
               {text(machine.getRoute())},
               {text(machine.getId()).substr(0, 8), Tone::Faint}});
  }
  call.console.print(table.empty()
                         ? "No other computer is known. `latchkey peer invite` or `latchkey peer add` begins.\n"
                         : table.text(call.console));
  auto trouble = text(answer.getSelf().getTrouble());
  if (!trouble.empty()) Console::complain(trouble);
  return DONE;
}

int listInvitations(Call& call) {
  auto& words = call.typed.words();
  auto machines = machinesOf(call);
  auto answer = machines.invitationsRequest().send().wait(call.link.waits());
  if (words.size() > 1 && words[1] == "cancel") {
    call.word(2, "INVITATION");
    std::vector<std::string> ids;
    for (auto one : answer.getList()) ids.push_back(text(one.getId()));
    for (size_t i = 2; i < words.size(); ++i) {
      auto cancel = machines.cancelInvitationRequest();
      cancel.setId(ptr(chooseId("invitation", words[i], ids)));
      cancel.send().wait(call.link.waits());
    }
    return DONE;
  }
  call.atMost(1);
  if (call.json()) {
    JsonArray json;
    for (auto one : answer.getList()) {
      json.object()
          .field("id", text(one.getId()))
          .field("made", timeText(one.getMade()))
          .field("until", timeText(one.getUntil()))
          .field("used", timeText(one.getUsed()))
          .field("by", text(one.getBy()));
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"INVITATION", "MADE", "GOOD UNTIL", "USED", "BY"});
  for (auto one : answer.getList()) {
    table.row({{text(one.getId())},
               {agoText(one.getMade(), call.clock)},
               {timeText(one.getUntil())},
               {one.getUsed() == 0 ? "no" : agoText(one.getUsed(), call.clock)},
               {one.getUsed() == 0 ? "" : nameOfMachine(call, text(one.getBy()))}});
  }
  call.console.print(table.empty() ? "Nobody is invited.\n" : table.text(call.console));
  return DONE;
}

// --- coming to know

int invite(Call& call) {
  call.atMost(1);
  auto ask = machinesOf(call).inviteRequest();
  if (call.typed.has("--for")) {
    auto length = parseDuration(call.typed.value("--for"));
    if (length == nullptr) throw UsageError("--for takes a length such as 15m, 8h or 7d");
    ask.setSeconds(std::chrono::duration_cast<std::chrono::seconds>(KJ_ASSERT_NONNULL(length)).count());
  }
  auto answer = ask.send().wait(call.link.waits());
  auto invitation = answer.getInvitation();
  if (call.json()) {
    JsonArray json;
    json.object()
        .field("id", text(invitation.getId()))
        .field("until", timeText(invitation.getUntil()))
        .field("link", text(invitation.getLink()));
    call.console.print(json.finish());
    return DONE;
  }
  say(call, escaped(text(invitation.getLink())));
  if (call.console.columns() != 0) {
    say(call, "\nGood for one computer, once, until " + timeText(invitation.getUntil()) +
                  ". Send it by a way you trust; there:\n  latchkey peer join LINK");
  }
  return DONE;
}

void sayAdded(Call& call, const std::string& name) {
  say(call, "Added " + name + ". It can see nothing of yours yet.");
}

// With "-" from standard input: what stands on a command line, every program of this computer can read.
std::string linkFrom(const std::string& word) {
  if (word != "-") return word;
  char buffer[4096];
  std::string link;
  for (ssize_t count = 0; link.size() < sizeof buffer && (count = read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) {
    link.append(buffer, static_cast<size_t>(count));
    if (link.find('\n') != link.npos) break;
  }
  return link;
}

int join(Call& call) {
  call.atMost(2);
  auto ask = machinesOf(call).joinRequest();
  ask.setLink(ptr(linkFrom(call.word(1, "LINK"))));
  auto answer = ask.send().wait(call.link.waits());
  sayAdded(call, nameOfMachine(call, text(answer.getMachine())));
  return DONE;
}

// Waits for another computer to add this one.
int admit(Call& call, schema::WordsPresenter::Client presenter, kj::Promise<std::string> added) {
  auto machines = machinesOf(call);
  auto ask = machines.admitRequest();
  ask.setPresenter(kj::mv(presenter));
  auto handle = ask.send().wait(call.link.waits()).getHandle();
  auto own = machines.listRequest().send().wait(call.link.waits());
  auto self = own.getSelf();
  if (self.getTrouble().size() > 0) Console::complain(text(self.getTrouble()));
  std::string addresses;
  for (auto address : self.getAddresses()) addresses += "\n  latchkey peer add " + escaped(text(address));
  say(call, addresses.empty()
                ? "Waiting. This computer accepts no connections of its own: add the other one here, or use ssh."
                : "Waiting. On the other computer, type one of these:" + addresses);
  auto lost = call.link.lost().then([]() -> std::string { KJ_FAIL_REQUIRE("Latchkey's service ended meanwhile"); });
  sayAdded(call, escaped(added.exclusiveJoin(kj::mv(lost)).wait(call.link.waits())));
  return DONE;
}

int add(Call& call) {
  call.atMost(2);
  auto terminal = Terminal::ofProcess(true);
  if (terminal == nullptr)
    throw UsageError("words have to be compared: this needs a terminal. Use `latchkey peer invite`");
  auto& io = call.link.io();
  auto told = kj::newPromiseAndFulfiller<std::string>();
  auto* fulfiller = told.fulfiller.get();
  schema::WordsPresenter::Client presenter =
      kj::heap<TtyWords>(io.unixEventPort, io.provider->getTimer(), kj::mv(KJ_ASSERT_NONNULL(terminal)),
                         TtyWords::Looks{.colours = TtyPresenter::Looks::fromEnvironment().colours},
                         [fulfiller](std::string name) { fulfiller->fulfill(kj::mv(name)); });
  if (call.typed.words().size() < 2) return admit(call, kj::mv(presenter), kj::mv(told.promise));
  auto ask = machinesOf(call).addRequest();
  ask.setAddress(ptr(call.word(1, "ADDRESS")));
  ask.setPresenter(kj::mv(presenter));
  auto answer = ask.send().wait(call.link.waits());
  sayAdded(call, nameOfMachine(call, text(answer.getMachine())));
  return DONE;
}

// --- naming, forgetting, blocking

int name(Call& call) {
  call.atMost(3);
  auto ask = machinesOf(call).renameRequest();
  ask.setMachine(ptr(chooseMachine(call, call.word(1, "MACHINE"))));
  ask.setPetname(ptr(call.word(2, "NAME")));
  ask.send().wait(call.link.waits());
  return DONE;
}

int forget(Call& call) {
  call.atMost(2);
  auto ask = machinesOf(call).forgetRequest();
  ask.setMachine(ptr(chooseMachine(call, call.word(1, "MACHINE"))));
  auto answer = ask.send().wait(call.link.waits());
  printGrants(call, answer.getEnded(), "Forgotten. Nothing was shared with it.");
  return DONE;
}

int block(Call& call, bool blocked) {
  call.atMost(2);
  auto ask = machinesOf(call).blockRequest();
  ask.setMachine(ptr(chooseMachine(call, call.word(1, "MACHINE"))));
  ask.setBlocked(blocked);
  auto answer = ask.send().wait(call.link.waits());
  if (blocked) printGrants(call, answer.getEnded(), "Blocked. Nothing was shared with it.");
  return DONE;
}

// --- connecting

const char* originWords(schema::MachineRoute::Origin origin) {
  switch (origin) {
    case schema::MachineRoute::Origin::TYPED: return "you";
    case schema::MachineRoute::Origin::INVITATION: return "its invitation";
    case schema::MachineRoute::Origin::SEEN: return "it came from there";
    case schema::MachineRoute::Origin::FOUND: return "found nearby";
  }
  return "";
}

int showRoutes(Call& call, const std::string& id) {
  Table table({"ROUTE", "FROM", "TRIED", "OUTCOME"});
  auto answer = listed(call);
  for (auto machine : answer.getList()) {
    if (text(machine.getId()) != id) continue;
    for (auto route : machine.getRoutes()) {
      bool tried = route.getTried() != 0;
      auto outcome = text(route.getOutcome());
      table.row({{text(route.getText()), Tone::Strong},
                 {originWords(route.getOrigin())},
                 {tried ? agoText(route.getTried(), call.clock) : "never"},
                 {!tried            ? ""
                  : outcome.empty() ? "it worked"
                                    : outcome}});
    }
  }
  call.console.print(table.empty() ? "No route is known: it has to connect to this computer.\n"
                                   : table.text(call.console));
  return DONE;
}

int route(Call& call) {
  auto id = chooseMachine(call, call.word(1, "MACHINE"));
  auto& words = call.typed.words();
  if (words.size() == 2) return showRoutes(call, id);
  auto ask = machinesOf(call).setRoutesRequest();
  ask.setMachine(ptr(id));
  auto routes = ask.initRoutes(static_cast<unsigned>(words.size() - 2));
  for (unsigned i = 0; i < routes.size(); ++i) routes.set(i, ptr(words[i + 2]));
  ask.send().wait(call.link.waits());
  return DONE;
}

int connect(Call& call) {
  call.atMost(2);
  auto ask = machinesOf(call).connectRequest();
  ask.setMachine(ptr(chooseMachine(call, call.word(1, "MACHINE"))));
  auto answer = ask.send().wait(call.link.waits());
  auto machine = answer.getMachine();
  if (machine.getState() == State::CONNECTED) {
    say(call, "Connected, by " + escaped(text(machine.getRoute())) + ".");
    return DONE;
  }
  auto why = text(machine.getWhy());
  Console::complain("not connected: " + (why.empty() ? stateWords(machine) : why));
  return FAILED;
}

// Run by ssh for another machine. What is said here goes to it: nothing is.
int serve(Call& call) {
  call.atMost(1);
  if (!call.typed.has("--stdio")) throw UsageError("only --stdio can be served");
  auto sockets = socketPair();
  auto carrying = carryStdio(call.link.io(), kj::mv(sockets.ours));
  auto ask = machinesOf(call).serveRequest();
  ask.setSocket(descriptorOf(kj::mv(sockets.theirs)));
  ask.send().wait(call.link.waits());
  carrying.wait(call.link.waits());
  return DONE;
}

// --- this computer

int self(Call& call) {
  auto machines = machinesOf(call);
  auto answer = machines.listRequest().send().wait(call.link.waits());
  auto own = answer.getSelf();
  auto& words = call.typed.words();
  if (words.size() > 1) {
    auto set = machines.setSelfRequest();
    set.setSelf(own);
    for (size_t i = 1; i < words.size(); ++i) {
      auto equals = words[i].find('=');
      auto key = words[i].substr(0, equals);
      auto value = equals == words[i].npos ? std::string() : words[i].substr(equals + 1);
      bool isSwitch = value == "on" || value == "off";
      if (key == "name") set.getSelf().setName(ptr(value));
      else if (key == "listen" && isSwitch) set.getSelf().setListening(value == "on");
      else if (key == "port") set.getSelf().setPort(static_cast<uint16_t>(wholeNumber("port", value, UINT16_MAX)));
      else throw UsageError("this computer has name=NAME, listen=on or off, port=NUMBER");
    }
    set.send().wait(call.link.waits());
    return DONE;
  }
  std::string addresses;
  for (auto address : own.getAddresses()) addresses += (addresses.empty() ? "" : ", ") + escaped(text(address));
  if (call.json()) {
    JsonArray json;
    json.object()
        .field("id", text(own.getId()))
        .field("name", text(own.getName()))
        .flag("listen", own.getListening())
        .field("port", static_cast<int64_t>(own.getPort()))
        .field("addresses", addresses)
        .field("trouble", text(own.getTrouble()));
    call.console.print(json.finish());
    return DONE;
  }
  say(call, "name       " + escaped(text(own.getName())));
  say(call, "id         " + (own.getId().size() == 0 ? "made when it is first needed" : text(own.getId())));
  say(call, std::string("listen     ") + (own.getListening() ? "on, while there is somebody to listen for" : "off"));
  say(call, "addresses  " + (addresses.empty() ? "none at this moment" : addresses));
  if (own.getTrouble().size() > 0) say(call, "trouble    " + escaped(text(own.getTrouble())));
  return DONE;
}

}  // namespace

int managePeers(Call& call) {
  auto act = call.typed.words().empty() ? std::string("list") : call.typed.words()[0];
  if (act == "list") return listMachines(call);
  if (act == "invitations") return listInvitations(call);
  if (act == "invite") return invite(call);
  if (act == "join") return join(call);
  if (act == "add") return add(call);
  if (act == "name") return name(call);
  if (act == "forget") return forget(call);
  if (act == "block") return block(call, true);
  if (act == "unblock") return block(call, false);
  if (act == "route") return route(call);
  if (act == "connect") return connect(call);
  if (act == "serve") return serve(call);
  if (act == "self") return self(call);
  throw UsageError("there is no `peer " + brief(act, 40) + "`");
}

}  // namespace latchkey::cli
