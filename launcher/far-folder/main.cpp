// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-far-folder read|write: another machine's folder, mounted for who is given its descriptor. Started by the
// broker with
//   0  a stream that speaks SFTP     2  where to log     3  the broker: told "F" with the folder, or why not, in words
//
// What reads the other machine's bytes are two programs, each in a sandbox that holds nothing but its streams:
// latchkey-far-stream looks at what is answered, and lets sshfs have what may be; sshfs has the mount to be served as
// well. We hold the top of the mount as descriptor 10, where a link of the broker's leads to (far-folders.h), and
// look at it now and then: a server that answers nothing would keep whoever looks into the folder waiting for ever, so
// it is ended and all of that fails. It also ends with the stream, and with the broker.
//
// sshfs never sees the end of its stream: it would say that each file that is being read ends here (answers.h). It is
// killed, and the kernel tells who waits that it failed.

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "broker/base/failure.h"
#include "broker/base/folder-programs.h"
#include "broker/base/log.h"
#include "broker/base/send-descriptors.h"
#include "broker/base/spawn.h"
#include "launcher/confined/confined.h"
#include "launcher/far-folder/answers.h"
#include "launcher/far-folder/own-mount.h"

using namespace latchkey;

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int BROKER = 3;
constexpr int ROOT = 10;
constexpr int SERVED = 3;  // The mount to be served, inside.
constexpr const char* INSIDE = "/run/far/latchkey-far-stream";
constexpr auto LOOK_EVERY = 10s;
constexpr auto PATIENCE = 20s;

// Of each of the programs: sshfs keeps what it is told, and a server can tell it of names for ever.
constexpr rlim_t MOST_MEMORY = 512UL << 20;

// It stays one that can be looked into by this user: the broker's link leads through its /proc/PID/fd.
void confine() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  rlimit none{0, 0}, memory{MOST_MEMORY, MOST_MEMORY};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
  KJ_SYSCALL(setrlimit(RLIMIT_DATA, &memory));
  signal(SIGPIPE, SIG_IGN);
}

// Nothing that was told a second ago is believed: sshfs keeps it for one second, and the kernel not at all. Whose the
// files are over there, they are this user's here.
constexpr const char* OPTIONS =
    "passive,idmap=user,dcache_timeout=1,dcache_stat_timeout=1,dcache_link_timeout=1,"
    "dcache_dir_timeout=1,dcache_max_size=50000,attr_timeout=0,entry_timeout=0,negative_timeout=0";

std::vector<std::string> optionsOf() { return {"-f", "-o", OPTIONS, "there:", "/dev/fd/" + std::to_string(SERVED)}; }

// The two programs, of which neither goes on without the other.
class Server {
public:
  Server(kj::AutoCloseFd there, kj::AutoCloseFd fuse) : Server(kj::mv(there), kj::mv(fuse), socketPair()) {}

  void wait(pollfd& other, std::chrono::milliseconds time) const {
    pollfd all[] = {other, {m_stream.pidfd(), POLLIN, 0}, {m_sshfs.pidfd(), POLLIN, 0}};
    poll(all, 3, static_cast<int>(time.count()));
    other = all[0];
  }
  bool hasEnded() const { return ended(m_stream) || ended(m_sshfs); }
  void kill() { m_sshfs.kill(); }
  // Of one that has ended.
  const char* why() {
    if (!ended(m_stream)) return "what shows it here has ended";
    int status = m_stream.reap();
    switch (static_cast<Answers::Fault>(WIFEXITED(status) ? WEXITSTATUS(status) : 0)) {
      case Answers::Fault::NoAnswer: return "the other machine answered what is no answer";
      case Answers::Fault::NotRead: return "something in it could not be read over there";
      case Answers::Fault::TooLate: return "the other machine does not answer";
      default: return "what serves it there has ended";
    }
  }

private:
  struct Ends {
    kj::AutoCloseFd stream, sshfs;
  };
  static Ends socketPair() {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    return {kj::AutoCloseFd(ends[0]), kj::AutoCloseFd(ends[1])};
  }
  static kj::AutoCloseFd streamProgram() {
    int raw;
    auto path = besideUs("latchkey-far-stream");
    KJ_SYSCALL(raw = open(path.c_str(), O_PATH | O_CLOEXEC), path);
    return kj::AutoCloseFd(raw);
  }
  static bool ended(const Confined& program) {
    pollfd wait{program.pidfd(), POLLIN, 0};
    return program.pidfd() < 0 || poll(&wait, 1, 0) > 0;
  }
  static Confined startStream(int there, int sshfs) {
    auto program = streamProgram();
    return Confined::start(
        {.program = INSIDE, .places = {{program.get(), INSIDE, false}}, .descriptors = {there, sshfs}});
  }
  // It is given the other end of its stream, too, so that this never ends before it does.
  static Confined startSshfs(const Ends& ends, int fuse) {
    auto program = sshfs();
    if (program.empty()) fail(SSHFS_MISSING);
    return Confined::start({.program = program,
                            .arguments = optionsOf(),
                            .descriptors = {ends.sshfs, ends.sshfs, STDERR_FILENO, fuse, ends.stream}});
  }
  Server(kj::AutoCloseFd there, kj::AutoCloseFd fuse, Ends ends)
      : m_stream(startStream(there, ends.stream)), m_sshfs(startSshfs(ends, fuse)) {}

