// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A person's home, a real sandbox made by plain bwrap with a probe in it, the real latchkey-files over a socket pair,
// and a person who answers by a script. Tests talk to the probe ("open /path r") and look at the host's files.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/base/connection.h"
#include "broker/schema/file-portal.capnp.h"
#include "broker/schema/homecoming.capnp.h"

namespace latchkey::test {

// A question as the person got it.
struct Asked {
  std::string path;
  bool directory = false;
  bool create = false;
  bool write = false;
  int pid = 0;
  std::string program;
  uint64_t size = 0;   // Bytes; entries of a folder.
  uint64_t inode = 0;  // Of the descriptor that came along; 0: none did.
  kj::AutoCloseFd object;
};

using Outcome = schema::FileAsker::Outcome;

class World;
class Sandbox;

// One process in a sandbox.
class Probe {
public:
  Probe(kj::Own<kj::AsyncOutputStream> to, kj::Own<kj::AsyncInputStream> from)
      : m_to(kj::mv(to)), m_from(kj::mv(from)) {}
  // The answer's line. One at a time.
  kj::Promise<std::string> send(std::string command);

private:
  friend class Sandbox;
  kj::Promise<std::string> line();

  kj::Own<kj::AsyncOutputStream> m_to;
  kj::Own<kj::AsyncInputStream> m_from;
  std::string m_buffer;
};

struct GrantOptions {
  schema::Access access = schema::Access::READ;
  schema::Scope scope = schema::Scope::FILE;
  bool once = false;
  bool see = false;
  bool suspended = false;
  int64_t expires = 0;
  uint64_t uses = 0;
  bool deny = false;
  bool fast = false;
  int object = -1;  // O_PATH descriptor to send along; -1: none.
};

class Sandbox {
public:
  Sandbox(World& world, std::string name, int processes);
  ~Sandbox();

  void attach();
  // A command to process 0, answered while the loop runs. Fails the test's patience after `seconds`.
  std::string run(const std::string& command, int seconds = 20);
  kj::Promise<std::string> start(const std::string& command, size_t process = 0);
  // The first number of an answer.
  long number(const std::string& command, int seconds = 20);
  // Content of a file read through a fresh descriptor, or "E13" and the like.
  std::string content(const std::string& path);
  schema::LiveGrant::Client grant(const std::string& path, GrantOptions options = {});
  // The same, there when it returns.
  schema::LiveGrant::Client give(const std::string& path, GrantOptions options = {});
  kj::Maybe<kj::Exception> tryGrant(const std::string& path, GrantOptions options = {});
  void killApp();
  bool mounted();
  // How many mounts it has by a file portal.
  long mounts();
  int pid() const { return m_init; }
  int mainPid();
  std::string name() const { return m_name; }
  schema::FileAsker::Client asker();

  kj::Vector<Asked> asked;
  int withdrawn = 0;
  int waiting = 0;
  std::map<std::string, std::vector<uint32_t>> liveReports;
  std::vector<std::string> ended;
  std::vector<std::string> refused;
  // Asked for each question; the default declines. May grant in between.
  std::function<kj::Promise<Outcome>(const Asked&)> person;
  // A person who says yes to everything: to the very thing shown, with these options.
  void sayYes(GrantOptions options = {});
  // A person who thinks for ever.
  void sayNothing();

  kj::Maybe<schema::SandboxFiles::Client> files;

private:
  class Asker;
  friend class World;
  World& m_world;
  std::string m_name;
  int m_bwrap = 0;
  int m_init = 0;
  bool m_attached = false;
  std::vector<kj::Own<Probe>> m_probes;
};

class World {
public:
  explicit World(bool startPortal = true);
  ~World();

  // Why no sandbox can be made here; empty if one can.
  static std::string missing();
  // The folder of the programs under test.
  static std::string programs();

  kj::Own<Sandbox> sandbox(const std::string& name = "one", int processes = 1, bool attach = true);
  std::string path(const std::string& relative) const { return home + "/" + relative; }
  void write(const std::string& relative, const std::string& content);
  std::string read(const std::string& relative) const;
  bool exists(const std::string& relative) const;
  std::set<std::string> list(const std::string& relative) const;

  // Runs the loop until it holds; false after `seconds`.
  bool until(std::function<bool()> condition, int seconds = 10);
  void pass(int milliseconds);
  template <typename T>
  T wait(kj::Promise<T> promise, int seconds = 20) {
    return m_io.provider->getTimer().timeoutAfter(seconds * kj::SECONDS, kj::mv(promise)).wait(m_io.waitScope);
  }

  void startPortal();
  void killPortal();
  // The same; false if it has not wholly ended by then, and is left alone.
  bool killPortalWithin(int seconds);
  // The same without waiting for its end: the process, which is the caller's to wait for. `noticed`: the broker's end
  // of the connection was hung up within `seconds`.
  int abandonPortal(bool& noticed, int seconds);
  // The same, but it ends by itself or has been killed.
  int awaitPortal(bool& noticed, int seconds);
  // It ended by itself.
  bool portalEndsWithin(int seconds);
  // The process that mounts for it; 0: none.
  int mountHelperPid() const;
  void dropBroker();    // The broker's end of the connection goes away.
  void returnBroker();  // Another one, listening on the return socket, which takes the portal in.
  schema::FilePortal::Client portal();
  int portalPid() const { return m_portalPid; }
  std::vector<std::string> folders;
  std::vector<std::string> hidden;
  bool seeHomeNames = false;
  uint32_t mostNames = 0;
  std::string changes;  // Of a trial.
  // What an earlier portal may have mounted at full speed: path, and whether its grant has ended.
  std::vector<std::pair<std::string, bool>> formerFast;

  std::string root;
  std::string home;
  std::string privateHome;
  kj::AsyncIoContext& io() { return m_io; }

private:
  friend class Sandbox;
  class Start;
  class Home;
  kj::AsyncIoContext m_io;
  int m_portalPid = 0;
  kj::Own<Connection> m_connection;
  kj::Maybe<schema::FilePortal::Client> m_portal;
  std::map<std::string, Sandbox*> m_sandboxes;
};

}  // namespace latchkey::test
