// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One sandbox's FUSE connection: a thread that reads requests, does what the view allows, and holds what must be asked.
//
// - Who has the turn (turn.h) owns nodes and handles: the thread that serves a request, or one that does what others
//   handed in through `post`. "Serving thread" below means whoever has the turn.
// - A host file system that hangs keeps the threads of those who use it: others go on, by a thread more. Beyond
//   MOST_THREADS hanging calls the sandbox waits, and no other sandbox does.
// - A question never blocks it: the request is put aside with what has to be done again, and is taken up when `decided`
//   is posted. If the asking process is interrupted or killed the kernel says so, and the request is answered EINTR at
//   once.
// - It never sends an invalidation: the kernel may need it to serve a request before an invalidation returns.
//   See invalidation.h, and apart.h for what becomes of one that waits when the process is killed.
//
// Known hole: the kernel holds a folder's lock while it looks up a name that is about to be made there (O_CREAT).
// Another process of the same sandbox that wants to make something in the same folder waits, unkillable, until that
// question is answered or withdrawn. Opening and looking up existing names is not concerned.

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
#include <fuse_lowlevel.h>

#include <deque>
#include <functional>
#include <optional>

#include "portals/files/budget.h"
#include "portals/files/in-flight.h"
#include "portals/files/locks.h"
#include "portals/files/turn.h"
#include "portals/files/view.h"
#include "portals/files/watch.h"

namespace latchkey::files {

// What is to be asked. `object` is what is there now, by descriptor; nothing if nothing is there.
struct Question {
  uint64_t id = 0;
  std::string path;
  kj::Maybe<kj::AutoCloseFd> object;
  bool directory = false;
  bool create = false;
  Need need = Need::Read;
  pid_t pid = 0;
  uint64_t size = 0;
  int64_t modified = 0;
};

enum class Verdict { Granted, Declined, DeniedForRun };

// Where the serving thread turns to. Called on that thread; must return at once.
class Desk {
public:
  virtual ~Desk() = default;
  virtual void ask(Question question) = 0;
  virtual void withdraw(uint64_t question) = 0;
  // The first handle was opened or the last one closed.
  virtual void liveChanged(GrantRef grant) = 0;
  virtual void refused(std::string path, Need need) = 0;
  // The connection is gone: the sandbox has ended or the portal let go of it.
  virtual void sessionEnded() = 0;
};

// How ids of this user appear in the user namespace that owns the mount.
struct Ids {
  uid_t uid = 0;
  gid_t gid = 0;
};

// What was heard of a folder before it was looked at.
struct Seen {
  bool watched = false;
  uint64_t heard = 0;  // In all folders, of names.
  uint32_t changes = 0;
  uint64_t device = 0;
};

class Session final : private Watcher {
public:
  // Seconds: long enough that `stat` costs as much as outside, short enough that what changes on the host is soon seen.
  static constexpr double ATTRIBUTES_GOOD_FOR = 1.0;
  // Of the names that are to be kept: who walks a large tree may be so far ahead of the forgetting, and nobody further.
  static constexpr size_t AHEAD_TIMES = 4, MOST_TIMES = 6;

  // Without `watches` the kernel trusts everything for a second. `budget` is shared with other sessions.
  Session(Layout layout, Ids ids, const Clock& clock, Desk& desk, std::shared_ptr<Budget> budget,
          Watches* watches = nullptr);
  ~Session() noexcept;

  // Serves `fuse` (an open /dev/fuse) in a thread of its own until `stop` or the end of the connection. What is told
  // without being asked is told by way of `telling`, another open file of the same connection.
  struct Noted {
    InFlight& inFlight;
    uint64_t connection;
  };
  void start(kj::AutoCloseFd fuse, kj::AutoCloseFd telling, Noted noted);
  // Ends the connection: whatever waits gets ENOTCONN. Returns when the threads have ended, or after the time given: if
  // false, one is stuck in a dead file system, and the session must be kept until `threads` is 0.
  bool stop(std::chrono::milliseconds patience = std::chrono::milliseconds(2000));
  // The same without waiting.
  void leave();
  uint32_t threads() const { return m_threads.load(); }
  // To be called a few times a second: more threads where the present ones hang.
  void tick();
  void post(std::function<void()> task);
  void decided(uint64_t question, Verdict verdict);

