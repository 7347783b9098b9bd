// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Files on their way from one app to another: dragged, or copied and pasted. The one that gives has a key made and
// hands it to the other through the drag or the clipboard; who shows the key gets the files. Shared by all apps'
// portals.
//
// A key is all that is needed, so it cannot be guessed (GHSA-c5cf-79w8-pvfh), is good once unless its owner says
// otherwise, and ends with its owner. Only the connection that made it can add to it or stop it.

#include <kj/common.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace latchkey::desktop {

struct TransferOwner {
  const void* frontend = nullptr;
  std::string sender;
  bool operator==(const TransferOwner&) const = default;
};

struct TransferFile {
  std::string path;
  bool writable = false;
};

struct Transfer {
  TransferOwner owner;
  bool writable = false;
  bool once = true;
  std::vector<TransferFile> files = {};
  std::function<void(const std::string& key)> closed = {};  // Called once.
};

class Transfers final {
public:
  // Nothing if its app has too many already.
  kj::Maybe<std::string> start(Transfer transfer);
  // Nothing for keys of others, and for those that do not exist.
  kj::Maybe<Transfer&> ownedBy(const TransferOwner& owner, const std::string& key);
  // What it holds. Takes it away if it is good once.
  kj::Maybe<std::vector<TransferFile>> retrieve(const std::string& key);
  void stop(const std::string& key);
  // All of a connection's; all of an app's with an empty sender.
  void stopAllOf(const TransferOwner& owner);

private:
  std::map<std::string, Transfer> m_transfers;
};

}  // namespace latchkey::desktop
