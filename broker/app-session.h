// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a program inside a sandbox finds at $LATCHKEY_SOCKET.
//
// The other side is hostile. So: descriptors are not accepted; messages are small and shallow; a connection may say a
// bounded amount in its life, an instance may have a bounded number of connections; what is called in vain costs no
// memory that hanging up does not free. The capabilities handed out are objects of ours that hold an id and look
// everything else up when called: there is nothing behind them to reach through, and they end with the instance.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <list>
#include <map>

#include "broker/enforcement.h"
#include "broker/file-asker.h"
#include "broker/file-grants.h"
#include "broker/powerbox.h"
#include "broker/schema/app.capnp.h"

namespace latchkey {

// The session of one instance.
class AppSessions final {
public:
  AppSessions(Powerbox& powerbox, Ledger& ledger, Instances& instances, FileGrants& files, Enforcement& enforcement,
              Places places)
      : m_powerbox(powerbox),
        m_ledger(ledger),
        m_instances(instances),
        m_files(files),
        m_enforcement(enforcement),
        m_places(kj::mv(places)),
        m_tasks(m_errors) {}
  KJ_DISALLOW_COPY_AND_MOVE(AppSessions);

  schema::AppSession::Client session(const InstanceId& instance);

private:
  class Session;
  class Box;
  class Handle;
  class Errors final : public kj::TaskSet::ErrorHandler {
    void taskFailed(kj::Exception&& exception) override;
  };

  kj::Promise<void> request(InstanceId instance, schema::Powerbox::RequestParams::Reader params,
                            schema::Powerbox::Outcome::Builder outcome);
  kj::Promise<void> answer(Question question, kj::Maybe<kj::AutoCloseFd> object,
                           schema::Powerbox::Outcome::Builder outcome);
  kj::Promise<AskedThing> look(InstanceId instance, std::string path, bool directory);
  void giveBack(const GrantId& grant);

  Powerbox& m_powerbox;
  Ledger& m_ledger;
  Instances& m_instances;
  FileGrants& m_files;
  Enforcement& m_enforcement;
  Places m_places;
  std::map<InstanceId, int> m_looking;
  Errors m_errors;
  kj::TaskSet m_tasks;
};

// The connections of all instances.
class AppConnections final : private kj::TaskSet::ErrorHandler {
public:
  explicit AppConnections(AppSessions& sessions);
  ~AppConnections() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(AppConnections);

  // Hangs up at once if the instance has too many.
  void open(const InstanceId& instance, kj::Own<kj::AsyncIoStream> stream);
  void closeAll(const InstanceId& instance);
  size_t count(const InstanceId& instance) const;

private:
  class Connection;
  void close(const InstanceId& instance, uint64_t number);
  void taskFailed(kj::Exception&& exception) override;

  AppSessions& m_sessions;
  uint64_t m_lastNumber = 0;
  std::map<InstanceId, std::list<kj::Own<Connection>>> m_connections;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