  // A thread that only tells the kernel things begins with this. It keeps `also`.
  void tellApart(int also = -1);
  // Any thread but the serving one. May block for as long as the kernel likes.
  void invalidate(NodeId node);

  // Any thread: what the kernel trusts about names this grant has shown. Done when it is done.
  void endNames(const GrantRef& grant);

  // Serving thread: temporary files beside what this grant was about.
  void dropScratchesOf(const GrantRef& grant);

  View& view() { return m_view; }
  fuse_session* raw() { return m_fuse; }
  struct Figures {
    uint64_t inodes = 0;
    uint32_t descriptors = 0;
    uint32_t held = 0;
  };
  Figures figures() const { return {m_inodes.load(), m_descriptors.load(), m_held.load()}; }

  // For the fuzzer: one request as the kernel would send it, without a thread.
  void prepare();
  void process(const void* bytes, size_t size);
  void settleAll(Verdict verdict);

private:
  friend struct Operations;
  // A file of several names is several nodes: what is done by one is to be seen by the others.
  static double goodFor(const struct stat& status) {
    return S_ISREG(status.st_mode) && status.st_nlink != 1 ? 0 : ATTRIBUTES_GOOD_FOR;
  }
  // Half: about the first of two names.
  enum class Asked { NotYet, Half, Yes };
  using Again = std::function<void(Asked)>;
  struct Hold {
    fuse_req_t request;
    uint64_t question;
    Again again;
  };
  struct Open {
    uint64_t id = 0;
    std::string path;
    bool directory = false;
    Need need = Need::Read;
    std::vector<uint64_t> holds;
  };

  bool addThread(std::function<void()> work);
  bool addTeller(std::function<void()> work);
  void begin();
  void end();
  void addReader();
  bool isTooMany();
  void lastRead();
  void serve();
  static ssize_t answer(int fd, iovec* parts, int count, void* session);
  void runTasks();
  void settle(uint64_t question, Verdict verdict);
  void interrupted(uint64_t hold);
  static void onInterrupt(fuse_req_t request, void* data);

  // Either true: go on; or the request has been answered or put aside.
  bool mayGoOn(fuse_req_t request, const std::string& path, Need need, bool folder, Asked asked, Again again,
               int withoutQuestion = EACCES);
  bool wasJustDeclined(const std::string& path, Need need);
  void hold(fuse_req_t request, const std::string& path, Need need, bool folder, Again again);

  // keeping.cpp
  struct Trust {
    double name = 1, attributes = 1;
  };
  struct Listed {
    bool keep = false, again = false;
  };
  struct Notice {
    NodeId node;
    std::string name;  // None: of the node itself.
    bool pages;
    bool whole = false;  // Not only that it may have changed: to be forgotten.
  };
  // To be called before the host is looked at.
  Seen beforeLooking(NodeId folder);
  void tryWatching(Node& folder);
  static bool mayTrust(const Node& node, const struct stat& status, const Seen& seen);
  Trust trustName(NodeId parent, Node& node, const struct stat& status, const Seen& seen);
  double trustAbsence(NodeId parent, const std::string& name, const Seen& seen);
  double trustAttributes(Node& node, const struct stat& status, const Seen& seen);
  void confirm(NodeId parent, const std::string& name, const Seen& seen);
  void confirmAll(NodeId parent, const std::vector<NodeId>& children, const Seen& seen);
  Listed trustListing(Node& folder);
  bool isTrusted(NodeId parent, std::string_view name, uint64_t inode);
  bool isKnown(NodeId folder) override;
  bool changed(NodeId folder, std::string_view name, Change change) override;
  void anythingChanged() override;
  void forgetNames(const GrantRef& grant);
  void lookAtOpenFiles();
  void notice(Notice notice);
  // A name the app itself is about to make, remove or replace: the kernel hears of it by the answer and is told nothing
  // meanwhile. What came to nothing is told after the answer.
  class OwnChange {
  public:
    OwnChange(Session& session, NodeId parent, const std::string& name);
    ~OwnChange();
    KJ_DISALLOW_COPY_AND_MOVE(OwnChange);
    void made() { m_undone = false; }

