// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundler.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "broker/base/failure.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/bundle/bundle-entry.h"
#include "launcher/bundle/bundler-protocol.h"
#include "launcher/confined/confined.h"

namespace latchkey {
namespace {

using Time = std::chrono::steady_clock;

constexpr const char* INSIDE = "/run/bundle/latchkey-bundler";
constexpr auto PATIENCE = std::chrono::minutes(20);
constexpr size_t MAX_ANSWER = 4 << 20;
constexpr time_t TO_TELL = 60;  // Seconds in which it takes a list.

kj::AutoCloseFd memory(const char* name, std::string_view content) {
  int raw;
  KJ_SYSCALL(raw = memfd_create(name, MFD_CLOEXEC));
  kj::AutoCloseFd file(raw);
  kj::FdOutputStream(file.get()).write(content.data(), content.size());
  return file;
}

std::string contentOf(int file, size_t most) {
  struct stat status{};
  KJ_SYSCALL(fstat(file, &status));
  auto size = static_cast<size_t>(status.st_size);
  KJ_REQUIRE(size <= most, "more was answered than there can be");
  std::string text(size, '\0');
  for (size_t got = 0; got < size;) {
    ssize_t count;
    KJ_SYSCALL(count = pread(file, text.data() + got, size - got, static_cast<off_t>(got)));
    KJ_REQUIRE(count > 0);
    got += static_cast<size_t>(count);
  }
  return text;
}

// Until the other end is closed; nothing if it says too much, or nothing for too long.
std::optional<std::string> allOf(int pipe) {
  std::string bytes;
  char buffer[65536];
  auto deadline = Time::now() + PATIENCE;
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Time::now()).count();
    pollfd wait{.fd = pipe, .events = POLLIN, .revents = 0};
    auto ready = left <= 0 ? 0 : poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return {};
    auto count = read(pipe, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {};
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(count));
    if (bytes.size() > MAX_ANSWER) return {};
  }
}

BundleProblem unreadable() { return {"it could not be read: the program that takes bundles apart ended or was ended"}; }

// Follows nothing, and counts all.
class Walk {
public:
  std::string check(int folder, unsigned depth = 0) {
    if (depth > bundle::MAX_DEPTH) return "its folders are nested too deep";
    int raw = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> listing(raw < 0 ? nullptr : fdopendir(raw), closedir);
    if (!listing) return "it holds a folder that cannot be read";
    while (auto entry = readdir(listing.get())) {
      std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (auto problem = checkOne(raw, entry->d_name, depth); !problem.empty()) return problem;
    }
    return {};
  }

private:
  std::string checkOne(int folder, const char* name, unsigned depth) {
    struct stat status{};
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return "it changed while it was looked at";
    if (++m_files > bundle::MAX_ENTRIES) return "it holds more files than a bundle may";
    if (S_ISLNK(status.st_mode)) {
      char target[bundle::MAX_PATH + 1];
      auto length = readlinkat(folder, name, target, sizeof target);
      bool inside = length > 0 && static_cast<size_t>(length) < sizeof target && depth > 0 &&
                    staysBelow({target, static_cast<size_t>(length)}, depth - 1);
      return inside ? "" : "it holds a link that leads out of it";
    }
    auto mode = status.st_mode & 07777;
    if (S_ISDIR(status.st_mode)) {
      if (mode != 0755) return "it holds a folder with unusual rights";
      kj::AutoCloseFd below(openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      return below.get() < 0 ? "it holds a folder that cannot be read" : check(below, depth + 1);
    }
    if (!S_ISREG(status.st_mode)) return "it holds device files, pipes or sockets";
    if (mode != 0644 && mode != 0755) return "it holds a file with unusual rights";
    if (status.st_nlink != 1) return "it holds one file under two names";
    m_bytes += static_cast<uint64_t>(status.st_size);
    return m_bytes > bundle::MAX_BYTES ? "it is larger than a bundle may be" : "";
  }

  uint64_t m_files = 0, m_bytes = 0;
};

}  // namespace

Bundler::Bundler(std::string program)
    : m_program(program.empty() ? besideUs("latchkey-bundler") : std::move(program)) {}

struct Bundler::Running {
  Confined process;
  kj::AutoCloseFd answer;
};

std::unique_ptr<Bundler::Running> Bundler::start(std::vector<std::string> words, int archive, int list, int folder,
                                                 bool write) const {
  int raw;
  KJ_SYSCALL(raw = open(m_program.c_str(), O_PATH | O_CLOEXEC), m_program);
  kj::AutoCloseFd program(raw);
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  std::vector<ConfinedProgram::Place> places{{program.get(), INSIDE, false}};
  if (folder >= 0) places.push_back({folder, bundler::FOLDER, write});
#ifdef LATCHKEY_REPORTS
  kj::AutoCloseFd reports(open(LATCHKEY_REPORTS, O_PATH | O_CLOEXEC));
  if (reports.get() >= 0) places.push_back({reports.get(), LATCHKEY_REPORTS, true});
#endif
  auto process = Confined::start({
      .program = INSIDE,
      .arguments = std::move(words),
      .environment = {{"QT_LOGGING_RULES", "*=false"}},
      .places = std::move(places),
      .descriptors = {-1, -1, -1, theirs.get(), archive, list},
      .init = true,  // What it unpacked is digested next: nobody may be writing to it by then.
  });
  return std::make_unique<Running>(kj::mv(process), kj::mv(ours));
}

