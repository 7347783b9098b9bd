// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/launcher/support/launch-bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "broker/base/ids.h"
#include "broker/schema/homecoming.capnp.h"
#include "launcher/sandbox/process-handle.h"

extern char** environ;

namespace latchkey::test {
namespace {

capnp::Data::Reader bytes(const std::string& text) {
  return kj::ArrayPtr(reinterpret_cast<const kj::byte*>(text.data()), text.size());
}

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }

void fill(capnp::List<capnp::Data>::Builder list, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(texts[i]));
}

kj::AutoCloseFd nothing() {
  int fd;
  KJ_SYSCALL(fd = open("/dev/null", O_RDWR | O_CLOEXEC));
  return kj::AutoCloseFd(fd);
}

}  // namespace

class Launch::Session final : public schema::LaunchSession::Server {
public:
  explicit Session(Launch& launch) : m_launch(launch) {}

  kj::Promise<void> begin(BeginContext context) override {
    auto& options = m_launch.m_options;
    m_launch.m_control = context.getParams().getControl();
    auto order = context.getResults().initOrder();
    order.setInstance(m_launch.m_id.c_str());
    order.setCookie(bytes(m_launch.m_cookie));
    order.setProfileDirectory(bytes(m_launch.m_bench.profile(options.profile)));
    order.setRuntimeDirectory(bytes(m_launch.m_runtime));
    order.setHome(bytes(m_launch.m_bench.home()));
    auto spec = order.initSpec();
    if (options.app.empty()) {
      fill(spec.initCommand(static_cast<unsigned>(options.command.size())), options.command);
    } else {
      spec.setApp(options.app.c_str());
    }
    fill(spec.initArguments(static_cast<unsigned>(options.arguments.size())), options.arguments);
    spec.setRunAs(options.runAs.c_str());
    spec.setAction(options.action.c_str());
    spec.setWorkingDirectory(bytes(options.workingDirectory));
    spec.setTerminal(options.terminal);
    auto environment = spec.initEnvironment(static_cast<unsigned>(options.environment.size()));
    for (unsigned i = 0; i < environment.size(); ++i) {
      environment[i].setName(bytes(options.environment[i].first));
      environment[i].setValue(bytes(options.environment[i].second));
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> described(DescribedContext context) override {
    auto& options = m_launch.m_options;
    auto app = context.getParams().getApp();
    m_launch.app = app.getApp().cStr();
    m_launch.name = app.getName().cStr();
    for (auto word : app.getCommand()) m_launch.command.push_back(text(word));
    for (auto folder : app.getStandardFolders()) m_launch.standardFolders.push_back(text(folder));
    for (auto claim : app.getClaims()) {
      m_launch.claims.push_back(std::string(claim.getKind().cStr()) + " " + claim.getTarget().cStr() + " " +
                                claim.getAccess().cStr() + ": " + claim.getReason().cStr());
    }
    KJ_REQUIRE(!options.refuseDescription, "this app may not be started");
    auto permits = context.getResults().initPermits();
    permits.setOwnSandboxes(options.ownSandboxes);
    permits.setSharedX(options.sharedX);
    permits.setSound(options.sound);
    permits.setMemoryLimit(options.memoryLimit);
    permits.setProcessLimit(options.processLimit);
    permits.setCpuPercent(options.cpuPercent);
    fill(permits.initMountLabels(static_cast<unsigned>(options.labels.size())), options.labels);
    return kj::READY_NOW;
  }

  kj::Promise<void> ready(ReadyContext context) override {
    auto facts = context.getParams().getFacts();
    m_launch.m_first = facts.getChild();
    m_launch.limits = facts.getLimits().cStr();
    m_launch.desktop = facts.getDesktop().cStr();
    schema::Descriptor::Client clients[] = {facts.getPidfd(), facts.getMountNamespace(), facts.getUserNamespace(),
                                            facts.getPidNamespace()};
    for (auto& client : clients) {
      auto fd = co_await client.getFd();
      if (fd != nullptr) ++m_launch.descriptors;
    }
    m_launch.m_readySignal.fulfiller->fulfill();
    if (m_launch.m_options.onReady) co_await m_launch.m_options.onReady();
  }

  kj::Promise<void> appConnected(AppConnectedContext context) override {
    auto client = context.getParams().getConnection();
    auto fd = co_await client.getFd();
    KJ_IF_MAYBE (number, fd) {
      m_launch.connections.emplace_back(fcntl(*number, F_DUPFD_CLOEXEC, 3));
    }
  }

  kj::Promise<void> running(RunningContext) override {
    m_launch.m_runningSignal.fulfiller->fulfill();
    return kj::READY_NOW;
  }

  kj::Promise<void> ended(EndedContext context) override {
    auto status = context.getParams().getStatus();
    auto& ending = m_launch.m_ending;
    ending.kind = status.which();
    if (status.isExited()) ending.number = status.getExited();
    if (status.isSignalled()) ending.number = status.getSignalled();
    if (status.isFailed()) ending.reason = status.getFailed().cStr();
    if (status.isNotExecutable()) ending.reason = status.getNotExecutable().cStr();
    if (status.isNotFound()) ending.reason = status.getNotFound().cStr();
    m_launch.m_told = true;
    m_launch.m_endedSignal.fulfiller->fulfill();
    return kj::READY_NOW;
  }

private:
  Launch& m_launch;
};

class Launch::Home final : public schema::Homecoming::Server {
public:
  Home(Launch& launch, bool refuse) : m_launch(launch), m_refuse(refuse) {}

  kj::Promise<void> launcher(LauncherContext context) override {
    auto params = context.getParams();
    Return back{
        .instance = params.getInstance().cStr(), .cookie = text(params.getCookie()), .running = params.getRunning()};
    auto pidfd = co_await params.getPidfd().getFd();
    KJ_IF_MAYBE (fd, pidfd) {
      back.pidfdOf = pidOf(*fd);
    }
    auto facts = params.getFacts();
    schema::Descriptor::Client clients[] = {facts.getPidfd(), facts.getMountNamespace(), facts.getUserNamespace(),
                                            facts.getPidNamespace()};
    for (auto& client : clients) {
      auto fd = co_await client.getFd();
      if (fd != nullptr) ++back.descriptors;
    }
    m_launch.returns.push_back(back);
    KJ_REQUIRE(!m_refuse, "the cookie is not the right one");
    m_launch.m_control = params.getControl();
    context.getResults().setSession(kj::heap<Session>(m_launch));
  }

private:
  static pid_t pidOf(int pidfd) {
    std::ifstream info("/proc/self/fdinfo/" + std::to_string(pidfd));
    for (std::string word; info >> word;) {
      if (pid_t pid; word == "Pid:" && info >> pid) return pid;
    }
    return 0;
  }

  Launch& m_launch;
  bool m_refuse;
};

Launch::Launch(LaunchBench& bench, LaunchOptions options)
    : m_bench(bench),
      m_options(std::move(options)),
      m_id(randomToken()),
      m_runtime(bench.instances() + "/" + m_id),
      m_cookie(randomToken()),
      m_readySignal(kj::newPromiseAndFulfiller<void>()),
      m_runningSignal(kj::newPromiseAndFulfiller<void>()),
      m_endedSignal(kj::newPromiseAndFulfiller<void>()),
      m_readyFork(m_readySignal.promise.fork()),
      m_runningFork(m_runningSignal.promise.fork()),
      m_endedFork(m_endedSignal.promise.fork()) {
  start();
}

void Launch::start() {
  std::filesystem::create_directories(m_bench.profile(m_options.profile));
  chmod(m_bench.profile(m_options.profile).c_str(), 0700);
  mkdir(m_runtime.c_str(), 0700);
  auto pair = socketPair();
  int out[2], err[2];
  KJ_SYSCALL(pipe2(out, O_CLOEXEC));
  KJ_SYSCALL(pipe2(err, O_CLOEXEC));
  kj::AutoCloseFd outRead(out[0]), outWrite(out[1]), errRead(err[0]), errWrite(err[1]), null = nothing();

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  KJ_DEFER(posix_spawn_file_actions_destroy(&actions));
  int given[] = {m_options.in >= 0 ? m_options.in : null.get(), m_options.out >= 0 ? m_options.out : outWrite.get(),
                 m_options.err >= 0 ? m_options.err : errWrite.get(), pair.theirs.get(), STDERR_FILENO};
  // Past the numbers the launcher is to have, so that none is overwritten before it is used.
  kj::Vector<kj::AutoCloseFd> copies;
  for (int number = 0; number < 5; ++number) {
    copies.add(fcntl(given[number], F_DUPFD_CLOEXEC, 10));
    posix_spawn_file_actions_adddup2(&actions, copies.back().get(), number);
  }
  auto program = std::string(getenv("LATCHKEY_BIN")) + "/latchkey-launch";
  std::vector<std::string> environment{"HOME=" + m_bench.home(), "XDG_RUNTIME_DIR=" + m_bench.top() + "/run",
                                       "LATCHKEY_LOG=error", "SECRET_OF_THE_BROKER=1"};
  std::vector<char*> pointers;
  for (auto& one : environment) pointers.push_back(one.data());
  pointers.push_back(nullptr);
  char name[] = "latchkey-launch";
  char* arguments[] = {name, nullptr};
  int error = posix_spawn(&m_launcher, program.c_str(), &actions, nullptr, arguments, pointers.data());
  if (error != 0) KJ_FAIL_SYSCALL("posix_spawn", error, program);
  m_pidfd = kj::AutoCloseFd(static_cast<int>(syscall(SYS_pidfd_open, m_launcher, 0)));
  outWrite = nullptr;
  errWrite = nullptr;

  auto stream =
      m_bench.io().lowLevelProvider->wrapUnixSocketFd(kj::mv(pair.ours), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::heap<Session>(*this));
  auto both = kj::heapArrayBuilder<kj::Promise<void>>(2);
  both.add(collect(kj::mv(outRead), m_out));
  both.add(collect(kj::mv(errRead), m_err));
  m_collected = kj::joinPromises(both.finish()).eagerlyEvaluate(nullptr).fork();
}

Launch::~Launch() {
  if (m_reaped) return;
  kill(m_launcher, SIGKILL);
  waitpid(m_launcher, nullptr, 0);
}

kj::Promise<void> Launch::collect(kj::AutoCloseFd from, std::string& into) {
  auto stream = m_bench.io().lowLevelProvider->wrapInputFd(kj::mv(from), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  char buffer[4096];
  for (;;) {
    auto got = co_await stream->tryRead(buffer, 1, sizeof buffer);
    if (got == 0) co_return;
    into.append(buffer, got);
  }
}

kj::Promise<void> Launch::ready() { return m_readyFork.addBranch(); }
kj::Promise<void> Launch::running() { return m_runningFork.addBranch(); }

kj::Promise<Ending> Launch::ended() {
  co_await m_endedFork.addBranch();
  co_await KJ_ASSERT_NONNULL(m_collected).addBranch();
  m_ending.out = m_out;
  m_ending.err = m_err;
  co_return m_ending;
}

kj::Promise<bool> Launch::launcherGone() {
  kj::UnixEventPort::FdObserver end(m_bench.io().unixEventPort, m_pidfd, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  while (!m_reaped) {
    if (waitpid(m_launcher, nullptr, WNOHANG) == m_launcher) {
      m_reaped = true;
      break;
    }
    co_await end.whenBecomesReadable();
  }
  co_return m_told;
}

class LaunchBench::NextBroker final {
public:
  NextBroker(LaunchBench& bench, Launch& launch, bool refuse)
      : m_bench(bench),
        m_launch(launch),
        m_refuse(refuse),
        m_path(bench.runtime() + "/return"),
        m_listener(listenAt(m_path)),
        m_accepting(accept().eagerlyEvaluate(nullptr)) {}
  ~NextBroker() { unlink(m_path.c_str()); }

private:
  kj::Promise<void> accept() {
    KJ_SYSCALL(fcntl(m_listener, F_SETFL, O_NONBLOCK));
    kj::UnixEventPort::FdObserver arrivals(m_bench.io().unixEventPort, m_listener,
                                           kj::UnixEventPort::FdObserver::OBSERVE_READ);
    for (;;) {
      int fd = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) {
        co_await arrivals.whenBecomesReadable();
        continue;
      }
      auto stream = m_bench.io().lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(fd),
                                                                    kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
      m_connections.add(kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                             kj::heap<Launch::Home>(m_launch, m_refuse)));
    }
  }

  LaunchBench& m_bench;
  Launch& m_launch;
  bool m_refuse;
  std::string m_path;
  kj::AutoCloseFd m_listener;
  kj::Vector<kj::Own<Connection>> m_connections;
  kj::Promise<void> m_accepting;
};

kj::Own<void> LaunchBench::nextBroker(Launch& launch, bool refuse) {
  return kj::heap<NextBroker>(*this, launch, refuse);
}

LaunchBench::LaunchBench() : m_io(kj::setupAsyncIo()) {
  char name[] = "/tmp/latchkey-XXXXXX";
  m_top = mkdtemp(name);
  for (auto& directory : {home(), instances(), m_top + "/profiles"}) std::filesystem::create_directories(directory);
  for (auto& directory : {home(), m_top + "/run", runtime(), instances()}) chmod(directory.c_str(), 0700);
  m_lock = kj::AutoCloseFd(open((runtime() + "/broker.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  flock(m_lock, LOCK_EX);
  for (auto name : {"Documents", "Downloads"}) std::filesystem::create_directory(home() + "/" + name);
}

LaunchBench::~LaunchBench() {
  std::error_code ignored;
  std::filesystem::remove_all(m_top, ignored);
}

kj::Own<Launch> LaunchBench::start(LaunchOptions options) {
  return kj::Own<Launch>(new Launch(*this, std::move(options)), kj::_::HeapDisposer<Launch>::instance);
}

Ending LaunchBench::run(LaunchOptions options) {
  auto launch = start(std::move(options));
  auto ending = waitAtMost(60 * kj::SECONDS, launch->ended());
  waitAtMost(30 * kj::SECONDS, launch->launcherGone());
  return ending;
}

Ending LaunchBench::sh(const std::string& script, LaunchOptions options) {
  options.command = {"sh", "-c", script};
  return run(std::move(options));
}

std::vector<pid_t> descendants() {
  std::vector<pid_t> result, all;
  auto directory = opendir("/proc");
  while (auto entry = readdir(directory)) {
    auto pid = atoi(entry->d_name);
    if (pid > 1) all.push_back(pid);
  }
  closedir(directory);
  for (auto pid : all) {
    for (auto at = sandbox::parentOf(pid); at > 1; at = sandbox::parentOf(at)) {
      if (at != getpid()) continue;
      result.push_back(pid);
      break;
    }
  }
  return result;
}

std::vector<pid_t> processesInNamespaceOf(pid_t first) {
  std::vector<pid_t> result;
  struct stat wanted, other;
  if (stat(("/proc/" + std::to_string(first) + "/ns/pid").c_str(), &wanted) < 0) return result;
  auto directory = opendir("/proc");
  while (auto entry = readdir(directory)) {
    auto pid = atoi(entry->d_name);
    if (pid > 1 && stat(("/proc/" + std::to_string(pid) + "/ns/pid").c_str(), &other) == 0 &&
        other.st_ino == wanted.st_ino)
      result.push_back(pid);
  }
  closedir(directory);
  return result;
}

}  // namespace latchkey::test