  private:
    Session& m_session;
    NodeId m_parent;
    std::string m_name;
    bool m_undone = false;
  };
  void forgetOldest();
  void giveNotice();
  // Serving thread: whether the kernel may be told of another name. If not, the request is answered. Close to that, it
  // takes its time.
  bool hasRoomForNames(fuse_req_t request);
  bool isKnownOrHasRoom(fuse_req_t request, NodeId parent, std::string_view name) {
    return m_view.nodes.child(parent, name) != nullptr || hasRoomForNames(request);
  }
  // As of the last request: the other thread asks, too.
  bool isAtMostNames() const { return m_inodes.load(std::memory_order_relaxed) >= MOST_TIMES * m_view.mostNames(); }

  // lookup.cpp
  void lookup(fuse_req_t request, NodeId parent, std::string name, Asked asked);
  void replyEntry(fuse_req_t request, NodeId parent, const std::string& name, const Found& found,
                  const Seen& seen = {});
  void replyFound(fuse_req_t request, NodeId parent, const std::string& name, const Found& found, const Seen& seen);
  void replyVirtual(fuse_req_t request, NodeId parent, const std::string& name);
  fuse_entry_param entryOf(NodeId parent, const std::string& name, const Found& found, const Seen& seen = {});
  struct stat shown(const struct stat& status) const;
  void replyAttributes(fuse_req_t request, Node& node, const struct stat& status, const Seen& seen = {});
  struct stat virtualStatus(NodeId id) const;
  void forget(NodeId id, uint64_t lookups);

  // attributes.cpp
  void getattr(fuse_req_t request, NodeId id);
  void setattr(fuse_req_t request, NodeId id, struct stat wanted, int which, uint64_t handle, Asked asked);
  void readlink(fuse_req_t request, NodeId id);
  void access(fuse_req_t request, NodeId id, int mask);
  void getxattr(fuse_req_t request, NodeId id, const char* name, size_t size);
  void listxattr(fuse_req_t request, NodeId id, size_t size);
  void setxattr(fuse_req_t request, NodeId id, std::string name, std::string value, int flags, Asked asked);
  void removexattr(fuse_req_t request, NodeId id, std::string name, Asked asked);
  void statfs(fuse_req_t request, NodeId id);

  // open.cpp
  void open(fuse_req_t request, NodeId id, fuse_file_info info, Asked asked);
  void create(fuse_req_t request, NodeId parent, std::string name, mode_t mode, fuse_file_info info, Asked asked);
  void createNameless(fuse_req_t request, NodeId parent, mode_t mode, fuse_file_info info, Asked asked);
  void replyCreated(fuse_req_t request, NodeId parent, const std::string& name, const Found& found, OpenFile fd,
                    fuse_file_info info);
  void read(fuse_req_t request, size_t size, off_t offset, uint64_t handle);
  void write(fuse_req_t request, fuse_bufvec* data, off_t offset, const fuse_file_info& info);
  void sync(fuse_req_t request, int dataOnly, uint64_t handle);
  void release(fuse_req_t request, uint64_t handle);
  void allocate(fuse_req_t request, int mode, off_t offset, off_t length, uint64_t handle);
  void seek(fuse_req_t request, off_t offset, int whence, uint64_t handle);
  void copyRange(fuse_req_t request, uint64_t from, off_t fromOffset, uint64_t to, off_t toOffset, size_t length);
  Handle* handleOf(uint64_t id);
  void noteUse(fuse_req_t request, Handle& handle, ssize_t read, ssize_t written);
  bool hasRoom(fuse_req_t request);
  // Still allowed at this moment, perhaps by another grant than it was opened under.
  bool still(Handle& handle, Need need);
  // A refusal that came after it was opened.
  bool isDeniedNow(Handle& handle, Need need);
  Handle& addHandle(fuse_req_t request, Node& node, OpenFile fd, GrantRef grant, Need need, bool directory,
                    bool append);
  int openThing(const Thing& thing, int flags);
  // What a handle reads and writes by: opened for that only now, if it had not been needed before. -1 and errno.
  int fileOf(Handle& handle);
  bool keepPages(Node& node, const struct stat& status);

