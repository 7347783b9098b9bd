// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/doorways.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/numbers.h"

namespace latchkey {
namespace {

constexpr int FIRST = 3, MOST = 1000;

std::string taken(const char* name) {
  auto value = getenv(name);
  std::string result = value == nullptr ? "" : value;
  unsetenv(name);
  return result;
}

int option(int fd, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

// Where a listening socket is found. Empty if that is nothing with a name.
std::string placeOf(int fd) {
  if (option(fd, SO_DOMAIN) != AF_UNIX || option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) != 1)
    return {};
  sockaddr_un address{};
  socklen_t length = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) < 0) return {};
  auto room = length - offsetof(sockaddr_un, sun_path);
  if (length <= offsetof(sockaddr_un, sun_path) || address.sun_path[0] != '/') return {};
  return {address.sun_path, strnlen(address.sun_path, room)};
}

void requireOurs(const std::string& path) {
  struct stat status{};
  KJ_REQUIRE(lstat(path.c_str(), &status) == 0, "a socket was handed over whose name is gone", path);
  KJ_REQUIRE(S_ISSOCK(status.st_mode) && status.st_uid == geteuid(), "a socket was handed over whose name is another's",
             path);
  KJ_REQUIRE((status.st_mode & 0077) == 0, "a socket was handed over that others may use: it wants SocketMode=0600",
             path);
}

}  // namespace

int descriptorsHandedOver() {
  auto whose = taken("LISTEN_PID"), many = taken("LISTEN_FDS");
  unsetenv("LISTEN_FDNAMES");
  unsetenv("LISTEN_PIDFDID");
  auto process = numberFrom<pid_t>(whose);
  if (!process || *process != getpid()) return 0;
  auto count = numberFrom<int>(many);
  KJ_REQUIRE(count.value_or(-1) >= 0 && *count <= MOST, "LISTEN_FDS is no number of descriptors", many);
  return *count;
}

OwnName::OwnName(std::string path) : m_path(kj::mv(path)) {
  struct stat status{};
  KJ_SYSCALL(lstat(m_path.c_str(), &status), m_path);
  m_device = status.st_dev;
  m_inode = status.st_ino;
}

OwnName::OwnName(OwnName&& other) noexcept
    : m_path(kj::mv(other.m_path)), m_device(other.m_device), m_inode(other.m_inode) {
  other.m_path.clear();
}

OwnName::~OwnName() noexcept {
  struct stat status{};
  if (m_path.empty() || lstat(m_path.c_str(), &status) < 0) return;
  if (status.st_dev == m_device && status.st_ino == m_inode) unlink(m_path.c_str());
}

kj::Maybe<Doorways> Doorways::tryMake(const Places& places) {
  if (tryConnect(places.personSocket()) != nullptr) return nullptr;
  Doorways made{.person = listenAt(places.personSocket()), .returning = listenAt(places.returnSocket())};
  made.names.add(places.personSocket());
  made.names.add(places.returnSocket());
  return kj::mv(made);
}

Doorways Doorways::takeOver(const Places& places, int count) {
  KJ_REQUIRE(count == 2, "not two sockets were handed over: Latchkey listens at two places", count);
  kj::AutoCloseFd all[] = {kj::AutoCloseFd(FIRST), kj::AutoCloseFd(FIRST + 1)};
  Doorways result;
  for (auto& fd : all) {
    KJ_SYSCALL(fcntl(fd, F_SETFD, FD_CLOEXEC), "a descriptor that was handed over is none");
    auto place = placeOf(fd);
    auto isPerson = place == places.personSocket();
    KJ_REQUIRE(isPerson || place == places.returnSocket(),
               "what was handed over listens at no place of this Latchkey's", place);
    auto& mine = isPerson ? result.person : result.returning;
    KJ_REQUIRE(mine.get() < 0, "two sockets were handed over for the same place", place);
    requireOurs(place);
    mine = kj::mv(fd);
  }
  return result;
}

}  // namespace latchkey
