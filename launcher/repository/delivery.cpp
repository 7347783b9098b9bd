// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <format>
#include <map>
#include <mutex>
#include <thread>

#include "broker/base/failure.h"
#include "broker/base/text.h"

namespace latchkey::repository {
namespace {

constexpr uint64_t LONGEST_PIECE = 4 << 20;
constexpr unsigned MOST_TRIES = 5;  // Of one location that breaks off and had sent something.
// So large is a file at most whose chunks are only kept with it: what is lost if this process is killed.
constexpr uint64_t MOST_AT_ONCE = 1 << 20;
constexpr size_t MOST_UNCHECKED = 4 << 20;  // Bytes that came and wait for being checked and kept.

// Of each chunk in the partial file.
struct Record {
  char digest[64];
  uint32_t size;
};
constexpr size_t RECORD = 68;

bool readAt(int file, uint64_t at, char* bytes, size_t size) {
  while (size > 0) {
    auto count = pread(file, bytes, size, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    at += static_cast<uint64_t>(count);
    size -= static_cast<size_t>(count);
  }
  return true;
}

[[noreturn]] void failToWrite() {
  fail(errno == ENOSPC || errno == EDQUOT ? "the disk is full" : std::string("cannot be written: ") + strerror(errno));
}

void writeAt(int file, uint64_t at, std::string_view head, std::string_view bytes) {
  while (!head.empty() || !bytes.empty()) {
    iovec parts[] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(bytes.data()), bytes.size()}};
    auto count = pwritev(file, parts, 2, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) failToWrite();
    auto written = static_cast<size_t>(count), ofHead = std::min(written, head.size());
    at += written;
    head.remove_prefix(ofHead);
    bytes.remove_prefix(written - ofHead);
  }
}

// Checks and keeps in a thread of its own what another one takes from the network: with 64 MB that is a tenth of a
// second for digests alone. For the same reason a file that comes in one go is digested as a whole, as it has to be
// anyway, and its chunks are not as well, unless it is not what it should be.
class Keeping {
public:
  using Keep = std::function<void(const std::string& digest, std::string_view bytes)>;
  using Whole = std::function<void(const std::string& digest)>;
  // `keep` is given chunks, and `whole` told of contents whose chunks were all kept and are right together.
  Keeping(Keep keep, Whole whole) : m_keep(std::move(keep)), m_whole(std::move(whole)), m_thread([this] { loop(); }) {}
  ~Keeping() { end(); }
  KJ_DISALLOW_COPY_AND_MOVE(Keeping);

  // Waits while too much waits. False: something that came before was not what it should be.
  bool add(size_t piece, const Part& part, std::string bytes) {
    std::unique_lock lock(m_mutex);
    m_turn.wait(lock, [this] { return m_waiting < MOST_UNCHECKED || m_broken; });
    if (m_broken) return false;
    m_waiting += bytes.size();
    m_queue.push_back({piece, part, std::move(bytes)});
    m_turn.notify_all();
    return true;
  }
  // All that was added is kept after this, or something was not what it should be. Throws what keeping threw.
  bool finish() {
    end();
    KJ_IF_MAYBE (failure, m_failure) kj::throwFatalException(kj::mv(*failure));
    return !m_broken;
  }

private:
  struct Arrived {
    size_t piece = 0;
    Part part = {};
    std::string bytes = {};
  };
  // What has come of a file.
  struct Begun {
    Digester digester = {};
    std::vector<std::pair<const Chunk*, std::string>> chunks = {};
  };

  void end() {
    {
      std::lock_guard lock(m_mutex);
      m_ending = true;
    }
    m_turn.notify_all();
    if (m_thread.joinable()) m_thread.join();
  }

  bool keepIfRight(const Chunk& chunk, const std::string& bytes) {
    if (digestOf(bytes) != chunk.digest) return false;
    m_keep(chunk.digest, bytes);
    return true;
  }

  bool keepIfRight(const Begun& begun) {
    return std::ranges::all_of(begun.chunks, [this](auto& one) { return keepIfRight(*one.first, one.second); });
  }

