// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/share-record.h"

#include <algorithm>

#include "broker/base/service.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t MOST_OF_ID = 64, MOST_OF_CHAIN = 16, MOST_OF_NAME = 200;

bool isId(const std::string& text) {
  return !text.empty() && text.size() <= MOST_OF_ID &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

bool isLine(const std::string& text, size_t most) { return text.size() <= most && escaped(text) == text; }

}  // namespace

std::string faultOf(const Offer& offer) {
  if (!isId(offer.id) || !isId(offer.theirs) || !isMachineId(offer.machine)) return "a malformed id";
  if (offer.kind > Kind::Window || offer.access > Access::Write || offer.state > Offer::State::Over ||
      offer.why > Offer::Why::Replaced)
    return "a number this version does not know";
  auto named = serviceFrom(offer.title);
  if (offer.title.size() > MOST_OF_TITLE || named == nullptr || !KJ_ASSERT_NONNULL(named).name.empty())
    return "a malformed title";
  if (!isLine(offer.service, MOST_OF_NAME) || offer.chain.size() > MOST_OF_CHAIN) return "a malformed description";
  for (const auto& name : offer.chain)
    if (!isLine(name, MOST_OF_NAME)) return "a malformed description";
  if (!offer.token.empty() && offer.token.size() != TOKEN_BYTES) return "a malformed token";
  return {};
}

}  // namespace latchkey
