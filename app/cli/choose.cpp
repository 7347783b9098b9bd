// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/choose.h"

#include <kj/debug.h>

#include "app/cli/names.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr size_t LEAST_BEGINNING = 4;

}  // namespace

std::string chooseId(std::string_view what, const std::string& typed, const std::vector<std::string>& known) {
  std::string found;
  for (auto& id : known) {
    if (id == typed) return id;
    if (typed.size() < LEAST_BEGINNING || !id.starts_with(typed)) continue;
    if (!found.empty()) throw UsageError("several " + std::string(what) + "s begin with " + brief(typed, 60));
    found = id;
  }
  if (found.empty()) throw UsageError("there is no " + std::string(what) + " " + brief(typed, 60));
  return found;
}

schema::Sharing::Client sharing(Call& call) { return call.link.person().sharingRequest().send().getSharing(); }

std::string chooseMachine(Call& call, const std::string& typed) {
  auto machines = call.link.person().machinesRequest().send().getMachines();
  auto answer = machines.listRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto machine : answer.getList()) {
    if (text(machine.getPetname()) == typed) return text(machine.getId());
    ids.push_back(text(machine.getId()));
  }
  return chooseId("machine", typed, ids);
}

std::string chooseInstance(Call& call, const std::string& typed) {
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto info : answer.getList()) ids.push_back(text(info.getId()));
  return chooseId("instance", typed, ids);
}

std::vector<std::string> chooseGrants(Call& call, const std::vector<std::string>& typed, bool ended) {
  if (typed.empty()) throw UsageError("GRANT is missing");
  auto ask = call.link.person().grantsRequest();
  ask.setEnded(ended);
  auto answer = ask.send().wait(call.link.waits());
  std::vector<std::string> ids, chosen;
  for (auto grant : answer.getList()) ids.push_back(text(grant.getId()));
  for (auto& word : typed) chosen.push_back(chooseId("grant", word, ids));
  return chosen;
}

std::string holderName(std::string_view app, std::string_view profile) {
  return profile.empty() ? std::string(app) : std::string(app) + "@" + std::string(profile);
}

}  // namespace latchkey::cli