  bool take(Arrived arrived) {
    auto& part = arrived.part;
    if (part.of == nullptr) return keepIfRight(*part.chunk, arrived.bytes);
    auto& begun = m_begun[arrived.piece];
    begun.digester.add(arrived.bytes);
    begun.chunks.emplace_back(part.chunk, std::move(arrived.bytes));
    if (!part.last) return true;
    auto ended = std::move(m_begun.extract(arrived.piece).mapped());
    if (ended.digester.finish() != part.of->digest) return keepIfRight(ended);
    for (auto& [chunk, bytes] : ended.chunks) m_keep(chunk->digest, bytes);
    m_whole(part.of->digest);
    return true;
  }

  // Of what was broken off, that is kept which is right.
  bool takeRest() {
    return std::ranges::all_of(m_begun, [this](auto& begun) { return keepIfRight(begun.second); });
  }

  void loop() {
    for (bool more = true; more;) {
      Arrived next;
      {
        std::unique_lock lock(m_mutex);
        m_turn.wait(lock, [this] { return m_ending || !m_queue.empty(); });
        more = !m_queue.empty();
        if (more) {
          next = std::move(m_queue.front());
          m_queue.pop_front();
        }
      }
      auto size = next.bytes.size();
      bool right = false;
      m_failure = kj::runCatchingExceptions([&] { right = more ? take(std::move(next)) : takeRest(); });
      {
        std::lock_guard lock(m_mutex);
        m_waiting -= size;
        m_broken = !right;
      }
      m_turn.notify_all();
      more = more && right;
    }
  }

  Keep m_keep;
  Whole m_whole;
  std::map<size_t, Begun> m_begun;  // By pieces. The thread's alone.
  std::mutex m_mutex;
  std::condition_variable m_turn;
  std::deque<Arrived> m_queue;
  size_t m_waiting = 0;
  bool m_ending = false, m_broken = false;
  kj::Maybe<kj::Exception> m_failure;  // Read once the thread is gone.
  std::thread m_thread;                // Last: it uses the others.
};

// "app ID VERSION" of a list.
bool isListOf(std::string_view list, const Offer& offer) {
  return list.starts_with(std::format("latchkey digests 1\napp\t{}\t{}\n", offer.id, offer.version));
}

}  // namespace

Delivery::~Delivery() = default;
Delivery::Delivery(Delivery&&) noexcept = default;

std::variant<Delivery, Problem> Delivery::open(const Follower& follower, const Offer& offer, const Reach& reach,
                                               const Fetcher::GoOn& goOn, const std::function<void()>& alone) {
  if (auto stale = follower.staleness(reach.clock)) return *stale;
  if (follower.head().revokes(offer.signer)) {
    return Problem{brief(offer.id, 100) + " is signed by the key " + offer.signer.idText() +
                   ", which has been revoked: it must not be used any more"};
  }
  Delivery delivery(offer, follower.folder() + "/partial-" + offer.id);
  if (auto problem = delivery.openPartial()) return *problem;
  // What nobody has fetched anything of leaves nothing behind.
  bool begun = delivery.m_end > 0;
  KJ_DEFER(if (!begun) unlink(delivery.m_path.c_str()));
  if (alone) alone();
  if (auto problem = delivery.describe(follower, reach, goOn)) return *problem;
  delivery.plan([](auto&) { return false; });
  begun = true;
  return delivery;
}

