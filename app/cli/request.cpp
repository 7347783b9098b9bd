// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey request`: asks the person of another machine for something of theirs.

#include <kj/debug.h>

#include "app/cli/choose.h"
#include "app/cli/names.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using State = schema::WishInfo::State;

schema::Kind kindFrom(const std::string& word) {
  for (auto kind : {schema::Kind::FOLDER, schema::Kind::FILE, schema::Kind::SERVICE, schema::Kind::NETWORK})
    if (word == nameOf(kind)) return kind;
  throw UsageError("KIND is one of: folder, file, service, network");
}

bool hasPlace(schema::Kind kind) { return kind == schema::Kind::FILE || kind == schema::Kind::FOLDER; }

void jsonWish(JsonArray& json, schema::WishInfo::Reader wish) {
  json.object()
      .field("id", text(wish.getId()))
      .field("machine", text(wish.getMachine()))
      .field("name", text(wish.getMachineName()))
      .field("kind", nameOf(wish.getKind()))
      .field("target", text(wish.getName()))
      .field("access", nameOf(wish.getAccess()))
      .field("claim", text(wish.getClaim()))
      .field("seconds", static_cast<int64_t>(wish.getSeconds()))
      .flag("always", wish.getAlways())
      .field("since", timeText(wish.getSince()))
      .field("state", nameOf(wish.getState()))
      .field("why", text(wish.getWhy()))
      .field("decided", timeText(wish.getDecided()))
      .field("offer", text(wish.getOffer()))
      .field("grant", text(wish.getGrant()))
      .field("place", bytes(wish.getPlace()));
}

void readLength(Call& call, schema::WishInfo::Builder wish) {
  auto word = call.typed.value("--for");
  if (word.empty()) return;
  capnp::MallocMessageBuilder message;
  auto lifetime = message.initRoot<schema::Lifetime>();
  readLifetime(word, call.clock, lifetime);
  if (lifetime.isOnce() || lifetime.isRun())
    throw UsageError("a machine is no running program: ask for a time (8h, 7d), or for always");
  if (lifetime.isAlways()) return wish.setAlways(true);
  auto left = lifetime.getUntil() - toNanos(call.clock.wall());
  wish.setSeconds(static_cast<uint64_t>(std::max<int64_t>(left / 1'000'000'000, 1)));
}

int listWishes(Call& call) {
  call.atMost(0);
  auto answer = sharing(call).wishesRequest().send().wait(call.link.waits());
  if (call.json()) {
    JsonArray json;
    for (auto wish : answer.getList()) jsonWish(json, wish);
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"ID", "ASKED", "FOR", "STATE", "SINCE", "WHY"});
  for (auto wish : answer.getList()) {
    auto name = text(wish.getName());
    table.row({{text(wish.getId()).substr(0, 8), Tone::Faint},
               {text(wish.getMachineName()), Tone::Strong},
               {nameOf(wish.getKind()) + (name.empty() ? "" : " " + name)},
               {nameOf(wish.getState())},
               {agoText(wish.getSince(), call.clock)},
               {text(wish.getWhy())}});
  }
  call.console.print(table.empty() ? "No machine was asked for anything.\n" : table.text(call.console));
  return DONE;
}

int withdraw(Call& call) {
  call.atMost(0);
  auto known = sharing(call).wishesRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto wish : known.getList()) ids.push_back(text(wish.getId()));
  auto ask = sharing(call).takeBackRequest();
  ask.setWish(chooseId("request", call.typed.value("--withdraw"), ids));
  ask.send().wait(call.link.waits());
  return DONE;
}

// What came of it: the place of files, and of anything else the offer that an app can be given.
int report(Call& call, schema::WishInfo::Reader wish) {
  bool given = wish.getState() == State::GIVEN;
  if (call.json()) {
    JsonArray json;
    jsonWish(json, wish);
    call.console.print(json.finish());
    return given ? DONE : FAILED;
  }
  if (given) {
    bool files = hasPlace(wish.getKind());
    call.console.print((files ? escaped(bytes(wish.getPlace())) : text(wish.getOffer())) + "\n");
    return DONE;
  }
  switch (wish.getState()) {
    case State::DECLINED: Console::complain("not given"); break;
    case State::WITHDRAWN: Console::complain("withdrawn"); break;
    default: Console::complain(text(wish.getWhy())); break;
  }
  return FAILED;
}

}  // namespace

int requestFrom(Call& call) {
  if (call.typed.has("--withdraw")) return withdraw(call);
  if (call.typed.words().empty()) return listWishes(call);
  call.atMost(2);
  bool waits = !call.typed.has("--no-wait");
  if (!waits && call.typed.has("--wait")) throw UsageError("say --wait or --no-wait");
  auto machine = chooseMachine(call, call.word(0, "MACHINE"));
  auto ask = sharing(call).askRequest();
  auto wish = ask.initWish();
  wish.setMachine(machine);
  wish.setKind(kindFrom(call.word(1, "KIND")));
  if (!hasPlace(wish.getKind()) && call.typed.has("--access")) throw UsageError("--access is for a file or a folder");
  wish.setAccess(chosen<schema::Access>("--access", call.typed.value("--access", "read")));
  for (auto option : {"--name", "--reason"})
    if (!isUtf8(call.typed.value(option))) throw UsageError(std::string(option) + " is not text");
  wish.setName(call.typed.value("--name"));
  wish.setClaim(call.typed.value("--reason"));
  readLength(call, wish);
  ask.setKeep(!waits);
  // Held while we wait: who is ended withdraws.
  auto begun = ask.send().wait(call.link.waits());
  if (!waits) {
    if (!call.json()) call.console.print(text(begun.getWish()) + "\n");
    else {
      JsonArray json;
      json.object().field("id", text(begun.getWish()));
      call.console.print(json.finish());
    }
    return DONE;
  }
  auto wait = sharing(call).waitRequest();
  wait.setWish(begun.getWish());
  auto answer = wait.send().wait(call.link.waits());
  return report(call, answer.getWish());
}

}  // namespace latchkey::cli
