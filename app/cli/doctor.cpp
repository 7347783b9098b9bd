// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/doctor.h"

#include <algorithm>

#include "app/cli/command.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

Tone toneOf(Finding::State state) {
  switch (state) {
    case Finding::State::Ok: return Tone::Good;
    case Finding::State::Warn: return Tone::Strong;
    case Finding::State::Fail: break;
  }
  return Tone::Bad;
}

std::string inJson(const std::vector<Finding>& findings) {
  JsonArray json;
  for (auto& finding : findings) {
    json.object().field("id", finding.id).field("title", finding.title).field("state", nameOf(finding.state))
        .field("detail", finding.detail).field("remedy", finding.remedy);
  }
  return json.finish();
}

std::string inLines(const std::vector<Finding>& findings, const Console& console) {
  std::string all;
  for (auto& finding : findings) {
    std::string state(nameOf(finding.state));
    state.resize(6, ' ');
    all += console.toned(state, toneOf(finding.state)) + escaped(finding.title) + ": " + escaped(finding.detail) + "\n";
    if (!finding.remedy.empty()) all += "      " + console.toned("-> " + escaped(finding.remedy), Tone::Faint) + "\n";
  }
  return all;
}

}  // namespace

int examine(Call& call) {
  call.atMost(0);
  auto findings = diagnose();
  call.console.print(call.json() ? inJson(findings) : inLines(findings, call.console));
  bool fails = std::ranges::any_of(findings, [](auto& finding) { return finding.state == Finding::State::Fail; });
  return fails ? FAILED : DONE;
}

}  // namespace latchkey::cli
