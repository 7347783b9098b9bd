// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/follower.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <format>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/numbers.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::repository {
namespace {

constexpr const char* TITLE = "latchkey followed repository 1";
constexpr const char* CONTACT_TITLE = "latchkey contact 1";
constexpr size_t MAX_CONTACT = 8 << 10, LONGEST_PROBLEM = 1000;
constexpr size_t MAX_STATE = Head::MAX_SIZE + (8 << 10);
constexpr Duration SKEW = std::chrono::hours(24);  // By so much the clocks of publisher and reader may differ.

std::variant<std::string, Problem> fetchSmall(const char* path, size_t most, const std::string& location,
                                              const Reach& reach) {
  std::string bytes;
  Piece piece{.path = path, .size = most, .kind = Piece::Kind::UpTo};
  auto problem = reach.fetcher.fetch(location, {&piece, 1}, [&](size_t, std::string_view more) {
    bytes += more;
    return true;
  });
  if (problem) return *problem;
  return bytes;
}

std::string contactPath(const std::string& folder) { return folder + "/contact"; }

// Nanoseconds; a time that makes no sense is none.
std::optional<WallTime> momentOf(const std::optional<std::vector<std::string_view>>& line) {
  auto nanos = line ? numberFrom<int64_t>((*line)[1]) : std::nullopt;
  return nanos && *nanos >= 0 ? std::optional(fromNanos(*nanos)) : std::nullopt;
}

std::string statePath(const std::string& folder) { return folder + "/state"; }

}  // namespace

std::variant<std::string, Problem> fetchBlob(const Blob& blob, const std::string& location, const Reach& reach) {
  std::string bytes;
  Piece piece{.path = blob.path(), .size = blob.packed, .kind = Piece::Kind::File};
  auto problem = reach.fetcher.fetch(location, {&piece, 1}, [&](size_t, std::string_view more) {
    bytes += more;
    return true;
  });
  if (problem) return *problem;
  auto text = reach.packer.unpack(bytes, blob.size);
  if (!text || digestOf(*text) != blob.digest)
    return Problem{brief(location, 200) + " has something else than what was published"};
  return std::move(*text);
}

std::vector<std::string> Follower::locations() const {
  std::vector<std::string> all{m_location};
  for (auto& mirror : m_head.mirrors) {
    if (std::ranges::find(all, mirror) == all.end()) all.push_back(mirror);
  }
  return all;
}

std::variant<Follower, Problem> Follower::follow(std::string folder, std::string location, const PublicKey& key,
                                                 const Reach& reach) {
  if (!isLocation(location)) return Problem{"a repository is a folder (/...) or begins with https://; this is neither"};
  Follower follower(std::move(folder), std::move(location));
  auto keys = fetchSmall("keys", KeyChain::MAX_SIZE, follower.m_location, reach);
  if (auto problem = std::get_if<Problem>(&keys)) return *problem;
  auto chain = KeyChain::parse(std::get<std::string>(keys));
  if (auto problem = std::get_if<Problem>(&chain)) return *problem;
  auto link = std::get<KeyChain>(chain).find(key);
  if (link == nullptr) return Problem{"the repository belongs to somebody else: its keys are not the one you named"};
  follower.m_key = *link;
  bool fresh = access(follower.m_folder.c_str(), F_OK) != 0;
  ensureOwnDirectory(follower.m_folder);
  auto news = follower.refreshFrom(follower.m_location, reach);
  if (auto problem = std::get_if<Problem>(&news)) {
    if (fresh) rmdir(follower.m_folder.c_str());
    return *problem;
  }
  follower.note({}, reach.clock);
  return follower;
}

