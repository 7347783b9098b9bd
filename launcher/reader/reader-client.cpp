// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/reader/reader-client.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "broker/base/connection.h"
#include "broker/base/log.h"
#include "broker/base/send-descriptors.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/confined/confined.h"

namespace latchkey {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto PATIENCE = std::chrono::seconds(10);  // For one file, a cold start on a busy machine included.
constexpr const char* INSIDE = "/run/reader/latchkey-reader";
constexpr size_t MAX_LINES = 200, MAX_LINE = 300;

bool waitFor(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{fd, events, 0};
    int count = poll(&wait, 1, static_cast<int>(left));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

bool sendRequest(int fd, const reader::Request& request, int file, Clock::time_point deadline) {
  for (;;) {
    auto sent = sendWithDescriptors(fd, bytesOf(request), kj::arrayPtr(&file, 1), MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(sizeof request)) return true;
    if (sent >= 0) return false;  // So few bytes go whole or not at all.
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !waitFor(fd, POLLOUT, deadline)) return false;
  }
}

bool receive(int fd, void* target, size_t size, Clock::time_point deadline) {
  auto at = static_cast<char*>(target);
  while (size > 0) {
    auto got = recv(fd, at, size, MSG_DONTWAIT);
    if (got > 0) {
      at += got;
      size -= static_cast<size_t>(got);
    } else if (got == 0 || (errno != EINTR && (errno != EAGAIN || !waitFor(fd, POLLIN, deadline)))) {
      return false;
    }
  }
  return true;
}

bool isSound(const reader::Reply& reply, uint32_t side) {
  switch (reply.kind) {
    case reader::Kind::Nothing: return reply.length == 0;
    case reader::Kind::Pixels:
      return reply.width > 0 && reply.height > 0 && reply.width <= side && reply.height <= side &&
             reply.length == uint64_t{reply.width} * reply.height * 4;
    case reader::Kind::Text:
    case reader::Kind::Listing: return reply.length <= reader::MAX_TEXT;
  }
  return false;
}

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < MAX_LINES) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(brief(line, MAX_LINE));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

struct ReaderClient::Process {
  Confined confined;
  kj::AutoCloseFd channel;
};

struct ReaderClient::Answer {
  reader::Reply reply{};
  std::string bytes = {};
};

ReaderClient::ReaderClient(std::string program)
    : m_program(program.empty() ? besideUs("latchkey-reader") : std::move(program)) {}
ReaderClient::~ReaderClient() = default;

ReaderClient::Process& ReaderClient::ensureProcess() {
  if (m_process) return *m_process;
  auto pair = socketPair();
  int raw;
  KJ_SYSCALL(raw = open(m_program.c_str(), O_PATH | O_CLOEXEC), m_program);
  kj::AutoCloseFd program(raw);
  std::vector<ConfinedProgram::Place> places{{program.get(), INSIDE, false}};
#ifdef LATCHKEY_REPORTS
  kj::AutoCloseFd reports(open(LATCHKEY_REPORTS, O_PATH | O_CLOEXEC));
  if (reports.get() >= 0) places.push_back({reports.get(), LATCHKEY_REPORTS, true});
#endif
  auto confined = Confined::start({
      .program = INSIDE,
      .environment = {{"QT_QPA_PLATFORM", "offscreen"}, {"XDG_RUNTIME_DIR", "/tmp"}, {"QT_LOGGING_RULES", "*=false"}},
      .places = std::move(places),
      .descriptors = {-1, -1, -1, pair.theirs.get()},
  });
  m_process = std::make_unique<Process>(Process{kj::mv(confined), kj::mv(pair.ours)});
  return *m_process;
}

std::optional<ReaderClient::Answer> ReaderClient::ask(reader::Task task, int file, uint32_t side) {
  if (file < 0 || side == 0 || side > reader::MAX_SIDE) return {};
  auto& process = ensureProcess();
  auto deadline = Clock::now() + PATIENCE;
  Answer answer;
  if (sendRequest(process.channel, {task, side}, file, deadline) &&
      receive(process.channel, &answer.reply, sizeof answer.reply, deadline) && isSound(answer.reply, side)) {
    answer.bytes.resize(answer.reply.length);
    if (receive(process.channel, answer.bytes.data(), answer.bytes.size(), deadline)) return answer;
  }
  // Dead, stuck or lying: the next file gets another one.
  logInfo("the reader could not read a file");
  m_process.reset();
  return {};
}

std::optional<Pixels> ReaderClient::icon(int file, uint32_t side) {
  auto answer = ask(reader::Task::Icon, file, side);
  if (!answer || answer->reply.kind != reader::Kind::Pixels) return {};
  return Pixels{answer->reply.width, answer->reply.height, std::move(answer->bytes)};
}

std::vector<std::optional<Pixels>> ReaderClient::icons(const std::vector<int>& files, uint32_t side) {
  std::vector<std::optional<Pixels>> result;
  for (int file : files) result.push_back(icon(file, side));
  return result;
}

FilePreview ReaderClient::preview(int file, uint32_t side) {
  auto answer = ask(reader::Task::Preview, file, side);
  if (!answer) return {};
  switch (answer->reply.kind) {
    case reader::Kind::Nothing: return {};
    case reader::Kind::Pixels:
      return {.kind = FilePreview::Kind::Image,
              .image = {answer->reply.width, answer->reply.height, std::move(answer->bytes)}};
    case reader::Kind::Text: return {.kind = FilePreview::Kind::Text, .lines = linesOf(answer->bytes)};
    case reader::Kind::Listing: return {.kind = FilePreview::Kind::Listing, .lines = linesOf(answer->bytes)};
  }
  return {};
}

}  // namespace latchkey
