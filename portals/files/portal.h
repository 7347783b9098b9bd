// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal as the broker sees it, and its way home to the next broker.

#include "broker/schema/homecoming.capnp.h"
#include "portals/files/sandbox-files.h"

namespace latchkey::files {

class Portal final : public kj::TaskSet::ErrorHandler {
public:
  Portal(kj::UnixEventPort& port, kj::Timer& timer, const Clock& clock, Mounter& mounter);
  ~Portal();

  schema::FilePortal::Client client();
  // Expiry, reports, and work from other threads. Never ends.
  kj::Promise<void> run();
  void brokerGone();
  // As they are handed to a broker the portal comes home to.
  std::vector<std::shared_ptr<Sandbox>> sandboxes() const;
  static schema::SandboxFiles::Client clientOf(const std::shared_ptr<Sandbox>& sandbox);

private:
  class Front;
  friend class Front;
  kj::Promise<std::shared_ptr<Sandbox>> attach(schema::FilePortal::AttachParams::Reader params);
  kj::Promise<void> removeAtEnd(std::shared_ptr<Sandbox> sandbox);
  kj::Promise<void> ticks();
  void taskFailed(kj::Exception&& exception) override;

  kj::Timer& m_timer;
  Inbox m_inbox;
  Watches m_watches;
  World m_world;
  std::map<std::string, std::shared_ptr<Sandbox>> m_sandboxes;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::files
