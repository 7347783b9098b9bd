// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Rules from another machine: refused with one printable line that says where, or rules that can be written again and
// say the same.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "app/rules/rules-file.h"
#include "broker/base/text.h"

using namespace latchkey;

namespace {
void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto file = parseRules({reinterpret_cast<const char*>(data), size});
  if (!file.fault.empty()) {
    require(file.rules.empty(), "a faulty file that says something all the same");
    require(file.fault.starts_with("line ") || file.fault.starts_with("it is "), "a fault without a place");
    require(escaped(file.fault) == file.fault, "a fault that cannot be shown");
    return 0;
  }
  for (auto& rule : file.rules) {
    require(escaped(rule.app) == rule.app && escaped(rule.place) == rule.place &&
                escaped(rule.network) == rule.network && escaped(rule.listen) == rule.listen,
            "a text that can deceive");
    require((rule.place + "/").find("/../") == std::string::npos, "a place that leads upwards");
    require(faultOf(rule).empty(), "a rule that is none");
  }
  auto again = parseRules(writeRules(file.rules));
  require(again.fault.empty() && again.rules.size() == file.rules.size(), "what was written cannot be read");
  require(writeRules(again.rules) == writeRules(file.rules), "what was written says something else");
  return 0;
}
