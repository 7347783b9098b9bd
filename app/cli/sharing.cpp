// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is shared with other machines, and what they offer.

#include <algorithm>

#include "app/cli/apps.h"
#include "app/cli/choose.h"
#include "app/cli/far-app.h"
#include "app/cli/limits.h"
#include "app/cli/names.h"
#include "app/cli/place.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

std::string stateWords(schema::OfferInfo::Reader offer, const Clock& clock) {
  switch (offer.getState()) {
    case schema::OfferInfo::State::NEW: return "new";
    case schema::OfferInfo::State::ACCEPTED:
      if (offer.getSuspended()) return "paused by its owner";
      return offer.getKind() == schema::Kind::APP ? "accepted, " + runWords(offer, clock) : "accepted";
    case schema::OfferInfo::State::DECLINED: return "declined";
    case schema::OfferInfo::State::OVER: return text(offer.getWhy());
  }
  return {};
}

std::string chooseOffer(Call& call, const std::string& word) {
  auto ask = sharing(call).offersRequest();
  auto answer = ask.send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto offer : answer.getList()) ids.push_back(text(offer.getId()));
  // By its title, where that is of one alone.
  std::vector<std::string> titled;
  for (auto offer : answer.getList())
    if (text(offer.getTitle()) == word) titled.push_back(text(offer.getId()));
  return titled.size() == 1 ? titled[0] : chooseId("offer", word, ids);
}

bool hasPlace(schema::Kind kind) { return kind == schema::Kind::FILE || kind == schema::Kind::FOLDER; }

uint64_t sizeFrom(std::string_view option, std::string word) {
  constexpr std::string_view UNITS = "KMGT";
  uint64_t factor = 1;
  if (!word.empty()) {
    auto unit = UNITS.find(word.back());
    if (unit != UNITS.npos) {
      word.pop_back();
      for (size_t i = 0; i <= unit; ++i) factor *= 1024;
    }
  }
  constexpr uint64_t MOST = uint64_t(1) << 50;
  auto number = wholeNumber(option, word, MOST);
  if (number == 0 || number > MOST / factor) throw UsageError(std::string(option) + " is a size such as 500M or 2G");
  return number * factor;
}

// A typing mistake would be an app that never starts.
void requireInstalled(const std::string& target) {
  auto app = target.substr(0, target.rfind('@'));
  for (auto& known : startableApps())
    if (known.id == app) return;
  throw UsageError(brief(app, 60) + " is no installed app: `latchkey apps` lists them");
}

template <typename Request>
void readAccess(Call& call, bool files, bool app, Request& ask) {
  if (app) {
    // There is no more and no less to an app.
    if (call.typed.value("--access", "start") != "start") throw UsageError("the only --access to an app is: start");
    return;
  }
  if (!files && call.typed.has("--access")) throw UsageError("--access is for a file, a folder or an app");
  ask.setAccess(chosen<schema::Access>("--access", call.typed.value("--access", "read")));
}

}  // namespace

int shareWith(Call& call) {
  call.atMost(3);
  auto machine = chooseMachine(call, call.word(0, "MACHINE"));
  auto& kind = call.word(1, "KIND");
  auto& target = call.word(2, "TARGET");
  if (!isUtf8(target)) throw UsageError("TARGET is not text");
  auto ask = sharing(call).shareRequest();
  ask.setMachine(machine);
  if (kind == "offer") {
    auto offers = sharing(call).offersRequest().send().wait(call.link.waits());
    auto id = chooseOffer(call, target);
    for (auto offer : offers.getList())
      if (text(offer.getId()) == id) ask.setParent(offer.getGrant());
    if (ask.getParent().size() == 0) throw UsageError("accept it first: `latchkey accept " + id + "`");
  } else {
    ask.setKind(chosen<schema::Kind>("KIND", kind));
    if (ask.getKind() == schema::Kind::APP) requireInstalled(target);
    ask.setTarget(hasPlace(ask.getKind()) ? absolutePath(target) : target);
  }
  bool files = kind != "offer" && hasPlace(ask.getKind());
  readAccess(call, files, kind == "app", ask);
  ask.setName(call.typed.value("--as"));
  readLifetime(call.typed.value("--for", "always"), call.clock, ask.initLifetime());
  auto limits = ask.initLimits();
  if (call.typed.has("--uses")) limits.setUses(usesFrom(call.typed.value("--uses")));
  if (call.typed.has("--bytes")) limits.setBytes(sizeFrom("--bytes", call.typed.value("--bytes")));
  ask.setMayPassOn(call.typed.has("--may-pass-on"));
  auto made = ask.send().wait(call.link.waits());
  call.console.print(text(made.getGrant()) + "\n");
  return DONE;
}