  // The file is open by somebody else than this sandbox.
  bool isOpenElsewhere(const Node& node, int fd);
  static bool isAsLastSeen(const Node& node, const struct stat& status);
  // `keeps`: the kernel's pages show the change. Otherwise they are dropped at the next opening.
  void noteOwnChange(Handle& handle, const struct stat& before, bool keeps = true);

  // resting.cpp
  void holdOneMore();
  void holdOneLess();
  bool makeRoom();
  void restOldest();
  int wake(uint64_t handle);
  bool wakeAll(NodeId parent, const std::string& name);
  static bool isSurelyReadable(const struct stat& status);

  // locks.cpp
  struct LockWait {
    fuse_req_t request;
    uint64_t handle;
    LockAttempt attempt;
    bool trying = false;
    bool interrupted = false;  // While it was being tried.
  };
  void getlk(fuse_req_t request, uint64_t handle, uint64_t owner, struct flock lock);
  void setlk(fuse_req_t request, uint64_t handle, uint64_t owner, struct flock lock, bool wait);
  void flock(fuse_req_t request, uint64_t handle, int operation);
  void flush(fuse_req_t request, uint64_t handle, uint64_t owner);
  int lockFile(Handle& handle, uint64_t handleId, uint64_t owner, bool write, std::shared_ptr<OpenFile>& fd);
  void lockOrWait(fuse_req_t request, uint64_t handle, bool wait, bool locks, LockAttempt attempt);
  bool tryLock(fuse_req_t request, uint64_t handle, bool wait, bool locks, LockAttempt& attempt);
  void tryLocksAgain();
  void keepTryingLocks();
  static void onLockInterrupt(fuse_req_t request, void* data);
  void dropLocks(const std::function<bool(const HeldLock&)>& which);
  bool mayHaveChanged(Handle& handle);

  // names.cpp
  void mkdir(fuse_req_t request, NodeId parent, std::string name, mode_t mode, Asked asked);
  void symlink(fuse_req_t request, std::string target, NodeId parent, std::string name, Asked asked);
  void remove(fuse_req_t request, NodeId parent, std::string name, bool directory, Asked asked);
  void rename(fuse_req_t request, NodeId parent, std::string name, NodeId newParent, std::string newName,
              unsigned flags, Asked asked);
  void link(fuse_req_t request, NodeId id, NodeId newParent, std::string newName, Asked asked);
  void linkNameless(fuse_req_t request, const Node& node, NodeId newParent, const std::string& name, Found& target);
  int createScratch(const std::string& path, const GrantRef& grant, mode_t mode, int flags);
  int createScratchLink(const std::string& path, const GrantRef& grant, const std::string& target);
  int setAside(const std::string& path, const Found& found, const std::string& to);
  void cleanScratches();

