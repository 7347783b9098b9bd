// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-far-folder with a server of ours that says what it likes: names that are none, lengths that are none,
// nothing at all, half of something. Whoever looks into the folder gets an error or what can be true, and always an
// answer.

#include <QtTest>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
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
  READLINK = 19,
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

// --- a file that is read for some time

constexpr uint64_t MEGABYTE = 1 << 20;

enum class Fault {
  None,
  HangsUp,
  HalfAnAnswer,
  PartOfALength,
  Silent,
  Fails,
  Denies,
  TooMuch,
  LessThanItSays,
  AnotherKind,
  NoLength,
  HugeLength,
  LessAndFails,
};

char byteAt(uint64_t position) { return static_cast<char>(position * 31 ^ position >> 8); }

// Answers about "large" until what is read lies beyond `from`.
struct Large {
  static constexpr uint64_t SIZE = 6 * MEGABYTE;

  Large(Fault fault, uint64_t from) : fault(fault), from(from) {}

  std::optional<std::string> answer(const Server::Request& request) {
    switch (request.type) {
      case FSTAT: return packet(ATTRS, number(request.id) + attributes(0100644, size));
      case LSTAT:
      case STAT:
        if (!request.body.ends_with("large")) return std::nullopt;
        return packet(ATTRS, number(request.id) + attributes(0100644, size));
      case READ: return read(request);
      default: return broken && fault == Fault::Silent ? std::optional(std::string()) : std::nullopt;
    }
  }

