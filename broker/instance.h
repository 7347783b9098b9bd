// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One running sandbox, as the broker knows it, and the table of them.
//
// An instance's record stays for a while after its end, so that who waits for it still learns how it ended.

#include <capnp/message.h>
#include <kj/async.h>
#include <kj/refcount.h>
#include <kj/time.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "broker/app-claims.h"
#include "broker/base/clock.h"
#include "broker/base/files.h"
#include "broker/base/ids.h"
#include "broker/grants/records.h"
#include "broker/holder.h"
#include "broker/process.h"
#include "broker/schema/launcher.capnp.h"

namespace latchkey {

class Names;

enum class AskMode : uint8_t { Ui, Tty, No };
enum class InstanceState : uint8_t { Starting, Running, Stopping, Ended };

struct ExitStatus {
  enum class Type : uint8_t { Exited, Signalled, Failed, NotExecutable, NotFound };
  Type type = Type::Exited;
  int number = 0;    // Exited, signalled.
  std::string line;  // The others: one line for a person.
  std::string lacked = {};

  static ExitStatus failed(std::string line) { return {Type::Failed, 0, std::move(line)}; }
  bool operator==(const ExitStatus&) const = default;
};

// Something the person named when they started it.
struct Designated {
  Resolved thing;
  Access access = Access::Read;
  Origin origin = Origin::Typed;
  bool fast = false;
};

// What the launcher told of the sandbox, descriptors held by us: needed again when a portal has to be replaced.
struct SandboxFacts {
  int child = 0;
  kj::AutoCloseFd pidfd, mountNamespace, userNamespace, pidNamespace;
  kj::AutoCloseFd networkNamespace;  // None: it has no network.
  std::string limits, desktop;
  bool busUsed = false;
};

struct Instance final : public kj::Refcounted {
  InstanceId id;
  Holder holder;     // Empty until the launcher said what the program is.
  std::string name;  // As its desktop file gives it.
  std::string icon;
  std::string command;  // Escaped.
  WallTime started;
  InstanceState state = InstanceState::Starting;
  AskMode ask = AskMode::Ui;
  bool throwaway = false;
  std::vector<Designated> designations;
  std::map<GrantId, kj::AutoCloseFd> objects;  // Of what they were granted for, opened when they were named.
  std::vector<std::string> folders;            // Of the layout: there by name without a grant.
  std::vector<std::string> display;            // Display variables of who started it: for a window of ours.
  SandboxFacts facts;
  kj::Own<capnp::MallocMessageBuilder> spec;  // Until the launcher has taken it.
  std::string requestedProfile;
  std::vector<AppClaim> claims;
  std::string lacks;  // Right that its manifest claims and it did not get at its start.
  std::string lacked;
  // No app, but what serves this one grant to the machine that holds it: it sees nothing else, asks nobody, and ends
  // with us.
  GrantId serves;
  // The grant of another machine that it was started by, and that machine as its holder; empty: the person's own.
  GrantId startedFor;
  std::string startedBy;

  Digest cookie{};
  kj::Maybe<kj::Duration> stopsAtHome;  // It is to be stopped as soon as its launcher has come home, with this grace.
  uint64_t launcherNumber = 0;          // Counts launcher connections: one that came home replaces the last.
  kj::Maybe<Helper> launcher;
  kj::Maybe<schema::LaunchControl::Client> control;

  bool running() const { return state == InstanceState::Running || state == InstanceState::Stopping; }
  bool ended() const { return state == InstanceState::Ended; }
};

class Instances final {
public:
  class Observer {
  public:
    virtual ~Observer() noexcept(false) = default;
    virtual void instanceChanged(const Instance& instance) = 0;
  };

  // They outlive us, or nothing changes any more.
  void observe(Observer& observer) { m_observers.push_back(&observer); }

  Instance& add(kj::Own<Instance> instance);
  kj::Maybe<Instance&> find(const InstanceId& id);  // Lately ended ones too.
  std::vector<kj::Own<Instance>> all();             // Newest first.
  std::vector<kj::Own<Instance>> living();
  std::vector<kj::Own<Instance>> livingOf(const std::string& holder);

  void changed(const Instance& instance);
  void end(Instance& instance, ExitStatus status);
  // At once for one that has ended.
  kj::Promise<ExitStatus> whenEnded(const InstanceId& id);

private:
  struct Row {
    kj::Own<Instance> instance;
    kj::Own<kj::PromiseFulfiller<ExitStatus>> fulfiller;
    kj::ForkedPromise<ExitStatus> status;
  };

  std::map<InstanceId, Row> m_rows;
  std::deque<InstanceId> m_ended;
  std::vector<Observer*> m_observers;
};

ExitStatus fromSchema(schema::ExitStatus::Reader status);
void toSchema(const ExitStatus& status, schema::ExitStatus::Builder builder);
// Told with the petnames, or what they are called otherwise.
void toSchema(const Instance& instance, const Names& names, schema::InstanceInfo::Builder builder);

// The facts as received; their descriptors are copied.
kj::Promise<SandboxFacts> takeFacts(schema::SandboxFacts::Reader facts);
void toSchema(const SandboxFacts& facts, schema::SandboxFacts::Builder builder);

}  // namespace latchkey
