// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Mounting into a running sandbox from outside.
//
// The kernel lets only a single-threaded process enter a user namespace, so a small process is forked before there are
// threads; it forks once more for each job, enters the sandbox's namespaces, mounts, and is gone. What it needs it gets
// as descriptors; in the sandbox it walks one name at a time and follows no symbolic link, because a sandbox may have
// planted one.
//
// One FUSE superblock per sandbox: later mounts name the same connection and the kernel gives the same superblock
// again.
//
// The process outlives the portal: for a moment, or for as long as a disk keeps one of its threads. Until it is wholly
// gone, whatever is asked of a sandbox's connection, and what the portal had read and not answered, is answered
// ENOTCONN from here, and the broker is hung up on, so that it starts another portal. The process has all of these by
// descriptor, and lets go of each when the portal does.

#include <kj/async-unix.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "portals/files/in-flight.h"
#include "portals/files/session.h"

namespace latchkey::files {

// Namespaces of a sandbox, checked.
struct Namespaces {
  kj::AutoCloseFd user;
  kj::AutoCloseFd mount;
};

// Refuses, by throwing, a mount namespace that is not owned by a user namespace made by this user below our own.
Namespaces checked(kj::AutoCloseFd mountNamespace);

class Mounter {
public:
  // Forks. Call before any thread is started.
  Mounter();
  ~Mounter();
  // From now on the process hears of the portal's end at once, whatever keeps its threads. Starts a thread.
  void postSentinel();
  // The connection to the broker, to be hung up when the portal has been killed.
  void brokerIs(int socket);
  InFlight& inFlight() { return m_inFlight; }

  // A connection that somebody stands by for.
  class Watched {
  public:
    Watched() = default;
    Watched(Mounter& mounter, uint64_t id) : m_mounter(&mounter), m_id(id) {}
    ~Watched() { end(); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    Watched(Watched&& other) noexcept : m_mounter(std::exchange(other.m_mounter, nullptr)), m_id(other.m_id) {}
    Watched& operator=(Watched&& other) noexcept {
      end();
      m_mounter = std::exchange(other.m_mounter, nullptr);
      m_id = other.m_id;
      return *this;
    }

    uint64_t connection() const { return m_id; }

  private:
    void end() noexcept;

    Mounter* m_mounter = nullptr;
    uint64_t m_id = 0;
  };

  struct Opened {
    kj::AutoCloseFd fuse;
    kj::AutoCloseFd second;  // The same connection by another open file.
    Watched watched;
    Ids ids;
    kj::Promise<void> mounted;  // Needs the connection to be served. Fails with what went wrong, mounting nothing.
  };
  // A path on the host and inside. With `changes`, an existing directory, the app's writing goes there: folders are
  // overlaid, and a single file is read-only.
  struct Target {
    std::string path;
    std::string changes = {};
  };
  // What an earlier portal mounted goes, and its connection ends: whatever still waits for it gets an error.
  kj::Promise<void> endFormer(kj::UnixEventPort& port, const Namespaces& in);
  // A new connection, its subtrees `folders` mounted at the same paths inside.
  kj::Promise<Opened> attach(kj::UnixEventPort& port, const Namespaces& into, const std::vector<Target>& folders);

  // The process has ended, whatever the reason.
  kj::Promise<void> whenGone(kj::UnixEventPort& port);

  enum class Place { Folder, EmptyFolder, File };
  // Resolves to false, mounting nothing, for EmptyFolder where the sandbox has something of its own there.
  kj::Promise<bool> mount(kj::UnixEventPort& port, const Namespaces& into, int fuse, const Target& target, Place place);
  // The top of the home from now on by way of the connection. Two steps, because the private home that was there goes
  // on under it: `folder` is that, and `finish` takes the names of its folders that stay as they are, mounted over.
  struct Home {
    kj::AutoCloseFd folder;
    kj::AutoCloseFd socket;
  };
  kj::Promise<Home> openHome(kj::UnixEventPort& port, const Namespaces& into, int fuse, const std::string& path);
  kj::Promise<void> finishHome(kj::UnixEventPort& port, Home home, const std::vector<std::string>& folders);
  kj::Promise<void> unmount(kj::UnixEventPort& port, const Namespaces& from, const std::vector<std::string>& paths);

  // A folder of the host as it is (fast-mounts.cpp). `object` is what must be at `path`. Gives the mount.
  kj::Promise<kj::AutoCloseFd> mountFast(kj::UnixEventPort& port, const Namespaces& into, int object,
                                         const std::string& path, bool writable);
  kj::Promise<void> unmountFast(kj::UnixEventPort& port, const Namespaces& from, int mount);
  struct Former {
    Identity folder;
    bool keep = false;
  };
  // Unmounts what an earlier portal left, except what is to be kept: gives those that are there, by their place in
  // `all`.
  kj::Promise<std::vector<std::pair<size_t, kj::AutoCloseFd>>> sweepFast(kj::UnixEventPort& port, const Namespaces& in,
                                                                         const std::vector<Former>& all);

private:
  kj::AutoCloseFd request(char job, const std::vector<int>& fds, const std::vector<std::string>& words);

  InFlight m_inFlight;
  kj::AutoCloseFd m_socket;
  kj::AutoCloseFd m_alive;  // Closed when the portal ends.
  uint64_t m_nextWatched = 1;
};

// One message to the helper.
constexpr size_t MOST_WORDS = 1 << 17;

// mount-helper.cpp: what runs in the forked process. Never returns.
struct PortalEnds {
  int process;  // Readable when it has wholly ended.
  int alive;    // The end of a pipe: at its end when it has been killed.
};
[[noreturn]] void runMountHelper(int socket, PortalEnds portal, const InFlight& inFlight);

// standing-by.cpp: a part of it.
class StandingBy {
public:
  struct Connection {
    int first;   // What the portal reads requests by.
    int second;  // Another open file of the connection.
  };
  explicit StandingBy(const InFlight& inFlight) : m_inFlight(inFlight) {}

  void keep(uint64_t id, Connection connection) { m_connections[id] = connection; }
  void brokerIs(int socket);
  void letGo(uint64_t id);
  void letGoOfAll();
  // Until the portal has wholly ended.
  void seeOut(int portal);

private:
  void refuseWhatWasRead();
  void letGoOfFirst();

  const InFlight& m_inFlight;
  std::map<uint64_t, Connection> m_connections;
  int m_broker = -1;
};

}  // namespace latchkey::files
