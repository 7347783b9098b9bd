// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/packer.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/failure.h"
#include "broker/base/spawn.h"
#include "launcher/repository/packer-protocol.h"

namespace latchkey::repository {
namespace {

constexpr const char* INSIDE = "/run/chunks/latchkey-chunks";
constexpr int PATIENCE = 120'000;  // For one piece of at most 48 MB.

// A socket, not a pipe: an end that is gone is an answer there, not a signal.
bool send(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    auto count = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool receive(int from, char* bytes, size_t size) {
  while (size > 0) {
    pollfd wait{.fd = from, .events = POLLIN, .revents = 0};
    auto ready = poll(&wait, 1, PATIENCE);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    auto count = read(from, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

}  // namespace

Packer::Packer(std::string program) : m_program(program.empty() ? besideUs("latchkey-chunks") : std::move(program)) {}

void Packer::prepare() {
  if (m_process != nullptr) return;
  kj::AutoCloseFd program(open(m_program.c_str(), O_PATH | O_CLOEXEC));
  if (program.get() < 0) fail("cannot find latchkey-chunks: is Latchkey installed completely?");
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  m_to = kj::AutoCloseFd(ends[0]);
  kj::AutoCloseFd theirs(ends[1]);
  m_from = kj::AutoCloseFd(dup(ends[0]));
  std::vector<ConfinedProgram::Place> places{{program.get(), INSIDE, false}};
#ifdef LATCHKEY_REPORTS
  kj::AutoCloseFd reports(open(LATCHKEY_REPORTS, O_PATH | O_CLOEXEC));
  if (reports.get() >= 0) places.push_back({reports.get(), LATCHKEY_REPORTS, true});
#endif
  m_process = Confined::start({.program = INSIDE,
                               .environment = {{"QT_LOGGING_RULES", "*=false"}},
                               .places = std::move(places),
                               .descriptors = {theirs.get(), theirs.get(), -1}});
}

std::optional<std::string> Packer::ask(char what, std::string_view bytes, size_t size) {
  KJ_REQUIRE(bytes.size() <= packer::MOST && size <= packer::MOST);
  prepare();
  packer::Question question{.what = static_cast<uint32_t>(what),
                            .bytes = static_cast<uint32_t>(bytes.size()),
                            .size = static_cast<uint32_t>(size)};
  packer::Answer answer;
  std::string head(reinterpret_cast<const char*>(&question), sizeof question), result;
  bool answered = send(m_to, head) && send(m_to, bytes) &&
                  receive(m_from, reinterpret_cast<char*>(&answer), sizeof answer) && answer.bytes <= packer::MOST;
  if (answered) {
    result.resize(answer.bytes);
    answered = receive(m_from, result.data(), result.size());
  }
  if (!answered) {
    // Of what killed it nothing is left for the next piece.
    m_process = nullptr;
    return {};
  }
  return answer.sound == 1 ? std::optional(std::move(result)) : std::nullopt;
}

std::string Packer::pack(std::string_view bytes) {
  auto packed = ask(packer::PACK, bytes, 0);
  if (!packed) fail("packing failed: latchkey-chunks ended or was ended");
  return packed->size() < bytes.size() ? std::move(*packed) : std::string(bytes);
}

std::optional<std::string> Packer::unpack(std::string_view bytes, size_t size) {
  if (bytes.size() == size) return std::string(bytes);
  if (bytes.size() > size) return {};
  auto result = ask(packer::UNPACK, bytes, size);
  return result && result->size() == size ? std::move(result) : std::nullopt;
}

}  // namespace latchkey::repository
