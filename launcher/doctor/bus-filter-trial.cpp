// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/bus-filter-trial.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <format>
#include <optional>

#include "broker/base/spawn.h"

namespace latchkey {
namespace {

constexpr auto PATIENCE = std::chrono::seconds(10);
constexpr int READY_NUMBER = 3;

// One and the same to a bus.
constexpr std::string_view WISHES[] = {"eavesdrop=true", "eavesdrop = true", "type='method_call',\teavesdrop ='true'"};
constexpr std::string_view WISH = "eavesdrop";
// Said last: what was let through came before it.
constexpr std::string_view LAST = "type='signal',interface='dev.latchkey.Doctor'";

// As much of the bus's language as is needed here.
class Message {
public:
  enum Type : char { Call = 1, Answer = 2 };
  enum Field : char { Path = 1, Interface = 2, Member = 3, AnswerTo = 5, Destination = 6, Signature = 8 };

  Message& field(Field field, char type, std::string_view text) {
    begin(field, type);
    if (type == 'g') m_fields += static_cast<char>(text.size());
    else add(m_fields, static_cast<uint32_t>(text.size()));
    (m_fields += text) += '\0';
    return *this;
  }
  Message& answerTo(uint32_t serial) {
    begin(AnswerTo, 'u');
    add(m_fields, serial);
    return *this;
  }
  std::string with(Type type, uint32_t serial, std::string_view text) {
    std::string body;
    if (!text.empty()) {
      field(Signature, 'g', "s");
      add(body, static_cast<uint32_t>(text.size()));
      (body += text) += '\0';
    }
    std::string all{'l', type, 0, 1};
    add(all, static_cast<uint32_t>(body.size()));
    add(all, serial);
    add(all, static_cast<uint32_t>(m_fields.size()));
    all += m_fields;
    pad(all);
    return all + body;
  }

private:
  static void pad(std::string& bytes) { bytes.resize((bytes.size() + 7) & ~size_t{7}); }
  static void add(std::string& bytes, uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift);
  }
  void begin(Field field, char type) {
    pad(m_fields);  // What stands before the fields is 16 bytes.
    m_fields += {field, '\1', type, '\0'};
  }

  std::string m_fields;
};

std::string toBus(std::string_view member, uint32_t serial, std::string_view text = {}) {
  constexpr std::string_view BUS = "org.freedesktop.DBus";
  return Message()
      .field(Message::Path, 'o', "/org/freedesktop/DBus")
      .field(Message::Interface, 's', BUS)
      .field(Message::Member, 's', member)
      .field(Message::Destination, 's', BUS)
      .with(Message::Call, serial, text);
}

class Place {
public:
  Place() { KJ_REQUIRE(mkdtemp(m_path) != nullptr, m_path); }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Place);
  std::string operator/(const char* name) const { return std::string(m_path) + "/" + name; }

private:
  char m_path[32] = "/tmp/latchkey-doctor-XXXXXX";
};

class Conversation {
public:
  explicit Conversation(const std::string& program) : m_listener(socketAt(Listening, m_place / "bus")) {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    m_life = kj::AutoCloseFd(ends[0]);
    kj::AutoCloseFd theirs(ends[1]);
    m_filter = spawn({.program = program,
                      .arguments = {"--fd=" + std::to_string(READY_NUMBER), "unix:path=" + (m_place / "bus"),
                                    m_place / "app", "--filter"},
                      .environment = {"LC_ALL=C", "PATH=/usr/bin:/bin"},
                      .fds = {-1, -1, -1, theirs.get()}});
  }
  ~Conversation() {
    syscall(SYS_pidfd_send_signal, m_filter.pidfd.get(), SIGKILL, nullptr, 0);
    waitpid(m_filter.pid, nullptr, 0);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Conversation);

  // What the bus was told by the app, once it is let in.
  std::string whatTheBusHears() {
    await(m_life);
    m_app = socketAt(Connecting, m_place / "app");
    await(m_listener);
    int raw;
    KJ_SYSCALL(raw = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC));
    m_bus = kj::AutoCloseFd(raw);
    auto uid = std::to_string(getuid());
    std::string hex;
    for (auto digit : uid) hex += std::format("{:02x}", digit);
    say(m_app, std::string(1, '\0') + "AUTH EXTERNAL " + hex + "\r\n");
    hear(m_bus, "\r\n");
    say(m_bus, "OK 00000000000000000000000000000001\r\n");
    hear(m_app, "\r\n");
    say(m_app, "BEGIN\r\n" + toBus("Hello", 1));
    auto begun = hear(m_bus, std::string_view("Hello\0", 6));
    auto start = begun.find("BEGIN\r\n") + 7;
    KJ_REQUIRE(begun.size() >= start + 12, "it says nothing of its own");
    uint32_t serial = 0;
    for (int i = 3; i >= 0; --i) serial = serial << 8 | static_cast<unsigned char>(begun[start + 8 + i]);
    say(m_bus, Message().answerTo(serial).field(Message::Destination, 's', ":1.1").with(Message::Answer, 1, ":1.1"));
    hear(m_app, ":1.1");
    serial = 2;
    for (auto wish : WISHES) say(m_app, toBus("AddMatch", serial++, wish));
    say(m_app, toBus("AddMatch", serial, LAST));
    return hear(m_bus, LAST);
  }

private:
  enum Role { Listening, Connecting };

  static kj::AutoCloseFd socketAt(Role role, const std::string& path) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    KJ_REQUIRE(path.size() < sizeof place.sun_path, path);
    memcpy(place.sun_path, path.c_str(), path.size() + 1);
    int raw;
    KJ_SYSCALL(raw = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    kj::AutoCloseFd fd(raw);
    auto address = reinterpret_cast<sockaddr*>(&place);
    if (role == Connecting) KJ_SYSCALL(connect(fd, address, sizeof place), path);
    else {
      KJ_SYSCALL(bind(fd, address, sizeof place), path);
      KJ_SYSCALL(listen(fd, 1));
    }
    return fd;
  }

  void await(int fd) const {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_end - std::chrono::steady_clock::now()).count();
    pollfd wait{fd, POLLIN, 0};
    KJ_REQUIRE(left > 0 && poll(&wait, 1, static_cast<int>(left)) == 1, "no answer");
  }
  static void say(int fd, std::string_view bytes) {
    KJ_REQUIRE(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "it hung up");
  }
  // All up to and with these bytes, and what came along.
  std::string hear(int fd, std::string_view until) const {
    std::string all;
    while (all.find(until) == all.npos) {
      await(fd);
      char bytes[4096];
      auto size = read(fd, bytes, sizeof bytes);
      KJ_REQUIRE(size > 0, "it hung up");
      all.append(bytes, static_cast<size_t>(size));
    }
    return all;
  }

  std::chrono::steady_clock::time_point m_end = std::chrono::steady_clock::now() + PATIENCE;
  Place m_place;
  kj::AutoCloseFd m_listener, m_life, m_app, m_bus;
  Spawned m_filter;
};

}  // namespace

Trial tryBusFilter(const std::string& program) {
  std::optional<std::string> heard;
  auto problem = kj::runCatchingExceptions([&] { heard = Conversation(program).whatTheBusHears(); });
  (void)problem;  // Whatever it was: by this filter nobody is read.
  if (!heard) return {false, "does not work: screen readers cannot read apps"};
  if (heard->find(WISH) != heard->npos)
    return {false, "lets an app that is read aloud listen to all others that are (CVE-2026-34080)"};
  return {true, {}};
}

}  // namespace latchkey
