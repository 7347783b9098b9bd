// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/send-descriptors.h"
#include "broker/base/spawn.h"
#include "launcher/enter/protocol.h"
#include "launcher/sandbox/bwrap-words.h"
#include "launcher/sandbox/filters.h"
#include "launcher/sandbox/memory-file.h"
#include "launcher/sandbox/spawn.h"

namespace latchkey::sandbox {
namespace {

// Where bubblewrap finds what: above all descriptors a launcher has of its own.
constexpr int WORDS_NUMBER = 200;
constexpr int ENTER_NUMBER = 201;
constexpr int CHANNEL_NUMBER = 202;
constexpr int FIRST_FREE_NUMBER = 203;

kj::AutoCloseFd openEnter(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), path);
  return kj::AutoCloseFd(fd);
}

// The descriptors bubblewrap is to have, and those made for it alone.
class Inheritance {
public:
  explicit Inheritance(SpawnRequest& request) : m_request(request) {}

  void pass(int fd, int number) { m_request.descriptors.push_back({fd, number}); }
  void passOwn(kj::AutoCloseFd fd, int number) {
    pass(fd.get(), number);
    m_own.add(kj::mv(fd));
  }
  void passAll(const std::vector<Inherited>& wanted, const std::vector<int>& slots) {
    for (auto& one : wanted) {
      switch (one.kind) {
        case Inherited::Kind::Content: passOwn(memoryFile("content", one.content), one.number); break;
        case Inherited::Kind::Calls:
          passOwn(memoryFile("calls", compiledFilters(one.abilities).calls), one.number);
          break;
        case Inherited::Kind::Arguments:
          passOwn(memoryFile("arguments", compiledFilters(one.abilities).arguments), one.number);
          break;
        case Inherited::Kind::Slot:
          KJ_REQUIRE(one.slot < slots.size(), "the plan names a descriptor nobody gave", one.slot);
          pass(slots[one.slot], one.number);
          break;
      }
    }
  }

private:
  SpawnRequest& m_request;
  kj::Vector<kj::AutoCloseFd> m_own;
};

StartRefusal refusalOf(const enter::Message& message) {
  using enum enter::Stage;
  using What = StartRefusal::What;
  auto what = What::Other;
  if (message.stage == Execute) what = What::Program;
  if (message.stage == Directory) what = What::Directory;
  if (message.stage == Terminal) what = What::Terminal;
  if (message.stage == Limits) what = What::Limits;
  return {what, message.number};
}

}  // namespace

struct Sandbox::Received {
  enter::Message message{};
  kj::AutoCloseFd descriptor;
  pid_t sender = 0;
};

