// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeps the file portal in step with the ledger: every living grant of files is enforced in every sandbox it is for,
// and none that ended is.
//
// The portal is one process for all sandboxes. It may die: its mounts fail at once, so nothing is left open; a new one
// takes up what still holds. It may also outlive us, and come home to the next broker holding what it held: then what
// ended meanwhile is cut, and what is new is added. We may die too between committing a revocation and telling the
// portal; the same comparison then finishes what was begun.

#include <kj/async.h>
#include <kj/timer.h>

#include <map>
#include <set>

#include "broker/ceilings.h"
#include "broker/grants/ledger.h"
#include "broker/instance.h"
#include "broker/powerbox.h"
#include "broker/process.h"
#include "broker/schema/file-portal.capnp.h"
#include "broker/schema/homecoming.capnp.h"

namespace latchkey {

// What a sandbox's portal asks and tells. One object per sandbox, told which by who made it.
class Askers {
public:
  virtual ~Askers() noexcept(false) = default;
  virtual schema::FileAsker::Client askerFor(const InstanceId& instance) = 0;
};

// Folders that are not in the person's tree of files, but in a mount that only a descriptor leads to: those of other
// machines.
class Elsewhere {
public:
  virtual ~Elsewhere() noexcept(false) = default;
  virtual bool holds(const Grant& grant) const = 0;
  // Nothing while it cannot be reached.
  virtual kj::Maybe<kj::AutoCloseFd> find(const Grant& grant) const = 0;
};

// What the portal holds: a thing, by descriptor, and what that says of it.
struct AskedThing {
  Object object;
  bool directory = false;
  kj::Maybe<kj::AutoCloseFd> fd;
};

class FileGrants final : public Enforcer, private kj::TaskSet::ErrorHandler {
public:
  FileGrants(Programs& programs, Ledger& ledger, Instances& instances, Ceilings& ceilings, Places places,
             kj::Timer& timer);
  ~FileGrants() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(FileGrants);

  void askThrough(Askers& askers) { m_askers = askers; }
  // Before anything is attached.
  void lookElsewhere(const Elsewhere& elsewhere) { m_elsewhere = elsewhere; }

  // Mounts the portal into a sandbox and gives it what its app holds. Fails, leaving nothing, if any of it cannot be
  // done.
  kj::Promise<void> attach(const InstanceId& instance);
  void forget(const InstanceId& instance);

  kj::Promise<void> enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) override;
  kj::Promise<void> deny(const Refusal& refusal) override;
  // It is taken back.
  kj::Promise<void> lift(const RequestId& refusal);
  // Returns when old descriptors and mappings fail, or the portal that held them has died.
  kj::Promise<void> cut(std::vector<Grant> grants) override;
  // The same, but false after a while of no answer. Cutting goes on then.
  kj::Promise<bool> cutInTime(std::vector<Grant> grants);
  // False after a while of no answer, as above.
  kj::Promise<bool> suspendInTime(std::vector<Grant> grants);
  kj::Promise<void> resume(std::vector<Grant> grants);

  // What is open under these at this moment, as far as the portal says so within a second. open-files.cpp
  struct OpenUnder {
    InstanceId instance;
    GrantId grant;
    capnp::Response<schema::LiveGrant::OpenFilesResults> answer;
  };
  struct AllOpen {
    std::vector<OpenUnder> answers;
    bool unanswered = false;
  };
  static constexpr uint32_t MOST_OPEN = 200;  // For each grant and sandbox.
  kj::Promise<AllOpen> openUnder(std::vector<GrantId> grants);
  // One file of what a grant gives is cut and refused wherever that grant holds now, until it is given again or the
  // instance ends. False: the portal does not say that it has. Throws, changing nothing, where the disk refuses.
  struct Stopped {
    std::string path;
    uint64_t device = 0, inode = 0;  // What it was when it was stopped; 0 where that is not known.
    bool isThing(const Object& object) const { return inode != 0 && object.device == device && object.inode == inode; }
  };
  kj::Promise<bool> stopFile(GrantId grant, std::string path);
  // By its name, or as the same thing under another one.
  bool isStopped(const InstanceId& instance, const Object& object) const;
  // One that is stopped lies in this folder: what is done with the folder is done with it.
  bool holdsStopped(const InstanceId& instance, const std::string& folder) const;
  // The first time that a stopped file is asked for: one line in the journal, not one for each time.
  bool isFirstNo(const InstanceId& instance, const Object& object);

  // What a grant reaches into is elsewhere now, or with `own` another file in its place. moved-grants.cpp
  kj::Promise<void> moved(InstanceId instance, GrantId grant, AskedThing thing, bool own);

  // It was reached by way of another mount before, or not at all: in every sandbox that may hold it, it is what is
  // found now. What was open fails.
  kj::Promise<void> renew(std::vector<Grant> grants);
  bool isElsewhere(const GrantId& grant) const;
  // Whether it is given in that sandbox.
  bool holds(const InstanceId& instance, const GrantId& grant);

  // The portal ended it by itself.
  void dropped(const InstanceId& instance, const GrantId& grant);

  // Survivors may come home with a portal: none is started before they had the time to.
  void expectHomecoming(kj::Duration grace);
  bool expecting() const { return m_expected; }

