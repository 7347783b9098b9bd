// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/files/files-world.h"

#include <dirent.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/ids.h"

namespace fs = std::filesystem;

namespace latchkey::test {
namespace {

schema::Descriptor::Client capOf(int fd) { return descriptorOf(duplicate(fd)); }

kj::ArrayPtr<const kj::byte> bytes(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}
std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }

std::string bin() { return getenv("LATCHKEY_BIN") ? getenv("LATCHKEY_BIN") : "/src/build/dev/bin"; }
std::string testBin() { return fs::path(bin()).parent_path() / "tests"; }

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int fds[2];
    KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
    read = fds[0], write = fds[1];
  }
};

int spawn(const std::vector<std::string>& words, const std::vector<std::pair<int, int>>& descriptors) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  auto pid = fork();
  if (pid == 0) {
    // Sources lie above 20 (see the callers): no target overwrites one.
    for (auto [from, to] : descriptors) dup2(from, to);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  return pid;
}

int high(int fd) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, 40);
  close(fd);
  return moved;
}

void end(int& pid) {
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  pid = 0;
}

}  // namespace

// --- probe

kj::Promise<std::string> Probe::line() {
  for (;;) {
    auto end = m_buffer.find('\n');
    if (end != m_buffer.npos) {
      auto line = m_buffer.substr(0, end);
      m_buffer.erase(0, end + 1);
      co_return line;
    }
    char more[4096];
    auto count = co_await m_from->tryRead(more, 1, sizeof more);
    if (count == 0) co_return "gone";
    m_buffer.append(more, count);
  }
}

kj::Promise<std::string> Probe::send(std::string command) {
  command += '\n';
  co_await m_to->write(command.data(), command.size());
  co_return co_await line();
}

// --- sandbox

class Sandbox::Asker final : public schema::FileAsker::Server {
public:
  explicit Asker(World& world, std::string name) : m_world(world), m_name(std::move(name)) {}

  kj::Promise<void> ask(AskContext context) override {
    auto wanted = context.getParams().getWanted();
    Asked asked;
    asked.path = text(wanted.getPath());
    asked.directory = wanted.getDirectory();
    asked.create = wanted.getCreate();
    asked.write = wanted.getAccess() == schema::Access::WRITE;
    asked.pid = wanted.getPid();
    asked.program = wanted.getProgram();
    asked.size = wanted.getSize();
    if (wanted.hasObject()) {
      auto fd = co_await wanted.getObject().getFd();
      asked.object = duplicate(KJ_ASSERT_NONNULL(fd));
      struct stat status{};
      KJ_SYSCALL(fstat(asked.object, &status));
      asked.inode = status.st_ino;
    }
    auto* sandbox = m_world.m_sandboxes[m_name];
    KJ_REQUIRE(sandbox != nullptr);
    auto& record = sandbox->asked.add(kj::mv(asked));
    auto finished = std::make_shared<bool>(false);
    ++sandbox->waiting;
    KJ_DEFER({
      auto* now = m_world.m_sandboxes[m_name];
      if (now) {
        --now->waiting;
        if (!*finished) ++now->withdrawn;
      }
    });
    auto outcome = sandbox->person ? co_await sandbox->person(record) : Outcome::DECLINED;
    *finished = true;
    context.getResults().setOutcome(outcome);
  }
  kj::Promise<void> used(UsedContext context) override {
    auto params = context.getParams();
    if (auto* sandbox = m_world.m_sandboxes[m_name])
      sandbox->liveReports[params.getGrant()].push_back(params.getLive());
    return kj::READY_NOW;
  }
  kj::Promise<void> refused(RefusedContext context) override {
    if (auto* sandbox = m_world.m_sandboxes[m_name]) sandbox->refused.push_back(text(context.getParams().getPath()));
    return kj::READY_NOW;
  }
  kj::Promise<void> ended(EndedContext context) override {
    if (auto* sandbox = m_world.m_sandboxes[m_name]) sandbox->ended.push_back(context.getParams().getGrant());
    return kj::READY_NOW;
  }

private:
  World& m_world;
  std::string m_name;
};

