// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A file portal that remembers what it was told instead of mounting anything.

#include <kj/async.h>

#include <map>
#include <string>
#include <vector>

#include "broker/schema/file-portal.capnp.h"
#include "broker/schema/homecoming.capnp.h"

namespace latchkey {

struct FakeGrant {
  std::string path;
  bool directory = false;
  bool write = false;
  bool once = false;
  bool see = false;
  bool suspended = false;
  bool deny = false;
  bool revoked = false;
  bool lapsed = false;
  uint64_t inode = 0;
  uint32_t live = 0;
};

// An open handle, of whatever grant is asked for.
struct FakeOpen {
  std::string grant, path, program;
  int pid = 0;
  int64_t used = 0;
  std::string mapper = {};
};

struct FakeSandbox {
  std::string instance;
  schema::FileAsker::Client asker = nullptr;
  std::vector<std::string> folders, hidden;
  std::map<std::string, FakeGrant> grants;
  bool detached = false;
  bool seeHomeNames = false;
  bool again = false;
  std::vector<FakeOpen> open;

  // How many hold.
  int holding() const;
  bool holds(const std::string& path) const;
  bool denies(const std::string& path) const;
};

class FakePortal {
public:
  FakePortal();
  ~FakePortal();

  schema::FilePortal::Client client();
  schema::SandboxFiles::Client files(const std::string& instance);
  FakeSandbox& sandbox(const std::string& instance) { return m_sandboxes.at(instance); }
  std::map<std::string, FakeSandbox>& sandboxes() { return m_sandboxes; }

  std::string cookie;
  int reconnections = 0;
  bool refuseAdding = false;
  int diesAttaching = 0;    // So many times it is gone when it is to take up a sandbox.
  bool neverTells = false;  // Stuck: what is open is never said.
  bool neverCuts = false;   // Stuck: what is revoked is never said to be cut.

private:
  class Server;
  class Files;
  class Live;

  std::map<std::string, FakeSandbox> m_sandboxes;
};

}  // namespace latchkey
