// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/claims.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "broker/base/destination.h"
#include "broker/base/where.h"

namespace latchkey::store {
namespace {

using State = schema::ClaimChange::State;

std::string textOf(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

template <typename From>
void takeReasons(From from, Claim& claim) {
  claim.reason = textOf(from.getReason());
  for (auto words : from.getReasons()) claim.reasons.emplace_back(textOf(words.getLanguage()), textOf(words.getText()));
}

// Clean: absolute, single slashes, no "." and no slash at the end. Empty: has steps up, and leads who knows where.
std::string cleaned(std::string_view path) {
  std::string clean;
  for (size_t start = 0; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return {};
    clean += "/";
    clean += part;
  }
  return clean.empty() ? "/" : clean;
}

bool hasVariable(std::string_view text) { return text.find('$') != text.npos; }
bool isPattern(std::string_view text) { return text.find_first_of("*?[") != text.npos; }

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

// As destinations are written, but in any case, and with a dot at the end of the host.
kj::Maybe<Destination> destinationOf(std::string_view target) {
  auto text = lowerCase(target);
  while (text.starts_with(' ')) text.erase(0, 1);
  while (text.ends_with(' ')) text.pop_back();
  if (!text.starts_with('[')) {
    auto end = std::min(text.find_first_of(":/@"), text.size());
    if (end > 1 && text[end - 1] == '.') text.erase(end - 1, 1);
  }
  return destinationFrom(text);
}

bool coversNetwork(const Claim& outer, const Claim& inner) {
  KJ_IF_MAYBE (wide, destinationOf(outer.target)) {
    KJ_IF_MAYBE (narrow, destinationOf(inner.target)) return wide->covers(*narrow);
  }
  return outer.target == inner.target;
}

struct Limit {
  std::string what;
  uint64_t value = 0;
};

std::optional<Limit> limitOf(std::string_view target) {
  auto is = target.find('=');
  if (is == target.npos) return {};
  Limit limit{.what = std::string(target.substr(0, is))};
  auto* end = target.data() + target.size();
  auto read = std::from_chars(target.data() + is + 1, end, limit.value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(limit) : std::nullopt;
}

bool coversLimit(const Claim& outer, const Claim& inner) {
  auto wide = limitOf(outer.target), narrow = limitOf(inner.target);
  return wide && narrow && wide->what == narrow->what &&
         (wide->value == narrow->value || (wide->value != 0 && narrow->value != 0 && wide->value >= narrow->value));
}

// That there is no limit, where it says nothing new.
bool saysNothing(const ClaimDifference& difference, bool first) {
  if (difference.claim.kind != "limit") return false;
  auto limit = limitOf(difference.claim.target);
  return limit && limit->value == 0 &&
         (difference.state == State::SAME || difference.state == State::GONE ||
          (first && difference.state == State::NEW));
}

bool isAboutFiles(std::string_view kind) { return kind == "file" || kind == "folder"; }

}  // namespace

std::vector<Claim> claimsOf(schema::BundleReport::Reader report) {
  std::vector<Claim> claims;
  for (auto from : report.getClaims()) {
    Claim claim{.kind = textOf(from.getKind()), .target = textOf(from.getTarget()), .access = textOf(from.getAccess())};
    takeReasons(from, claim);
    claims.push_back(std::move(claim));
  }
  auto add = [&](const char* kind, std::string target) {
    claims.push_back({.kind = kind, .target = std::move(target)});
  };
  if (report.getOwnSandboxes()) add("ability", "own-sandboxes");
  if (report.getGpu()) add("ability", "gpu");
  if (report.getNeedsX()) add("ability", "needs-x11");
  // Always all three: that there is no limit any more is more, too.
  add("limit", "memory=" + std::to_string(report.getMemoryLimit()));
  add("limit", "processes=" + std::to_string(report.getProcessLimit()));
  add("limit", "cpu=" + std::to_string(report.getCpuPercent()));
  for (auto slot : report.getNeeds()) {
    Claim claim{.kind = "slot", .target = textOf(slot.getName()) + ":" + textOf(slot.getKind())};
    takeReasons(slot, claim);
    claims.push_back(std::move(claim));
  }
  return claims;
}

ClaimOrder::ClaimOrder(std::vector<std::string> homes) {
  for (auto& home : homes) {
    auto clean = home.starts_with('/') ? cleaned(home) : std::string();
    // Whose home is everything, or nothing, has no home: "/" and "~" would be one place.
    if (clean.size() > 1 && std::ranges::find(m_homes, clean) == m_homes.end()) m_homes.push_back(clean);
  }
}

// A place as the first name of home knows it; empty if nobody can say which it is.
std::string ClaimOrder::place(std::string_view target) const {
  if (hasVariable(target)) return {};
  std::string path;
  if (target == "~" || target.starts_with("~/")) {
    if (m_homes.empty()) return {};
    auto rest = cleaned(target.substr(1));
    if (rest.empty()) return {};
    return rest == "/" ? m_homes[0] : m_homes[0] + rest;
  }
  if (!target.starts_with('/')) return {};
  path = cleaned(target);
  for (auto& home : m_homes) {
    if (path == home) return m_homes[0];
    if (path.starts_with(home + "/")) return m_homes[0] + path.substr(home.size());
  }
  return path;
}

bool ClaimOrder::coversFile(const Claim& outer, const Claim& inner) const {
  auto wide = place(outer.target), narrow = place(inner.target);
  if (wide.empty() || narrow.empty()) return outer.kind == inner.kind && outer.target == inner.target;
  if (outer.kind == "file" && inner.kind == "folder") return false;
  // In a folder's name a star is a star.
  auto shapeOf = [](const Claim& claim, const std::string& path) {
    if (claim.kind == "folder") return Shape::Tree;
    return isPattern(path.substr(path.rfind('/') + 1)) ? Shape::Pattern : Shape::Exact;
  };
  auto outerShape = shapeOf(outer, wide), innerShape = shapeOf(inner, narrow);
  // Of patterns the text alone is compared, and one that is malformed is none.
  if (outerShape == Shape::Pattern &&
      (innerShape == Shape::Pattern || !faultOfPattern(wide.substr(wide.rfind('/') + 1)).empty()))
    return wide == narrow;
  return contains({.shape = outerShape, .path = wide}, {.shape = innerShape, .path = narrow});
}

bool ClaimOrder::covers(const Claim& outer, const Claim& inner) const {
  if (inner.access != outer.access && !(outer.access == "write" && inner.access == "read")) return false;
  if (isAboutFiles(outer.kind) && isAboutFiles(inner.kind)) return coversFile(outer, inner);
  if (outer.kind != inner.kind) return false;
  if (outer.kind == "network") return coversNetwork(outer, inner);
  if (outer.kind == "limit") return coversLimit(outer, inner);
  return outer.target == inner.target;
}

std::vector<ClaimDifference> ClaimOrder::compare(const std::vector<Claim>& before,
                                                 const std::vector<Claim>& now) const {
  std::vector<ClaimDifference> differences;
  std::vector<bool> answered(before.size(), false);
  for (auto& claim : now) {
    ClaimDifference difference{.state = State::NEW, .claim = claim};
    for (size_t i = 0; i < before.size(); ++i) {
      bool within = covers(before[i], claim), beyond = covers(claim, before[i]);
      if (!within && !beyond) continue;
      answered[i] = true;
      auto state = within ? (beyond ? State::SAME : State::NARROWER) : State::WIDER;
      // The same thing, if it is there; else what it lies in; else what it grew from.
      auto rank = [](State one) {
        return one == State::SAME ? 0 : one == State::NARROWER ? 1 : one == State::WIDER ? 2 : 3;
      };
      if (rank(state) >= rank(difference.state)) continue;
      difference.state = state;
      difference.before = state == State::SAME ? Claim{} : before[i];
    }
    differences.push_back(std::move(difference));
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (!answered[i]) differences.push_back({.state = State::GONE, .claim = before[i]});
  }
  std::erase_if(differences, [&](auto& one) { return saysNothing(one, before.empty()); });
  return differences;
}

bool asksMore(const std::vector<ClaimDifference>& differences) {
  return std::ranges::any_of(differences,
                             [](auto& one) { return one.state == State::NEW || one.state == State::WIDER; });
}

namespace {

void writeOne(const Claim& claim, schema::BundleReport::Claim::Builder to) {
  to.setKind(claim.kind.c_str());
  to.setTarget(claim.target.c_str());
  to.setAccess(claim.access.c_str());
  to.setReason(claim.reason.c_str());
  auto reasons = to.initReasons(static_cast<unsigned>(claim.reasons.size()));
  for (unsigned i = 0; i < reasons.size(); ++i) {
    reasons[i].setLanguage(claim.reasons[i].first.c_str());
    reasons[i].setText(claim.reasons[i].second.c_str());
  }
}

}  // namespace

void write(const std::vector<ClaimDifference>& differences, capnp::List<schema::ClaimChange>::Builder to) {
  for (unsigned i = 0; i < to.size(); ++i) {
    auto& one = differences[i];
    to[i].setState(one.state);
    writeOne(one.claim, to[i].initClaim());
    if (one.state == State::WIDER || one.state == State::NARROWER) writeOne(one.before, to[i].initBefore());
  }
}

}  // namespace latchkey::store
