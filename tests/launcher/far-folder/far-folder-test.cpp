// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-far-folder with a server of ours that says what it likes: names that are none, lengths that are none,
// nothing at all, half of something. Whoever looks into the folder gets an error or what can be true, and always an
// answer.

#include <QtTest>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "broker/base/folder-programs.h"
#include "broker/base/spawn.h"

namespace {

// --- what SFTP is made of

enum Type : uint8_t {
  INIT = 1,
  VERSION = 2,
  OPEN = 3,
  CLOSE = 4,
  READ = 5,
  LSTAT = 7,
  FSTAT = 8,
  OPENDIR = 11,
  READDIR = 12,
  REALPATH = 16,
  STAT = 17,
  STATUS = 101,
  HANDLE = 102,
  DATA = 103,
  NAME = 104,
  ATTRS = 105,
};

std::string number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}
uint32_t numberIn(const std::string& text, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | (at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0);
  return value;
}
std::string words(const std::string& text) { return number(static_cast<uint32_t>(text.size())) + text; }
std::string attributes(uint32_t mode, uint64_t size) {
  return number(1 | 2 | 4 | 8) + number(static_cast<uint32_t>(size >> 32)) + number(static_cast<uint32_t>(size)) +
         number(getuid()) + number(getgid()) + number(mode) + number(1) + number(1);
}
std::string packet(uint8_t type, const std::string& body) {
  return number(static_cast<uint32_t>(body.size() + 1)) + static_cast<char>(type) + body;
}
std::string status(uint32_t id, uint32_t code) {
  return packet(STATUS, number(id) + number(code) + words("") + words(""));
}

// A server that has one folder with some names, each a file of 100 bytes; `twist` may answer instead.
class Server {
public:
  struct Request {
    uint8_t type = 0;
    uint32_t id = 0;
    std::string body;
  };
  // What to send; nothing: as usual.
  using Twist = std::function<std::optional<std::string>(const Request&)>;

  Server(int stream, std::vector<std::string> names, Twist twist)
      : m_stream(stream), m_names(std::move(names)), m_twist(std::move(twist)), m_thread([this] { serve(); }) {}
  ~Server() {
    shutdown(m_stream, SHUT_RDWR);
    m_thread.join();
    close(m_stream);
  }
  void hangUp() { shutdown(m_stream, SHUT_RDWR); }
  int asked() const { return m_asked; }

private:
  bool receive(std::string& into, size_t size) {
    into.resize(size);
    for (size_t at = 0; at < size;) {
      auto got = read(m_stream, into.data() + at, size - at);
      if (got <= 0) return false;
      at += static_cast<size_t>(got);
    }
    return true;
  }

  void serve() {
    std::string header, body;
    while (receive(header, 4) && receive(body, std::min<size_t>(numberIn(header, 0), 1 << 20))) {
      Request request{static_cast<uint8_t>(body[0]), numberIn(body, 1), body.substr(std::min<size_t>(5, body.size()))};
      ++m_asked;
      auto answer = m_twist ? m_twist(request) : std::nullopt;
      auto text = answer ? *answer : usual(request);
      for (size_t at = 0; at < text.size();) {
        auto sent = send(m_stream, text.data() + at, text.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += static_cast<size_t>(sent);
      }
    }
  }

  std::string usual(const Request& request) {
    auto path = request.body.size() < 4 ? std::string() : request.body.substr(4, numberIn(request.body, 0));
    switch (request.type) {
      case INIT: return packet(VERSION, number(3));
      case REALPATH:
        return packet(NAME, number(request.id) + number(1) + words("/shared") + words("") + attributes(040755, 0));
      case LSTAT:
      case STAT:
        if (path.empty() || path == "." || path == "./" || path == "/shared")
          return packet(ATTRS, number(request.id) + attributes(040755, 0));
        return packet(ATTRS, number(request.id) + attributes(0100644, 100));
      case FSTAT: return packet(ATTRS, number(request.id) + attributes(0100644, 100));
      case OPEN: return packet(HANDLE, number(request.id) + words("f"));
      case OPENDIR: m_listed = false; return packet(HANDLE, number(request.id) + words("d"));
      case READ: return packet(DATA, number(request.id) + words(std::string(100, 'x')));
      case CLOSE: return status(request.id, 0);
      case READDIR: {
        if (std::exchange(m_listed, true)) return status(request.id, 1);
        auto body = number(request.id) + number(static_cast<uint32_t>(m_names.size()));
        for (auto& name : m_names) body += words(name) + words(name) + attributes(0100644, 100);
        return packet(NAME, body);
      }
      default: return status(request.id, 8);
    }
  }

  int m_stream;
  std::vector<std::string> m_names;
  Twist m_twist;
  bool m_listed = false;
  std::atomic<int> m_asked = 0;
  std::thread m_thread;
};

// The program, and what it gave.
class Shown {
public:
  Shown(std::vector<std::string> names, Server::Twist twist, const char* how = "write") {
    int stream[2], control[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0)
      abort();
    m_server = std::make_unique<Server>(stream[1], std::move(names), std::move(twist));
    m_child = latchkey::spawn({.program = FAR_FOLDER,
                               .arguments = {how},
                               .environment = latchkey::ownEnvironment(),
                               .fds = {stream[0], -1, STDERR_FILENO, control[0]}});
    close(stream[0]);
    close(control[0]);
    m_control = control[1];
    receiveRoot();
  }
  ~Shown() {
    m_server.reset();
    if (m_root >= 0) close(m_root);
    letGo();
    int ignored;
    waitpid(m_child.pid, &ignored, 0);
  }