Programs Programs::find() {
  for (auto path : {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"}) {
    struct stat info;
    if (stat(path, &info) < 0) continue;
    // What a setuid bubblewrap does for us it would do for an app (CVE-2026-41163 and before).
    KJ_REQUIRE((info.st_mode & S_ISUID) == 0, "bubblewrap is installed setuid: install version 0.12 or later", path);
    return {path, besideUs("latchkey-enter")};
  }
  KJ_FAIL_REQUIRE("bubblewrap is not installed: install the package 'bubblewrap' (0.12 or later)");
}

kj::Own<Sandbox> Sandbox::start(kj::UnixEventPort& events, const Programs& programs, const Plan& plan,
                                const std::vector<int>& slots) {
  auto rendered = inBwrapWords(plan, FIRST_FREE_NUMBER);
  int pair[2], errors[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
  kj::AutoCloseFd ours(pair[0]), theirs(pair[1]);
  KJ_SYSCALL(pipe2(errors, O_CLOEXEC | O_NONBLOCK));
  kj::AutoCloseFd complaints(errors[0]), complain(errors[1]);
  int enable = 1;
  KJ_SYSCALL(setsockopt(ours, SOL_SOCKET, SO_PASSCRED, &enable, sizeof enable));
  KJ_SYSCALL(fcntl(ours, F_SETFL, O_NONBLOCK));

  SpawnRequest request{
      .program = programs.bubblewrap,
      .arguments = {"bwrap", "--args", std::to_string(WORDS_NUMBER), "--",
                    "/proc/self/fd/" + std::to_string(ENTER_NUMBER), std::to_string(CHANNEL_NUMBER)},
      .environment = {},
      .errors = complain.get(),
  };
  Inheritance inheritance(request);
  inheritance.passOwn(memoryFile("words", rendered.joined()), WORDS_NUMBER);
  inheritance.passOwn(openEnter(programs.enter), ENTER_NUMBER);
  inheritance.passOwn(kj::mv(theirs), CHANNEL_NUMBER);
  inheritance.passAll(rendered.descriptors, slots);
  auto pid = spawn(request);
  return kj::Own<Sandbox>(
      new Sandbox(events, pid, kj::mv(ours), kj::mv(complaints), kj::newPromiseAndFulfiller<void>()),
      kj::_::HeapDisposer<Sandbox>::instance);
}

Sandbox::Sandbox(kj::UnixEventPort& events, pid_t bubblewrap, kj::AutoCloseFd channel, kj::AutoCloseFd errors,
                 kj::PromiseFulfillerPair<void> busUsed)
    : m_bubblewrapPid(bubblewrap),
      m_bubblewrap(ProcessHandle::open(bubblewrap)),
      m_channel(kj::mv(channel)),
      m_errors(kj::mv(errors)),
      m_channelEvents(events, m_channel.get(), kj::UnixEventPort::FdObserver::OBSERVE_READ),
      m_endEvents(events, m_bubblewrap.fd(), kj::UnixEventPort::FdObserver::OBSERVE_READ),
      m_busStarted(kj::mv(busUsed.fulfiller)),
      m_busUsed(busUsed.promise.fork()) {}

Sandbox::~Sandbox() {
  if (m_reaped) return;
  kill();
  waitpid(m_bubblewrapPid, nullptr, 0);
}

kj::Promise<kj::Maybe<Sandbox::Received>> Sandbox::receive() {
  for (;;) {
    Received received;
    iovec part{&received.message, sizeof received.message};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    auto got = recvmsg(m_channel, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    // ECONNRESET: it ended before it read all we sent. Said once, and before the words it had for us.
    if (got < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (got < 0 && errno == EAGAIN) {
      co_await m_channelEvents.whenBecomesReadable();
      continue;
    }
    if (got != sizeof received.message) co_return nullptr;
    for (auto next = CMSG_FIRSTHDR(&header); next != nullptr; next = CMSG_NXTHDR(&header, next)) {
      if (next->cmsg_level != SOL_SOCKET) continue;
      if (next->cmsg_type == SCM_RIGHTS)
        received.descriptor = kj::AutoCloseFd(*reinterpret_cast<int*>(CMSG_DATA(next)));
      if (next->cmsg_type == SCM_CREDENTIALS) received.sender = reinterpret_cast<ucred*>(CMSG_DATA(next))->pid;
    }
    co_return kj::mv(received);
  }
}

void Sandbox::acceptReady(const Received& received) {
  auto handle = ProcessHandle::open(received.sender);
  // bubblewrap is not reaped before we do it, so its number is its own; only its child can have it as parent.
  KJ_REQUIRE(parentOf(received.sender) == m_bubblewrapPid, "something else answered in the place of the sandbox");
  m_first = kj::mv(handle);
}

kj::Promise<void> Sandbox::standing() {
  auto received = co_await receive();
  KJ_IF_MAYBE (ready, received) {
    KJ_REQUIRE(ready->message.word == enter::Word::Ready && ready->descriptor.get() >= 0,
               "the sandbox could not be prepared", static_cast<int>(ready->message.stage), ready->message.number);
    acceptReady(*ready);
    m_listener = kj::mv(ready->descriptor);
    co_return;
  }
  co_await reaped();
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__,
                                        kj::str("the sandbox could not be built: ", complaint().c_str())));
}

const ProcessHandle& Sandbox::first() const { return KJ_ASSERT_NONNULL(m_first); }

kj::AutoCloseFd Sandbox::takeListener() { return kj::mv(m_listener); }

kj::Promise<kj::Maybe<StartRefusal>> Sandbox::run(const ProgramOrder& order, const StandardStreams& streams) {
  auto file = asMemoryFile(order);
  enter::Message message{enter::Word::Go, enter::Stage::None, 0};
  int descriptors[enter::GO_DESCRIPTORS] = {file.get(), streams.in, streams.out, streams.err};
  KJ_SYSCALL(sendWithDescriptors(m_channel, bytesOf(message), descriptors));

  for (;;) {
    auto received = co_await receive();
    KJ_IF_MAYBE (answer, received) {
      if (answer->message.word == enter::Word::Running) co_return nullptr;
      if (answer->message.word != enter::Word::BusUsed) co_return refusalOf(answer->message);
      takeWord(kj::mv(*answer));
    } else {
      co_return StartRefusal{StartRefusal::What::Died, 0};
    }
  }
}

void Sandbox::startBus() {
  enter::Message message{enter::Word::StartBus, enter::Stage::None, 0};
  // If it has gone meanwhile, `run` finds out.
  if (send(m_channel, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

void Sandbox::signal(int number) {
  enter::Message message{enter::Word::Signal, enter::Stage::None, number};
  // Gone already, or so busy that its queue is full: kill() is what always works.
  if (send(m_channel, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE && errno != EAGAIN &&
      errno != ECONNRESET && errno != ENOTCONN) {
    KJ_FAIL_SYSCALL("send", errno);
  }
}

void Sandbox::kill() {
  // Process 1 first: with it the kernel kills its namespace, and bubblewrap sees an orderly end.
  KJ_IF_MAYBE (first, m_first) {
    if (first->signal(SIGKILL)) return;
  }
  if (!m_reaped) killWithChildren(m_bubblewrapPid);
}

kj::Promise<int> Sandbox::ended() {
  for (;;) {
    auto received = co_await receive();
    KJ_IF_MAYBE (message, received) {
      takeWord(kj::mv(*message));
      continue;
    }
    break;
  }
  m_wantBus.clear();
  co_await reaped();
  KJ_IF_MAYBE (status, m_status) {
    co_return *status;
  }
  co_return m_bubblewrapStatus;
}

void Sandbox::takeWord(Received received) {
  switch (received.message.word) {
    case enter::Word::Ended: m_status = received.message.number; break;
    case enter::Word::BusUsed: m_busStarted->fulfill(); break;
    case enter::Word::Bus: {
      if (m_wantBus.empty()) break;
      auto wanted = kj::mv(m_wantBus.front());
      m_wantBus.pop_front();
      if (received.descriptor.get() >= 0) {
        wanted->fulfill(kj::mv(received.descriptor));
      } else {
        wanted->reject(KJ_EXCEPTION(FAILED, "its message bus does not run"));
      }
      break;
    }
    default: break;
  }
}

kj::Promise<kj::AutoCloseFd> Sandbox::connectBus() {
  enter::Message message{enter::Word::ConnectBus, enter::Stage::None, 0};
  KJ_SYSCALL(send(m_channel, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT));
  auto connected = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
  m_wantBus.push_back(kj::mv(connected.fulfiller));
  return kj::mv(connected.promise);
}

kj::Promise<void> Sandbox::reaped() {
  while (!m_reaped) {
    int status = 0;
    auto pid = waitpid(m_bubblewrapPid, &status, WNOHANG);
    if (pid == m_bubblewrapPid || (pid < 0 && errno == ECHILD)) {
      m_reaped = true;
      // bubblewrap says 128 + N for a process 1 that died of signal N.
      m_bubblewrapStatus = WIFEXITED(status) && WEXITSTATUS(status) > 128 ? WEXITSTATUS(status) - 128 : status;
      break;
    }
    co_await m_endEvents.whenBecomesReadable();
  }
}

std::string Sandbox::complaint() {
  char text[1024];
  auto length = read(m_errors, text, sizeof text);
  std::string all(text, length > 0 ? static_cast<size_t>(length) : 0);
  while (!all.empty() && all.back() == '\n') all.pop_back();
  auto last = all.substr(all.rfind('\n') + 1);  // npos + 1 is 0.
  return last.empty() ? "bubblewrap said nothing" : last;
}

}  // namespace latchkey::sandbox