std::optional<Problem> Delivery::describe(const Follower& follower, const Reach& reach, const Fetcher::GoOn& goOn) {
  const Blob* blobs[] = {&m_offer.list, &m_offer.signature, &m_offer.chunks};
  // One curl for what describes it, and one for what is asked for next.
  reach.fetcher.prepare(follower.location(), 2);
  if (std::ranges::any_of(blobs, [](auto* blob) { return blob->packed != blob->size; })) reach.packer.prepare();
  std::optional<Problem> first;
  bool sound = false;
  for (auto& location : follower.locations()) {
    std::string texts[3];
    std::string* at = texts;
    std::optional<Problem> problem;
    std::vector<Piece> pieces;
    for (auto blob : blobs) pieces.push_back({.path = blob->path(), .size = blob->packed, .kind = Piece::Kind::File});
    auto take = [&](size_t index, std::string_view bytes) {
      at[index] += bytes;
      return true;
    };
    problem = reach.fetcher.fetch(location, pieces, take, goOn);
    if (problem && problem->kind == Problem::Kind::Stopped) return problem;
    for (size_t i = 0; !problem && i < 3; ++i) {
      auto text = reach.packer.unpack(texts[i], blobs[i]->size);
      if (!text || digestOf(*text) != blobs[i]->digest)
        problem = Problem{brief(location, 200) + " has something else than what was published"};
      else texts[i] = std::move(*text);
    }
    if (!problem) {
      m_list = std::move(texts[0]);
      m_signature = std::move(texts[1]);
      auto chunks = ChunkList::parse(texts[2]);
      if (auto malformed = std::get_if<Problem>(&chunks)) return *malformed;
      m_chunks = std::move(std::get<ChunkList>(chunks));
      sound = true;
      break;
    }
    if (!first) first = problem;
  }
  if (!sound) return first;
  auto signature = Signature::parse(m_signature);
  if (!signature || !signature->isOf(m_offer.signer, m_list))
    return Problem{brief(m_offer.id, 100) + " is not signed by whom the repository says"};
  if (!isListOf(m_list, m_offer) || m_chunks.list != m_offer.list.digest) {
    return Problem{"what the repository has as " + brief(m_offer.id, 100) + " " + brief(m_offer.version, 64) +
                   " is something else"};
  }
  auto contents = contentsOf(m_list);
  if (auto problem = std::get_if<Problem>(&contents)) return *problem;
  m_contents = std::move(std::get<std::vector<Content>>(contents));
  if (auto problem = m_chunks.objectionTo(streamsOf(m_contents)); !problem.empty())
    return Problem{brief(m_offer.id, 100) + ": " + problem};
  uint64_t at = 0;
  for (auto& content : m_contents) {
    m_numbers.emplace(content.digest, m_starts.size());
    m_starts.push_back(at);
    at += content.size;
  }
  at = 0;
  for (auto& chunk : m_chunks.chunks) m_ends.push_back(at += chunk.size);
  return {};
}

std::optional<Problem> Delivery::openPartial() {
  m_partial = kj::AutoCloseFd(::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (m_partial.get() < 0)
    return Problem{"cannot write to " + escaped(m_path) + ": " + strerror(errno), Problem::Kind::Local};
  if (flock(m_partial, LOCK_EX | LOCK_NB) < 0)
    return Problem{brief(m_offer.id, 100) + " is being fetched already", Problem::Kind::Local};
  readPartial();
  return {};
}

void Delivery::readPartial() {
  std::string bytes;
  for (;;) {
    Record record{};
    static_assert(offsetof(Record, size) + sizeof record.size == RECORD);
    if (!readAt(m_partial, m_end, reinterpret_cast<char*>(&record), RECORD) || record.size > LARGEST_CHUNK) break;
    bytes.resize(record.size);
    std::string digest(record.digest, sizeof record.digest);
    if (!readAt(m_partial, m_end + RECORD, bytes.data(), bytes.size()) || digestOf(bytes) != digest) break;
    m_here.try_emplace(digest, Place{m_end + RECORD, record.size});
    m_end += RECORD + record.size;
  }
  KJ_SYSCALL(ftruncate(m_partial, static_cast<off_t>(m_end)));
}

void Delivery::keep(const std::string& digest, std::string_view bytes) {
  std::string record = digest;
  auto size = static_cast<uint32_t>(bytes.size());
  record.append(reinterpret_cast<const char*>(&size), sizeof size);
  writeAt(m_partial, m_end, record, bytes);
  m_here.try_emplace(digest, Place{m_end + RECORD, size});
  m_end += RECORD + size;
}

void Delivery::plan(const Has& has) {
  m_needed.clear();
  size_t chunk = 0;
  for (size_t i = 0; i < m_contents.size(); ++i) {
    if (has(m_contents[i].digest)) continue;
    auto end = m_starts[i] + m_contents[i].size;
    while (m_ends[chunk] <= m_starts[i]) ++chunk;
    for (auto one = chunk;; ++one) {
      m_needed.insert(m_chunks.chunks[one].digest);
      if (m_ends[one] >= end) break;
    }
  }
}

void Delivery::seed(std::string_view otherList, const Find& find) {
  auto others = contentsOf(otherList);
  if (std::get_if<Problem>(&others) != nullptr) return;
  auto& contents = std::get<std::vector<Content>>(others);
  std::unordered_set<std::string_view> ours;
  for (auto& content : m_contents) ours.insert(content.digest);
  Cutter cutter([&](std::string_view bytes) {
    auto digest = digestOf(bytes);
    if (m_needed.contains(digest) && !isHere(digest)) keep(digest, bytes);
  });
  std::vector<char> buffer(1 << 20);
  for (auto& stream : streamsOf(contents)) {
    auto range = std::span(contents).subspan(stream.first, stream.count);
    // A file that both have is there already, and has no chunk that would be missing.
    if (std::ranges::all_of(range, [&](auto& content) { return ours.contains(content.digest); })) continue;
    for (auto& content : range) {
      auto file = find(content.digest);
      uint64_t at = 0;
      while (file.get() >= 0 && at < content.size) {
        auto count = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(at));
        if (count <= 0) break;
        cutter.write({buffer.data(), static_cast<size_t>(count)});
        at += static_cast<uint64_t>(count);
      }
      // What is cut out of it after a gap is something else, and is compared like all else.
    }
    cutter.endStream();
  }
}