  int root() const { return m_root; }
  const std::string& why() const { return m_why; }
  Server& server() { return *m_server; }
  bool endsWithin(int milliseconds) const {
    pollfd wait{m_child.pidfd, POLLIN, 0};
    return poll(&wait, 1, milliseconds) > 0;
  }
  void letGo() {
    if (m_control >= 0) close(std::exchange(m_control, -1));
  }

private:
  void receiveRoot() {
    char words[300];
    iovec part{words, sizeof words};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = space;
    header.msg_controllen = sizeof space;
    auto length = recvmsg(m_control, &header, MSG_CMSG_CLOEXEC);
    auto rights = length > 0 ? CMSG_FIRSTHDR(&header) : nullptr;
    if (rights != nullptr) memcpy(&m_root, CMSG_DATA(rights), sizeof m_root);
    else m_why.assign(words, length > 0 ? static_cast<size_t>(length) : 0);
  }

  std::unique_ptr<Server> m_server;
  latchkey::Spawned m_child;
  int m_control = -1, m_root = -1;
  std::string m_why;
};

// What is listed, or the error.
std::set<std::string> namesIn(int root, int& error) {
  std::set<std::string> names;
  int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  error = fd < 0 ? errno : 0;
  if (fd < 0) return names;
  auto folder = fdopendir(fd);
  if (folder == nullptr) {
    error = errno;
    close(fd);
    return names;
  }
  errno = 0;
  while (auto entry = readdir(folder)) {
    names.insert(entry->d_name);
    errno = 0;
  }
  error = errno;
  closedir(folder);
  names.erase(".");
  names.erase("..");
  return names;
}

std::string readIn(int root, const char* name, int& error) {
  int fd = openat(root, name, O_RDONLY | O_CLOEXEC);
  error = fd < 0 ? errno : 0;
  if (fd < 0) return {};
  char bytes[4096];
  auto length = read(fd, bytes, sizeof bytes);
  error = length < 0 ? errno : 0;
  close(fd);
  return length < 0 ? std::string() : std::string(bytes, static_cast<size_t>(length));
}

}  // namespace

class FarFolderTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void showsWhatIsServed();
  void readOnlyTakesNothing();
  void endsWithTheBroker();
  void namesThatAreNone_data();
  void namesThatAreNone();
  void answersThatAreNone_data();
  void answersThatAreNone();
  void neverAnswers();
  void nothingFromTheStart();
};

void FarFolderTest::initTestCase() {
  if (latchkey::sshfs().empty()) QSKIP(latchkey::SSHFS_MISSING);
  if (access("/dev/fuse", R_OK | W_OK) != 0) QSKIP("/dev/fuse cannot be used here");
}

void FarFolderTest::showsWhatIsServed() {
  Shown shown({"one", "two"}, nullptr);
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  int error = 0;
  QCOMPARE(namesIn(shown.root(), error), (std::set<std::string>{"one", "two"}));
  QCOMPARE(error, 0);
  QCOMPARE(readIn(shown.root(), "one", error), std::string(100, 'x'));
  struct stat status;
  QCOMPARE(fstatat(shown.root(), "one", &status, 0), 0);
  QCOMPARE(status.st_uid, getuid());
}

void FarFolderTest::readOnlyTakesNothing() {
  Shown shown({"one"}, nullptr, "read");
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  auto before = shown.server().asked();
  QCOMPARE(openat(shown.root(), "one", O_WRONLY | O_CLOEXEC), -1);
  QCOMPARE(errno, EROFS);
  QCOMPARE(unlinkat(shown.root(), "one", 0), -1);
  QCOMPARE(errno, EROFS);
  QVERIFY(shown.server().asked() <= before + 4);  // Looked up, at most.
}

