// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/limits.h"

#include <algorithm>

#include "app/cli/names.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

struct Limit {
  const char* option;
  const char* per;
  uint64_t (schema::Limits::Reader::*get)() const;
  void (schema::Limits::Builder::*set)(uint64_t);
};
constexpr Limit LIMITS[] = {
    {"--rate", " a second", &schema::Limits::Reader::getBytesPerSecond, &schema::Limits::Builder::setBytesPerSecond},
    {"--bytes-a-day", " a day", &schema::Limits::Reader::getBytesPerDay, &schema::Limits::Builder::setBytesPerDay},
    {"--bytes", " in all", &schema::Limits::Reader::getBytes, &schema::Limits::Builder::setBytes},
};

}  // namespace

bool saysLimits(const Call& call) {
  return std::ranges::any_of(LIMITS, [&](auto& limit) { return call.typed.has(limit.option); });
}

void requireNetwork(const Call& call, schema::Kind kind) {
  bool isNetwork = kind == schema::Kind::NETWORK || kind == schema::Kind::LISTEN;
  if (saysLimits(call) && !isNetwork) throw UsageError("--rate, --bytes and --bytes-a-day are for the network");
}

uint64_t usesFrom(const std::string& word) {
  auto uses = wholeNumber("--uses", word, 1'000'000'000);
  if (uses == 0) throw UsageError("--uses is at least 1");  // To the broker, 0 is no limit.
  return uses;
}

void changeLimits(const Call& call, schema::Limits::Builder limits) {
  for (auto& limit : LIMITS) {
    if (!call.typed.has(limit.option)) continue;
    auto text = call.typed.value(limit.option);
    uint64_t bytes = 0;
    if (text != "none") {
      KJ_IF_MAYBE (some, parseBytes(text)) bytes = *some;
      else throw UsageError(std::string(limit.option) + " is a number of bytes (200000, 500K, 20M, 1G), or none");
    }
    (limits.*limit.set)(bytes);
  }
}

std::string limitWords(schema::Limits::Reader limits, std::string_view between) {
  std::string words;
  for (auto& limit : LIMITS) {
    auto bytes = (limits.*limit.get)();
    if (bytes == 0) continue;
    if (!words.empty()) words += between;
    words += formatBytes(bytes) + limit.per;
  }
  return words;
}

}  // namespace latchkey::cli