  std::optional<std::string> read(const Server::Request& request) {
    auto after = 4 + numberIn(request.body, 0);
    uint64_t offset = static_cast<uint64_t>(numberIn(request.body, after)) << 32 | numberIn(request.body, after + 4);
    uint64_t length = numberIn(request.body, after + 8);
    if (offset >= size) return status(request.id, 1);
    length = std::min<uint64_t>(length, size - offset);
    if (fault != Fault::None && offset + length > from) broken = true;
    std::string bytes(length, '\0');
    for (uint64_t i = 0; i < length; ++i) bytes[i] = byteAt(offset + i);
    auto right = packet(DATA, number(request.id) + words(bytes));
    if (!broken) return right;
    switch (fault) {
      case Fault::HangsUp: onHangUp(); return std::string();
      case Fault::HalfAnAnswer: return hangUpAfter(right.substr(0, right.size() / 2));
      case Fault::PartOfALength: return hangUpAfter(right.substr(0, 3));
      case Fault::Silent: return std::string();
      case Fault::Fails: return status(request.id, 4);
      case Fault::Denies: return status(request.id, 3);
      case Fault::TooMuch: return packet(DATA, number(request.id) + words(bytes + bytes + std::string(70'000, 'y')));
      case Fault::LessThanItSays:
        return packet(DATA, number(request.id) + number(static_cast<uint32_t>(length)) + bytes.substr(0, length / 2));
      case Fault::AnotherKind: return packet(ATTRS, number(request.id) + attributes(0100644, size));
      case Fault::NoLength: return number(0) + right;
      case Fault::HugeLength: return number(0x7fffffff) + right.substr(4);
      case Fault::LessAndFails:
        if (failed.exchange(true)) return status(request.id, 4);
        return packet(DATA, number(request.id) + words(bytes.substr(0, length / 2)));
      case Fault::None: break;
    }
    return right;
  }

  // The rest of the server's answers are never sent.
  std::string hangUpAfter(std::string part) {
    hangUpSoon = std::thread([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      onHangUp();
    });
    fault = Fault::Silent;
    return part;
  }
  ~Large() {
    if (hangUpSoon.joinable()) hangUpSoon.join();
  }

  Fault fault;
  uint64_t from;
  std::atomic<uint64_t> size = SIZE;
  std::atomic<bool> broken = false, failed = false;
  std::function<void()> onHangUp;
  std::thread hangUpSoon;
};

struct Copied {
  uint64_t size = 0;
  int error = 0;
  bool right = true;
};

// As cp and cat do: until nothing comes any more.
Copied readAll(int root, const char* name, size_t piece, bool fromTheMiddle) {
  Copied copied;
  int fd = openat(root, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    copied.error = errno;
    return copied;
  }
  std::vector<char> bytes(piece);
  if (fromTheMiddle) copied.size = static_cast<uint64_t>(lseek(fd, MEGABYTE * 5 / 2, SEEK_SET));
  for (;;) {
    auto count = read(fd, bytes.data(), bytes.size());
    if (count < 0) copied.error = errno;
    if (count <= 0) break;
    for (ssize_t i = 0; i < count; ++i)
      if (bytes[static_cast<size_t>(i)] != byteAt(copied.size + static_cast<uint64_t>(i))) copied.right = false;
    copied.size += static_cast<uint64_t>(count);
  }
  close(fd);
  return copied;
}

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
  void namesWithoutEnd();
  void answersThatAreNone_data();
  void answersThatAreNone();
  void neverAnswersOrNoMore();
  void neverShort_data();
  void neverShort();
  void cutByItsOwnerIsNoFailure();
  void linksAreNeverFollowed_data();
  void linksAreNeverFollowed();
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
  // EIO: it was just being handed over to who was killed.
  QVERIFY2(error == ENOTCONN || error == ECONNABORTED || error == EIO, strerror(error));
}

void FarFolderTest::namesThatAreNone_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::newRow("CVE-2019-6111 upwards") << QByteArray("..");
  QTest::newRow("CVE-2018-20685 itself") << QByteArray(".");
  QTest::newRow("with a slash") << QByteArray("a/b");
  QTest::newRow("CVE-2019-6111 to somewhere") << QByteArray("../../etc/passwd");
  QTest::newRow("absolute") << QByteArray("/etc/passwd");
  QTest::newRow("CVE-2018-20685 empty") << QByteArray("");
  QTest::newRow("too long") << QByteArray(5000, 'n');
  QTest::newRow("with a zero") << QByteArray("a\0b", 3);
}

void FarFolderTest::namesThatAreNone() {
  QFETCH(QByteArray, name);
  Shown shown({"one", name.toStdString(), "two"}, nullptr);
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  int error = 0;
  auto all = namesIn(shown.root(), error);
  QVERIFY2(error != 0 || (all.contains("one") && all.contains("two")), strerror(error));
  for (auto& listed : all) {
    QVERIFY2(!listed.empty() && listed.find('/') == listed.npos && listed.size() <= 1024, listed.c_str());
    QVERIFY(listed == "one" || listed == "two" || listed == "a");
  }
  // What can be true is still there, by its name.
  QCOMPARE(readIn(shown.root(), "one", error), std::string(100, 'x'));
}

void FarFolderTest::namesWithoutEnd() {
  std::atomic<bool> armed = false;
  std::atomic<uint64_t> told = 0;
  Shown shown({"one"}, [&](const Server::Request& request) -> std::optional<std::string> {
    if (!armed || request.type != READDIR) return std::nullopt;
    auto body = number(request.id) + number(500);
    for (int i = 0; i < 500; ++i) {
      auto name = std::to_string(told++) + std::string(200, 'n');
      body += words(name) + words("") + attributes(0100644, 100);
    }
    return packet(NAME, body);
  });
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  armed = true;
  int error = 0;
  namesIn(shown.root(), error);
  QVERIFY(error != 0);
  QVERIFY(shown.endsWithin(3000));
  qInfo("let go of after %llu names", static_cast<unsigned long long>(told));
}

void FarFolderTest::answersThatAreNone_data() {
  QTest::addColumn<QByteArray>("answer");
  QTest::addColumn<bool>("ends");
  auto row = [](const char* name, bool ends, const std::string& text) {
    QTest::newRow(name) << QByteArray(text.data(), static_cast<qsizetype>(text.size())) << ends;
  };
  // "ID" is put in by the server. What is an answer and says nothing that can be is sshfs' to refuse.
  row("no length", true, std::string(4, '\0'));
  row("the greatest length", true, std::string("\xff\xff\xff\xff", 4) + "\x67" + std::string(1000, 'x'));
  row("a length of text that is not there", false, number(13) + "\x67" + "ID" + number(0x7fffffff) + "abcd");
  row("more names than there are", false, number(9) + "\x68" + "ID" + number(0xffffffff));
  row("another's answer", true, number(9) + "\x65" + number(0xdeadbeef) + number(0));
  row("of a type that is none", false, number(5) + "\xfe" + "ID");
  row("attributes of all kinds, and none of them", false, number(9) + "\x69" + "ID" + number(0xffffffff));
}

void FarFolderTest::answersThatAreNone() {
  QFETCH(QByteArray, answer);
  QFETCH(bool, ends);
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
  auto ended = ends && shown.endsWithin(3000);
  shown.server().hangUp();
  looker.join();
  QVERIFY(answered);
  QCOMPARE(ended, ends);
  QVERIFY(shown.endsWithin(3000));
}

// Both at once: each takes all the patience there is.
void FarFolderTest::neverAnswersOrNoMore() {
  struct Never {
    int root = 0;
    std::string why;
    bool ended = false;
  };
  auto never = std::async(std::launch::async, [] {
    Shown shown({"one"}, [](const Server::Request&) { return std::optional<std::string>(std::string()); });
    return Never{shown.root(), shown.why(), shown.endsWithin(3000)};
  });
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
  auto fromTheStart = never.get();
  QCOMPARE(fromTheStart.root, -1);
  QCOMPARE(fromTheStart.why, std::string("the other machine does not answer"));
  QVERIFY(fromTheStart.ended);
}

// What becomes of a large file while it is read: all of it, or an error, and never less that looks like all.
void FarFolderTest::neverShort_data() {
  QTest::addColumn<int>("fault");
  QTest::addColumn<quint64>("from");
  QTest::addColumn<bool>("whole");
  auto row = [](const char* name, Fault fault, quint64 from, bool whole = false) {
    QTest::newRow(name) << static_cast<int>(fault) << from << whole;
  };
  row("without a fault", Fault::None, 0, true);
  row("the connection breaks at once", Fault::HangsUp, 0);
  row("the connection breaks between", Fault::HangsUp, 3 * MEGABYTE);
  row("the connection breaks within a page", Fault::HangsUp, 2 * MEGABYTE + 1000);
  row("it breaks within an answer", Fault::HalfAnAnswer, 3 * MEGABYTE);
  row("it breaks within the length of one", Fault::PartOfALength, 3 * MEGABYTE);
  row("nothing is answered any more", Fault::Silent, 3 * MEGABYTE);
  row("a disk of the owner's fails", Fault::Fails, 3 * MEGABYTE);
  row("may not be read any more", Fault::Denies, 3 * MEGABYTE);
  row("may not be read from the start", Fault::Denies, 0);
  row("more than was asked for", Fault::TooMuch, 3 * MEGABYTE);
  row("less than it says", Fault::LessThanItSays, 3 * MEGABYTE);
  row("no answer to a reading", Fault::AnotherKind, 3 * MEGABYTE);
  row("a length that is none", Fault::NoLength, 3 * MEGABYTE);
  row("a length beyond all", Fault::HugeLength, 3 * MEGABYTE);
  row("less than was asked for, and then it fails", Fault::LessAndFails, 3 * MEGABYTE);
}

void FarFolderTest::neverShort() {
  QFETCH(int, fault);
  QFETCH(quint64, from);
  QFETCH(bool, whole);
  Large large(static_cast<Fault>(fault), from);
  Shown shown({"large"}, [&](const Server::Request& request) { return large.answer(request); });
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  large.onHangUp = [&] { shown.server().hangUp(); };
  // Read by several at a time, each its own way: ahead, page by page, from the middle on.
  std::vector<Copied> copies(3);
  std::vector<std::thread> readers;
  for (size_t i = 0; i < copies.size(); ++i) {
    readers.emplace_back([&, i] { copies[i] = readAll(shown.root(), "large", i == 1 ? 1000 : 128 << 10, i == 2); });
  }
  for (auto& reader : readers) reader.join();
  for (auto& copied : copies) {
    if (whole) QVERIFY2(copied.error == 0, strerror(copied.error));
    QVERIFY2(copied.error != 0 || copied.size == Large::SIZE, qPrintable(QString::number(copied.size) + " bytes"));
    QVERIFY(copied.right);
  }
}

// A file may well be shorter than it was.
void FarFolderTest::cutByItsOwnerIsNoFailure() {
  Large large(Fault::None, 0);
  Shown shown({"large"}, [&](const Server::Request& request) { return large.answer(request); });
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  int fd = openat(shown.root(), "large", O_RDONLY | O_CLOEXEC);
  QVERIFY(fd >= 0);
  char byte;
  QCOMPARE(pread(fd, &byte, 1, 0), 1);
  large.size = MEGABYTE;
  QTRY_VERIFY_WITH_TIMEOUT(pread(fd, &byte, 1, 2 * MEGABYTE) == 0, 5000);
  QCOMPARE(pread(fd, &byte, 1, MEGABYTE - 1), 1);
  close(fd);
  auto copied = readAll(shown.root(), "large", 128 << 10, false);
  QCOMPARE(copied.error, 0);
  QCOMPARE(copied.size, MEGABYTE);
}

// Where a link leads is the other machine's word, and may be another one each time.
void FarFolderTest::linksAreNeverFollowed_data() {
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<QByteArray>("next");
  auto row = [](const char* name, const QByteArray& target, const QByteArray& next = {}) {
    QTest::newRow(name) << target << (next.isEmpty() ? target : next);
  };
  row("CVE-2024-42472 absolute", "/etc/passwd");
  row("upwards", "../../../../../../../../etc/passwd");
  row("the root", "/");
  row("its own top", ".");
  row("upwards from its top", "..");
  row("of the kernel's", "/proc/self/root/etc/passwd");
  row("by a descriptor", "/proc/self/fd/10/../../../etc/passwd");
  row("itself", "link");
  row("a chain that gets out", "other", "/etc/passwd");
  row("a chain that ends inside", "other", "one");
  row("inside", "one");
  row("nothing", "");
  row("with a zero", QByteArray("one\0/etc/passwd", 15));
  row("too long", QByteArray(5000, 'l'));
  row("up and down without end", QByteArray("../a/").repeated(800));
}

void FarFolderTest::linksAreNeverFollowed() {
  QFETCH(QByteArray, target);
  QFETCH(QByteArray, next);
  auto isLink = [](const std::string& path) { return path.ends_with("link") || path.ends_with("other"); };
  auto twist = [&](const Server::Request& request) -> std::optional<std::string> {
    auto path = request.body.size() < 4 ? std::string() : request.body.substr(4, numberIn(request.body, 0));
    if (!isLink(path)) return std::nullopt;
    if (request.type == LSTAT || request.type == STAT)
      return packet(ATTRS, number(request.id) + attributes(0120777, 100));
    if (request.type != READLINK) return std::nullopt;
    auto words_ = words((path.ends_with("link") ? target : next).toStdString());
    return packet(NAME, number(request.id) + number(1) + words_ + words_ + attributes(0120777, 100));
  };
  Shown shown({"one", "link", "other"}, twist);
  QVERIFY2(shown.root() >= 0, shown.why().c_str());
  auto root = shown.root();
  for (auto* name : {"link", "other", "link/passwd", "link/etc/passwd", "other/passwd", "link/link", "link/."}) {
    for (int how : {O_RDONLY, O_WRONLY, O_RDWR | O_CREAT, O_RDONLY | O_DIRECTORY, O_PATH | O_DIRECTORY}) {
      int fd = openat(root, name, how | O_CLOEXEC, 0600);
      QVERIFY2(fd < 0, name);
      QVERIFY2(errno == ELOOP || errno == ENOTDIR || errno == ENAMETOOLONG || errno == ENOENT || errno == EIO,
               strerror(errno));
    }
    struct stat status;
    QVERIFY(fstatat(root, name, &status, 0) < 0);
    QVERIFY(faccessat(root, name, R_OK, 0) < 0);
  }
  QVERIFY(renameat(root, "one", root, "link/stolen") < 0);
  QVERIFY(mkdirat(root, "link/made", 0700) < 0);
  // What it says may be read. It is text, and no longer than a path.
  char text[8192];
  auto length = readlinkat(root, "link", text, sizeof text);
  QVERIFY(length < PATH_MAX);
  if (length > 0) QVERIFY(target.startsWith(QByteArray(text, length)));
  int error = 0;
  QCOMPARE(readIn(root, "one", error), std::string(100, 'x'));
}

QTEST_GUILESS_MAIN(FarFolderTest)
#include "far-folder-test.moc"