  Confined m_stream, m_sshfs;
};

// Somebody looks at the top of the folder, and whether they have seen it. They may never come back, and are of no
// further use then: what they write to lives as long as they do.
class Look {
public:
  void begin() {
    if (m_state->looking) return;
    m_state->looking = true;
    m_since = Clock::now();
    std::thread([state = m_state] {
      struct statx status;
      state->seen = statx(ROOT, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &status) == 0 &&
                    S_ISDIR(status.stx_mode);
      state->looking = false;
    }).detach();
  }
  bool seen() const { return !m_state->looking && m_state->seen; }
  bool failed() const { return !m_state->looking && !m_state->seen; }
  bool hangs() const { return m_state->looking && Clock::now() - m_since > PATIENCE; }

private:
  struct State {
    std::atomic<bool> looking = false, seen = false;
  };
  std::shared_ptr<State> m_state = std::make_shared<State>();
  Clock::time_point m_since;
};

// True: the broker let go of it.
bool waitFor(const Server& server, std::chrono::milliseconds time) {
  pollfd broker{BROKER, POLLIN, 0};
  server.wait(broker, time);
  return broker.revents != 0;
}

void untilSeen(Server& server, Look& look) {
  look.begin();
  for (;;) {
    if (waitFor(server, 5ms)) fail("nobody wants it");
    if (look.seen()) return;
    if (look.hangs()) fail("the other machine does not answer");
    if (server.hasEnded()) fail(server.why());
    if (look.failed()) fail("what serves it there has ended");
  }
}

void keep(Server& server, Look& look) {
  auto last = Clock::now();
  while (!waitFor(server, 1s)) {
    if (server.hasEnded()) return logInfo(std::string("a folder is let go of: ") + server.why());
    if (look.hangs()) return logWarning("the other machine does not answer: its folder is let go of");
    if (Clock::now() - last < LOOK_EVERY) continue;
    last = Clock::now();
    look.begin();
  }
}

void show(bool writable) {
  kj::AutoCloseFd stream(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, ROOT + 1));
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  close(nothing);
  auto mount = makeOwnMount(writable);
  KJ_SYSCALL(dup3(mount.root, ROOT, O_CLOEXEC));
  mount.root = nullptr;
  // Nothing of it is kept here: as long as somebody has it open, what is asked waits for an answer.
  Server server(kj::mv(stream), kj::mv(mount.fuse));
  Look look;
  untilSeen(server, look);
  int root = ROOT;
  if (sendWithDescriptors(BROKER, "F", kj::arrayPtr(&root, 1)) != 1) return;
  keep(server, look);
  server.kill();
  // The threads that still look end now: with what they waited for.
  while (!look.seen() && !look.failed()) std::this_thread::sleep_for(1ms);
}

}  // namespace

int main(int count, char** words) {
  startLog("latchkey-far-folder");
  fcntl(BROKER, F_SETFD, FD_CLOEXEC);
  try {
    confine();
    show(count > 1 && strcmp(words[1], "write") == 0);
    return 0;
  } catch (const kj::Exception& exception) {
    auto why = reason(exception);
    logWarning(why);
    sendWithDescriptors(BROKER, why, {});
    _exit(1);  // Somebody may still be looking.
  }
}