Delivery::Order Delivery::order() const {
  std::vector<const Chunk*> missing;
  std::unordered_set<std::string_view> seen;
  for (auto& chunk : m_chunks.chunks) {
    if (m_needed.contains(chunk.digest) && !isHere(chunk.digest) && seen.insert(chunk.digest).second)
      missing.push_back(&chunk);
  }
  std::ranges::sort(
      missing, [](auto one, auto other) { return std::tie(one->pack, one->at) < std::tie(other->pack, other->at); });
  Order order;
  const Chunk* before = nullptr;
  for (auto chunk : missing) {
    bool follows = before != nullptr && before->pack == chunk->pack && before->at + before->packed == chunk->at &&
                   order.pieces.back().size + chunk->packed <= LONGEST_PIECE;
    if (!follows) {
      order.pieces.push_back({.path = ChunkList::packPath(m_chunks.packs[chunk->pack]), .at = chunk->at});
      order.parts.emplace_back();
    }
    order.pieces.back().size += chunk->packed;
    order.parts.back().push_back({.chunk = chunk});
    before = chunk;
  }
  for (auto& parts : order.parts) markWhole(parts);
  return order;
}

// Which of them, one after the other, are a file that begins and ends where chunks do.
void Delivery::markWhole(std::vector<Part>& parts) const {
  for (size_t i = 0; i < parts.size();) {
    auto first = static_cast<size_t>(parts[i].chunk - m_chunks.chunks.data());
    auto start = m_ends[first] - parts[i].chunk->size;
    auto content = static_cast<size_t>(std::ranges::lower_bound(m_starts, start) - m_starts.begin());
    size_t count = 0;
    if (content < m_starts.size() && m_starts[content] == start && m_contents[content].size <= MOST_AT_ONCE) {
      auto end = start + m_contents[content].size;
      while (i + count < parts.size() && parts[i + count].chunk == parts[i].chunk + count &&
             m_ends[first + count] <= end)
        ++count;
      if (count > 0 && m_ends[first + count - 1] != end) count = 0;
    }
    for (size_t k = 0; k < count; ++k) {
      parts[i + k].of = &m_contents[content];
      parts[i + k].last = k + 1 == count;
    }
    i += std::max<size_t>(count, 1);
  }
}

Delivery::Need Delivery::need() const {
  Need need;
  auto missing = order();
  need.pieces = missing.pieces.size();
  for (auto& parts : missing.parts) need.chunks += parts.size();
  for (auto& piece : missing.pieces) need.bytes += piece.size;
  need.whole = need.bytes + packedHere();
  return need;
}

uint64_t Delivery::packedHere() const {
  uint64_t sum = 0;
  std::unordered_set<std::string_view> seen;
  for (auto& chunk : m_chunks.chunks) {
    if (m_needed.contains(chunk.digest) && isHere(chunk.digest) && seen.insert(chunk.digest).second)
      sum += chunk.packed;
  }
  return sum;
}

