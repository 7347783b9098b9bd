// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the person's own programs may do: everything. Who gets this is decided by the socket (door.h).

#include "broker/file-grants.h"
#include "broker/launches.h"
#include "broker/names.h"
#include "broker/observers.h"
#include "broker/powerbox.h"
#include "broker/presenters.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

struct PersonParts {
  Ledger& ledger;
  Instances& instances;
  Launches& launches;
  Powerbox& powerbox;
  Presenters& presenters;
  Observers& observers;
  FileGrants& files;
  Ceilings& ceilings;
  Names& names;
  const Clock& clock;
  kj::Function<void(schema::Status::Builder)>& writeStatus;
  kj::Function<void()>& shutdown;
};

class PersonServer final : public schema::Person::Server {
public:
  explicit PersonServer(PersonParts parts) : m_parts(parts) {}

  kj::Promise<void> status(StatusContext context) override;
  kj::Promise<void> launch(LaunchContext context) override;
  kj::Promise<void> instances(InstancesContext context) override;
  kj::Promise<void> findInstance(FindInstanceContext context) override;
  kj::Promise<void> grants(GrantsContext context) override;
  kj::Promise<void> grant(GrantContext context) override;
  kj::Promise<void> consequences(ConsequencesContext context) override;
  kj::Promise<void> revoke(RevokeContext context) override;
  kj::Promise<void> suspend(SuspendContext context) override;
  kj::Promise<void> resume(ResumeContext context) override;
  kj::Promise<void> restore(RestoreContext context) override;
  kj::Promise<void> requests(RequestsContext context) override;
  kj::Promise<void> answer(AnswerContext context) override;
  kj::Promise<void> journal(JournalContext context) override;
  kj::Promise<void> settings(SettingsContext context) override;
  kj::Promise<void> setSettings(SetSettingsContext context) override;
  kj::Promise<void> allSettings(AllSettingsContext context) override;
  kj::Promise<void> stopAll(StopAllContext context) override;
  kj::Promise<void> networkOff(NetworkOffContext context) override;
  kj::Promise<void> watch(WatchContext context) override;
  kj::Promise<void> present(PresentContext context) override;
  kj::Promise<void> forget(ForgetContext context) override;
  kj::Promise<void> shutdown(ShutdownContext context) override;

private:
  kj::Promise<void> enforceOrTakeBack(GrantId id, kj::Maybe<kj::AutoCloseFd> object);
  void write(const std::vector<Grant>& grants, capnp::List<schema::Grant>::Builder list) const;

  PersonParts m_parts;
};

}  // namespace latchkey