  // directories.cpp
  void opendir(fuse_req_t request, NodeId id, fuse_file_info info, Asked asked);
  void readdir(fuse_req_t request, NodeId id, size_t size, off_t offset, uint64_t handle, bool plus);
  void releasedir(fuse_req_t request, uint64_t handle);
  struct Listing;
  struct Page;
  bool isHidden(const Page& page, std::string_view name, const Thing& thing);
  bool put(Page& page, const Handle& handle, std::string_view name, uint64_t inode, mode_t type, off_t next);
  void putHostEntries(Page& page, const Handle& handle, off_t& offset);

  // What a node is about, with the least effort. `path` is filled in if that took finding out.
  Found findNode(const Node& node, Need need, std::string& path);
  // The same, and that it is still what the node stands for (ESTALE if not); without a name by what is open of it.
  Found findThing(const Node& node, const std::string& path, Need need);
  // The path of a node's child; nothing if there is no such node or the name is none (the request is answered then).
  kj::Maybe<std::string> childPath(fuse_req_t request, NodeId parent, const std::string& name);
  // The node and its path; nothing if it is not known (answered ESTALE).
  Node* nodeOf(fuse_req_t request, NodeId id, std::string& path);
  Node* nodeOf(fuse_req_t request, NodeId id);
  // A found thing is what the node stands for.
  static bool isSame(const Node& node, const Thing& thing);

  View m_view;
  Ids m_ids;
  Desk& m_desk;
  Watches* m_watches;
  bool m_expires = false;  // The kernel can be told that a name is to be asked about again.
  fuse_session* m_fuse = nullptr;
  kj::AutoCloseFd m_telling;
  kj::Maybe<Noted> m_noted;
  Turn m_turn;
  std::atomic<uint32_t> m_threads = 0, m_readers = 0;
  std::atomic<bool> m_leaving = false;
  uint64_t m_callsSeen = 0;  // By `tick`.
  std::atomic<bool> m_looking = false;
  std::atomic<bool> m_sawInFolders = false;
  std::atomic<uint64_t> m_heard = 0;  // Changes of names, in all folders.
  uint32_t m_ticks = 0;
  // RPC thread only: the part of the nodes that is next, and how many there were at the last tick.
  size_t m_oldest = 0, m_inodesSeen = 0;
  uint32_t m_ticksAtMost = 0;
  std::atomic<bool> m_full = false;  // It has been asked to forget, and could not.
  // Guards the next three.
  std::mutex m_threadsLock;
  std::vector<pid_t> m_threadIds;
  std::vector<std::function<void()>> m_tasks;
  bool m_ended = false;
  std::atomic<bool> m_tasksDue = false;
  std::mutex m_noticesLock;
  std::deque<Notice> m_notices;
  int m_noticing = 0;
  std::chrono::steady_clock::time_point m_noticed;
  std::set<std::pair<NodeId, std::string>> m_absent;  // Under the view's lock.

  // Serving thread only.
  uint64_t m_nextId = 1;
  std::unordered_map<uint64_t, std::unique_ptr<Handle>> m_handles;
  size_t m_holding = 0;                       // Those of them that have a descriptor.
  kj::List<Handle, &Handle::link> m_mayRest;  // Least recently opened first.
  std::unordered_map<uint64_t, std::unique_ptr<Listing>> m_listings;
  std::unordered_map<uint64_t, Hold> m_holds;
  std::unordered_map<uint64_t, Open> m_questions;
  std::map<std::pair<Identity, uint64_t>, HeldLock> m_locks;
  std::map<uint64_t, LockWait> m_lockWaits;
  std::map<Identity, LockedAt> m_lockedAt;
  bool m_lockThread = false;
  // Just declined, and until when that also answers those who waited in the kernel for the same name.
  std::map<std::pair<std::string, Need>, std::chrono::steady_clock::time_point> m_justDeclined;

  std::atomic<uint64_t> m_inodes = 1;
  std::shared_ptr<Budget> m_budget;
  std::atomic<uint32_t> m_descriptors = 0, m_held = 0;
};

}  // namespace latchkey::files
