// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the file portal asks on behalf of one sandbox. Which sandbox, this object knows: no message says it.
//
// The portal is ours and confined, but what it asks about was chosen by an app: names are any bytes, and the thing
// behind a name is taken from the descriptor, not from what is said of it.

#include "broker/file-grants.h"
#include "broker/powerbox.h"

namespace latchkey {

class FileAskers final : public Askers {
public:
  // What ended by being used, or by its time, is cut by `enforcer`: other portals, and other machines, may hold of it.
  FileAskers(Powerbox& powerbox, Ledger& ledger, Instances& instances, FileGrants& files, Enforcer& enforcer)
      : m_powerbox(powerbox), m_ledger(ledger), m_instances(instances), m_files(files), m_enforcer(enforcer) {}
  schema::FileAsker::Client askerFor(const InstanceId& instance) override;

private:
  class Asker;

  Powerbox& m_powerbox;
  Ledger& m_ledger;
  Instances& m_instances;
  FileGrants& m_files;
  Enforcer& m_enforcer;
};

// The thing a question is about: from the descriptor where there is one, else from the path. Throws for what is no
// path.
AskedThing askedThing(std::string path, bool directory, kj::Maybe<kj::AutoCloseFd> fd);

}  // namespace latchkey
