// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/head.h"

#include <algorithm>
#include <format>

#include "broker/base/numbers.h"
#include "broker/base/times.h"
#include "launcher/bundle/bundle-id.h"

namespace latchkey::repository {
namespace {

constexpr const char* TITLE = "latchkey repository 1";

std::variant<Head, Problem> malformed() { return Problem{"the head of the repository is malformed"}; }

WallTime timeOf(std::string_view text) {
  KJ_IF_MAYBE (time, parseTime(text)) return *time;
  return {};
}

}  // namespace

std::variant<Head, Problem> Head::parse(std::string_view text) {
  Head head;
  Lines lines(text);
  if (!lines.next(TITLE, 1)) return malformed();
  auto id = lines.next("repository", 2), generation = lines.next("generation", 2), version = lines.next("version", 2);
  auto issued = lines.next("issued", 2), expires = lines.next("expires", 2), catalog = lines.next("catalog", 4);
  if (!id || !generation || !version || !issued || !expires || !catalog) return malformed();
  auto generationNumber = numberFrom<uint32_t>((*generation)[1]);
  auto versionNumber = numberFrom<uint64_t>((*version)[1]);
  auto blob = Blob::of(*catalog, 1);
  if (!isDottedName((*id)[1]) || !generationNumber || !versionNumber || *versionNumber == 0 || !blob)
    return malformed();
  head.id = (*id)[1];
  head.generation = *generationNumber;
  head.version = *versionNumber;
  head.issued = timeOf((*issued)[1]);
  head.expires = timeOf((*expires)[1]);
  head.catalog = *blob;
  if (head.issued == WallTime() || head.expires <= head.issued || head.expires - head.issued > LONGEST)
    return malformed();
  while (auto mirror = lines.next("mirror", 2)) {
    if (!isLocation((*mirror)[1]) || head.mirrors.size() == MAX_MIRRORS) return malformed();
    head.mirrors.emplace_back((*mirror)[1]);
  }
  while (auto revoked = lines.next("revoked", 2)) {
    auto key = PublicKey::parse((*revoked)[1]);
    if (!key || head.revoked.size() == MAX_REVOKED) return malformed();
    head.revoked.push_back(*key);
  }
  if (!std::ranges::is_sorted(head.revoked, std::less_equal(), &PublicKey::line)) return malformed();
  if (lines.any() || head.text() != text) return malformed();
  return head;
}

std::string Head::text() const {
  auto all = std::format("{}\nrepository\t{}\ngeneration\t{}\nversion\t{}\nissued\t{}\nexpires\t{}\ncatalog\t{}\n",
                         TITLE, id, generation, version, formatTime(issued), formatTime(expires), catalog.text());
  for (auto& mirror : mirrors) all += "mirror\t" + mirror + "\n";
  for (auto& key : revoked) all += "revoked\t" + key.line() + "\n";
  return all;
}

bool Head::revokes(const PublicKey& key) const {
  // By the key itself: an id is only a name for it.
  return std::ranges::any_of(revoked, [&](auto& one) { return one.key == key.key; });
}

}  // namespace latchkey::repository
