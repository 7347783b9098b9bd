// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether a version is what was signed, byte for byte, and making it so again.
//
// Good contents are looked for where they can be: the object, if it is a file was that was exchanged; its twin of the
// other mode; whoever brings the bundle once more. A bad object is replaced, never written to: instances go on with
// what they have open. What cannot be repaired stays as it is, and is told.

#include <map>
#include <set>

#include "launcher/store/store.h"

namespace latchkey::store {

class Verification {
public:
  // `source`, `papers`: of one version, or none. `checkpoint` may throw to give up.
  Verification(Store& store, Workspace& workspace, bool repair, ContentSource* source, const Papers* papers,
               const std::function<void()>& checkpoint)
      : m_store(store),
        m_workspace(workspace),
        m_repair(repair),
        m_source(source),
        m_papers(papers),
        m_checkpoint(checkpoint) {}

  void check(const Record& record, const std::string& deploy);

  std::vector<Fault> faults = {};

private:
  struct Bad {
    const BundleEntry* entry;
    size_t fault;
  };

  size_t say(const std::string& path, const std::string& problem);
  bool checkPapers(int deploy, const Record& record, const std::string& name, DigestList& list);
  std::string objectionToPapers(const kj::Maybe<Papers>& papers, const Record& record, const std::string& name,
                                DigestList& list) const;
  void checkEntry(int deploy, const BundleEntry& entry, std::vector<Bad>& bad);
  void checkStrangers(int deploy, const DigestList& list);
  std::string problemOf(int folder, const std::string& name, const BundleEntry& entry);
  bool isGood(int file, const BundleEntry& entry);
  void repairOther(int deploy, const Bad& bad);
  void repairFiles(int deploy, const std::string& name, std::vector<Bad> bad);
  bool putLink(int deploy, const BundleEntry& entry);
  bool replaceFromTwin(const BundleEntry& entry);
  void moveAway(int folder, const std::string& name);

  Store& m_store;
  Workspace& m_workspace;
  bool m_repair;
  ContentSource* m_source;
  const Papers* m_papers;
  std::function<void()> m_checkpoint;
  Fault m_subject = {};
  std::map<std::pair<uint64_t, uint64_t>, std::string> m_digests = {};  // By device and inode.
};

}  // namespace latchkey::store
