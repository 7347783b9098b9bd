// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/repository-source.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>

#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/text.h"

namespace latchkey::store {
namespace {

using namespace repository;

constexpr uint64_t MOST_TO_SURVEY = 4 << 20;  // Bytes of manifest and desktop entries.
constexpr unsigned READY_TO_FETCH = 2;        // Connections, for when somebody says that it is to be installed.

template <typename T>
T orFail(std::variant<T, Problem> result) {
  if (auto problem = std::get_if<Problem>(&result)) fail(problem->reason);
  return std::move(std::get<T>(result));
}

Offer offerOf(const Follower& follower, const std::string& id, const std::string& channel) {
  auto catalog = orFail(follower.catalog());
  auto offer = catalog.find(id, channel);
  if (offer == nullptr)
    fail(follower.head().id + " has no " + brief(id, 100) + " in the channel " + brief(channel, 40));
  return *offer;
}

}  // namespace

// A folder that is gone with this. What one left that was killed is emptied by the next: whoever has the delivery of an
// app is alone with it.
class RepositorySource::Room {
public:
  explicit Room(std::string path) : m_path(std::move(path)) {
    if (mkdir(m_path.c_str(), 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, m_path);
    int raw;
    KJ_SYSCALL(raw = open(m_path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), m_path);
    m_folder = kj::AutoCloseFd(raw);
    emptyDirectory(m_path);
  }
  ~Room() noexcept {
    emptyDirectory(m_path);
    rmdir(m_path.c_str());
  }
  KJ_DISALLOW_COPY_AND_MOVE(Room);
  int folder() const { return m_folder.get(); }

private:
  std::string m_path;
  kj::AutoCloseFd m_folder;
};

RepositorySource::RepositorySource(const Bundler& bundler, std::string folder, const std::string& id,
                                   const std::string& channel, const GoOn& goOn)
    : m_follower(orFail(Follower::load(std::move(folder)))),
      m_offer(offerOf(m_follower, id, channel)),
      m_delivery(orFail(Delivery::open(m_follower, m_offer, m_reach, goOn, [&] { beginSurvey(bundler); }))) {}

// The room goes while nobody else can have one.
RepositorySource::~RepositorySource() noexcept(false) {
  m_survey.reset();
  m_room = nullptr;
}

// The process starts while what it is to read is fetched.
void RepositorySource::beginSurvey(const Bundler& bundler) {
  m_room = std::make_unique<Room>(m_follower.folder() + "/look-" + m_offer.id);
  m_survey.emplace(bundler.beginSurvey(m_room->folder()));
}

std::unique_ptr<BundleReport> RepositorySource::survey(const GoOn& goOn) {
  auto room = std::move(m_room);
  auto survey = std::move(m_survey.value());
  auto parsed = DigestList::parse(m_delivery.list());
  if (auto problem = std::get_if<BundleProblem>(&parsed)) fail(problem->reason);
  std::vector<const BundleEntry*> parts;
  std::set<std::string> digests;
  uint64_t bytes = 0;
  for (auto& entry : std::get<DigestList>(parsed).entries) {
    if (!isSurveyed(entry) || !digests.insert(entry.digest).second) continue;
    parts.push_back(&entry);
    bytes += entry.size;
  }
  if (bytes > MOST_TO_SURVEY) fail("it has more desktop entries than an app has");
  fetch(digests, "", {}, [&](uint64_t, uint64_t) {
    if (!goOn()) fail("it was given up");
  });
  for (auto* part : parts) {
    if (auto problem = fetch(*part, room->folder(), part->digest); !problem.empty()) fail(problem);
  }
  m_fetcher.prepare(m_follower.location(), READY_TO_FETCH);
  auto report = survey.finish(m_delivery.list());
  if (auto problem = std::get_if<BundleProblem>(&report)) fail(problem->reason);
  return std::move(std::get<std::unique_ptr<BundleReport>>(report));
}

Papers RepositorySource::papersWith(const BundleReport& report) const {
  return {.list = m_delivery.list(),
          .signature = m_delivery.signature(),
          .signer = m_delivery.signer(),
          .report = reportBytes(report)};
}

void RepositorySource::fetch(const std::set<std::string>& digests, const std::string& otherList,
                             const Delivery::Find& find, const Progress& progress) {
  need(digests, otherList, find);
  std::exception_ptr givenUp;
  auto goOn = [&](uint64_t done, uint64_t whole) {
    try {
      if (progress) progress(done, whole);
    } catch (...) {
      givenUp = std::current_exception();
    }
    return givenUp == nullptr;
  };
  auto problem = m_delivery.fetch(m_follower, m_reach, goOn);
  if (givenUp != nullptr) std::rethrow_exception(givenUp);
  if (problem) fail(problem->reason);
}

uint64_t RepositorySource::need(const std::set<std::string>& digests, const std::string& otherList,
                                const Delivery::Find& find) {
  m_delivery.plan([&](const std::string& digest) { return !digests.contains(digest); });
  if (find) m_delivery.seed(otherList, find);
  return m_delivery.need().bytes;
}

std::string RepositorySource::prepare(int, const std::vector<const BundleEntry*>& wanted) {
  std::set<std::string> digests;
  for (auto* entry : wanted) digests.insert(entry->digest);
  fetch(digests, "", {}, {});  // What has come is here.
  return {};
}

std::string RepositorySource::fetch(const BundleEntry& entry, int folder, const std::string& name) {
  int raw;
  KJ_SYSCALL(raw = openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), name);
  kj::AutoCloseFd file(raw);
  if (entry.size == 0) return {};  // Nothing travels of those.
  auto problem = m_delivery.write(entry.digest, file);
  return problem ? brief(entry.path, 200) + ": " + problem->reason : "";
}

}  // namespace latchkey::store