  struct ReturningSandbox {
    InstanceId instance;
    schema::SandboxFiles::Client files;
  };
  // A portal that proved itself. Compares what it holds with the ledger.
  kj::Promise<void> adopt(Helper helper, schema::FilePortal::Client portal, std::vector<ReturningSandbox> sandboxes);
  // An instance whose launcher came home: its sandbox is taken up, however the portal fared.
  kj::Promise<void> adoptInstance(InstanceId id);

private:
  class Start;
  struct Live {
    schema::LiveGrant::Client handle;
    kj::ForkedPromise<void> added;
  };
  struct Sandbox {
    schema::SandboxFiles::Client files;
    std::map<GrantId, Live> grants;
    std::map<RequestId, schema::LiveGrant::Client> denials;
    uint64_t generation = 0;
    std::map<std::string, schema::LiveGrant::Client> stopped = {};  // Single files, by their paths.
    std::set<std::string> declined = {};                            // Those of them that were asked for.
  };
  struct Portal {
    kj::Maybe<Helper> helper;
    schema::FilePortal::Client client;
    kj::Promise<void> watch;
  };

  kj::Promise<schema::FilePortal::Client> ensurePortal();
  kj::Promise<void> startPortal();
  kj::Promise<void> watchPortal(uint64_t generation, kj::Promise<void> gone);
  void portalGone(uint64_t generation);
  // Whether a portal before this one may have served it.
  enum class Served { Never, Before };
  kj::Promise<void> mount(InstanceId instance, Served served);
  kj::Promise<void> mountAgain(InstanceId instance);
  void writeLayout(const Instance& instance, Served served, schema::Layout::Builder layout);
  kj::Promise<void> add(InstanceId instance, Grant grant, kj::Maybe<kj::AutoCloseFd> object);
  bool maySandboxHold(const Instance& instance, const Grant& grant) const;
  bool isElsewhere(const Grant& grant) const;
  kj::Maybe<kj::AutoCloseFd> objectOf(const Instance& instance, const Grant& grant) const;
  struct Thing {
    uint64_t device = 0;
    uint64_t inode = 0;
    bool operator==(const Thing&) const = default;
  };
  Thing knownThing(const Instance& instance, const Grant& grant) const;
  void noteThing(const InstanceId& instance, const GrantId& grant, schema::Thing::Reader thing);
  std::string faultOfPlace(const Instance& instance, const Grant& grant, const Object& now) const;
  kj::Promise<void> lose(GrantId grant, std::string_view why);
  kj::Promise<void> stopThere(const InstanceId& id, const Grant& before, const Grant& now);
  std::vector<Grant> everFast(const Instance& instance) const;
  kj::Promise<void> reconcile(InstanceId instance);
  kj::Promise<void> reconcileDenials(const Instance& instance, Sandbox& sandbox);
  kj::Promise<void> denyIn(Sandbox& sandbox, const Refusal& refusal);
  std::vector<Stopped> stoppedOf(const InstanceId& instance) const;
  kj::Promise<Stopped> lookAtStopped(std::string path);
  kj::Promise<void> refuseStopped(Sandbox& sandbox, const Stopped& file);
  void noteStopped(const InstanceId& instance, const Stopped& file);
  kj::Promise<void> stopIn(const InstanceId& instance, Stopped file);
  kj::Promise<void> allowStopped(const InstanceId& id, const Grant& grant);
  kj::Promise<void> reconcileStopped(const InstanceId& id);
  bool takeUpStopped(const InstanceId& id, schema::SandboxFiles::Live::Reader held);
  void forgetStopped(const InstanceId& id);
  kj::Maybe<Sandbox&> sandboxOf(const InstanceId& instance);
  kj::Promise<bool> inTime(kj::Promise<void> act);
  using Act = kj::Function<kj::Promise<void>(schema::LiveGrant::Client, const Grant&)>;
  kj::Promise<void> onEach(const std::vector<Grant>& grants, Act act);
  void taskFailed(kj::Exception&& exception) override;

  Programs& m_programs;
  Ledger& m_ledger;
  Instances& m_instances;
  Ceilings& m_ceilings;
  Places m_places;
  kj::Timer& m_timer;
  kj::Maybe<Askers&> m_askers;
  kj::Maybe<const Elsewhere&> m_elsewhere;

  kj::Maybe<Portal> m_portal;
  uint64_t m_generation = 0;
  bool m_startUnderWay = false;
  kj::Maybe<kj::ForkedPromise<void>> m_starting;
  bool m_expected = false;
  kj::Own<kj::PromiseFulfiller<void>> m_homecoming;
  kj::ForkedPromise<void> m_cameHome = nullptr;
  std::map<InstanceId, schema::SandboxFiles::Client> m_returned;  // Not taken up yet.
  std::map<InstanceId, Sandbox> m_sandboxes;
  // What each was bound to when it was last looked at: the next portal takes no other thing for it.
  std::map<InstanceId, std::map<GrantId, Thing>> m_things;
  kj::TaskSet m_tasks;
};

// Of the first mount labels: places outside the home that are there by name for every app.
std::vector<std::string> mountLabels(const Places& places, const std::vector<std::string>& standardFolders);

}  // namespace latchkey