std::variant<Follower, Problem> Follower::load(std::string folder) {
  Problem damaged{"what is known of a repository is damaged: unfollow it, and follow it again", Problem::Kind::Local};
  std::string text;
  KJ_IF_MAYBE (found, tryReadFile(statePath(folder), MAX_STATE)) text = *found;
  else return damaged;
  auto split = SignedText::of(text);
  if (!split) return damaged;
  Lines lines(split->text);
  auto title = lines.next(TITLE, 1), location = lines.next("location", 2), id = lines.next("repository", 2),
       generation = lines.next("generation", 2), key = lines.next("key", 2), next = lines.next("next", 2);
  if (!title || !location || !id || !generation || !key || !next || lines.any() || !isLocation((*location)[1]))
    return damaged;
  auto number = numberFrom<uint32_t>((*generation)[1]);
  auto parsed = PublicKey::parse((*key)[1]);
  auto head = SignedText::of(split->signature);
  if (!number || !parsed || !head || !head->isOf(*parsed)) return damaged;
  auto read = Head::parse(head->text);
  if (std::get_if<Problem>(&read) != nullptr) return damaged;
  Follower follower(std::move(folder), std::string((*location)[1]));
  follower.m_key = {
      .id = std::string((*id)[1]), .generation = *number, .key = *parsed, .next = std::string((*next)[1])};
  follower.m_head = std::move(std::get<Head>(read));
  follower.m_headFile = split->signature;
  follower.m_seen = true;
  return follower;
}

void Follower::save() const {
  auto text = std::format("{}\nlocation\t{}\nrepository\t{}\ngeneration\t{}\nkey\t{}\nnext\t{}\n\n", TITLE, m_location,
                          m_key.id, m_key.generation, m_key.key.line(), m_key.next);
  replaceFile(statePath(m_folder), text + m_headFile);
}

std::variant<KeyLink, Problem> Follower::signerOf(const Head& head, const std::string& location,
                                                  const Reach& reach) const {
  if (head.generation == m_key.generation && m_seen) return m_key;
  if (head.generation < m_key.generation) {
    return Problem{
        std::format("the repository shows an old state: it is signed by its key {}, which key {} has replaced",
                    head.generation, m_key.generation)};
  }
  auto keys = fetchSmall("keys", KeyChain::MAX_SIZE, location, reach);
  if (auto problem = std::get_if<Problem>(&keys)) return *problem;
  auto parsed = KeyChain::parse(std::get<std::string>(keys));
  if (auto problem = std::get_if<Problem>(&parsed)) return *problem;
  auto& links = std::get<KeyChain>(parsed).links;
  // The key that is known must stand in it as it did, and so does what it said of the next.
  if (m_key.generation >= links.size() || links[m_key.generation].text() != m_key.text())
    return Problem{"the repository has changed its keys in a way that the key you know did not allow"};
  if (head.generation >= links.size()) return Problem{"the repository is signed by a key that is not in its list"};
  if (head.generation + 1 < links.size())
    return Problem{std::format("the repository shows an old state: it is signed by its key {}, which has been replaced",
                               head.generation)};
  return links[head.generation];
}

std::optional<Problem> Follower::objectionTo(const Head& head, const KeyLink& signer, const Clock& clock) const {
  if (head.id != signer.id)
    return Problem{"this is another repository, " + brief(head.id, 100) + " instead of " + brief(signer.id, 100)};
  auto now = clock.wall();
  if (head.issued > now + SKEW) {
    return Problem{"the repository was signed at " + formatTime(head.issued) +
                       ", which is yet to come: is this computer's clock right?",
                   Problem::Kind::Local};
  }
  if (head.expires <= now) {
    return Problem{"the repository is out of date since " + formatTime(head.expires) +
                   ": either nobody looks after it, or somebody holds back what is new"};
  }
  if (!m_seen || signer.generation > m_key.generation) return {};
  // Of one key.
  if (head.version < m_head.version) {
    return Problem{std::format("the repository shows an old state, number {}; number {} has been seen", head.version,
                               m_head.version)};
  }
  if (head.version == m_head.version && head.text() != m_head.text())
    return Problem{std::format("the repository shows two different states under the number {}", head.version)};
  if (head.issued < m_head.issued) return Problem{"the repository shows an old state under a new number"};
  return {};
}

std::optional<Problem> Follower::fetchCatalog(const Head& head, const std::string& location, const Reach& reach) const {
  auto text = fetchBlob(head.catalog, location, reach);
  if (auto problem = std::get_if<Problem>(&text)) return *problem;
  auto parsed = Catalog::parse(std::get<std::string>(text));
  if (auto problem = std::get_if<Problem>(&parsed)) return *problem;
  if (std::get<Catalog>(parsed).repository != head.id) return Problem{"the catalog is of another repository"};
  replaceFile(catalogPath(head), std::get<std::string>(text));
  return {};
}