void FarFolderTest::endsWithTheBroker() {
  Shown shown({"one"}, nullptr);
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  shown.letGo();
  QVERIFY(shown.endsWithin(3000));
  int error = 0;
  namesIn(shown.root(), error);
  QVERIFY2(error == ENOTCONN || error == ECONNABORTED, strerror(error));
}

void FarFolderTest::namesThatAreNone_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::newRow("upwards") << QByteArray("..");
  QTest::newRow("with a slash") << QByteArray("a/b");
  QTest::newRow("to somewhere") << QByteArray("../../etc/passwd");
  QTest::newRow("absolute") << QByteArray("/etc/passwd");
  QTest::newRow("empty") << QByteArray("");
  QTest::newRow("too long") << QByteArray(5000, 'n');
  QTest::newRow("with a zero") << QByteArray("a\0b", 3);
}

void FarFolderTest::namesThatAreNone() {
  QFETCH(QByteArray, name);
  Shown shown({"one", name.toStdString(), "two"}, nullptr);
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  int error = 0;
  for (auto& listed : namesIn(shown.root(), error)) {
    QVERIFY2(!listed.empty() && listed.find('/') == listed.npos && listed.size() <= 1024, listed.c_str());
    QVERIFY(listed == "one" || listed == "two" || listed == "a");
  }
  // What can be true is still there, by its name.
  QCOMPARE(readIn(shown.root(), "one", error), std::string(100, 'x'));
}

void FarFolderTest::answersThatAreNone_data() {
  QTest::addColumn<QByteArray>("answer");
  auto row = [](const char* name, const std::string& text) {
    QTest::newRow(name) << QByteArray(text.data(), static_cast<qsizetype>(text.size()));
  };
  // "ID" is put in by the server.
  row("no length", std::string(4, '\0'));
  row("the greatest length", std::string("\xff\xff\xff\xff", 4) + "\x67" + std::string(1000, 'x'));
  row("a length of text that is not there", number(13) + "\x67" + "ID" + number(0x7fffffff) + "abcd");
  row("more names than there are", number(9) + "\x68" + "ID" + number(0xffffffff));
  row("another's answer", number(9) + "\x65" + number(0xdeadbeef) + number(0));
  row("of a type that is none", number(5) + "\xfe" + "ID");
  row("attributes of all kinds, and none of them", number(9) + "\x69" + "ID" + number(0xffffffff));
}

void FarFolderTest::answersThatAreNone() {
  QFETCH(QByteArray, answer);
  std::atomic<bool> armed = false;
  Shown shown({"one"}, [&](const Server::Request& request) -> std::optional<std::string> {
    if (!armed) return std::nullopt;
    auto text = answer.toStdString();
    if (auto at = text.find("ID"); at != text.npos) text.replace(at, 2, number(request.id));
    return text;
  });
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  armed = true;
  std::atomic<bool> done = false;
  std::thread looker([&] {
    int error = 0;
    readIn(shown.root(), "one", error);
    namesIn(shown.root(), error);
    done = true;
  });
  // At once, or when it was waited for long enough.
  auto answered = QTest::qWaitFor([&] { return done.load(); }, 60'000);
  shown.server().hangUp();
  looker.join();
  QVERIFY(answered);
  QVERIFY(shown.endsWithin(40'000));
}

void FarFolderTest::neverAnswers() {
  std::atomic<bool> armed = false;
  Shown shown({"one"}, [&](const Server::Request&) -> std::optional<std::string> {
    if (armed) return std::string();
    return std::nullopt;
  });
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  armed = true;
  QElapsedTimer timer;
  timer.start();
  int error = 0;
  QCOMPARE(readIn(shown.root(), "one", error), std::string());
  QVERIFY(error != 0);
  qInfo("let go of after %lld ms", static_cast<long long>(timer.elapsed()));
  QVERIFY(timer.elapsed() < 45'000);
  QVERIFY(shown.endsWithin(3000));
}

void FarFolderTest::nothingFromTheStart() {
  Shown shown({"one"}, [](const Server::Request&) { return std::optional<std::string>(std::string()); });
  QCOMPARE(shown.root(), -1);
  QCOMPARE(shown.why(), std::string("the other machine does not answer"));
  QVERIFY(shown.endsWithin(3000));
}

QTEST_GUILESS_MAIN(FarFolderTest)
#include "far-folder-test.moc"
