// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/wayland-relay.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

using namespace latchkey::windows;

class WaylandRelayTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatItDoesNotKnowPassesAsItIs();
  void halfAMessageWaitsForItsOtherHalf();
  void descriptorsComeWithTheirMessages();
  void theWindowIsNamedAfterTheApp();
  void aNewTitleIsToldAtOnce();
  void aNewTitleStandsBetweenTwoMessages();
  void aWishToCloseIsKeptBack();
  void otherObjectsOfTheSameNumberAreNotTaken();
  void theSizeOfTheScreenIsHeard();
  void onlyWhatXwaylandNeedsIsThere();
  void aDescriptorThatIsNotThereEndsIt();
  void whatIsNoMessageEndsIt_data();
  void whatIsNoMessageEndsIt();
  void objectsAreBounded();
  void anEndOfEitherSideEndsIt();
};

namespace {

std::string word(uint32_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }
std::string message(uint32_t object, uint32_t opcode, const std::string& arguments = {}) {
  return word(object) + word(static_cast<uint32_t>((8 + arguments.size()) << 16 | opcode)) + arguments;
}
std::string text(std::string content) {
  auto size = static_cast<uint32_t>(content.size() + 1);
  content.resize((content.size() + 4) & ~size_t{3});
  return word(size) + content;
}

struct World {
  explicit World(Clipboard clipboard = Clipboard::Apart) {
    int server[2], compositor[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server) != 0) qFatal("no sockets");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, compositor) != 0) qFatal("no sockets");
    relay = std::make_unique<WaylandRelay>(server[1], compositor[1], "org.example.App", clipboard);
    this->server = server[0];
    this->compositor = compositor[0];
  }
  ~World() {
    close(server);
    close(compositor);
  }

  // Says it at one side and gives what arrives at the other.
  std::string fromServer(const std::string& said) { return pass(server, compositor, said); }
  std::string fromCompositor(const std::string& said) { return pass(compositor, server, said); }
  std::string pass(int from, int to, const std::string& said) {
    if (!said.empty() && write(from, said.data(), said.size()) != ssize_t(said.size())) qFatal("not written");
    alive = relay->pump();
    char heard[65536];
    auto size = recv(to, heard, sizeof heard, MSG_DONTWAIT);
    return {heard, size > 0 ? static_cast<size_t>(size) : 0};
  }

  // Registry 2, xdg_wm_base 3, surface 4, xdg_surface 5, xdg_toplevel 6; wl_output 7.
  void makeWindow() {
    fromServer(message(1, 1, word(2)) + message(2, 0, word(18) + text("xdg_wm_base") + word(1) + word(3)) +
               message(2, 0, word(40) + text("wl_output") + word(2) + word(7)) + message(3, 2, word(5) + word(4)) +
               message(5, 1, word(6)));
  }

  std::unique_ptr<WaylandRelay> relay;
  int server = -1, compositor = -1;
  bool alive = true;
};

}  // namespace

void WaylandRelayTest::whatItDoesNotKnowPassesAsItIs() {
  World world;
  auto said = message(9, 1, word(4) + text("anything")) + message(10, 300);
  QCOMPARE(world.fromServer(said), said);
  QCOMPARE(world.fromCompositor(said), said);
  QVERIFY(world.alive);
}

void WaylandRelayTest::halfAMessageWaitsForItsOtherHalf() {
  World world;
  auto said = message(9, 1, text("in two pieces"));
  QCOMPARE(world.fromServer(said.substr(0, 10)), std::string());
  QCOMPARE(world.fromServer(said.substr(10)), said);
}

void WaylandRelayTest::descriptorsComeWithTheirMessages() {
  World world;
  world.fromServer(message(1, 1, word(2)) + message(2, 0, word(3) + text("wl_shm") + word(1) + word(9)));
  auto said = message(9, 0, word(10) + word(4096));
  int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  iovec part{said.data(), said.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof file)] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  auto first = CMSG_FIRSTHDR(&header);
  first->cmsg_level = SOL_SOCKET;
  first->cmsg_type = SCM_RIGHTS;
  first->cmsg_len = CMSG_LEN(sizeof file);
  memcpy(CMSG_DATA(first), &file, sizeof file);
  QCOMPARE(sendmsg(world.server, &header, 0), ssize_t(said.size()));
  QVERIFY(world.relay->pump());
  memset(control, 0, sizeof control);
  header.msg_controllen = sizeof control;
  QCOMPARE(recvmsg(world.compositor, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC), ssize_t(said.size()));
  first = CMSG_FIRSTHDR(&header);
  QVERIFY(first != nullptr);
  int got;
  memcpy(&got, CMSG_DATA(first), sizeof got);
  struct stat before, after;
  QVERIFY(fstat(file, &before) == 0 && fstat(got, &after) == 0);
  QCOMPARE(after.st_ino, before.st_ino);
  close(file);
  close(got);
}

