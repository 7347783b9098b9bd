// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one sandbox may see: the layout it was given, the grants it holds, and what follows from both for a path.
//
// The order of the rules is the argument:
// - Latchkey's own places are not there, whatever is granted around them.
// - A grant shows the real thing at its own path, unless a refusal is as specific.
// - Folders on the way to something that is there are there by name, and show nothing else.
// - Any other name below a label is asked about, whether it exists or not; hidden ones never, they are not there.
// - Where the top of the home is served here, every other name in it is the app's own, in its private home.
// - Everything else is not there.
//
// Used by the serving thread and, for adding, revoking and counting, by the RPC thread; `lock` guards all but what is
// said to belong to one of them. No call to the file system is made under the lock: a stuck disk must not delay a
// revocation.

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "portals/files/nodes.h"
#include "portals/files/open-folders.h"

namespace latchkey::files {

// A folder that an earlier portal may have mounted so.
struct FormerFast {
  std::string path;
  Identity folder;
  bool writable = false;
  bool ended = false;
};

struct Layout {
  std::string home;
  std::vector<std::string> folders;
  std::vector<std::string> hidden;
  bool seeHomeNames = false;
  bool again = false;        // A portal before this one may have served it.
  std::string changes = {};  // Of a trial: the directory that takes what the app writes.
  std::vector<FormerFast> fast = {};
  // Beyond so many names the kernel is asked to forget the oldest: about 190 bytes here for each, 500 with what an
  // allocator takes, and several times that in the kernel. Beyond six times that no more are given out.
  size_t mostNames = 250'000;
};

// A temporary file of an app, beside a granted file, under a name of ours on the host.
struct Scratch {
  std::string hostName;
  Identity identity;
  GrantRef grant;
};

// A grant and the thing it shows at a path.
struct Found {
  GrantRef grant;
  Thing thing;
  std::string relative;  // Below grant->rootFd, as the host knows it.
  bool covered() const { return grant != nullptr; }
};

class View {
public:
  View(Layout layout, const Clock& clock);

  std::mutex lock;
  Nodes nodes;
  const Clock& clock;

  // Grants ---------------------------------------------------------------------------------------------------------

  void add(GrantRef grant);
  // Forgets one that is over. A revoked one stays, as the person's explicit no, until granted again.
  void drop(const GrantRef& grant);
  std::vector<GrantRef> grants();
  // Standing refusals: where no more specific grant reaches, they hold (broker/base/where.h).
  void addDenial(GrantRef denial);
  void dropDenial(const GrantRef& denial);
  std::vector<GrantRef> denials();
  // Something of what this grant of a tree reaches may be refused.
  bool isDeniedIn(const Grant& grant);
  // Rises when they change: what was allowed before may not be now.
  uint64_t denialTurn() const { return m_denialTurn.load(); }
  // Although `by` reaches it.
  bool isDenied(std::string_view path, Need need, const Grant& by);
  // That very thing, whatever its name.
  bool isDeniedThing(const Identity& identity, Need need);
  // What the kernel may hold that this one is about; with `openForWriting`, only what is open so.
  std::vector<NodeId> nodesIn(const Grant& denial, bool openForWriting);
  // A folder outside the labels in which names are asked about as in a label.
  void addLabel(const std::string& folder);
  bool isUnderLabel(std::string_view path);

  size_t mostNames() const { return m_layout.mostNames; }

  // Paths (serving thread) -------------------------------------------------------------------------------------------

  bool isHiddenPlace(std::string_view path, const Identity& identity = {}) const;
  bool isHiddenIdentity(const Identity& identity) const;
  // Renaming this would carry one of them away, or what is refused out of the reach of its refusal.
  bool holdsHiddenPlace(std::string_view path);
  // A folder that is there by name alone.
  bool isOnTheWay(const std::string& path);

  // The home (serving thread). Until `serveHome`, its top is the private home itself and none of our business. From
  // then on it is a folder of ours: the person's names that may be seen are there, and whatever else is named is the
  // app's.
  void serveHome(kj::AutoCloseFd privateHome);
  bool isHome(std::string_view path) const { return m_private && path == m_layout.home; }
  bool isPrivate(const GrantRef& grant) const { return m_private && grant == m_private; }
  // To see the names in the home. It shows no hidden ones, so it is not a grant like the others.
  bool isOfHomeNames(const Grant& grant) const {
    return grant.path == m_layout.home && grant.most == Need::See && grant.scope == schema::Scope::TREE;
  }
  // A name at the top of the home that is the app's own.
  bool isOwnName(std::string_view name);
  // An entry of a folder that was opened under `grant`.
  bool isListed(const std::string& folder, std::string_view name, const GrantRef& grant);
  // What is in a folder beside what the host lists.
  std::vector<std::string> ownNames(const std::string& folder);