Bundler::Report Bundler::finish(std::unique_ptr<Running> running) {
  auto bytes = allOf(running->answer);
  if (!bytes) {
    running->process.kill();
    return unreadable();
  }
  int status = running->process.reap();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || bytes->empty() || bytes->size() % sizeof(capnp::word) != 0)
    return unreadable();
  auto message = kj::heapArray<capnp::word>(bytes->size() / sizeof(capnp::word));
  memcpy(message.begin(), bytes->data(), bytes->size());
  std::unique_ptr<BundleReport> report;
  // Nonsense is as good as no answer.
  bool nonsense = kj::runCatchingExceptions([&] {
                    report = std::make_unique<BundleReport>(kj::mv(message));
                    report->get().totalSize();
                  }) != nullptr;
  if (nonsense) return unreadable();
  if (auto problem = report->get().getProblem(); problem.size() > 0)
    return BundleProblem{brief({problem.cStr(), problem.size()}, 500)};
  return report;
}

Bundler::Report Bundler::look(const BundleFile& bundle, Unsigned mayBe) const {
  if (!bundle.signature.empty() || mayBe == Unsigned::Refused) {
    auto checked = checkSignature(bundle);
    if (auto problem = std::get_if<BundleProblem>(&checked)) return std::move(*problem);
  }
  auto list = memory("list", bundle.list);
  return finish(start({"look", std::to_string(bundle.head.archiveAt()), std::to_string(bundle.head.archiveSize)},
                      bundle.file, list, -1, false));
}

Bundler::Report Bundler::unpack(const BundleFile& bundle, int folder) const {
  auto checked = checkSignature(bundle);
  if (auto problem = std::get_if<BundleProblem>(&checked)) return std::move(*problem);
  auto list = memory("list", bundle.list);
  auto result =
      finish(start({"unpack", std::to_string(bundle.head.archiveAt()), std::to_string(bundle.head.archiveSize)},
                   bundle.file, list, folder, true));
  if (std::get_if<BundleProblem>(&result) != nullptr) return result;
  kj::AutoCloseFd readable(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (auto problem = objectionToTree(readable); !problem.empty()) return BundleProblem{problem};
  return result;
}

Bundler::Report Bundler::unpackDebian(int file, int folder) const {
  struct stat status{};
  KJ_SYSCALL(fstat(file, &status));
  auto result = finish(start({"debian", std::to_string(status.st_size)}, file, memory("list", ""), folder, true));
  if (std::get_if<BundleProblem>(&result) != nullptr) return result;
  kj::AutoCloseFd readable(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (auto problem = objectionToTree(readable); !problem.empty()) return BundleProblem{problem};
  return result;
}

Bundler::Survey::Survey(std::unique_ptr<Running> running, kj::AutoCloseFd list)
    : m_running(std::move(running)), m_list(kj::mv(list)) {}
Bundler::Survey::Survey(Survey&&) noexcept = default;
Bundler::Survey::~Survey() = default;

Bundler::Survey Bundler::beginSurvey(int folder) const {
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  timeval limit{.tv_sec = TO_TELL, .tv_usec = 0};
  KJ_SYSCALL(setsockopt(ours, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
  auto nothing = memory("archive", "");
  return Survey(start({"survey"}, nothing, theirs, folder, false), kj::mv(ours));
}

Bundler::Report Bundler::Survey::finish(std::string_view list) {
  while (!list.empty()) {
    auto count = send(m_list, list.data(), list.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return unreadable();
    list.remove_prefix(static_cast<size_t>(count));
  }
  m_list = nullptr;  // Its end.
  return Bundler::finish(std::move(m_running));
}

std::variant<Bundler::Packed, BundleProblem> Bundler::pack(int folder, const std::string& beside) const {
  int raw = open(beside.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (raw < 0) fail("cannot write in " + escaped(beside) + ": " + strerror(errno));
  Packed packed{.archive = kj::AutoCloseFd(raw)};
  auto list = memory("list", "");
  auto result = finish(start({"pack"}, packed.archive, list, folder, false));
  if (auto problem = std::get_if<BundleProblem>(&result)) return std::move(*problem);
  packed.report = std::move(std::get<std::unique_ptr<BundleReport>>(result));
  packed.list = contentOf(list, BundleHead::MAX_LIST);
  struct stat status{};
  KJ_SYSCALL(fstat(packed.archive, &status));
  packed.archiveSize = static_cast<uint64_t>(status.st_size);
  if (packed.list.empty() || packed.archiveSize == 0 || packed.archiveSize > BundleHead::MAX_ARCHIVE)
    return unreadable();
  return packed;
}

std::string objectionToTree(int folder) { return Walk().check(folder); }

}  // namespace latchkey