void WaylandRelayTest::theWindowIsNamedAfterTheApp() {
  World world;
  world.makeWindow();
  QCOMPARE(world.fromServer(message(6, 2, text("Xwayland on :0"))), message(6, 2, text("org.example.App")));
  QCOMPARE(world.fromServer(message(6, 3, text("org.freedesktop.Xwayland"))), message(6, 3, text("org.example.App")));
}

void WaylandRelayTest::aNewTitleIsToldAtOnce() {
  World world;
  world.makeWindow();
  world.relay->setTitle("letters\x1b[2J");
  QCOMPARE(world.fromServer(""), message(6, 2, text("letters\\x1b[2J")));
  world.relay->setTitle("letters\x1b[2J");
  QCOMPARE(world.fromServer(""), std::string());
  QCOMPARE(world.fromServer(message(6, 2, text("Xwayland on :0 - grabbed"))), message(6, 2, text("letters\\x1b[2J")));
}

void WaylandRelayTest::aNewTitleStandsBetweenTwoMessages() {
  World world;
  world.makeWindow();
  auto said = message(9, 1, text("in two pieces"));
  QCOMPARE(world.fromServer(said.substr(0, 12)), std::string());
  world.relay->setTitle("letters");
  QCOMPARE(world.fromServer(said.substr(12)), message(6, 2, text("letters")) + said);
}

void WaylandRelayTest::aWishToCloseIsKeptBack() {
  World world;
  unsigned wishes = 0;
  world.relay->onClose = [&] { ++wishes; };
  world.makeWindow();
  QCOMPARE(world.fromCompositor(message(6, 1) + message(9, 1)), message(9, 1));
  QCOMPARE(wishes, 1u);
  auto configure = message(6, 0, word(640) + word(480) + word(0));
  QCOMPARE(world.fromCompositor(configure), configure);
}

void WaylandRelayTest::otherObjectsOfTheSameNumberAreNotTaken() {
  World world;
  unsigned wishes = 0;
  world.relay->onClose = [&] { ++wishes; };
  world.makeWindow();
  world.fromServer(message(6, 0));  // The window is destroyed; its number may be another's now.
  QCOMPARE(world.fromCompositor(message(6, 1)), message(6, 1));
  QCOMPARE(world.fromServer(message(6, 2, text("mine"))), message(6, 2, text("mine")));
  QCOMPARE(wishes, 0u);
}

void WaylandRelayTest::theSizeOfTheScreenIsHeard() {
  World world;
  world.makeWindow();
  world.fromCompositor(message(7, 1, word(1) + word(2560) + word(1440) + word(60000)) + message(7, 3, word(2)));
  QCOMPARE(world.relay->screenWidth(), 1280u);
  QCOMPARE(world.relay->screenHeight(), 720u);
}

void WaylandRelayTest::onlyWhatXwaylandNeedsIsThere() {
  World world;
  world.makeWindow();
  auto global = [](const char* interface) { return message(2, 0, word(50) + text(interface) + word(1)); };
  for (auto interface : {"wl_seat", "wl_shm", "zwp_tablet_manager_v2"})
    QCOMPARE(world.fromCompositor(global(interface)), global(interface));
  for (auto interface : {"wl_data_device_manager", "zwp_primary_selection_device_manager_v1", "zwp_linux_dmabuf_v1"})
    QCOMPARE(world.fromCompositor(global(interface)), std::string());
  QVERIFY(world.alive);
  world.fromServer(message(2, 0, word(51) + text("wl_data_device_manager") + word(3) + word(8)));
  QVERIFY(!world.alive);  // As little as a server that was taken over by its app finds it out.
}

void WaylandRelayTest::aDescriptorThatIsNotThereEndsIt() {
  World world;
  world.fromServer(message(1, 1, word(2)) + message(2, 0, word(3) + text("wl_shm") + word(1) + word(9)));
  QVERIFY(world.alive);
  world.fromServer(message(9, 0, word(10) + word(4096)));
  QVERIFY(!world.alive);
}

void WaylandRelayTest::whatIsNoMessageEndsIt_data() {
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* name, const std::string& said) { QTest::newRow(name) << QByteArray::fromStdString(said); };
  row("shorter than its head", word(1) + word(4 << 16));
  row("empty", word(1) + word(0));
  row("not of whole words", word(1) + word(9 << 16) + word(0));
}

void WaylandRelayTest::whatIsNoMessageEndsIt() {
  QFETCH(QByteArray, said);
  World world;
  world.fromServer(said.toStdString());
  QVERIFY(!world.alive);
}

void WaylandRelayTest::objectsAreBounded() {
  World world;
  std::string said;
  for (uint32_t object = 2; object < 1100; ++object) said += message(1, 1, word(object));
  world.fromServer(said);
  QVERIFY(!world.alive);
}

void WaylandRelayTest::anEndOfEitherSideEndsIt() {
  for (bool server : {true, false}) {
    World world;
    shutdown(server ? world.server : world.compositor, SHUT_RDWR);
    QVERIFY(!world.relay->pump());
  }
}

QTEST_GUILESS_MAIN(WaylandRelayTest)
#include "wayland-relay-test.moc"
