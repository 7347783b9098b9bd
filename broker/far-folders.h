// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Folders of other machines, while they can be looked at.
//
// What was accepted is shown as soon as its machine is connected, and again each time that it is: a file manager that
// looks into a folder tells nobody that it wants to, so "when it is first used" cannot be waited for. It costs a few
// sleeping processes.
//
// - It is mounted by `latchkey-far-folder` where no path leads to. We hold the top of it by descriptor; from that an
// app
//   gets it by way of the file portal, like any folder, and the person by a link in $XDG_RUNTIME_DIR/latchkey-machines
//   that leads into that process. So nothing is ever mounted in the person's own tree, no program has to be setuid, and
//   nothing can be left over there: with the process the mount is gone.
// - When the connection breaks, or the grant ends, all of it fails at once (ENOTCONN). Connected anew it is another
//   mount, which apps that run are given in the place of the old one.

#include <kj/timer.h>

#include <map>

#include "broker/file-grants.h"
#include "broker/machines/offers.h"

namespace latchkey {

class FarFolders final : public Elsewhere, private kj::TaskSet::ErrorHandler {
public:
  // Removes what a broker before this one has left of links.
  FarFolders(Programs& programs, Ledger& ledger, FileGrants& files, const Places& places, kj::Timer& timer);
  ~FarFolders() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(FarFolders);

  void receiveThrough(Offers& offers) { m_offers = offers; }

  // A path of its own for what is about to be accepted. Throws where it could not be shown.
  std::string placeFor(const Offer& offer);
  // Sessions, or offers, have changed.
  void look();
  // Whether it is there, or could not be had at the first try, or not for a while.
  kj::Promise<void> whenTried(GrantId received);

  bool holds(const Grant& grant) const override;
  kj::Maybe<kj::AutoCloseFd> find(const Grant& grant) const override;

private:
  struct Folder {
    std::string path;
    kj::AutoCloseFd root;
    kj::Own<kj::PromiseFulfiller<void>> over;  // The first try.
    kj::ForkedPromise<void> tried = nullptr;
    kj::Promise<void> keeping = nullptr;  // Goes first.
  };

  void lookNow();
  bool isWanted(const Offer& offer) const;
  kj::Promise<void> keep(GrantId received);
  kj::Promise<void> show(Grant received);
  void shown(const GrantId& received, int process, kj::AutoCloseFd root);
  void gone(const GrantId& received);
  std::vector<Grant> derivedFrom(const GrantId& received) const;
  void removeLinks() const;
  void taskFailed(kj::Exception&& exception) override;

  Programs& m_programs;
  Ledger& m_ledger;
  FileGrants& m_files;
  const Places& m_places;
  kj::Timer& m_timer;
  kj::Maybe<Offers&> m_offers;
  std::map<GrantId, Folder> m_folders;  // By what this machine holds.
  bool m_scheduled = false;
  kj::TaskSet m_tasks;
};

// A name for a folder or a link, of what another machine or a person calls it.
std::string safeName(const std::string& name);

}  // namespace latchkey
