// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal as the broker sees it, and its way home to the next broker.

#include "broker/schema/homecoming.capnp.h"
#include "portals/network/outside.h"
#include "portals/network/sandbox.h"

namespace latchkey::network {

class Portal final : public kj::TaskSet::ErrorHandler {
public:
  Portal(kj::UnixEventPort& port, kj::Timer& timer, const Clock& clock, Entrance& entrance);
  ~Portal() noexcept;

  schema::NetworkPortal::Client client();
  // Expiry and reports. Never ends.
  kj::Promise<void> run();
  void brokerGone();
  // As they are handed to a broker the portal comes home to.
  std::vector<std::shared_ptr<Sandbox>> sandboxes() const;
  static schema::SandboxNetwork::Client clientOf(const std::shared_ptr<Sandbox>& sandbox);

private:
  class Front;
  friend class Front;
  kj::Promise<std::shared_ptr<Sandbox>> attach(schema::NetworkPortal::AttachParams::Reader params);
  // A connection that is no sandbox's.
  kj::Promise<Connected> dial(capnp::Text::Reader destination);
  kj::Promise<void> removeAtEnd(std::shared_ptr<Sandbox> sandbox);
  void taskFailed(kj::Exception&& exception) override;

  World m_world;
  std::map<std::string, std::shared_ptr<Sandbox>> m_sandboxes;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
