// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The broker's Desk, called over Cap'n Proto.

#include "broker/schema/desktop-portal.capnp.h"
#include "portals/desktop/desk.h"

namespace latchkey::desktop {

class BrokerDesk final : public Desk {
public:
  explicit BrokerDesk(schema::Desk::Client broker) : m_broker(kj::mv(broker)) {}

  kj::Promise<kj::Maybe<Picked>> choose(Chooser chooser) override;
  kj::Promise<bool> grantPicked(std::vector<std::string> paths, bool write) override;
  kj::Promise<Permission> permit(std::string right, std::string claim) override;
  kj::Promise<bool> openAddress(std::string uri, bool ask) override;
  kj::Promise<bool> openFile(kj::AutoCloseFd file, bool write, bool ask) override;
  kj::Promise<std::string> secret() override;
  kj::Promise<bool> trash(kj::AutoCloseFd file) override;
  kj::Promise<Location> locate(kj::AutoCloseFd file) override;
  kj::Promise<Readable> accessibility(kj::AutoCloseFd bus) override;
  kj::Promise<bool> startWithSession(bool starts, std::vector<std::string> words) override;
  kj::Promise<bool> putLauncher(std::string grant, Launcher launcher) override;
  kj::Promise<bool> removeLauncher(std::string id) override;
  kj::Promise<std::string> launcher(std::string id) override;
  kj::Promise<bool> startLauncher(std::string id) override;
  kj::Own<void> use(std::string right, std::string grant) override;
  void used(std::string right, std::string outcome) override;

private:
  schema::Desk::Client m_broker;
};

}  // namespace latchkey::desktop