std::variant<Follower::News, Problem> Follower::refreshFrom(const std::string& location, const Reach& reach) {
  auto fetched = fetchSmall("head", Head::MAX_SIZE, location, reach);
  if (auto problem = std::get_if<Problem>(&fetched)) return *problem;
  auto& file = std::get<std::string>(fetched);
  auto split = SignedText::of(file);
  if (!split) return Problem{"this is no repository, or its head is cut off"};
  // Which key to check with stands in what is to be checked; it is a number, and only leads to keys of the chain.
  auto parsed = Head::parse(split->text);
  if (auto problem = std::get_if<Problem>(&parsed)) return *problem;
  auto& head = std::get<Head>(parsed);
  auto signer = signerOf(head, location, reach);
  if (auto problem = std::get_if<Problem>(&signer)) return *problem;
  auto& link = std::get<KeyLink>(signer);
  if (!split->isOf(link.key)) return Problem{"the repository is not signed by its key: somebody has changed it"};
  if (auto problem = objectionTo(head, link, reach.clock)) return *problem;
  bool changed = !m_seen || head.catalog != m_head.catalog || access(catalogPath(head).c_str(), F_OK) != 0;
  if (changed) {
    if (auto problem = fetchCatalog(head, location, reach)) return *problem;
  }
  if (!m_seen || file != m_headFile) {
    auto before = m_seen && changed ? catalogPath(m_head) : std::string();
    m_key = link;
    m_head = std::move(head);
    m_headFile = file;
    m_seen = true;
    save();
    if (!before.empty() && before != catalogPath(m_head)) unlink(before.c_str());
  }
  return changed ? News::Changed : News::Nothing;
}

std::variant<Follower::News, Problem> Follower::refresh(const Reach& reach) {
  std::optional<Problem> first;
  for (auto& location : locations()) {
    auto news = refreshFrom(location, reach);
    auto problem = std::get_if<Problem>(&news);
    if (problem == nullptr) {
      note({}, reach.clock);
      return news;
    }
    if (!first) first = *problem;
  }
  note(first, reach.clock);
  return *first;
}

// Only for show, and for when to ask again: a disk that takes nothing is no reason not to believe what came.
void Follower::note(const std::optional<Problem>& problem, const Clock& clock) const {
  auto now = clock.wall();
  auto reached = problem ? contact().reached : now;
  auto text = std::format("{}\nreached\t{}\nasked\t{}\nproblem\t{}\n", CONTACT_TITLE, toNanos(reached), toNanos(now),
                          problem ? brief(problem->reason, LONGEST_PROBLEM) : "");
  auto failure = kj::runCatchingExceptions([&] { replaceFile(contactPath(m_folder), text); });
  KJ_IF_MAYBE (exception, failure) logWarning(latchkey::reason(*exception));
}

Contact Follower::contact() const {
  std::string text;
  KJ_IF_MAYBE (found, tryReadFile(contactPath(m_folder), MAX_CONTACT)) text = *found;
  Lines lines(text);
  if (!lines.next(CONTACT_TITLE, 1)) return {};
  auto reached = momentOf(lines.next("reached", 2)), asked = momentOf(lines.next("asked", 2));
  auto problem = lines.next("problem", 2);
  if (!reached || !asked || !problem || lines.any()) return {};
  return {.reached = *reached, .asked = *asked, .problem = brief((*problem)[1], LONGEST_PROBLEM)};
}

std::optional<Problem> Follower::staleness(const Clock& clock) const {
  auto now = clock.wall();
  if (now >= m_head.expires) {
    return Problem{"what is known of " + brief(m_head.id, 100) + " is out of date since " + formatTime(m_head.expires) +
                       ": connect to the network, or bring a newer copy",
                   Problem::Kind::Offline};
  }
  if (now + SKEW < m_head.issued)
    return Problem{"this computer's clock is behind: it says " + formatTime(now), Problem::Kind::Local};
  return {};
}

std::variant<Catalog, Problem> Follower::catalog() const {
  KJ_IF_MAYBE (text, tryReadFile(catalogPath(m_head), Catalog::MAX_SIZE)) {
    if (digestOf(*text) == m_head.catalog.digest) return Catalog::parse(*text);
  }
  return Problem{"the catalog of " + brief(m_head.id, 100) + " is damaged: refresh it", Problem::Kind::Local};
}

}  // namespace latchkey::repository
