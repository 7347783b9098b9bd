// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Two real message buses, the app's and the session's, with the portals between them and a person who says what a test
// makes them say.

#include <kj/async-io.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "portals/desktop/portals.h"

namespace latchkey::test {

// A dbus-daemon of its own.
class MessageBus {
public:
  MessageBus();
  ~MessageBus();
  const std::string& address() const { return m_address; }

private:
  int m_pid = 0;
  std::string m_address;
};

// Declines everything unless told otherwise, and remembers what it was asked.
class FakeDesk final : public desktop::Desk {
public:
  kj::Promise<kj::Maybe<desktop::Picked>> choose(desktop::Chooser chooser) override;
  kj::Promise<bool> grantPicked(std::vector<std::string> paths, bool write) override;
  kj::Promise<desktop::Permission> permit(std::string right, std::string claim) override;
  kj::Promise<bool> openAddress(std::string uri, bool ask) override;
  kj::Promise<bool> openFile(kj::AutoCloseFd file, bool write, bool ask) override;
  kj::Promise<std::string> secret() override;
  kj::Promise<bool> trash(kj::AutoCloseFd file) override;
  kj::Promise<desktop::Location> locate(kj::AutoCloseFd file) override;
  kj::Promise<desktop::Readable> accessibility(kj::AutoCloseFd bus) override;
  kj::Promise<bool> startWithSession(bool starts, std::vector<std::string> words) override;
  kj::Promise<bool> putLauncher(std::string grant, desktop::Launcher launcher) override;
  kj::Promise<bool> removeLauncher(std::string id) override;
  kj::Promise<std::string> launcher(std::string id) override;
  kj::Promise<bool> startLauncher(std::string id) override;
  kj::Own<void> use(std::string right, std::string grant) override;
  void used(std::string right, std::string outcome) override;

  std::function<kj::Promise<kj::Maybe<desktop::Picked>>(const desktop::Chooser&)> onChoose;
  std::function<desktop::Permission(const std::string& right)> onPermit;
  std::function<desktop::Location(int fd)> onLocate;
  bool opens = false;
  kj::Maybe<kj::Promise<bool>> onOpen;  // Instead of `opens`, once.
  bool trashes = false;
  std::vector<desktop::Chooser> choosers;
  std::vector<std::string> rights;  // Asked for.
  std::vector<std::string> opened;  // Addresses, or "file".
  std::vector<std::vector<std::string>> granted;
  unsigned grantedToWrite = 0;  // How many of these.
  // What starts with the session: its words. And what is in the menu.
  kj::Maybe<std::vector<std::string>> starting;
  bool startingIsGiven = true;
  std::map<std::string, desktop::Launcher> menu;
  std::vector<std::string> menuGrants;  // That these were put by.
  std::vector<std::string> started;
  std::vector<std::string> journal;
  std::multiset<std::string> inUse;  // Grants.
  unsigned withdrawn = 0;            // Choosers that were dropped before they were answered.
};

class DesktopWorld {
public:
  explicit DesktopWorld(desktop::App app = {.instance = "i1",
                                            .id = "org.example.App",
                                            .holder = "org.example.App",
                                            .name = "Example",
                                            .icon = "example",
                                            .home = "/home/anna"});
  ~DesktopWorld() noexcept(false);

  FakeDesk desk;
  MessageBus appBus, sessionBus;

  // Which backends the session has: before start().
  desktop::BackendPlaces places;

  // Whether there is a system's bus: before start().
  kj::Own<MessageBus> systemBus;

  // What the portals' own limits go by: before start(). Otherwise the real time.
  kj::Maybe<kj::Timer&> clock;

  // The portals. Made by this, so that a test can prepare the session before.
  desktop::Frontend& start();
  desktop::Frontend& frontend() { return *m_frontend; }
  desktop::Common& common() { return *m_common; }
  kj::AsyncIoContext& io() { return m_io; }

  // Somebody on the app's bus, on the session's. Served as long as the world is there.
  desktop::Bus& guest();
  desktop::Bus& onSession();
  desktop::Bus& onSystem();
  // One of these ends, with whatever it has not answered.
  void leave(desktop::Bus& somebody);

  template <typename Result>
  Result wait(kj::Promise<Result> promise) {
    return m_io.provider->getTimer().timeoutAfter(20 * kj::SECONDS, kj::mv(promise)).wait(m_io.waitScope);
  }
  bool until(std::function<bool()> condition);
  void pass(unsigned milliseconds);

  // A portal's method, called by `guest` on the desktop object. Fails as the portal does.
  desktop::Message call(desktop::Bus& guest, const std::string& interface, const std::string& member,
                        desktop::Value::List arguments, const std::string& path = desktop::DESKTOP_PATH,
                        const std::string& destination = "org.freedesktop.portal.Desktop");
  // The name of the error it fails with; empty if it works.
  std::string error(desktop::Bus& guest, const std::string& interface, const std::string& member,
                    desktop::Value::List arguments, const std::string& path = desktop::DESKTOP_PATH);
  // A method that answers by a Request: waits for the response.
  struct Answered {
    uint32_t code = 99;
    desktop::Options results;
  };
  kj::Promise<Answered> response(desktop::Bus& guest, const std::string& requestPath);
  Answered request(desktop::Bus& guest, const std::string& interface, const std::string& member,
                   desktop::Value::List arguments);

private:
  struct Peer {
    kj::Own<desktop::Bus> bus;
    kj::Promise<void> serving = nullptr;
  };
  desktop::Bus& add(const std::string& address);

  kj::AsyncIoContext m_io;
  desktop::App m_app;
  std::vector<Peer> m_peers;
  std::vector<kj::Promise<void>> m_running;
  kj::Own<desktop::Bus> m_session, m_system;
  kj::Own<desktop::Bus> m_bus;
  kj::Own<desktop::SessionBuses> m_sessionBuses;
  kj::Own<desktop::Backends> m_backends;
  kj::Own<desktop::Common> m_common;
  kj::Own<desktop::Frontend> m_frontend;
  kj::Promise<void> m_serving = nullptr;
};

}  // namespace latchkey::test