namespace {

void jsonRun(JsonArray& json, schema::OfferInfo::Reader offer) {
  auto run = offer.getRun();
  json.field("run", nameOf(run.getState()))
      .field("run-since", run.getSince() == 0 ? std::string() : timeText(run.getSince()))
      .field("run-code", static_cast<int64_t>(run.getCode()))
      .field("refused", text(offer.getRefused()));
}

}  // namespace

int listOffers(Call& call) {
  call.atMost(0);
  auto ask = sharing(call).offersRequest();
  ask.setOver(call.typed.has("--over"));
  auto answer = ask.send().wait(call.link.waits());
  if (call.json()) {
    JsonArray json;
    for (auto offer : answer.getList()) {
      json.object()
          .field("id", text(offer.getId()))
          .field("machine", text(offer.getMachine()))
          .field("name", text(offer.getMachineName()))
          .field("kind", nameOf(offer.getKind()))
          .field("title", text(offer.getTitle()))
          .field("access", nameOf(offer.getAccess()))
          .field("until", offer.getUntil() == 0 ? std::string() : timeText(offer.getUntil()))
          .field("state", nameOf(offer.getState()))
          .flag("suspended", offer.getSuspended())
          .field("why", text(offer.getWhy()))
          .field("since", timeText(offer.getSince()))
          .field("grant", text(offer.getGrant()))
          .flag("connected", offer.getConnected());
      if (offer.getKind() == schema::Kind::APP) jsonRun(json, offer);
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"OFFER", "FROM", "WHAT", "STATE", "SINCE"});
  for (auto offer : answer.getList()) {
    table.row({{text(offer.getId()).substr(0, 8), Tone::Strong},
               {text(offer.getMachineName())},
               {std::string(nameOf(offer.getKind())) + " " + text(offer.getTitle())},
               {stateWords(offer, call.clock)},
               {agoText(offer.getSince(), call.clock), Tone::Faint}});
  }
  call.console.print(table.empty() ? "No machine offers anything.\n" : table.text(call.console));
  return DONE;
}

namespace {

// Files have a place of their own, and an app has none.
bool needsPlace(Call& call, const std::string& id) {
  auto answer = sharing(call).offersRequest().send().wait(call.link.waits());
  for (auto offer : answer.getList())
    if (text(offer.getId()) == id) return !hasPlace(offer.getKind()) && offer.getKind() != schema::Kind::APP;
  return true;
}

}  // namespace

int acceptOffer(Call& call) {
  call.atMost(2);
  auto ask = sharing(call).acceptRequest();
  ask.setOffer(chooseOffer(call, call.word(0, "OFFER")));
  if (call.typed.words().size() > 1) {
    ask.setHolder(call.typed.words()[1]);
    if (!call.typed.has("--at") && needsPlace(call, text(ask.getOffer())))
      throw UsageError("say where the app finds it: --at NAME:PORT, such as --at db:5432");
    ask.setPlace(call.typed.value("--at"));
  } else if (call.typed.has("--at")) {
    throw UsageError("--at is for an app: OFFER APP-ID --at NAME:PORT");
  }
  auto made = ask.send().wait(call.link.waits());
  call.console.print(text(made.getGrant()) + "\n");
  return DONE;
}

int declineOffer(Call& call) {
  call.atMost(1);
  auto ask = sharing(call).declineRequest();
  ask.setOffer(chooseOffer(call, call.word(0, "OFFER")));
  ask.send().wait(call.link.waits());
  return DONE;
}

}  // namespace latchkey::cli
