// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/listeners.h"

#include <linux/netlink.h>
#include <sys/stat.h>

#include <QTest>

#include "tests/portals/network/elsewhere.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

int diagnosis() { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG); }

// "8080/tcp 9090/tcp@loopback".
std::string shown(const std::vector<ListeningPort>& ports) {
  std::string text;
  for (auto& port : ports)
    text += (text.empty() ? "" : " ") + std::to_string(port.port) + (port.udp ? "/udp" : "/tcp") +
            (port.loopback ? "@loopback" : "");
  return text;
}

uint64_t inodeOf(int fd) {
  struct stat status{};
  fstat(fd, &status);
  return status.st_ino;
}

}  // namespace

class ListenersTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatListensIsSeen();
  void whatIsOursIsNot();
  void whatEndsIsGone();
  void theHostsAreNotSeen();
  void manyAreBounded();
};

void ListenersTest::whatListensIsSeen() {
  auto fds = madeElsewhere([] {
    int client = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_storage place;
    auto size = parsed("127.0.0.1").toSocket(5353, place);
    ::connect(client, reinterpret_cast<sockaddr*>(&place), size);
    return std::vector{diagnosis(),
                       boundSocket(SOCK_STREAM, "0.0.0.0", 8080),
                       boundSocket(SOCK_STREAM, "127.0.0.1", 9090),
                       boundSocket(SOCK_STREAM, "::1", 9090),
                       boundSocket(SOCK_STREAM, "127.0.0.1", 7070),
                       boundSocket(SOCK_STREAM, "::", 7070),
                       boundSocket(SOCK_STREAM, "198.19.255.254", 6060),
                       boundSocket(SOCK_DGRAM, "0.0.0.0", 5353),
                       boundSocket(SOCK_DGRAM, "0.0.0.0", 40000),
                       client};
  });
  if (fds.empty()) QSKIP("no network namespaces on this machine");
  QCOMPARE(shown(listeningIn(fds[0], {})), std::string("5353/udp 6060/tcp 7070/tcp 8080/tcp 9090/tcp@loopback"));
}

void ListenersTest::whatIsOursIsNot() {
  auto fds = madeElsewhere([] {
    return std::vector{diagnosis(), boundSocket(SOCK_STREAM, "127.0.0.1", 8080),
                       boundSocket(SOCK_STREAM, "127.0.0.1", 9090), boundSocket(SOCK_DGRAM, "127.0.0.53", 53)};
  });
  if (fds.empty()) QSKIP("no network namespaces on this machine");
  QCOMPARE(shown(listeningIn(fds[0], {inodeOf(fds[1]), inodeOf(fds[3])})), std::string("9090/tcp@loopback"));
  QCOMPARE(listeningIn(fds[0], {})[1].inode, inodeOf(fds[1]));
}

void ListenersTest::whatEndsIsGone() {
  auto fds = madeElsewhere([] { return std::vector{diagnosis(), boundSocket(SOCK_STREAM, "0.0.0.0", 8080)}; });
  if (fds.empty()) QSKIP("no network namespaces on this machine");
  QCOMPARE(listeningIn(fds[0], {}).size(), size_t(1));
  fds[1] = nullptr;
  QVERIFY(listeningIn(fds[0], {}).empty());
}

void ListenersTest::theHostsAreNotSeen() {
  kj::AutoCloseFd host(boundSocket(SOCK_STREAM, "127.0.0.1", 0));
  auto fds = madeElsewhere([] { return std::vector{diagnosis()}; });
  if (fds.empty()) QSKIP("no network namespaces on this machine");
  QVERIFY(listeningIn(fds[0], {}).empty());
  QVERIFY(listeningIn(-1, {}).empty());
}

void ListenersTest::manyAreBounded() {
  auto fds = madeElsewhere([] {
    int first = diagnosis();
    std::vector<int> all;
    // They stay with the child; what is told of them is told while it lives.
    static std::vector<ListeningPort> seen;
    for (uint16_t port = 2000; port < 3500; ++port) all.push_back(boundSocket(SOCK_STREAM, "127.0.0.1", port));
    seen = listeningIn(first, {});
    if (seen.size() != 1'000) _exit(3);
    for (int fd : all) close(fd);
    if (!listeningIn(first, {}).empty()) _exit(4);
    return std::vector{first};
  });
  auto probe = madeElsewhere([] { return std::vector{diagnosis()}; });
  if (probe.empty()) QSKIP("no network namespaces on this machine");
  QCOMPARE(fds.size(), size_t(1));
}

QTEST_GUILESS_MAIN(ListenersTest)
#include "listeners-test.moc"
