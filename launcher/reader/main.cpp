// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-reader: decodes what apps have chosen, where it can do no harm.
//
// Started by ReaderClient in a sandbox without home, network or session, with one socket as descriptor 3. Takes files
// one by one as descriptors and answers pixels or text. It trusts nothing it reads, and nobody trusts what it answers.

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <QGuiApplication>

#include "launcher/reader/decode.h"
#include "launcher/reader/reader-protocol.h"

using namespace latchkey::reader;

namespace {

constexpr qint64 MAX_ICON = 4 << 20;
constexpr qint64 MAX_FILE = 64 << 20;

// Before the first byte of input. Address space: Qt itself maps about 400 MiB of libraries, fonts and arenas.
void limit() {
  auto set = [](int what, rlim_t value) {
    rlimit limit{value, value};
    if (setrlimit(static_cast<__rlimit_resource_t>(what), &limit) < 0) _exit(125);
  };
#ifndef LATCHKEY_REPORTS  // A sanitizer maps terabytes, and writes its report to a file.
  set(RLIMIT_AS, rlim_t{1536} << 20);
  set(RLIMIT_FSIZE, 0);
  signal(SIGXFSZ, SIG_IGN);  // An icon with text makes fontconfig try to keep what it found; it does without.
#endif
  set(RLIMIT_CPU, 60);
  set(RLIMIT_CORE, 0);
  set(RLIMIT_NOFILE, 64);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Seconds of processor time for one file: a signal ends us, and the client sees it at once.
void limitOne() {
  itimerval limit{};
  limit.it_value.tv_sec = 2;
  setitimer(ITIMER_PROF, &limit, nullptr);
}

// False when the client has gone.
bool take(Request& request, int& file) {
  iovec part{&request, sizeof request};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got;
  while ((got = recvmsg(CHANNEL, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL)) < 0 && errno == EINTR) {}
  auto header = CMSG_FIRSTHDR(&message);
  if (got != sizeof request || header == nullptr || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN(sizeof(int)))
    return false;
  memcpy(&file, CMSG_DATA(header), sizeof file);
  return true;
}

bool give(const void* bytes, size_t size) {
  auto at = static_cast<const char*>(bytes);
  while (size > 0) {
    auto sent = send(CHANNEL, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

// From the beginning, whatever its offset is. Empty if it is larger than `limit` or no regular file.
QByteArray contentOf(int file, qint64 limit) {
  struct stat status{};
  if (fstat(file, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size > limit) return {};
  QByteArray bytes(status.st_size, Qt::Uninitialized);
  for (qsizetype at = 0; at < bytes.size();) {
    auto got = pread(file, bytes.data() + at, static_cast<size_t>(bytes.size() - at), at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return bytes.first(at);
    at += got;
  }
  return bytes;
}

bool answerImage(const QImage& image) {
  Reply reply{Kind::Pixels, static_cast<uint32_t>(image.width()), static_cast<uint32_t>(image.height()), 0,
              uint64_t{4} * static_cast<uint64_t>(image.width()) * static_cast<uint64_t>(image.height())};
  if (!give(&reply, sizeof reply)) return false;
  for (int row = 0; row < image.height(); ++row) {
    if (!give(image.constScanLine(row), size_t{4} * static_cast<size_t>(image.width()))) return false;
  }
  return true;
}

bool answerText(Kind kind, const QByteArray& text) {
  auto bounded = text.first(std::min(text.size(), static_cast<qsizetype>(MAX_TEXT)));
  Reply reply{bounded.isEmpty() ? Kind::Nothing : kind, 0, 0, 0, static_cast<uint64_t>(bounded.size())};
  return give(&reply, sizeof reply) && give(bounded.constData(), static_cast<size_t>(bounded.size()));
}

bool answer(const Request& request, const QByteArray& bytes) {
  auto side = static_cast<int>(std::min(request.side, MAX_SIDE));
  if (auto image = decodeImage(bytes, side); !image.isNull()) return answerImage(image);
  if (request.task == Task::Icon) return answerText(Kind::Nothing, {});
  if (auto names = firstNames(bytes); !names.isEmpty()) return answerText(Kind::Listing, names);
  return answerText(Kind::Text, firstLines(bytes));
}

}  // namespace

int main(int count, char** words) {
  // Whoever started us may have left descriptors open that are none of our business.
  syscall(SYS_close_range, static_cast<unsigned>(CHANNEL) + 1, ~0u, 0u);
  limit();
  QGuiApplication application(count, words);
  Request request{};
  for (int file = -1; take(request, file); close(file)) {
    limitOne();
    if (!answer(request, contentOf(file, request.task == Task::Icon ? MAX_ICON : MAX_FILE))) return 1;
  }
  return 0;
}