Sandbox::Sandbox(World& world, std::string name, int processes) : m_world(world), m_name(std::move(name)) {
  auto& home = world.home;
  Pipe info;
  std::vector<std::string> words{"bwrap",
                                 "--unshare-user",
                                 "--unshare-all",
                                 "--disable-userns",
                                 "--die-with-parent",
                                 "--new-session",
                                 "--clearenv",
                                 "--setenv",
                                 "HOME",
                                 home,
                                 "--setenv",
                                 "PATH",
                                 "/usr/bin",
                                 "--ro-bind",
                                 "/usr",
                                 "/usr",
                                 "--symlink",
                                 "usr/bin",
                                 "/bin",
                                 "--symlink",
                                 "usr/lib",
                                 "/lib",
                                 "--symlink",
                                 "usr/lib64",
                                 "/lib64",
                                 "--ro-bind",
                                 "/etc",
                                 "/etc",
                                 "--proc",
                                 "/proc",
                                 "--dev",
                                 "/dev",
                                 "--tmpfs",
                                 "/tmp",
                                 "--ro-bind",
                                 testBin() + "/files-probe",
                                 "/run/probe",
                                 "--bind",
                                 world.privateHome,
                                 home};
  for (auto& folder : world.folders) words.insert(words.end(), {"--dir", folder});
  words.insert(words.end(), {"--remount-ro", "/", "--info-fd", "10", "--", "/run/probe"});
  std::vector<std::pair<int, int>> descriptors{{info.write = high(info.write), 10}};
  std::vector<std::pair<int, int>> ours;
  std::vector<int> toClose{info.write};
  for (int i = 0; i < processes; ++i) {
    Pipe to, from;
    int in = 11 + 2 * i, out = in + 1;
    words.push_back(std::to_string(in) + "," + std::to_string(out));
    descriptors.emplace_back(to.read = high(to.read), in);
    descriptors.emplace_back(from.write = high(from.write), out);
    toClose.insert(toClose.end(), {to.read, from.write});
    ours.emplace_back(to.write, from.read);
  }
  m_bwrap = spawn(words, descriptors);
  for (int fd : toClose) close(fd);
  auto& low = *world.m_io.lowLevelProvider;
  for (auto [to, from] : ours) {
    m_probes.push_back(
        kj::heap<Probe>(low.wrapOutputFd(kj::AutoCloseFd(to), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP),
                        low.wrapInputFd(kj::AutoCloseFd(from), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP)));
  }
  std::string facts;
  for (char c; facts.find('}') == facts.npos && ::read(info.read, &c, 1) == 1;) facts += c;
  close(info.read);
  auto at = facts.find("\"child-pid\":");
  KJ_REQUIRE(at != facts.npos, facts);
  m_init = atoi(facts.c_str() + at + 12);
  for (auto& probe : m_probes) KJ_REQUIRE(world.wait(probe->line()) == "ready", "the probe did not start");
  world.m_sandboxes[m_name] = this;
}

Sandbox::~Sandbox() {
  m_world.m_sandboxes[m_name] = nullptr;
  m_probes.clear();
  end(m_bwrap);
}

schema::FileAsker::Client Sandbox::asker() { return kj::heap<Asker>(m_world, m_name); }

