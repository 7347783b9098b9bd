// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/fetcher.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <memory>
#include <vector>

#include "broker/base/text.h"
#include "launcher/confined/confined.h"

namespace latchkey::repository {
namespace {

constexpr const char* CERTIFICATES = "/run/certificates";
constexpr size_t BUFFER = 256 << 10;
constexpr time_t TO_TELL = 15;  // Seconds in which curl takes what it is told.
constexpr int WAIT = 100;       // Milliseconds between two questions whether to go on.

std::string hostOf(const std::string& url) {
  auto start = url.find("://") + 3;
  return brief(url.substr(start, url.find('/', start) - start), 100);
}

Problem refused(const std::string& location, const std::string& why) { return {brief(location, 200) + " " + why}; }

// curl's statuses, for a person.
Problem curlProblem(const std::string& url, int status) {
  auto host = hostOf(url);
  auto offline = [&](const char* why) { return Problem{host + " " + why, Problem::Kind::Offline}; };
  switch (status) {
    case 5:
    case 6: return offline("was not found: is this computer online?");
    case 7: return offline("does not answer: is this computer online?");
    case 28: return offline("is too slow, or stopped in the middle");
    case 18:
    case 52:
    case 55:
    case 56: return offline("broke the connection off");
    case 22: return {host + " has no such repository, or not all of it"};
    case 33: return {host + " cannot send parts of files, which a repository needs"};
    case 63: return {host + " sends more than there should be"};
    case 35:
    case 53:
    case 54:
    case 58:
    case 59:
    case 60:
    case 77:
    case 83:
    case 90: return {host + " cannot prove that it is " + host + " (its certificate is not accepted)"};
    case 1:
    case 47: return {host + " leads to somewhere else, which is not followed"};
    case 126:
    case 127: return {"curl is missing: install it to follow repositories over the network", Problem::Kind::Local};
    default: return {std::format("{} cannot be read from (curl says {})", host, status)};
  }
}

}  // namespace

// A curl that waits for being told what to get.
class Fetcher::Curl {
public:
  explicit Curl(const FetchSettings& settings) {
    // Orders come by a socket, not by a pipe: that it is gone is an answer there, not a signal.
    int orders[2], ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, orders));
    m_orders = kj::AutoCloseFd(orders[0]);
    kj::AutoCloseFd input(orders[1]);
    timeval limit{.tv_sec = TO_TELL, .tv_usec = 0};
    KJ_SYSCALL(setsockopt(m_orders, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
    KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
    m_from = kj::AutoCloseFd(ends[0]);
    kj::AutoCloseFd theirs(ends[1]);
    fcntl(m_from, F_SETPIPE_SZ, 1 << 20);  // Who has many pipes may not; it works without.
    std::vector<ConfinedProgram::Place> places;
    kj::AutoCloseFd certificates;
    if (!settings.certificates.empty()) {
      certificates = kj::AutoCloseFd(open(settings.certificates.c_str(), O_PATH | O_CLOEXEC));
      places.push_back({certificates.get(), CERTIFICATES, false});
    }
    // -q: no settings of anybody's.
    m_process = std::make_unique<Confined>(Confined::start({.program = settings.curl,
                                                            .arguments = {"-q", "--fail-early", "--config", "-"},
                                                            .places = std::move(places),
                                                            .descriptors = {input.get(), theirs.get(), -1},
                                                            .network = true}));
  }

  // Once. Of one that does not take it, the status tells later.
  void tell(std::string_view order) {
    while (!order.empty()) {
      auto count = send(m_orders, order.data(), order.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) m_process->kill();
      if (count <= 0) break;
      order.remove_prefix(static_cast<size_t>(count));
    }
    m_orders = nullptr;  // That is all.
  }
  int output() const { return m_from.get(); }
  Confined& process() { return *m_process; }

private:
  kj::AutoCloseFd m_orders, m_from;
  std::unique_ptr<Confined> m_process;
};

// One curl, and what it is getting: its pieces, one after the other on one connection.
class Fetcher::Worker {
public:
  Worker(std::unique_ptr<Curl> curl, const FetchSettings& settings, const std::string& url,
         std::span<const Piece> pieces, std::vector<size_t> indices)
      : m_url(url), m_pieces(pieces), m_indices(std::move(indices)), m_curl(std::move(curl)) {
    std::string order;
    for (auto& index : m_indices) order += orderFor(settings, pieces[index], &index != &m_indices.back());
    m_curl->tell(order);
  }