// One attempt: what came, came.
std::optional<Problem> Delivery::fetchFrom(const std::string& location, const Order& missing, const Reach& reach,
                                           uint64_t& done, const std::function<bool()>& tell) {
  Keeping keeping([this](auto& digest, auto bytes) { keep(digest, bytes); },
                  [this](auto& digest) { m_digested.insert(digest); });
  std::vector<std::string> waiting(missing.pieces.size());
  std::vector<size_t> next(missing.pieces.size());
  auto take = [&](size_t index, std::string_view bytes) {
    auto& buffer = waiting[index];
    while (!bytes.empty() && next[index] < missing.parts[index].size()) {
      auto& part = missing.parts[index][next[index]];
      auto& chunk = *part.chunk;
      buffer.reserve(chunk.packed);
      auto more = bytes.substr(0, chunk.packed - buffer.size());
      buffer += more;
      bytes.remove_prefix(more.size());
      if (buffer.size() < chunk.packed) break;
      auto unpacked = std::exchange(buffer, {});
      if (chunk.packed != chunk.size) {
        auto result = reach.packer.unpack(unpacked, chunk.size);
        if (!result) return false;
        unpacked = std::move(*result);
      }
      if (!keeping.add(index, part, std::move(unpacked))) return false;
      done += chunk.packed;
      ++next[index];
    }
    return true;
  };
  auto problem = reach.fetcher.fetch(location, missing.pieces, take, tell);
  if (!keeping.finish() && !problem)
    problem = Problem{brief(location, 200) + " has something else than what was published"};
  return problem;
}

std::optional<Problem> Delivery::fetch(const Follower& follower, const Reach& reach, const Progress& progress) {
  std::optional<Problem> first;
  auto whole = need().whole;
  auto done = packedHere();
  bool stopped = false;
  auto tell = [&] { return !(stopped = stopped || (progress && !progress(done, whole))); };
  for (auto& location : follower.locations()) {
    for (unsigned tries = 0; tries < MOST_TRIES; ++tries) {
      auto missing = order();
      if (missing.pieces.empty()) return {};
      auto before = m_here.size();
      auto problem = fetchFrom(location, missing, reach, done, tell);
      if (!problem) break;
      if (problem->kind == Problem::Kind::Stopped) return problem;
      if (!first) first = problem;
      // Who breaks off after something came is asked again; who lies or is silent is not.
      if (problem->kind != Problem::Kind::Offline || m_here.size() == before) break;
    }
    if (order().pieces.empty()) {
      tell();
      return {};
    }
    done = packedHere();
  }
  return first;
}

std::optional<Problem> Delivery::write(const std::string& digest, int file) const {
  auto number = m_numbers.find(digest);
  if (number == m_numbers.end()) return Problem{"there is no such content"};
  auto at = m_starts[number->second], end = at + m_contents[number->second].size;
  auto index = static_cast<size_t>(std::ranges::upper_bound(m_ends, at) - m_ends.begin());
  bool digested = m_digested.contains(digest);
  Digester digester;
  std::string bytes;
  while (at < end) {
    auto& chunk = m_chunks.chunks[index];
    auto place = m_here.find(chunk.digest);
    if (place == m_here.end()) return Problem{"not all of it has been fetched"};
    auto start = m_ends[index] - chunk.size;
    auto size = std::min(end, m_ends[index]) - at;
    bytes.resize(size);
    if (!readAt(m_partial, place->second.at + (at - start), bytes.data(), size))
      return Problem{"what was fetched cannot be read", Problem::Kind::Local};
    if (!digested) digester.add(bytes);
    for (std::string_view rest = bytes; !rest.empty();) {
      auto count = ::write(file, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) failToWrite();
      rest.remove_prefix(static_cast<size_t>(count));
    }
    at += size;
    ++index;
  }
  if (!digested && digester.finish() != digest)
    return Problem{"what was fetched was changed on this computer", Problem::Kind::Local};
  return {};
}

void Delivery::finish() {
  unlink(m_path.c_str());
  m_partial = nullptr;
  m_here.clear();
}

}  // namespace latchkey::repository
