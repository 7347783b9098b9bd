// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the person's own programs may do: everything. Who gets this is decided by the socket (door.h).

#include "broker/enforcement.h"
#include "broker/far-folders.h"
#include "broker/file-grants.h"
#include "broker/launches.h"
#include "broker/names.h"
#include "broker/network-grants.h"
#include "broker/observers.h"
#include "broker/powerbox.h"
#include "broker/presenters.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

class Machines;
class MachineWatchers;
class PackageKeeper;
class Sharing;
class SharingWatchers;
struct NamedObject;

struct PersonParts {
  Ledger& ledger;
  Instances& instances;
  Launches& launches;
  Powerbox& powerbox;
  Presenters& presenters;
  Observers& observers;
  FileGrants& files;
  NetworkGrants& network;
  Enforcement& enforcement;
  Ceilings& ceilings;
  Names& names;
  Machines& machines;
  MachineWatchers& machineWatchers;
  Sharing& sharing;
  FarFolders& farFolders;
  SharingWatchers& sharingWatchers;
  PackageKeeper& packages;
  const Clock& clock;
  kj::Function<void(schema::Status::Builder)>& writeStatus;
  kj::Function<void()>& shutdown;
};

// Access and lifetime that make sense for what it is about, where that is no file: what of the desktop is used at the
// start ends with no instance, and a connection goes both ways. Throws where the person has to choose another.
void fitKind(Grant& grant);

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
  kj::Promise<void> watch(WatchContext context) override;
  kj::Promise<void> present(PresentContext context) override;
  kj::Promise<void> forget(ForgetContext context) override;
  kj::Promise<void> machines(MachinesContext context) override;
  kj::Promise<void> sharing(SharingContext context) override;
  kj::Promise<void> packages(PackagesContext context) override;
  // person-rules.cpp
  kj::Promise<void> refusals(RefusalsContext context) override;
  kj::Promise<void> refuse(RefuseContext context) override;
  kj::Promise<void> edit(EditContext context) override;
  kj::Promise<void> keep(KeepContext context) override;
  kj::Promise<void> why(WhyContext context) override;
  kj::Promise<void> importRules(ImportRulesContext context) override;
  kj::Promise<void> shutdown(ShutdownContext context) override;
  // person-network.cpp
  kj::Promise<void> networkOff(NetworkOffContext context) override;
  kj::Promise<void> connections(ConnectionsContext context) override;
  kj::Promise<void> endConnection(EndConnectionContext context) override;
  kj::Promise<void> listeners(ListenersContext context) override;
  // person-open-files.cpp
  kj::Promise<void> openFiles(OpenFilesContext context) override;
  kj::Promise<void> stopFile(StopFileContext context) override;

private:
  kj::Promise<void> enforceOrTakeBack(GrantId id, kj::Maybe<kj::AutoCloseFd> object);
  Grant grantOf(schema::Rule::Reader rule, const NamedObject& named) const;
  std::string faultOf(const Grant& grant) const;
  void noteRefusal(const Refusal& refusal);
  void explain(const JournalEntry& entry, schema::Reason::Builder reason) const;
  void explain(const std::string& holder, Kind kind, const Object& object, Access access,
               schema::Reason::Builder reason) const;
  kj::Promise<schema::ImportOutcome::State> importOne(schema::Rule::Reader rule, std::vector<Grant>& grants,
                                                      std::vector<Refusal>& refusals);
  kj::Promise<void> takeOver(std::vector<Grant> grants, std::vector<Refusal> refusals);
  void write(const std::vector<Grant>& grants, capnp::List<schema::Grant>::Builder list) const;

  PersonParts m_parts;
};

}  // namespace latchkey
