// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-doctor: what `latchkey doctor` runs. A program of its own because it looks at the compositor, whose library
// the statically linked `latchkey` cannot have.

#include <stdio.h>

#include <algorithm>
#include <string_view>

#include "broker/base/json.h"
#include "broker/base/text.h"
#include "launcher/doctor/doctor.h"

using namespace latchkey;

namespace {

std::string inJson(const std::vector<Finding>& findings) {
  JsonArray json;
  for (auto& finding : findings) {
    json.object()
        .field("id", finding.id)
        .field("title", finding.title)
        .field("state", nameOf(finding.state))
        .field("detail", finding.detail)
        .field("remedy", finding.remedy);
  }
  return json.finish();
}

const char* colourOf(Finding::State state) {
  switch (state) {
    case Finding::State::Ok: return "\x1b[32m";
    case Finding::State::Warn: return "\x1b[33m";
    case Finding::State::Fail: break;
  }
  return "\x1b[31m";
}

std::string inLines(const std::vector<Finding>& findings, bool colours) {
  std::string all;
  for (auto& finding : findings) {
    std::string state(nameOf(finding.state));
    state.resize(6, ' ');
    all += colours ? colourOf(finding.state) + state + "\x1b[0m" : state;
    all += escaped(finding.title) + ": " + escaped(finding.detail) + "\n";
    if (!finding.remedy.empty()) all += "      -> " + escaped(finding.remedy) + "\n";
  }
  return all;
}

}  // namespace

int main(int count, char** words) {
  auto said = [&](std::string_view word) { return std::find(words + 1, words + count, word) != words + count; };
  auto findings = diagnose();
  auto text = said("--json") ? inJson(findings) : inLines(findings, said("--colours"));
  if (fwrite(text.data(), 1, text.size(), stdout) != text.size() || fflush(stdout) != 0) return 125;
  return std::ranges::any_of(findings, [](auto& finding) { return finding.state == Finding::State::Fail; }) ? 1 : 0;
}
