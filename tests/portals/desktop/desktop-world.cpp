// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/desktop/desktop-world.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "broker/desktop-rights.h"

namespace latchkey::test {

using namespace desktop;

MessageBus::MessageBus() {
  int ends[2];
  KJ_SYSCALL(pipe(ends));
  KJ_SYSCALL(m_pid = fork());
  if (m_pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    auto words = "--print-address=" + std::to_string(ends[1]);
    execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", words.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  char c;
  while (read(ends[0], &c, 1) == 1 && c != '\n') m_address += c;
  close(ends[0]);
  KJ_REQUIRE(!m_address.empty(), "no dbus-daemon");
}

MessageBus::~MessageBus() {
  kill(m_pid, SIGKILL);
  waitpid(m_pid, nullptr, 0);
}

kj::Promise<kj::Maybe<Picked>> FakeDesk::choose(Chooser chooser) {
  choosers.push_back(chooser);
  if (!onChoose) co_return nullptr;
  bool answered = false;
  KJ_DEFER(if (!answered)++ withdrawn);
  auto picked = co_await onChoose(chooser);
  answered = true;
  co_return kj::mv(picked);
}

kj::Promise<bool> FakeDesk::grantPicked(std::vector<std::string> paths, bool write) {
  grantedToWrite += write ? 1 : 0;
  granted.push_back(std::move(paths));
  return true;
}

kj::Promise<Permission> FakeDesk::permit(std::string right, std::string) {
  // A word the broker does not know is a "no" nobody sees.
  KJ_REQUIRE(desktopRightNamed(right) != nullptr, "no such right", right);
  rights.push_back(right);
  return onPermit ? onPermit(right) : Permission{};
}

kj::Promise<bool> FakeDesk::openAddress(std::string uri, bool) {
  opened.push_back(std::move(uri));
  KJ_IF_MAYBE (later, onOpen) return kj::mv(*later);
  return opens;
}

kj::Promise<bool> FakeDesk::openFile(kj::AutoCloseFd, bool, bool) {
  opened.emplace_back("file");
  return opens;
}

kj::Promise<std::string> FakeDesk::secret() { return std::string(64, 's'); }
kj::Promise<bool> FakeDesk::trash(kj::AutoCloseFd) { return trashes; }
kj::Promise<Location> FakeDesk::locate(kj::AutoCloseFd file) { return onLocate ? onLocate(file.get()) : Location{}; }
kj::Promise<Readable> FakeDesk::accessibility(kj::AutoCloseFd) { KJ_FAIL_REQUIRE("nothing to read here"); }
kj::Promise<bool> FakeDesk::startWithSession(bool starts, std::vector<std::string> words) {
  starting = nullptr;
  if (starts && startingIsGiven) starting = std::move(words);
  return starting != nullptr;
}

kj::Promise<bool> FakeDesk::putLauncher(std::string grant, Launcher launcher) {
  if (!launcher.id.starts_with("org.example.App.")) return false;
  menuGrants.push_back(std::move(grant));
  menu[launcher.id] = std::move(launcher);
  return true;
}

kj::Promise<bool> FakeDesk::removeLauncher(std::string id) { return menu.erase(id) == 1; }

kj::Promise<std::string> FakeDesk::launcher(std::string id) {
  return menu.contains(id) ? "[Desktop Entry]\nName=" + menu[id].name + "\n" : std::string();
}

kj::Promise<bool> FakeDesk::startLauncher(std::string id) {
  if (!menu.contains(id)) return false;
  started.push_back(std::move(id));
  return true;
}

kj::Own<void> FakeDesk::use(std::string, std::string grant) {
  inUse.insert(grant);
  return kj::heap(kj::defer([this, grant] { inUse.erase(inUse.find(grant)); }));
}

void FakeDesk::used(std::string right, std::string outcome) { journal.push_back(right + " " + outcome); }

DesktopWorld::DesktopWorld(App app) : m_io(kj::setupAsyncIo()), m_app(std::move(app)) {}

DesktopWorld::~DesktopWorld() noexcept(false) {
  m_serving = nullptr;
  m_frontend = nullptr;
  m_running.clear();
  for (auto& peer : m_peers) peer.serving = nullptr;
}

Bus& DesktopWorld::add(const std::string& address) {
  auto bus = kj::heap<Bus>(m_io.unixEventPort, m_io.provider->getTimer(), address);
  auto serving = bus->run().eagerlyEvaluate(nullptr);
  m_peers.push_back({kj::mv(bus), kj::mv(serving)});
  return *m_peers.back().bus;
}

Bus& DesktopWorld::guest() { return add(appBus.address()); }
Bus& DesktopWorld::onSession() { return add(sessionBus.address()); }

void DesktopWorld::leave(Bus& somebody) {
  auto peer = std::ranges::find_if(m_peers, [&](auto& one) { return one.bus.get() == &somebody; });
  KJ_REQUIRE(peer != m_peers.end(), "nobody of ours");
  peer->serving = nullptr;
  m_peers.erase(peer);
}

Bus& DesktopWorld::onSystem() {
  if (systemBus.get() == nullptr) systemBus = kj::heap<MessageBus>();
  return add(systemBus->address());
}

Frontend& DesktopWorld::start() {
  auto& timer = m_io.provider->getTimer();
  m_session = kj::heap<Bus>(m_io.unixEventPort, timer, sessionBus.address());
  m_running.push_back(m_session->run().eagerlyEvaluate(nullptr));
  m_bus = kj::heap<Bus>(m_io.unixEventPort, timer, appBus.address());
  m_sessionBuses = kj::heap<SessionBuses>(m_io.unixEventPort, timer, sessionBus.address());
  m_backends = kj::heap<Backends>(*m_session, BackendChoice(places));
  m_frontend = kj::heap<Frontend>(*m_bus, clock.orDefault(timer), m_app, desk);
  kj::Maybe<Bus&> system;
  if (systemBus.get() != nullptr) {
    m_system = kj::heap<Bus>(m_io.unixEventPort, timer, systemBus->address());
    m_running.push_back(m_system->run().eagerlyEvaluate(nullptr));
    system = *m_system;
  }
  m_common = kj::heap<Common>(*m_backends, m_io.unixEventPort, timer, system);
  addPortals(*m_frontend, *m_backends, *m_common);
  m_serving = m_bus->run().eagerlyEvaluate(nullptr);
  addIntegration(*m_frontend, *m_backends, *m_sessionBuses);
  wait(m_frontend->start());
  return *m_frontend;
}

bool DesktopWorld::until(std::function<bool()> condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    pass(10);
  }
  return false;
}

void DesktopWorld::pass(unsigned milliseconds) {
  m_io.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(m_io.waitScope);
}

Message DesktopWorld::call(Bus& guest, const std::string& interface, const std::string& member, Value::List arguments,
                           const std::string& path, const std::string& destination) {
  return wait(guest.call({.destination = destination,
                          .path = path,
                          .interface = interface,
                          .member = member,
                          .arguments = std::move(arguments)}));
}

std::string DesktopWorld::error(Bus& guest, const std::string& interface, const std::string& member,
                                Value::List arguments, const std::string& path) {
  try {
    call(guest, interface, member, std::move(arguments), path);
    return {};
  } catch (const kj::Exception& exception) {
    return busErrorName(exception);
  }
}

kj::Promise<DesktopWorld::Answered> DesktopWorld::response(Bus& guest, const std::string& requestPath) {
  auto pair = kj::newPromiseAndFulfiller<Answered>();
  auto fulfiller = std::make_shared<kj::Own<kj::PromiseFulfiller<Answered>>>(kj::mv(pair.fulfiller));
  auto match = guest.match(
      "type='signal',interface='org.freedesktop.portal.Request',member='Response',path='" + requestPath + "'",
      [fulfiller](const Message& message) {
        (*fulfiller)
            ->fulfill(
                {static_cast<uint32_t>(message.arguments.at(0).asNumber()), message.arguments.at(1).asDictionary()});
      });
  return pair.promise.attach(kj::mv(match));
}

// The path is known before the call, as toolkits do it, so that no answer can be missed.
DesktopWorld::Answered DesktopWorld::request(Bus& guest, const std::string& interface, const std::string& member,
                                             Value::List arguments) {
  static unsigned number = 0;
  auto token = "test" + std::to_string(++number);
  auto options = arguments.back().asDictionary();
  options["handle_token"] = Value(token);
  arguments.back() = asArgument(options);
  // Our own name is known once something has been answered.
  wait(guest.call({.destination = "org.freedesktop.DBus",
                   .path = "/org/freedesktop/DBus",
                   .interface = "org.freedesktop.DBus",
                   .member = "GetId"}));
  auto sender = guest.ownName().substr(1);
  for (auto& c : sender) c = c == '.' ? '_' : c;
  auto path = std::string(DESKTOP_PATH) + "/request/" + sender + "/" + token;
  auto promise = response(guest, path);
  auto answer = call(guest, interface, member, std::move(arguments));
  KJ_REQUIRE(answer.arguments.at(0).asText() == path, "another path than asked for");
  return wait(kj::mv(promise));
}

}  // namespace latchkey::test
