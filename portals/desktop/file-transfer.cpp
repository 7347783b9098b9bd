// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.FileTransfer: files dragged or pasted from one app into another. Ours. An app gives away what
// it may itself read, and no more than it may itself do with it; the other gets a grant, as for a file that was picked.

#include <set>

#include "broker/base/files.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.FileTransfer";
constexpr size_t MOST_FILES = 1024;

const std::vector<OptionRule> RULES{{"writable", "b"}, {"autostop", "b"}};

[[noreturn]] void refuseKey() { throwBusError(error::ACCESS, "Invalid session"); }

class FileTransfer {
public:
  FileTransfer(Frontend& frontend, Transfers& transfers) : m_frontend(frontend), m_transfers(transfers) {}
  ~FileTransfer() {
    m_ending = true;
    m_transfers.stopAllOf({&m_frontend, ""});
  }
  KJ_DISALLOW_COPY_AND_MOVE(FileTransfer);

  kj::Promise<Value::List> start(Call& call) {
    auto options = filtered(call.argument(0).asDictionary(), RULES);
    auto sender = call.message().sender;
    auto key = m_transfers.start({.owner = {&m_frontend, sender},
                                  .writable = flagOf(options, "writable"),
                                  .once = flagOf(options, "autostop", true),
                                  .closed = [this, sender](const std::string& key) { closed(sender, key); }});
    KJ_IF_MAYBE (made, key) {
      watch(sender);
      return Value::List{*made};
    }
    throwBusError(error::LIMIT, "too many transfers");
  }

  kj::Promise<Value::List> add(Call& call) {
    auto key = call.argument(0).asText();
    TransferOwner owner{&m_frontend, call.message().sender};
    bool writable = false;
    auto held = m_transfers.ownedBy(owner, key);
    KJ_IF_MAYBE (transfer, held) {
      writable = transfer->writable;
      if (transfer->files.size() + call.argument(1).items().size() > MOST_FILES)
        throwBusError(error::LIMIT, "too many files");
    } else {
      refuseKey();
    }
    std::vector<TransferFile> files;
    for (auto& one : call.argument(1).items()) {
      auto place = co_await m_frontend.desk().locate(duplicate(one.asDescriptor()));
      if (place.path.empty()) throwBusError(error::NOT_ALLOWED, "the app may not read that file");
      files.push_back({place.path, writable && place.writable});
    }
    auto still = m_transfers.ownedBy(owner, key);
    KJ_IF_MAYBE (transfer, still) {
      if (transfer->files.size() + files.size() > MOST_FILES) throwBusError(error::LIMIT, "too many files");
      transfer->files.insert(transfer->files.end(), files.begin(), files.end());
      co_return Value::List();
    }
    refuseKey();
  }

  // By whoever has the key: that is what it is for.
  kj::Promise<Value::List> retrieve(Call& call) {
    auto held = m_transfers.retrieve(call.argument(0).asText());
    KJ_IF_MAYBE (found, held) {
      auto files = kj::mv(*found);
      std::vector<std::string> all, toRead, toWrite;
      for (auto& file : files) {
        all.push_back(file.path);
        (file.writable ? toWrite : toRead).push_back(file.path);
      }
      bool granted = toRead.empty() || co_await m_frontend.desk().grantPicked(toRead, false);
      if (granted && !toWrite.empty()) granted = co_await m_frontend.desk().grantPicked(toWrite, true);
      if (!granted) throwBusError(error::NOT_ALLOWED, "the app may not have these files");
      co_return Value::List{Value::texts(all)};
    }
    refuseKey();
  }

  kj::Promise<Value::List> stop(Call& call) {
    auto& key = call.argument(0).asText();
    if (m_transfers.ownedBy({&m_frontend, call.message().sender}, key) == nullptr) refuseKey();
    m_transfers.stop(key);
    return Value::List();
  }

private:
  // Once for each connection, however many it starts.
  void watch(const std::string& sender) {
    if (!m_watched.insert(sender).second) return;
    m_frontend.inBackground(m_frontend.whenGone(sender).then([this, sender] {
      m_watched.erase(sender);
      m_transfers.stopAllOf({&m_frontend, sender});
    }));
  }

  void closed(const std::string& sender, const std::string& key) {
    if (!m_ending) m_frontend.signal(INTERFACE, "TransferClosed", {key}, sender, DOCUMENTS_PATH);
  }

  Frontend& m_frontend;
  Transfers& m_transfers;
  std::set<std::string> m_watched;
  bool m_ending = false;
};

}  // namespace

void addFileTransfer(Frontend& frontend, Transfers& transfers) {
  auto& portal = frontend.keep(std::make_shared<FileTransfer>(frontend, transfers));
  frontend.add({.name = INTERFACE,
                .version = 1,
                .methods = {{"StartTransfer", "a{sv}", "s", [&portal](Call& call) { return portal.start(call); }},
                            {"AddFiles", "saha{sv}", "", [&portal](Call& call) { return portal.add(call); }},
                            {"RetrieveFiles", "sa{sv}", "as", [&portal](Call& call) { return portal.retrieve(call); }},
                            {"StopTransfer", "s", "", [&portal](Call& call) { return portal.stop(call); }}},
                .signals = {{"TransferClosed", "s"}},
                .path = DOCUMENTS_PATH});
}

}  // namespace latchkey::desktop
