// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who decides in the peer's own suite: what the peer's frontend does, where Latchkey asks its broker.
//
// A permission stands in the peer's permission store; where it must be asked for, the Access backend is. Another app is
// chosen by the AppChooser backend. What is picked is not granted, for there is no sandbox.

#include <map>
#include "broker/session-entries.h"

#include "portals/desktop/backends.h"
#include "portals/desktop/desk.h"

namespace latchkey::test {

class PeersDesk final : public desktop::Desk {
public:
  PeersDesk(desktop::Backends& backends, desktop::App app);

  kj::Promise<kj::Maybe<desktop::Picked>> choose(desktop::Chooser) override;
  kj::Promise<bool> grantPicked(std::vector<std::string>, bool) override { return true; }
  kj::Promise<desktop::Permission> permit(std::string right, std::string claim) override;
  kj::Promise<bool> openAddress(std::string uri, bool ask) override;
  kj::Promise<bool> openFile(kj::AutoCloseFd file, bool write, bool ask) override;
  kj::Promise<std::string> secret() override { return std::string(64, 's'); }
  kj::Promise<bool> trash(kj::AutoCloseFd file) override;
  kj::Promise<desktop::Location> locate(kj::AutoCloseFd file) override;
  kj::Promise<desktop::Readable> accessibility(kj::AutoCloseFd) override { KJ_FAIL_REQUIRE("not in this suite"); }
  kj::Promise<desktop::Permission> permitFor(desktop::Asking asking, std::string right, std::string claim) override;
  kj::Promise<bool> openAddressFor(desktop::Asking asking, std::string uri, bool ask) override;
  kj::Promise<bool> openFileFor(desktop::Asking asking, kj::AutoCloseFd file, bool write, bool ask) override;
  kj::Promise<bool> startWithSession(bool starts, std::vector<std::string> words) override;
  kj::Promise<bool> putLauncher(std::string grant, desktop::Launcher launcher) override;
  kj::Promise<bool> removeLauncher(std::string id) override;
  kj::Promise<std::string> launcher(std::string id) override;
  kj::Promise<bool> startLauncher(std::string) override { return false; }
  void used(std::string, std::string) override {}

private:
  enum class Consent { Unset, No, Yes, Ask };
  kj::Promise<std::vector<std::string>> stored(std::string table, std::string id);
  kj::Promise<Consent> consent(std::string table, std::string id);
  kj::Promise<bool> askAccess(desktop::Asking asking, std::string title);
  kj::Promise<bool> openWith(desktop::Asking asking, std::string type, std::string uri);
  kj::Promise<bool> isSettled(std::string type, std::string app);

  desktop::Backends& m_backends;
  desktop::App m_app;
  SessionEntries m_entries;
  Holder m_holder{m_app.id, ""};
};

}  // namespace latchkey::test