  // A grant in force that allows `need` at `path`, with what is there now. Looks at the file system.
  Found find(const std::string& path, Need need);
  // The same for `name` in a folder of a tree that is granted whole, with nothing else granted, hidden or temporary on
  // the way: most of what there is, and then the rules above say no more than this. Nothing if it must be `find`.
  kj::Maybe<Found> findInTree(NodeId folder, std::string_view name, Need need);
  // The same for seeing it, without a descriptor. `heard` counts the changes of names that were heard of before; what
  // is not heard of, it does not rely on.
  kj::Maybe<Found> seeInTree(NodeId folder, std::string_view name, uint64_t heard);
  void letGoOfFolders() { m_openFolders.letGo(); }
  bool isInTree(NodeId folder) { return wayOf(folder).grant && wayOf(folder).exceptions.empty(); }
  // Such a folder itself.
  Found folderInTree(NodeId folder);
  // As things stand with what is granted: see `keepFolder`.
  uint64_t generationOf(NodeId folder) { return wayOf(folder).generation; }
  // It was walked to while things stood so and so much had been heard: names in it may be looked up there for a moment.
  void keepFolder(NodeId folder, uint64_t generation, uint64_t heard, kj::AutoCloseFd fd);
  // The same for an open handle: no look at the file system; `identity` is what the handle is open on.
  GrantRef covering(const std::string& path, Need need, const Identity& identity);
  // The same for the content of a folder.
  Found findContent(const std::string& folder, Need need);
  // The same for seeing it, of a node of that path: most are in a tree that is granted whole.
  Found seeContent(NodeId id, const std::string& folder) {
    return isInTree(id) ? folderInTree(id) : findContent(folder, Need::See);
  }
  // For making, removing and renaming the last part of `path`. `thing` is what is there, if anything.
  Found findName(const std::string& path);

  // A name that may be asked about.
  bool isAskable(const std::string& path);
  // Suspended, revoked or denied for the run: refused without a question.
  bool isRefused(const std::string& path, Need need);
  void denyForRun(const std::string& path, Need need);
  // What is there on the host, for showing it to the person.
  Thing forQuestion(const std::string& path);

  // Scratch files (serving thread; the map itself under the lock)
  // ------------------------------------------------------

  Scratch* scratchAt(const std::string& path);
  // The grant beside whose file `path` looks like a temporary name.
  GrantRef scratchGrant(const std::string& path);
  void addScratch(const std::string& path, Scratch scratch);
  void dropScratch(const std::string& path);
  // Between two temporary names. What was at the second is removed.
  void renameScratch(const std::string& from, const std::string& to);
  std::vector<std::pair<std::string, Scratch>> takeScratches(const GrantRef& only = nullptr);

  // What the kernel may hold of it: what is open comes first.
  std::vector<NodeId> nodesOf(const GrantRef& grant);
  // What is open under it, last used first: at most so many. Any thread.
  struct Opened {
    std::string path;
    uint64_t inode = 0;
    bool directory = false;
    Need need = Need::Read;
    pid_t thread = 0;
    uint64_t bytesRead = 0, bytesWritten = 0;
    int64_t last = 0, opened = 0;  // Nanoseconds since boot.
  };
  struct AllOpened {
    std::vector<Opened> list;
    uint64_t more = 0;
  };
  AllOpened openedUnder(const GrantRef& grant, size_t most);
  // What may hold something unsaved: a mapping keeps its file open.
  std::vector<NodeId> openForWriting(const GrantRef& grant);

private:
  struct Label {
    std::string path;
    kj::AutoCloseFd fd;
  };
  // Looked up by parts of paths, without making strings of them.
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  // Where the names of a folder are on the host, as long as nothing changes in what is granted.
  struct Way {
    NodeId folder = 0;
    uint64_t generation = 0;
    GrantRef grant;  // None: there is no short way.
    std::string relative;
    std::vector<std::string> exceptions;
  };
  const Way& wayOf(NodeId folder);
  bool isUsable(const Way& way, std::string_view name, Need need) const;
  bool isHeardOf(const Way& way);
  OpenFolders::Folder heldFolder(const Way& way, uint64_t heard);
  GrantRef onlyTreeAbove(std::string_view path, std::vector<std::string>& exceptions);

  std::vector<GrantRef> covers(std::string_view path, Need need, bool content = false);
  const Label* labelOf(std::string_view path) const;
  bool isDeniedLocked(std::string_view path, Need need, const Grant& by) const;
  void addHomeCovers(std::vector<GrantRef>& found, std::string_view path, Need need);
  void countAncestors(const Grant& grant, int by);

  Layout m_layout;
  // Not in the list of grants: nobody gave them, nobody takes them back.
  GrantRef m_private;    // The app's own home; serving thread only.
  GrantRef m_homeNames;  // Under the lock.
  GrantRef homeNames();  // In force.
  std::vector<std::unique_ptr<Label>> m_labels;
  std::vector<Identity> m_hiddenIdentities;
  std::vector<GrantRef> m_grants;
  std::vector<GrantRef> m_denials;
  std::atomic<uint64_t> m_denialTurn = 0;
  std::atomic<bool> m_deniesThings = false;
  std::unordered_map<std::string, std::vector<GrantRef>, TextHash, std::equal_to<>> m_byRoot;
  std::map<std::string, int> m_onTheWay;
  std::set<std::pair<std::string, Need>> m_denied;
  std::map<std::string, Scratch> m_scratches;
  std::atomic<uint64_t> m_generation = 1;
  // Serving thread only.
  std::array<Way, 128> m_ways;
  OpenFolders m_openFolders;
};

}  // namespace latchkey::files
