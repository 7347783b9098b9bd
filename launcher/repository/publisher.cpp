// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/publisher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/ids.h"
#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"

namespace latchkey::repository {
namespace {

constexpr mode_t PUBLIC_FILE = 0644, PUBLIC_FOLDER = 0755;

[[noreturn]] void failAt(const std::string& path, const std::string& why) { fail(brief(path, 200) + ": " + why); }

void makeFolder(const std::string& path) {
  if (mkdir(path.c_str(), PUBLIC_FOLDER) < 0 && errno != EEXIST) failAt(path, strerror(errno));
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string contentOf(const std::string& path, size_t most) {
  KJ_IF_MAYBE (text, tryReadFile(path, most)) return *text;
  failAt(path, "is missing or too large");
}

template <typename Parsed>
Parsed orFail(const std::string& path, std::variant<Parsed, Problem> result) {
  if (auto problem = std::get_if<Problem>(&result)) failAt(path, problem->reason);
  return std::move(std::get<Parsed>(result));
}

WallTime wholeSeconds(WallTime time) { return std::chrono::floor<std::chrono::seconds>(time); }

kj::AutoCloseFd openBeneath(int folder, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return kj::AutoCloseFd(static_cast<int>(syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
}

Head headOf(const KeyLink& link, uint64_t version, WallTime now, Duration lifetime) {
  if (lifetime <= Duration() || lifetime > Head::LONGEST) fail("a repository is good for at most 366 days");
  auto issued = wholeSeconds(now);
  return {.id = link.id,
          .generation = link.generation,
          .version = version,
          .issued = issued,
          .expires = issued + wholeSeconds(WallTime(lifetime)).time_since_epoch()};
}

}  // namespace

// New chunks on their way into packs, which get their names when they are full.
class Publisher::Packs {
public:
  explicit Packs(const std::string& folder) : m_folder(folder) {}
  ~Packs() {
    if (!m_beside.empty()) unlink(m_beside.c_str());
  }
  KJ_DISALLOW_COPY(Packs);

  // Where the bytes will lie: the number of a pack, and the place in it.
  std::pair<size_t, uint64_t> add(std::string_view bytes) {
    if (m_file.get() >= 0 && m_size + bytes.size() > LARGEST) close();
    if (m_file.get() < 0) begin();
    auto at = m_size;
    kj::FdOutputStream(m_file.get()).write(bytes.data(), bytes.size());
    m_digester->add(bytes);
    m_size += bytes.size();
    return {m_names.size(), at};
  }
  // Their names, in the order of their numbers.
  const std::vector<std::string>& finish() {
    if (m_file.get() >= 0) close();
    return m_names;
  }

private:
  static constexpr uint64_t LARGEST = 32 << 20;

  void begin() {
    m_beside = m_folder + "/new-" + randomToken().substr(0, 8);
    m_file = kj::AutoCloseFd(open(m_beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PUBLIC_FILE));
    if (m_file.get() < 0) failAt(m_beside, strerror(errno));
    m_digester = std::make_unique<Digester>();
    m_size = 0;
  }
  void close() {
    auto name = m_digester->finish();
    KJ_SYSCALL(fsync(m_file));
    m_file = nullptr;
    KJ_SYSCALL(rename(m_beside.c_str(), (m_folder + "/" + name).c_str()));
    m_beside.clear();
    m_names.push_back(name);
  }

  std::string m_folder, m_beside;
  kj::AutoCloseFd m_file;
  std::unique_ptr<Digester> m_digester;
  uint64_t m_size = 0;
  std::vector<std::string> m_names;
};

void Publisher::create(const std::string& folder, const std::string& id, const SecretKey& key, const PublicKey& next,
                       WallTime now, Duration lifetime) {
  if (!isDottedName(id)) fail("the id of a repository is words of letters and digits with dots between");
  if (next.key == key.publicKey().key) fail("the next key must be another one: it is for the day this one is stolen");
  if (exists(folder + "/head") || exists(folder + "/keys")) failAt(folder, "a repository is there already");
  for (auto& path : {folder, folder + "/blobs", folder + "/packs"}) makeFolder(path);
  KeyLink link{.id = id, .generation = 0, .key = key.publicKey(), .next = commitmentTo(next)};
  auto catalog = Catalog{.repository = id}.text();
  auto head = headOf(link, 1, now, lifetime);
  head.catalog = {.digest = digestOf(catalog), .size = catalog.size(), .packed = catalog.size()};
  replaceFile(folder + "/" + head.catalog.path(), catalog, PUBLIC_FILE);
  replaceFile(folder + "/keys", link.signedBy(key, key), PUBLIC_FILE);
  replaceFile(folder + "/head", signedText(head.text(), key), PUBLIC_FILE);
}

Publisher::Publisher(std::string folder, Packer& packer) : m_folder(std::move(folder)), m_packer(packer) {
  m_root = kj::AutoCloseFd(open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (m_root.get() < 0) failAt(m_folder, strerror(errno));
  if (!exists(m_folder + "/head")) failAt(m_folder, "no repository is there: make one with `latchkey repo create`");
  if (flock(m_root, LOCK_EX | LOCK_NB) < 0) failAt(m_folder, "somebody else is publishing there at this moment");
  m_keys = contentOf(m_folder + "/keys", KeyChain::MAX_SIZE);
  m_chain = orFail(m_folder + "/keys", KeyChain::parse(m_keys));
  auto file = contentOf(m_folder + "/head", Head::MAX_SIZE);
  auto split = SignedText::of(file);
  // A rotation that was interrupted has published the key, but not yet what it signs.
  bool sound = split && std::ranges::any_of(m_chain.links, [&](auto& link) { return split->isOf(link.key); });
  if (!sound) failAt(m_folder + "/head", "it is not signed by a key of this repository");
  m_head = orFail(m_folder + "/head", Head::parse(split->text));
  m_catalog = orFail(m_folder + "/" + m_head.catalog.path(), Catalog::parse(textOf(m_head.catalog)));
}

std::string Publisher::textOf(const Blob& blob) const {
  auto path = m_folder + "/" + blob.path();
  auto text = m_packer.unpack(contentOf(path, Blob::MAX_SIZE), blob.size);
  if (!text || digestOf(*text) != blob.digest) failAt(path, "it is damaged");
  return std::move(*text);
}

Blob Publisher::store(std::string_view bytes) {
  if (bytes.size() > Blob::MAX_SIZE) fail("a list is longer than any may be");
  auto packed = m_packer.pack(bytes);
  Blob blob{.digest = digestOf(bytes), .size = bytes.size(), .packed = packed.size()};
  // Packed by another version of zstd it may have another length: what lies there is what is said of it.
  auto path = m_folder + "/" + blob.path();
  KJ_IF_MAYBE (there, tryReadFile(path, Blob::MAX_SIZE)) {
    if (auto text = m_packer.unpack(*there, blob.size); text && *text == bytes) {
      blob.packed = there->size();
      return blob;
    }
  }
  replaceFile(path, packed, PUBLIC_FILE);
  return blob;
}

ChunkList Publisher::chunkListOf(const Offer& offer) const {
  return orFail(m_folder + "/" + offer.chunks.path(), ChunkList::parse(textOf(offer.chunks)));
}

void Publisher::add(Offer offer, std::string_view list, std::string_view signature, const PublicKey& signer,
                    int files) {
  if (m_head.revokes(signer)) fail("its signer has been revoked in this repository");
  std::unordered_map<std::string, Known> known;
  for (auto& one : m_catalog.offers) {
    auto chunks = chunkListOf(one);
    for (auto& chunk : chunks.chunks)
      known.try_emplace(chunk.digest, Known{chunks.packs[chunk.pack], chunk.at, chunk.packed});
  }
  auto contents = orFail(offer.id, contentsOf(list));
  Packs packs(m_folder + "/packs");
  struct Fresh {
    size_t pack = 0;
    uint64_t at = 0;
    uint32_t packed = 0;
  };
  std::unordered_map<std::string, Fresh> fresh;
  ChunkList chunks{.list = digestOf(list)};
  Cutter cutter([&](std::string_view bytes) {
    Chunk chunk{.digest = digestOf(bytes), .size = static_cast<uint32_t>(bytes.size())};
    if (!known.contains(chunk.digest) && !fresh.contains(chunk.digest)) {
      auto packed = m_packer.pack(bytes);
      auto [pack, at] = packs.add(packed);
      fresh.emplace(chunk.digest, Fresh{pack, at, static_cast<uint32_t>(packed.size())});
    }
    chunks.chunks.push_back(std::move(chunk));
  });
  std::vector<char> buffer(1 << 20);
  for (auto& stream : streamsOf(contents)) {
    for (auto& content : std::span(contents).subspan(stream.first, stream.count)) {
      auto file = openBeneath(files, content.path);
      if (file.get() < 0) failAt(content.path, strerror(errno));
      uint64_t at = 0;
      while (at < content.size) {
        ssize_t count;
        KJ_SYSCALL(count = read(file, buffer.data(), std::min<uint64_t>(buffer.size(), content.size - at)));
        if (count == 0) failAt(content.path, "it changed while it was read");
        cutter.write({buffer.data(), static_cast<size_t>(count)});
        at += static_cast<uint64_t>(count);
      }
    }
    cutter.endStream();
  }
  auto& names = packs.finish();
  std::unordered_map<std::string, uint32_t> numbers;
  for (auto& chunk : chunks.chunks) {
    auto here = fresh.find(chunk.digest);
    auto place = here != fresh.end() ? Known{names[here->second.pack], here->second.at, here->second.packed}
                                     : known.at(chunk.digest);
    auto [number, first] = numbers.try_emplace(place.pack, static_cast<uint32_t>(numbers.size()));
    if (first) chunks.packs.push_back(place.pack);
    chunk.pack = number->second;
    chunk.at = place.at;
    chunk.packed = place.packed;
  }
  offer.signer = signer;
  offer.list = store(list);
  offer.signature = store(signature);
  offer.chunks = store(chunks.text());
  m_catalog.put(std::move(offer));
  // By the rules of whoever will read it: nothing is published that nobody takes.
  orFail(m_folder, Catalog::parse(m_catalog.text()));
}

bool Publisher::remove(std::string_view id, std::string_view channel) {
  return std::erase_if(m_catalog.offers, [&](auto& offer) { return offer.id == id && offer.channel == channel; }) > 0;
}

void Publisher::revoke(const PublicKey& signer) {
  if (m_head.revokes(signer)) return;
  m_head.revoked.push_back(signer);
  std::ranges::sort(m_head.revoked, {}, &PublicKey::line);
}

void Publisher::setMirrors(std::vector<std::string> mirrors) {
  if (mirrors.size() > Head::MAX_MIRRORS) fail(std::format("there may be {} mirrors at most", Head::MAX_MIRRORS));
  for (auto& mirror : mirrors) {
    if (!isLocation(mirror)) failAt(mirror, "a mirror is a folder (/...) or begins with https://");
  }
  m_head.mirrors = std::move(mirrors);
}

void Publisher::publish(const SecretKey& key, WallTime now, Duration lifetime) {
  if (key.publicKey() != m_chain.links.back().key) {
    fail("the repository is signed by the key " + m_chain.links.back().key.idText() + ", not by " +
         key.publicKey().idText());
  }
  auto& link = m_chain.links.back();
  auto fresh = headOf(link, link.generation == m_head.generation ? m_head.version + 1 : 1, now, lifetime);
  fresh.issued = std::max(fresh.issued, link.generation == m_head.generation ? m_head.issued : fresh.issued);
  fresh.mirrors = m_head.mirrors;
  fresh.revoked = m_head.revoked;
  fresh.catalog = store(m_catalog.text());
  auto text = fresh.text();
  orFail(m_folder, Head::parse(text));
  KJ_SYSCALL(fsync(m_root));
  replaceFile(m_folder + "/head", signedText(text, key), PUBLIC_FILE);
  m_head = std::move(fresh);
}

void Publisher::rotate(const SecretKey& old, const SecretKey& fresh, const PublicKey& next, WallTime now,
                       Duration lifetime) {
  auto& last = m_chain.links.back();
  if (old.publicKey() != last.key)
    fail("the repository is signed by the key " + last.key.idText() + ", not by this one");
  if (commitmentTo(fresh.publicKey()) != last.next)
    fail("the new key is not the one that was announced when the repository was made or its key last changed");
  if (next.key == fresh.publicKey().key) fail("the next key must be another one: it is for the day this one is stolen");
  KeyLink link{.id = last.id, .generation = last.generation + 1, .key = fresh.publicKey(), .next = commitmentTo(next)};
  auto keys = m_keys + link.signedBy(old, fresh);
  m_chain = orFail(m_folder + "/keys", KeyChain::parse(keys));
  m_keys = keys;
  replaceFile(m_folder + "/keys", m_keys, PUBLIC_FILE);
  publish(fresh, now, lifetime);
}

uint64_t Publisher::prune(Duration age, WallTime now) {
  std::unordered_set<std::string> wanted{m_head.catalog.digest};
  for (auto& offer : m_catalog.offers) {
    for (auto blob : {&offer.list, &offer.signature, &offer.chunks}) wanted.insert(blob->digest);
    for (auto& pack : chunkListOf(offer).packs) wanted.insert(pack);
  }
  uint64_t bytes = 0;
  for (auto name : {"blobs", "packs"}) {
    auto path = m_folder + "/" + name;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(path.c_str()), closedir);
    if (!listing) failAt(path, strerror(errno));
    while (auto entry = readdir(listing.get())) {
      struct stat status{};
      if (wanted.contains(entry->d_name) ||
          fstatat(dirfd(listing.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(status.st_mode))
        continue;
      if (std::chrono::system_clock::from_time_t(status.st_mtime) + age > now) continue;
      if (unlinkat(dirfd(listing.get()), entry->d_name, 0) == 0) bytes += static_cast<uint64_t>(status.st_size);
    }
  }
  return bytes;
}

}  // namespace latchkey::repository
