// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/key-chain.h"

#include <algorithm>
#include <format>

#include "broker/base/numbers.h"
#include "launcher/bundle/bundle-id.h"

namespace latchkey::repository {
namespace {

constexpr const char* TITLE = "latchkey repository key 1";
constexpr size_t OWN_LINES = 5, SIGNATURE_LINES = 4;

std::variant<KeyChain, Problem> malformed() { return Problem{"the list of the repository's keys is malformed"}; }

// The next so many lines, with their ends; nothing if there are fewer.
std::optional<std::string_view> take(std::string_view& rest, size_t lines) {
  size_t end = 0;
  for (; lines > 0; --lines) {
    auto at = rest.find('\n', end);
    if (at == rest.npos) return {};
    end = at + 1;
  }
  auto taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

std::optional<KeyLink> linkOf(std::string_view text) {
  Lines lines(text);
  if (!lines.next(TITLE, 1)) return {};
  auto id = lines.next("repository", 2), generation = lines.next("generation", 2), key = lines.next("key", 2),
       next = lines.next("next", 2);
  if (!id || !generation || !key || !next || !isDottedName((*id)[1]) || !isDigest((*next)[1])) return {};
  auto number = numberFrom<uint32_t>((*generation)[1]);
  auto parsed = PublicKey::parse((*key)[1]);
  if (!number || !parsed) return {};
  KeyLink link{.id = std::string((*id)[1]), .generation = *number, .key = *parsed, .next = std::string((*next)[1])};
  return link.text() == text ? std::optional(link) : std::nullopt;
}

bool isSigned(std::string_view text, std::string_view signature, const PublicKey& key) {
  auto parsed = Signature::parse(signature);
  return parsed && parsed->isOf(key, text);
}

}  // namespace

std::string commitmentTo(const PublicKey& key) { return digestOf(key.line()); }

std::string KeyLink::text() const {
  return std::format("{}\nrepository\t{}\ngeneration\t{}\nkey\t{}\nnext\t{}\n", TITLE, id, generation, key.line(),
                     next);
}

std::string KeyLink::signedBy(const SecretKey& before, const SecretKey& own) const {
  auto all = text();
  return signedText(all, before) + own.sign(all, TITLE, "signature of a Latchkey repository");
}

std::variant<KeyChain, Problem> KeyChain::parse(std::string_view text) {
  if (text.size() > MAX_SIZE) return malformed();
  KeyChain chain;
  while (!text.empty()) {
    auto own = take(text, OWN_LINES), empty = take(text, 1), before = take(text, SIGNATURE_LINES),
         itself = take(text, SIGNATURE_LINES);
    if (!own || !empty || *empty != "\n" || !before || !itself) return malformed();
    auto link = linkOf(*own);
    if (!link || link->generation != chain.links.size() || chain.links.size() == MAX_LINKS) return malformed();
    auto* last = chain.links.empty() ? nullptr : &chain.links.back();
    if (last != nullptr && last->id != link->id) return malformed();
    if (last != nullptr && last->next != commitmentTo(link->key))
      return Problem{
          std::format("key {} of the repository is not the one that was announced for it", link->generation)};
    auto& signer = last != nullptr ? last->key : link->key;
    if (!isSigned(*own, *before, signer) || !isSigned(*own, *itself, link->key))
      return Problem{
          std::format("key {} of the repository is not signed by the key before it and by itself", link->generation)};
    chain.links.push_back(std::move(*link));
  }
  if (chain.links.empty()) return malformed();
  return chain;
}

const KeyLink* KeyChain::find(const PublicKey& key) const {
  auto at = std::ranges::find(links, key, &KeyLink::key);
  return at == links.end() ? nullptr : &*at;
}

}  // namespace latchkey::repository
