// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who decides, as the portals see it: broker/schema/desktop-portal.capnp, interface Desk, in plain data.
//
// Dropping a promise withdraws what was asked. A "no" is a result; failing means that nobody could be asked.

#include <kj/async.h>
#include <kj/io.h>

#include <string>
#include <vector>

namespace latchkey::desktop {

struct Choice {
  std::string id;
  std::string value;
};

struct Filter {
  std::string name;
  std::vector<std::string> globs = {};
  std::vector<std::string> types = {};
};

struct ChooserOption {
  std::string id;
  std::string label;
  std::vector<Choice> entries = {};
  std::string selected;
};

struct Chooser {
  enum class Purpose : uint8_t { OpenFile, OpenFiles, OpenFolder, OpenFolders, SaveFile, SaveFiles };
  Purpose purpose = Purpose::OpenFile;
  std::string title;
  std::vector<Filter> filters = {};
  size_t filter = 0;
  std::vector<ChooserOption> options = {};
  std::string folder = {};
  std::string name = {};
  std::vector<std::string> names = {};

  bool saves() const { return purpose == Purpose::SaveFile || purpose == Purpose::SaveFiles; }
};

struct Picked {
  std::vector<std::string> paths;  // As the app sees them.
  bool writable = false;
  size_t filter = 0;
  std::vector<Choice> choices = {};
};

struct Permission {
  bool granted = false;
  std::string grant = {};
};

struct Location {
  std::string path;  // Empty: the app has no right to the thing.
  bool writable = false;
};

// Where the app can be read from, as long as the handle is held.
struct Readable {
  std::string address;
  kj::Own<void> handle;
};

// An entry of the person's menu.
struct Launcher {
  std::string id;  // "org.example.App.Notes.desktop"
  std::string name;
  std::vector<std::string> words = {};  // For the program.
  std::vector<Choice> details = {};     // Keys of a desktop entry.
};

// Where and for what a question stands. Text from the app; nothing is decided by it.
struct Asking {
  std::string request;  // Path of the request that waits for it.
  std::string parent;   // Window it belongs to, as the session's own programs name it. Empty: none.
  std::string token;    // With which a program that is started may come to the front.
  bool modal = true;
};

class Desk {
public:
  virtual ~Desk() noexcept(false) = default;

  virtual kj::Promise<kj::Maybe<Picked>> choose(Chooser chooser) = 0;
  // What the desktop's own chooser gave. Whether all of it is granted now.
  virtual kj::Promise<bool> grantPicked(std::vector<std::string> paths, bool write) = 0;
  virtual kj::Promise<Permission> permit(std::string right, std::string claim) = 0;
  virtual kj::Promise<bool> openAddress(std::string uri, bool ask) = 0;
  virtual kj::Promise<bool> openFile(kj::AutoCloseFd file, bool write, bool ask) = 0;
  virtual kj::Promise<std::string> secret() = 0;
  virtual kj::Promise<bool> trash(kj::AutoCloseFd file) = 0;
  virtual kj::Promise<Location> locate(kj::AutoCloseFd file) = 0;
  // `bus`: O_PATH of the accessibility bus's socket.
  virtual kj::Promise<Readable> accessibility(kj::AutoCloseFd bus) = 0;

  // Whether the app starts with the session from now on. `words`: what it is told then.
  virtual kj::Promise<bool> startWithSession(bool starts, std::vector<std::string> words) = 0;
  // By this grant of `launchers`. False: not under that name.
  virtual kj::Promise<bool> putLauncher(std::string grant, Launcher launcher) = 0;
  virtual kj::Promise<bool> removeLauncher(std::string id) = 0;
  // As it was written; empty: the app has none of that name.
  virtual kj::Promise<std::string> launcher(std::string id) = 0;
  virtual kj::Promise<bool> startLauncher(std::string id) = 0;

  // The same, told for what. The broker's desk has no use for that: Latchkey's questions stand by themselves.
  virtual kj::Promise<Permission> permitFor(Asking, std::string right, std::string claim) {
    return permit(std::move(right), std::move(claim));
  }
  virtual kj::Promise<bool> openAddressFor(Asking, std::string uri, bool ask) {
    return openAddress(std::move(uri), ask);
  }
  virtual kj::Promise<bool> openFileFor(Asking, kj::AutoCloseFd file, bool write, bool ask) {
    return openFile(kj::mv(file), write, ask);
  }

  // The right is in use, by this grant, as long as the handle is held: so it is shown, with Stop.
  virtual kj::Own<void> use(std::string /*right*/, std::string /*grant*/) { return {}; }

  // For the journal.
  virtual void used(std::string right, std::string outcome) = 0;
};

}  // namespace latchkey::desktop
