// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The store: apps from bundles, each in several versions, and what is known of whoever signed them.
//
// Contents lie there once (objects.h), versions are folders of hard links to them (deploy.h), and which version is the
// installed one stands in one file that is replaced (record.h). So every change is one rename: whatever happens in
// between, there is the old state or the new one, and what a broken change left behind is found by the next
// (workspace.h).
//
// It trusts nobody's word for contents: what comes in is digested here, and a list counts as far as its signature does.
// Of an app it takes versions from the key it first came with, and from no other, as long as anything of it is here -
// record or data: whoever comes into that home finds it furnished, and has what was granted to its owner. For the same
// reason it takes no app that the system has too, nor one whose data came from elsewhere.
//
// Blocking. May be used by several threads and processes; changes follow each other.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "launcher/store/claims.h"
#include "launcher/store/deploy.h"
#include "launcher/store/objects.h"
#include "launcher/store/record.h"
#include "launcher/store/runtime.h"
#include "launcher/store/workspace.h"

namespace latchkey::store {

// Where contents come from: an unpacked bundle, a repository. What it gives is digested by the store.
class ContentSource {
public:
  virtual ~ContentSource() noexcept(false) = default;
  // What will be asked for. `folder`: empty, on the store's disk, for whatever it needs. Empty, or what is wrong.
  virtual std::string prepare(int folder, const std::vector<const BundleEntry*>& wanted) = 0;
  // As a new file `name` in `folder`, on the same disk. Two threads may ask for two of them at once.
  virtual std::string fetch(const BundleEntry& entry, int folder, const std::string& name) = 0;
  // Whether this process alone has written and digested what fetch() gives: then it is not read once more.
  virtual bool isDigested() const { return false; }
};

struct Sheet {
  DigestList list = {};
  schema::Trust trust = schema::Trust::FIRST_SEEN;
  std::optional<PublicKey> before = {};
  std::vector<std::string> signs = {};  // Other apps of this key.
  schema::Sheet::Step step = schema::Sheet::Step::INSTALL;
  std::string installed = {};
  std::vector<ClaimDifference> claims = {};
  uint64_t bytes = 0, newBytes = 0, needed = 0, free = 0;
  std::string refusal = {};
  // What it runs on, and that is not here, or not as it has to be. Then there is a refusal too.
  std::optional<RuntimeNeed> lacks = {};
};

struct InstallChoice {
  bool older = false;
  bool wider = false;
  std::optional<bool> automatic = {};
  std::string origin = {};
};

struct Outcome {
  schema::InstallOutcome::Result result = schema::InstallOutcome::Result::INSTALLED;
  std::string version = {};
  std::string folder = {};
  std::vector<ClaimDifference> claims = {};
};

struct Version {
  std::string name = {};  // Of its deploy.
  std::string version = {};
  std::unique_ptr<BundleReport> report = {};  // Null: damaged.
};

struct Known {
  std::string id = {};
  std::optional<Record> record = {};  // None: it cannot be read.
  std::optional<Version> current = {}, previous = {}, pending = {};
  std::vector<ClaimDifference> waitsFor = {};
  uint64_t bytes = 0;
  bool running = false;
};

struct Fault {
  std::string id = {};
  std::string version = {};
  std::string path = {};
  std::string problem = {};
  bool repaired = false;
};

struct Collected {
  uint64_t bytes = 0;
  uint32_t versions = 0;
  uint32_t running = 0;  // Kept since they run.
};

class Store {
public:
  struct Parts {
    std::string folder = {};                                         // Made if it is not there; its parent is.
    std::string profiles = {};                                       // Where the homes of apps are.
    std::vector<std::string> homes = {};                             // What `~` is in claims.
    std::function<std::string(std::string_view id)> systemApp = {};  // Its file, if the system has this app too.
    std::function<int64_t()> now = {};
    std::function<uint64_t(int folder)> freeBytes = {};  // None: what the file system says.
    Step step = {};                                      // For tests.
  };
  using Stage = schema::InstallProgress::Stage;
  // May throw to give up, but not in `switching`.
  using Progress = std::function<void(Stage stage, uint64_t done, uint64_t whole)>;

  explicit Store(Parts parts);
  const std::string& folder() const { return m_parts.folder; }

  // Throws with one sentence for papers that do not hold. `runtime`: what will be installed before it.
  Sheet look(const Papers& papers, std::optional<schema::BundleReport::Reader> runtime = {}) const;
  // Whether this key has signed anything that is installed here: the person has agreed to it once.
  bool isAccepted(const PublicKey& key) const;
  // Digests of contents that are not there yet.
  std::set<std::string> missing(const DigestList& list) const;
  Outcome install(const Papers& papers, ContentSource& source, const InstallChoice& choice, const Progress& progress);

  std::vector<std::string> ids() const;
  std::optional<Known> find(const std::string& id) const;
  std::string pathOf(const std::string& id, const std::string& deploy) const;

  // Installed apps that run on it, or would in the version that waits.
  std::vector<std::string> needing(const std::string& runtime) const;

  Outcome accept(const std::string& id, const std::string& version);
  void refuse(const std::string& id, const std::string& version);
  std::string rollback(const std::string& id);
  // Whether the record is kept. Fails for a runtime that somebody needs.
  bool remove(const std::string& id, bool withData);
  void setAutomatic(const std::string& id, bool automatic);

  Collected collect();
  // `id` empty: all. With `repair` from the store itself and from `source`, which is of the version of `papers`.
  std::vector<Fault> verify(const std::string& id, bool repair, ContentSource* source = nullptr,
                            const Papers* papers = nullptr, const std::function<void()>& checkpoint = {});

  // Puts in order what was left, if anything was.
  void tidy();

private:
  friend class Verification;

  kj::AutoCloseFd app(const std::string& id) const;
  bool hasData(const std::string& id) const;
  std::optional<Record> tryRecord(const std::string& id) const;
  Record recordOf(const std::string& id) const;
  std::unique_ptr<BundleReport> reportOf(const std::string& id, const std::string& deploy) const;
  std::string objectionToKind(const Record& record, schema::BundleReport::Reader report) const;
  std::optional<Record> readableRecord(const std::string& id) const;
  std::string objectionToRuntimeOf(schema::BundleReport::Reader app,
                                   std::optional<schema::BundleReport::Reader> coming) const;
  std::string objectionOfThoseOn(const std::string& id, schema::BundleReport::Reader next) const;
  void requireUnneeded(const std::string& id) const;
  std::vector<ClaimDifference> differences(const std::optional<Record>& record,
                                           schema::BundleReport::Reader report) const;

  Workspace work();
  bool putInOrder(Workspace& workspace);
  void putInOrder(Workspace& workspace, const std::string& id, Collected& collected);
  void commit(Workspace& workspace, const Record& record);
  void carryOut(Workspace& workspace, const Record& record);
  void setLink(Workspace& workspace, int app, const char* link, const std::string& deploy);
  void forget(Workspace& workspace, const std::string& id);
  void dropUnnamed(Workspace& workspace, int app, const Record* record, Collected& collected);
  void bring(Workspace& workspace, const Sheet& sheet, ContentSource& source, const Progress& progress);
  void lay(Workspace& workspace, const std::string& id, const std::string& name, const Papers& papers,
           const DigestList& list);
  void requireRoom(const Sheet& sheet) const;

  Parts m_parts;
  kj::AutoCloseFd m_root;
  Objects m_objects;
};

}  // namespace latchkey::store
