// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the desktop portal may ask of the broker, for one instance each: files the person picks, rights on the desktop,
// another app to open something with, a secret, the trash.
//
// The portal is ours, but what it asks comes from apps. Which instance is asking is the object, never a word in a
// message; each question is looked up anew, so that what ended, was revoked or was forbidden meanwhile counts. A "no"
// is a result; what is malformed throws.
//
// Who uses a right of the desktop is told when the grant ends, suspended or taken back (`DesktopPortals::revoked`).
// What stands of it in the session goes too: the entry that starts the app with the session with the last grant that
// outlives an instance, also when the broker was away meanwhile; entries of the menu when they are taken back.

#include <deque>
#include <map>

#include "broker/desktop-portals.h"
#include "broker/desktop-rights.h"
#include "broker/launches.h"
#include "broker/openers.h"
#include "broker/powerbox.h"
#include "broker/session-entries.h"

namespace latchkey {

struct DeskParts {
  Powerbox& powerbox;
  Ledger& ledger;
  Instances& instances;
  Ceilings& ceilings;
  FileGrants& files;
  Launches& launches;
  DesktopPortals& portals;
  const Places& places;
  const Clock& clock;
};

class DeskServers final : public Desks, private Ledger::Observer, private kj::TaskSet::ErrorHandler {
public:
  explicit DeskServers(DeskParts parts);
  ~DeskServers() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(DeskServers);

  schema::Desk::Client deskFor(const InstanceId& instance) override;
  std::vector<std::string> absentFor(const std::string& app) override { return absentPortals(m_parts.ceilings, app); }

private:
  class Server;

  void grantsChanged(const std::vector<Grant>& changed) override;
  kj::Promise<void> clearSession();
  kj::Promise<void> clearSession(std::string holder, DesktopRight right);
  void taskFailed(kj::Exception&& exception) override;

  DeskParts m_parts;
  SessionEntries m_entries;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