  int descriptor() const { return m_curl->output(); }
  bool ended() const { return m_ended; }

  // One read. What went wrong, if something did.
  std::optional<Problem> proceed(const Take& take, std::vector<char>& buffer, uint64_t& received) {
    auto count = ::read(m_curl->output(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return {};
    if (count <= 0) return finish();
    received += static_cast<uint64_t>(count);
    std::string_view bytes(buffer.data(), static_cast<size_t>(count));
    while (!bytes.empty()) {
      if (m_current == m_indices.size()) return stop("sends more than there should be");
      auto index = m_indices[m_current];
      auto part = bytes.substr(0, m_pieces[index].size - m_got);
      if (part.empty()) return stop("sends more than there should be");
      if (!take(index, part)) return stop("sends something else than what was published");
      m_got += part.size();
      bytes.remove_prefix(part.size());
      bool more = m_pieces[index].kind == Piece::Kind::UpTo;  // Only its end says that it is all.
      if (m_got == m_pieces[index].size && !more) ++m_current, m_got = 0;
    }
    return {};
  }

private:
  std::string orderFor(const FetchSettings& settings, const Piece& piece, bool more) const {
    bool secure = m_url.starts_with("https:");
    // Every option for each: `next` forgets them.
    auto order = std::format(
        "url = \"{}/{}\"\noutput = \"-\"\nsilent\nfail\ngloboff\npath-as-is\nproto = \"={}\"\nuser-agent = "
        "\"latchkey\"\n"
        "connect-timeout = 15\nspeed-limit = {}\nspeed-time = {}\nmax-filesize = {}\n",
        m_url, piece.path, secure ? "https" : "http", settings.slowest, settings.patience, piece.size);
    if (piece.kind == Piece::Kind::Range) order += std::format("range = {}-{}\n", piece.at, piece.at + piece.size - 1);
    if (piece.kind == Piece::Kind::UpTo) order += std::format("max-time = {}\n", settings.patience * 3);
    if (secure) order += "tlsv1.2\nlocation\nproto-redir = \"=https\"\nmax-redirs = 3\n";
    if (!settings.certificates.empty()) order += std::format("cacert = \"{}\"\n", CERTIFICATES);
    return more ? order + "next\n" : order;
  }

  std::optional<Problem> stop(const char* why) {
    m_curl->process().kill();
    m_ended = true;
    return refused(m_url, why);
  }

  std::optional<Problem> finish() {
    m_ended = true;
    int status = m_curl->process().reap();
    if (!WIFEXITED(status)) return refused(m_url, "could not be read: curl was ended");
    if (WEXITSTATUS(status) != 0) return curlProblem(m_url, WEXITSTATUS(status));
    bool open = m_current < m_indices.size() && m_pieces[m_indices[m_current]].kind == Piece::Kind::UpTo;
    if (m_current < m_indices.size() && !open) return refused(m_url, "sends less than there should be");
    return {};
  }

  std::string m_url;
  std::span<const Piece> m_pieces;
  std::vector<size_t> m_indices;
  size_t m_current = 0;
  uint64_t m_got = 0;  // Of the current one.
  std::unique_ptr<Curl> m_curl;
  bool m_ended = false;
};

Fetcher::Fetcher(FetchSettings settings) : m_settings(std::move(settings)) {}
Fetcher::~Fetcher() = default;
Fetcher::Fetcher(Fetcher&&) noexcept = default;
Fetcher& Fetcher::operator=(Fetcher&&) noexcept = default;

void Fetcher::prepare(const std::string& location, unsigned count) const {
  if (location.starts_with('/') || access(m_settings.curl.c_str(), X_OK) < 0) return;
  while (m_waiting.size() < count) m_waiting.push_back(std::make_unique<Curl>(m_settings));
}

std::unique_ptr<Fetcher::Curl> Fetcher::takeCurl() const {
  if (m_waiting.empty()) return std::make_unique<Curl>(m_settings);
  auto curl = std::move(m_waiting.front());  // The first has had most time to start.
  m_waiting.erase(m_waiting.begin());
  return curl;
}

std::optional<Problem> Fetcher::fetch(const std::string& location, std::span<const Piece> pieces, const Take& take,
                                      const GoOn& goOn) const {
  KJ_REQUIRE(isLocation(location), "no place a repository can be");
  for (auto& piece : pieces) KJ_REQUIRE(piece.size > 0 && (piece.kind != Piece::Kind::UpTo || pieces.size() == 1));
  if (pieces.empty()) return {};
  m_requests += pieces.size();
  return location.starts_with('/') ? read(location, pieces, take, goOn) : download(location, pieces, take, goOn);
}

std::optional<Problem> Fetcher::read(const std::string& folder, std::span<const Piece> pieces, const Take& take,
                                     const GoOn& goOn) const {
  kj::AutoCloseFd root(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return Problem{brief(folder, 200) + " is not there", Problem::Kind::Offline};
  std::vector<char> buffer(BUFFER);
  std::string opened;
  kj::AutoCloseFd file;
  uint64_t length = 0;
  for (size_t index = 0; index < pieces.size(); ++index) {
    auto& piece = pieces[index];
    if (opened != piece.path) {
      file =
          kj::AutoCloseFd(openat(root, piece.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
      opened = piece.path;
      struct stat status{};
      if (file.get() < 0 || fstat(file, &status) < 0 || !S_ISREG(status.st_mode))
        return refused(folder, "has no such repository, or not all of it");
      length = static_cast<uint64_t>(status.st_size);
    }
    auto end = piece.kind == Piece::Kind::UpTo ? length : piece.at + piece.size;
    if (piece.kind != Piece::Kind::Range && end > length) return refused(folder, "has less than there should be");
    if (end - piece.at > piece.size || (piece.kind == Piece::Kind::File && length != piece.size))
      return refused(folder, "has more than there should be");
    for (auto at = piece.at; at < end;) {
      if (goOn && !goOn()) return Problem{"it was given up", Problem::Kind::Stopped};
      auto count = pread(file, buffer.data(), std::min<uint64_t>(buffer.size(), end - at), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Problem{brief(folder, 200) + " cannot be read: " + strerror(errno), Problem::Kind::Offline};
      if (count == 0) return refused(folder, "has less than there should be");
      m_received += static_cast<uint64_t>(count);
      at += static_cast<uint64_t>(count);
      if (!take(index, {buffer.data(), static_cast<size_t>(count)}))
        return refused(folder, "has something else than what was published");
    }
  }
  return {};
}

std::optional<Problem> Fetcher::download(const std::string& url, std::span<const Piece> pieces, const Take& take,
                                         const GoOn& goOn) const {
  if (access(m_settings.curl.c_str(), X_OK) < 0) return curlProblem(url, 127);
  // So many connections that each has something worth its start.
  constexpr uint64_t WORTH = 256 << 10;
  uint64_t sum = 0;
  for (auto& piece : pieces) sum += piece.size;
  auto count = std::clamp<uint64_t>(sum / WORTH, 1, std::min<uint64_t>(m_settings.parallel, pieces.size()));
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint64_t i = 0; i < count; ++i) {
    std::vector<size_t> indices;
    for (auto index = i; index < pieces.size(); index += count) indices.push_back(index);
    workers.push_back(std::make_unique<Worker>(takeCurl(), m_settings, url, pieces, std::move(indices)));
  }
  std::vector<char> buffer(BUFFER);
  while (!workers.empty()) {
    if (goOn && !goOn()) return Problem{"it was given up", Problem::Kind::Stopped};
    std::vector<pollfd> waiting;
    for (auto& worker : workers) waiting.push_back({.fd = worker->descriptor(), .events = POLLIN, .revents = 0});
    auto ready = poll(waiting.data(), waiting.size(), WAIT);
    if (ready < 0 && errno != EINTR) return Problem{strerror(errno), Problem::Kind::Local};
    for (size_t i = 0; ready > 0 && i < workers.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      if (auto problem = workers[i]->proceed(take, buffer, m_received)) return problem;
    }
    std::erase_if(workers, [](auto& worker) { return worker->ended(); });
  }
  return {};
}

}  // namespace latchkey::repository