void Sandbox::attach() {
  auto call = m_world.portal().attachRequest();
  call.setInstance(m_name.c_str());
  auto facts = call.initFacts();
  auto proc = "/proc/" + std::to_string(m_init);
  int mount, user, pid;
  KJ_SYSCALL(mount = open((proc + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
  KJ_SYSCALL(user = open((proc + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  KJ_SYSCALL(pid = static_cast<int>(syscall(SYS_pidfd_open, m_init, 0)));
  facts.setChild(m_init);
  facts.setMountNamespace(capOf(mount));
  facts.setUserNamespace(capOf(user));
  facts.setPidfd(capOf(pid));
  close(mount), close(user), close(pid);
  auto layout = call.initLayout();
  layout.setHome(bytes(m_world.home));
  layout.setSeeHomeNames(m_world.seeHomeNames);
  layout.setAgain(std::exchange(m_attached, true));
  layout.setMostNames(m_world.mostNames);
  auto folders = layout.initFolders(static_cast<unsigned>(m_world.folders.size()));
  for (unsigned i = 0; i < folders.size(); ++i) folders.set(i, bytes(m_world.folders[i]));
  auto hidden = layout.initHidden(static_cast<unsigned>(m_world.hidden.size()));
  for (unsigned i = 0; i < hidden.size(); ++i) hidden.set(i, bytes(m_world.hidden[i]));
  if (!m_world.changes.empty()) layout.setChanges(bytes(m_world.changes));
  auto former = layout.initFast(static_cast<unsigned>(m_world.formerFast.size()));
  for (unsigned i = 0; i < former.size(); ++i) {
    struct stat status{};
    KJ_SYSCALL(stat(m_world.formerFast[i].first.c_str(), &status));
    former[i].setPath(bytes(m_world.formerFast[i].first));
    former[i].setDevice(status.st_dev);
    former[i].setInode(status.st_ino);
    former[i].setAccess(schema::Access::WRITE);
    former[i].setEnded(m_world.formerFast[i].second);
  }
  call.setAsker(asker());
  files = m_world.wait(call.send().then([](auto results) { return results.getSandbox(); }));
}

kj::Promise<std::string> Sandbox::start(const std::string& command, size_t process) {
  return m_probes.at(process)->send(command);
}

std::string Sandbox::run(const std::string& command, int seconds) { return m_world.wait(start(command), seconds); }

long Sandbox::number(const std::string& command, int seconds) { return atol(run(command, seconds).c_str()); }

std::string Sandbox::content(const std::string& path) {
  auto fd = number("open " + path + " r");
  if (fd < 0) return "E" + std::to_string(-fd);
  auto answer = run("read " + std::to_string(fd) + " 4096 0");
  run("close " + std::to_string(fd));
  auto space = answer.find(' ');
  if (space == answer.npos) return "E" + answer.substr(1);
  std::string out;
  auto hex = answer.substr(space + 1);
  for (size_t i = 0; hex != "-" && i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return out;
}

schema::LiveGrant::Client Sandbox::grant(const std::string& path, GrantOptions options) {
  auto call = KJ_ASSERT_NONNULL(files).addRequest();
  auto grant = call.initGrant();
  grant.setId(randomToken().c_str());
  grant.setPath(bytes(path));
  if (options.object >= 0) grant.setObject(capOf(options.object));
  struct stat status{};
  grant.setDirectory(stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
  grant.setScope(options.scope);
  grant.setAccess(options.access);
  grant.setExpires(options.expires);
  grant.setOnce(options.once);
  grant.setSee(options.see);
  grant.setSuspended(options.suspended);
  grant.setDeny(options.deny);
  grant.initLimits().setUses(options.uses);
  grant.setFast(options.fast);
  return call.send().getHandle();
}

schema::LiveGrant::Client Sandbox::give(const std::string& path, GrantOptions options) {
  auto made = grant(path, options);
  m_world.wait(made.whenResolved());
  return made;
}

kj::Maybe<kj::Exception> Sandbox::tryGrant(const std::string& path, GrantOptions options) {
  return kj::runCatchingExceptions([&] { m_world.wait(grant(path, options).whenResolved()); });
}

void Sandbox::sayYes(GrantOptions options) {
  person = [this, options](const Asked& asked) -> kj::Promise<Outcome> {
    auto with = options;
    with.object = asked.object.get();
    if (asked.directory && with.scope == schema::Scope::FILE) with.scope = schema::Scope::TREE;
    auto made = grant(asked.path, with);
    return made.whenResolved().then([] { return Outcome::GRANTED; }, [](kj::Exception&&) { return Outcome::DECLINED; });
  };
}

void Sandbox::sayNothing() {
  person = [](const Asked&) -> kj::Promise<Outcome> { return kj::Promise<Outcome>(kj::NEVER_DONE); };
}

void Sandbox::killApp() { end(m_bwrap); }

int Sandbox::mainPid() {
  std::ifstream children("/proc/" + std::to_string(m_init) + "/task/" + std::to_string(m_init) + "/children");
  int pid = 0;
  children >> pid;
  return pid;
}

bool Sandbox::mounted() { return mounts() > 0; }

long Sandbox::mounts() {
  std::ifstream table("/proc/" + std::to_string(m_init) + "/mountinfo");
  long count = 0;
  for (std::string line; std::getline(table, line);) count += line.find(" - fuse latchkey-files") != line.npos;
  return count;
}

// --- world

class World::Start final : public schema::PortalStart::Server {
public:
  explicit Start(kj::Own<kj::PromiseFulfiller<schema::FilePortal::Client>> arrived) : m_arrived(kj::mv(arrived)) {}
  kj::Promise<void> begin(BeginContext context) override {
    context.getResults().setCookie(bytes(std::string(32, 'c')));
    m_arrived->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::FilePortal::Client>> m_arrived;
};

class World::Home final : public schema::Homecoming::Server {
public:
  Home(World& world, kj::Own<kj::PromiseFulfiller<void>> arrived) : m_world(world), m_arrived(kj::mv(arrived)) {}
  kj::Promise<void> filePortal(FilePortalContext context) override {
    auto params = context.getParams();
    KJ_REQUIRE(params.getCookie() == bytes(std::string(32, 'c')), "not the cookie");
    auto pidfd = co_await params.getPidfd().getFd();
    KJ_REQUIRE(pidfd != nullptr, "no pidfd");
    m_world.m_portal = params.getPortal();
    auto call = params.getPortal().reconnectedRequest();
    auto survivors = params.getSandboxes();
    auto list = call.initSandboxes(survivors.size());
    for (unsigned i = 0; i < survivors.size(); ++i) {
      auto* sandbox = m_world.m_sandboxes[std::string(survivors[i].getInstance())];
      KJ_REQUIRE(sandbox != nullptr);
      sandbox->files = survivors[i].getFiles();
      list[i].setInstance(survivors[i].getInstance());
      list[i].setAsker(sandbox->asker());
    }
    m_told = call.send().ignoreResult().eagerlyEvaluate(nullptr);
    m_arrived->fulfill();
  }

private:
  World& m_world;
  kj::Own<kj::PromiseFulfiller<void>> m_arrived;
  kj::Promise<void> m_told = kj::READY_NOW;
};

World::World(bool start) : m_io(kj::setupAsyncIo()) {
  char name[] = "/tmp/latchkey-files-XXXXXX";
  KJ_REQUIRE(mkdtemp(name) != nullptr);
  root = name;
  home = root + "/home/ann";
  privateHome = root + "/private";
  fs::create_directories(home);
  fs::create_directories(privateHome);
  fs::create_directories(root + "/runtime/latchkey");
  for (auto* folder : {"Documents", "Downloads"}) {
    fs::create_directories(path(folder));
    folders.push_back(path(folder));
  }
  if (start) startPortal();
}

World::~World() {
  m_portal = nullptr;
  m_connection = nullptr;
  end(m_portalPid);
  std::error_code ignored;
  fs::remove_all(root, ignored);
}

std::string World::missing() {
  if (access("/dev/fuse", R_OK | W_OK) != 0) return "/dev/fuse cannot be opened";
  int status = system("bwrap --unshare-user --unshare-all --disable-userns --ro-bind / / true 2>/dev/null");
  return status == 0 ? "" : "bwrap cannot make a sandbox here";
}

std::string World::programs() { return bin(); }

void World::startPortal() {
  auto pair = socketPair();
  int theirs = high(dup(pair.theirs));
  setenv("XDG_RUNTIME_DIR", (root + "/runtime").c_str(), 1);
  setenv("HOME", home.c_str(), 1);
  m_portalPid = spawn({bin() + "/latchkey-files"}, {{theirs, 3}});
  close(theirs);
  pair.theirs = nullptr;
  auto paf = kj::newPromiseAndFulfiller<schema::FilePortal::Client>();
  auto stream = m_io.lowLevelProvider->wrapUnixSocketFd(kj::mv(pair.ours), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection =
      kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::heap<Start>(kj::mv(paf.fulfiller)));
  m_portal = wait(kj::mv(paf.promise));
}

void World::killPortal() { end(m_portalPid); }

bool World::killPortalWithin(int seconds) {
  kill(m_portalPid, SIGKILL);
  return portalEndsWithin(seconds);
}

int World::abandonPortal(bool& noticed, int seconds) {
  kill(m_portalPid, SIGKILL);
  return awaitPortal(noticed, seconds);
}

int World::awaitPortal(bool& noticed, int seconds) {
  auto hungUp = m_connection->disconnected().then([] { return true; });
  auto late = m_io.provider->getTimer().afterDelay(seconds * kj::SECONDS).then([] { return false; });
  noticed = hungUp.exclusiveJoin(kj::mv(late)).wait(m_io.waitScope);
  return std::exchange(m_portalPid, 0);
}

bool World::portalEndsWithin(int seconds) {
  bool ended = until([&] { return waitpid(m_portalPid, nullptr, WNOHANG) == m_portalPid; }, seconds);
  m_portalPid = 0;
  return ended;
}

int World::mountHelperPid() const {
  auto pid = std::to_string(m_portalPid);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  int child = 0;
  children >> child;
  return child;
}

void World::dropBroker() {
  m_portal = nullptr;
  for (auto& entry : m_sandboxes) {
    if (entry.second) entry.second->files = nullptr;
  }
  m_connection = nullptr;
}

void World::returnBroker() {
  auto listener = listenAt(root + "/runtime/latchkey/return");
  int fd;
  kj::UnixEventPort::FdObserver observer(m_io.unixEventPort, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  wait(observer.whenBecomesReadable());
  KJ_SYSCALL(fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto stream =
      m_io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(fd), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                      kj::heap<Home>(*this, kj::mv(paf.fulfiller)));
  wait(kj::mv(paf.promise));
  unlink((root + "/runtime/latchkey/return").c_str());
}

schema::FilePortal::Client World::portal() { return KJ_ASSERT_NONNULL(m_portal); }

kj::Own<Sandbox> World::sandbox(const std::string& name, int processes, bool attach) {
  auto made = kj::heap<Sandbox>(*this, name, processes);
  if (attach) made->attach();
  return made;
}

void World::write(const std::string& relative, const std::string& content) {
  fs::create_directories(fs::path(path(relative)).parent_path());
  std::ofstream(path(relative), std::ios::trunc) << content;
}

std::string World::read(const std::string& relative) const {
  std::ifstream in(path(relative));
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

bool World::exists(const std::string& relative) const { return fs::exists(fs::symlink_status(path(relative))); }

std::set<std::string> World::list(const std::string& relative) const {
  std::set<std::string> names;
  for (auto& entry : fs::directory_iterator(path(relative))) names.insert(entry.path().filename());
  return names;
}

bool World::until(std::function<bool()> condition, int seconds) {
  for (int i = 0; i < seconds * 100; ++i) {
    if (condition()) return true;
    pass(10);
  }
  return condition();
}

void World::pass(int milliseconds) {
  m_io.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(m_io.waitScope);
}

}  // namespace latchkey::test
