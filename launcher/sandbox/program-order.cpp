// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/program-order.h"

#include <kj/debug.h>

#include "launcher/enter/protocol.h"
#include "launcher/sandbox/memory-file.h"

namespace latchkey::sandbox {

kj::AutoCloseFd asMemoryFile(const ProgramOrder& order) {
  KJ_REQUIRE(!order.arguments.empty(), "a program has at least its own name as argument");
  KJ_REQUIRE(order.limits.size() <= enter::MAX_LIMITS, "too many limits");
  std::string strings;
  auto append = [&](const std::string& text) {
    KJ_REQUIRE(text.find('\0') == text.npos, "an argument holds a NUL byte");
    strings.append(text).push_back('\0');
  };
  append(order.directory);
  append(order.program);
  for (auto& argument : order.arguments) append(argument);

  enter::OrderHeader header{};
  header.size = static_cast<uint32_t>(sizeof header + strings.size());
  header.arguments = static_cast<uint32_t>(order.arguments.size());
  header.terminal = order.terminal ? 1 : 0;
  for (auto& [resource, value] : order.limits) {
    header.limit[header.limits++] = {.resource = static_cast<uint32_t>(resource), .unused = 0, .value = value};
  }
  return memoryFile("order", std::string(reinterpret_cast<const char*>(&header), sizeof header) + strings);
}

}  // namespace latchkey::sandbox
